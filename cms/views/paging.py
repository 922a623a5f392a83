"""Long lists in pages with addresses of their own (…/trang/2/): a page can be linked, printed and exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.views.found import NothingHereError

PAGE_SIZE = 60


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
