"""The posting ledger read against what is in force: what hangs right, what must be replaced, hung or taken down, at
which place, and from which day on. The queries do not grow with the number of sheets."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.models import Agency, Decision, Effect, Posting, PostingAct, ReceptionPoint
from cms.selectors.listing import scopes_of
from cms.selectors.publicity import with_required
from cms.selectors.reception import SERVED_ABOVE
from cms.selectors.rights import within
from cms.selectors.sheets import Sheets, Version
from cms.text import sort_key

__all__ = [
    "Need",
    "Posted",
    "Row",
    "Wall",
    "acts_at",
    "keeping_ledgers",
    "ledger",
    "percent",
    "places_of",
    "posted",
    "touched_by",
    "walls",
]


class Need(StrEnum):
    """What has to be done about a sheet."""

    REPLACE = "replace"
    HANG = "hang"
    TAKE_DOWN = "take_down"
    SOON = "soon"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure at one place: what has to hang there today (`now`), what does (`posting`), and what from when on
    (`then` with `day`; None with a day: nothing)."""

    procedure: int
    now: Version | None
    posting: Posting | None
    day: date | None = None
    then: Version | None = None

    @property
    def need(self) -> Need:
        """What has to be done, the most urgent first."""
        if self.now is None:
            return Need.TAKE_DOWN if self.posting else Need.SOON
        if self.posting is None:
            return Need.HANG
        if self.posting.version != self.now.key:
            return Need.REPLACE
        return Need.SOON if self.day else Need.NOTHING

    @property
    def hangs_right(self) -> bool:
        """Whether today's version hangs."""
        return self.now is not None and self.posting is not None and self.posting.version == self.now.key

    @property
    def board(self) -> str:
        """On which board of the place it hangs, where that was said."""
        return self.posting.board if self.posting else ""

    @property
    def sheet(self) -> Version | None:
        """The sheet to speak of: today's, else the coming one."""
        return self.now or self.then

    @property
    def name(self) -> str:
        """The procedure's name as today's sheet gives it, else as the one that hangs does."""
        return self.sheet.name if self.sheet else self.posting.content.name if self.posting else ""


@dataclass
class Wall:
    """One place of an agency (`point` None: its seat) with all its rows. `closed`: sheets hang there still, though it
    is no place of the agency any more."""

    agency: Agency
    point: ReceptionPoint | None
    closed: bool = False
    rows: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The place in words."""
        return self.point.name if self.point else "Trụ sở"

    @property
    def counts(self) -> Counter[str]:
        """How many sheets have each need."""
        return Counter(row.need.value for row in self.rows)

    def needing(self, *needs: str) -> list[Row]:
        """The rows with one of these needs."""
        return [row for row in self.rows if row.need in needs]


def places_of(agencies: Sequence[Agency], on: date) -> dict[int, list[ReceptionPoint | None]]:
    """Where the sheets of each agency have to hang: at its reception points, those of who stands above it where that
    serves it, else at its seat. One query, two with such agencies."""
    standing = Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    above = {one.pk: _paths_above(one) for one in agencies if one.kind in SERVED_ABOVE}
    wanted = Q(agency__in=[one.pk for one in agencies])
    wanted |= Q(agency__path__in={path for paths in above.values() for path in paths})
    found: dict[str, list[ReceptionPoint | None]] = defaultdict(list)
    points = ReceptionPoint.objects.filter(*standing).filter(wanted)
    for point in sorted(points.select_related("agency"), key=lambda one: (sort_key(one.name), one.pk)):
        found[point.agency.path].append(point)
    paths = {one.pk: [one.path, *above.get(one.pk, [])] for one in agencies}
    return {pk: next((found[path] for path in some if path in found), [None]) for pk, some in paths.items()}


def _paths_above(agency: Agency) -> list[str]:
    return [agency.path[:end] for end in range(len(agency.path) - agency.steplen, 0, -agency.steplen)]


def walls(agencies: Sequence[Agency], on: date, procedures: Collection[int] | None = None) -> list[Wall]:
    """Every place of these agencies with its rows, of all procedures or of these. Communes of one province share their
    scopes, and so what their sheets have to say: read once for all of them."""
    hanging: dict[tuple[int, int | None], dict[int, Posting]] = defaultdict(dict)
    rows = Posting.objects.filter(agency__in=[one.pk for one in agencies], taken_down_on=None)
    if procedures is not None:
        rows = rows.filter(procedure__in=procedures)
    # Whole texts are not wanted: of 774 sheets they took five times as long.
    columns = ("agency_id", "point_id", "procedure_id", "board", "version", "version_day", "hung_on")
    for posting in rows.select_related("content", "hung_by").only(
        *columns, "content__name", "hung_by__full_name", "hung_by__username"
    ):
        hanging[posting.agency_id, posting.point_id][posting.procedure_id] = posting
    sheets: dict[frozenset[int], Sheets] = {}
    places, found = places_of(agencies, on), []
    former = _former_points(hanging, places)
    for agency in agencies:
        scopes = scopes_of(agency, on)
        said = sheets.setdefault(scopes, sheets.get(scopes) or Sheets(scopes))
        open_ones = places[agency.pk]
        for point in open_ones:
            at = hanging.get((agency.pk, point.pk if point else None), {})
            found.append(Wall(agency, point, False, _rows(said, at, on, procedures)))
        for point in former[agency.pk]:
            at = hanging[agency.pk, point.pk if point else None]
            found.append(Wall(agency, point, True, [Row(pk, None, one) for pk, one in at.items()]))
    return found


def _former_points(
    hanging: Iterable[tuple[int, int | None]], places: dict[int, list[ReceptionPoint | None]]
) -> dict[int, list[ReceptionPoint | None]]:
    """Places that sheets hang at still, though they are none of the agency's any more."""
    current = {agency: {point.pk if point else None for point in points} for agency, points in places.items()}
    gone = [one for one in hanging if one[1] not in current[one[0]]]
    points = ReceptionPoint.objects.in_bulk([point for _agency, point in gone if point]) if gone else {}
    found: dict[int, list[ReceptionPoint | None]] = defaultdict(list)
    for agency, point in gone:
        found[agency].append(points[point] if point else None)
    return found


