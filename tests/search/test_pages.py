"""The search page and the suggestions, through the portal's own addresses."""

from datetime import date

import pytest

from cms.calendar import today
from cms.models import AgencyText, Cost, Evidence, EvidenceGroup, Replacement, Sector
from cms.services import join_class
from cms.services.agencies import scope_of_class
from search.backends import sqlite_index
from search.sync import sync
from tests.factories import add_item, enact, make_agency, make_class, make_decision, make_procedure, publish, repeal
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
    Sector.objects.create(name="Hộ tịch", slug="ho-tich", match_key="ho tich", sort_key="h")
    first = text(page("/tim-kiem/?q=khai+sinh&linh-vuc=ho-tich"))
    assert 'href="/tim-kiem/linh-vuc/ho-tich/?q=khai+sinh&amp;trang=2"' in first
    second = text(page("/tim-kiem/linh-vuc/ho-tich/?q=khai+sinh&trang=2"))
    assert '<ol class="hits" start="21">' in second
    assert page("/tim-kiem/?q=khai+sinh&trang=99").status_code == 200


def test_nothing_found_offers_a_way_on(page, settings):
    settings.PORTAL_CONTACT = {**settings.PORTAL_CONTACT, "phone": "1900 1234"}
    found = text(page("/tim-kiem/?q=zzzz"))
    assert "Không thấy. Thử:" in found
    assert "hoặc gọi" in found and "tel:19001234" in found
    assert 'href="/linh-vuc/"' in found


def test_filters_that_hide_all_hits_are_named_and_lifted(page):
    Sector.objects.create(name="Hộ tịch", slug="ho-tich", match_key="ho tich", sort_key="h")
    found = text(page("/tim-kiem/?q=ho+chieu&linh-vuc=ho-tich"))
    assert 'href="/tim-kiem/?q=ho+chieu">Bỏ “Hộ tịch”: có 2 thủ tục' in found


def test_what_is_not_in_force_is_one_tap_away(page):
    assert '/tim-kiem/tinh-trang/tat-ca/?q=qua+han+khai+sinh">Xem cả 1 thủ tục' in text(
        page("/tim-kiem/?q=qua+han+khai+sinh")
    )
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
    found = text(client.get("/tim-kiem/?q=ho+chieu"))
    assert f'href="/tim-kiem/co-quan/{ministry.slug}/?q=ho+chieu" >Bộ Công an</a> <span class="count">1<' in found
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
    assert f'href="/co-quan/{commune.slug}/thu-tuc/' in here


def test_each_single_facet_is_a_path_and_combinations_are_a_query(client, index):
    ministry = make_agency("Bộ Công an")
    for name, levels in (
        ("Cấp hộ chiếu", "CENTRAL"),
        ("Đăng ký thường trú", "COMMUNE"),
        ("Đăng ký tạm trú", "COMMUNE"),
    ):
        enact(make_procedure(), name, on=today(), issuer=ministry, levels=levels, applicant_types="CITIZEN")
    sync(index, today())
    communes = text(client.get("/tim-kiem/cap/xa/"))
    assert "2 thủ tục, xếp theo tên" in communes and "Cấp hộ chiếu" not in communes
    assert communes.index("Đăng ký tạm trú") < communes.index("Đăng ký thường trú")
    assert 'action="/tim-kiem/cap/xa/"' in communes
    both = text(client.get("/tim-kiem/cap/xa/?q=tam+tru&doi-tuong=cong-dan"))
    assert "Tìm thấy 1 thủ tục" in both and 'name="doi-tuong" value="cong-dan"' in both
    # Each of the two can be dropped, and what is left is a path again.
    assert 'href="/tim-kiem/doi-tuong/cong-dan/?q=tam+tru"' in both and 'href="/tim-kiem/cap/xa/?q=tam+tru"' in both


@pytest.mark.parametrize(
    "path", ["cap/huyen", "cap/sai", "sai/xa", "linh-vuc/khong-co", "co-quan/khong-co", "thoi-han/2"]
)
def test_a_facet_that_is_none_is_not_found(page, path):
    assert page(f"/tim-kiem/{path}/").status_code == 404


