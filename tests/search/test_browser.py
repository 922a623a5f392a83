"""The search page and its suggestions in a real browser."""

import json

import pytest

from search.backends import sqlite_index
from tests.search.corpus import copies, corpus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIELD = "main input[name=q]"


@pytest.fixture(autouse=True)
def index(settings, tmp_path):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    with sqlite_index.rebuild(settings.PORTAL_SEARCH_INDEX, [*corpus(), *copies(30)]) as writing:
        writing.set_meta()


def type_text(page, text, rows=True):
    page.click(FIELD)
    page.keyboard.type(text, delay=20)
    if rows:
        page.wait_for_selector("[role=listbox] [role=option]", state="visible")


def active(page):
    """The words of the option that a screen reader stands on; "" when on none."""
    return page.evaluate(
        """() => {
          const id = document.activeElement.getAttribute('aria-activedescendant');
          const row = id && document.getElementById(id);
          return row ? row.firstChild.textContent : '';
        }"""
    )


def test_a_person_types_and_reads_hits_and_axe_finds_nothing(page, axe_violations):
    page.goto("/tim-kiem/")
    page.fill(FIELD, "khai sinh")
    page.press(FIELD, "Enter")
    page.wait_for_url("**/tim-kiem/?q=*")
    assert page.locator("ol.hits li").first.inner_text().startswith("Thủ tục đăng ký khai sinh")
    assert axe_violations(page) == []
    page.goto("/tim-kiem/?q=zzzz&linh-vuc=ho-tich")
    assert axe_violations(page) == []


@pytest.mark.parametrize("address", ["/", "/tim-kiem/", "/linh-vuc/"])
def test_every_search_field_suggests(page, address):
    page.goto(address)
    field = page.locator("input[data-suggest]").first
    field.click()
    page.keyboard.type("kết", delay=20)
    page.wait_for_selector("[role=option]", state="visible")
    assert field.get_attribute("aria-expanded") == "true"
    assert {name: field.get_attribute(name) for name in ("autocapitalize", "spellcheck", "enterkeyhint")} == {
        "autocapitalize": "off",
        "spellcheck": "false",
        "enterkeyhint": "search",
    }


def test_the_keyboard_walks_the_list_and_enter_opens_a_row(page):
    page.goto("/tim-kiem/")
    type_text(page, "hoa gia")
    assert page.get_attribute(FIELD, "aria-expanded") == "true"
    rows = page.locator("[role=option] span").all_inner_texts()
    assert len(rows) == 2 and active(page) == ""
    for key, expected in [
        ("ArrowDown", rows[0]),
        ("ArrowDown", rows[1]),
        ("ArrowDown", ""),
        ("ArrowUp", rows[1]),
        ("Home", rows[0]),
        ("End", rows[1]),
    ]:
        page.keyboard.press(key)
        assert active(page) == expected, key
        assert page.evaluate("document.activeElement.name") == "q"
    assert page.locator("[aria-selected=true]").count() == 1
    target = page.locator("[aria-selected=true]").get_attribute("data-url")
    with page.expect_navigation(wait_until="commit"):
        page.keyboard.press("Enter")
    assert page.url.endswith(target)


def test_escape_closes_and_enter_without_a_row_sends_the_form(page):
    page.goto("/tim-kiem/")
    type_text(page, "khai sinh")
    page.keyboard.press("Escape")
    assert page.get_attribute(FIELD, "aria-expanded") == "false"
    assert page.locator("[role=listbox]").is_hidden()
    assert page.input_value(FIELD) == "khai sinh"
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("[role=option]", state="visible")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem/?q=khai*")


def test_the_mouse_opens_a_row_and_leaving_the_field_closes_the_list(page):
    page.goto("/tim-kiem/")
    type_text(page, "khai sinh")
    page.locator("h1").click()
    assert page.locator("[role=listbox]").is_hidden()
    page.fill(FIELD, "")
    type_text(page, "ket hon")
    with page.expect_navigation(wait_until="commit"):
        page.locator("[role=option]").first.click()
    assert page.url.endswith("/thu-tuc/thu-tuc-4/")


def test_one_letter_and_a_syllable_being_composed_ask_nothing(page):
    page.goto("/tim-kiem/")
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "goi-y" in one.url else None)
    type_text(page, "k", rows=False)
    page.wait_for_timeout(400)
    page.dispatch_event(FIELD, "compositionstart")
    page.keyboard.type("hai", delay=20)
    page.wait_for_timeout(400)
    assert asked == []
    page.dispatch_event(FIELD, "compositionend")
    page.wait_for_selector("[role=option]", state="visible")
    assert [url.split("?q=")[1] for url in asked] == ["khai"]


def test_nothing_is_fetched_where_people_save_data(page):
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page.goto("/tim-kiem/")
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "goi-y" in one.url else None)
    type_text(page, "khai sinh", rows=False)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert asked == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem/?q=khai*")


def test_a_slow_answer_to_an_earlier_text_is_dropped_and_open_rows_are_kept(page):
    held = []

    def answer(route):
        text = route.request.url.split("?q=")[1]
        rows = [{"ten": f"Về {text} {n}", "ma": "", "noi": "", "url": "/"} for n in (1, 2)]
        reply = {"body": json.dumps({"q": text, "goi_y": rows}), "content_type": "application/json"}
        if text == "kh":
            held.append((route, reply))
        else:
            route.fulfill(**reply)

    page.add_init_script("AbortController.prototype.abort = () => {}")
    page.route("**/goi-y/**", answer)
    page.goto("/tim-kiem/")
    type_text(page, "kh", rows=False)
    page.wait_for_timeout(300)
    type_text(page, "ai")
    page.evaluate("document.querySelector('[role=option]').same = true")
    page.keyboard.type("s")
    page.get_by_text("Về khais 1").wait_for()
    assert page.evaluate("document.querySelector('[role=option]').same")
    for route, reply in held:
        route.fulfill(**reply)
    page.wait_for_timeout(200)
    assert page.locator("[role=option] span").all_inner_texts() == ["Về khais 1", "Về khais 2"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_an_open_list_and_nothing_overflows(page, axe_violations, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for address in ("/tim-kiem/cap/xa/?q=khai", "/tim-kiem/cap/xa/"):
        page.goto(address)
        page.locator(FIELD).fill("")
        type_text(page, "khai sinh")
        page.keyboard.press("ArrowDown")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_facets_fold_on_a_phone_and_stand_open_beside_the_hits(page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/tim-kiem/?q=khai+sinh")
    assert page.get_by_role("link", name="Cấp tỉnh").is_hidden()
    page.locator(".narrow > details > summary").click()
    page.get_by_role("link", name="Cấp tỉnh").click()
    page.wait_for_url("**/tim-kiem/cap/tinh/?q=khai+sinh")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.get_by_role("link", name="Cấp xã").is_visible()
    page.get_by_role("link", name="Bỏ Cấp tỉnh").click()
    page.wait_for_url("**/tim-kiem/?q=khai+sinh")
