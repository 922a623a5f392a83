"""Searches are counted by day and query, never by person, and counting never gets in the way."""

import sqlite3
from datetime import date, timedelta

import pytest
from django.db import connection

from cms.calendar import today
from search.backends import sqlite_index
from search.models import SearchCount
from search.statistics import asked_with, forget_rare, record, top
from tests.search.corpus import corpus

DAY = date(2026, 5, 1)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def counted():
    return sorted(SearchCount.objects.values_list("day", "query", "zero", "count"))


def ask(text, times=1, *, zero=False, on=DAY, agent=BROWSER):
    for _ in range(times):
        record(text, zero=zero, on=on, agent=agent)


@pytest.mark.django_db
def test_spellings_of_one_query_are_one_line_a_day():
    for typed in ("Sổ đỏ", "so do", "  SO   ĐỎ ?"):
        ask(typed)
    ask("sổ đỏ", zero=True)
    ask("sổ đỏ", on=DAY + timedelta(days=1))
    assert counted() == [
        (DAY, "so do", False, 3),
        (DAY, "so do", True, 1),
        (DAY + timedelta(days=1), "so do", False, 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "căn cước 012345678901",
        "0912 345 678",
        "gọi 0912.345.678",
        "1 2 3 4 5 6 7 8 9",
        "a@b.vn",
        "cmnd 123456789",
        "",
        "?!",
    ],
)
def test_what_looks_personal_or_empty_is_not_kept(typed):
    ask(typed)
    assert counted() == []


@pytest.mark.django_db
def test_codes_are_kept_and_long_texts_cut():
    ask("1.004222")
    ask("thủ tục " * 40)
    assert [len(query) for _, query, _, _ in counted()] == [8, 79]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "agent", ["", "Googlebot/2.1", "curl/8.5", "python-requests/2.32", "Mozilla/5.0 (compatible; bingbot/2.0)"]
)
def test_machines_are_not_counted(agent):
    ask("khai sinh", agent=agent)
    assert counted() == []


def test_nothing_kept_tells_who_asked():
    assert {field.name for field in SearchCount._meta.get_fields()} == {"id", "day", "query", "zero", "count"}


@pytest.mark.django_db
def test_what_was_asked_often_comes_first_and_zero_results_stand_apart():
    ask("khai sinh", 3)
    ask("xin số nhà", 2, zero=True)
    ask("sổ đỏ", 5, on=DAY - timedelta(days=9))
    assert top(DAY) == [("khai sinh", 3), ("xin so nha", 2)]
    assert top(DAY, zero=True) == [("xin so nha", 2)]
    assert top(DAY - timedelta(days=9), limit=1) == [("so do", 5)]


@pytest.mark.django_db
def test_recent_queries_that_hold_a_phrase_are_found_by_whole_words():
    for typed in ("làm sổ đỏ", "sổ đỏ", "sổ đo lường", "khai sinh"):
        ask(typed)
    assert asked_with(("sổ đỏ",), DAY) == ["lam so do", "so do", "so do luong"]
    assert asked_with(("sổ",), DAY + timedelta(days=1)) == []


@pytest.mark.django_db
def test_rare_queries_are_forgotten_after_thirty_days():
    ask("hiếm", 2)
    ask("thường", 3)
    ask("rải rác", 1)
    ask("rải rác", 2, on=DAY + timedelta(days=40))
    assert forget_rare(DAY + timedelta(days=30)) == 0
    assert forget_rare(DAY + timedelta(days=31)) == 1
    assert {query for _, query, _, _ in counted()} == {"thuong", "rai rac"}


@pytest.mark.django_db
def test_a_search_on_the_page_is_counted_once_and_its_filters_and_further_pages_are_not(client, settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    with sqlite_index.rebuild(settings.PORTAL_SEARCH_INDEX, corpus()) as writing:
        writing.set_meta()
    for address in ("?q=khai+sinh", "?q=khai+sinh&trang=2", "?q=khai+sinh&cap=xa", "", "?q=qqqqzzzz"):
        client.get(f"/tim-kiem/{address}", headers={"User-Agent": BROWSER})
    assert counted() == [(today(), "khai sinh", False, 1), (today(), "qqqqzzzz", True, 1)]


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_costs_the_count_and_not_the_search(caplog):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer")
    ask("trước")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        ask("trong lúc bận")
    finally:
        other.execute("ROLLBACK")
        other.close()
    ask("sau")
    assert {query for _, query, _, _ in counted()} == {"truoc", "sau"}
    assert "was not counted" in caplog.text
