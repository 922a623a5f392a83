"""Three people take a decision from draft to public in a real Chromium, amend, repeal and take back what it said."""

import re
from datetime import date
from pathlib import Path

import pytest
import wagtail
from babel.messages.pofile import read_po
from playwright.sync_api import expect

from cms.models import Decision, Membership
from cms.vocabulary import EditorRole
from tests.cms.editors import make_editor, make_team
from tests.factories import make_agency, make_sector

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
PASSWORD = "mat-khau-dai-123"


class Person:
    """One signed-in browser."""

    def __init__(self, chromium, live_server, user, size=None):
        context = chromium.new_context(
            base_url=live_server.url, locale="vi-VN", viewport=size or {"width": 1280, "height": 900}
        )
        self.page, self.user, self.context = context.new_page(), user, context
        self.page.goto("/quan-tri/")
        self.page.fill("input[name=username]", user.username)
        self.page.fill("input[name=password]", PASSWORD)
        self.press_submit()
        self.page.wait_for_selector(".desk-lists")

    def press_submit(self):
        self.page.locator("main form button[type=submit], form.login-form button[type=submit]").first.click()

    def open_waiting(self, number):
        """From the home page's first list to the decision."""
        self.page.goto("/quan-tri/")
        waiting = self.page.locator(".desk-list").first
        assert "Chờ tôi" in waiting.inner_text()
        waiting.get_by_role("link", name=number).click()
        self.page.wait_for_selector(".desk-state")

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def state(self):
        return self.page.locator(".desk-state").inner_text()

    def note(self, label, text, button):
        self.page.get_by_label(label).fill(text)
        self.press(button)


@pytest.fixture
def people(chromium, live_server):
    make_sector("Hộ tịch")
    agency = make_agency("Bộ Tư pháp", slug="bo-tu-phap")
    drafter, control, head = make_team(agency)
    found = [
        Person(chromium, live_server, drafter),
        Person(chromium, live_server, control),
        Person(chromium, live_server, head, PHONE),
    ]
    yield found
    for person in found:
        person.context.close()


def begin(drafter, number, effective):
    page = drafter.page
    page.goto("/quan-tri/soan/")
    page.get_by_role("link", name="Lập quyết định mới").click()
    page.fill("[name=number]", number)
    page.fill("[name=signed_on]", "20/06/2025")
    page.fill("[name=effective_from]", effective)
    drafter.press("Lưu")
    page.get_by_role("link", name="Thêm mục").click()


def fill_text(page, step):
    page.fill("[name=steps-0-label]", "Bước 1")
    page.fill("[name=steps-0-text]", step)
    page.select_option("[name=channels-0-kind]", "IN_PERSON")
    page.fill("[name=time-0-amount]", "5")
    page.select_option("[name=time-0-unit]", "WORKING_DAY")
    page.fill("[name=time-0-row]", "1")
    page.fill("[name=groups-0-title]", "Trường hợp thông thường")
    page.fill("[name=evidence-0-name]", "Tờ khai đăng ký")
    page.fill("[name=evidence-0-form_file]", "TK-01.docx")
    page.fill("[name=result-0-name]", "Giấy khai sinh")
    page.select_option("[name=agencies-0-role]", "IMPLEMENTING")
    page.fill("[name=agencies-0-text]", "Ủy ban nhân dân cấp xã")
    page.get_by_label("Công dân Việt Nam").check()
    page.locator("#not_applicable").get_by_label("Điều kiện").check()
    page.locator("#not_applicable").get_by_label("Phải nộp bao nhiêu tiền").check()


def review_and_publish(people, number):
    drafter, control, head = people
    drafter.press("Trình duyệt")
    control.open_waiting(number)
    control.press("Thông qua bước 1")
    head.open_waiting(number)
    head.press("Duyệt")
    assert head.state() == "Đã duyệt"
    head.press("Công khai ngay")
    assert head.state() == "Đã công khai", head.page.locator(".messages").inner_text()


def public_text(page, slug, status=200):
    answer = page.goto(f"/thu-tuc/{slug}/")
    assert answer.status == status
    # Steps are folded on the page, and what is folded is said too.
    return " ".join(page.locator("main").text_content().split())


