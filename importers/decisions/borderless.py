"""Tables without rules: the header's words tell that there is one, the white between them and the rows' words tells
where its columns are, and a number at the left begins each row."""

import re
from itertools import pairwise

from importers.decisions.columns import name_of
from importers.decisions.grids import Box, Grid, Word, text_of

_ROW = re.compile(r"\d{1,4}(\.\d{1,3})*[.)]?$")
_LEAST_GAP = 5.0  # points of white all the way down
_LEAST_COLUMNS = 3


def white_grid(words: list[Word], page: int) -> Grid | None:
    """The table of a page without rules, None when nothing on it looks like one."""
    lines = _lines(words)
    starts = [at for at, line in enumerate(lines) if _ROW.fullmatch(line[0].text)]
    if len(starts) < 2:
        return None
    left = min(lines[at][0].box.left for at in starts)
    starts = [at for at in starts if lines[at][0].box.left - left < 14]
    header = _header(lines, starts[0])
    first = header if header is not None else starts[0]
    body = lines[first:]
    columns = _columns([line for line in body if not _is_across(line)])
    if len(columns) - 1 < _LEAST_COLUMNS:
        return None
    rows = _rows(lines, first, starts)
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
    return Grid(page, [(box, text_of(held)) for box, held in cells], columns, edges)


def _lines(words: list[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.box.top, one.box.left)):
        if lines and word.middle()[1] <= lines[-1][0].box.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def _header(lines: list[list[Word]], first: int) -> int | None:
    """The first line of the header above the first row: the topmost near one with words of columns far apart."""
    found = None
    for at in range(first - 1, max(-1, first - 12), -1):
        named = {name_of(part) for part in _parts(lines[at])} - {""}
        if len(named) >= 2:
            found = at
        elif found is not None and len(_parts(lines[at])) < 2:
            break
    return found


def _parts(line: list[Word]) -> list[str]:
    parts = [[line[0]]]
    for word in line[1:]:
        if word.box.left - parts[-1][-1].box.right > _LEAST_GAP:
            parts.append([])
        parts[-1].append(word)
    return [" ".join(word.text for word in part) for part in parts]


def _is_across(line: list[Word]) -> bool:
    """A heading: one run of words without a gap."""
    return len(_parts(line)) == 1 and len(line) > 3


def _columns(lines: list[list[Word]]) -> list[float]:
    """Edges in the middle of the white that goes all the way down."""
    spans = sorted((word.box.left, word.box.right) for line in lines for word in line)
    if not spans:
        return []
    edges = [spans[0][0] - 2]
    end = spans[0][1]
    for left, right in spans:
        if left - end >= _LEAST_GAP:
            edges.append((left + end) / 2)
        end = max(end, right)
    return [*edges, end + 2]


def _rows(lines: list[list[Word]], first: int, starts: list[int]) -> list[tuple[tuple[float, float], bool]]:
    """Top and bottom of each row, and whether it runs across: the header, then from number to number."""
    tops = [(lines[first][0].box.top - 1, False)]
    for at in range(first + 1, len(lines)):
        top = min(word.box.top for word in lines[at]) - 1
        if at in starts:
            tops.append((top, False))
        elif _is_across(lines[at]) and at > starts[0] - 2 and lines[at][0].box.left < lines[starts[0]][0].box.left + 14:
            tops.append((top, True))
    bottom = max(word.box.bottom for word in lines[-1]) + 2
    ends = [top for top, _ in tops[1:]] + [bottom]
    return [((top, end), across) for (top, across), end in zip(tops, ends, strict=True)]
