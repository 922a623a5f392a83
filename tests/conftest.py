"""What every test may lean on: the shared real data, tables as they were migrated despite the law's guards, and a real
Chromium."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management.commands import flush
from django.db import connections, transaction

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


def pytest_collection_modifyitems(items):
    """Files with long tests first: several processes then end at about the same time."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The test database; whatever empties it between transactional tests puts back the rows its migrations planted
    (Wagtail's tree of pages), so that tests may run in any order, and lifts the guards: they refuse to lose rows.

    Only here: `manage.py flush` on a real SQLite file stays refused. PostgreSQL truncates, which fires no row trigger.
    """
    with django_db_blocker.unblock():
        planted = _rows(connections["default"])
    flush_tables = flush.Command.handle

    def flush_and_plant(self, **options):
        connection = connections[options["database"]]
        triggers = _guards() if connection.vendor == "sqlite" else None
        if triggers:
            triggers.drop(connection)
        try:
            # What is planted again holds all that post_migrate would make.
            flush_tables(self, **{**options, "inhibit_post_migrate": True})
            _plant(connection, planted)
        finally:
            if triggers and triggers.missing(connection):
                triggers.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", flush_and_plant)
        yield


def _rows(connection) -> dict[str, list[tuple]]:
    """Every row of every table, by table."""
    with connection.cursor() as cursor:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        found = {}
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = cursor.fetchall()
    return {name: rows for name, rows in found.items() if rows and name != "django_migrations"}


def _plant(connection, planted: dict[str, list[tuple]]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name, rows in planted.items():
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {connection.ops.quote_name(name)} VALUES ({places})", rows)


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
