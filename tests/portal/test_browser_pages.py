"""Every kind of page in a real Chromium: axe finds nothing, nothing overflows, and all works without scripts."""

import gzip
from datetime import date, timedelta

import pytest

from cms.calendar import today
from cms.models import Channel, Cost, Evidence, EvidenceGroup, LegalBasis, LifeEvent, ProcessingTime, Step
from cms.services import join_class, scope_of_class
from cms.vocabulary import AgencyKind
from search.sync import sync
from tests.factories import enact, make_agency, make_class, make_procedure, repeal, snapshot_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIMIT = 60_000
PAGES = [
    "/",
    "/co-quan/",
    "/co-quan/quang-tri/",
    "/co-quan/phong-nha/",
    "/co-quan/bo-tu-phap/",
    "/linh-vuc/",
    "/linh-vuc/ho-tich/",
    "/quyet-dinh/",
    "/quyet-dinh/1872-qd-btp/",
    "/thu-tuc/khai-sinh/",
    "/thu-tuc/khai-sinh/2020-01-01/",
    "/thu-tuc/khai-sinh/phien-ban/",
    "/thu-tuc/khai-sinh/chon-noi/",
    "/thu-tuc/khai-sinh/chon-noi/quang-tri/",
    "/thu-tuc/khai-sinh/xem-ngay/?ngay=31/02/2026",
    "/thu-tuc/khai-tu/",
    "/thu-tuc/ket-hon/",
    "/co-quan/phong-nha/thu-tuc/khai-sinh/",
    "/chon-noi/",
    "/chon-noi/quang-tri/",
    "/bi-doi-them-giay/",
    "/thu-tuc/khai-sinh/bi-doi-them-giay/",
    "/co-quan/phong-nha/thu-tuc/khai-sinh/bi-doi-them-giay/",
    "/khong-co-trang-nay/",
    "/thu-tuc/",
    "/a-y/dd/",
    "/a-y/dd/dang-ky/",
    "/doi-tuong/",
    "/doi-tuong/cong-dan/",
    "/cap/xa/",
    "/su-kien/",
    "/su-kien/sinh-con/",
    "/co-gi-moi/",
    "/co-gi-moi/lan/2/",
    "/co-gi-moi/sap-ap-dung/",
    "/co-gi-moi/da-bai-bo/",
    "/phi/",
    "/linh-vuc/ho-tich/phi/",
    "/linh-vuc/ho-tich/phi/theo-muc-thu/",
    "/linh-vuc/ho-tich/phi/chua-ro/",
    "/co-quan/phong-nha/phi/",
    "/du-lieu-mo/",
    "/tim-kiem/",
    "/tim-kiem/?q=dang+ky",
    "/tim-kiem/?q=khong+co+gi",
]


def full_text():
    return [
        Step(ordinal=1, label="Bước 1", text="Nộp hồ sơ. " * 300),
        Channel(ordinal=1, kind="IN_PERSON", description="Nộp tại Một cửa"),
        Channel(ordinal=2, kind="ONLINE"),
        ProcessingTime(ordinal=1, row=1, reading_kind="UNIT", amount=7, unit="WORKING_DAY"),
        ProcessingTime(ordinal=2, row=2, reading_kind="BARE", amount=5, text="5", reading="UNVERIFIED"),
        Cost(ordinal=1, row=1, reading_kind="AMOUNT", amount=8000, text="8.000 đồng"),
        Cost(ordinal=2, row=2, reading_kind="FREE", text="Miễn phí", clause="trừ bản sao", doubts="FREE_WITH_CLAUSE"),
        EvidenceGroup(ordinal=1, title="Trường hợp có yếu tố nước ngoài"),
        Evidence(ordinal=1, group=1, name="Tờ khai", originals=1, form_file="TK-01.docx"),
        Evidence(ordinal=2, group=1, name="Giấy chứng minh quan hệ. " * 40),
        LegalBasis(ordinal=1, number="60/2014/QH13", title="Luật Hộ tịch", issued_on=date(2014, 11, 20)),
    ]


