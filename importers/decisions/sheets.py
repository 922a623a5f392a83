"""Lists kept in spreadsheets (.xlsx, .xls, .csv) as grids. Formulas are never worked out: what was stored with them
is read, and a code that the sheet keeps as a number comes out as the number it is."""

import csv
import io
import zipfile
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import openpyxl
import xlrd

from cms.text import clean
from importers.decisions.carrying import carry_down
from importers.decisions.document import MAX_CELLS, Cell, Document, Table
from importers.decisions.repairs import tidy
from importers.readers.files import Source, check_archive, open_text
from importers.rows import UnusableFileError

MAX_COLUMNS = 60
HIDDEN = "Dòng hoặc trang tính bị ẩn trong tệp; xem có thuộc quyết định không."
FORMULA = "Ô là công thức chưa có kết quả lưu trong tệp; máy không tính công thức. Hãy ghi giá trị."


def read_xlsx(source: Source) -> Document:
    """The sheets of a workbook. Raises UnusableFileError when it is broken, too large, or no workbook."""
    with check_archive(source) as archive:
        has_formulas = _has_formulas(archive, source)
    try:
        # As a stream: the library goes by the name's ending where it is given a path.
        with source.path.open("rb") as file:
            book = openpyxl.load_workbook(file, data_only=True, keep_links=False, keep_vba=False)
        sheets = [(sheet.title, list(_xlsx_rows(sheet)), _xlsx_merged(sheet)) for sheet in book.worksheets]
        hidden = [_xlsx_hidden(sheet) for sheet in book.worksheets]
        book.close()
        formulas = _formulas_without_value(source, sheets) if has_formulas else {}
    except UnusableFileError:
        raise
    except Exception as error:
        # A damaged workbook fails anywhere in the library, with any error.
        raise _broken(source) from error
    document = _document(source, sheets, hidden)
    for table in document.tables():
        for line, column, text in formulas.get(table.sheet, ()):
            if line < len(table.rows) and column < len(table.rows[line]):
                table.rows[line][column] = Cell(text, line, column, doubt=FORMULA)
    return document


def _has_formulas(archive: zipfile.ZipFile, source: Source) -> bool:
    try:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in data or b"<f " in data for data in map(archive.read, sheets))
    except Exception as error:
        # zlib has error types of its own for bytes that were changed on the way.
        raise _broken(source) from error


def _formulas_without_value(source: Source, sheets: list[Any]) -> dict[str, list[tuple[int, int, str]]]:
    """Cells whose formula was saved without its result, as (row, column, formula) by sheet; it is never worked out."""
    with source.path.open("rb") as file:
        book = openpyxl.load_workbook(file, data_only=False, keep_links=False, keep_vba=False)
    found: dict[str, list[tuple[int, int, str]]] = {}
    for number, (sheet, (name, rows, _)) in enumerate(zip(book.worksheets, sheets, strict=True), 1):
        for line, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS)):
            for column, cell in enumerate(row):
                if cell.data_type == "f" and not rows[line][column]:
                    found.setdefault(_sheet_name(number, name), []).append((line, column, clean(str(cell.value))[:500]))
    book.close()
    return found


def _sheet_name(number: int, name: str) -> str:
    return f"bảng {number}" + (f" ({name})" if name else "")


def read_xls(source: Source) -> Document:
    """The sheets of an old workbook (97-2003). Raises UnusableFileError when it is broken or no workbook."""
    try:
        book = xlrd.open_workbook(str(source.path), formatting_info=True, logfile=io.StringIO())
        sheets = [
            (
                sheet.name,
                [[_xls_text(cell, book) for cell in sheet.row(row)[:MAX_COLUMNS]] for row in range(sheet.nrows)],
                [(a, b - 1, c, d - 1) for a, b, c, d in sheet.merged_cells],
            )
            for sheet in book.sheets()
        ]
        hidden = [
            range(sheet.nrows) if sheet.visibility else {row for row, one in sheet.rowinfo_map.items() if one.hidden}
            for sheet in book.sheets()
        ]
    except Exception as error:
        raise _broken(source) from error
    return _document(source, sheets, hidden)


def _xls_text(cell: Any, book: Any) -> str:
    """An old workbook keeps days as numbers."""
    value = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        with suppress(ValueError, OverflowError):
            value = xlrd.xldate_as_datetime(value, book.datemode)
    return _text(value)


def read_csv(source: Source) -> Document:
    """The rows of a text table. Raises UnusableFileError when it is too large."""
    with open_text(source) as file:
        first = file.read(20_000)
        mark = max(",;\t|", key=first.count)
        file.seek(0)
        try:
            rows = [[_text(value) for value in row[:MAX_COLUMNS]] for row in csv.reader(_bounded(file), delimiter=mark)]
        except csv.Error as error:
            raise UnusableFileError(f"{source.name}: bảng chữ hỏng. Hãy lưu lại dạng .csv hoặc .xlsx.") from error
    document = _document(source, [("", rows, [])])
    for table in document.tables():
        carry_down(table)
    return document


def _bounded(file: Any) -> Iterator[str]:
    size = 0
    for line in file:
        size += len(line)
        if size > 50_000_000:
            raise csv.Error("too long")
        yield line


def _broken(source: Source) -> UnusableFileError:
    return UnusableFileError(
        f"{source.name}: tệp bảng tính hỏng hoặc có mật khẩu. Hãy mở bằng Excel rồi lưu lại .xlsx."
    )


def _xlsx_rows(sheet: Any) -> Iterator[list[str]]:
    count = 0
    for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
        count += len(row)
        if count > MAX_CELLS * 5:
            raise ValueError("too many cells")
        yield [_text(value) for value in row]


def _xlsx_merged(sheet: Any) -> list[tuple[int, int, int, int]]:
    """Merged ranges as first and last row, first and last column, from 0."""
    return [(one.min_row - 1, one.max_row - 1, one.min_col - 1, one.max_col - 1) for one in sheet.merged_cells.ranges]


def _xlsx_hidden(sheet: Any) -> Container[int]:
    """The rows that nobody sees in Excel, from 0."""
    if sheet.sheet_state != "visible":
        return range(sheet.max_row)
    return {row - 1 for row, settings in sheet.row_dimensions.items() if settings.hidden}


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return tidy(str(value)).strip()


def _document(
    source: Source,
    sheets: list[tuple[str, list[list[str]], list[tuple[int, int, int, int]]]],
    hidden: Sequence[Container[int]] = (),
) -> Document:
    """`hidden`: of each sheet the rows that are not shown."""
    document = Document(source.name, source.sha256, "spreadsheet")
    for number, (name, rows, merged) in enumerate(sheets, 1):
        while rows and not any(rows[-1]):
            rows.pop()
        width = min(MAX_COLUMNS, max((len(row) for row in rows), default=0))
        if len(rows) * width > MAX_CELLS:
            raise UnusableFileError(f"{source.name}: trang tính quá lớn. Hãy xóa các dòng, cột thừa rồi lưu lại.")
        unseen = hidden[number - 1] if hidden else ()
        grid = [
            [
                Cell(text, line, column, doubt=HIDDEN if text and line in unseen else "")
                for column, text in enumerate([*row[:width], *[""] * (width - len(row))])
            ]
            for line, row in enumerate(rows)
        ]
        for top, bottom, left, right in merged[:20_000]:
            for line in range(top, min(bottom + 1, len(grid))):
                for column in range(left, min(right + 1, width)):
                    grid[line][column] = grid[top][left]
        if grid:
            document.blocks.append(Table(number, grid, sheet=_sheet_name(number, name)))
    return document