def test_draft_return_approve_public_amend_repeal_roll_back(people, page):
    drafter, control, head = people
    begin(drafter, "01/QĐ-BTP", "01/07/2025")
    drafter.page.fill("[name=name]", "Đăng ký khai sinh")
    drafter.page.fill("[name=code]", "1.001193")
    drafter.press("Lưu")
    fill_text(drafter.page, "Nộp hồ sơ")
    drafter.press("Lưu")
    assert "Đủ điều kiện công khai" in drafter.page.locator(".desk").inner_text()
    drafter.press("Trình duyệt")

    control.open_waiting("01/QĐ-BTP")
    control.note("Lý do trả lại", "Ghi rõ nơi nộp", "Trả lại")
    drafter.open_waiting("01/QĐ-BTP")
    assert "Ghi rõ nơi nộp" in drafter.page.locator(".desk-log").inner_text()
    drafter.page.get_by_role("link", name="Sửa nội dung").click()
    drafter.page.fill("[name=steps-0-text]", "Nộp hồ sơ tại Một cửa")
    drafter.press("Lưu")
    preview = drafter.page.get_by_role("link", name="Xem trước").get_attribute("href")
    page.goto(preview)
    assert "Nộp hồ sơ tại Một cửa" not in page.content()
    drafter.page.goto(preview)
    assert "Nộp hồ sơ tại Một cửa" in drafter.page.content()
    assert public_text(page, "dang-ky-khai-sinh", status=404)
    assert "Nộp hồ sơ tại Một cửa" not in page.content()
    drafter.open_waiting("01/QĐ-BTP")
    review_and_publish(people, "01/QĐ-BTP")
    assert "Nộp hồ sơ tại Một cửa" in public_text(page, "dang-ky-khai-sinh")

    begin(drafter, "02/QĐ-BTP", date(2026, 1, 1).strftime("%d/%m/%Y"))
    drafter.page.select_option("[name=action]", "AMEND")
    drafter.page.fill("[name=code]", "1.001193")
    drafter.page.fill("[name=name]", "Đăng ký khai sinh")
    drafter.press("Lưu")
    assert drafter.page.input_value("[name=steps-0-text]") == "Nộp hồ sơ tại Một cửa"
    drafter.page.fill("[name=steps-0-text]", "Nộp hồ sơ tại bất kỳ Một cửa nào trong tỉnh")
    drafter.press("Lưu")
    drafter.page.get_by_role("link", name="So với bản đang có hiệu lực").click()
    expect(drafter.page.locator("ins")).to_have_text(["bất kỳ", "nào trong tỉnh"])
    drafter.page.go_back()
    review_and_publish(people, "02/QĐ-BTP")
    assert "bất kỳ Một cửa nào trong tỉnh" in public_text(page, "dang-ky-khai-sinh")

    begin(drafter, "03/QĐ-BTP", "01/02/2026")
    drafter.page.select_option("[name=action]", "REPEAL")
    drafter.page.fill("[name=code]", "1.001193")
    drafter.press("Lưu")
    review_and_publish(people, "03/QĐ-BTP")
    assert "Đã bãi bỏ" in public_text(page, "dang-ky-khai-sinh")

    head.note("Lý do thu hồi", "Công khai nhầm", "Thu hồi")
    assert head.state() == "Đã thu hồi"
    assert "bất kỳ Một cửa nào trong tỉnh" in public_text(page, "dang-ky-khai-sinh")
    assert Decision.objects.get(number="03/QĐ-BTP").acts.last().note == "Công khai nhầm"


def test_the_second_editor_is_told_and_keeps_what_was_typed(people, chromium, live_server):
    drafter, control, _head = people
    begin(drafter, "01/QĐ-BTP", "01/07/2025")
    drafter.page.fill("[name=name]", "Đăng ký khai sinh")
    drafter.press("Lưu")
    control.page.goto(drafter.page.url)
    drafter.page.fill("[name=steps-0-text]", "Chữ của người thứ nhất")
    control.page.fill("[name=steps-0-text]", "Chữ của người thứ hai")
    drafter.press("Lưu")
    control.press("Lưu")
    assert "người khác sửa" in control.page.locator(".desk-error").first.inner_text()
    assert control.page.input_value("[name=steps-0-text]") == "Chữ của người thứ hai"
    expect(control.page.locator(".desk-theirs del")).to_have_text(["nhất"])
    control.press("Lưu")
    assert "Chữ của người thứ hai" in control.page.locator(".desk-log").inner_text()


WAGTAIL = Path(wagtail.__file__).parent
VISIBLE = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest("script, style, template")) found.add(walk.currentNode.textContent);
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) found.add(one.getAttribute(name));
  }
  return [...found].map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
# The same word in both languages, or a code beside it.
SAME = {"Email", "Wagtail", "URL", "ID", "HTML", "XLSX", "CSV"}


