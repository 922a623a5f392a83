"""What people walk through to reach a procedure: agencies in their tree, sectors, counts, addresses that never die."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cms.identifiers import read_code
from cms.models import (
    Agency,
    AgencySuccession,
    AgencyText,
    Listing,
    Procedure,
    ProcedureIdentifier,
    Replacement,
    Sector,
    ValidityPeriod,
)
from cms.selectors.keeping import is_keeping, kept
from cms.selectors.listing import base_periods, each_once
from cms.selectors.showing import scopes_for
from cms.vocabulary import AgencyKind, AgencyRole, DecisionState, ScopePart

CENTRAL = (AgencyKind.GOVERNMENT, AgencyKind.MINISTRY)


@dataclass(frozen=True)
class Counted:
    """A thing people choose from a list, with how many procedures stand behind it on the day."""

    one: Agency | Sector
    procedures: int


# --- agencies --------------------------------------------------------------------------------------------------------


def standing_agencies(on: date) -> "QuerySet[Agency]":
    """Agencies that exist on the day, in Vietnamese order; an unknown first day counts as always."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    not_ended = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    found: QuerySet[Agency] = Agency.objects.filter(begun & not_ended).order_by("sort_key", "pk")
    return found


@kept
def central_agencies(on: date) -> list[Counted]:
    """Ministries and their equals, with how many procedures in force each has announced. Two queries."""
    periods = base_periods(on).filter(content=OuterRef("content"))
    announced = (
        AgencyText.objects.filter(Exists(periods), role=AgencyRole.ANNOUNCING, agency__isnull=False)
        .order_by()
        .values("agency")
        .annotate(found=Count("content__procedure", distinct=True))
    )
    counts = dict(announced.values_list("agency", "found"))
    return [Counted(agency, counts.get(agency.pk, 0)) for agency in standing_agencies(on).filter(kind__in=CENTRAL)]


@kept
def provinces(on: date) -> list[Agency]:
    """Provinces and cities that exist on the day."""
    return list(standing_agencies(on).filter(kind=AgencyKind.PROVINCE))


def below(agency: Agency, on: date) -> dict[str, list[Agency]]:
    """The agencies directly below this one on the day, by kind. One query, also for a province's hundred communes."""
    groups: dict[str, list[Agency]] = defaultdict(list)
    if agency.numchild:
        children = standing_agencies(on).filter(depth=agency.depth + 1, path__startswith=agency.path)
        for child in children:
            groups[child.kind].append(child)
    return {kind: groups[kind] for kind in AgencyKind.values if kind in groups}


@kept
def above(agency: Agency) -> list[Agency]:
    """The agencies above this one, the highest first."""
    return list(agency.get_ancestors())


@kept
def find_agency(slug: str) -> Agency | None:
    """The agency with this address, also a dissolved one."""
    return Agency.objects.filter(slug=slug).first()


@kept
def own_agency() -> Agency | None:
    """The agency whose portal this is (PORTAL_AGENCY); None for a portal of the whole country or a misspelt slug."""
    return find_agency(settings.PORTAL_AGENCY) if settings.PORTAL_AGENCY else None


def agency_slugs() -> list[str]:
    """The addresses of all agencies, to name the nearest to a misspelt one."""
    return list(Agency.objects.order_by("depth", "sort_key").values_list("slug", flat=True))


def province_of(agency: Agency) -> Agency | None:
    """The province an agency stands in, itself if it is one."""
    if agency.kind == AgencyKind.PROVINCE:
        return agency
    return next((one for one in above(agency) if one.kind == AgencyKind.PROVINCE), None)


def agencies_with_above() -> Iterator[tuple[Agency, str]]:
    """All agencies that are or were, in the order of the tree, with the name of the one directly above. One query."""
    above: list[str] = []
    for agency in Agency.objects.order_by("path").iterator(chunk_size=1000):
        del above[agency.depth - 1 :]
        yield agency, above[-1] if above else ""
        above.append(agency.name)


def successors_of_agency(agency: Agency) -> list[Agency]:
    """Who stands where a dissolved agency stood."""
    rows = AgencySuccession.objects.filter(predecessor=agency).select_related("successor")
    return [row.successor for row in rows.order_by("successor__sort_key", "successor")]


# --- sectors and counts ----------------------------------------------------------------------------------------------


@kept
def sectors(on: date) -> list[Counted]:
    """Sectors with procedures in force on the day, in Vietnamese order. Two queries."""
    rows = base_periods(on).order_by().values("content__sector").annotate(found=Count("procedure", distinct=True))
    counts = dict(rows.values_list("content__sector", "found"))
    found = Sector.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("sort_key", "pk")
    return [Counted(sector, counts[sector.pk]) for sector in found]


@kept
def find_sector(slug: str) -> Sector | None:
    """The sector with this address."""
    return Sector.objects.filter(slug=slug).first()


