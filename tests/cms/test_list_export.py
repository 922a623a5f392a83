"""Every list of the admin can be taken along as xlsx and csv, searched and safe to open in a spreadsheet."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.snippets.models import get_snippet_models

from cms.models import Decision, ReceptionPoint, User
from tests.factories import enact, make_agency, make_procedure

pytestmark = pytest.mark.django_db
STARTS = ('=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1")


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_superuser(username="goc", password="x"))
    return client


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_no_cell_of_an_export_runs_as_a_formula(editor):
    agency = make_agency("Bộ Tư pháp")
    for text in STARTS:
        ReceptionPoint.objects.create(agency=agency, name=text, address=text)
    address = reverse("wagtailsnippets_cms_receptionpoint:list")
    lines = body(editor.get(address + "?export=csv")).decode()
    assert lines.startswith("\ufeff")
    for text in STARTS:
        assert "\"'" + text.replace('"', '""') in lines
    book = load_workbook(io.BytesIO(body(editor.get(address + "?export=xlsx"))))
    values = [cell.value for row in book.worksheets[0].iter_rows(min_row=2) for cell in row if cell.value]
    assert not [one for one in values if str(one).startswith(("=", "+", "-", "@", "\t"))]
    assert "Tên nơi tiếp nhận" in [cell.value for cell in book.worksheets[0][1]]


def test_every_list_of_the_admin_exports_its_columns_and_rows(editor):
    decision = enact(make_procedure(code="1.001193"), "Đăng ký khai sinh")
    enact(make_procedure(code="2.000815"), "Chứng thực bản sao")
    without = []
    for model in get_snippet_models():
        address = reverse(f"{model.snippet_viewset.get_admin_url_namespace()}:list")
        assert "export=xlsx" in editor.get(address).content.decode(), model
        for kind in ("csv", "xlsx"):
            answer = editor.get(f"{address}?export={kind}")
            if answer.status_code != 200 or not body(answer):
                without.append((model, kind))
    assert without == []
    procedures = reverse("wagtailsnippets_cms_procedure:list")
    found = body(editor.get(procedures + "?export=csv&q=khai sinh")).decode()
    assert "Đăng ký khai sinh" in found
    assert "Chứng thực" not in found
    decisions = body(editor.get(reverse("wagtailsnippets_cms_decision:list") + "?export=csv")).decode()
    assert decision.number in decisions
    assert len(decisions.splitlines()) == 1 + Decision.objects.count()
