"""The desk's pages on legal documents: which change and whom that touches, as a page and as a spreadsheet."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from cms.calendar import today
from cms.desk.access import asks
from cms.models import LegalDocument, ValidityPeriod
from cms.opendata import Column, Table, as_workbook, file_name
from cms.selectors.legal import Impact, Resting, impacts, resting_on
from cms.selectors.rights import Right
from cms.values import format_date
from cms.views.data import WORKBOOK
from cms.vocabulary import ScopePart


def place_of(period: ValidityPeriod) -> str:
    """Where the text holds, and which part it is."""
    scope = period.scope
    where = str(scope.agency or scope.agency_class or "Cả nước")
    return where if period.part == ScopePart.BASE else f"{where}, phần {ScopePart(period.part).label}"


def left(impact: Impact) -> str:
    """The days left, in words."""
    if impact.days_left is None:
        return "chưa rõ ngày"
    if impact.days_left > 0:
        return f"còn {impact.days_left} ngày"
    return "hôm nay" if impact.days_left == 0 else f"đã {-impact.days_left} ngày"


class ImpactTable(Table):
    """One line a text that a change touches; rows of (impact, resting)."""

    slug = "van-ban-thay-doi"
    title = "Thủ tục bị ảnh hưởng khi văn bản thay đổi"
    about = "Mỗi dòng một nội dung đang có hiệu lực có căn cứ là văn bản thay đổi."
    number = Column("van_ban", "Văn bản thay đổi", lambda row: str(row[0].document), "code")
    words = Column("thay_doi", "Cách thay đổi", lambda row: row[0].words)
    by = Column("boi_van_ban", "Bởi văn bản", lambda row: str(row[0].by or ""), "code")
    day = Column("tu_ngay", "Từ ngày; trống là chưa rõ", lambda row: row[0].day, "day")
    days = Column("con_ngay", "Số ngày còn lại; âm là đã qua", lambda row: row[0].days_left, "number")
    code = Column("ma_thu_tuc", "Mã thủ tục", lambda row: row[1].period.procedure.code or "", "code")
    name = Column("ten", "Tên thủ tục", lambda row: row[1].period.content.name)
    place = Column("pham_vi", "Nơi áp dụng", lambda row: place_of(row[1].period))
    answer = Column("da_lam", "Đã xử lý thế nào; trống là chưa", lambda row: row[1].answer)


@asks(Right.VIEW)
def changing(request: HttpRequest) -> HttpResponse:
    """Documents that change, the nearest first."""
    found = [(one, left(one)) for one in impacts(today())]
    return TemplateResponse(request, "desk/legal.html", {"impacts": found})


@asks(Right.VIEW)
def workbook(request: HttpRequest) -> HttpResponse:
    """The same, a line a text, as a spreadsheet."""
    lines = [(impact, row) for impact in impacts(today()) for row in impact.rows]
    book = as_workbook(ImpactTable(), lines, {"bo_du_lieu": str(ImpactTable.title), "ngay": today().isoformat()})
    name = file_name(ImpactTable.slug, today(), "xlsx")
    return HttpResponse(
        book.read(), content_type=WORKBOOK, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@asks(Right.VIEW)
def document(request: HttpRequest, document: int) -> HttpResponse:
    """One document: what changes it, and the texts that rest on it."""
    found = get_object_or_404(LegalDocument, pk=document)
    changes = impacts(today(), documents=[found.pk])
    rows: list[Resting] = list(changes[0].rows) if changes else resting_on(found, today())
    context: dict[str, Any] = {
        "document": found,
        "days": [
            (label, format_date(day) if day else "chưa rõ")
            for label, day in (("Ban hành", found.issued_on), ("Có hiệu lực từ", found.effective_from))
        ],
        "ended_on": found.ended_on,
        "changes": [(one, left(one)) for one in changes],
        "rows": [
            (
                row,
                place_of(row.period),
                reverse("wagtailsnippets_cms_procedure:inspect", args=[row.period.procedure_id]),
            )
            for row in rows
        ],
    }
    return TemplateResponse(request, "desk/legal_document.html", context)
