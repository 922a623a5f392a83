"""Long lists by sector, then from A to Y: a decision's procedures stand in one sector, so ten new ones change one page
of such a list, where from A to Y they would change ten."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from cms.text import slugify, sort_key
from cms.views.paging import Mark, Stretch, stretch_of, stretches

__all__ = ["Line", "Listed", "arranged", "listed", "pages_of", "ways"]

_LAST = "\U0010ffff"


class Line(NamedTuple):
    """A procedure as a line of such a list; `sector` is "" where it stands in none."""

    slug: str
    code: str | None
    name: str
    sector: str


@dataclass(frozen=True)
class Listed:
    """One page: its rows below the name and the anchor of each sector; `ways`: where each begins, on the first page."""

    page: Stretch
    groups: list[tuple[str, str, list[Line]]]
    ways: list[tuple[str, str]]


@lru_cache(maxsize=4096)
def _key(sector: str) -> tuple[str, str]:
    return sort_key(sector) if sector else _LAST, sector


def arranged(lines: Iterable[Line]) -> list[Line]:
    """Lines that stand from A to Y, by sector; those in none last."""
    return sorted(lines, key=lambda line: _key(line.sector))


def _mark(line: Line) -> Mark:
    return Mark(line.slug, _key(line.sector)[0], line.sector)


def pages_of(lines: list[Line], base: str) -> list[tuple[str, Stretch]]:
    """The pages of such a list with their addresses, as `stretches`."""
    return stretches(lines, base, _mark)


def ways(pages: list[tuple[str, Stretch]]) -> list[tuple[str, str]]:
    """Each sector with where it begins, of a list of several pages. Only the first page has them: on all, a new border
    would make all anew."""
    found: dict[str, str] = {}
    for address, page in pages:
        for line in page.rows:
            found.setdefault(line.sector, f"{address}#{_anchor(line.sector)}")
    return list(found.items()) if len(pages) > 1 else []


@lru_cache(maxsize=4096)
def _anchor(sector: str) -> str:
    return slugify(sector) or "chua-ro"


def listed(lines: list[Line], base: str, anchor: str) -> Listed:
    """The page that begins with this row, as `stretch_of`. Raises NothingHereError where no page begins with it."""
    page = stretch_of(lines, anchor, base, _mark)
    groups = [(sector, _anchor(sector), list(rows)) for sector, rows in groupby(page.rows, key=lambda one: one.sector)]
    return Listed(page, groups, [] if anchor else ways(pages_of(lines, base)))
