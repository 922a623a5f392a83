"""How far the agencies that keep a posting ledger are with posting: the column of the state of publicity, the rows
behind its numbers, and these as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency
from cms.opendata import Column, Table, as_workbook, file_name
from cms.selectors import browse
from cms.selectors.postings import Posted, keeping_ledgers, percent, posted, walls
from cms.selectors.publicity import Counts, count
from cms.views.data import WORKBOOK
from cms.views.found import found_agency
from cms.views.paging import page_of
from cms.views.standing import Link
from cms.views.tables import full

__all__ = ["Cell", "Ledgers", "missing", "rows", "workbook"]

ALL = "tat-ca"


@dataclass(frozen=True)
class Cell:
    """How many of the listed procedures are posted, where they are named, and where the others are."""

    done: int
    listed: int
    percent: int
    address: str
    missing_address: str


class Ledgers:
    """All ledgers on a day, as the column shows them."""

    def __init__(self, on: date) -> None:
        self.agencies = {one.pk: one for one in keeping_ledgers()}
        self._rows = posted(walls(list(self.agencies.values()), on))

    def cell(self, agency: Agency | None) -> Cell | None:
        """One agency's; None where it keeps no ledger."""
        return _cell(agency.slug, self._rows[agency.pk]) if agency and agency.pk in self._rows else None

    def others(self, lines: Iterable[Counts]) -> list[Counts]:
        """Agencies that post but announce nothing, so that the table has no line of theirs yet."""
        there = {one.agency.pk for one in lines if one.agency}
        return [Counts(one, count([])) for pk, one in self.agencies.items() if pk not in there]

    @cached_property
    def total(self) -> Cell | None:
        """All of them together."""
        return _cell(ALL, [row for some in self._rows.values() for row in some]) if self._rows else None


def _cell(slug: str, rows: list[Posted]) -> Cell:
    done = sum(row.done for row in rows)
    addresses = [reverse(name, args=[slug]) for name in ("posted", "not_posted")]
    return Cell(done, len(rows), percent(rows), *addresses)


def why(row: Posted) -> str:
    """What is still to be done before the procedure counts as posted, in words."""
    words = [_("Chưa treo đúng bản: %(places)s") % {"places": "; ".join(row.lacking)}] if row.lacking else []
    return ". ".join(words + ([] if row.complete else [_("Trên cổng chưa đủ 7 phần bắt buộc")]))


class PostedTable(Table):
    """Rows of `posted`."""

    slug = "niem-yet"
    title = gettext_lazy("Niêm yết")
    about = gettext_lazy("Mỗi dòng một thủ tục trong danh mục của một cơ quan có sổ niêm yết.")
    agency = Column("co_quan", gettext_lazy("Cơ quan niêm yết"), lambda row: row.agency.name)
    name = Column("ten", gettext_lazy("Tên thủ tục"), lambda row: row.version.name)
    missing = Column("con_thieu", gettext_lazy("Còn thiếu gì; trống là đã niêm yết"), why)
    code = Column("ma_thu_tuc", gettext_lazy("Mã thủ tục"), lambda row: row.version.code, "code")
    since = Column("ban_tu_ngay", gettext_lazy("Bản đang áp dụng có từ ngày"), lambda row: row.version.since, "day")
    address = Column(
        "dia_chi", gettext_lazy("Trang của thủ tục"),
        lambda row: full(reverse("place", args=[row.agency.slug, row.version.slug])),
    )  # fmt: skip


@require_safe
def rows(request: HttpRequest, agency: str, number: int = 1) -> HttpResponse:
    """The procedures that are posted."""
    return _page(request, agency, number, done=True)


@require_safe
def missing(request: HttpRequest, agency: str, number: int = 1) -> HttpResponse:
    """Those that are listed and not posted yet, and why."""
    return _page(request, agency, number, done=False)


def _page(request: HttpRequest, agency: str, number: int, *, done: bool) -> HttpResponse:
    where, found = _chosen(agency)
    address = reverse("posted" if done else "not_posted", args=[agency])
    page = page_of([row for row in found if row.done == done], number, address)
    context = {
        "title": _("Đã niêm yết") if done else _("Chưa niêm yết đủ và đúng"),
        "where": where,
        "page": page,
        "rows": [{"row": row, "why": why(row)} for row in page.rows],
        "several": agency == ALL,
        "other": reverse("not_posted" if done else "posted", args=[agency]),
        "other_title": _("Chưa niêm yết đủ và đúng") if done else _("Đã niêm yết"),
        "file": reverse("posted_file", args=[agency]),
        "crumbs": [Link(_("Tình hình công khai"), reverse("publicity"))],
    }
    return render(request, "publicity/posted.html", context)


@require_safe
def workbook(request: HttpRequest, agency: str) -> FileResponse:
    """All listed procedures, posted or not, as a spreadsheet."""
    where, found = _chosen(agency)
    about = {"bo_du_lieu": f"{PostedTable.title}, {where}", "ngay": today().isoformat()}
    name = file_name(f"niem-yet-{agency}", today(), "xlsx")
    book = as_workbook(PostedTable(), found, about)
    return FileResponse(book, as_attachment=True, filename=name, content_type=WORKBOOK)


def _chosen(slug: str) -> tuple[str, list[Posted]]:
    """Whose rows, in words, and the rows. An agency without a ledger has posted nothing yet."""
    agencies = list(keeping_ledgers()) if slug == ALL else [found_agency(slug)]
    found = [row for some in posted(walls(agencies, today())).values() for row in some]
    return _("mọi cơ quan có sổ niêm yết") if slug == ALL else browse.label_of(agencies[0]), found
