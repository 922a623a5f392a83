"""The content-security policy in a real Chromium: nothing our pages and the editors' side need is blocked."""

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Collection, Locale, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def violations(page):
    """What the browser refused, as it says on its console."""
    found = []
    page.on("console", lambda line: found.append(line.text) if "Content Security Policy" in line.text else None)
    return found


def test_public_pages_break_no_rule(page, violations):
    for address in ("/", "/tim-kiem/?q=khai+sinh", "/linh-vuc/", "/co-quan/", "/khong-co-trang-nay/"):
        page.goto(address, wait_until="networkidle")
    assert violations == []


def test_the_rule_bites(page, violations):
    page.goto("/")
    markup = "<p style='color: red'>x</p><img src=x onerror=y()>"
    page.evaluate("markup => document.body.insertAdjacentHTML('beforeend', markup)", markup)
    page.wait_for_timeout(200)
    assert "inline style" in str(violations)
    assert "inline event handler" in str(violations)


def test_editors_work_under_their_own_rule(page, violations):
    get_user_model().objects.create_superuser("bien-tap", None, "mật khẩu", full_name="Biên tập")
    Locale.objects.get_or_create(language_code="vi")
    Collection.objects.exists() or Collection.add_root(name="Gốc")
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Gốc")
    page.goto("/quan-tri/")
    page.fill("input[name=username]", "bien-tap")
    page.fill("input[name=password]", "mật khẩu")
    page.click("button[type=submit]")
    page.wait_for_selector(".sidebar")
    forms = ("images/add/", "documents/add/", "users/new/", "groups/new/", "workflows/add/", "noi-tiep-nhan/add/")
    for address in ("", f"pages/{root.pk}/", "images/", "quyet-dinh/", "reports/locked/", *forms):
        page.goto(f"/quan-tri/{address}", wait_until="networkidle")
        assert page.locator(".sidebar").is_visible()
    assert violations == []
