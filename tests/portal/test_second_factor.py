"""The password alone opens no admin page to a person with a second factor, or to anybody where one is required."""

import time

import pytest
from django.core.management import CommandError, call_command
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.cms.editors import make_editor
from tests.factories import make_agency

pytestmark = pytest.mark.django_db
INSIDE = ("/quan-tri/", "/quan-tri/soan/", "/quan-tri/quyet-dinh/", "/quan-tri/account/", "/xem-truoc/1/")


@pytest.fixture
def head(client):
    user = make_editor("truong", "HEAD", make_agency())
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def code_of(device):
    return f"{totp(device.bin_key, t0=device.t0, step=device.step, digits=device.digits):06}"


def test_a_phone_is_set_up_with_its_first_code_and_asked_for_at_the_next_sign_in(client, head):
    page = client.get("/quan-tri/hai-buoc/").content.decode()
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user=head)
    assert client.get("/quan-tri/").status_code == 200
    client.post("/quan-tri/hai-buoc/", {"code": "000000"})
    assert not TOTPDevice.objects.get().confirmed
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/quan-tri/hai-buoc/", {"code": code_of(device)}).status_code == 302
    assert client.get("/quan-tri/").status_code == 200

    client.logout()
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    for address in INSIDE:
        answer = client.get(address)
        assert answer.status_code == 302 and answer.url.startswith("/quan-tri/xac-nhan/"), address
    assert client.post("/quan-tri/soan/moi/", {"number": "1"}).url.startswith("/quan-tri/xac-nhan/")
    # The same code does not count twice.
    assert "không đúng" in client.post("/quan-tri/xac-nhan/", {"code": code_of(device)}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None, last_t=-1)
    answer = client.post("/quan-tri/xac-nhan/?next=/quan-tri/soan/", {"code": code_of(device)})
    assert answer.url == "/quan-tri/soan/"
    assert client.get("/quan-tri/soan/").status_code == 200


def test_guessing_is_slowed_down_and_no_foreign_address_is_followed(client, head):
    device = TOTPDevice.objects.create(user=head, confirmed=True)
    assert "không đúng" in client.post("/quan-tri/xac-nhan/", {"code": "000000"}).content.decode()
    assert "đợi một lát" in client.post("/quan-tri/xac-nhan/", {"code": code_of(device)}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    answer = client.post("/quan-tri/xac-nhan/?next=https://example.org/", {"code": code_of(device)})
    assert answer.url == "/quan-tri/"


def test_where_it_is_required_nobody_enters_without(client, head, settings):
    settings.PORTAL_SECOND_FACTOR = "required"
    assert client.get("/quan-tri/").url == "/quan-tri/hai-buoc/"
    assert client.get("/").status_code == 200


def test_a_lost_phone_is_taken_off_by_who_runs_the_server(head, capsys):
    TOTPDevice.objects.create(user=head, confirmed=True)
    call_command("reset_second_factor", "truong")
    assert not TOTPDevice.objects.exists()
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("reset_second_factor", "ai-do")


def test_codes_follow_the_clock(head):
    device = TOTPDevice.objects.create(user=head, confirmed=True)
    assert device.verify_token(int(code_of(device)))
    assert abs(time.time() // device.step - device.last_t) <= 1