def _rows(sheets: Sheets, hanging: dict[int, Posting], on: date, procedures: Collection[int] | None) -> list[Row]:
    wanted = {pk: one for pk, one in sheets.on_day(on).items() if procedures is None or pk in procedures}
    found = []
    for pk, now in wanted.items():
        day, then = sheets.next_of(pk, on) or (None, None)
        found.append(Row(pk, now, hanging.get(pk), day, then))
    found += [Row(pk, None, one) for pk, one in hanging.items() if pk not in wanted]
    for pk in sheets.coming(on):
        if pk not in hanging and (procedures is None or pk in procedures) and (change := sheets.next_of(pk, on)):
            found.append(Row(pk, None, None, *change))
    return found


def keeping_ledgers(user: Any = None, right: str = "") -> "QuerySet[Agency]":
    """Agencies that have hung a sheet, in Vietnamese order; with a person, those at which the person has the right."""
    rows = Agency.objects.filter(Exists(Posting.objects.filter(agency=OuterRef("pk"))))
    return (rows.filter(within(user, right, "path")) if user else rows).order_by("sort_key", "pk")


def touched_by(decision: Decision | int) -> set[int]:
    """The procedures that a decision says something of."""
    return set(Effect.objects.filter(item__decision=decision).values_list("procedure", flat=True))


def ledger(agency: Agency) -> "QuerySet[Posting]":
    """Every sheet that hangs or hung at the agency, the newest first."""
    rows = Posting.objects.filter(agency=agency).select_related(
        "point", "procedure", "content", "hung_by", "taken_down_by"
    )
    return rows.order_by("-hung_on", "-pk")


def acts_at(agency: Agency, point: ReceptionPoint | None) -> "QuerySet[PostingAct]":
    """What was done at a place, the newest first."""
    return PostingAct.objects.filter(agency=agency, point=point).select_related("by").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Posted:
    """One listed procedure of an agency: at which of its places the version in force does not hang, and whether its
    text on the portal has the seven required parts."""

    agency: Agency
    version: Version
    lacking: tuple[str, ...]
    complete: bool

    @property
    def done(self) -> bool:
        """Whether it is posted: at every place, and on the portal."""
        return self.complete and not self.lacking


def posted(found: Iterable[Wall]) -> dict[int, list[Posted]]:
    """Every listed procedure of the agencies whose walls these are, by agency. Twelve queries."""
    versions: dict[int, dict[int, Version]] = defaultdict(dict)
    lacking: dict[tuple[int, int], list[str]] = defaultdict(list)
    agencies: dict[int, Agency] = {}
    for wall in (one for one in found if not one.closed):
        agencies[wall.agency.pk] = wall.agency
        for row in wall.rows:
            if row.now:
                versions[wall.agency.pk][row.procedure] = row.now
                lacking[wall.agency.pk, row.procedure] += [] if row.hangs_right else [wall.name]
    complete = with_required({one.content for said in versions.values() for one in said.values()})
    return {
        key: [
            Posted(agency, version, tuple(lacking[key, pk]), version.content in complete)
            for pk, version in versions[key].items()
        ]
        for key, agency in agencies.items()
    }


def percent(rows: Collection[Posted]) -> int:
    """How many of these are posted, of a hundred. Rounded down: 399 of 400 are not 100 %."""
    return 100 * sum(row.done for row in rows) // len(rows) if rows else 0
