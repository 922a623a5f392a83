"""Agencies, classes and scopes: making them, joining a class, and mergers, which move memberships on both clocks."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from cms.models import Agency, AgencyAlias, AgencyClass, AgencySuccession, Change, ClassMembership, Scope, User
from cms.services.changelog import Moment, take_moment, write_changes
from cms.text import SKIP_PLACES, match_key, slugify, sort_key
from cms.vocabulary import ChangeKind, ScopeKind

BATCH = 1000
# Before this day the portal holds no membership: the two-level model began (Resolution 202/2025/QH15).
TWO_LEVELS_FROM = date(2025, 7, 1)


def agency_fields(name: str, **values: Any) -> dict[str, Any]:
    """Column values of a new agency: the name with the keys it is found and sorted by."""
    return {"name": name, "match_key": match_key(name), "sort_key": sort_key(name, skip=SKIP_PLACES)} | values


@transaction.atomic
def add_agency(*, name: str, kind: str, parent: Agency | None = None, **values: Any) -> Agency:
    """Enter an agency into the tree, below `parent`; its address is made from its name and never changes."""
    values.setdefault("slug", free_slug(Agency, name))
    fields = agency_fields(name, kind=kind, **values)
    node: Agency = parent.add_child(**fields) if parent else Agency.add_root(**fields)
    return node


def free_slug(model: Any, name: str, taken: set[str] | None = None) -> str:
    """An address made from the name that no row of the model has; a number is added where needed."""
    stem = slugify(name) or "muc"
    slug, number = stem, 1
    while (slug in taken) if taken is not None else model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    if taken is not None:
        taken.add(slug)
    return slug


def add_alias(*, agency: Agency, text: str) -> AgencyAlias:
    """Keep another spelling of the agency's name, as found in a source."""
    alias, _ = AgencyAlias.objects.get_or_create(agency=agency, text=text, defaults={"match_key": match_key(text)})
    return alias


def scope_nation() -> Scope:
    """The scope of a text that holds everywhere."""
    return Scope.objects.get_or_create(key="N", defaults={"kind": ScopeKind.NATION, "rank": 0})[0]


def scope_of_class(agency_class: AgencyClass) -> Scope:
    """The scope of a text that holds for a class of agencies; within one area it ranks above the area's own."""
    values = {"kind": ScopeKind.CLASS, "rank": 3 if agency_class.area_id else 1, "agency_class": agency_class}
    return Scope.objects.get_or_create(key=f"C:{agency_class.pk}", defaults=values)[0]


def scope_of_area(area: Agency) -> Scope:
    """The scope of a text that holds for an agency and all below it."""
    values = {"kind": ScopeKind.AREA, "rank": 2, "agency": area}
    return Scope.objects.get_or_create(key=f"A:{area.pk}", defaults=values)[0]


def scope_of_agency(agency: Agency) -> Scope:
    """The scope of a text that holds for one agency alone."""
    values = {"kind": ScopeKind.AGENCY, "rank": 4, "agency": agency}
    return Scope.objects.get_or_create(key=f"U:{agency.pk}", defaults=values)[0]


@transaction.atomic
def join_class(
    *,
    agency_class: AgencyClass,
    agencies: Iterable[Agency],
    on: date,
    by: User | None = None,
    moment: Moment | None = None,
) -> int:
    """Enter agencies into a class from a day on; those already in it stay as they are. Returns how many joined."""
    moment = moment or take_moment(by)
    members = ClassMembership.objects.standing().filter(agency_class=agency_class, valid_to__isnull=True)
    inside = set(members.values_list("agency_id", flat=True))
    rows = [
        ClassMembership(agency_class=agency_class, agency=agency, holds_from=on, recorded_at=moment.at)
        for agency in agencies
        if agency.pk not in inside
    ]
    ClassMembership.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


@transaction.atomic
def merge_agencies(
    *, predecessors: Sequence[Agency], successor: Agency, on: date, by: User | None, source: str = ""
) -> int:
    """Let the successor stand where the predecessors stood, from a day on (sáp nhập).

    The predecessors stay as dated agencies; their memberships end on that day and the successor takes them over.
    Returns how many memberships ended. Raises ValueError when the successor is among the predecessors.
    """
    if successor.pk in {agency.pk for agency in predecessors}:
        raise ValueError(f"{successor.name} không thể sáp nhập vào chính mình. Hãy bỏ cơ quan này khỏi danh sách cũ.")
    moment = take_moment(by)
    ending = list(
        ClassMembership.objects.standing()
        .filter(agency__in=predecessors)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))
        .select_related("agency_class")
    )
    ClassMembership.objects.filter(pk__in=[row.pk for row in ending]).update(withdrawn_at=moment.at)
    ClassMembership.objects.bulk_create(
        ClassMembership(
            agency_class=row.agency_class,
            agency_id=row.agency_id,
            holds_from=row.holds_from,
            valid_to=on,
            recorded_at=moment.at,
        )
        for row in ending
        if row.holds_from < on
    )
    for agency_class in dict.fromkeys(row.agency_class for row in ending):
        join_class(agency_class=agency_class, agencies=[successor], on=on, moment=moment)
    for agency in predecessors:
        AgencySuccession.objects.get_or_create(
            predecessor=agency, successor=successor, defaults={"on": on, "source": source}
        )
        Agency.objects.filter(pk=agency.pk).update(valid_to=on)
    touched = [*predecessors, successor]
    write_changes(moment, (Change(kind=ChangeKind.MERGED, agency=agency, note=source) for agency in touched))
    return len(ending)
