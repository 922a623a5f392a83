"""Public pages of agencies: the tree, and each agency's list of procedures by sector."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency, ValidityPeriod
from cms.selectors import AgencyList, agency_list, browse, listing_of, procedures_announced_by
from cms.selectors.keeping import kept_few
from cms.selectors.listing import SectorCount, announced_counts, listing_of_scopes, sector_counts
from cms.selectors.reception import reception_points
from cms.selectors.sharing import SharedList, shared_list, shared_list_of
from cms.values import format_date
from cms.views.data import downloads
from cms.views.found import NothingHereError, found_agency
from cms.views.paging import Mark, stretch_of
from cms.views.plain import is_plain_file
from cms.views.standing import Link, address_of
from cms.vocabulary import AgencyKind

# Up to here the whole list stands on the agency's own page; beyond, its sectors lead on.
SHORT_LIST = 60
NO_SECTOR = "chua-ro-linh-vuc"


@dataclass
class SectorGroup:
    """The procedures of one sector in a list; of a long list only how many (`procedures`)."""

    name: str
    slug: str
    sort_key: str
    rows: list[ValidityPeriod]
    procedures: int = 0


def by_sector(rows: Iterable[ValidityPeriod]) -> list[SectorGroup]:
    """The rows by sector, sectors in Vietnamese order, those without one last."""
    groups: dict[str, SectorGroup] = {}
    for row in rows:
        sector = row.content.sector
        slug, name = (sector.slug, sector.name) if sector else (NO_SECTOR, _("Chưa rõ lĩnh vực"))
        group = groups.setdefault(slug, SectorGroup(name, slug, sector.sort_key if sector else "\U0010ffff", []))
        group.rows.append(row)
        group.procedures += 1
    return sorted(groups.values(), key=lambda group: group.sort_key)


def _counted(counts: Iterable[SectorCount]) -> list[SectorGroup]:
    """The same of a list that is only counted."""
    groups = [
        SectorGroup(one.name, one.slug, one.sort_key, [], one.procedures)
        if one.slug
        else SectorGroup(_("Chưa rõ lĩnh vực"), NO_SECTOR, "\U0010ffff", [], one.procedures)
        for one in counts
    ]
    return sorted(groups, key=lambda group: group.sort_key)


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """The top of the tree: ministries, then provinces."""
    now = today()
    return render(
        request, "agencies.html", {"central": browse.central_agencies(now), "provinces": browse.provinces(now)}
    )


@require_safe
def agency(request: HttpRequest, slug: str, on: date | None = None) -> HttpResponse:
    """One agency: its list on the day, what it announced, who stands below it."""
    found, now = found_agency(slug), today()
    day = on or now
    groups: list[SectorGroup] = []
    announced: list[SectorGroup] = []
    # Three thousand communes share one list: as files its sectors would be 150,000 pages of the same rows.
    whole = is_plain_file(request) and has_one_page(found)
    shared = shared_list_of(found)
    if not on and not whole and not shared:
        groups = _counted(sector_counts(found, now))
        announced = _counted(announced_counts(found, now)) if found.kind in browse.CENTRAL else []
    # A long list of today is only counted here: its rows stand on its sectors' pages.
    listed = AgencyList(found, day, [], [])
    if _size(groups) <= SHORT_LIST and not shared:
        listed = agency_list(found, day)
        groups = by_sector(listed.rows)
    if _size(announced) <= SHORT_LIST and found.kind in browse.CENTRAL:
        announced = by_sector(procedures_announced_by(found, day))
    context = {
        "agency": found,
        "shared": Link(shared.label, shared_address(shared)) if shared else None,
        "label": browse.label_of(found),
        "province": browse.province_of(found) if found.kind == AgencyKind.COMMUNE else None,
        "points": reception_points(found, day),
        "kind": AgencyKind(found.kind).label,
        "listed": listed,
        "groups": groups,
        "total": _size(groups),
        "announced": announced,
        "announced_total": _size(announced),
        "short": len(listed.rows) if whole else SHORT_LIST,
        "below": [(AgencyKind(kind).label, rows) for kind, rows in browse.below(found, now).items()],
        "crumbs": _crumbs(found),
        "day": None if day == now else day,
        "notes": _notes(found, now),
        "address_at": lambda row: address_of(row.procedure, found, on),
        "files": downloads(f"thu-tuc/co-quan/{slug}"),
    }
    return render(request, "agency.html", context)


def has_one_page(agency: Agency) -> bool:
    """Whether an agency's list stands on its own page alone when the portal is written as files: communes."""
    return agency.kind == AgencyKind.COMMUNE


