"""What a one-stop shop prints for one agency ("In tại quầy"): its list, any sheet, a whole booklet; as a page for the
browser's printer, and as PDF of the same page."""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from cms.calendar import today
from cms.models import Agency, Procedure
from cms.pdf import PdfUnavailableError, to_pdf
from cms.qr import qr_svg
from cms.selectors import agency_list, browse, show, show_many
from cms.selectors.reception import reception_points
from cms.selectors.sample import holds_sample
from cms.values import format_date, format_time
from cms.views.agencies import SectorGroup, by_sector
from cms.views.found import NothingHereError, found_agency, found_procedure
from cms.views.sheets import Form, absolute, list_address, list_row, sheet_of

__all__ = ["booklet", "booklet_html", "booklet_pdf", "chosen_sheets", "counter", "list_sheet", "procedure_sheet"]

# A sheet has up to ten pages and a page takes up to 0.1 s: more than this belongs to `print_booklet`, not to a request.
MOST_IN_A_REQUEST = 12
# A commune's list has 400, a province's 900: those took 32 s and 250 MB on two busy cores, at an address open to all.
MOST_ON_A_PAGE = 500


@require_safe
def counter(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be printed for an agency."""
    agency = found_agency(slug)
    groups = _groups(agency, today())
    context = {
        "agency": agency,
        "agency_label": browse.label_of(agency),
        "groups": groups,
        "total": sum(len(group.rows) for group in groups),
        "most": MOST_ON_A_PAGE,
    }
    return render(request, "print/counter.html", context)


@require_safe
def list_sheet(request: HttpRequest, slug: str, sector: str = "", pdf: bool = False) -> HttpResponse:
    """The agency's list to be posted, all of it or one sector's."""
    agency, now = found_agency(slug), today()
    groups = _groups(agency, now, sector)
    lines = [(group, [list_row(one) for one in _shown(agency, group, now)]) for group in groups]
    context = _frame(agency, list_address(agency, now), now) | {"groups": lines, "on": now}
    context |= {"title": _("Danh mục thủ tục hành chính"), "pdf_address": "" if pdf else f"{request.path}pdf/"}
    return _answer("print/list.html", context, pdf, f"danh-muc-{agency.slug}")


@require_safe
def procedure_sheet(
    request: HttpRequest, agency: str, identifier: str, on: date | None = None, pdf: bool = False
) -> HttpResponse:
    """One procedure's sheet at an agency; as PDF with its forms behind it."""
    where, procedure = found_agency(agency), found_procedure(identifier)
    shown = show(procedure, where, on or today())
    if shown.base is None:
        raise NothingHereError(_("Ngày này không có bản nào của thủ tục này tại đây để in."))
    sheet = sheet_of(shown)
    context = _frame(where, sheet.address, shown.on) | {
        "sheets": [sheet],
        "title": sheet.name,
        "contents": False,
        "on": today(),
    }
    context["pdf_address"] = "" if pdf else f"{request.path}pdf/"
    return _answer("print/sheets.html", context, pdf, f"{procedure.slug}-{where.slug}", sheet.forms)


def chosen_sheets(agency: Agency, procedures: Sequence[int], on: date) -> HttpResponse:
    """The sheets of these procedures as they hold at the agency on the day, one behind the other."""
    found = list(Procedure.objects.filter(pk__in=procedures))
    sheets = [sheet_of(one) for one in show_many(found, agency, on) if one.base]
    title = _("Tờ thủ tục để niêm yết")
    context = _frame(agency, list_address(agency, on), on) | {"sheets": sheets, "title": title, "on": on}
    context |= {"contents": False, "pdf_address": ""}
    return _answer("print/sheets.html", context, False, f"niem-yet-{agency.slug}")


@require_safe
def booklet(request: HttpRequest, slug: str, sector: str = "", pdf: bool = False) -> HttpResponse:
    """All sheets of an agency or of one of its sectors, with contents before them."""
    agency, now = found_agency(slug), today()
    groups = _groups(agency, now, sector)
    size = sum(len(group.rows) for group in groups)
    if pdf and size > MOST_IN_A_REQUEST:
        raise NothingHereError(
            _("Cuốn này có %(size)d thủ tục, quá dài để tạo PDF ngay. Hãy in từng lĩnh vực, hoặc in từ trình duyệt.")
            % {"size": size}
        )
    if size > MOST_ON_A_PAGE:
        raise NothingHereError(
            _("Cuốn này có %(size)d thủ tục, quá dài để lập ngay. Hãy in từng lĩnh vực.") % {"size": size}
        )
    context = _booklet(agency, groups, now)
    context["pdf_address"] = f"{request.path}pdf/" if not pdf and size <= MOST_IN_A_REQUEST else ""
    return _answer("print/sheets.html", context, pdf, f"so-tay-{agency.slug}")


def booklet_html(agency: Agency, on: date, sector: str = "") -> tuple[str, int]:
    """The booklet as one page, and how many procedures it holds."""
    groups = _groups(agency, on, sector)
    html = render_to_string("print/sheets.html", _booklet(agency, groups, on) | {"pdf_address": ""})
    return html, sum(len(group.rows) for group in groups)


def booklet_pdf(agency: Agency, on: date, sector: str = "") -> tuple[bytes, int]:
    """The booklet as PDF, and how many procedures it holds. Raises PdfUnavailableError."""
    html, size = booklet_html(agency, on, sector)
    return to_pdf(html), size


def _booklet(agency: Agency, groups: list[SectorGroup], on: date) -> dict[str, Any]:
    sheets = [(group, [sheet_of(one) for one in _shown(agency, group, on)]) for group in groups]
    return _frame(agency, list_address(agency, on), on) | {
        "groups": sheets,
        "sheets": [sheet for _group, of_group in sheets for sheet in of_group],
        "title": _("Sổ tay thủ tục hành chính"),
        "contents": True,
        "on": on,
    }


def _groups(agency: Agency, on: date, sector: str = "") -> list[SectorGroup]:
    """The agency's list by sector. Raises NothingHereError for a sector that it has nothing in."""
    groups = by_sector(agency_list(agency, on).rows)
    chosen = [group for group in groups if group.slug == sector] if sector else groups
    if sector and not chosen:
        raise NothingHereError(_("Cơ quan này không có thủ tục nào trong lĩnh vực này."))
    return chosen


def _shown(agency: Agency, group: SectorGroup, on: date) -> Iterator[Any]:
    """The group's procedures as they hold at the agency."""
    return (one for one in show_many([row.procedure for row in group.rows], agency, on) if one.base)


def _frame(agency: Agency, address: str, on: date) -> dict[str, Any]:
    """What every print bears: who posts it, where papers are handed in, when it was printed, from where."""
    now = timezone.localtime()
    above = agency.get_parent()
    return {
        "portal_name": settings.WAGTAIL_SITE_NAME,
        "agency": agency,
        "agency_label": browse.label_of(agency),
        "above": above.name if above else "",
        "hotline": agency.hotline,
        "sample": holds_sample(),
        "points": reception_points(agency, on),
        "address": address,
        "qr": qr_svg(address),
        "printed_at": _("%(time)s ngày %(day)s") % {"time": format_time(now.time()), "day": format_date(now.date())},
        "back": reverse("print_counter", args=[agency.slug]),
        "home": absolute(""),
    }


def _answer(template: str, context: dict[str, Any], pdf: bool, name: str, forms: Sequence[Form] = ()) -> HttpResponse:
    html = render_to_string(template, context)
    if not pdf:
        response = HttpResponse(html)
    else:
        try:
            made = to_pdf(html)
        except PdfUnavailableError as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        response = HttpResponse(_with_forms(made, forms), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name[:120]}.pdf"'
    # A print carries its minute, and the addresses are for clerks: nothing here is for web search engines.
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _with_forms(pdf: bytes, forms: Sequence[Form]) -> bytes:
    """The sheet with the forms that are PDFs behind it, so that one print holds all."""
    behind = [form for form in forms if form.is_pdf]
    if not behind:
        return pdf
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for form in behind:
        assert form.document
        try:
            with form.document.file.open("rb") as file:
                writer.append(PdfReader(io.BytesIO(file.read())), outline_item=form.name[:120])
        except (PyPdfError, OSError, ValueError):
            # A broken upload must not keep the sheet from being printed; the sheet itself names the form.
            continue
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
