"""Tables that pages cut: the parts get the same columns, and a cell merged down over a page break says on both pages
what it says as a whole. Whatever is joined carries a doubt."""

from dataclasses import replace
from functools import reduce

from importers.decisions.columns import Header, find_header
from importers.decisions.document import Cell, Table
from importers.decisions.grids import Grid, clustered, joined

_SAME_WIDTH = 8.0  # points between the widths of parts of one table
_MOVED = 40.0  # points that sheets lie apart
_MARKS = ("-", "+", "•")
JOINED = "Ô gộp bị ngắt trang, máy nối hai phần."
MAYBE = "Ô đầu trang đứng dưới một ô gộp của trang trước; xem có phải phần còn lại của ô ấy không."
EMPTY = "Ô trống ở chỗ ngắt trang; xem có phải phần của một ô gộp không."
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
        # Sheets lie a little elsewhere under the glass each: edges are compared from the left one of their page.
        edges = clustered([edge - one.columns[0] for one in group for edge in one.columns], near=4.0)
        for one in group:
            one.columns = [one.columns[0] + edge - edges[0] for edge in edges]
        group = [grid] if grid else []


def _same_width(one: Grid, other: Grid) -> bool:
    apart = (one.box.left - other.box.left, one.box.right - other.box.right)
    return abs(apart[0] - apart[1]) < _SAME_WIDTH and abs(apart[0]) < _MOVED


def join_pages(tables: list[Table]) -> list[Table]:
    """Join the cells that page breaks cut between neighbouring tables of the same columns, in place."""
    joints = _Joints(tables)
    above: Table | None = None
    for below in tables:
        header = find_header(below, 0)
        first = 0
        while found := find_header(below, first):
            _end_header(below, header := found, above)
            first = found.end
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


def _last_row(table: Table) -> int:
    """The last row of a page that is not a header printed again."""
    size, first = len(table.rows), 0
    while header := find_header(table, first):
        first = header.end
    return next((at - 1 for at in range(max(first + 1, size - 2), size) if find_header(table, at)), size - 1)


def _are_next(above: Table, below: Table) -> bool:
    return bool(above.pages and below.pages) and below.pages[0] - above.pages[-1] == 1


def _end_header(table: Table, header: Header, above: Table | None) -> None:
    """Cut header cells that run down into the list: of a merged cell that goes on over the page no rule is drawn."""
    if header.end >= len(table.rows):
        return
    for column, cell in enumerate(table.rows[header.end]):
        if cell.row >= header.end or (column and table.rows[header.end][column - 1] is cell):
            continue
        rest = Cell("", header.end, column, doubt=cell.doubt)
        title = _title(above, len(table.rows[0]), column)
        if title and cell.text != title and cell.text.startswith(title):
            rest = replace(rest, text=cell.text[len(title) :].strip())
            _replace(table, cell, cell := replace(cell, text=title))
        for row in table.rows[header.end :]:
            row[:] = [rest if one is cell else one for one in row]


def _title(table: Table | None, width: int, column: int) -> str:
    """What the header of the page before calls a column, "" when it has no such header."""
    if table is None or len(table.rows[0]) != width or find_header(table, 0) is None:
        return ""
    return table.rows[0][column].text


def _whole_texts(tables: list[Table]) -> dict[tuple[int, int], set[str]]:
    """By width of the table and column: the texts of cells that no page break touches."""
    found: dict[tuple[int, int], set[str]] = {}
    for table in tables:
        header = find_header(table, 0)
        first = header.end if header else 0
        for row in table.rows[first + 1 : -1]:
            for column, cell in enumerate(row):
                if cell.row > first and cell is not table.rows[-1][column]:
                    found.setdefault((len(row), column), set()).add(cell.text.strip())
    return found


class _Joints:
    """The cells that are parts of one, found from page to page. `columns`: what the list's columns are."""

    def __init__(self, tables: list[Table]) -> None:
        self.columns: tuple[str, ...] = ()
        self._whole = _whole_texts(tables)
        self._chains: dict[int, list[tuple[Table, Cell]]] = {}
        self._doubted: list[tuple[Table, Cell, str]] = []

    def link(self, above: Table, below: Table, first: int, header: Header | None) -> None:
        """Link the cells of the last row of a page with those of the first one on the next."""
        columns = header.columns if header else self.columns
        last = _last_row(above)
        numbers = columns.index("ordinal") if "ordinal" in columns[: len(below.rows[first])] else 0
        is_rest = not below.rows[first][numbers].text.strip()
        seen: set[int] = set()
        for column, under in enumerate(below.rows[first]):
            over = above.rows[last][column]
            if id(under) in seen or column == numbers or under.row < first:
                continue
            seen.add(id(under))
            if _is_wide(above, last, over) or _is_wide(below, first, under):
                continue
            is_shared = column < len(columns) and columns[column] in _SHARED
            held = self._chains.get(id(over), [(above, over)])
            down = sum(row[column] is under for row in below.rows) > 1
            merged = over.row < last or len(held) > 1 or down
            known = self._whole.get((len(below.rows[first]), column), set())
            if self._is_one(held, under, known, is_rest=is_rest, merged=merged, is_shared=is_shared):
                held.append((below, under))
                self._chains[id(over)] = self._chains[id(under)] = held
            elif over.row < last:
                self._doubted.append((below, under, MAYBE))
            elif is_shared and not (over.text.strip() and under.text.strip()):
                self._doubted += [
                    (table, cell, EMPTY) for table, cell in ((above, over), (below, under)) if not cell.text
                ]

    def _is_one(
        self,
        held: list[tuple[Table, Cell]],
        under: Cell,
        known: set[str],
        *,
        is_rest: bool,
        merged: bool,
        is_shared: bool,
    ) -> bool:
        """Whether the cell at the top of a page goes on with the one above the break. `known`: texts of their column
        that stand whole elsewhere."""
        if not merged and not is_shared:
            return False
        texts = [cell.text.strip() for _, cell in held if cell.text.strip()]
        # The text of a tall cell, set in its middle, may stand on a later page only.
        if not under.text.strip():
            return merged or bool(texts)
        if not texts:
            # Of a cell merged over the break the text may stand on the later page only, where no cell is ever empty.
            return merged or is_rest or "" not in known
        if is_rest:
            return True
        if reduce(joined, [*texts, under.text.strip()]) in known:
            return True
        if under.text.strip() in known and reduce(joined, texts) in known:
            return False
        return _goes_on(texts, under.text) if merged else _is_cut(texts[0], under.text)

    def write(self) -> None:
        """Put the whole text in every part, with its doubt."""
        for chain in {id(one): one for one in self._chains.values()}.values():
            _write(chain)
        for table, cell, doubt in self._doubted:
            _replace(table, cell, replace(cell, doubt=doubt))


def _goes_on(texts: list[str], under: str) -> bool:
    """Whether the text at the top of a page reads as the rest of those above it: in the middle of a sentence, or at
    another item of their list (cells of one column begin alike, "- Trực tiếp: …")."""
    begins, over = texts[0], texts[-1]
    if over.endswith(".") and under[:1].isupper():
        return False
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
        _replace(table, cell, replace(cell, text=whole, doubt=doubt or cell.doubt))


def _is_wide(table: Table, row: int, cell: Cell) -> bool:
    return sum(one is cell for one in table.rows[row]) > len(table.rows[row]) // 2


def _replace(table: Table, old: Cell, new: Cell) -> None:
    for row in table.rows:
        for column, cell in enumerate(row):
            if cell is old:
                row[column] = new
