"""The columns of a table without rules: one under each title of its header, with its edges where the fewest words of
all its pages stand in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from importers.decisions.grids import Word, text_of

Line = list[Word]
LEAST_GAP = 4.0  # points of white between columns


@dataclass
class Run:
    """Words of a line that stand close together."""

    words: list[Word]

    @property
    def left(self) -> float:
        """Where it begins, in points."""
        return self.words[0].box.left

    @property
    def right(self) -> float:
        """Where it ends, in points."""
        return max(word.box.right for word in self.words)

    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)

    def crosses(self, edge: float) -> bool:
        """Whether it stands over an edge of columns."""
        return self.left < edge - 1 and edge + 1 < self.right


def runs_of(line: Line) -> list[Run]:
    """A line cut where white as between columns stands in it: more than one and a half spaces of its letters."""
    gap = max(LEAST_GAP, 0.42 * (line[0].box.bottom - line[0].box.top))
    runs = [Run([line[0]])]
    for word in line[1:]:
        if word.box.left - runs[-1].right > gap:
            runs.append(Run([]))
        runs[-1].words.append(word)
    return runs


def runs_in(line: Line, columns: Sequence[float]) -> list[Run]:
    """The runs of a line, cut at edges of columns too where more white stands than between its other words."""
    found: list[Run] = []
    for run in runs_of(line):
        part = Run([run.words[0]])
        gaps = sorted(other.box.left - one.box.right for one, other in pairwise(run.words))
        usual = gaps[(len(gaps) - 1) // 2] if len(gaps) > 1 else LEAST_GAP * 0.6
        for one, other in pairwise(run.words):
            gap = other.box.left - one.box.right
            if gap > 1.25 * usual and any(one.box.right - 1 < edge < other.box.left + 1 for edge in columns):
                found.append(part)
                part = Run([])
            part.words.append(other)
        found.append(part)
    return found


@dataclass
class Title:
    """The title of one column, in its lines from the top. `upper`: words over several columns, this among them."""

    left: float
    right: float
    words: list[Word]
    upper: list[Word]

    def top(self) -> float:
        """The height of its first line."""
        return min(word.box.top for word in self.words)

    def text(self) -> str:
        """Its own words."""
        return text_of(self.words)


def titles_of(header: Sequence[Line]) -> list[Title]:
    """The titles of a header's columns from left to right, told from its lowest line up: what stands over two is the
    title of both."""
    titles: list[Title] = []
    over: list[Run] = []
    for line in reversed(header):
        for run in runs_of(line):
            under = [one for one in titles if one.left < run.right - 1 and run.left + 1 < one.right]
            if len(under) > 1 and not any(one.upper for one in under):
                over.append(run)
                for one in under:
                    one.upper = run.words
            elif len(under) > 1:
                for one in under:
                    one.upper = run.words + [word for word in one.upper if word not in run.words]
            elif under:
                title = under[0]
                title.left, title.right = min(title.left, run.left), max(title.right, run.right)
                title.words = run.words + title.words
            else:
                titles.append(Title(run.left, run.right, list(run.words), []))
    titles.sort(key=lambda one: one.left)
    _inherit(titles, header)
    return titles


def _inherit(titles: list[Title], header: Sequence[Line]) -> None:
    """Titles set at the left of what they stand over: a column that begins lower than all its row is under the one to
    its left."""
    if not header or len(titles) < 2:
        return
    height = header[0][0].box.bottom - header[0][0].box.top
    tops = [title.top() for title in titles]
    first = min(tops)
    aligned = sum(top - first < height * 0.5 for top in tops)
    if aligned < 2 or any(title.upper for title in titles):
        return
    for at in range(1, len(titles)):
        low = tops[at]
        if low - first < height * 0.8:
            continue
        group = at - 1
        while group > 0 and tops[group] - first >= height * 0.8:
            group -= 1
        head = titles[group]
        upper = head.upper or [word for word in head.words if word.box.bottom < low + 1]
        lower = [word for word in head.words if word not in upper]
        if upper and lower:
            head.upper, head.words = upper, lower
        titles[at].upper = head.upper


def edges_of(titles: Sequence[Title], body: Sequence[Line]) -> list[float]:
    """The edges of the columns under these titles: where white goes down through all lines, if it does so once between
    two titles each; else between two where the fewest runs stand."""
    runs = [run for line in body for run in runs_of(line)]
    left = min([title.left for title in titles] + [run.left for run in runs])
    right = max([title.right for title in titles] + [run.right for run in runs])
    inner = _white_between(runs)
    if len(inner) != len(titles) - 1:
        inner = [_edge(one, other, runs) for one, other in pairwise(titles)]
    return [left - 2, *inner, max(right, (inner[-1] if inner else left) + 5) + 2]


def _white_between(runs: Sequence[Run]) -> list[float]:
    """The middles of the white that no run of words stands in."""
    found: list[float] = []
    end: float | None = None
    for run in sorted(runs, key=lambda one: one.left):
        if end is not None and run.left - end >= LEAST_GAP:
            found.append((end + run.left) / 2)
        end = run.right if end is None else max(end, run.right)
    return found


def _edge(one: Title, other: Title, runs: Sequence[Run]) -> float:
    low, high = (one.left + one.right) / 2, (other.left + other.right) / 2
    near = [run for run in runs if run.left < high and low < run.right]
    marks = sorted({low, high, *(end for run in near for end in (run.left, run.right) if low < end < high)})
    best, edge = (len(near) + 1, 0, 0.0), (low + high) / 2
    for start, end in pairwise(marks):
        middle = (start + end) / 2
        crossed = sum(run.left < middle < run.right for run in near)
        # Not through the titles themselves, unless nothing else is left.
        inside = max(0.0, min(end, other.left) - max(start, one.right))
        verdict = (crossed, 0 if inside > 0 else 1, -inside if inside else -(end - start))
        if verdict < best:
            best = verdict
            edge = (max(start, one.right) + min(end, other.left)) / 2 if inside else middle
    return edge
