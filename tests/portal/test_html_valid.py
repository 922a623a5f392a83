"""Every kind of page, as served and as exported, is valid HTML by the Nu checker (https://validator.github.io)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cms.calendar import today
from portal.export.run import Options, export
from portal.export.writer import only_one
from tests.portal.every_page import PAGES

# The browser does not change what HTML is: once, with the other tests of pages, is enough.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
POM = Path(__file__).with_name("html_checker") / "pom.xml"
# Its style sheets are older than `@page` boxes and `::details-content`; a file has no origin that could be 'self'.
NOT_HTML = ("CSS:", "Resource violates Content Security Policy", "Inline script violates Content Security Policy")


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    """A function from a folder to what the checker says of its pages."""
    if not (shutil.which("mvn") and shutil.which("java")):
        assert not os.environ.get("CI"), "the checker needs Java and Maven"
        pytest.skip("the checker needs Java and Maven")
    folder = tmp_path_factory.mktemp("nu")
    pom = shutil.copy(POM, folder)
    copied = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}"]
    subprocess.run(["mvn", "--quiet", "--batch-mode", "--file", pom, *copied], check=True)
    command = ["java", "-Xmx512m", "-cp", f"{folder / 'lib'}/*", "nu.validator.client.SimpleCommandLineValidator"]

    def check(pages):
        ran = subprocess.run(
            [*command, "--skip-non-html", "--format", "json", str(pages)], capture_output=True, text=True, check=False
        )
        said = json.loads(ran.stderr)["messages"]
        return [
            f"{one['url'].rpartition(str(pages))[2]}: {one['message']} {one.get('extract', '')}"
            for one in said
            if not one["message"].startswith(NOT_HTML)
        ]

    return check


def test_the_checker_finds_what_is_wrong(checker, tmp_path):
    (tmp_path / "sai.html").write_text("<!doctype html><html lang=vi><title>Sai</title><p><div></p></div>", "utf-8")
    assert [one for one in checker(tmp_path) if "end tag" in one.lower()]


def test_pages_as_served_and_as_exported_are_valid(portal, checker, client, tmp_path, settings):
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    served = tmp_path / "trang" / "served"
    served.mkdir(parents=True)
    for number, address in enumerate(PAGES):
        (served / f"{number}.html").write_bytes(b"".join(client.get(address)))
    out = tmp_path / "trang" / "exported"
    with only_one(out) as fresh:
        export(out, fresh, Options(today()))
    # Pages of one kind are made by one template; the first few of each folder stand for all.
    seen = {}
    for page in sorted(out.rglob("*.html")):
        kind = (*page.relative_to(out).parts[:1], len(page.relative_to(out).parts), *page.parts[-2:-1])
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > 3:
            page.unlink()
    assert checker(tmp_path / "trang") == []
