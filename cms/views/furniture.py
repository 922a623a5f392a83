"""What stands around every page and may be edited: menu, hotline, linked sites, the day of the last change. Read only
when a template asks for it; when the database is away, the page stands without it."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db import DatabaseError
from django.http import HttpRequest

from cms.selectors import pages
from cms.selectors.sample import holds_sample

__all__ = ["Furniture", "MenuItem", "furniture"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu."""

    title: str
    address: str


class Furniture:
    """Read once a request, at the first need. `written`: parts of a page as they were put together, where many pages of
    one language are made with the same; None for one page alone."""

    def __init__(self, request: HttpRequest, written: dict[str, str] | None = None) -> None:
        self.request, self.written = request, written

    @cached_property
    def menu(self) -> list[MenuItem]:
        """The pages in the main menu."""
        try:
            return [MenuItem(page.title, page.get_url(self.request)) for page in pages.menu()]
        except DatabaseError:
            log.warning("menu left out: database away", exc_info=True)
            return []

    @cached_property
    def foot(self) -> pages.Foot:
        """Hotline and linked sites."""
        try:
            return pages.foot()
        except DatabaseError:
            log.warning("foot left out: database away", exc_info=True)
            return pages.Foot()

    @cached_property
    def sample(self) -> bool:
        """Whether the portal shows the sample that ships with it."""
        try:
            return holds_sample()
        except DatabaseError:
            return False

    @cached_property
    def changed_on(self) -> date | None:
        """The day of the last change."""
        try:
            return pages.changed_on()
        except DatabaseError:
            return None


def furniture(request: HttpRequest) -> dict[str, Furniture]:
    """Template context: `furniture`; who makes many pages at once brings one for all."""
    return {"furniture": getattr(request, "furniture", None) or Furniture(request)}