def test_the_district_level_is_no_choice_and_an_old_link_to_it_still_works(page):
    assert "Tìm thấy" in text(page("/tim-kiem/?q=khai+sinh&cap=huyen"))


def test_the_agency_facet_opens_level_by_level(client, index):
    ministry = make_agency("Bộ Công an")
    parts = [make_agency(name, "CENTRAL_UNIT", parent=ministry) for name in ("Cục A", "Cục B")]
    for part in parts:
        row = AgencyText(ordinal=1, role="IMPLEMENTING", text=part.name, kind="UNIT", agency=part)
        enact(make_procedure(), f"Cấp hộ chiếu {part.name}", on=today(), details=[row], issuer=make_agency("Bộ Y tế"))
    sync(index, today())
    top = text(client.get("/tim-kiem/?q=ho+chieu"))
    assert ">Bộ Công an</a>" in top and ">Cục A</a>" not in top
    inside = text(client.get(f"/tim-kiem/co-quan/{ministry.slug}/?q=ho+chieu"))
    assert 'aria-current="true">Bộ Công an</a>' in inside
    assert f'href="/tim-kiem/co-quan/{parts[0].slug}/?q=ho+chieu" >Cục A</a>' in inside


def test_a_procedure_known_by_name_only_says_so_and_blames_nobody(client, index):
    enact(make_procedure("1.001193"), "Đăng ký khai sinh", on=today(), details=[])
    sync(index, today())
    found = text(client.get("/tim-kiem/?q=khai+sinh"))
    assert "Cổng mới chỉ có tên của thủ tục này" in found
    assert "Cơ quan chưa công bố phần này" not in found


def test_free_for_one_way_of_filing_only_is_said_so(client, index):
    rows = [Cost(ordinal=1, row=1, reading_kind="FREE"), Cost(ordinal=2, row=2, reading_kind="NOT_PUBLISHED")]
    enact(make_procedure("1.001193"), "Đăng ký khai sinh", on=today(), details=rows)
    sync(index, today())
    assert "Có cách nộp miễn phí; xem trong thủ tục" in text(client.get("/tim-kiem/?q=khai+sinh"))
    assert "Không thấy thủ tục nào" in text(client.get("/tim-kiem/phi/mien-phi/?q=khai+sinh"))


def test_what_was_replaced_leads_to_what_took_its_place(client, index):
    old, new = make_procedure("1.000001"), make_procedure("1.000002", slug="khai-sinh-moi")
    ministry = make_agency("Bộ Tư pháp")
    enact(old, "Đăng ký khai sinh", on=date(2025, 7, 1), issuer=ministry)
    enact(new, "Đăng ký khai sinh trực tuyến", on=today(), issuer=ministry)
    decision = make_decision(issuer=ministry, effective_from=today())
    item = add_item(decision, old, "REPLACE", effects=[{"act": "CLOSE"}])
    Replacement.objects.create(item=item, old=old, new=new)
    publish(decision)
    sync(index, today())
    found = text(client.get("/tim-kiem/tinh-trang/da-bai-bo/?q=khai+sinh"))
    assert "Đã được thay thế từ" in found and "Đã bãi bỏ từ" not in found
    assert "Nay làm theo:" in found and 'href="/thu-tuc/khai-sinh-moi/">Đăng ký khai sinh trực tuyến</a>' in found


def test_what_was_repealed_is_said_to_be_so(client, index):
    old = make_procedure("1.000001")
    enact(old, "Đăng ký khai sinh", on=date(2025, 7, 1))
    repeal(old, on=today())
    sync(index, today())
    found = text(client.get("/tim-kiem/tinh-trang/tat-ca/?q=khai+sinh"))
    assert "Đã bãi bỏ từ" in found and "Nay làm theo" not in found


