"""The tables given away as data: each column with its meaning in one place, from which the files, their headings and
the public dictionary are made, so that no file can differ from what is said of it."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import IO, Any

from django.db.models import Field as ModelField
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from cms import workbook
from cms.calendar import local_day
from cms.models import Detail, PartState, ProcedureContent
from cms.selectors.canonical import CONTENT_FIELDS, DETAIL_FIELDS, PART_FIELDS

# What a spreadsheet would run as a formula (and, in some, a tab or a line end before it).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


class Column(Field):
    """A column of a table: its name in every file, what it means, and how it is read from a row.

    `kind`: "text", "code" (digits that are no number), "number", "money" or "day".
    """

    def __init__(self, name: str, meaning: Any, read: Callable[[Any], Any], kind: str = "text") -> None:
        super().__init__(attribute=name, column_name=name)
        self.meaning, self.read, self.kind = meaning, read, kind

    def export(self, instance: Any, **kwargs: Any) -> Any:
        """The value as text, number or None; days in the form 2026-07-01."""
        return _plain(self.read(instance))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, (int, float)):
        return value
    return str(value)


class Lines:
    """The lines of a table that were read before."""

    def __init__(self, lines: Iterable[list[Any]]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[list[Any]]:
        return iter(self._lines)


class Table(Resource):
    """A table of the open data. `slug` stands in its address; `about` says what a row is."""

    slug = ""
    title: Any = ""
    about: Any = ""

    def columns(self) -> list[Column]:
        """The columns in their order."""
        return list(self.get_export_fields())

    def lines(self, rows: Iterable[Any]) -> Iterator[list[Any]]:
        """The rows as lists of plain values, one at a time."""
        if isinstance(rows, Lines):
            yield from rows
            return
        # Asked once, not for each of a million cells as `export_resource` does.
        reads = [column.read for column in self.columns()]
        for row in rows:
            yield [_plain(read(row)) for read in reads]


# --- files -----------------------------------------------------------------------------------------------------------


class _Line:
    """A file of one line: gives back what the csv writer writes."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def as_csv(table: Table, rows: Iterable[Any]) -> Iterator[str]:
    """The table as CSV, line by line: with BOM, all text in quotation marks, nothing a spreadsheet would run."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_NONNUMERIC)
    yield BOM + str(writer.writerow([column.column_name for column in table.columns()]))
    for line in table.lines(rows):
        yield str(writer.writerow(["" if value is None else _safe(value) for value in line]))


def as_json(table: Table, rows: Iterable[Any], about: dict[str, Any]) -> Iterator[str]:
    """The table as one JSON object: what `about` says of it, then "dong", its rows, one to a line."""
    names = [column.column_name for column in table.columns()]
    yield json.dumps(about, ensure_ascii=False)[:-1] + (", " if about else "") + '"dong": ['
    comma = "\n"
    for line in table.lines(rows):
        yield comma + json.dumps(dict(zip(names, line, strict=True)), ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


def as_workbook(table: Table, rows: Iterable[Any], about: dict[str, Any]) -> IO[bytes]:
    """The table as an open .xlsx file, codes as text, with a second sheet that explains them where needed.

    Written row by row: memory does not grow with the table.
    """
    columns = table.columns()
    names = [column.column_name for column in columns]
    safe = ([_safe(value) for value in line] for line in table.lines(rows))
    widths = [60 if column.kind == "text" and number < 3 else 22 for number, column in enumerate(columns)]
    codes = {number for number, column in enumerate(columns) if column.kind == "code"}
    sheets = [workbook.Sheet(table.slug, chain([names], safe), widths, codes, frozen=True)]
    # What the table is and what its columns mean; nothing where their names say all.
    if about or any(str(column.meaning) != column.column_name for column in columns):
        notes = [(name, _safe(str(value))) for name, value in about.items()]
        notes += [(column.column_name, str(column.meaning)) for column in columns]
        sheets.append(workbook.Sheet("giai-thich", notes, [28, 100]))
    return workbook.write(sheets)


# --- the dictionary of a procedure's full text -----------------------------------------------------------------------


@dataclass(frozen=True)
class Described:
    """A field of the full text: its name, what it means, and the codes it may hold with their labels."""

    name: str
    meaning: str
    choices: list[tuple[str, str]]


_MEANINGS: dict[str, Any] = {
    "name": _("Tên"),
    "sector_text": _("Lĩnh vực, như nguồn ghi"),
    "levels": _("Cấp thực hiện, các mã cách nhau bằng dấu phẩy"),
    "applicant_types": _("Đối tượng thực hiện, các mã cách nhau bằng dấu phẩy"),
    "procedure_kind": _("Loại thủ tục, như nguồn ghi"),
    "cited_decision": _("Số quyết định công bố, như nguồn ghi"),
    "decision_number": _("Số quyết định công bố, viết thống nhất"),
    "dossier_sets": _("Số bộ hồ sơ, như nguồn ghi"),
    "online_level": _("Mức độ dịch vụ công trực tuyến; rỗng là nguồn không ghi"),
    "online_reason": _("Lý do chỉ trực tuyến một phần"),
    "online_provision": _("Quy định chuyên ngành làm căn cứ cho lý do ấy"),
    "regardless_of_residence": _("Nộp ở đâu cũng được (phi địa giới); null là nguồn không ghi"),
    "part": _("Phần của nội dung"),
    "presence": _("Phần ấy có, chưa công bố hay không cần"),
    "raw_text": _("Nguyên văn trong nguồn"),
    "ordinal": _("Thứ tự trong nội dung"),
    "case": _("Khóa của trường hợp (dòng Case có cùng khóa); rỗng là mọi trường hợp"),
    "title": _("Tên gọi, trích yếu"),
    "label": _("Số bước như nguồn ghi"),
    "text": _("Nguyên văn của dòng"),
    "kind": _("Loại"),
    "description": _("Mô tả"),
    "row": _("Thứ tự của dòng cách nộp (Channel) mà dòng này thuộc về"),
    "reading_kind": _("Nguồn viết theo kiểu nào"),
    "amount": _("Số, viết dạng thập phân; null là không có số"),
    "unit": _("Đơn vị thời gian; số không kèm đơn vị thì để rỗng"),
    "reading": _("Máy đọc chắc hay chưa chắc"),
    "currency": _("Đơn vị tiền (ISO 4217)"),
    "clause": _("Điều khoản kèm theo: miễn, giảm, điều kiện"),
    "doubts": _("Vì sao chưa tin được, các mã cách nhau bằng dấu phẩy; rỗng là không nghi ngờ"),
    "group": _("Thứ tự của nhóm giấy tờ (EvidenceGroup)"),
    "form_file": _("Tên tệp mẫu đơn, tờ khai"),
    "file_hash": _("SHA-1 của tệp mẫu"),
    "who": _("Đơn vị hoặc chức danh làm bước này"),
    "time": _("Thời gian của bước này"),
    "originals": _("Số bản chính; null là nguồn không ghi"),
    "copies": _("Số bản sao; null là nguồn không ghi"),
    "number": _("Số, ký hiệu văn bản"),
    "issued_on": _("Ngày ban hành"),
    "issuer": _("Cơ quan ban hành, như nguồn ghi"),
    "code": _("Mã kết quả"),
    "role": _("Vai trò của cơ quan"),
    "agency": _("Địa chỉ (slug) của cơ quan trên cổng, nếu nhận ra"),
    "agency_class": _("Khóa của loại cơ quan, nếu nguồn chỉ nêu loại"),
}
_ROWS: dict[str, Any] = {
    "Case": _("Trường hợp"),
    "Step": _("Các bước"),
    "Channel": _("Cách nộp"),
    "ProcessingTime": _("Thời hạn giải quyết"),
    "Cost": _("Phí, lệ phí"),
    "EvidenceGroup": _("Nhóm giấy tờ"),
    "Evidence": _("Giấy tờ"),
    "FormTemplate": _("Mẫu đơn, tờ khai đính kèm"),
    "Requirement": _("Điều kiện"),
    "LegalBasis": _("Căn cứ pháp lý"),
    "Output": _("Kết quả"),
    "AgencyText": _("Cơ quan nêu trong nội dung"),
    "InternalStep": _("Quy trình nội bộ của cơ quan"),
}
FRAME: dict[str, Any] = {
    "procedure": _("Mã thủ tục; không có mã thì là địa chỉ (slug)"),
    "agency": _("Địa chỉ (slug) của cơ quan được hỏi; null là bản chung"),
    "on": _("Ngày được hỏi"),
    "parts": _("Các phần đang áp dụng: toàn văn (BASE) rồi các phần do địa phương quy định"),
    "parts[].part": _("BASE hoặc tên phần địa phương quy định"),
    "parts[].scope": _("Phạm vi: N cả nước, C loại cơ quan, A địa bàn, U một cơ quan"),
    "parts[].valid_from": _("Ngày có hiệu lực; null là chưa rõ"),
    "parts[].holds_from": _("Ngày có hiệu lực, hoặc ngày cổng đọc danh mục khi chưa rõ"),
    "parts[].decision": _("Quyết định: [số, ngày ký, mục]; null là chưa có văn bản"),
    "parts[].snapshot": _("SHA-256 của tệp danh mục đã đọc, khi chưa có văn bản"),
    "parts[].content": _("Các trường chung của nội dung"),
    "parts[].parts": _("Từng phần của nội dung: có hay không, nguyên văn"),
    "parts[].rows": _("Các dòng đã tách ra, theo loại"),
}


def dictionary() -> list[tuple[str, str, list[Described]]]:
    """The full text's fields: (where they stand, what that is, fields), from the same lists the text is made of."""
    frame = [Described(name, str(meaning), []) for name, meaning in FRAME.items()]
    found = [("", "", frame), ("parts[].content", "", _described(ProcedureContent, CONTENT_FIELDS))]
    found.append(("parts[].parts[]", "", _described(PartState, PART_FIELDS)))
    for model, fields in DETAIL_FIELDS.items():
        extra = ("agency", "agency_class") if model.__name__ == "AgencyText" else ()
        where = f"parts[].rows.{model.__name__}[]"
        found.append((where, str(_ROWS[model.__name__]), _described(model, (*fields, *extra))))
    return found


def _described(model: type[ProcedureContent | PartState | Detail], fields: Iterable[str]) -> list[Described]:
    found = []
    for name in fields:
        field = model._meta.get_field(name)
        choices = field.choices if isinstance(field, ModelField) and field.choices else ()
        pairs = [(str(code), str(label)) for code, label in choices]  # type: ignore[str-unpack, misc]
        found.append(Described(name, str(_MEANINGS[name]), pairs))
    return found


def file_name(slug: str, day: date | datetime, form: str) -> str:
    """The name a table is saved under: thu-tuc-2026-07-01.csv."""
    return f"{slug}-{local_day(day).isoformat() if isinstance(day, datetime) else day.isoformat()}.{form}"
