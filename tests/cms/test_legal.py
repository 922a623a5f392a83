"""The register of legal documents: filled by number alone, kept by those who announce."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cms.legal_numbers import kind_of, read_legal_number, register_key
from cms.models import LegalBasis, LegalCitation, LegalDocument
from cms.services import register_documents, write_contents
from cms.vocabulary import Act, AgencyKind, EditorRole, LegalKind
from tests.cms.editors import make_editor
from tests.factories import add_item, draft_content, make_agency, make_decision, make_procedure, publish

BACKEND = "django.contrib.auth.backends.ModelBackend"


def resting_on(*numbers, name="Khai sinh", signed=date(2025, 6, 20), **values):
    """A procedure in force whose text cites these, and the decision that opened it."""
    rows = [one if isinstance(one, LegalBasis) else LegalBasis(number=one) for one in numbers]
    for place, row in enumerate(rows, 1):
        row.ordinal = place
    procedure = values.pop("procedure", None) or make_procedure()
    decision = make_decision(**{"signed_on": signed, "effective_from": date(2025, 7, 1), **values})
    content = write_contents(drafts=[draft_content(procedure, name, details=rows)])[0]
    add_item(decision, procedure, effects=[{"act": Act.OPEN, "content": content}])
    publish(decision)
    return procedure, decision


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("26/2025/NĐ-CP", "26/2025/NĐ-CP"),
        (" Số 26 / 2025/nd–cp.", "26/2025/NĐ-CP"),
        ("66.7/2025/NQ-CP", "66.7/2025/NQ-CP"),
        ("54/2014/QH13", "54/2014/QH13"),
        ("06/2021/QĐ-TTG", "06/2021/QĐ-TTg"),
        ("54", None),
        ("34/2023", None),
        ("12/2020/TT", None),
        ("BỘ LUẬT HÀNG HẢI VIỆT NAM", None),
    ],
)
def test_a_number_is_read_in_its_one_spelling_or_not_at_all(raw, text):
    read = read_legal_number(raw)
    assert (read.text if read else None) == text


def test_only_a_number_that_names_one_document_is_a_key():
    assert register_key("08/2025/TT-BTP") == register_key("8/2025/TT-BTP")
    assert register_key("46/2005/TTLT/BQP-BTC") == register_key("46/2005/TTLT-BQP-BTC")
    assert register_key("1265/QĐ-BTP") == "" != register_key("1265/QĐ-BTP", day=date(2025, 1, 2))
    assert register_key("20/2025/NQ-HĐND") == ""
    assert register_key("20/2025/NQ-HĐND", "HĐND tỉnh A") != register_key("20/2025/NQ-HĐND", "HĐND tỉnh B")


def test_the_kind_comes_from_the_mark_and_is_open_where_the_mark_is_silent():
    assert kind_of("26/2025/NĐ-CP") == LegalKind.DECREE
    assert kind_of("60/2014/QH13", "Luật Hộ tịch") == LegalKind.LAW
    assert kind_of("60/2014/QH13") is None


@pytest.mark.django_db
def test_bases_of_public_texts_are_linked_once_and_what_is_unclear_is_counted():
    title = LegalBasis(number="123/2015/NĐ-CP", title="Quy định chi tiết Luật Hộ tịch", issuer="Chính phủ")
    resting_on(title, "60/2014/QH13", "54", "1265/QĐ-BTP")
    resting_on("Số 123/2015/ND-CP")
    draft = write_contents(
        drafts=[draft_content(make_procedure(), details=[LegalBasis(ordinal=1, number="1/2026/QH16")])]
    )
    done = register_documents()
    assert (done.linked, done.made, done.unread, done.several) == (3, 2, 1, 1)
    document = LegalDocument.objects.get(number="123/2015/NĐ-CP")
    assert (document.kind, document.issuer, document.effective_from) == (LegalKind.DECREE, "Chính phủ", None)
    assert document.citations.count() == 2
    assert not LegalCitation.objects.filter(basis__content=draft[0]).exists()
    document.title = "Tên đã sửa"
    document.save()
    assert (register_documents().linked, LegalDocument.objects.get(pk=document.pk).title) == (0, "Tên đã sửa")


FORM = {"changes-TOTAL_FORMS": "0", "changes-INITIAL_FORMS": "0", "changes-MIN_NUM_FORMS": "0"}


@pytest.mark.django_db
def test_heads_and_control_officers_of_announcing_bodies_keep_the_register_and_others_look(client):
    ministry, commune = make_agency("Bộ Tư pháp"), make_agency("Xã Phong Nha", AgencyKind.COMMUNE)
    resting_on("123/2015/NĐ-CP", issuer=ministry)
    register_documents()
    names = {one: f"wagtailsnippets_cms_legaldocument:{one}" for one in ("list", "add", "edit", "inspect")}
    kept = []
    for role in EditorRole.values:
        for agency in (ministry, commune):
            client.force_login(make_editor(f"{role}-{agency.pk}", role, agency), backend=BACKEND)
            assert client.get(reverse(names["list"])).status_code == 200
            number = f"{len(kept) + 1}/2026/NĐ-CP"
            client.post(reverse(names["add"]), {**FORM, "number": number})
            kept += [(role, agency.kind)] * LegalDocument.objects.filter(number=number).exists()
    assert kept == [(EditorRole.CONTROL, AgencyKind.MINISTRY), (EditorRole.HEAD, AgencyKind.MINISTRY)]
    client.force_login(make_editor("dau", EditorRole.HEAD, ministry), backend=BACKEND)
    page = client.post(reverse(names["add"]), {**FORM, "number": "0123/2015/nd-cp"}).content.decode()
    assert "đã có trong danh sách" in page
    document = LegalDocument.objects.get(number="123/2015/NĐ-CP")
    other = LegalDocument.objects.get(number="1/2026/NĐ-CP")
    change = {"changes-TOTAL_FORMS": "1", "changes-0-kind": "REPLACED", "changes-0-by": other.pk, "changes-0-day": ""}
    sent = {**FORM, **change, "number": "9/2026/NĐ-CP", "effective_to": "01/01/2027"}
    client.post(reverse(names["edit"], args=[document.pk]), sent)
    document.refresh_from_db()
    assert (document.number, document.effective_to) == ("123/2015/NĐ-CP", date(2027, 1, 1))
    assert [str(one) for one in document.changes.all()] == ["Bị thay thế: 1/2026/NĐ-CP"]
    page = client.get(reverse(names["inspect"], args=[document.pk])).content.decode()
    assert "<td>Bị thay thế</td>" in page
    assert "None" not in page.split("<dl")[1].split("</dl>")[0]
    book = client.get(reverse(names["list"]) + "?export=xlsx&q=123/2015")
    cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(b"".join(book.streaming_content))).active]
    assert cells[0][0] == "Số, ký hiệu"
    assert (cells[1][0], cells[1][-1]) == ("123/2015/NĐ-CP", 1)
