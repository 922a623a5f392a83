"""Tables without rules: the header's words tell that there is one, the white between them and the rows' words tells
where its columns are, and a number at the left begins each row."""

import re
from itertools import pairwise

from importers.decisions.columns import name_of
from importers.decisions.grids import Box, Grid, Word, text_of

_ROW = re.compile(r"(\d{1,4}(\.\d{1,3})*|\d\.\d{6})[.)]?")
_LETTER = re.compile(r"([IVXL]+|[A-ZĐ])[.)]?")
_LEAST_GAP = 4.0  # points of white between columns
_LEAST_COLUMNS = 3
WHITE = "Bảng không kẻ khung, máy chia cột theo khoảng trắng; hãy so với bản gốc."


def white_grids(words: list[Word], page: int) -> list[Grid]:
    """The tables of a page without rules; a page that goes on with the last page's table needs two numbered rows."""
    lines = _lines(words)
    headers = _headers(lines)
    if not headers and sum(bool(_ROW.fullmatch(line[0].text)) for line in lines) > 1:
        headers = [next(at for at, line in enumerate(lines) if _ROW.fullmatch(line[0].text))]
    if not headers:
        return []
    ends = [*headers[1:], len(lines)]
    found = [_grid(lines[first:end], page) for first, end in zip(headers, ends, strict=True)]
    return [grid for grid in found if grid]


def _grid(body: list[list[Word]], page: int) -> Grid | None:
    starts = [at for at, line in enumerate(body) if _ROW.fullmatch(line[0].text)]
    if not starts:
        return None
    left = min(body[at][0].box.left for at in starts)
    starts = [at for at in starts if body[at][0].box.left - left < 14]
    columns = _columns(body)
    if len(columns) - 1 < _LEAST_COLUMNS:
        return None
    rows = _rows(body, starts, columns)
    cells: list[tuple[Box, list[Word]]] = []
    for (top, bottom), across in rows:
        edges = [columns[0], columns[-1]] if across else columns
        cells += [(Box(a, top, b, bottom), []) for a, b in pairwise(edges)]
    for word in (word for line in body for word in line):
        x, y = word.middle()
        home = next((held for box, held in cells if box.holds(x, y)), None)
        if home is not None:
            home.append(word)
    edges = [rows[0][0][0], *[bottom for (_, bottom), _ in rows]]
    return Grid(page, [(box, text_of(held)) for box, held in cells], columns, edges, doubt=WHITE)


def _lines(words: list[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.box.top, one.box.left)):
        if lines and word.middle()[1] <= lines[-1][0].box.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def _headers(lines: list[list[Word]]) -> list[int]:
    """The first lines of the headers: words of columns far apart, and near them no such line above."""
    named = [at for at, line in enumerate(lines) if _is_named(line)]
    firsts: list[int] = []
    for at in named:
        between = lines[firsts[-1] + 1 : at] if firsts else []
        if not firsts or any(_ROW.fullmatch(line[0].text) for line in between):
            firsts.append(at)
    return [_upper(lines, at) for at in firsts]


def _upper(lines: list[list[Word]], at: int) -> int:
    """Titles over several lines, set in the middle, begin above the first telling line."""
    while at and len(_split(lines[at - 1])) > 1 and _near(lines[at - 1], lines[at]):
        at -= 1
    return at


def _near(above: list[Word], below: list[Word]) -> bool:
    gap = below[0].box.top - above[0].box.bottom
    return gap < 1.2 * (above[0].box.bottom - above[0].box.top)


def _is_named(line: list[Word]) -> bool:
    return len({name_of(part) for part in _parts(line)} - {""}) > 1


def _parts(line: list[Word]) -> list[str]:
    return [" ".join(word.text for word in part) for part in _split(line)]


def _split(line: list[Word]) -> list[list[Word]]:
    """A line cut where white as between columns stands in it."""
    parts = [[line[0]]]
    for word in line[1:]:
        if word.box.left - parts[-1][-1].box.right > _LEAST_GAP:
            parts.append([])
        parts[-1].append(word)
    return parts


def _is_across(line: list[Word], columns: list[float]) -> bool:
    """A heading: one run of words over two edges of columns, or out of the first column, where only numbers stand."""
    for part in _split(line):
        crossed = [edge for edge in columns[1:-1] if part[0].box.left < edge < part[-1].box.right]
        if len(crossed) > 1 or (crossed and crossed[0] == columns[1]):
            return True
    return False


def _columns(lines: list[list[Word]]) -> list[float]:
    """Edges in the middle of the white that goes down through all lines of several columns; one that several other
    lines run over is only a gap between words."""
    telling = [line for line in lines if len(_split(line)) >= _LEAST_COLUMNS]
    spans = sorted((word.box.left, word.box.right) for line in telling for word in line)
    if not spans:
        return []
    left, right = min(line[0].box.left for line in lines), max(line[-1].box.right for line in lines)
    edges = [left - 2]
    end = spans[0][1]
    for start, stop in spans:
        if start - end >= _LEAST_GAP:
            edges.append((start + end) / 2)
        end = max(end, stop)
    edges.append(max(end, right) + 2)
    return [edges[0], *[edge for edge in edges[1:-1] if _runs_over(edge, edges, lines) < 2], edges[-1]]


def _runs_over(edge: float, edges: list[float], lines: list[list[Word]]) -> int:
    """How many runs of words lie over this edge and over no other: over several, it is a heading."""
    count = 0
    for part in (part for line in lines for part in _split(line)):
        crossed = [one for one in edges[1:-1] if part[0].box.left < one < part[-1].box.right]
        count += crossed == [edge] and edge != edges[1]
    return count


def _rows(lines: list[list[Word]], starts: list[int], columns: list[float]) -> list[tuple[tuple[float, float], bool]]:
    """Top and bottom of each row, and whether it runs across: the header, then from number to number."""
    tops = [(lines[0][0].box.top - 1, False)]
    begun = False
    for at in range(1, len(lines)):
        top = min(word.box.top for word in lines[at]) - 1
        lettered = _is_lettered(lines[at], columns)
        begun = begun or at in starts or lettered or not _is_header_line(lines[at])
        if lettered or (begun and _is_across(lines[at], columns)):
            tops.append((top, True))
        elif at in starts or (begun and tops[-1][1]):
            # After a heading a row begins, though its number stand lower.
            tops.append((top, False))
    bottom = max(word.box.bottom for word in lines[-1]) + 2
    ends = [top for top, _ in tops[1:]] + [bottom]
    return [((top, end), across) for (top, across), end in zip(tops, ends, strict=True)]


def _is_header_line(line: list[Word]) -> bool:
    """A line of the header: names of columns, or the ends of them, with white between."""
    return len(_split(line)) > 1 and not _ROW.fullmatch(line[0].text)


def _is_lettered(line: list[Word], columns: list[float]) -> bool:
    """ "II  Lĩnh vực thú y": a letter or a roman number in the first column, and one run of words behind it."""
    parts = _split(line)
    return (
        len(parts) == 2
        and bool(_LETTER.fullmatch(parts[0][0].text))
        and parts[0][-1].box.right < columns[1]
        and len(parts[0]) == 1
    )
