"""The error pages answer when what they stand on does not."""

import pytest
from django.test import RequestFactory

from portal import views


def test_the_500_page_needs_no_database():
    # No django_db mark: any query here would fail the test.
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Cổng đang gặp lỗi" in answer.content.decode() or 'lang="vi"' in answer.content.decode()


def test_the_500_page_comes_out_even_without_templates(settings):
    settings.TEMPLATES = []
    answer = views.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert answer.content.decode() == views.BARE_ERROR_PAGE


@pytest.mark.django_db
def test_an_unknown_address_is_answered_in_vietnamese_with_404(client):
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404
    assert 'lang="vi"' in answer.content.decode()
