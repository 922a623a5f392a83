"""A decision goes from its file to the public in a real Chromium, reviewed by keyboard alone, all in Vietnamese; axe
finds nothing on any of its screens."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection

from cms.models import Decision, Procedure
from cms.vocabulary import AgencyKind
from importers.models import DecisionBatch
from importers.reception import COLUMNS
from tests.cms.editors import make_team
from tests.cms.test_desk_browser import PHONE, VISIBLE, Person, english_of_wagtail, public_text, review_and_publish
from tests.factories import enact, make_agency, make_procedure
from tests.importers.decision_files import as_docx
from tests.importers.test_decision_screens import described

# The line that says what was done, while it fades in.
OF_WAGTAIL = [("color-contrast", [".success"])]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader_of_this_portal(monkeypatch):
    """The process that the upload starts finds the test's database and files."""
    if connection.vendor != "sqlite":
        pytest.skip("browsers are driven on SQLite")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{connection.settings_dict['NAME']}")
    monkeypatch.setenv("PORTAL_VAR", str(settings.PORTAL_VAR))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.dev")


@pytest.fixture
def people(chromium, live_server):
    province = make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")
    found = [Person(chromium, live_server, user) for user in make_team(province)]
    yield found
    for person in found:
        person.context.close()


def decision_of(tmp_path):
    """Four items: clear, without a code but known, without a name, and one to be left out."""
    made = described("Cấp thẻ chợ", "Đổi thẻ chợ nổi", "Thu hồi thẻ chợ", "Cấp thẻ chợ đêm")
    rows = made.blocks[-1]
    rows[2][1] = ""
    rows[4][1] = rows[1][1]
    return as_docx(made, tmp_path / "quyet-dinh-77.docx")


def counters(path):
    """A list of two counters, one of which can't be read."""
    rows = [["Thành phố Bến Sông", name] for name in ("Một cửa", "")]
    values = {"agency": 0, "name": 1}
    lines = [[row[values[key]] if key in values else "Số 1" * (key == "address") for key in COLUMNS] for row in rows]
    path.write_text("\n".join(",".join(line) for line in [[f'"{one}"' for one in COLUMNS.values()], *lines]), "utf-8")
    return path


def key(page, letter):
    with page.expect_navigation():
        page.keyboard.press(letter)
    page.wait_for_selector("h1")


def answer_for_warnings(person):
    while person.page.locator("form[action*='bo-qua']").count():
        form = person.page.locator("form[action*='bo-qua']").first
        form.locator("[name=reason]").fill("Bản đã ký không nêu")
        with person.page.expect_navigation():
            form.locator("button").click()


def test_from_the_file_to_the_public_page(people, page, reader_of_this_portal, tmp_path, axe_violations):
    drafter, control, _head = people
    known = make_procedure("1.009999")
    enact(known, "Đổi thẻ chợ nổi", on=date(2025, 7, 1), issuer=make_agency("Bộ Công Thương"))
    mine, english = drafter.page, english_of_wagtail()
    seen, faults = set(), []

    def look():
        seen.update(set(mine.evaluate(VISIBLE)) & english)
        faults.extend((mine.url, fault) for fault in axe_violations(mine) if fault not in OF_WAGTAIL)

    mine.goto("/quan-tri/nhap-quyet-dinh/moi/")
    look()
    mine.set_input_files("[name=main]", decision_of(tmp_path))
    drafter.press("Tải lên và đọc")
    mine.wait_for_selector("#muc", timeout=90_000)
    look()
    assert "4 thủ tục" in mine.locator("#muc").inner_text()
    # From here on only keys.
    mine.locator("#review-start").focus()
    key(mine, "Enter")
    seen_items = []
    while "/muc/" in mine.url:
        look()
        mine.wait_for_selector(".review-keys:not([hidden])")
        name = mine.input_value("[name=name]")
        seen_items.append(name)
        if name == "Đổi thẻ chợ nổi":
            key(mine, "1")
        elif name == "Cấp thẻ chợ đêm":
            mine.keyboard.press("b")
            mine.keyboard.type("Trùng mã với mục 1")
            key(mine, "Enter")
        else:
            key(mine, "n")
    assert {"Đổi thẻ chợ nổi", "Cấp thẻ chợ đêm"} <= set(seen_items)
    assert "Thu hồi thẻ chợ" not in seen_items
    with mine.expect_navigation():
        drafter.page.get_by_role("button", name="Nhận tất cả").click()
    drafter.press("Lập dự thảo quyết định")
    mine.wait_for_selector("#items")
    look()
    assert "Trùng mã với mục 1" in mine.locator(".desk-base").inner_text()
    control.page.goto(mine.url)
    answer_for_warnings(control)
    mine.reload()
    review_and_publish(people, "77/QĐ-UBND")
    assert "5 ngày" in public_text(page, "cap-the-cho")
    assert [
        item.procedure for item in Decision.objects.get(number="77/QĐ-UBND").items.filter(name="Đổi thẻ chợ nổi")
    ] == [known]
    assert not Procedure.objects.filter(slug="cap-the-cho-dem").exists()
    mine.set_viewport_size(PHONE)
    mine.emulate_media(color_scheme="dark")
    batch = DecisionBatch.objects.get()
    for address in ("", "moi/", f"{batch.pk}/", f"muc/{batch.rows.first().pk}/"):
        mine.goto(f"/quan-tri/nhap-quyet-dinh/{address}")
        look()
        assert mine.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
    mine.goto("/quan-tri/nhap-noi-tiep-nhan/")
    mine.set_input_files("[name=file]", counters(tmp_path / "noi.csv"))
    drafter.press("Xem trước")
    look()
    assert mine.locator(".desk-preview tbody tr").count() == 1
    assert mine.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert (seen, faults) == (set(), [])
