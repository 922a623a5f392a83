"""The search page and the suggestions, through the portal's own addresses."""

import pytest

from cms.calendar import today
from cms.models import AgencyText
from cms.services import join_class
from cms.services.agencies import scope_of_class
from search.backends import sqlite_index
from search.sync import sync
from tests.factories import enact, make_agency, make_class, make_procedure
from tests.search.corpus import copies, corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    return settings.PORTAL_SEARCH_INDEX


@pytest.fixture
def page(client, index):
    with sqlite_index.rebuild(index, [*corpus(), *copies(30)]) as writing:
        writing.set_meta()
        writing.set_labels({("sector", "ho-tich"): "Hộ tịch", ("agency", "bo-tu-phap"): "Bộ Tư pháp"})
    return client.get


def text(response):
    return " ".join(response.content.decode().split())


def test_hits_lead_to_their_procedures_and_say_where_how_long_how_much(page):
    found = text(page("/tim-kiem/?q=dang+ky+ket+hon"))
    assert '<a href="/thu-tuc/thu-tuc-4/">Thủ tục <mark>đăng ký kết hôn</mark></a>' in found
    for label in ("Bao lâu có kết quả", "Phải nộp bao nhiêu tiền", "Mã 1.000894", "Tìm thấy 1 thủ tục"):
        assert label in found


def test_a_result_page_is_not_for_web_search_engines(page):
    response = page("/tim-kiem/?q=khai+sinh")
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text(response)


def test_what_was_typed_is_shown_as_text(page):
    found = text(page("/tim-kiem/?q=%3Cscript%3Ealert(1)%3C/script%3E"))
    assert "<script>alert" not in found


def test_pages_have_numbers_and_keep_what_was_chosen(page):
    first = text(page("/tim-kiem/?q=khai+sinh&linh-vuc=ho-tich"))
    assert 'href="/tim-kiem/?q=khai+sinh&amp;linh-vuc=ho-tich&amp;trang=2"' in first
    second = text(page("/tim-kiem/?q=khai+sinh&linh-vuc=ho-tich&trang=2"))
    assert '<ol class="hits" start="21">' in second
    assert page("/tim-kiem/?q=khai+sinh&trang=99").status_code == 200


def test_nothing_found_offers_a_way_on(page, settings):
    settings.PORTAL_CONTACT = {**settings.PORTAL_CONTACT, "phone": "1900 1234"}
    found = text(page("/tim-kiem/?q=zzzz"))
    assert "Không thấy. Thử:" in found
    assert "hoặc gọi" in found and "tel:19001234" in found
    assert 'href="/linh-vuc/"' in found


def test_filters_that_hide_all_hits_are_named_and_lifted(page):
    found = text(page("/tim-kiem/?q=ho+chieu&linh-vuc=ho-tich"))
    assert "Hộ tịch" in found or "ho-tich" in found
    assert 'href="/tim-kiem/?q=ho+chieu">Bỏ các mục đã chọn: có 2 thủ tục' in found


def test_what_is_not_in_force_is_one_tap_away(page):
    assert 'tinh-trang=tat-ca">Xem cả 1 thủ tục' in text(page("/tim-kiem/?q=qua+han+khai+sinh"))
    assert "Đã bãi bỏ từ" in text(page("/tim-kiem/?q=khai+sinh+qua+han&tinh-trang=tat-ca"))


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=a&trang=x", "q=a&trang=-1", "q=a&cap=sai", "q=%00", "q=a&linh-vuc=%27%22<>", "q=a&noi=khong-co"],
)
def test_unusable_addresses_still_give_a_page(page, query):
    assert page(f"/tim-kiem/?{query}").status_code == 200


def test_without_an_index_the_page_says_so(client, index):
    response = client.get("/tim-kiem/?q=khai+sinh")
    assert response.status_code == 503
    assert "chưa dùng được" in text(response)
    assert client.get("/tim-kiem/goi-y/?q=kh").json()["goi_y"] == []


def test_suggestions_are_small_json(page):
    response = page("/tim-kiem/goi-y/?q=dang+ky+ket")
    assert response.json() == {
        "q": "dang ky ket",
        "goi_y": [{"ten": "Thủ tục đăng ký kết hôn", "ma": "1.000894", "noi": "Cấp xã", "url": "/thu-tuc/thu-tuc-4/"}],
    }
    assert page("/tim-kiem/goi-y/?q=d").json()["goi_y"] == []


def test_an_agency_named_in_the_text_can_be_chosen(client, index):
    ministry = make_agency("Bộ Công an")
    rows = [AgencyText(ordinal=1, role="COMPETENT", text="Bộ Công An", kind="UNIT", agency=ministry)]
    enact(make_procedure("1.000001"), "Cấp hộ chiếu", on=today(), details=rows, issuer=ministry)
    enact(make_procedure("1.000002"), "Cấp hộ chiếu ngoại giao", on=today(), issuer=make_agency("Bộ Ngoại giao"))
    sync(index, today())
    assert f'co-quan={ministry.slug}">Bộ Công an</a> (1)' in text(client.get("/tim-kiem/?q=ho+chieu"))
    assert "1.000002" not in text(client.get(f"/tim-kiem/?q=ho+chieu&co-quan={ministry.slug}"))


def test_one_agency_finds_only_what_it_offers(client, index):
    commune, other = make_agency("Phường Hạ Long", "COMMUNE"), make_agency("Xã Tây Yên Tử", "COMMUNE")
    communes = make_class()
    join_class(agency_class=communes, agencies=[commune], on=today())
    enact(make_procedure("1.001193"), "Đăng ký khai sinh", on=today(), listed=scope_of_class(communes))
    enact(make_procedure("1.001194"), "Đăng ký khai sinh lưu động", on=today())
    sync(index, today())
    here = text(client.get(f"/tim-kiem/?q=khai+sinh&noi={commune.slug}"))
    assert "1.001193" in here and "1.001194" not in here
    assert "1.001193" not in text(client.get(f"/tim-kiem/?q=khai+sinh&noi={other.slug}"))
