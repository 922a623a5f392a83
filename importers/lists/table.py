"""Reading a list that an office has filled in: columns by their headings in any order, formulas never worked out, and
a row that can't be read named with its cell and left out; the others go in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar

from cms.opendata import FORMULA_STARTS
from cms.text import clean
from cms.values import UnreadableValue, read_date
from importers.normalise.words import plain
from importers.readers.files import examine
from importers.readers.spreadsheet import Cell, Sheet, csv_sheets, workbook_sheets
from importers.rows import UnusableFileError

T = TypeVar("T")
HEADER_WITHIN = 20  # rows
YES, NO = ("có", "x", "1", "true"), ("không", "", "0", "false")


@dataclass(frozen=True)
class Form:
    """What a list looks like. `columns`: key → heading; `wanted`: keys of which one each must be there; `longest`: how
    many characters a column holds; `advice`: what to do when the headings are missing."""

    columns: Mapping[str, str]
    wanted: tuple[tuple[str, ...], ...]
    longest: Mapping[str, int] = field(default_factory=dict)
    advice: str = "Hãy tải danh sách đang có về, sửa trong tệp ấy rồi nhập lại."


@dataclass
class ListFile(Generic[T]):
    """What came out of a file; `refused` says in Vietnamese what was left out, where, and what to do."""

    drafts: list[T] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class RefusedRowError(ValueError):
    """A row that is left out; the message names the cell."""


@dataclass(frozen=True)
class Row:
    """One row below the header."""

    number: int
    cells: list[Cell]
    places: dict[str, int]
    form: Form

    def cell(self, key: str) -> Cell:
        """The cell of a column; an empty one where the row or the sheet lacks it."""
        index = self.places.get(key, -1)
        return self.cells[index] if 0 <= index < len(self.cells) else Cell(None, f"dòng {self.number}")

    def lines(self, key: str) -> str:
        """The cell's text, a line each. Raises RefusedRowError for a formula or a text too long to keep."""
        cell = self.cell(key)
        value = cell.value
        if cell.formula:
            raise RefusedRowError(f"ô {cell.address} là công thức nên không biết giá trị. Hãy dán giá trị.")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = clean(str(value if value is not None else ""))
        # What an export wrote so that no spreadsheet runs it.
        text = text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text
        text = "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)
        if len(text) > self.form.longest.get(key, 10_000):
            raise RefusedRowError(f"ô {cell.address} dài hơn {self.form.longest[key]} ký tự. Hãy rút ngắn.")
        return text

    def text(self, key: str) -> str:
        """The same on one line."""
        return " ".join(self.lines(key).split())

    def read(self, key: str, reading: Callable[[str], T]) -> T:
        """The cell's text as something else. Raises RefusedRowError with the cell, the column and what is wrong."""
        try:
            return reading(self.text(key))
        except UnreadableValue as error:
            raise self.wrong(key, str(error)) from error

    def wrong(self, key: str, what: str) -> RefusedRowError:
        """The refusal of a cell's text: where, which column, what."""
        return RefusedRowError(f"ô {self.cell(key).address} ({self.form.columns[key]}): {what}")

    def day(self, key: str) -> date | None:
        """A day; None where the cell is empty."""
        value = self.cell(key).value
        if isinstance(value, datetime):
            return value.date()
        # Excel hands a date cell over as "2026-02-05 00:00:00".
        return self.read(key, lambda text: read_date(text.removesuffix(" 00:00:00")) if text else None)

    def yes(self, key: str) -> bool:
        """A cell that says yes or no."""
        text = self.text(key).casefold()
        if text in YES or text in NO:
            return text in YES
        raise self.wrong(key, f"“{text}” không phải “Có” hay “Không”.")

    def choice(self, key: str, choices: Mapping[str, str]) -> str:
        """The name of a choice, by its name or its label; "" where the cell is empty."""
        text = self.text(key)
        wanted = plain(text)
        found = next((name for name, label in choices.items() if wanted in (plain(str(label)), plain(name))), "")
        if text and not found:
            raise self.wrong(key, f"“{text}” không có trong các lựa chọn: {', '.join(map(str, choices.values()))}.")
        return found


def read_table(path: Path, form: Form, draft: Callable[[Row], T]) -> ListFile[T]:
    """Read a workbook or a csv file, all sheets that have the headings.

    Raises UnusableFileError when the file is neither or no sheet has the headings.
    """
    source = examine(path)
    if source.content == "zip":
        sheets = workbook_sheets(source)
    elif source.content == "text" and path.suffix.lower() == ".csv":
        sheets = csv_sheets(source)
    else:
        raise UnusableFileError(f"{source.name}: không phải sổ tính .xlsx hay .csv. {form.advice}")
    found: ListFile[T] = ListFile()
    known, lacking = False, form.wanted
    for sheet in sheets:
        found.refused += [f"{problem.place}: {problem.message}" for problem in sheet.problems]
        rows = list(sheet.rows)
        start, places, lacks = _header(rows, form)
        if not start:
            lacking = min(lacking, lacks, key=len)
            continue
        known = True
        for number, cells in rows[start:]:
            if any(cell.text.strip() or cell.formula for cell in cells):
                _take(found, sheet, Row(number, cells, places, form), draft)
    if not known:
        heads = ", ".join(" hoặc ".join(f"“{form.columns[key]}”" for key in keys) for keys in lacking)
        raise UnusableFileError(f"{source.name}: không trang tính nào có đủ các cột; thiếu {heads}. {form.advice}")
    return found


def _header(rows: list[tuple[int, list[Cell]]], form: Form) -> tuple[int, dict[str, int], tuple[tuple[str, ...], ...]]:
    """Index after the header row, 0 when there is none, its columns, and what the likeliest row lacks."""
    lacking = form.wanted
    keys = {plain(str(label)): key for key, label in form.columns.items()}
    for index, (_number, cells) in enumerate(rows[:HEADER_WITHIN]):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if key := keys.get(plain(cell.text)):
                places.setdefault(key, place)
        lacks = tuple(keys for keys in form.wanted if not places.keys() & set(keys))
        if not lacks:
            return index + 1, places, ()
        lacking = min(lacking, lacks, key=len)
    return 0, {}, lacking


def _take(found: ListFile[T], sheet: Sheet, row: Row, draft: Callable[[Row], T]) -> None:
    try:
        found.drafts.append(draft(row))
    except RefusedRowError as error:
        where = f"Trang tính “{sheet.title}”, dòng" if sheet.title else "Dòng"
        found.refused.append(f"{where} {row.number}: {error}")
