"""Lists of procedures: of an agency, of a sector, of the whole portal, on one day."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cms.models import Agency, Listing, Scope, Sector, ValidityPeriod
from cms.selectors.keeping import is_keeping, kept
from cms.selectors.showing import scopes_for
from cms.vocabulary import ScopePart


def base_periods(on: date, known: datetime | None = None) -> "QuerySet[ValidityPeriod]":
    """Base texts in force on the day, with procedure and content, sorted by name. Lists name no act, so none is read:
    that is a third of the cost of a province's list of 900."""
    periods = ValidityPeriod.objects.in_force_on(on).filter(part=ScopePart.BASE)
    periods = periods.standing() if known is None else periods.known_on(known)
    return periods.select_related("procedure", "scope", "content__sector").order_by("content__sort_key", "procedure_id")


def listing_of(agency: Agency, on: date, known: datetime | None = None) -> list[ValidityPeriod]:
    """The agency's list on that day: one query joining listings with dated class membership. Each procedure once."""
    if is_keeping():
        # All communes of a province share their scopes, and so one list.
        return listing_of_scopes(scopes_of(agency, on) if known is None else _scopes(agency, on, known), on, known)
    return _listing(scopes_for(agency, on, known), on, known)


@kept
def scopes_of(agency: Agency, on: date) -> frozenset[int]:
    """The keys of the scopes that hold for the agency on the day. One query."""
    return _scopes(agency, on, None)


def _scopes(agency: Agency, on: date, known: datetime | None) -> frozenset[int]:
    found = Scope.objects.filter(scopes_for(agency, on, known, prefix=""))
    return frozenset(found.values_list("pk", flat=True))


@kept
def listing_of_scopes(scopes: frozenset[int], on: date, known: datetime | None = None) -> list[ValidityPeriod]:
    """`listing_of` for all agencies for which just these scopes hold."""
    return _listing(Q(scope__in=scopes), on, known)


def _listing(scopes: Q, on: date, known: datetime | None) -> list[ValidityPeriod]:
    listings = Listing.objects.in_force_on(on).filter(procedure=OuterRef("procedure"))
    listings = listings.standing() if known is None else listings.known_on(known)
    rows = base_periods(on, known).filter(scopes)
    return _highest_rank(rows.filter(Exists(listings.filter(scopes))))


@dataclass(frozen=True, slots=True)
class SectorCount:
    """How many procedures of a list belong to a sector; the slug is "" for those without one."""

    slug: str
    name: str
    sort_key: str
    procedures: int


@kept
def sector_counts(agency: Agency, on: date) -> list[SectorCount]:
    """The agency's own list on that day by sector, counted: a tenth of the cost of its rows. None unless it stands."""
    if (agency.valid_to and on >= agency.valid_to) or (agency.valid_from and on < agency.valid_from):
        return []
    listings = Listing.objects.in_force_on(on).standing().filter(procedure=OuterRef("procedure"))
    rows = base_periods(on).filter(scopes_for(agency, on, None))
    return _counted(
        rows.filter(Exists(listings.filter(scopes_for(agency, on, None)))), "-scope__rank", "holds_from", "scope"
    )


@kept
def announced_counts(agency: Agency, on: date) -> list[SectorCount]:
    """What the agency announced, by sector, counted."""
    return _counted(base_periods(on).filter(_announced_by(agency)), "scope__rank", "scope")


def _counted(periods: "QuerySet[ValidityPeriod]", *order: str) -> list[SectorCount]:
    """Each procedure once, by the text that comes first in this order."""
    columns = ("procedure", "content__sector__slug", "content__sector__name", "content__sector__sort_key")
    chosen: dict[int, tuple[str, str, str]] = {}
    for procedure, slug, name, key in periods.order_by(*order).values_list(*columns):
        chosen.setdefault(procedure, (slug or "", name or "", key or ""))
    counts = Counter(chosen.values())
    return [SectorCount(*sector, procedures) for sector, procedures in counts.items()]


@dataclass
class AgencyList:
    """An agency's list on a day: its own; its predecessors' (`through`) before it existed; none once it has ended, with
    those that stand in its place (`successors`); or no record at all."""

    agency: Agency
    on: date
    rows: list[ValidityPeriod]
    through: list[Agency]
    no_record: bool = False
    successors: list[Agency] = field(default_factory=list)


def agency_list(agency: Agency, on: date, known: datetime | None = None) -> AgencyList:
    """The agency's list, also for days before it existed: then its predecessors answer where the data name them.

    An empty list says "none in force" only where the portal knew the agency's lists on that day; else `no_record`.
    """
    if agency.valid_to and on >= agency.valid_to:
        after = Agency.objects.filter(precessions__predecessor=agency).order_by("sort_key", "pk")
        return AgencyList(agency, on, [], [], successors=list(after))
    if agency.valid_from is None or on >= agency.valid_from:
        rows = listing_of(agency, on, known)
        return AgencyList(agency, on, rows, [], no_record=not rows and _starts_later(agency, on))
    before = Agency.objects.filter(successions__successor=agency).order_by("sort_key", "pk")
    through = list(before.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on)))
    found = each_once(row for one in through for row in listing_of(one, on, known))
    return AgencyList(agency, on, found, through, no_record=not found)


def _starts_later(agency: Agency, on: date) -> bool:
    """Whether the first lists the portal has of this agency start, at an unknown time, after the day was over."""
    later = Listing.objects.standing().filter(valid_from__isnull=True, holds_from__gt=on)
    return later.filter(Q(scope__agency=agency) | Q(scope__agency_class__memberships__agency=agency)).exists()


@kept
def procedures_of_sector(sector: Sector, on: date) -> list[ValidityPeriod]:
    """All procedures of a sector in force on that day, each once, by its widest text."""
    return each_once(base_periods(on).filter(content__sector=sector))


@kept
def procedures_announced_by(agency: Agency, on: date) -> list[ValidityPeriod]:
    """All procedures in force whose text names the agency as the one that announced it."""
    return each_once(base_periods(on).filter(_announced_by(agency)))


def _announced_by(agency: Agency) -> Q:
    return Q(content__agencytext__role="ANNOUNCING", content__agencytext__agency=agency)


def each_once(periods: Iterable[ValidityPeriod]) -> list[ValidityPeriod]:
    """Each procedure once, by its widest text (lowest rank), in the order given: as `show` without a place."""
    return _pick(periods, lambda period: (period.scope.rank, period.scope_id))


def _highest_rank(periods: Iterable[ValidityPeriod]) -> list[ValidityPeriod]:
    """A merger can leave two texts of one rank: then the list names the one `show` shows, which held first."""
    return _pick(periods, lambda period: (-period.scope.rank, period.holds_from, period.scope_id))


def _pick(periods: Iterable[ValidityPeriod], order: Callable[[ValidityPeriod], Any]) -> list[ValidityPeriod]:
    rows = list(periods)
    chosen: dict[int, ValidityPeriod] = {}
    for period in rows:
        kept = chosen.setdefault(period.procedure_id, period)
        if order(period) < order(kept):
            chosen[period.procedure_id] = period
    return [period for period in rows if chosen[period.procedure_id] is period]
