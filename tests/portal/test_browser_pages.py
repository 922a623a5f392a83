"""Every kind of page in a real Chromium: axe finds nothing, nothing overflows, and all works without scripts."""

import gzip

import pytest

from cms.models import Channel, Cost
from tests.factories import make_procedure, snapshot_of
from tests.portal.every_page import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIMIT = 60_000
ENGLISH = [
    "/en/",
    "/en/linh-vuc/",
    "/en/linh-vuc/ho-tich/",
    "/en/thu-tuc/khai-sinh/",
    "/en/thu-tuc/khai-sinh/phien-ban/",
    "/en/thu-tuc/khai-sinh/xem-ngay/?ngay=31/02/2026",
    "/en/co-quan/phong-nha/thu-tuc/khai-sinh/",
    "/en/co-quan/phong-nha/in/",
    "/en/phi/",
    "/en/tim-kiem/?q=dang+ky",
]
# Words that only Vietnamese writes, read out as English; decision numbers and the portal's own name may stand anywhere.
NOT_MARKED = r"""() => {
    const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) {
        const said = walk.currentNode.data.replace(/\S*QĐ-\S+|Cổng thủ tục hành chính/g, "");
        if (walk.currentNode.parentElement.closest("[lang]").lang === "en" &&
            /\p{L}{2}/u.test(said) && /[\u0300-\u036fđĐ]/.test(said.normalize("NFD"))) found.push(said.trim());
    }
    return found;
}"""


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


def test_english_pages_mark_what_officials_wrote_as_vietnamese(portal, page, axe_violations):
    page.set_viewport_size({"width": 360, "height": 800})
    wrong = {}
    for address in ENGLISH:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "en"
        found = axe_violations(page) + page.evaluate(NOT_MARKED)
        if found or page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong[address] = found
    assert not wrong


def test_a_page_in_all_stays_under_60_kB_compressed(portal, page):
    came = []
    # Playwright sets an attribute on its handlers, which a built-in method does not take.
    page.on("response", lambda answer: came.append(answer))  # noqa: PLW0108
    # Sheets for the wall are the clerk's and bring the type of official papers with them (54 kB of fonts).
    for address in (one for one in PAGES if "/in/" not in one):
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
