"""Which procedures rest on a document that changes, on screen and as a spreadsheet."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from cms.calendar import today
from cms.clocks import said
from cms.desk.access import asks
from cms.list_export import SPREADSHEET
from cms.models import LegalDocument
from cms.opendata import Column, Table, as_workbook, file_name
from cms.selectors.impact import Care, Impact, impacts
from cms.selectors.rights import Right
from cms.values import format_date

SHOWN = 200
CARES = {Care.OPEN: "Chưa làm", Care.DRAFTED: "Đang soạn", Care.DONE: "Đã lo xong"}


def left_words(row: Impact) -> str:
    """How many days are left, in words."""
    if row.days_left is None:
        return "chưa rõ ngày"
    if row.days_left < 0:
        return f"đã qua {-row.days_left} ngày"
    return f"còn {row.days_left} ngày" if row.days_left else "hôm nay"


def term_words(row: Impact) -> str:
    """By when the decision that announces the change is to be issued."""
    if row.clock.due is None:
        return said(row.clock)
    late = "quá hạn " if row.clock.is_late and row.care != Care.DONE else ""
    return late + format_date(row.clock.due) + ("" if row.clock.certain else " (năm chưa công bố lịch nghỉ)")


class ImpactTable(Table):
    """Rows of `impacts`."""

    slug = "van-ban-thay-doi"
    title = "Thủ tục dựa vào văn bản thay đổi"
    about = "Mỗi dòng một thủ tục dựa vào một văn bản được sửa đổi, bị thay thế, bãi bỏ hoặc hết hiệu lực."
    document = Column("van_ban", "Văn bản thay đổi", lambda row: row.turn.document.number, "code")
    said = Column("thay_doi", "Thay đổi", lambda row: row.turn.said)
    day = Column("tu_ngay", "Từ ngày; trống là chưa rõ", lambda row: row.turn.day, "day")
    left = Column("con_lai", "Số ngày còn lại; âm là đã qua", lambda row: row.days_left, "number")
    term = Column("han_cong_bo", "Hạn ban hành quyết định công bố", lambda row: row.clock.due, "day")
    code = Column("ma_thu_tuc", "Mã thủ tục", lambda row: row.period.procedure.code or "", "code")
    name = Column("ten", "Tên thủ tục", lambda row: row.period.content.name)
    care = Column("tinh_trang", "Tình trạng", lambda row: ": ".join(filter(None, [CARES[row.care], row.note])))


def _chosen(request: HttpRequest) -> tuple[LegalDocument | None, str, list[Impact]]:
    """The document asked for (none: all), the state asked for, and the rows."""
    typed = request.GET.get("van-ban", "")
    document = get_object_or_404(LegalDocument, pk=int(typed)) if typed.isdecimal() and len(typed) < 19 else None
    wanted = request.GET.get("tinh-trang", "")
    rows = impacts(request.user, today(), document.pk if document else None)  # type: ignore[arg-type]
    return document, wanted if wanted in set(Care) else "", rows


@asks(Right.VIEW)
def impact(request: HttpRequest) -> HttpResponse:
    """The list, fewest days left first."""
    document, wanted, rows = _chosen(request)
    counts = [(care, label, sum(row.care == care for row in rows)) for care, label in CARES.items()]
    chosen = [row for row in rows if not wanted or row.care == wanted]
    context: dict[str, Any] = {
        "document": document,
        "wanted": wanted,
        "counts": counts,
        "all": len(rows),
        "rows": [(row, left_words(row), term_words(row), CARES[row.care]) for row in chosen[:SHOWN]],
        "further": max(0, len(chosen) - SHOWN),
        "article": chosen[0].clock.article if chosen else "",
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "desk/impact.html", context)


@asks(Right.VIEW)
def impact_file(request: HttpRequest) -> Any:
    """The same as a spreadsheet, all rows."""
    document, wanted, rows = _chosen(request)
    chosen = [row for row in rows if not wanted or row.care == wanted]
    about = {"bo_du_lieu": str(ImpactTable.title), "van_ban": document.number if document else "tất cả"}
    book = as_workbook(ImpactTable(), chosen, about | {"ngay": today().isoformat()})
    name = file_name(ImpactTable.slug, today(), "xlsx")
    return FileResponse(book, as_attachment=True, filename=name, content_type=SPREADSHEET)
