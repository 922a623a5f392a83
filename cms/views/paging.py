"""Long lists in pages with addresses of their own: a page can be linked, printed and exported. A list from A to Y is
cut where its rows say so, not by count, and a page is named by the row it begins with: a new row changes the page it
stands on and leaves the others as they are. A list of news is numbered from its oldest page for the same reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.selectors.keeping import kept_few
from cms.text import letter_of
from cms.views.found import NothingHereError

PAGE_SIZE = 60
# A page of a long list has more than REACH rows, twice as many on average, and MOST at most.
REACH, MOST = 32, 120

_Row = TypeVar("_Row")


class Mark(NamedTuple):
    """What a row is known by in a list: its address's last part, its sort key; `group`: what it stands under."""

    slug: str
    sort_key: str
    group: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list. `base` is the address of the first page, ending in "/"."""

    rows: Sequence[Any]
    number: int
    count: int
    base: str
    total: int

    def address(self, number: int) -> str:
        """The address of another page of this list."""
        return self.base if number == 1 else f"{self.base}trang/{number}/"

    @property
    def numbers(self) -> list[int | None]:
        """Page numbers to offer; None stands for a gap."""
        wanted = sorted({1, self.count, *range(max(1, self.number - 2), min(self.count, self.number + 2) + 1)})
        found: list[int | None] = []
        for number in wanted:
            if found and found[-1] is not None and number - found[-1] > 1:
                found.append(None)
            found.append(number)
        return found


def page_of(rows: "Sequence[Any] | QuerySet[Any]", number: int, base: str, size: int = PAGE_SIZE) -> Page:
    """The page with this number, from 1; of a query only this page's rows are read.

    Raises NothingHereError for a page that the list does not have.
    """
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    count = max(1, -(-total // size))
    if not 1 <= number <= count:
        raise NothingHereError(_("Danh sách này chỉ có %(count)s trang.") % {"count": count})
    return Page(list(rows[(number - 1) * size : number * size]), number, count, base, total)


# --- from A to Y -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """One page of a list that is cut by its rows: its rows and its neighbours.

    `total`, of the whole list, and `letters`, the page each letter begins on, stand on its first page alone, to which
    the others lead: `first`. Further pages must not change with every new row elsewhere.
    """

    rows: Sequence[Any]
    total: int
    before: str
    after: str
    letters: tuple[tuple[str, str], ...]
    first: str


def cut(rows: Sequence[_Row], mark: Callable[[_Row], Mark]) -> list[list[_Row]]:
    """The rows in pages. A row begins one when its number, made of its mark, is the least of all within REACH rows: so
    what is added or taken away moves no border farther off. The first row of a group has a number of its group,
    less than those of rows: what is new in a group rarely begins a page. Rows of one mark stay together."""
    units = [list(some) for _slug, some in groupby(rows, key=lambda row: mark(row).slug)]
    marks = [mark(unit[0]) for unit in units]
    groups = ["", *(one.group for one in marks)]
    numbers = [
        (1, crc32(one.slug.encode())) if one.group == before else (0, crc32(one.group.encode()))
        for one, before in zip(marks, groups, strict=False)
    ]
    borders = [0, *_least(numbers), len(units)]
    pages: list[list[_Row]] = []
    for start, end in pairwise(borders):
        ends = [*_parted(numbers, start, end), end]
        pages += [[row for unit in units[one:other] for row in unit] for one, other in pairwise([start, *ends])]
    return [page for page in pages if page]


def _least(numbers: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Where the least of its neighbourhood stands; both ends count as less than all."""
    at = REACH + 1
    while at < len(numbers) - REACH:
        first = at - REACH
        near = numbers[first : at + REACH + 1]
        least = first + near.index(min(near))
        if least == at:
            yield at
        # What lies nearer to the least than its reach is not the least of its own neighbourhood.
        at = least if least > at else least + REACH + 1


def _parted(numbers: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[int]:
    """Where a page of too many rows is parted: at the least of those not near its ends, by what the page holds."""
    if end - start > MOST:
        middle = range(start + REACH + 1, end - REACH)
        border = min(middle, key=lambda at: (numbers[at], at))
        yield from (*_parted(numbers, start, border), border, *_parted(numbers, border, end))


def stretches(rows: Sequence[_Row], base: str, mark: Callable[[_Row], Mark]) -> list[tuple[str, Stretch]]:
    """Every page of the list with its address: the first at `base`, the others below it by the row they begin with."""
    pages = cut(rows, mark) or [[]]
    addresses = [base, *(f"{base}tu/{mark(page[0]).slug}/" for page in pages[1:])]
    letters: dict[str, str] = {}
    for address, page in zip(addresses, pages, strict=True):
        for row in page:
            letters.setdefault(letter_of(mark(row).sort_key), address)
    shown = tuple(letters.items()) if len(pages) > 1 and len(letters) > 1 else ()
    return [
        (
            address,
            Stretch(
                page,
                0 if number else len(rows),
                addresses[number - 1] if number else "",
                addresses[number + 1] if number + 1 < len(pages) else "",
                () if number else shown,
                base if number else "",
            ),
        )
        for number, (address, page) in enumerate(zip(addresses, pages, strict=True))
    ]


@dataclass(frozen=True)
class _Cut:
    """A list to be cut, known by where it stands."""

    base: str
    rows: Sequence[Any] = field(compare=False)
    mark: Callable[[Any], Mark] = field(compare=False)


# Who makes all pages of a list cuts it once.
@kept_few
def _stretches(one: _Cut) -> dict[str, Stretch]:
    return dict(stretches(one.rows, one.base, one.mark))


def stretch_of(rows: Sequence[_Row], anchor: str, base: str, mark: Callable[[_Row], Mark]) -> Stretch:
    """The page that begins with this row; the first for "". Raises NothingHereError where no page begins with it."""
    found = _stretches(_Cut(base, rows, mark)).get(f"{base}tu/{anchor}/" if anchor else base)
    if found is None:
        raise NothingHereError(_("Danh sách này không còn trang bắt đầu từ thủ tục ấy. Hãy xem từ trang đầu."))
    return found


# --- newest first ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """One page of a list that only grows at its beginning, with the pages before and after it in time."""

    rows: Sequence[Any]
    total: int
    newer: str
    older: str


def past_of(rows: "Sequence[Any] | QuerySet[Any]", number: int, base: str, size: int) -> Past:
    """The page with this number, 1 the oldest; 0 the newest rows, which stand at `base` and are at least a page's
    worth. Raises NothingHereError for a page that the list does not have."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    full = past_pages(total, size)
    if not 0 <= number <= full:
        raise NothingHereError(_("Danh sách này chỉ có %(count)s trang.") % {"count": full + 1})
    first = 0 if number == 0 else total - number * size
    end = total - full * size if number == 0 else first + size
    older = full if number == 0 else number - 1
    newer = "" if number == 0 else base if number == full else f"{base}trang/{number + 1}/"
    return Past(list(rows[first:end]), 0 if number else total, newer, f"{base}trang/{older}/" if older else "")


def past_pages(total: int, size: int) -> int:
    """How many full pages stand behind the newest."""
    return max(0, total // size - 1)
