"""Catalogues as tables: the portal's Excel exports and lists that offices keep themselves, xlsx or csv. Columns are
found by their header's words, in any order and below any title; formulas are never calculated, so their value is not
known."""

import csv
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from cms.text import clean
from cms.vocabulary import AgencyRole, Part
from importers.normalise import read_levels
from importers.normalise.words import plain
from importers.readers.catalogue import stated
from importers.readers.files import MAX_DOCUMENT, MAX_RECORD, Source, check_archive, lines, open_text, refusal
from importers.readers.records import Duplicates, RecordBuilder, start_record
from importers.rows import Place, Problem, ProcedureRow, ReadFile, UnusableFileError

NAME = "spreadsheet"
CSV_NAME = "csv"
_HEADER_WITHIN = 40  # rows
_COLUMNS = {
    "code": ("ma so", "ma tthc", "ma so tthc", "ma thu tuc", "ma thu tuc hanh chinh", "ma so ho so tthc", "ma"),
    "name": ("ten", "ten tthc", "ten thu tuc", "ten thu tuc hanh chinh"),
    "issuer": ("co quan ban hanh", "co quan cong bo"),
    "agencies": ("co quan thuc hien", "co quan giai quyet", "don vi thuc hien"),
    "sector": ("linh vuc",),
    "level": ("cap thuc hien",),
    "decision": ("so quyet dinh", "quyet dinh cong bo", "so quyet dinh cong bo"),
}
_REQUIRED = {"code": "Mã số", "name": "Tên"}
_WIDEST = 60  # columns; real lists have up to twelve
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
# What openpyxl and the archive raise for workbooks that were cut off or written by hand.
_BROKEN_BOOK = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
)  # fmt: skip
_FORMULA = re.compile(r"\s*=\s*\S")


@dataclass(frozen=True)
class Cell:
    """A cell with its address ("B7"). `formula`: the file holds a formula, so the value is not known."""

    value: Any
    address: str
    formula: bool = False

    @property
    def text(self) -> str:
        """The value as text; nothing for a formula."""
        return "" if self.value is None or self.formula else clean(str(self.value))


@dataclass
class Sheet:
    """Rows of cells with their line numbers."""

    title: str
    rows: Iterable[tuple[int, list[Cell]]]
    problems: list[Problem] = field(default_factory=list)


def first_character(source: Source) -> str:
    """The first character of a text that is no white space."""
    with open_text(source) as file:
        while text := file.read(4096):
            if stripped := text.lstrip():
                return stripped[0]
    return " "


def workbook_sheets(source: Source) -> list[Sheet]:
    """All sheets of an xlsx workbook, formulas not evaluated. Raises UnusableFileError when it is broken or a bomb."""
    with check_archive(source) as archive:
        try:
            # Only this mode keeps a cell in the last row of the last column from filling the memory.
            book = load_workbook(source.path, read_only=True, data_only=False, keep_links=False)
            sheets = [Sheet(sheet.title, list(_workbook_rows(sheet, archive))) for sheet in book.worksheets]
            book.close()
        except _BROKEN_BOOK as error:
            raise UnusableFileError(f"{source.name}: sổ tính hỏng. Mở bằng Excel, lưu lại thành .xlsx mới.") from error
    return sheets


def read_workbook(source: Source) -> ReadFile:
    """The catalogue in an xlsx workbook, all its sheets. Raises UnusableFileError when it holds none."""
    return _read_sheets(source, NAME, workbook_sheets(source))


def _merged_down(archive: zipfile.ZipFile, path: str) -> dict[int, list[tuple[int, int]]]:
    """First row of each area merged over several rows → (column, last row) of the areas that begin there."""
    areas: dict[int, list[tuple[int, int]]] = {}
    for reference in _MERGED.findall(archive.read(path)):
        left, top, _, bottom = range_boundaries(reference.decode())
        if bottom > top and left <= _WIDEST:
            areas.setdefault(top, []).append((left, bottom))
    return areas


