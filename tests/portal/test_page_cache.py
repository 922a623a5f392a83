"""Kept pages: quick for the next reader, never yesterday's, never another person's."""

import os
import zlib
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from cms.calendar import today
from portal import page_cache
from search.models import SearchCount
from search.sync import sync
from tests.factories import enact, make_agency, make_procedure, repeal

pytestmark = pytest.mark.django_db
ADDRESS = "/thu-tuc/khai-sinh/"


@pytest.fixture(params=["memory", "files"])
def kept(request, settings, tmp_path):
    """The cache switched on, as in service."""
    settings.PORTAL_PAGE_CACHE = request.param
    kind = {"memory": "locmem.LocMemCache", "files": "filebased.FileBasedCache"}[request.param]
    place = {"BACKEND": f"django.core.cache.backends.{kind}", "LOCATION": str(tmp_path / "pages")}
    settings.CACHES = {**settings.CACHES, "pages": place}
    caches["pages"].clear()
    return caches["pages"]


@pytest.fixture
def procedure():
    found = make_procedure(slug="khai-sinh")
    enact(found, "Đăng ký khai sinh", issuer=make_agency("Bộ Tư pháp"))
    return found


def queries(client, address=ADDRESS, **extra):
    with CaptureQueriesContext(connection) as found:
        answer = client.get(address, **extra)
    assert answer.status_code == 200
    return len(found), answer


def test_the_second_reader_gets_the_same_page_for_one_query(kept, procedure, client):
    many, first = queries(client)
    one, second = queries(client)
    assert (many > 1, one) == (True, 1)
    assert second.content == first.content
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert second.headers["Content-Type"] == "text/html; charset=utf-8"


def test_what_is_published_is_seen_at_once(kept, procedure, client):
    assert "Hết hiệu lực" not in client.get(ADDRESS).content.decode()
    before = client.get(ADDRESS).content
    repeal(procedure, date(2026, 2, 1))
    assert client.get(ADDRESS).content != before


def test_an_editors_action_in_the_cms_makes_pages_anew(kept, procedure, client):
    queries(client)
    log(make_agency("Bộ Y tế"), "wagtail.edit")
    assert queries(client)[0] > 1


def test_a_new_day_makes_pages_anew(kept, procedure, client, monkeypatch):
    queries(client)
    monkeypatch.setattr(page_cache, "today", lambda: date(2099, 1, 1))
    assert queries(client)[0] > 1


def test_signed_in_people_neither_get_nor_leave_a_kept_page(kept, procedure, client):
    client.force_login(get_user_model().objects.create_user("lan", None, "x"))
    assert queries(client)[0] == queries(client)[0] > 1
    client.logout()
    client.cookies.clear()
    assert queries(client)[0] > 1
    assert queries(client)[0] == 1


def test_a_search_is_kept_for_the_next_and_counted_each_time(kept, settings, client, tmp_path):
    if settings.PORTAL_PAGE_CACHE == "files":
        pytest.skip("searches are kept in memory only")
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    enact(make_procedure(), "Đăng ký khai sinh", issuer=make_agency("Bộ Tư pháp"))
    sync(settings.PORTAL_SEARCH_INDEX, today())
    address = "/tim-kiem/?q=khai+sinh"
    person = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 9)"}
    many, first = queries(client, address, **person)
    few, second = queries(client, address, **person)
    assert second.content == first.content
    assert few < many
    assert SearchCount.objects.get(query="khai sinh").count == 2
    enact(make_procedure(), "Đăng ký khai sinh lưu động", issuer=make_agency("Bộ Y tế"))
    sync(settings.PORTAL_SEARCH_INDEX, today())
    assert "lưu động" in client.get(address, **person).content.decode().lower().replace("<mark>", "")


@pytest.mark.parametrize(
    "query", ["q=nguyen+van+a+0912345678", "q=a%40b.vn", f"q={'x' * 200}", "q=khai+sinh&q=012345678901"]
)
def test_a_search_that_may_be_one_persons_own_is_never_kept(settings, query):
    settings.PORTAL_PAGE_CACHE = "memory"
    assert page_cache.may_be_asked(RequestFactory().get("/tim-kiem/?q=khai+sinh"))
    assert not page_cache.may_be_asked(RequestFactory().get(f"/tim-kiem/?{query}"))
    settings.PORTAL_PAGE_CACHE = "files"
    assert not page_cache.may_be_asked(RequestFactory().get("/tim-kiem/?q=khai+sinh"))


def test_personal_searches_forms_and_missing_pages_are_not_kept(kept, procedure, client):
    for address in ("/tim-kiem/?q=nguyen+van+a+0912345678", "/quan-tri/login/", "/khong-co/", "/suc-khoe/"):
        client.get(address)
    client.post(ADDRESS)
    client.head(ADDRESS)
    assert list(kept._cache if hasattr(kept, "_cache") else kept._list_cache_files()) == []


def test_an_entry_that_comes_late_below_another_makes_pages_anew(kept, procedure, client):
    # PostgreSQL numbers an entry when it is written, not when it is committed.
    late = log(procedure, "wagtail.edit")
    log(procedure, "wagtail.edit")
    ModelLogEntry.objects.filter(pk=late.pk).delete()
    before = queries(client)[0]
    assert queries(client)[0] == 1
    late.save(force_insert=True)
    assert queries(client)[0] == before


def test_a_large_page_is_kept_packed_and_one_too_large_not_at_all(kept):
    words = "Thủ tục hành chính ".encode() * 40_000
    for content, expected in ((words, True), (os.urandom(page_cache.LARGEST + 1), False)):
        page_cache._keep("large", HttpResponse(content))
        stored = kept.get("large")
        assert (stored is not None) == expected
        if stored:
            assert len(stored[0]) < page_cache.LARGEST < len(content)
            assert zlib.decompress(stored[0]) == content
            kept.delete("large")


def test_each_host_has_its_own_page(kept, procedure, client):
    queries(client)
    assert queries(client, HTTP_HOST="localhost")[0] > 1
    assert client.get(ADDRESS, HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Vary": "Accept-Language, Cookie"},
        {"Cache-Control": "private"},
        {"Cache-Control": "max-age=60, no-store"},
        {"Content-Security-Policy": "script-src 'nonce-abc'"},
    ],
)
def test_an_answer_that_says_it_is_one_persons_own_is_not_kept(headers):
    assert page_cache.may_be_kept(HttpResponse("x"))
    assert not page_cache.may_be_kept(HttpResponse("x", headers=headers))
    own = HttpResponse("x")
    own.set_cookie("a", "b")
    assert not page_cache.may_be_kept(own)


def test_only_plain_reading_is_looked_up():
    assert page_cache.may_be_asked(RequestFactory().get("/"))
    assert not page_cache.may_be_asked(RequestFactory().get("/?a=1"))
    assert not page_cache.may_be_asked(RequestFactory().post("/"))
    signed_in = RequestFactory().get("/")
    signed_in.COOKIES["sessionid"] = "x"
    assert not page_cache.may_be_asked(signed_in)
