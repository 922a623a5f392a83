"""Counting readings: four numbers, no cookie, nothing about a person, and never a failed page."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from cms.locking import PATIENCE_MS
from portal import visits
from portal.models import VisitDay, VisitMinute

pytestmark = pytest.mark.django_db
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 11) Chrome/120"}


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch):
    monkeypatch.setattr(visits, "waiting", visits._Waiting())


def shown(client):
    html = client.get("/luot-truy-cap/", headers={"User-Agent": "bot"}).content.decode()
    return [int(part.split("</dd>")[0].replace(".", "")) for part in html.split("<dd>")[1:5]]


def test_pages_that_people_open_are_counted_now_today_this_month_and_in_all(client):
    for _ in range(3):
        client.get("/linh-vuc/", headers=PHONE)
    assert shown(client) == [3, 3, 3, 3]


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "curl/8", "python-requests/2", ""])
def test_machines_are_not_counted(client, agent):
    client.get("/linh-vuc/", headers={"User-Agent": agent} if agent else {})
    assert shown(client) == [0, 0, 0, 0]


def test_errors_files_and_the_editors_side_are_not_counted(client):
    for address in ("/khong-co/", "/robots.txt", "/quan-tri/"):
        client.get(address, headers=PHONE)
    client.post("/linh-vuc/", headers=PHONE)
    assert shown(client) == [0, 0, 0, 0]


def test_no_cookie_is_set(client):
    assert not client.get("/linh-vuc/", headers=PHONE).cookies


def test_the_numbers_follow_the_day_in_viet_nam():
    VisitDay.objects.create(day=date(2026, 11, 1), count=7)
    VisitDay.objects.create(day=date(2026, 10, 31), count=100)
    VisitDay.objects.create(day=date(2026, 11, 23), count=2)
    evening = datetime(2026, 11, 22, 20, tzinfo=UTC)  # 3 in the morning of the 23rd
    VisitMinute.objects.create(minute=evening - timedelta(minutes=4), count=1)
    VisitMinute.objects.create(minute=evening - timedelta(minutes=6), count=50)
    found = visits.read_visits(evening)
    assert (found.now, found.today, found.month, found.total, found.since) == (1, 2, 9, 109, date(2026, 10, 31))


def test_what_can_not_be_written_waits_and_the_page_comes(client):
    def away(*args):
        raise OperationalError("away")

    client.get("/linh-vuc/", headers=PHONE)
    with connection.execute_wrapper(away):
        visits.waiting.write()
    assert VisitDay.objects.count() == 0
    assert shown(client)[1] == 1


def test_many_readings_are_one_write(client, django_assert_num_queries):
    for _ in range(50):
        visits.waiting.add()
    visits.waiting.write()
    assert list(VisitDay.objects.values_list("count", flat=True)) == [50]
    with django_assert_num_queries(0):
        visits.waiting.write()


def test_old_minutes_are_forgotten_and_their_day_stays():
    now = timezone.now()
    VisitMinute.objects.create(minute=now - timedelta(days=3), count=5)
    VisitMinute.objects.create(minute=now, count=1)
    VisitDay.objects.create(day=date(2026, 1, 1), count=5)
    assert visits.forget_minutes(now) == 1
    assert VisitMinute.objects.count() == 1
    assert VisitDay.objects.get().count == 5


def _patience():
    return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_a_writer_who_holds_the_file():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the file")
    VisitDay.objects.create(day=date(2026, 1, 1), count=1)  # opens the connection
    usual, waited = _patience(), []
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        visits.waiting.add()

        def watch(run, sql, *said):
            waited.append((sql, _patience()))
            return run(sql, *said)

        with connection.execute_wrapper(watch):
            visits.waiting.write()
        writer.execute("ROLLBACK")
    assert sum(visits.waiting.minutes.values()) == 1
    assert [patience for sql, patience in waited if sql.startswith("BEGIN")] == [PATIENCE_MS]
    assert _patience() == usual
    visits.waiting.write()
    assert not visits.waiting.minutes
