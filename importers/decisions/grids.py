"""From rules on a page to a grid: where the lines cross there are cells, a missing line between two makes them one,
and each word belongs to the cell its middle lies in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from importers.decisions.document import Cell, Table
from importers.decisions.rows import Region
from importers.decisions.wrapping import are_halves

NEAR = 3.0  # points; lines closer than this are one
MIN_CELL = 5.0
MAX_RULES = 20_000
OVERPRINTED = "Chữ in đè lên nhau (con dấu, chữ ký số?), máy có thể đọc lẫn."
_OVER = 0.4  # of a word's height; lines set close together touch less
PADDING = 9.0  # points between a cell's wall and its words, at most


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Word:
    """A word where it is printed."""

    text: str
    box: Box
    # Letters of something else are printed over it.
    is_overprinted: bool = False

    def middle(self) -> tuple[float, float]:
        """The point that decides which cell it is in."""
        return (self.box.left + self.box.right) / 2, (self.box.top + self.box.bottom) / 2


@dataclass
class Grid:
    """A table on one page: its cells, and the edges of its columns and rows. `doubt`: why all of it needs a look."""

    page: int
    cells: list[tuple[Box, str]]
    columns: list[float] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)
    doubt: str = ""
    # By the box of a cell: its text before halves of words were put together.
    broken: dict[Box, str] = field(default_factory=dict)
    # Cells in which words stand over one another.
    overprinted: set[Box] = field(default_factory=set)
    # Width and height of the page, in points.
    size: tuple[float, float] = (0, 0)

    @property
    def box(self) -> Box:
        """What the table covers."""
        return Box(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])

    def holds(self, word: Word) -> bool:
        """Whether a word stands in the table."""
        return self.box.holds(*word.middle())

    def table(self, number: int) -> Table:
        """The grid as rows: a cell stands at every position it covers."""
        rows: list[list[Cell]] = [[Cell("", row, column) for column in range(len(self.columns) - 1)] for row in
                                  range(len(self.rows) - 1)]  # fmt: skip
        for box, text in self.cells:
            first, last = _index(self.rows, box.top), _index(self.rows, box.bottom)
            left, right = _index(self.columns, box.left), _index(self.columns, box.right)
            doubt = self.doubt or (OVERPRINTED if box in self.overprinted else "")
            cell = Cell(text, first, left, raw=self.broken.get(box, ""), doubt=doubt)
            for row in range(first, max(last, first + 1)):
                for column in range(left, max(right, left + 1)):
                    if row < len(rows) and column < len(rows[row]):
                        rows[row][column] = cell
        return Table(number, rows, pages=[self.page] * len(rows), regions=self._regions())

    def _regions(self) -> list[Region]:
        """Where each row is printed; nothing while the page's size is unknown."""
        wide, high = self.size
        if not (wide and high):
            return []
        left, right = round(1000 * self.columns[0] / wide), round(1000 * self.columns[-1] / wide)
        edges = [round(1000 * edge / high) for edge in self.rows]
        return [Region(self.page, left, top, right, bottom) for top, bottom in pairwise(edges)]


