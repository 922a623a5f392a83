"""Tables whose file or print shows no merged cells: what stood in one merged down is left on its first row only, so the
rows below get it, with a doubt."""

import re
from dataclasses import dataclass, field, replace

from importers.decisions.columns import Header, find_header
from importers.decisions.document import Cell, Table

CARRIED = "Ô trống; tệp không cho biết ô gộp, máy chép từ dòng trên. Hãy so với bản gốc."
_ORDINAL = re.compile(r"\d{1,4}(\.\d{1,3})*\.?")
_MERGED = ("place", "fees", "legal_bases", "agency", "sector")


@dataclass
class Above:
    """What stands above a page whose table goes on from the one before: its header and its last row."""

    header: Header | None = None
    row: list[Cell] = field(default_factory=list)


def carry_down(table: Table, before: Above | None = None) -> Above:
    """Fill empty cells of columns that provinces merge down from the row above, until a heading comes between. What
    stands above the next page is given back."""
    before = before or Above()
    width = len(table.rows[0]) if table.rows else 0
    header = replace(before.header, end=0) if before.header and len(before.header.columns) == width else None
    above = before.row
    for number, row in enumerate(table.rows):
        if header and number < header.end:
            continue
        if found := find_header(table, number):
            _spread(table, number, found.end)
            header = find_header(table, number) or found
            above = above if number == 0 and before.header and before.header.columns == header.columns else []
        if not header or number < header.end:
            continue
        numbers = [row[column] for column in header.where("ordinal")]
        if not any(_ORDINAL.fullmatch(cell.text) for cell in numbers) and not _is_rest(table, row, numbers):
            above = []
            continue
        for column in (place for name in _MERGED for place in header.where(name)):
            if not row[column].text and above and above[column].text:
                is_same = column and above[column] is above[column - 1] and row[column - 1].text
                row[column] = row[column - 1] if is_same else Cell(above[column].text, number, column, doubt=CARRIED)
        above = row
    return Above(header, above)


def _is_rest(table: Table, row: list[Cell], numbers: list[Cell]) -> bool:
    """Whether a row without a number is the rest of one that a page cut, and no heading."""
    if table.sheet or any(cell.text for cell in numbers):
        return False
    return all(sum(one is cell for one in row) <= len(row) // 2 for cell in row)


def _spread(table: Table, first: int, end: int) -> None:
    """Let the upper title of a header stand over each of its columns, as when it was merged across them."""
    if end - first < 2:
        return
    upper, lower = table.rows[first], table.rows[first + 1]
    for column in range(1, len(upper)):
        if not upper[column].text and lower[column].text and lower[column - 1].text:
            upper[column] = upper[column - 1]
