"""Editors find procedures, decisions, agencies and files in the admin; what is published can't be edited there."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from cms.models import Agency, CatalogueSnapshot, Decision, Procedure
from tests.factories import enact, make_agency, make_procedure, snapshot_of

pytestmark = pytest.mark.django_db
NAMES = {Agency: "agency", Procedure: "procedure", Decision: "decision", CatalogueSnapshot: "cataloguesnapshot"}


def address(model, view, *args):
    return reverse(f"wagtailsnippets_cms_{NAMES[model]}:{view}", args=args)


@pytest.fixture
def editor(client):
    user = get_user_model().objects.create_superuser(username="bien-tap", password="x", full_name="Nguyễn Thị Biên")
    client.force_login(user)
    return client


def text_of(client, where):
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def test_the_admin_starts_in_vietnamese_with_our_menu(editor):
    text = text_of(editor, "/quan-tri/")
    assert 'lang="vi"' in text
    # The menu is handed to the page as JSON.
    assert text.count(json.dumps("Thủ tục")) == 2  # the group, and the list in it
    text_of(editor, reverse("wagtailusers_users:index"))


def test_procedures_are_found_by_name_code_and_address(editor):
    enact(make_procedure(code="1.001193", slug="dang-ky-khai-sinh"), "Đăng ký khai sinh")
    enact(make_procedure(code="2.000815", slug="chung-thuc"), "Chứng thực bản sao")
    for typed in ("đăng ký khai", "Đăng ký", "1.001193", "dang-ky-khai"):
        text = text_of(editor, address(Procedure, "list") + f"?q={typed}")
        assert "Đăng ký khai sinh" in text, typed
        assert "Chứng thực bản sao" not in text, typed


def test_every_list_and_inspect_page_opens(editor):
    procedure = make_procedure()
    decision = enact(procedure, sector="Hộ tịch")
    other = make_procedure()
    file = snapshot_of(other)
    rows = {Procedure: procedure, Decision: decision, CatalogueSnapshot: file, Agency: decision.issuer}
    for model, row in rows.items():
        text_of(editor, address(model, "list"))
        assert "&lt;t" not in text_of(editor, address(model, "inspect", row.pk)), "mark-up shown as text"
    assert "Đăng ký khai sinh" in text_of(editor, address(Procedure, "inspect", procedure.pk))
    text = text_of(editor, address(Decision, "inspect", decision.pk))
    for words in ("Mới ban hành", "Công khai lúc", reverse("desk_decision", args=[decision.pk])):
        assert words in text


@pytest.mark.parametrize("model", [Procedure, Decision, CatalogueSnapshot])
def test_sealed_rows_cannot_be_added_edited_or_deleted_even_by_a_superuser(editor, model):
    procedure = make_procedure()
    enact(procedure)
    snapshot_of(make_procedure())
    row = model.objects.first()
    for view, args in (("add", ()), ("edit", (row.pk,)), ("delete", (row.pk,))):
        answer = editor.post(address(model, view, *args), {})
        assert answer.status_code == 302, view
        assert answer.url == "/quan-tri/", view
    assert model.objects.filter(pk=row.pk).exists()
    assert address(model, "edit", row.pk) not in text_of(editor, address(model, "list"))


def test_an_agency_gives_its_hotline_but_keeps_its_name(editor):
    agency = make_agency("Bộ Tư pháp")
    answer = editor.post(address(Agency, "edit", agency.pk), {"short_name": "", "hotline": "1022", "name": "Khác"})
    assert answer.status_code == 302
    agency = Agency.objects.get(pk=agency.pk)
    assert (agency.hotline, agency.name) == ("1022", "Bộ Tư pháp")
    assert editor.post(address(Agency, "delete", agency.pk)).url == "/quan-tri/"
