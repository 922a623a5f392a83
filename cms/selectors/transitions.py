"""What a passing day changes by itself: no row is written on that day, so search, caches and export ask here."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from cms.models import Agency, ClassMembership, Listing, Period, ValidityPeriod


class Transition(NamedTuple):
    """On `day` something opens or ends. `what` is "period", "listing", "membership" or "agency"."""

    day: date
    what: str
    procedure_id: int | None
    scope_id: int | None
    part: str
    agency_id: int | None


def transitions(after: date, upto: date) -> list[Transition]:
    """All that begins or ends on a day in (after, upto], in the order of the days; each once."""
    found = {
        *_of_periods(ValidityPeriod, "period", after, upto),
        *_of_periods(Listing, "listing", after, upto),
        *_of_memberships(after, upto),
        *_of_agencies(after, upto),
    }
    return sorted(
        found,
        key=lambda one: (one.day, one.what, one.procedure_id or 0, one.scope_id or 0, one.part, one.agency_id or 0),
    )


def _days(first: date | None, last: date | None, after: date, upto: date) -> Iterator[date]:
    for day in (first, last):
        if day is not None and after < day <= upto:
            yield day


def _between(after: date, upto: date, first: str = "holds_from") -> Q:
    return Q(**{f"{first}__gt": after, f"{first}__lte": upto}) | Q(valid_to__gt=after, valid_to__lte=upto)


def _of_periods(model: type[Period], what: str, after: date, upto: date) -> Iterator[Transition]:
    columns = ["procedure_id", "scope_id", "holds_from", "valid_to", *(["part"] if what == "period" else [])]
    rows = model.objects.standing().filter(_between(after, upto)).values_list(*columns)
    for procedure, scope, first, last, *part in rows:
        for day in _days(first, last, after, upto):
            yield Transition(day, what, procedure, scope, part[0] if part else "", None)


def _of_memberships(after: date, upto: date) -> Iterator[Transition]:
    rows = ClassMembership.objects.standing().filter(_between(after, upto))
    for agency, first, last in rows.values_list("agency_id", "holds_from", "valid_to"):
        for day in _days(first, last, after, upto):
            yield Transition(day, "membership", None, None, "", agency)


def _of_agencies(after: date, upto: date) -> Iterator[Transition]:
    rows = Agency.objects.filter(_between(after, upto, "valid_from"))
    for agency, first, last in rows.values_list("id", "valid_from", "valid_to"):
        for day in _days(first, last, after, upto):
            yield Transition(day, "agency", None, None, "", agency)
