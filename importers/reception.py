"""Reception points from a workbook that an office can fill in: one row a counter, one column a weekday. A row that
can't be read is named with its cell and left out; the others go in."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from cms.calendar import today
from cms.models import Agency
from cms.opening import WEEKDAYS, UnreadableHoursError, read_closed, read_hours
from cms.services.reception import PointDraft
from cms.text import match_key
from importers.lists.table import Form, ListFile, RefusedRowError, Row, read_table

__all__ = ["COLUMNS", "ReceptionFile", "read_reception_points", "write_template"]

T = TypeVar("T")

# Key → heading in the template. Headings are known again in any order, with or without marks.
COLUMNS = {
    "code": "Mã cơ quan",
    "agency": "Tên cơ quan",
    "province": "Tỉnh, thành phố",
    "name": "Tên nơi tiếp nhận",
    "address": "Địa chỉ",
    "phone": "Điện thoại",
    "email": "Thư điện tử",
    **{f"day{number}": str(label) for number, label in WEEKDAYS.items()},
    "closed": "Ngày nghỉ",
    "note": "Ghi chú",
    "valid_from": "Có từ ngày",
    "valid_to": "Đến trước ngày",
}
LONGEST = {"name": 300, "address": 500, "phone": 60, "email": 254, "note": 500}
TEMPLATE_ROWS = 200
_HINTS = {
    "code": "Mã đơn vị hành chính hoặc mã định danh; để trống nếu ghi tên",
    "agency": "Tên đầy đủ, ví dụ Ủy ban nhân dân phường …",
    "province": "Cần khi nhiều nơi cùng tên",
    "day1": "7h30-11h30; 13h30-17h00 hoặc nghỉ",
    "closed": "02/09/2026; 28/04/2026-03/05/2026: lý do",
    "valid_from": "Để trống nếu không rõ",
}


ReceptionFile = ListFile[PointDraft]
FORM = Form(
    COLUMNS,
    # A column that is left away would empty what stands.
    wanted=(("code", "agency"), *((key,) for key in COLUMNS if key not in ("code", "agency", "province"))),
    longest=LONGEST,
    advice="Hãy lấy tệp mẫu (trong lệnh: tùy chọn --template), điền vào rồi nhập lại.",
)


def read_reception_points(path: Path) -> ReceptionFile:
    """Read a workbook or a csv file in the template's form, all sheets that have its headings.

    Raises UnusableFileError when the file is neither or no sheet has the headings.
    """
    found = read_table(path, FORM, _draft)
    _refuse_repeated(found)
    return found


def _draft(row: Row) -> PointDraft:
    texts = {key: row.text(key) for key in ("name", "address", "phone", "email", "note")}
    for key in ("name", "address"):
        if not texts[key]:
            raise RefusedRowError(f"thiếu “{COLUMNS[key]}”. Hãy điền vào ô {row.cell(key).address}.")
    if texts["email"] and not _is_email(texts["email"]):
        cell = row.cell("email").address
        raise RefusedRowError(f"ô {cell}: “{texts['email']}” không phải địa chỉ thư điện tử. Hãy sửa hoặc để trống.")
    first, last = row.day("valid_from"), row.day("valid_to")
    if first and last and last <= first:
        raise RefusedRowError(f"ô {row.cell('valid_to').address}: “Đến trước ngày” phải sau “Có từ ngày”.")
    hours = {number: _read(row, f"day{number}", read_hours) for number in WEEKDAYS}
    return PointDraft(
        agency=_agency(row.text("code"), row.text("agency"), row.text("province")),
        **texts,
        valid_from=first,
        valid_to=last,
        hours={number: spans for number, spans in hours.items() if spans},
        closed=_read(row, "closed", read_closed) or (),
    )


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _read(row: Row, key: str, reading: Callable[[str], T]) -> T:
    try:
        return row.read(key, reading)
    except UnreadableHoursError as error:
        raise row.wrong(key, str(error)) from error


def _agency(code: str, name: str, province: str) -> Agency:
    """The one agency meant. Raises RefusedRowError when none or several fit, or code and name disagree."""
    if not (code or name):
        raise RefusedRowError(f"thiếu cả “{COLUMNS['code']}” và “{COLUMNS['agency']}”. Hãy điền một trong hai.")
    fitting = Agency.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today()))
    if code:
        # Excel takes the zeros off the front of a code that it reads as a number.
        fitting = fitting.filter(Q(national_code=code) | Q(unit_code__in=[code, code.zfill(2), code.zfill(5)]))
    if name:
        key = match_key(name)
        fitting = fitting.filter(Q(match_key=key) | Q(aliases__match_key=key)).distinct()
    found = list(fitting)
    if province:
        key = match_key(province)
        found = [one for one in found if key in {match_key(above.name) for above in one.get_ancestors()}]
    if len(found) == 1:
        return found[0]
    said = ", ".join(filter(None, [code and f"mã {code}", name, province]))
    if found:
        raise RefusedRowError(f"có {len(found)} cơ quan hợp với “{said}”. Hãy ghi thêm mã hoặc tỉnh.")
    raise RefusedRowError(f"cổng không có cơ quan nào là “{said}”. Hãy xem lại mã và tên.")


def _refuse_repeated(found: ReceptionFile) -> None:
    """The same counter twice with different facts: nobody can say which row is right, so both are left out."""
    seen: dict[tuple[int, str], PointDraft] = {}
    twice = set()
    for draft in found.drafts:
        key = draft.agency.pk, draft.name
        if seen.setdefault(key, draft) != draft:
            twice.add(key)
    for key in sorted(twice):
        draft = seen.pop(key)
        found.refused.append(
            f"“{draft.name}” của {draft.agency.name} có nhiều dòng khác nhau; không dòng nào được nhập. "
            "Hãy giữ lại một dòng."
        )
    found.drafts = list(seen.values())


def write_template(target: Path | IO[bytes]) -> None:
    """Write an empty workbook in the right form: headings, a line of hints and text cells, so that codes keep their
    zeros. Raises OSError when it can't be written."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Nơi tiếp nhận"
    for column, (key, label) in enumerate(COLUMNS.items(), 1):
        head = sheet.cell(1, column, label)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        head.comment = Comment(_HINTS[key], "Cổng thủ tục") if key in _HINTS else None
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 28 if key in ("agency", "name", "address", "closed", "note") else 16
        for line in range(2, TEMPLATE_ROWS + 2):
            sheet.cell(line, column).number_format = "@"
    sheet.freeze_panes = "A2"
    book.save(target)
