"""How a part of the portal states its addresses for an export: in groups, each resting on one mark."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.urls import reverse

from cms.selectors.survey import Line, mark_of
from cms.views.data import FORMS
from cms.views.paging import Mark, past_of, past_pages, stretches

__all__ = ["Group", "Stated", "data_files", "newest_first", "stated_one", "stretched"]


class Stated(NamedTuple):
    """An address there is. `source`: from which address its content comes, where it is another; `rows`: how many
    procedures its page lists, where it is a list."""

    address: str
    source: str = ""
    rows: int | None = None


class Group(NamedTuple):
    """Addresses that rest on one mark. `procedure` and `agency`: whose text they show, to be read ahead; `language`:
    of its pages, "" for the portal's own."""

    name: str
    mark: str
    addresses: Callable[[], Iterable[Stated]]
    procedure: int = 0
    agency: int = 0
    language: str = ""


def stated_one(address: str, mark: str, rows: int | None = None, agency: int = 0) -> Group:
    """A group of one address."""
    return Group(address, mark, lambda: [Stated(address, rows=rows)], agency=agency)


def data_files(path: str, source: str = "") -> list[Stated]:
    """A list of open data in each of its forms."""
    root = reverse("open_data_files")
    return [Stated(f"{root}{path}.{form}", f"{root}{source}.{form}" if source else "") for form in FORMS]


def stretched(base: str, rows: list[Line], *marks: str) -> Iterator[Group]:
    """A list from A to Y in its pages, each resting on its own lines and on where its neighbours stand."""
    for address, page in stretches(rows, base, lambda row: Mark(row.slug, row.sort_key)):
        said = mark_of(marks, [row.said for row in page.rows], page.total, page.before, page.after, page.letters)
        yield stated_one(address, said, len(page.rows))


def newest_first(base: str, rows: list[Any], size: int, *marks: Any) -> Iterator[Group]:
    """A list whose newest rows stand first; `rows`: what each says."""
    for number in range(past_pages(len(rows), size) + 1):
        page = past_of(rows, number, base, size)
        yield stated_one(f"{base}trang/{number}/" if number else base, mark_of(marks, page))