@pytest.fixture
def portal(transactional_db, settings, tmp_path):
    """One of each: known and unknown starts, repealed, coming, a number without its document, a place of its own."""
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri", hotline="0233 1022")
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province, slug="phong-nha", hotline="0232 000")
    ministry = make_agency("Bộ Tư pháp", slug="bo-tu-phap")
    everyone = make_class()
    join_class(agency_class=everyone, agencies=[commune], on=date(2025, 7, 1))
    listed = scope_of_class(everyone)
    birth = make_procedure(code="1.001193", slug="khai-sinh")
    snapshot_of(
        birth,
        sector="Hộ tịch",
        listed=listed,
        details=full_text(),
        decision_number="1872/QĐ-BTP",
        applicant_types="CITIZEN",
        levels="COMMUNE",
    )
    LifeEvent.objects.update_or_create(slug="sinh-con", defaults={"name": "Sinh con", "codes": "1.001193"})
    death = make_procedure(slug="khai-tu")
    enact(death, "Đăng ký khai tử", issuer=ministry, sector="Hộ tịch", on=date(2024, 1, 1))
    repeal(death, on=today() - timedelta(days=3), issuer=ministry)
    wedding = make_procedure(slug="ket-hon")
    enact(wedding, "Đăng ký kết hôn", issuer=ministry, sector="Hộ tịch", on=date(2024, 1, 1), details=full_text())
    enact(wedding, "Đăng ký kết hôn (mới)", issuer=ministry, sector="Hộ tịch", on=today() + timedelta(days=9))
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    sync(settings.PORTAL_SEARCH_INDEX, today())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_overflows(portal, page, axe_violations, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    wrong = {}
    for address in PAGES:
        answer = page.goto(address)
        assert answer.status in (200, 400) or address == "/khong-co-trang-nay/", address
        found = axe_violations(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if found or too_wide > 0:
            wrong[address] = (found, too_wide)
    assert not wrong


def test_a_page_in_all_stays_under_60_kB_compressed(portal, page):
    came = []
    # Playwright sets an attribute on its handlers, which a built-in method does not take.
    page.on("response", lambda answer: came.append(answer))  # noqa: PLW0108
    for address in PAGES:
        came.clear()
        page.goto(address, wait_until="networkidle")
        assert came
        assert sum(len(gzip.compress(one.body())) for one in came if not 300 <= one.status < 400) < LIMIT, address


def test_a_person_walks_from_sector_to_procedure_to_place_without_scripts(portal, chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.click("text=Hộ tịch")
    page.click("text=Đăng ký khai sinh")
    page.click("text=Chọn xã, phường của bạn")
    page.click("main >> text=Tỉnh Quảng Trị")
    page.click("text=Xã Phong Nha")
    assert page.url.endswith("/co-quan/phong-nha/thu-tuc/khai-sinh/")
    page.click("text=Các bước")
    assert page.locator(".steps").is_visible()
    page.click("text=1872/QĐ-BTP")
    assert "Chưa có văn bản" in page.inner_text("main")
    context.close()


def test_the_first_phone_screen_answers_and_targets_are_large(portal, page):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/thu-tuc/khai-sinh/")
    box = page.locator(".facts").bounding_box()
    assert box["y"] + box["height"] <= 640
    small = page.evaluate(
        """[...document.querySelectorAll('header a:not(.skip), button, select, input, summary, .crumbs a')]
           .map(e => [e.outerHTML.slice(0, 80), (e.closest('li > label') || e).getBoundingClientRect().height])
           .filter(([_, h]) => h > 0 && h < 44)"""
    )
    assert not small


def test_paper_shows_what_the_screen_folds(portal, page):
    page.goto("/thu-tuc/khai-sinh/")
    page.emulate_media(media="print")
    assert page.locator(".search").first.is_hidden()
    assert page.locator(".print-only").is_visible()
    assert "Nộp hồ sơ" in page.locator(".steps").inner_text()


def test_ticks_stay_on_the_device_until_cleared_and_reach_no_server(portal, page):
    page.goto("/thu-tuc/khai-sinh/")
    page.get_by_label("Tờ khai").check()
    page.reload()
    assert page.get_by_label("Tờ khai").is_checked()
    assert page.context.cookies() == []
    # A new text has a new hash: what was ticked for the old one no longer counts.
    page.evaluate("""() => { const kept = JSON.parse(localStorage['giay-to:khai-sinh']);
                             localStorage['giay-to:khai-sinh'] = JSON.stringify({...kept, version: 'cũ'}); }""")
    page.reload()
    assert not page.get_by_label("Tờ khai").is_checked()
    page.get_by_label("Tờ khai").check()
    page.get_by_role("button", name="Bỏ hết dấu").click()
    assert page.evaluate("localStorage.length") == 0


def test_a_place_chosen_once_is_offered_on_procedures_and_can_be_forgotten(portal, page):
    page.goto("/chon-noi/")
    page.click("main >> text=Tỉnh Quảng Trị")
    page.click("main >> text=Xã Phong Nha")
    assert page.url.endswith("/co-quan/phong-nha/")
    assert "Đây là nơi của bạn" in page.inner_text("main")
    page.goto("/thu-tuc/khai-sinh/")
    page.click("text=Xem tại Xã Phong Nha, tỉnh Quảng Trị")
    assert page.url.endswith("/co-quan/phong-nha/thu-tuc/khai-sinh/")
    assert page.context.cookies() == []
    page.goto("/chon-noi/")
    page.get_by_role("button", name="Bỏ chọn").click()
    page.goto("/thu-tuc/khai-sinh/")
    assert page.get_by_text("Xem tại").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_into_a_fold_opens_it(portal, chromium, live_server, scripts):
    found = make_procedure(slug="le-phi-dai")
    words = "Nộp tại quầy số chín. " * 30
    rows = [Channel(ordinal=number, kind="IN_PERSON", description=words) for number in range(1, 6)]
    costs = [Cost(ordinal=n, row=n, reading_kind="AMOUNT", amount=1000 * n) for n in range(1, 6)]
    snapshot_of(found, "Cấp giấy phép", details=[*rows, *costs])
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/thu-tuc/le-phi-dai/")
    table = page.locator("table.stacks")
    assert not table.is_visible()
    page.get_by_text("Xem từng trường hợp").first.click()
    table.wait_for(state="visible", timeout=5000)
    context.close()


def test_print_and_copy_show_only_where_a_script_can_do_them(portal, page, chromium, live_server):
    page.goto("/thu-tuc/khai-sinh/")
    assert page.get_by_role("button", name="In trang này").is_visible()
    assert page.locator("a[href^='mailto:?']").is_visible()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/thu-tuc/khai-sinh/")
    assert not plain.get_by_role("button", name="In trang này").is_visible()
    assert plain.input_value("#dia-chi-trang").endswith("/thu-tuc/khai-sinh/")
    context.close()