def _size(groups: Iterable[SectorGroup]) -> int:
    return sum(group.procedures for group in groups)


@require_safe
def agency_sector(request: HttpRequest, slug: str, sector: str, anchor: str = "") -> HttpResponse:
    """One sector of an agency's list."""
    found = found_agency(slug)
    return _sector_page(request, found, _listed(found, today()), sector, anchor, "agency_sector")


@require_safe
def announced_sector(request: HttpRequest, slug: str, sector: str, anchor: str = "") -> HttpResponse:
    """One sector of what a ministry announced."""
    found = found_agency(slug)
    return _sector_page(request, found, _announced(found, today()), sector, anchor, "announced_sector")


@kept_few
def _listed(agency: Agency, on: date) -> list[SectorGroup]:
    return by_sector(listing_of(agency, on))


@kept_few
def _announced(agency: Agency, on: date) -> list[SectorGroup]:
    return by_sector(procedures_announced_by(agency, on))


def _mark(row: ValidityPeriod) -> Mark:
    return Mark(row.procedure.slug, row.content.sort_key)


def shared_page(request: HttpRequest, slug: str, sector: str = "", anchor: str = "") -> HttpResponse:
    """A list that many agencies have alike, or one sector of it: a page that only files have."""
    shared = shared_list(slug)
    if shared is None:
        raise NothingHereError(_("Không có danh sách nào ở địa chỉ này."))
    groups = _shared_groups(shared.scopes, today())
    base = shared_address(shared)
    context: dict[str, Any] = {"label": shared.label, "crumbs": [Link(_("Cơ quan"), reverse("agencies"))], "base": base}
    if not sector:
        files = downloads(f"thu-tuc/danh-muc-chung/{slug}")
        more = {"groups": groups, "total": _size(groups), "short": SHORT_LIST, "files": files}
        return render(request, "lists/shared.html", context | more)
    group = next((group for group in groups if group.slug == sector), None)
    if group is None:
        raise NothingHereError(_("Danh sách của cơ quan này không có lĩnh vực này."))
    context["crumbs"].append(Link(shared.label, base))
    page = stretch_of(group.rows, anchor, shared_address(shared, sector), _mark)
    return render(request, "lists/shared.html", context | {"group": group, "groups": [], "page": page})


def shared_address(shared: SharedList, sector: str = "") -> str:
    """Where a shared list, or one sector of it, stands among the files."""
    # Only files have it, so no pattern of addresses puts the language before it.
    language = get_language() or settings.LANGUAGE_CODE
    before = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{before}/danh-muc-chung/{shared.slug}/" + (f"linh-vuc/{sector}/" if sector else "")


@kept_few
def _shared_groups(scopes: frozenset[int], on: date) -> list[SectorGroup]:
    return by_sector(listing_of_scopes(scopes, on))


def _sector_page(
    request: HttpRequest, agency: Agency, groups: list[SectorGroup], sector: str, anchor: str, name: str
) -> HttpResponse:
    group = next((group for group in groups if group.slug == sector), None)
    if group is None:
        raise NothingHereError(_("Danh sách của cơ quan này không có lĩnh vực này."))
    here = agency if name == "agency_sector" else None
    context: dict[str, Any] = {
        "agency": agency,
        "label": browse.label_of(agency),
        "group": group,
        "page": stretch_of(group.rows, anchor, reverse(name, args=[agency.slug, sector]), _mark),
        "announced": here is None,
        "crumbs": [*_crumbs(agency), Link(browse.label_of(agency), agency.get_absolute_url())],
        "address_at": lambda row: address_of(row.procedure, here),
    }
    return render(request, "agency_sector.html", context)


def _crumbs(agency: Agency) -> list[Link]:
    start = [Link(_("Cơ quan"), reverse("agencies"))]
    return start + [Link(one.name, one.get_absolute_url()) for one in browse.above(agency)]


def _notes(agency: Agency, now: date) -> list[tuple[str, list[Link]]]:
    """What a reader must know of a dissolved or a coming agency."""
    notes = []
    if agency.valid_to and agency.valid_to <= now:
        links = [Link(one.name, one.get_absolute_url()) for one in browse.successors_of_agency(agency)]
        words = _("Cơ quan này đã thôi hoạt động từ %(day)s.") % {"day": format_date(agency.valid_to)}
        notes.append((words + (" " + _("Nay thuộc:") if links else ""), links))
    elif agency.valid_from and agency.valid_from > now:
        notes.append((_("Cơ quan này hoạt động từ %(day)s.") % {"day": format_date(agency.valid_from)}, []))
    return notes