def _index(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def clustered(values: Sequence[float], near: float = NEAR) -> list[float]:
    """Values closer than `near` brought to one each, in order."""
    found: list[list[float]] = []
    for value in sorted(values):
        if found and value - found[-1][-1] <= near:
            found[-1].append(value)
        else:
            found.append([value])
    return [sum(group) / len(group) for group in found]


def text_of(words: Sequence[Word], box: Box | None = None) -> str:
    """Words in reading order; a line that opens with a list mark stays a line of its own. `box`: the cell they stand
    in, at whose wall a word may have been broken."""
    text = ""
    above: list[Word] = []
    for line in _lines_of(words):
        more = " ".join(word.text for word in line)
        broken = box and len(above) == 1 and _is_full(above[0], box) and are_halves(above[0].text, line[0].text)
        text = text + more if broken else joined(text, more)
        above = line
    return text


def _is_full(word: Word, box: Box) -> bool:
    """Whether a word leaves no room for one more letter between the walls."""
    letter = (word.box.right - word.box.left) / max(1, len(word.text))
    left, right = word.box.left - box.left, box.right - word.box.right
    return right <= min(left, PADDING) + 1.3 * letter and left <= PADDING + letter


def _lines_of(words: Sequence[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.box.top, one.box.left)):
        _, y = word.middle()
        held = next((line for line in reversed(lines[-2:]) if line[0].box.top - 1 <= y <= line[0].box.bottom + 1), None)
        if held is None:
            lines.append([word])
        else:
            held.append(word)
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def joined(text: str, more: str) -> str:
    """Two lines of one cell as one text: "56/2026/QĐ-" and "UBND" are one word, and so are the halves of an address."""
    if not text or not more:
        return text or more
    if more[:1] in "-+•*":
        return f"{text}\n{more}"
    last = text.split()[-1]
    is_cut = (last[-1] == "-" and last[:-1] and last[-2].isalnum()) or last[-1] == "/"
    if is_cut or (last.startswith(("http://", "https://")) and more.split()[0].isascii()):
        return text + more
    return f"{text} {more}"


def grids_of(rules: list[Box], words: list[Word], page: int) -> list[Grid]:
    """The tables that rules draw, from the top of the page; boxes with one column are frames, not tables."""
    if len(rules) > MAX_RULES or not rules:
        return []
    level = [rule for rule in rules if rule.bottom - rule.top <= NEAR < rule.right - rule.left]
    upright = [rule for rule in rules if rule.right - rule.left <= NEAR < rule.bottom - rule.top]
    level = _from_wall_to_wall(level, upright)
    grids = []
    for group in _touching(level, upright):
        grid = _grid(*group, words, page)
        if grid and len(grid.columns) > 2 and len(grid.rows) > 1:
            grids.append(grid)
    return sorted(grids, key=lambda grid: grid.box.top)


def _from_wall_to_wall(level: list[Box], upright: list[Box]) -> list[Box]:
    """The level rules whose ends meet upright ones; the others underline words. Pieces of one rule are joined first."""
    runs: list[Box] = []
    for rule in sorted(level, key=lambda one: (round(one.top), one.left)):
        held = next((at for at in range(len(runs) - 1, max(-1, len(runs) - 9), -1) if _meets(runs[at], rule)), None)
        if held is None:
            runs.append(rule)
        else:
            last = runs[held]
            runs[held] = Box(min(last.left, rule.left), last.top, max(last.right, rule.right), last.bottom)
    walls = clustered([(rule.left + rule.right) / 2 for rule in upright])

    def meets(x: float) -> bool:
        return any(abs(wall - x) <= NEAR for wall in walls)

    return [run for run in runs if meets(run.left) and meets(run.right)]


def _meets(run: Box, rule: Box) -> bool:
    return abs(run.top - rule.top) <= 1.5 and rule.left <= run.right + NEAR and run.left <= rule.right + NEAR


def _touching(level: list[Box], upright: list[Box]) -> list[tuple[list[Box], list[Box]]]:
    """The rules that belong to one table each: bands of the page that upright rules fill without a gap."""
    if not upright:
        return []
    bands: list[list[float]] = []
    for rule in sorted(upright, key=lambda one: one.top):
        if bands and rule.top <= bands[-1][1] + NEAR * 2:
            bands[-1][1] = max(bands[-1][1], rule.bottom)
        else:
            bands.append([rule.top, rule.bottom])
    return [
        (
            [one for one in level if top - NEAR * 2 <= one.top <= bottom + NEAR * 2],
            [one for one in upright if top - NEAR <= one.top and one.bottom <= bottom + NEAR],
        )
        for top, bottom in bands
    ]


def _grid(level: list[Box], upright: list[Box], words: list[Word], page: int) -> Grid | None:
    columns = clustered([(rule.left + rule.right) / 2 for rule in upright])
    rows = clustered([(rule.top + rule.bottom) / 2 for rule in level])
    if rows:
        # A row that goes on overleaf may have no rule at the foot, or none at the head, of the page.
        rows = clustered([*rows, *_open_ends(upright, rows)], near=MIN_CELL)
    if len(columns) < 3 or len(rows) < 2 or len(columns) > 60 or len(rows) > 400:
        return None
    # walls[r][c]: the upright rule left of cell (r, c) is drawn; floors[r][c]: the level one above it.
    walls = [[_covered(upright, x, top, bottom, True) for x in columns] for top, bottom in pairwise(rows)]
    floors = [[_covered(level, y, left, right, False) for left, right in pairwise(columns)] for y in rows]
    cells: list[tuple[Box, list[Word]]] = []
    taken: set[tuple[int, int]] = set()
    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            if (row, column) in taken:
                continue
            right = column + 1
            while right < len(columns) - 1 and not walls[row][right]:
                right += 1
            bottom = row + 1
            while bottom < len(rows) - 1 and not any(floors[bottom][column:right]):
                bottom += 1
            taken |= {(one, other) for one in range(row, bottom) for other in range(column, right)}
            cells.append((Box(columns[column], rows[row], columns[right], rows[bottom]), []))
    for word in words:
        x, y = word.middle()
        home = next((held for box, held in cells if box.holds(x, y)), None)
        if home is not None:
            home.append(word)
    texts = [(box, text_of(held, box)) for box, held in cells]
    plain = {box: text_of(held) for box, held in cells}
    broken = {box: plain[box] for box, text in texts if text != plain[box]}
    return Grid(page, texts, columns, rows, broken=broken, overprinted={box for box, held in cells if _is_mixed(held)})


def _is_mixed(words: Sequence[Word]) -> bool:
    """Whether words of a cell stand over one another, as where a stamp's letters were recognised with the text."""
    ordered = sorted(words, key=lambda one: one.box.top)
    for at, word in enumerate(ordered):
        if word.is_overprinted:
            return True
        for other in ordered[at + 1 :]:
            high = min(word.box.bottom, other.box.bottom) - other.box.top
            if high < _OVER * (word.box.bottom - word.box.top):
                break
            across = min(word.box.right, other.box.right) - max(word.box.left, other.box.left)
            if across > NEAR and high > _OVER * (other.box.bottom - other.box.top):
                return True
    return False


def _open_ends(upright: list[Box], rows: list[float]) -> list[float]:
    """Where the upright rules end above the first level rule, or below the last."""
    tops = sorted(rule.top for rule in upright)
    bottoms = sorted(rule.bottom for rule in upright)
    ends = []
    if len(upright) > 2 and rows[0] - tops[2] > MIN_CELL:
        ends.append(tops[0])
    if len(upright) > 2 and bottoms[-3] - rows[-1] > MIN_CELL:
        ends.append(bottoms[-1])
    return ends


def _covered(rules: list[Box], at: float, start: float, end: float, is_upright: bool) -> bool:
    """Whether rules are drawn along most of an edge."""
    length = 0.0
    for rule in rules:
        across = (rule.left + rule.right) / 2 if is_upright else (rule.top + rule.bottom) / 2
        if abs(across - at) <= NEAR:
            low, high = (rule.top, rule.bottom) if is_upright else (rule.left, rule.right)
            length += max(0.0, min(high, end) - max(low, start))
    return length >= (end - start) * 0.5
