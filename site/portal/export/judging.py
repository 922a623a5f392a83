"""The search of an export as an engine that `evaluate_search` can judge: its scripts in a real Chromium, from the disk,
as somebody with a USB stick has them, on the page that people ask."""

import importlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.urls import reverse

from portal.export.links import file_of
from search.backends import IndexMissingError
from search.evaluation import DEPTH, Searcher

__all__ = ["CHROMIUM_NAMES", "FLAGS", "searcher"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
_ASK = (
    "async ([typed, size]) => (await timKiem.search(typed, {state: 'IN_FORCE'}, 1, size)).hits.map((hit) => hit.code)"
)


@contextmanager
def searcher(site: Path) -> Iterator[Searcher]:
    """The export at `site` in Chromium. Raises IndexMissingError when it holds no index, LookupError without Chromium
    or Playwright. While it is open the calling thread cannot ask Django's database."""
    tree = site.expanduser().absolute()
    page_file = tree / file_of(reverse("search"))
    if not page_file.is_file():
        raise IndexMissingError(str(tree))
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    try:
        driver: Any = importlib.import_module("playwright.sync_api")
    except ImportError:
        driver = None
    if not (chromium and driver):
        raise LookupError("Chromium, playwright (requirements-dev.txt)")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            page = browser.new_page()
            page.goto(page_file.as_uri())
            page.evaluate("() => timKiem.ready()")
            yield _through(page)
        finally:
            browser.close()


def _through(page: Any) -> Searcher:
    def ask(query: str) -> list[str]:
        return list(page.evaluate(_ASK, [query, DEPTH]))

    def known(codes: Iterable[str]) -> set[str]:
        return set(codes) & set(page.evaluate("() => timKiem.codes()"))

    return Searcher("export", ask, known)
