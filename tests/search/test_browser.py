"""The search page in a real browser, scripts or not."""

import pytest

from search.backends import sqlite_index
from tests.search.corpus import copies, corpus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_types_and_reads_hits_and_axe_finds_nothing(settings, tmp_path, page, axe_violations):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    with sqlite_index.rebuild(settings.PORTAL_SEARCH_INDEX, [*corpus(), *copies(30)]) as writing:
        writing.set_meta()
    page.goto("/tim-kiem/")
    page.fill("main input[name=q]", "khai sinh")
    page.press("main input[name=q]", "Enter")
    page.wait_for_url("**/tim-kiem/?q=*")
    assert page.locator("ol.hits li").first.inner_text().startswith("Thủ tục đăng ký khai sinh")
    assert axe_violations(page) == []
    page.goto("/tim-kiem/?q=zzzz&linh-vuc=ho-tich")
    assert axe_violations(page) == []
