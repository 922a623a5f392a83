"""Tables that pages cut: the parts get the same columns, and a cell merged down over a page break says on both pages
what it says as a whole. Whatever is joined carries a doubt."""

from dataclasses import replace
from functools import reduce

from importers.decisions.columns import Header, find_header
from importers.decisions.document import Cell, Table
from importers.decisions.grids import Grid, clustered, joined

_SAME_WIDTH = 8.0  # points between the edges of parts of one table
_MARKS = ("-", "+", "•")
JOINED = "Ô gộp bị ngắt trang, máy nối hai phần."
MAYBE = "Ô đầu trang đứng dưới một ô gộp của trang trước; xem có phải phần còn lại của ô ấy không."
CUT = "Ô gộp bị ngắt trang, có thể mất chữ cuối."
# Columns that provinces merge down over rows that share one text.
_SHARED = ("place", "fees", "legal_bases", "agency")
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
    joints = _Joints()
    above: Table | None = None
    for below in tables:
        header = find_header(below, 0)
        first = header.end if header else 0
        if above and first >= len(below.rows) and _are_next(above, below):
            # A page with nothing but the header: what was cut before it goes on after it.
            above.pages[-1:] = below.pages[-1:]
            continue
        if above and below.rows and len(above.rows[0]) == len(below.rows[0]) and _are_next(above, below):
            joints.link(above, below, first, header)
        else:
            joints.columns = ()
        joints.columns = header.columns if header else joints.columns
        above = below if below.rows else None
    joints.write()
    return tables


def _are_next(above: Table, below: Table) -> bool:
    return bool(above.pages and below.pages) and below.pages[0] - above.pages[-1] == 1


class _Joints:
    """The cells that are parts of one, found from page to page. `columns`: what the list's columns are."""

    def __init__(self) -> None:
        self.columns: tuple[str, ...] = ()
        self._chains: dict[int, list[tuple[Table, Cell]]] = {}
        self._doubted: list[tuple[Table, Cell]] = []

    def link(self, above: Table, below: Table, first: int, header: Header | None) -> None:
        """Link the cells of the last row of a page with those of the first one on the next."""
        columns = header.columns if header else self.columns
        last = len(above.rows) - 1
        is_rest = not below.rows[first][0].text.strip()
        seen: set[int] = set()
        for column, under in enumerate(below.rows[first]):
            over = above.rows[last][column]
            if id(under) in seen or column == 0 or under.row < first:
                continue
            seen.add(id(under))
            if _is_wide(above, last, over) or _is_wide(below, first, under):
                continue
            is_shared = column < len(columns) and columns[column] in _SHARED
            held = self._chains.get(id(over), [(above, over)])
            down = sum(row[column] is under for row in below.rows) > 1
            merged = over.row < last or len(held) > 1 or down
            if self._is_one(held, under, is_rest=is_rest, merged=merged, is_shared=is_shared):
                held.append((below, under))
                self._chains[id(over)] = self._chains[id(under)] = held
            elif over.row < last:
                self._doubted.append((below, under))

    def _is_one(
        self, held: list[tuple[Table, Cell]], under: Cell, *, is_rest: bool, merged: bool, is_shared: bool
    ) -> bool:
        """Whether the cell at the top of a page goes on with the one above the break."""
        if not merged and not is_shared:
            return False
        texts = [cell.text.strip() for _, cell in held if cell.text.strip()]
        # The text of a tall cell, set in its middle, may stand on a later page only.
        if not under.text.strip():
            return merged or bool(texts)
        if not texts or is_rest:
            return merged or is_rest
        return _goes_on(texts, under.text) if merged else _is_cut(texts[0], under.text)

    def write(self) -> None:
        """Put the whole text in every part, with its doubt."""
        for chain in {id(one): one for one in self._chains.values()}.values():
            _write(chain)
        for table, cell in self._doubted:
            _replace(table, cell, replace(cell, doubt=MAYBE))


def _goes_on(texts: list[str], under: str) -> bool:
    """Whether the text at the top of a page reads as the rest of those above it: in the middle of a sentence, or at
    another item of their list (cells of one column begin alike, "- Trực tiếp: …")."""
    begins, over = texts[0], texts[-1]
    if begins[:1] in _MARKS:
        return under[:1] not in _MARKS or begins[:12] != under[:12]
    if under[:12] == begins[:12]:
        return False
    return over.endswith((";", ",")) or _is_cut(begins, under)


def _is_cut(begins: str, under: str) -> bool:
    """Whether the text at the top of a page can't be the beginning of a cell."""
    return under[:1].islower() or (begins[:1] in _MARKS and under[:1] not in _MARKS)


def _write(chain: list[tuple[Table, Cell]]) -> None:
    """Put the whole text in every part."""
    texts = [cell.text for _, cell in chain if cell.text.strip()]
    if not texts:
        return
    whole = reduce(joined, texts)
    for place, (table, cell) in enumerate(chain):
        doubt = JOINED if len(texts) > 1 else CARRIED if place else "" if whole.rstrip()[-1:] in ".;)" else CUT
        _replace(table, cell, replace(cell, text=whole, doubt=doubt))


def _is_wide(table: Table, row: int, cell: Cell) -> bool:
    return sum(one is cell for one in table.rows[row]) > len(table.rows[row]) // 2


def _replace(table: Table, old: Cell, new: Cell) -> None:
    for row in table.rows:
        for column, cell in enumerate(row):
            if cell is old:
                row[column] = new
