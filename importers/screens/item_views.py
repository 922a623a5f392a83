"""One item beside its source, what it would change, and everything an editor may do with it, by keyboard too."""

import re
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from cms.models import Procedure
from cms.selectors import browse, editing
from cms.selectors.rights import Right
from cms.vocabulary import OnlineLevel
from importers.decisions.bounded import picture_of_page
from importers.decisions.differences import differences
from importers.decisions.plain import from_plain
from importers.decisions.review import (
    BatchChangedError,
    NotInReviewError,
    accept,
    choose_procedure,
    correct_row,
    leave_out,
    take_in_again,
)
from importers.decisions.rows import DecisionHead, ItemRow, Printed, Region
from importers.models import BatchState, DecisionRow, RowState
from importers.rows import UnusableFileError
from importers.screens.access import asks, batch_of, may_on, say
from importers.screens.forms import COLUMNS, MARKS, ItemForm

FOUND = 8
_PAGE = re.compile(r"trang (\d+)", re.IGNORECASE)
OPEN = (RowState.DOUBTFUL, RowState.REFUSED)


@asks(Right.VIEW)
def item(request: HttpRequest, row: int) -> HttpResponse:
    """GET: the item. POST: one act on it, named by the button; then the next doubtful one."""
    found = _row(row)
    batch = batch_of({"row": row})
    assert batch
    found.batch = batch
    form, told = ItemForm(item=from_plain(ItemRow, found.row), initial={"version": batch.version}), False
    if request.method == "POST":
        if not may_on(request.user, Right.DRAFT, batch):
            raise PermissionDenied
        form = ItemForm(request.POST, item=from_plain(ItemRow, found.row))
        onward, told = _act(request, found, form)
        if onward:
            return redirect(onward)
    context = _context(request, found) | {"form": form, "told": told, "reason": request.POST.get("reason", "")}
    return TemplateResponse(request, "decision_screens/item.html", context, status=409 if told else 200)


def _row(pk: int) -> DecisionRow:
    rows = DecisionRow.objects.select_related("batch__agency", "procedure", "checked_by")
    return get_object_or_404(rows, pk=pk)


# --- acts ------------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, row: DecisionRow, form: ItemForm) -> tuple[str, bool]:
    """Do what the button says; where to go on ("" = stay, with what was typed), and whether somebody else's work came
    between."""
    try:
        done = _do(request, row, form)
    except BatchChangedError:
        row.batch.refresh_from_db()
        row.refresh_from_db()
        form.take_version(row.batch.version)
        return "", True
    except NotInReviewError as closed:
        say(request, closed)
        return _batch_address(row), False
    except ValidationError as wrong:
        say(request, wrong)
        return "", False
    if not done:
        return "", False
    messages.success(request, f"Mục {row.label or row.ordinal}: {done}")
    stays = request.POST.get("do") == "again"
    following = row if stays else _following(row)
    return (_address(following) if following else _batch_address(row)), False


def _do(request: HttpRequest, row: DecisionRow, form: ItemForm) -> str:
    """The act itself; what was done in words, "" when the form has errors."""
    typed = request.POST.get("version", "")
    same: dict[str, Any] = {"row": row, "version": int(typed) if typed.isdecimal() else -1, "by": request.user}
    what = request.POST.get("do")
    if what == "leave_out":
        reason = request.POST.get("reason", "").strip()
        if not reason:
            raise ValidationError("Hãy ghi lý do bỏ mục này ra: người duyệt sẽ đọc lý do đó.")
        leave_out(**same, reason=reason)
        return "đã bỏ ra."
    if what == "again":
        take_in_again(**same)
        return "để xem lại."
    if what == "apart":
        choose_procedure(**same, procedure=None)
        return "là thủ tục riêng, đã nhận."
    if what == "choose":
        typed = request.POST.get("procedure", "")
        procedure = Procedure.objects.filter(pk=typed).first() if typed.isdecimal() else None
        if procedure is None:
            raise ValidationError("Hãy chọn một thủ tục trong danh sách.")
        choose_procedure(**same, procedure=procedure)
        return "đã nối với thủ tục và nhận."
    if not form.is_valid():
        # "Nhận" takes the item as it stands; only what was typed into the form needs to be right.
        return ""
    own, columns = form.corrections()
    if own or columns:
        correct_row(**same, fields=own, values=columns)
        return "đã sửa và nhận."
    accept(**same)
    return "đã nhận."


def _following(row: DecisionRow) -> DecisionRow | None:
    """The next item to look at, after this one first."""
    rows = row.batch.rows.filter(state__in=OPEN)
    return rows.filter(ordinal__gt=row.ordinal).first() or rows.exclude(pk=row.pk).first()


