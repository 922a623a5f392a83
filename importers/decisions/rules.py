"""What a scanned page shows beside its words: how far it leans, and the rules of its tables, which are long dark runs
of the picture, printed but not drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sin, tan
from typing import Any

import numpy as np
from PIL import Image

from importers.decisions.grids import Box

_RESOLUTION = 150  # dots an inch: at 100 a hairline fades between two dots
_LIGHTEST = 200  # of a rule, from 0 black to 255
_FAINTEST = 45  # how much darker than the paper a rule is
_LONGEST_SIDE = 2_400  # dots; larger pages are made smaller
_MOST_LEAN = 3.0  # degrees; what leans more was laid in crooked on purpose
_STRIPS = 24
_SURE = 60.0  # points; no letters stand over one another for that long


@dataclass(frozen=True)
class Scan:
    """The picture of a page, set upright. `lean`: by how many degrees its lines fell to the right."""

    grey: np.ndarray
    scale: float  # points a dot
    lean: float
    centre: tuple[float, float]

    def upright(self, char: dict[str, Any]) -> dict[str, Any]:
        """A letter of the text layer where it stands on the upright picture."""
        across, down = (
            (char["x0"] + char["x1"]) / 2 - self.centre[0],
            (char["top"] + char["bottom"]) / 2 - self.centre[1],
        )
        turn = radians(self.lean)
        right = across * cos(turn) + down * sin(turn) - across
        lower = down * cos(turn) - across * sin(turn) - down
        moved = {"x0": right, "x1": right, "top": lower, "bottom": lower, "doctop": lower}
        return {**char, **{name: char[name] + by for name, by in moved.items()}}

    def rules(self) -> list[Box]:
        """The level and upright rules seen on the page, in points."""
        dark = _dark(self.grey)
        dots = 72 / self.scale
        # A fifth of an inch level and a sixth upright: longer than any letter, shorter than the cell of a number.
        level = [Box(a, y, b, y) for y, a, b in _scaled(_runs(dark, dots * 0.2), self.scale)]
        upright = [Box(x, a, x, b) for x, a, b in _scaled(_runs(dark.T, dots * 0.16), self.scale)]
        return [*level, *_standing(upright, level)]


def scan_of(page: Any) -> Scan:
    """The page as a picture, turned until its lines are level."""
    longest = max(float(page.width), float(page.height), 1.0)
    resolution = min(_RESOLUTION, int(_LONGEST_SIDE / longest * 72) or 1)
    picture: Image.Image = page.to_image(resolution=resolution).original.convert("L")
    lean = _lean(_dark(np.asarray(picture)))
    if lean:
        picture = picture.rotate(lean, Image.Resampling.BILINEAR, fillcolor=255)
    left, top = float(page.bbox[0]), float(page.bbox[1])
    centre = (left + float(page.width) / 2, top + float(page.height) / 2)
    return Scan(np.asarray(picture), 72 / resolution, lean, centre)


def _standing(upright: list[Box], level: list[Box]) -> Iterator[Box]:
    """The upright runs that are rules, not letters over one another: long ones, and those that go from one level rule
    to another, or to where the page cuts all of them."""
    ends = [end for rule in upright if rule.bottom - rule.top > _SURE for end in (rule.top, rule.bottom)]
    for rule in upright:
        meets = [
            any(abs(one.top - end) < 2.5 and one.left - 4 < rule.left < one.right + 4 for one in level)
            for end in (rule.top, rule.bottom)
        ]
        cut = any(abs(one - end) < 4 for end in (rule.top, rule.bottom) for one in ends)
        if rule.bottom - rule.top > _SURE or all(meets) or (any(meets) and cut):
            yield rule


def _dark(grey: np.ndarray) -> np.ndarray:
    return grey < min(_LIGHTEST, float(np.percentile(grey[::4, ::4], 80)) - _FAINTEST)


def _lean(dark: np.ndarray) -> float:
    """The angle at which rows of dots differ most from one another: there text and rules lie along them."""
    height, width = dark.shape
    strip = width // _STRIPS
    if height < 2 or not strip:
        return 0.0
    strips = dark[:, : strip * _STRIPS].reshape(height, _STRIPS, strip).sum(axis=2, dtype=np.int32)
    places = (np.arange(_STRIPS) + 0.5) * strip - width / 2
    most = int(width * tan(radians(_MOST_LEAN + 1)))
    round_about = np.ascontiguousarray(np.pad(strips, ((most, most), (0, 0)), mode="wrap").T)

    def sharpness(angle: float) -> int:
        shifts = np.rint(places * tan(radians(angle))).astype(int)
        total = sum(column[most + shift :][:height] for column, shift in zip(round_about, shifts, strict=True))
        return int((np.diff(total).astype(np.int64) ** 2).sum())

    best = max(np.arange(-_MOST_LEAN, _MOST_LEAN + 0.1, 0.2), key=sharpness)
    best = max(np.arange(best - 0.2, best + 0.21, 0.05), key=sharpness)
    return round(float(best), 2) if abs(best) > 0.06 and sharpness(best) > 1.02 * sharpness(0.0) else 0.0


def _scaled(runs: list[tuple[float, int, int]], scale: float) -> list[tuple[float, float, float]]:
    return [(at * scale, start * scale, end * scale) for at, start, end in runs]


def _runs(dark: np.ndarray, shortest: float) -> list[tuple[float, int, int]]:
    """Runs along the rows at least that long, as (row, from, to). A leaning line is thickened into one first."""
    thick = dark.copy()
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    held = np.pad(thick, ((0, 0), (1, 1)))
    # A row begins and ends light: of the places where it changes every other one begins a run.
    changes = np.flatnonzero(held[:, 1:] != held[:, :-1])
    rows, starts = np.divmod(changes[::2], held.shape[1] - 1)
    ends = changes[1::2] - rows * (held.shape[1] - 1)
    long = ends - starts >= shortest
    found = [
        (float(row), int(start), int(end)) for row, start, end in zip(rows[long], starts[long], ends[long], strict=True)
    ]
    return _thinned(found)


def _thinned(runs: list[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """Runs on neighbouring rows that overlap brought to one; what stays thick is a picture or a letter, not a rule."""
    groups: list[list[tuple[float, int, int]]] = []
    for run in runs:
        home = next(
            (
                one
                for one in reversed(groups[-60:])
                if run[0] - one[-1][0] <= 2 and run[1] < one[-1][2] and one[-1][1] < run[2]
            ),
            None,
        )
        if home is None:
            groups.append([run])
        else:
            home.append(run)
    rules = []
    for group in groups:
        if group[-1][0] - group[0][0] <= 12:
            middle = sum(one[0] for one in group) / len(group)
            rules.append((middle, min(one[1] for one in group), max(one[2] for one in group)))
    return rules