def english_of_wagtail():
    """Every text of Wagtail's, as it stands without a translation."""
    found = set()
    for file in WAGTAIL.rglob("locale/en/LC_MESSAGES/*.po"):
        with file.open("rb") as text:
            for one in read_po(text):
                found.update(" ".join(part.split()) for part in ([one.id] if isinstance(one.id, str) else one.id))
    return {one for one in found if len(one) > 1} - SAME


def with_values_in_them(texts):
    """Those that are filled in before they are shown, as patterns of what is then read."""
    bits = [re.split(r"%\(\w+\)\w", text) for text in texts]
    worded = [one for one in bits if len(one) > 1 and re.search(r"[A-Za-z]{2}", "".join(one))]
    return re.compile("|".join(".+".join(map(re.escape, one)) for one in worded))


def test_nothing_on_the_editors_path_is_english(chromium, live_server):
    agency = make_agency("Bộ Tư pháp")
    head = make_editor("truong", EditorRole.HEAD, agency)
    Membership.objects.create(user=head, agency=agency, role=EditorRole.ADMIN)
    person = Person(chromium, live_server, head)
    begin(person, "01/QĐ-BTP", "01/07/2025")
    person.page.fill("[name=name]", "Đăng ký khai sinh")
    person.press("Lưu")
    pk = Decision.objects.get().pk
    own = ("", "soan/", "soan/moi/", f"soan/{pk}/", f"soan/{pk}/sua/", f"soan/{pk}/muc/", person.page.url)
    lists = ("thu-tuc/", "quyet-dinh/", "co-quan/", "noi-tiep-nhan/add/", "phan-quyen/", "phan-quyen/add/", "account/")
    lists += ("soan/tai-khoan/", "soan/tai-khoan/moi/", "thu-tuc/?q=khai", "cach-duyet/", "lan-nhap/")
    english, found = english_of_wagtail(), {}
    filled_in = with_values_in_them(english)
    assert "Search all pages…" in english
    for address in (*own, *lists, "khong-co-trang-nay/", "login/"):
        if address == "login/":
            person.context.clear_cookies()
        person.page.goto(address if address.startswith("http") else f"/quan-tri/{address}", wait_until="networkidle")
        for text in person.page.evaluate(VISIBLE):
            if text in english or filled_in.fullmatch(text):
                found.setdefault(text, address)
    person.context.close()
    assert found == {}


def test_a_head_approves_on_a_narrow_phone_without_scrolling_sideways(people):
    head = people[2]
    begin(people[0], "01/QĐ-BTP", "01/07/2025")
    people[0].page.fill("[name=name]", "Đăng ký khai sinh cho trẻ em có yếu tố nước ngoài " * 4)
    people[0].press("Lưu")
    decision = Decision.objects.get()
    for address in ("", "soan/", f"soan/{decision.pk}/", f"soan/{decision.pk}/sua/"):
        head.page.goto(f"/quan-tri/{address}")
        assert head.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def test_a_role_elsewhere_sees_nothing_of_a_draft(people, chromium, live_server):
    other = Person(chromium, live_server, make_editor("bo-khac", "HEAD", make_agency("Bộ Y tế")))
    begin(people[0], "01/QĐ-BTP", "01/07/2025")
    other.page.goto(f"/quan-tri/soan/{Decision.objects.get().pk}/")
    assert "01/QĐ-BTP" not in other.page.content()
    other.context.close()


def test_a_finding_opens_its_field_and_rows_are_added_by_keyboard_on_a_phone(people, chromium, live_server):
    drafter = people[0]
    begin(drafter, "01/QĐ-BTP", "01/07/2025")
    drafter.page.fill("[name=name]", "Đăng ký khai sinh")
    drafter.press("Lưu")
    phone = Person(chromium, live_server, drafter.user, PHONE)
    page = phone.page
    page.goto(f"/quan-tri/soan/{Decision.objects.get().pk}/")
    assert "Chưa công khai được" in page.locator(".desk-before").inner_text()
    page.locator(".desk-findings li", has_text="Giấy tờ cần chuẩn bị").get_by_role("link").click()
    page.wait_for_selector("#evidence :focus")
    page.fill("[name=steps-0-text]", "Nộp hồ sơ")
    page.locator("#steps [data-add-row]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") in ("steps-1-label", "steps-1-text")
    page.fill("[name=steps-1-text]", "Nhận kết quả")
    page.fill("[name=time-0-case]", "9.9")
    page.fill("[name=time-0-amount]", "3")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.press("Lưu")
    assert "mang số 9.9" in page.locator(".desk-error").all_inner_texts()[0]
    assert page.input_value("[name=steps-1-text]") == "Nhận kết quả"
    phone.context.close()