def test_a_hit_found_by_its_papers_shows_the_line(client, index):
    papers = [
        EvidenceGroup(ordinal=1),
        Evidence(ordinal=1, group=1, name="Bản chụp <hộ chiếu> còn hạn của người nộp hồ sơ"),
    ]
    enact(make_procedure("1.001193"), "Đăng ký kết hôn", on=today(), details=papers)
    sync(index, today())
    found = text(client.get("/tim-kiem/?q=ban+chup+ho+chieu"))
    assert "Giấy tờ cần chuẩn bị:" in found
    assert "<mark>Bản chụp</mark> &lt;<mark>hộ chiếu</mark>&gt; còn hạn" in found


def test_levels_of_one_procedure_are_one_hit_with_a_choice(page):
    found = text(page("/tim-kiem/?q=cap+ho+chieu+pho+thong"))
    assert found.count("<h2><a") == 1
    assert "Chọn nơi làm:" in found
    for number, level in ((6, "Cấp tỉnh"), (7, "Cấp bộ")):
        assert f'<a href="/thu-tuc/thu-tuc-{number}/">{level}' in found


def test_a_level_at_the_end_of_a_name_makes_no_other_procedure(client, index):
    for name, level in (
        ("Cấp lại thẻ (thực hiện tại cấp tỉnh)", "PROVINCE"),
        ("Cấp lại thẻ (thực hiện tại cấp trung ương)", "CENTRAL"),
        ("Cấp lại thẻ cấp xã", "COMMUNE"),
        ("Cấp lại thẻ nhà báo", "CENTRAL"),
    ):
        enact(make_procedure(), name, on=today(), levels=level)
    sync(index, today())
    assert text(client.get("/tim-kiem/?q=cap+lai+the")).count("<h2><a") == 2


def test_a_slip_is_named_and_keeps_the_filters(page):
    found = text(page("/tim-kiem/cap/xa/?q=khai+sihn"))
    assert "Không có thủ tục nào đúng như đã gõ." in found
    assert 'kết quả cho <a href="/tim-kiem/cap/xa/?q=khai+sinh">khai sinh</a>' in found
    assert 'value="khai sihn"' in found
    assert "Có phải bạn" not in text(page("/tim-kiem/?q=khai+sinh"))


def test_the_tightest_filter_is_named_and_lifted(client, index):
    ministry = make_agency("Bộ Công an")
    for name, levels in (("Cấp hộ chiếu", "PROVINCE"), ("Cấp hộ chiếu công vụ", "PROVINCE"), ("Cấp thẻ", "COMMUNE")):
        enact(make_procedure(), name, on=today(), issuer=ministry, levels=levels, applicant_types="CITIZEN")
    enact(make_procedure(), "Cấp sổ", on=today(), issuer=ministry, levels="COMMUNE", applicant_types="ENTERPRISE")
    sync(index, today())
    found = text(client.get("/tim-kiem/?q=ho+chieu&cap=xa&doi-tuong=cong-dan"))
    assert 'href="/tim-kiem/doi-tuong/cong-dan/?q=ho+chieu">Bỏ “Cấp xã”: có 2 thủ tục' in found
    # No single one helps: all are lifted at once.
    found = text(client.get("/tim-kiem/?q=ho+chieu&cap=xa&doi-tuong=doanh-nghiep"))
    assert 'href="/tim-kiem/?q=ho+chieu">Bỏ các mục đã chọn: có 2 thủ tục' in found


def test_a_state_that_hides_all_is_lifted_too(page):
    found = text(page("/tim-kiem/?q=khai+sinh+qua+han&tinh-trang=sap-ap-dung"))
    assert 'href="/tim-kiem/tinh-trang/tat-ca/?q=khai+sinh+qua+han">Bỏ “Sắp áp dụng”' in found


def test_the_hotline_is_that_of_the_place_or_agency_chosen(client, index):
    ministry = make_agency("Bộ Công an", hotline="069 234 5678")
    enact(make_procedure(), "Cấp hộ chiếu", on=today(), issuer=ministry)
    sync(index, today())
    for address in (f"/tim-kiem/co-quan/{ministry.slug}/?q=zzzz", f"/tim-kiem/?q=zzzz&noi={ministry.slug}"):
        assert "tel:0692345678" in text(client.get(address))
