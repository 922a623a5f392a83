"""The state of publicity for everybody: agency by agency, each number leads to its rows, and the rows to a file."""

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.clocks import ANNOUNCE_ARTICLE, PUBLISH_ARTICLE, clock_words
from cms.models import Agency
from cms.opendata import Column, Table, as_workbook, file_name
from cms.selectors import browse
from cms.selectors.publicity import FORM, KINDS, Counts, Row, by_agency, count, publicity
from cms.selectors.terms import count_words
from cms.views.data import WORKBOOK
from cms.views.found import NothingHereError, found_agency
from cms.views.paging import page_of
from cms.views.plain import is_plain_file
from cms.views.posted import Cell, Ledgers
from cms.views.standing import Link
from cms.views.tables import full
from cms.vocabulary import Part

ALL, UNKNOWN = "tat-ca", "chua-ro"
LABELS = {
    "cong-khai": gettext_lazy("Đang công khai"),
    "du-7-phan": gettext_lazy("Đủ 7 phần bắt buộc"),
    "du-phan": gettext_lazy("Đủ cả 7 + 4 phần"),
    "chua-kiem": gettext_lazy("Chưa có cán bộ kiểm"),
    "qua-han": gettext_lazy("Công khai quá hạn"),
    "sap-han": gettext_lazy("Công khai: còn 5 ngày trở xuống"),
    "khong-tinh-duoc": gettext_lazy("Không tính được hạn công khai"),
    "cong-bo-qua-han": gettext_lazy("Công bố quá hạn"),
    "cong-bo-sap-han": gettext_lazy("Công bố: còn 5 ngày trở xuống"),
    "cong-bo-khong-tinh-duoc": gettext_lazy("Không tính được hạn công bố"),
}


@dataclass(frozen=True)
class Line:
    """One line of the table: whose it is, and each figure with the address of its rows."""

    label: str
    address: str
    figures: list[Link]
    posted: Cell | None = None


def gap_labels(row: Row) -> list[str]:
    """The parts that are missing, in words."""
    return [_("Mẫu đơn, tờ khai") if gap == FORM else str(Part(gap).label) for gap in row.gaps]


class PublicityTable(Table):
    """Rows of `publicity`."""

    slug = "tinh-hinh"
    title = gettext_lazy("Tình hình công khai")
    about = gettext_lazy("Mỗi dòng một thủ tục đang công khai, hoặc một mục của quyết định đã ký chưa công khai.")
    code = Column("ma_thu_tuc", gettext_lazy("Mã thủ tục"), lambda row: row.code, "code")
    name = Column("ten", gettext_lazy("Tên thủ tục"), lambda row: row.name)
    gaps = Column("phan_con_thieu", gettext_lazy("Phần còn thiếu"), lambda row: "; ".join(gap_labels(row)))
    decision = Column("so_quyet_dinh", gettext_lazy("Số quyết định"), lambda row: row.decision, "code")
    due = Column(
        "han_cong_khai", gettext_lazy("Hạn công khai; trống là không tính được"), lambda row: row.clock.due, "day"
    )
    state = Column("tinh_trang", gettext_lazy("Hạn công khai đang thế nào"), lambda row: clock_words(row.clock))
    announce_due = Column(
        "han_cong_bo", gettext_lazy("Hạn công bố; trống là không tính được"), lambda row: row.announce.due, "day"
    )
    announce_state = Column(
        "tinh_trang_cong_bo", gettext_lazy("Hạn công bố đang thế nào"), lambda row: clock_words(row.announce)
    )
    address = Column(
        "dia_chi", gettext_lazy("Trang của thủ tục"),
        lambda row: full(reverse("procedure", args=[row.slug])) if row.slug else "",
    )  # fmt: skip


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Agency by agency, then the sum; made to be printed on one sheet."""
    on = today()
    found = publicity(on)
    by, ledgers = by_agency(found), Ledgers(on)
    lines = [_line(one, ledgers.cell(one.agency)) for one in [*by, *ledgers.others(by)]]
    context = {
        "kinds": list(LABELS.values()),
        "lines": lines,
        "total": _figures(ALL, count(found)),
        "posted": ledgers.total,
        "file": reverse("publicity_file", args=[ALL, "cong-khai"]),
        "article": PUBLISH_ARTICLE,
        "announce_article": ANNOUNCE_ARTICLE,
        "counting": count_words(),
        "on": on,
        "address": full(request.path),
    }
    return render(request, "publicity/table.html", context)


def _line(counts: Counts, posted: Cell | None) -> Line:
    if counts.agency is None:
        return Line(_("Nguồn chưa ghi cơ quan công bố"), "", _figures(UNKNOWN, counts.figures))
    label = browse.label_of(counts.agency)
    return Line(label, counts.agency.get_absolute_url(), _figures(counts.agency.slug, counts.figures), posted)


def _figures(slug: str, figures: dict[str, int]) -> list[Link]:
    return [Link(str(figures[kind]), reverse("publicity_rows", args=[slug, kind])) for kind in KINDS]


@require_safe
def rows(request: HttpRequest, agency: str, kind: str, number: int = 1) -> HttpResponse:
    """The rows behind one figure."""
    where, found = _chosen(agency, kind)
    page = page_of(found, number, reverse("publicity_rows", args=[agency, kind]))
    shown = [
        {"row": row, "gaps": gap_labels(row), "clock": clock_words(row.clock), "announce": clock_words(row.announce)}
        for row in page.rows
    ]
    context = {
        "title": LABELS[kind],
        "where": where,
        "page": page,
        "rows": shown,
        "file": reverse("publicity_file", args=[agency, kind]),
        "crumbs": [Link(_("Tình hình công khai"), reverse("publicity"))],
    }
    return render(request, "publicity/rows.html", context)


@require_safe
def workbook(request: HttpRequest, agency: str, kind: str) -> FileResponse:
    """The same rows as a spreadsheet."""
    where, found = _chosen(agency, kind)
    about: dict[str, Any] = {"bo_du_lieu": f"{LABELS[kind]}, {where}"}
    about |= {} if is_plain_file(request) else {"ngay": today().isoformat()}
    about["can_cu"] = f"{PUBLISH_ARTICLE}; {ANNOUNCE_ARTICLE}"
    name = file_name(f"tinh-hinh-{agency}-{kind}", today(), "xlsx")
    book = as_workbook(PublicityTable(), found, about)
    return FileResponse(book, as_attachment=True, filename=name, content_type=WORKBOOK)


def _chosen(slug: str, kind: str) -> tuple[str, list[Row]]:
    """Whose rows, in words, and the rows. Raises NothingHereError for a kind that is not counted."""
    if kind not in KINDS:
        raise NothingHereError(_("Không có số liệu nào ở địa chỉ này."))
    agency: Agency | None = None if slug in (ALL, UNKNOWN) else found_agency(slug)
    found = [row for row in publicity(today()) if KINDS[kind](row)]
    if slug == ALL:
        return _("mọi cơ quan"), found
    wanted = agency.pk if agency else None
    label = browse.label_of(agency) if agency else _("nguồn chưa ghi cơ quan công bố")
    return label, [row for row in found if row.agency_id == wanted]
