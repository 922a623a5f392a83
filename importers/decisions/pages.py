"""Tables that pages cut: the parts get the same columns, and a cell merged down over a page break says on both pages
what it says as a whole. Whatever is joined carries a doubt."""

from dataclasses import replace
from functools import reduce
from itertools import pairwise

from importers.decisions.columns import find_header
from importers.decisions.document import Cell, Table
from importers.decisions.grids import Grid, clustered, joined

_SAME_WIDTH = 8.0  # points between the edges of parts of one table
_MARKS = ("-", "+", "•")
JOINED = "Ô gộp bị ngắt trang, máy nối hai phần."
MAYBE = "Ô đầu trang đứng dưới một ô gộp của trang trước; xem có phải phần còn lại của ô ấy không."
CARRIED = "Ô gộp qua trang; máy chép nội dung từ trang trước."


def share_columns(grids: list[Grid]) -> None:
    """Give neighbouring tables of one width the same column edges, so that a page on which no row needs an edge has the
    same columns as the others."""
    group: list[Grid] = []
    for grid in [*grids, None]:
        if grid and (not group or _same_width(group[-1], grid)):
            group.append(grid)
            continue
        edges = clustered([edge for one in group for edge in one.columns], near=4.0)
        for one in group:
            one.columns = edges
        group = [grid] if grid else []


def _same_width(one: Grid, other: Grid) -> bool:
    return abs(one.box.left - other.box.left) < _SAME_WIDTH and abs(one.box.right - other.box.right) < _SAME_WIDTH


def join_pages(tables: list[Table]) -> list[Table]:
    """Join the cells that page breaks cut between neighbouring tables of the same columns, in place."""
    chains: dict[int, list[tuple[Table, Cell]]] = {}
    doubted: list[tuple[Table, Cell]] = []
    for above, below in pairwise(tables):
        if above.rows and below.rows and len(above.rows[0]) == len(below.rows[0]) and _are_next(above, below):
            _link(above, below, chains, doubted)
    for chain in {id(one): one for one in chains.values()}.values():
        _write(chain)
    for table, cell in doubted:
        _replace(table, cell, replace(cell, doubt=MAYBE))
    return tables


def _are_next(above: Table, below: Table) -> bool:
    return bool(above.pages and below.pages) and below.pages[0] - above.pages[-1] == 1


def _link(
    above: Table, below: Table, chains: dict[int, list[tuple[Table, Cell]]], doubted: list[tuple[Table, Cell]]
) -> None:
    header = find_header(below, 0)
    first = header.end if header else 0
    if first >= len(below.rows):
        return
    last = len(above.rows) - 1
    is_rest = not below.rows[first][0].text.strip()
    seen: set[int] = set()
    for column, under in enumerate(below.rows[first]):
        if id(under) in seen or column == 0:
            continue
        seen.add(id(under))
        over = above.rows[last][column]
        held = chains.get(id(over), [(above, over)])
        merged = over.row < last or len(held) > 1 or sum(row[column] is under for row in below.rows) > 1
        if not merged or under.row < first:
            continue
        if _is_wide(above, last, over) or _is_wide(below, first, under):
            continue
        # The text of a tall cell, set in its middle, may stand on a later page only.
        is_blank = over.row < last and not any(cell.text.strip() for _, cell in held)
        goes_on = is_blank or _goes_on(over.text.rstrip(), under.text)
        if not under.text.strip() or is_rest or goes_on:
            held.append((below, under))
            chains[id(over)] = chains[id(under)] = held
        elif over.row < last:
            doubted.append((below, under))


def _goes_on(over: str, under: str) -> bool:
    """Whether the text at the top of a page reads as the rest of the one above: in the middle of a sentence, or at
    another item of its list (cells of one column begin alike, "- Trực tiếp: …")."""
    if over.endswith((";", ",")) or (under[:1] and not under[:1].isupper() and under[:1] not in "-+•"):
        return True
    return over[:1] in _MARKS and under[:1] in _MARKS and over[:10] != under[:10]


def _write(chain: list[tuple[Table, Cell]]) -> None:
    """Put the whole text in every part."""
    texts = [cell.text for _, cell in chain if cell.text.strip()]
    if not texts:
        return
    whole = reduce(joined, texts)
    for place, (table, cell) in enumerate(chain):
        doubt = JOINED if len(texts) > 1 else CARRIED if place else ""
        _replace(table, cell, replace(cell, text=whole, doubt=doubt))


def _is_wide(table: Table, row: int, cell: Cell) -> bool:
    return sum(one is cell for one in table.rows[row]) > len(table.rows[row]) // 2


def _replace(table: Table, old: Cell, new: Cell) -> None:
    for row in table.rows:
        for column, cell in enumerate(row):
            if cell is old:
                row[column] = new