@kept
def count_communes(on: date) -> int:
    """How many communes, wards and special zones stand on the day."""
    return standing_agencies(on).filter(kind=AgencyKind.COMMUNE).count()


# --- procedures ------------------------------------------------------------------------------------------------------


@kept
def find_procedure(identifier: str) -> Procedure | None:
    """The procedure behind an address or any identifier: slug, code in a certain spelling, UUID, local or former code.

    Only what was public at some time: a draft has no address yet.
    """
    public = Procedure.objects.filter(Exists(ValidityPeriod.objects.filter(procedure=OuterRef("pk"))))
    if found := public.filter(slug=identifier).first():
        return found
    # A code that had to be rebuilt may be another procedure's: it is not followed.
    code = read_code(identifier)
    known = [identifier, identifier.lower(), identifier.upper(), *([code.text] if code and not code.doubtful else [])]
    if found := public.filter(code__in=known).first():
        return found
    named = ProcedureIdentifier.objects.filter(value__in=known).values("procedure")
    if found := public.filter(pk__in=named).order_by("pk").first():
        return found
    return public.filter(code=code.base).first() if code and code.base and not code.doubtful else None


def names_of(procedures: Iterable[int], on: date) -> dict[int, str]:
    """The names of these procedures: as in force on the day, else the last they had, else the first they will have; of
    those whose every text was taken back the last one that was public."""
    if is_keeping():
        every = _every_name(on)
        return {pk: every[pk] for pk in procedures if pk in every}
    return _names(Q(procedure__in=set(procedures)), on)


@kept
def _every_name(on: date) -> dict[int, str]:
    return _names(Q(), on)


def _names(which: Q, on: date) -> dict[int, str]:
    rows = ValidityPeriod.objects.filter(which, part=ScopePart.BASE)
    grades: dict[int, tuple[bool, bool, bool, int, int]] = {}
    names: dict[int, str] = {}
    columns = ("procedure", "content__name", "scope__rank", "holds_from", "valid_to", "withdrawn_at")
    for pk, name, rank, first, last, gone in rows.order_by("pk").values_list(*columns):
        begun = first <= on
        day = first.toordinal() if begun else -first.toordinal()
        grade = (gone is None, begun and (last is None or last > on), begun, -rank, day)
        if pk not in grades or grades[pk] < grade:
            grades[pk], names[pk] = grade, name
    return names


def successors_of(procedure: Procedure) -> list[Procedure]:
    """The procedures that published decisions put in this one's place."""
    published = Replacement.objects.filter(old=procedure, item__decision__state=DecisionState.PUBLISHED)
    return sorted(Procedure.objects.filter(pk__in=published.values("new")), key=lambda one: one.slug)


def is_listed(procedure: Procedure, agency: Agency, on: date, known: datetime | None = None) -> bool:
    """Whether the procedure stands in the agency's list on the day, as the portal knew it (None: as it stands now)."""
    listings = Listing.objects.in_force_on(on).filter(procedure=procedure)
    listings = listings.standing() if known is None else listings.known_on(known)
    return listings.filter(scopes_for(agency, on, known)).exists()


def nearest_listing(procedure: Procedure, agency: Agency, on: date) -> Agency | None:
    """Who above the agency has the procedure in its list on the day, the nearest first."""
    return next((one for one in reversed(above(agency)) if is_listed(procedure, one, on)), None)


@kept
def versions_of(procedure: Procedure) -> list[ValidityPeriod]:
    """All standing periods of the procedure, the widest scope first, in it the newest first. One query."""
    return versions_of_many([procedure])[procedure.pk]


def versions_of_many(procedures: Iterable[Procedure]) -> dict[int, list[ValidityPeriod]]:
    """`versions_of` for each of several procedures. One query."""
    found: dict[int, list[ValidityPeriod]] = {one.pk: [] for one in procedures}
    periods = ValidityPeriod.objects.standing().filter(procedure__in=found)
    related = ("scope__agency", "scope__agency_class", "content")
    acts = (f"{side}__{what}" for side in ("opened_by", "closed_by") for what in ("item__decision", "snapshot"))
    for row in periods.select_related(*related, *acts).order_by("scope__rank", "scope_id", "part", "-holds_from"):
        found[row.procedure_id].append(row)
    return found


def procedures_citing(numbers: Iterable[str], on: date) -> list[ValidityPeriod]:
    """Procedures in force whose text cites one of these decision numbers, each once."""
    return each_once(base_periods(on).filter(content__decision_number__in=list(numbers)))


@kept
def label_of(agency: Agency) -> str:
    """The agency's name; a commune's always with its province, since 787 of 3,321 share a name."""
    return labelled(agency, agency.get_parent() if agency.kind == AgencyKind.COMMUNE else None)


def labelled(agency: Agency, parent: Agency | None) -> str:
    """`label_of` where who stands directly above is known."""
    if agency.kind != AgencyKind.COMMUNE or parent is None:
        return agency.name
    return f"{agency.name}, {parent.name[0].lower()}{parent.name[1:]}"
