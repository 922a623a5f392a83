"""Agencies, classes and scopes: making them, joining a class, and mergers, which move memberships on both clocks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from cms.models import Agency, AgencyAlias, AgencyClass, AgencySuccession, Change, ClassMembership, Scope, User
from cms.services.addresses import free_slug
from cms.services.changelog import Moment, take_moment, write_changes
from cms.text import SKIP_PLACES, match_key, sort_key
from cms.vocabulary import ChangeKind, ScopeKind

BATCH = 1000
Span = tuple[date, date | None]
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
    found = list(agencies)
    standing = _memberships(Q(agency_class=agency_class))
    wanted = {}
    for agency in found:
        key = agency_class.pk, agency.pk
        wanted[key] = _united([*_spans(standing.get(key, ())), (on, None)])
    joined = _rewrite_memberships(standing, wanted, moment)
    if joined:
        write_changes(moment, [Change(kind=ChangeKind.JOINED, note=f"{agency_class.name}: {joined}")])
    return joined


def _memberships(which: Q) -> dict[tuple[int, int], list[ClassMembership]]:
    """Standing memberships by class and agency."""
    found: dict[tuple[int, int], list[ClassMembership]] = defaultdict(list)
    for row in ClassMembership.objects.standing().filter(which):
        found[row.agency_class_id, row.agency_id].append(row)
    return found


def _spans(rows: Iterable[ClassMembership]) -> list[Span]:
    return [(row.holds_from, row.valid_to) for row in rows]


def _united(spans: Iterable[Span]) -> list[Span]:
    """The same days as spans that neither overlap nor touch: a passing day is named only where it changes something."""
    united: list[Span] = []
    for first, last in sorted(spans, key=lambda span: span[0]):
        before = united[-1][1] if united else first
        if not united or (before is not None and before < first):
            united.append((first, last))
        elif before is not None:
            united[-1] = (united[-1][0], max(before, last) if last else None)
    return united


def _rewrite_memberships(
    standing: Mapping[tuple[int, int], list[ClassMembership]],
    wanted: Mapping[tuple[int, int], list[Span]],
    moment: Moment,
) -> int:
    """Withdraw and insert the difference; returns how many rows were written."""
    gone, fresh = [], []
    for key, spans in wanted.items():
        rows = standing.get(key, [])
        gone += [row.pk for row in rows if (row.holds_from, row.valid_to) not in spans]
        fresh += [
            ClassMembership(
                agency_class_id=key[0], agency_id=key[1], holds_from=first, valid_to=last, recorded_at=moment.at
            )
            for first, last in spans
            if (first, last) not in _spans(rows)
        ]
    for start in range(0, len(gone), BATCH):
        ClassMembership.objects.filter(pk__in=gone[start : start + BATCH]).update(withdrawn_at=moment.at)
    ClassMembership.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)


@transaction.atomic
def merge_agencies(
    *, predecessors: Sequence[Agency], successor: Agency, on: date, by: User | None, source: str = ""
) -> int:
    """Let the successor stand where the predecessors stood, from a day on (sáp nhập).

    The predecessors stay as dated agencies; their memberships end on that day and the successor takes over what was
    left of them.
    Returns how many memberships ended. Raises ValueError when the successor is among the predecessors.
    """
    if successor.pk in {agency.pk for agency in predecessors}:
        raise ValueError(f"{successor.name} không thể sáp nhập vào chính mình. Hãy bỏ cơ quan này khỏi danh sách cũ.")
    moment = take_moment(by)
    old = {agency.pk for agency in predecessors}
    standing = _memberships(Q(agency__in=[*old, successor.pk]))
    wanted: dict[tuple[int, int], list[Span]] = {}
    ended = 0
    for (class_id, agency_id), rows in list(standing.items()):
        if agency_id not in old:
            continue
        going = [(max(first, on), last) for first, last in _spans(rows) if last is None or last > on]
        ended += len(going)
        wanted[class_id, agency_id] = [
            (first, on if last is None else min(last, on)) for first, last in _spans(rows) if first < on
        ]
        heir = class_id, successor.pk
        wanted[heir] = _united([*wanted.get(heir, _spans(standing.get(heir, ()))), *going])
    _rewrite_memberships(standing, wanted, moment)
    for agency in predecessors:
        AgencySuccession.objects.get_or_create(
            predecessor=agency, successor=successor, defaults={"on": on, "source": source}
        )
        Agency.objects.filter(pk=agency.pk).update(valid_to=on)
    touched = [*predecessors, successor]
    write_changes(moment, (Change(kind=ChangeKind.MERGED, agency=agency, note=source) for agency in touched))
    return ended
