"""The rows of a table without rules, once its columns are known: from number to number, with headings that run across
and cells merged down."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from importers.decisions.grids import Box, Grid, Word, text_of
from importers.decisions.headings import read_heading
from importers.decisions.white_columns import Line, Run, Title, runs_in, runs_of

ROW = re.compile(r"(\d{1,4}(\.\d{1,3})*|\d\.\d{6})[.)]?")
_LETTER = re.compile(r"([IVXL]+|[A-ZĐ])[.)]?")
WHITE = "Bảng không kẻ khung, máy chia cột theo khoảng trắng; hãy so với bản gốc."
_Row = tuple[list[Line], bool]  # its lines, and whether it runs across


@dataclass
class Piece:
    """What one page holds of a table: the lines of the header, where it is printed again, and those below it."""

    page: int
    header: list[Line]
    body: list[Line]


@dataclass
class White:
    """A table over its pages."""

    pieces: list[Piece]
    titles: list[Title] = field(default_factory=list)
    columns: list[float] = field(default_factory=list)
    numbers: int = 0
    is_top: bool = True  # the number stands on the first line of its row, not in the middle of it


def is_number(line: Line, table: White) -> bool:
    """Whether a row's number stands on the line, in its column and alone."""
    left, right = table.columns[table.numbers], table.columns[table.numbers + 1]
    return any(
        ROW.fullmatch(run.text()) and left - 1 <= run.left and run.right <= right + 1
        for run in runs_in(line, table.columns)
    )


def is_lettered(line: Line) -> bool:
    """ "II  Lĩnh vực thú y": a letter or a roman number, and one run of words behind it."""
    runs = runs_of(line)
    return len(runs) == 2 and len(runs[0].words) == 1 and bool(_LETTER.fullmatch(runs[0].text()))


def is_across(line: Line, columns: list[float]) -> bool:
    """A heading: one run of words over edges of columns or out of the first one, or in capitals alone on its line. A
    name over the empty cell beside it is none."""
    if is_lettered(line):
        return True
    runs = runs_in(line, columns)
    if any(_crossed(run, columns) > 1 for run in runs):
        return True
    run, text = runs[0], runs[0].text()
    if len(runs) > 1:
        return False
    if _crossed(run, columns) and (run.left < columns[1] or bool(read_heading("", text).kinds())):
        return True
    heading = read_heading("", text)
    is_middle = abs(run.left + run.right - columns[0] - columns[-1]) < 0.06 * (columns[-1] - columns[0])
    return bool(heading.kinds()) and (text.isupper() or (bool(heading.style) and (is_middle or run.left < columns[1])))


def _crossed(run: Run, columns: list[float]) -> int:
    return sum(run.crosses(edge) for edge in columns[1:-1])


def stand_on_top(table: White) -> bool:
    """Whether numbers stand on the first lines of their rows: right under a heading or a header, and nowhere between
    two numbers is more white than above the second."""
    on_top = others = 0
    for piece in table.pieces:
        starts = [at for at, line in enumerate(piece.body) if is_number(line, table)]
        headings = {at for at, line in enumerate(piece.body) if is_across(line, table.columns)}
        firsts = [at + 1 for at in headings if at + 1 not in headings] + ([0] if piece is table.pieces[0] else [])
        on_top += sum(at in starts for at in firsts)
        others += sum(at not in starts for at in firsts)
        for one, other in pairwise(starts):
            if headings.isdisjoint(range(one, other)):
                gaps = gaps_between(piece.body, one, other)
                on_top += gaps[-1] >= max(gaps) - 1
                others += gaps[-1] < max(gaps) - 1
    return on_top >= others


def gaps_between(lines: list[Line], start: int, end: int) -> list[float]:
    """The white above each line after `start`, up to `end`, over the whole width."""
    bottom = max(word.box.bottom for word in lines[start])
    gaps = []
    for line in lines[start + 1 : end + 1]:
        gaps.append(min(word.box.top for word in line) - bottom)
        bottom = max(bottom, *(word.box.bottom for word in line))
    return gaps


def grid_of(piece: Piece, table: White) -> Grid | None:
    """What a page holds of the table as a grid, all of it doubtful; None when that is nothing."""
    rows = list(_rows(piece, table))
    if not rows and not piece.header:
        return None
    tops = [min(word.box.top for line in lines for word in line) - 1 for lines, _across in rows]
    tops.append(max(word.box.bottom for line in piece.header + piece.body for word in line) + 2)
    cells = list(_header_cells(piece, table, tops[0]))
    edges = sorted({*tops, *(edge for box, _ in cells for edge in (box.top, box.bottom))})
    cells += _row_cells(rows, tops, table)
    return Grid(piece.page, cells, table.columns, edges, doubt=WHITE)


