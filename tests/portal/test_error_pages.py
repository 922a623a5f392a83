"""The error pages answer when what they stand on does not."""

import io
import logging
import re

import pytest
from django.conf import settings as django_settings
from django.test import RequestFactory
from django.urls import path

from portal import views
from portal.errors import ErrorIdFilter
from portal.urls import urlpatterns as public


def test_the_500_page_needs_no_database():
    # No django_db mark: any query here would fail the test.
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Cổng đang gặp lỗi" in answer.content.decode() or 'lang="vi"' in answer.content.decode()


def test_the_500_page_comes_out_even_without_templates(settings):
    settings.TEMPLATES = []
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    request_id = re.search("Mã lỗi: ([0-9a-f]{8})<", answer.content.decode())[1]
    assert answer.content.decode() == views.BARE_ERROR_PAGE.replace("ERROR_ID", request_id)


def broken(request):
    raise RuntimeError("cái gì đó hỏng")


# Before the pages' own addresses, which take any path.
urlpatterns = [path("hong/", broken), *public]
handler500 = "portal.views.server_error"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_the_id_a_person_reads_out_stands_in_the_log_beside_the_cause(client):
    client.raise_request_exception = False
    lines, line = io.StringIO(), django_settings.LOGGING["formatters"]["line"]
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.Formatter(line["format"], style=line["style"]))
    handler.addFilter(ErrorIdFilter())
    log = logging.getLogger("django.request")
    log.addHandler(handler)
    try:
        answer = client.get("/hong/")
    finally:
        log.removeHandler(handler)
    shown = re.search("Mã lỗi: ([0-9a-f]{8})", answer.content.decode())[1]
    assert f"[mã lỗi {shown}]" in lines.getvalue()
    assert "RuntimeError: cái gì đó hỏng" in lines.getvalue()


@pytest.mark.django_db
def test_an_unknown_address_is_answered_in_vietnamese_with_404(client):
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404
    assert 'lang="vi"' in answer.content.decode()


@pytest.mark.django_db
def test_a_missing_page_says_in_words_what_is_not_there(client):
    said = client.get("/co-quan/khong-co/").content.decode()
    assert "Không có cơ quan nào ở địa chỉ này." in said
    assert "Không có cơ quan nào" not in client.get("/khong-co-gi/").content.decode()
    assert "No Page matches" not in client.get("/khong-co-gi/").content.decode()