def _address(row: DecisionRow) -> str:
    return redirect("desk_import_item", row.pk).url


def _batch_address(row: DecisionRow) -> str:
    return redirect("desk_import", row.batch_id).url


# --- what is shown ---------------------------------------------------------------------------------------------------


def _context(request: HttpRequest, row: DecisionRow) -> dict[str, Any]:
    batch = row.batch
    read, now = from_plain(ItemRow, row.read), from_plain(ItemRow, row.row)
    procedure = None if row.apart else row.procedure or (browse.find_procedure(now.code) if now.code else None)
    siblings = batch.rows.order_by("ordinal")
    searched = request.GET.get("tim", "").strip()
    head = from_plain(DecisionHead, batch.head)
    # Before the editor has chosen, the likeliest one shows whether it is the same procedure at all.
    proposals = row.proposals if not procedure and not row.apart else []
    against = procedure or (Procedure.objects.filter(pk=proposals[0]["procedure"]).first() if proposals else None)
    compared = batch.agency and against and row.parent is None
    return {
        "batch": batch,
        "row": row,
        "item": now,
        "read": read,
        "lines": _lines(read),
        "problems": row.row["problems"],
        "parent": siblings.filter(ordinal=row.parent).first() if row.parent else None,
        "subcases": siblings.filter(parent=row.ordinal),
        "procedure": procedure,
        "proposals": proposals,
        "searched": searched,
        "found": editing.procedures_matching(editing.procedures_by_name(), searched)[:FOUND] if searched else [],
        "differences": differences(row, against, batch.agency, head.effective_from) if compared else None,  # type: ignore[arg-type]
        "others": _others(read),
        "pages": _pages(read) if _file_of(row, ".pdf") else {},
        "previous": siblings.filter(ordinal__lt=row.ordinal).last(),
        "next": siblings.filter(ordinal__gt=row.ordinal).first(),
        "following": _following(row),
        "waiting": batch.rows.filter(state__in=OPEN).count(),
        "open": batch.state == BatchState.REVIEW and may_on(request.user, Right.DRAFT, batch),
    }


def _lines(read: ItemRow) -> list[dict[str, str]]:
    """The row of the table as read: heading, text, what was printed where that differs, and the doubt."""
    lines = []
    for name, label in {"code": "Mã", "name": "Tên", **COLUMNS}.items():
        if value := read.values.get(name):
            cell = value.place.cell
            lines.append(
                {
                    "name": name,
                    "label": label,
                    "text": _said(name, value.text),
                    "raw": value.raw,
                    "doubt": value.doubt,
                    "cell": cell,
                }
            )
    return lines


def _others(read: ItemRow) -> list[Printed]:
    """What else the source row says: columns that were not recognised, or that no value was made of."""
    return [one for one in read.printed if one.column not in read.values and one.column not in ("code", "name")]


def _pages(read: ItemRow) -> dict[int, list[Region]]:
    """The pages on which the row is printed, with its regions on each."""
    found: dict[int, list[Region]] = {}
    if page := _PAGE.search(read.place.sheet):
        found[int(page[1])] = []
    for one in read.regions:
        found.setdefault(one.page, []).append(one)
    return found


def _said(name: str, text: str) -> str:
    """A mark or a level in words."""
    if name in MARKS:
        return "có đánh dấu" if text.strip() else ""
    return str(OnlineLevel(text).label) if name == "online_level" and text in OnlineLevel.values else text


def _file_of(row: DecisionRow, ending: str) -> Any:
    name = from_plain(ItemRow, row.read).place.file
    files = [file for file in row.batch.files.all() if file.file and file.name.lower().endswith(ending)]
    return next((file for file in files if file.name == name), None)


@asks(Right.VIEW)
def page_picture(request: HttpRequest, row: int, page: int) -> HttpResponse:
    """A page of the PDF on which the item stands, drawn by a bounded process."""
    found = _row(row)
    file = _file_of(found, ".pdf")
    if not file or page not in _pages(from_plain(ItemRow, found.read)):
        return HttpResponse("Mục này không đọc từ trang PDF.", content_type="text/plain; charset=utf-8")
    try:
        picture = picture_of_page(Path(file.file.path), page)
    except UnusableFileError as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8")
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


@asks(Right.VIEW)
def form_file(request: HttpRequest, row: int, name: str) -> FileResponse:
    """A form as it was cut out of the file, to be looked at before it is anybody's."""
    kept = get_object_or_404(_row(row).batch.form_files, name=name)
    return FileResponse(kept.file.open("rb"), as_attachment=True, filename=name)
