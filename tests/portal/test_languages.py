"""Vietnamese at the plain address, English below /en/: told by the address alone, kept apart, without a cookie."""

import pytest
from django.urls import reverse
from django.utils import translation

from portal.languages import other_languages
from tests.factories import enact, make_procedure

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


def page(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer


def test_the_plain_address_is_vietnamese_whatever_the_browser_prefers(client):
    answer = page(client, "/linh-vuc/", **ENGLISH)
    assert '<html lang="vi">' in answer.content.decode()
    assert answer["Content-Language"] == "vi"
    assert "Accept-Language" not in answer.get("Vary", "")
    assert not answer.cookies


def test_below_en_the_interface_is_english_and_its_links_stay_there(client):
    found = make_procedure()
    enact(found, "Đăng ký khai sinh")
    html = page(client, f"/en{found.get_absolute_url()}").content.decode()
    assert '<html lang="en">' in html
    assert "Đăng ký khai sinh" in html
    assert 'href="/en/linh-vuc/"' in html
    assert page(client, "/linh-vuc/").content != page(client, "/en/linh-vuc/").content


def test_each_page_leads_to_itself_in_the_other_language(client):
    html = page(client, "/linh-vuc/").content.decode()
    assert '<a href="/en/linh-vuc/" lang="en" hreflang="en">English</a>' in html
    assert other_languages("/en/linh-vuc/") == [("vi", "Tiếng Việt", "/linh-vuc/")]
    assert other_languages("/") == [("en", "English", "/en/")]


def test_addresses_made_outside_a_page_are_vietnamese():
    assert reverse("sectors") == "/linh-vuc/"
    with translation.override("en"):
        assert reverse("sectors") == "/en/linh-vuc/"


def test_an_unknown_address_below_en_is_not_found_in_english(client):
    answer = client.get("/en/khong-co/")
    assert answer.status_code == 404
    assert '<html lang="en">' in answer.content.decode()


@pytest.mark.parametrize("path", ["/en//elsewhere.example/", "//elsewhere.example/", "/en/\\elsewhere.example/"])
def test_the_other_language_is_never_another_site(path):
    assert all(address.startswith("/") and address[1] not in "/\\" for _, _, address in other_languages(path))
