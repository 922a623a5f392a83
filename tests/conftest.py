"""What every test may lean on: the shared real data, empty tables despite the law's guards, and a real Chromium."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.commands import flush
from django.db import connections

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real national and provincial files beside the checkout. Skips where it is absent, fails there when
    CI is set."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail("CI must have the shared real data (../shared/data): their tests may not be skipped there")
        pytest.skip("the shared real data (../shared/data) are not on this machine")
    return SHARED_DATA


def _guards():
    """cms.triggers; imported late because models load only once Django is set up."""
    if importlib.util.find_spec("cms.triggers") is None:
        return None
    from cms import triggers

    return triggers


@pytest.fixture(scope="session", autouse=True)
def _guards_step_aside_for_flush() -> Iterator[None]:
    """Lift the guards while the tables are emptied between transactional tests: they refuse to lose published rows.

    Only here: `manage.py flush` on a real SQLite file stays refused. PostgreSQL truncates, which fires no row trigger.
    """
    handle = flush.Command.handle

    def handle_without_guards(self, **options):
        triggers = _guards()
        connection = connections[options["database"]]
        if triggers is None or connection.vendor != "sqlite":
            return handle(self, **options)
        triggers.drop(connection)
        try:
            return handle(self, **options)
        finally:
            if triggers.missing(connection):
                triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle_without_guards)
        yield


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A running Chromium (playwright Browser). Skips on a machine without one, fails there when CI is set."""
    path = _chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: the browser tests may not be skipped there")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, and Django would refuse to touch the database beside it.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium, live_server) -> Iterator[object]:
    """A fresh tab with its own cookies; relative addresses lead to the portal under test."""
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    yield context.new_page()
    context.close()


@pytest.fixture
def axe_violations():
    """A function from an open page to what axe finds wrong in it: (rule, first place) pairs; an empty list is clean."""
    from axe_playwright_python.sync_playwright import Axe

    def run(page):
        found = Axe().run(page).response["violations"]
        return [(rule["id"], rule["nodes"][0]["target"]) for rule in found]

    return run
