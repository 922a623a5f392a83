"""The rules of a table in a scanned page: long dark runs of the picture, for tables that are printed but not drawn."""

from typing import Any

import numpy as np

from importers.decisions.grids import Box

_RESOLUTION = 150  # dots an inch: at 100 a hairline fades between two dots
_LIGHTEST = 200  # of a rule, from 0 black to 255
_FAINTEST = 45  # how much darker than the paper a rule is
_LONGEST_SIDE = 2_400  # dots; larger pages are made smaller


def rules_in_picture(page: Any) -> list[Box]:
    """The level and upright rules seen on the page, in points."""
    longest = max(float(page.width), float(page.height), 1.0)
    resolution = min(_RESOLUTION, int(_LONGEST_SIDE / longest * 72) or 1)
    grey = np.asarray(page.to_image(resolution=resolution).original.convert("L"))
    picture = grey < min(_LIGHTEST, float(np.percentile(grey, 80)) - _FAINTEST)
    scale = 72 / resolution
    # Half an inch level and a sixth upright: longer than any letter, shorter than any cell.
    level = [Box(a * scale, y * scale, b * scale, y * scale) for y, a, b in _runs(picture, resolution * 0.45)]
    upright = [Box(x * scale, a * scale, x * scale, b * scale) for x, a, b in _runs(picture.T, resolution * 0.16)]
    return level + upright


def _runs(dark: np.ndarray, shortest: float) -> list[tuple[float, int, int]]:
    """Runs along the rows at least that long, as (row, from, to). A leaning line is thickened into one first."""
    thick = dark.copy()
    thick[1:] |= dark[:-1]
    thick[:-1] |= dark[1:]
    found: list[tuple[float, int, int]] = []
    for number, row in enumerate(thick):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.view(np.int8), [0]))))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start >= shortest:
                found.append((float(number), int(start), int(end)))
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