def _row_cells(rows: list[_Row], tops: list[float], table: White) -> Iterator[tuple[Box, str]]:
    """The cells of the rows below a header; a text that runs on into the next row without white is one merged cell."""
    padded = _is_padded(rows)
    open_cells: dict[int, tuple[float, list[Word]]] = {}  # by column: where a cell begins, and its words so far
    sides = list(pairwise(table.columns))
    for (lines, across), (top, bottom) in zip(rows, pairwise(tops), strict=True):
        words = [word for line in lines for word in line]
        if across:
            yield from _closed(open_cells, sides, top)
            yield Box(table.columns[0], top, table.columns[-1], bottom), text_of(words)
            continue
        runs = [run for line in lines for run in runs_in(line, table.columns)]
        for at, (left, right) in enumerate(sides):
            held = [word for run in runs if left <= _home(run, table.columns) < right for word in run.words]
            if at in open_cells and not (padded and at != table.numbers and _runs_on(open_cells[at][1], held)):
                yield from _closed({at: open_cells.pop(at)}, sides, top)
            begin, before = open_cells.get(at, (top, []))
            open_cells[at] = (begin, before + held)
    yield from _closed(open_cells, sides, tops[-1] if tops else 0)


def _home(run: Run, columns: list[float]) -> float:
    """A point in the column a run belongs to: of one over an edge, that which it begins in."""
    return run.left + 1 if _crossed(run, columns) else (run.left + run.right) / 2


def _closed(
    cells: dict[int, tuple[float, list[Word]]], sides: list[tuple[float, float]], bottom: float
) -> Iterator[tuple[Box, str]]:
    for at, (top, words) in cells.items():
        yield Box(sides[at][0], top, sides[at][1], bottom), text_of(words)
    cells.clear()


def _runs_on(above: list[Word], below: list[Word]) -> bool:
    if not above or not below:
        return False
    last, first = max(above, key=lambda word: word.box.bottom), min(below, key=lambda word: word.box.top)
    return first.box.top - last.box.bottom < 0.35 * (last.box.bottom - last.box.top)


def _is_padded(rows: list[_Row]) -> bool:
    """Whether more white stands between rows than between the lines of one."""
    tight = [_tight(one[0][-1], other[0][0]) for one, other in pairwise(rows)]
    return sum(tight) <= len(tight) / 2


def _header_cells(piece: Piece, table: White, bottom: float) -> Iterator[tuple[Box, str]]:
    """The header as one row, or as two where titles stand over several columns."""
    if not piece.header:
        return
    top = min(word.box.top for word in piece.header[0]) - 1
    middle = (top + bottom) / 2
    at = 0
    while at < len(table.titles):
        title, end = table.titles[at], at + 1
        while title.upper and end < len(table.titles) and table.titles[end].upper == title.upper:
            end += 1
        sides = table.columns
        if end - at > 1:
            yield Box(sides[at], top, sides[end], middle), text_of(title.upper)
            for one in range(at, end):
                yield Box(sides[one], middle, sides[one + 1], bottom), table.titles[one].text()
        else:
            yield Box(sides[at], top, sides[end], bottom), text_of(title.upper + title.words)
        at = end


def _rows(piece: Piece, table: White) -> Iterator[_Row]:
    """The lines of each row, and whether it runs across."""
    row: list[Line] = []
    tops = _tops(piece, table)
    heading: list[Line] = []
    for at, line in enumerate(piece.body):
        if is_across(line, table.columns):
            if row:
                yield row, False
            row = []
            goes_on = heading and not is_lettered(line) and _tight(heading[-1], line) and not _labelled(line)
            if heading and not goes_on:
                yield heading, True
                heading = []
            heading.append(line)
            continue
        if heading:
            yield heading, True
            heading = []
        if at in tops and row:
            yield row, False
            row = []
        row.append(line)
    if heading:
        yield heading, True
    if row:
        yield row, False


def _labelled(line: Line) -> bool:
    return bool(read_heading("", " ".join(word.text for word in line)).style)


def _tight(above: Line, below: Line) -> bool:
    return below[0].box.top - above[0].box.bottom < 0.35 * (above[0].box.bottom - above[0].box.top)


def _tops(piece: Piece, table: White) -> set[int]:
    """The lines that begin rows: those of the numbers, or, where these stand in the middle, those under most white."""
    starts = [at for at, line in enumerate(piece.body) if is_number(line, table)]
    if table.is_top or not starts:
        return set(starts)
    found = set()
    headings = {at for at, line in enumerate(piece.body) if is_across(line, table.columns)}
    for one, other in pairwise(starts):
        if not headings.isdisjoint(range(one, other)):
            continue
        gaps = gaps_between(piece.body, one, other)
        # Of equal ones the last: nearest to the number below.
        found.add(max(range(len(gaps)), key=lambda place: (round(gaps[place]), place)) + one + 1)
    gaps = gaps_between(piece.body, 0, starts[0]) if starts[0] else []
    if gaps and piece is not table.pieces[0] and max(gaps) > 4 + min(gaps):
        found.add(gaps.index(max(gaps)) + 1)
    return found
