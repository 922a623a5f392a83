"""What a browser may do with our pages, who may try passwords how often, and whose address is believed."""

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from portal import clients

PROXIED = {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.7"}


def policy(answer):
    return dict(one.strip().split(" ", 1) for one in answer.headers["Content-Security-Policy"].split(";"))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/tim-kiem/?q=a", "/khong-co-trang-nay/", "/linh-vuc/"])
def test_public_pages_run_nothing_but_our_own_files(client, address):
    found = policy(client.get(address))
    assert (found["default-src"], found["script-src"]) == ("'none'", "'self'")
    # Our own files, and the one sheet that stands in the page, by its hash.
    assert re.fullmatch(r"'self' 'sha256-[\w+/]{43}='", found["style-src"])
    assert found["frame-ancestors"] == "'none'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in found.values())


@pytest.mark.django_db
def test_other_safeguards_go_with_every_page(client):
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def sign_in(client, password, **address):
    return client.post("/quan-tri/login/", {"username": "lan", "password": password}, **address)


@pytest.fixture
def lan(db):
    return get_user_model().objects.create_user("lan", None, "mật khẩu đúng", is_superuser=True)


def test_guessing_a_password_is_stopped_for_that_account_from_that_address_only(client, lan, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, "sai").status_code == 200
    answer = sign_in(client, "sai")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Hãy đợi 15 phút" in answer.content.decode()
    assert sign_in(client, "mật khẩu đúng").status_code == 429
    assert sign_in(client, "mật khẩu đúng", REMOTE_ADDR="10.0.0.2").status_code == 302


def test_the_pause_ends_and_trying_on_does_not_make_it_longer(client, lan, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT + 3):
        answer = sign_in(client, "sai")
    assert answer.status_code == 429
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=16)
        attempt.save()
    assert sign_in(client, "mật khẩu đúng").status_code == 302


def test_behind_a_proxy_only_the_address_the_proxy_wrote_counts(settings):
    request = RequestFactory().get("/", **PROXIED)
    assert clients.address(request) == "10.0.0.9"
    settings.PORTAL_BEHIND_PROXY = True
    assert clients.address(request) == "203.0.113.7"
    assert clients.address(RequestFactory().get("/", HTTP_X_FORWARDED_FOR="gì đó")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("headers", "local"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": ""}, False),
        ({"REMOTE_ADDR": "10.0.0.9"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "203.0.113.7"}, False),
    ],
)
def test_what_came_through_a_proxy_is_not_this_machine(headers, local):
    assert clients.is_this_machine(RequestFactory().get("/", **headers)) is local


def test_the_style_sheet_stands_in_the_page_and_the_policy_allows_just_that_text(client, db):
    answer = client.get("/linh-vuc/")
    text = re.search(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = answer["Content-Security-Policy"]
    assert f"'sha256-{digest}'" in policy
    assert "unsafe-inline" not in policy
    assert "/*" not in text
    assert 'rel="stylesheet"' not in answer.content.decode()
