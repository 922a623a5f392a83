"""Fees to browse, of an agency or a sector: those with a sum, free ones apart from doubtful ones, by name or by sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency, ValidityPeriod
from cms.selectors import agency_list, browse, fees, procedures_announced_by, procedures_of_sector
from cms.selectors.fees import Fee
from cms.selectors.keeping import kept_few
from cms.views.data import downloads
from cms.views.fee_lines import basis_of, exemption_of, words_of
from cms.views.found import NothingHereError, found_agency, found_sector
from cms.views.paging import page_of
from cms.views.sections import Line
from cms.views.standing import Link, address_of
from cms.vocabulary import ChannelKind

ROWS_A_PAGE = 100
BY_NAME, BY_SUM, FREE, DOUBT = "theo-ten", "theo-muc-thu", "mien-phi", "chua-ro"
SORTS = {BY_NAME: fees.SUM, BY_SUM: fees.SUM, FREE: fees.FREE, DOUBT: fees.DOUBT}


@dataclass(frozen=True)
class FeeRow:
    """One line of the table."""

    name: str
    address: str
    code: str
    case: str
    channels: str
    words: Line
    exemption: str
    basis: str


@dataclass(frozen=True)
class Place:
    """Whose fees: its name, the address of its table, of its data, what stands above; the agency whose list it is."""

    name: str
    base: str
    data: str
    crumbs: list[Link]
    agency: Agency | None = None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where to look fees up: the sectors, the ministries."""
    now = today()
    context = {
        "sectors": [(row.one.name, reverse("sector_fees", args=[row.one.slug])) for row in browse.sectors(now)],
        "central": [
            (row.one.name, reverse("agency_fees", args=[row.one.slug]))
            for row in browse.central_agencies(now)
            if row.procedures
        ],
        "files": downloads("phi"),
    }
    return render(request, "fees/index.html", context)


@require_safe
def of_sector(request: HttpRequest, slug: str, view: str = BY_NAME, number: int = 1) -> HttpResponse:
    """The fees of one sector, as the widest text states them."""
    sector, now = found_sector(slug), today()
    above = [Link(_("Lĩnh vực"), reverse("sectors")), Link(sector.name, sector.get_absolute_url())]
    rows = procedures_of_sector(sector, now)
    place = Place(sector.name, reverse("sector_fees", args=[slug]), f"linh-vuc/{slug}", above)
    return _page(request, place, rows, view, number)


@require_safe
def of_agency(request: HttpRequest, slug: str, view: str = BY_NAME, number: int = 1) -> HttpResponse:
    """The fees of what an agency takes in, with those a local decision sets; of a ministry, of what it announced."""
    agency, now = found_agency(slug), today()
    above = [Link(_("Cơ quan"), reverse("agencies")), Link(agency.name, agency.get_absolute_url())]
    rows = agency_list(agency, now).rows
    where = agency if rows else None
    rows = rows or procedures_announced_by(agency, now)
    place = Place(agency.name, reverse("agency_fees", args=[slug]), f"co-quan/{slug}", above, where)
    return _page(request, place, rows, view, number)


# One list of fees is cut into several pages three ways.
@kept_few
def _fees_of(rows: tuple[ValidityPeriod, ...], on: date, agency: Agency | None) -> list[Fee]:
    return list(fees.fees_of(rows, on, agency))


def _page(request: HttpRequest, place: Place, rows: list[ValidityPeriod], view: str, number: int) -> HttpResponse:
    if view not in SORTS:
        raise NothingHereError(_("Không có cách xếp này."))
    found = _fees_of(tuple(rows), today(), place.agency)
    chosen = [fee for fee in found if fee.sort == SORTS[view]]
    if view == BY_SUM:
        chosen.sort(key=_amount)
    page = page_of(chosen, number, place.base if view == BY_NAME else f"{place.base}{view}/", ROWS_A_PAGE)
    context = {
        "title": place.name,
        "page": page,
        "rows": [_row(fee, place.agency) for fee in page.rows],
        "view": view,
        "views": _views(found, place.base),
        "unstated": len({fee.listed.procedure_id for fee in found if fee.sort == fees.UNSTATED}),
        "base": place.base,
        "at_agency": place.agency,
        "crumbs": place.crumbs,
        "files": downloads(f"phi/{place.data}"),
    }
    return render(request, "fees/fees.html", context)


def _amount(fee: Fee) -> tuple[str, Decimal]:
    """Sums of one currency together, đồng first, the smallest first."""
    assert fee.cost and fee.cost.amount is not None
    return ("" if fee.cost.currency == "VND" else fee.cost.currency), fee.cost.amount


def _views(found: Iterable[Fee], base: str) -> list[tuple[str, str, str, int]]:
    """(key, words, address, lines) of the tables there are."""
    counts = dict.fromkeys((fees.SUM, fees.FREE, fees.DOUBT, fees.UNSTATED), 0)
    for fee in found:
        counts[fee.sort] += 1
    return [
        (BY_NAME, _("Có mức thu"), base, counts[fees.SUM]),
        (FREE, _("Miễn phí"), f"{base}{FREE}/", counts[fees.FREE]),
        (DOUBT, _("Chưa rõ"), f"{base}{DOUBT}/", counts[fees.DOUBT]),
    ]


def _row(fee: Fee, agency: Agency | None) -> FeeRow:
    listed = fee.listed
    return FeeRow(
        listed.content.name,
        address_of(listed.procedure, agency),
        listed.procedure.code or "",
        fee.case,
        ", ".join(str(ChannelKind(kind).label) for kind in fee.channels),
        words_of(fee),
        exemption_of(fee),
        basis_of(fee),
    )