def _workbook_rows(sheet: Any, archive: zipfile.ZipFile) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a sheet that hold anything; a cell merged down shows its value in every row it covers."""
    begins = _merged_down(archive, sheet._worksheet_path.lstrip("/"))
    covering: dict[int, tuple[int, Any]] = {}
    sheet.reset_dimensions()
    previous: Any = None
    for number, row in enumerate(sheet.iter_rows(max_col=_WIDEST), start=1):
        if row is previous:
            # openpyxl gives one and the same empty row for every row of a gap.
            continue
        previous = row
        found = [cell if cell.value not in (None, "") else None for cell in row]
        for column, bottom in begins.get(number, ()):
            if column <= len(found) and found[column - 1]:
                covering[column] = (bottom, found[column - 1])
        if not any(found):
            continue
        for column, (bottom, top) in covering.items():
            if number <= bottom and found[column - 1] is None:
                found[column - 1] = top
        yield number, [_workbook_cell(cell, column, number) for column, cell in enumerate(found, start=1)]


def _workbook_cell(cell: Any, column: int, row: int) -> Cell:
    address = f"{get_column_letter(column)}{row}"
    return Cell(cell.value, address, cell.data_type == "f") if cell else Cell(None, address)


def read_csv(source: Source) -> ReadFile:
    """The catalogue in a csv file; the separator is told by the header line. UnusableFileError when it holds none."""
    sheets = csv_sheets(source)
    file_read = _read_sheets(source, CSV_NAME, sheets)
    file_read.refused[:0] = sheets[0].problems
    return file_read


def csv_sheets(source: Source) -> list[Sheet]:
    """The rows of a csv file as its only sheet, with what could not be read. Raises UnusableFileError when it is too
    large."""
    if source.path.stat().st_size > MAX_DOCUMENT:
        raise UnusableFileError(f"{source.name}: tệp CSV lớn hơn 64 MB. Chia thành nhiều tệp.")
    with open_text(source) as file:
        sample = file.read(20_000)
    separator = max(",;\t", key=lambda mark: max((line.count(mark) for line in sample.splitlines()), default=0))
    problems: list[Problem] = []
    rows = list(_csv_rows(source, separator, problems))
    return [Sheet("", rows, problems)]


def _csv_rows(source: Source, separator: str, problems: list[Problem]) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(MAX_RECORD)
    with open_text(source) as file:
        reader = csv.reader(_short_lines(source, file, problems), delimiter=separator)
        try:
            for row in reader:
                number = reader.line_num
                cells = [
                    Cell(value, f"{get_column_letter(at)}{number}", bool(_FORMULA.match(value)))
                    for at, value in enumerate(row, start=1)
                ]
                yield number, cells
        except csv.Error as error:
            place = f"{source.name}, dòng {reader.line_num}"
            message = f"{place}: bảng CSV hỏng ({error}). Mở bằng Excel rồi lưu lại thành CSV UTF-8."
            raise UnusableFileError(message) from error


def _short_lines(source: Source, file: Any, problems: list[Problem]) -> Iterator[str]:
    for number, text in lines(file):
        if text is None:
            place = Place(source.name, line=number)
            problems.append(refusal(place, "LINE_TOO_LONG", "", "Dòng dài hơn 5 triệu ký tự, không đọc."))
            yield "\n"
        else:
            yield text


def _header(cells: list[Cell]) -> dict[str, int]:
    """Which column holds what, by the header's words; the first of two equal headers counts."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        words = plain(cell.text)
        for key, names in _COLUMNS.items():
            if words in names:
                found.setdefault(key, index)
    return found


def _read_sheets(source: Source, name: str, sheets: list[Sheet]) -> ReadFile:
    """All sheets that have a header row; the others are named as left out, unless they are empty."""
    file = ReadFile(source.name, source.sha256, name)
    duplicates = Duplicates()
    missing: list[str] = []
    for sheet in sheets:
        rows = list(sheet.rows)
        if not any(cell.value not in (None, "") for _, cells in rows for cell in cells):
            continue
        start, columns, lack = _find_header(source, sheet.title, rows)
        if lack:
            missing.append(lack)
            file.refused.append(refusal(Place(source.name, sheet.title), "NO_HEADER", "", lack))
            continue
        for number, cells in rows[start:]:
            _take(file, duplicates, _Line(Place(source.name, sheet.title, number), cells, columns))
    if missing and not file.rows:
        raise UnusableFileError(f"{source.name}: {missing[0]}")
    return file


def _find_header(source: Source, title: str, rows: list[tuple[int, list[Cell]]]) -> tuple[int, dict[str, int], str]:
    """Index after the header row and its columns, or what is missing."""
    best: tuple[int, dict[str, int]] = (0, {})
    for index, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        columns = _header(cells)
        if len(columns) > max(1, len(best[1])):
            best = (index + 1, columns)
    start, columns = best
    lacking = [label for key, label in _REQUIRED.items() if key not in columns]
    if not lacking:
        return start, columns, ""
    wanted = " và ".join(f"“{label}”" for label in lacking)
    where = f"trang tính “{title}”" if title else "bảng"
    if start:
        seen = ", ".join(" ".join(cell.text.split()) for cell in rows[start - 1][1] if cell.text.strip())
        return (
            0,
            {},
            f"{where} thiếu cột {wanted}; dòng {rows[start - 1][0]} có các cột: {seen}. Thêm cột rồi nhập lại.",
        )
    return 0, {}, f"{where} không có dòng tiêu đề với cột {wanted} trong {_HEADER_WITHIN} dòng đầu."


