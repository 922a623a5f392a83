"""Timed work: run once for each moment, caught up after a gap, and one failure is nobody else's."""

import os
import subprocess
import sys
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cms.locking import only_one
from portal.models import TimedJob
from portal.operations.jobs import JOBS, LOCK, Job, run_due
from tests.portal.test_start import ROOT

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def counting(**when):
    calls = []
    return calls, Job("count", "Đếm", lambda: calls.append(1), **when)


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-07-01T00:04:59", "2026-07-01T00:00"),
        ("2026-07-01T00:05:00", "2026-07-01T00:05"),
        ("2026-07-01T23:59:59", "2026-07-01T23:55"),
    ],
)
def test_an_interval_counts_from_midnight_so_that_runs_do_not_drift(now, latest):
    assert counting(every=timedelta(minutes=5))[1].latest_moment(at(now)) == at(latest)


def test_a_daily_job_belongs_to_the_day_in_vietnam():
    job = counting(at=time(3, 30))[1]
    assert job.latest_moment(datetime.fromisoformat("2026-06-30T20:31+00:00")) == at("2026-07-01T03:30")
    assert job.latest_moment(at("2026-07-01T03:29")) == at("2026-06-30T03:30")
    assert job.next_moment(at("2026-07-01T03:29")) == at("2026-07-01T03:30")


@pytest.mark.django_db
def test_a_job_runs_once_for_its_moment_and_a_gap_is_caught_up_once():
    calls, job = counting(at=time(3, 30))
    for now in ("2026-07-01T03:31", "2026-07-01T23:00", "2026-07-05T09:00", "2026-07-05T09:01"):
        list(run_due(at(now), jobs=(job,)))
    assert len(calls) == 2
    assert TimedJob.objects.get(name="count").succeeded_at == at("2026-07-05T09:00")


@pytest.mark.django_db
def test_a_failing_job_is_stored_tried_again_and_does_not_stop_the_others():
    def fail():
        raise ValueError("hết chỗ")

    calls, good = counting()
    bad = Job("bad", "Hỏng", fail)
    outcomes = list(run_due(at("2026-07-01T09:00"), jobs=(bad, good)))
    assert [one.error for one in outcomes] == ["ValueError: hết chỗ", ""]
    assert len(calls) == 1
    row = TimedJob.objects.get(name="bad")
    assert (row.succeeded_at, row.error) == (None, "ValueError: hết chỗ")
    assert row.failed_at is not None
    mended = Job("bad", "Hỏng", lambda: None)
    assert [one.job.name for one in run_due(at("2026-07-01T09:01"), jobs=(mended, good))] == ["bad"]
    row.refresh_from_db()
    assert (row.failed_at, row.error) == (None, "")


@pytest.mark.django_db
def test_a_job_whose_work_another_process_does_is_neither_done_nor_failed():
    def busy():
        raise CommandError("đang chạy", returncode=2)

    (outcome,) = run_due(at("2026-07-01T09:00"), jobs=(Job("index", "Chỉ mục", busy),))
    assert outcome.busy
    assert not TimedJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_does_the_real_work_once(capsys):
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    call_command("run_due")
    assert not Session.objects.exists()
    assert set(TimedJob.objects.filter(failed_at=None).values_list("name", flat=True)) == {job.name for job in JOBS}
    assert "Xóa phiên đăng nhập" in capsys.readouterr().out
    call_command("run_due")
    assert "Xóa phiên đăng nhập" not in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_with_1_when_a_job_failed(settings, capsys, tmp_path):
    (tmp_path / "file").touch()
    settings.PORTAL_SEARCH_INDEX = tmp_path / "file" / "index.sqlite3"
    with pytest.raises(CommandError, match="1 việc theo giờ hỏng") as caught:
        call_command("run_due")
    assert caught.value.returncode == 1
    assert "HỎNG  Cập nhật chỉ mục tìm kiếm" in capsys.readouterr().err
    assert TimedJob.objects.get(name="sessions").failed_at is None


HOLDING = """
import sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from cms.locking import only_one
with only_one(int(sys.argv[2]), "run-due"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.django_db(transaction=True)
def test_a_second_run_says_so_and_a_killed_one_leaves_no_lock():
    arguments = [sys.executable, "-c", HOLDING, str(connection.settings_dict["NAME"]), str(LOCK)]
    other = subprocess.Popen(
        arguments,
        cwd=ROOT / "site",
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(CommandError, match="khác chưa xong") as caught:
            call_command("run_due")
        assert caught.value.returncode == 2
        assert not TimedJob.objects.exists()
    finally:
        other.kill()
        other.wait(10)
        other.stdin.close()
        other.stdout.close()
    with only_one(LOCK, "run-due"):
        pass
