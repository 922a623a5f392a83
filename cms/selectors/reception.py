"""Where an agency's papers are handed in on a day, and when it is open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import Q

from cms.models import Agency, ReceptionPoint
from cms.opening import Closed, describe_week
from cms.selectors.keeping import kept
from cms.text import sort_key
from cms.vocabulary import AgencyKind

__all__ = ["SERVED_ABOVE", "Reception", "points_of_many", "reception_points"]

# These have no counter of their own everywhere: their papers are taken at the counter of the province or ministry.
SERVED_ABOVE = frozenset({AgencyKind.DEPARTMENT, AgencyKind.CENTRAL_UNIT, AgencyKind.OTHER})


@dataclass(frozen=True, slots=True)
class Reception:
    """A counter as people read it. `week`: (days, hours) lines, none when nobody stated them; `closed`: days off that
    are not past; `of`: the agency whose counter it is."""

    of: Agency
    name: str
    address: str
    phone: str = ""
    email: str = ""
    note: str = ""
    week: list[tuple[str, str]] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)


@kept
def reception_points(agency: Agency, on: date) -> list[Reception]:
    """The agency's counters on a day, by name; a department without one is served at the counter of who stands above
    it, a commune never at another's. At most two queries more than the agency's own."""
    if found := _points([agency], on):
        return found
    if agency.kind not in SERVED_ABOVE:
        return []
    above = list(agency.get_ancestors().order_by("-depth"))
    by_agency = points_of_many(above, on)
    return next((by_agency[one.pk] for one in above if one.pk in by_agency), [])


def points_of_many(agencies: Iterable[Agency], on: date) -> dict[int, list[Reception]]:
    """Each agency's own counters, by its key; an agency without any has no place in it until it is asked for."""
    found: dict[int, list[Reception]] = defaultdict(list)
    for point in _points(agencies, on):
        found[point.of.pk].append(point)
    return found


def _points(agencies: Iterable[Agency], on: date) -> list[Reception]:
    rows = (
        ReceptionPoint.objects.filter(agency__in=list(agencies))
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        .select_related("agency")
        .prefetch_related("hours", "closed_days")
    )
    return [_reception(row, on) for row in sorted(rows, key=lambda row: (sort_key(row.name), row.pk))]


def _reception(row: ReceptionPoint, on: date) -> Reception:
    hours: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for span in row.hours.all():
        hours[span.weekday].append((span.opens, span.closes))
    closed = [Closed(one.first, one.last, one.reason) for one in row.closed_days.all() if one.last >= on]
    return Reception(row.agency, row.name, row.address, row.phone, row.email, row.note, describe_week(hours), closed)