@dataclass(frozen=True)
class _Line:
    """One line of a table with its columns."""

    place: Place
    cells: list[Cell]
    columns: dict[str, int]

    def cell(self, key: str) -> Cell:
        """The cell of a column; an empty one where the line is short or the column is not there."""
        index = self.columns.get(key, -1)
        return self.cells[index] if 0 <= index < len(self.cells) else Cell(None, "")


def _take(file: ReadFile, duplicates: Duplicates, line: _Line) -> None:
    """Read one line into the file's rows or refusals."""
    code, name = line.cell("code"), line.cell("name")
    if not any(line.cell(key).text.strip() or line.cell(key).formula for key in _COLUMNS):
        return
    for cell in (code, name):
        if cell.formula:
            place = _at(line.place, cell)
            message = "Ô là công thức nên không biết giá trị; bỏ dòng này. Dán giá trị (Paste values) rồi nhập lại."
            file.refused.append(refusal(place, "FORMULA", str(cell.value), message))
            return
    if not name.text.strip():
        message = "Dòng không có tên thủ tục; bỏ dòng này."
        file.refused.append(refusal(_at(line.place, name), "NO_NAME", code.text, message))
        return
    row = _read_line(line)
    record = {key: line.cell(key).text for key in line.columns}
    judged = duplicates.judge(row, record)
    if isinstance(judged, Problem):
        file.refused.append(judged)
    elif judged:
        file.rows.append(judged)


def _at(place: Place, cell: Cell) -> Place:
    return Place(place.file, place.sheet, place.line, f"ô {cell.address}" if cell.address else "")


def _code_value(value: Any) -> Any:
    """A code as the cell holds it: text or number; a date or truth value is told as text."""
    return value if isinstance(value, (str, int, float)) and not isinstance(value, bool) else str(value or "")


def _read_line(line: _Line) -> ProcedureRow:
    code, name = line.cell("code"), line.cell("name")
    builder = start_record(line.place, _code_value(code.value), name.text, f"ô {name.address}")
    row = builder.row
    row.source = "catalogue"
    _drop_repeated_code(builder, f"ô {name.address}")
    for key in line.columns:
        cell = line.cell(key)
        if cell.formula:
            message = "Ô là công thức nên không biết giá trị; để trống."
            builder.problem("doubtful", "FORMULA", "", f"ô {cell.address}", str(cell.value), message)
    for key, role, part in (
        ("agencies", AgencyRole.IMPLEMENTING, Part.AGENCIES),
        ("issuer", AgencyRole.ANNOUNCING, ""),
    ):
        cell = line.cell(key)
        text = builder.text(cell.text)
        builder.agencies(role, text)
        if part and key in line.columns:
            builder.part(part, text, f"ô {cell.address}")
    _optional(builder, line)
    return builder.done()


def _optional(builder: RecordBuilder, line: _Line) -> None:
    row, columns = builder.row, line.columns
    if "sector" in columns:
        cell = line.cell("sector")
        row.sector = stated(builder.part(Part.SECTOR, " ".join(builder.text(cell.text).split()), f"ô {cell.address}"))
    if "level" in columns:
        cell = line.cell("level")
        text = builder.part(Part.LEVEL, builder.text(cell.text), f"ô {cell.address}")
        row.levels, notes = read_levels(text)
        builder.note(notes, Part.LEVEL, f"ô {cell.address}")
    if "decision" in columns:
        cell = line.cell("decision")
        builder.decision(builder.text(cell.text), f"ô {cell.address}")


def _drop_repeated_code(builder: RecordBuilder, cell: str) -> None:
    """Take the row's own code off the start or end of the name, where it is written once more."""
    row = builder.row
    if not row.code or row.code not in row.name:
        return
    code = re.escape(row.code)
    name = re.sub(
        rf"^{code}[\s.:–-]+|[\s–-]*\((?:Mã(?: số)?(?: TTHC)?:? ?)?{code}\)$|[\s–-]+{code}$", "", row.name
    ).strip()
    if name and name != row.name:
        message = f"Tên có lặp lại mã {row.code}; bỏ phần lặp."
        builder.problem("repaired", "CODE_IN_NAME", Part.NAME, cell, row.name, message)
        row.name = name
