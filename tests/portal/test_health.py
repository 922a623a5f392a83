"""The health page and command: little for the public, all for staff and this machine, and never a failure itself."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.calendar import today
from cms.models import Step
from portal.models import TimedJob
from portal.operations import jobs
from portal.operations.health import State, findings
from search.sync import sync
from tests.factories import enact, make_agency, make_procedure
from tests.portal.test_guards_return import without_one_guard

pytestmark = pytest.mark.django_db
FAR = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def fresh():
    caches["default"].clear()
    yield
    caches["default"].clear()


@pytest.fixture
def indexed(settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "index.sqlite3"
    sync(settings.PORTAL_SEARCH_INDEX, today())


def finding(label):
    (one,) = (one for one in findings(timezone.now()) if one.label == label)
    return one


def test_the_public_learns_one_word_and_is_never_given_a_kept_one(client, indexed):
    answer = client.get("/suc-khoe/", **FAR)
    assert (answer.status_code, answer.content.decode()) == (200, "ok")
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_public_learns_that_something_is_wrong_but_not_what(client, settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "none.sqlite3"
    answer = client.get("/suc-khoe/", **FAR)
    assert (answer.status_code, answer.content.decode()) == (503, "không ổn")


def test_staff_and_this_machine_see_the_findings_others_do_not(client, indexed):
    assert "Chỉ mục tìm kiếm" in client.get("/suc-khoe/").content.decode()
    assert client.get("/suc-khoe/", HTTP_X_FORWARDED_FOR="203.0.113.7").content.decode() == "ok"
    people = get_user_model().objects
    client.force_login(people.create_user("dan", None, "x"))
    assert client.get("/suc-khoe/", **FAR).content.decode() == "ok"
    client.force_login(people.create_superuser("lan", None, "x", full_name="Lan"))
    page = client.get("/suc-khoe/", **FAR).content.decode()
    assert "Việc theo giờ" in page
    assert "Sao lưu gần nhất" in page


def test_a_failed_job_is_bad_news_with_its_reason_and_the_command_ends_with_1(indexed, capsys):
    jobs.record("sessions", timezone.now(), "hết chỗ trên đĩa")
    with pytest.raises(CommandError) as caught:
        call_command("health")
    assert caught.value.returncode == 1
    assert "hết chỗ trên đĩa" in capsys.readouterr().out.splitlines()[0]


def test_jobs_that_nobody_starts_are_a_warning(indexed, capsys):
    found = finding("Việc theo giờ")
    assert (found.state, "run_due" in found.text) == (State.WARNING, True)
    call_command("health")
    TimedJob.objects.bulk_create(
        TimedJob(name=job.name, started_at=timezone.now(), succeeded_at=timezone.now()) for job in jobs.JOBS
    )
    assert finding("Việc theo giờ").state is State.GOOD


def test_a_backup_that_failed_or_grew_old_or_never_was_is_said():
    assert finding("Sao lưu gần nhất").state is State.WARNING
    jobs.record("backup", timezone.now() - timedelta(days=8))
    assert "đã cũ" in finding("Sao lưu gần nhất").text
    jobs.record("backup", timezone.now())
    assert finding("Sao lưu gần nhất").state is State.GOOD
    jobs.record("backup", timezone.now(), "hết chỗ")
    assert finding("Sao lưu gần nhất").state is State.BAD


def test_an_index_that_lags_is_a_warning_and_the_next_event_is_named(indexed):
    assert finding("Chỉ mục tìm kiếm").state is State.GOOD
    tomorrow = today() + timedelta(days=1)
    enact(
        make_procedure(), "Đăng ký khai sinh", issuer=make_agency("Bộ Tư pháp"), on=tomorrow, details=[Step(ordinal=1)]
    )
    assert finding("Chỉ mục tìm kiếm").state is State.WARNING
    assert f"{tomorrow:%d/%m/%Y}" in finding("Sự kiện sắp tới").text


def test_what_cannot_be_looked_at_is_itself_a_finding(indexed, settings, client):
    settings.PORTAL_SEARCH_INDEX.write_bytes(b"not an index" * 1000)
    assert finding("Chỉ mục tìm kiếm").state is State.BAD
    assert client.get("/suc-khoe/", **FAR).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_missing_guard_is_bad(indexed):
    without_one_guard()
    assert "thiếu 1 ràng buộc pháp lý" in finding("Cơ sở dữ liệu").text
    call_command("migrate", interactive=False, verbosity=0)
    assert finding("Cơ sở dữ liệu").state is State.GOOD
