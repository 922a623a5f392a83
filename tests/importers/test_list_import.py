"""Lists in .xlsx and .csv: previewed with each difference, confirmed, and an exported list comes back unchanged."""

import io
import time
from datetime import date
from datetime import time as clock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cms.models import Change, ClosedDays, LegalDocument, OpeningHours, Procedure, ReceptionPoint, User
from cms.vocabulary import AgencyKind, ChangeKind, EditorRole
from importers.lists import keeping
from importers.locking import only_import
from importers.models import ImportBatch
from search.models import DictionaryEntry
from tests.cms.editors import make_editor
from tests.factories import make_agency

pytestmark = pytest.mark.django_db
LEGAL, DICTIONARY = "wagtailsnippets_cms_legaldocument", "wagtailsnippets_search_dictionaryentry"
POINTS, PROCEDURES = "wagtailsnippets_cms_receptionpoint", "wagtailsnippets_cms_procedure"
HEADS = ["Số, ký hiệu", "Loại văn bản", "Trích yếu", "Có hiệu lực từ ngày", "Hết hiệu lực từ ngày"]


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_superuser(username="goc", password="x"))
    return client


def book(*rows, heads=HEADS):
    made, file = Workbook(), io.BytesIO()
    for row in (heads, *rows):
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def hand_in(client, name, content, address="legal_import"):
    """The preview, and what confirming it answers."""
    shown = client.post(reverse(address), {"file": SimpleUploadedFile(name, content)})
    return shown, lambda: client.post(reverse(address), {"confirm": shown.context["note"]})


def exported(client, name, kind):
    answer = client.get(reverse(f"{name}:list") + f"?export={kind}")
    return b"".join(answer.streaming_content)


def text(answer):
    return " ".join(answer.content.decode().split())


def test_days_of_effect_of_many_documents_go_in_at_once(editor):
    known = LegalDocument.objects.create(number="26/2025/NĐ-CP", title="Về chợ", issuer="Chính phủ")
    file = book(
        ["26/2025/nđ-cp", "", "", date(2025, 7, 1), None],
        ["5/2026/TT-BTP", "Thông tư", "Về thẻ", "01/08/2026", "01/01/2027"],
    )
    shown, write = hand_in(editor, "ngay.xlsx", file)
    assert "đổi: 1; mới: 1" in text(shown)
    assert LegalDocument.objects.count() == 1
    assert "mới: 1; đổi: 1; giữ nguyên: 0" in text(write())
    known.refresh_from_db()
    assert (known.title, known.issuer, known.effective_from) == ("Về chợ", "Chính phủ", date(2025, 7, 1))
    assert LegalDocument.objects.get(number="5/2026/TT-BTP").effective_to == date(2027, 1, 1)
    again, _ = hand_in(editor, "ngay.xlsx", file)
    assert "giữ nguyên: 2" in text(again)
    assert "Ghi vào cổng" not in text(again)


def test_a_bad_row_is_named_with_its_cell_and_column_and_the_others_go_in(editor):
    file = book(
        ["1/2026/NĐ-CP", "Nghị định thư", "a", "", ""],
        ["2/2026/NĐ-CP", "", "b", "31/02/2026", ""],
        ["3/2026/NĐ-CP", "", "c", "02/07/2026", "01/07/2026"],
        ["4/2026/NĐ-CP", "", "=HYPERLINK(1)", "", ""],
        ["12/2020/TT", "", "d", "", ""],
        ["5/2026/NĐ-CP", "", "e", "", ""],
        ["6/2026/NĐ-CP", "", "f", "", ""],
        ["6/2026/NĐ-CP", "", "g", "", ""],
    )
    shown, write = hand_in(editor, "sai.xlsx", file)
    said = text(shown)
    for where in (
        "dòng 2: ô B2 (Loại văn bản)",
        "dòng 3: ô D3 (Có hiệu lực từ ngày)",
        "dòng 4: ô E4",
        "C5 là công",
    ):
        assert where in said
    assert "ô A6 (Số, ký hiệu)" in said
    assert "có ở 2 dòng" in said
    write()
    assert list(LegalDocument.objects.values_list("number", flat=True)) == ["5/2026/NĐ-CP"]


def test_what_somebody_else_changed_meanwhile_is_shown_before_anything_is_written(editor):
    LegalDocument.objects.create(number="26/2025/NĐ-CP")
    _shown, write = hand_in(editor, "a.xlsx", book(["26/2025/NĐ-CP", "", "Mới", "", ""]))
    LegalDocument.objects.update(title="Người khác ghi")
    answer = write()
    assert answer.status_code == 409
    assert "Người khác ghi" in text(answer)
    assert LegalDocument.objects.get().title == "Người khác ghi"
    editor.post(reverse("legal_import"), {"confirm": answer.context["note"]})
    assert LegalDocument.objects.get().title == "Mới"
    assert editor.post(reverse("legal_import"), {"confirm": answer.context["note"]}).status_code == 302


def test_a_preview_that_nobody_confirms_leaves_no_file_for_long(editor, monkeypatch):
    hand_in(editor, "a.xlsx", book(["1/2026/NĐ-CP", "", "a", "", ""]))
    folder = keeping._folder()
    left = set(folder.iterdir())
    assert left
    now = time.time()
    monkeypatch.setattr(keeping.time, "time", lambda: now + keeping.KEPT + 60)
    _shown, write = hand_in(editor, "a.xlsx", book(["1/2026/NĐ-CP", "", "a", "", ""]))
    assert not left & set(folder.iterdir())
    monkeypatch.undo()
    write()
    assert list(folder.iterdir()) == []


def test_only_those_who_may_change_a_list_hand_one_in(client):
    drafter = make_editor("soan", EditorRole.DRAFTER, make_agency("Tỉnh A", AgencyKind.PROVINCE))
    client.force_login(drafter, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("legal_import", "dictionary_import", "catalogue_import"):
        answer = hand_in(client, "a.xlsx", book(["1/2026/NĐ-CP", "", "a", "", ""]), address)[0]
        assert answer.status_code in (302, 403), address
    assert "nhap-van-ban" not in text(client.get(reverse(f"{LEGAL}:list")))
    assert not LegalDocument.objects.exists()


def counters():
    here = make_agency(
        "Phường Hạ Long", AgencyKind.COMMUNE, unit_code="06652", parent=make_agency("Tỉnh A", AgencyKind.PROVINCE)
    )
    point = ReceptionPoint.objects.create(
        agency=here, name="=Một cửa", address="-Số 1", email="a@example.vn", valid_from=date(2026, 1, 2), note="Tầng 1"
    )
    OpeningHours.objects.create(point=point, weekday=1, opens=clock(7, 30), closes=clock(11, 30))
    OpeningHours.objects.create(point=point, weekday=1, opens=clock(13, 30), closes=clock(17))
    ClosedDays.objects.create(point=point, first=date(2026, 9, 1), last=date(2026, 9, 2), reason="Lễ")
    ClosedDays.objects.create(point=point, first=date(2026, 4, 30), last=date(2026, 4, 30))
    other = make_agency("Sở Một", AgencyKind.DEPARTMENT, parent=make_agency("Tỉnh B", AgencyKind.PROVINCE))
    ReceptionPoint.objects.create(agency=other, name="Quầy 2", address="Số 2")


def documents():
    for number, values in (
        ("26/2025/NĐ-CP", {"kind": "DECREE", "title": "=cmd|'/c calc'!A0", "note": "- một\n- hai"}),
        ("1265/QĐ-BTP", {"signed_on": date(2026, 3, 4), "effective_from": date(2026, 4, 1), "shortened": True}),
        ("1265/QĐ-BTP", {"signed_on": date(2025, 3, 4), "issuer": "Bộ Tư pháp", "source": "https://example.vn/a?b=1"}),
    ):
        LegalDocument.objects.create(number=number, **values)


@pytest.mark.parametrize(
    ("name", "address", "make", "count"),
    [
        (LEGAL, "legal_import", documents, 3),
        (POINTS, "reception_import", counters, 2),
        (DICTIONARY, "dictionary_import", lambda: call_command("load_dictionary", verbosity=0), None),
    ],
)
def test_an_exported_list_comes_back_unchanged(editor, name, address, make, count):
    make()
    count = count or DictionaryEntry.objects.count()
    for kind in ("xlsx", "csv"):
        shown, _ = hand_in(editor, f"danh-sach.{kind}", exported(editor, name, kind), address)
        assert shown.context["refused"] == []
        assert [(str(about), changed) for _kind, about, changed in shown.context["rows"]] == []
        assert shown.context["counts"] == {"giữ nguyên": count}


def test_the_dictionary_takes_new_and_changed_entries_of_a_list(editor):
    call_command("load_dictionary", verbosity=0)
    file = load_workbook(io.BytesIO(exported(editor, DICTIONARY, "xlsx")))
    sheet = file.worksheets[0]
    phrases = sheet.cell(2, 1).value
    sheet.cell(2, 6, "đã xem")
    sheet.append(["thẻ chợ|thẻ bán chợ", "thẻ kinh doanh tại chợ", "Cách nói thường ngày", "Không", "Có", "", "Có"])
    sheet.append(["thẻ b", "b", "Cách lạ", "", "", "", ""])
    out = io.BytesIO()
    file.save(out)
    before = DictionaryEntry.objects.count()
    shown, write = hand_in(editor, "tu-dien.xlsx", out.getvalue(), "dictionary_import")
    assert "“Cách lạ” không có trong các lựa chọn" in text(shown)
    assert "mới: 1; đổi: 1;" in text(write())
    assert DictionaryEntry.objects.count() == before + 1
    assert DictionaryEntry.objects.get(phrases=phrases).is_edited
    assert DictionaryEntry.objects.get(phrases__startswith="thẻ chợ").entry.phrases == ("thẻ chợ", "thẻ bán chợ")


CATALOGUE = ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"]


def test_a_catalogue_is_previewed_confirmed_as_the_command_does_and_comes_back_unchanged(editor):
    file = book(
        ["1.004222", "Đăng ký thường trú", "Bộ Công an", "Công an cấp xã", "Cư trú"],
        ["1.000105", "Cấp thẻ căn cước", "Bộ Công an", "Công an cấp xã\nCông an tỉnh", "Căn cước"],
        ["2.000815", "", "Bộ Tư pháp", "", ""],
        heads=CATALOGUE,
    )
    shown, write = hand_in(editor, "danh-muc.xlsx", file, "catalogue_import")
    assert "mới: 2; không nhận: 1" in text(shown)
    assert "ô B4: Dòng không có tên thủ tục" in text(shown)
    assert not Procedure.objects.exists()
    assert "mới: 2; đổi: 0; giữ nguyên: 0" in text(write())
    assert ImportBatch.objects.get().by.username == "goc"
    again, _ = hand_in(editor, "danh-muc.xlsx", file, "catalogue_import")
    assert again.context["counts"] == {"giữ nguyên": 2}
    assert again.context["note"] == ""
    for kind in ("xlsx", "csv"):
        back, _ = hand_in(editor, f"thu-tuc.{kind}", exported(editor, PROCEDURES, kind), "catalogue_import")
        assert (back.context["counts"], back.context["refused"]) == ({"giữ nguyên": 2}, [])
    renamed = book(["1.004222", "Đăng ký tạm trú", "Bộ Công an", "Công an cấp xã", "Cư trú"], heads=CATALOGUE)
    changed, _ = hand_in(editor, "danh-muc.xlsx", renamed, "catalogue_import")
    assert "<del>thường</del> <ins>tạm</ins>" in text(changed)
    assert Change.objects.filter(kind=ChangeKind.CORRECTED).count() == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one connection may take its own PostgreSQL lock twice")
def test_a_catalogue_is_not_written_while_another_import_runs(editor):
    file = book(["1.004222", "Đăng ký thường trú", "Bộ Công an", "Công an cấp xã", "Cư trú"], heads=CATALOGUE)
    _, write = hand_in(editor, "danh-muc.xlsx", file, "catalogue_import")
    with only_import():
        assert "Đang có một lần nhập khác" in text(editor.get(write().url))
    assert not Procedure.objects.exists()


def test_a_file_of_records_is_left_to_the_command(editor):
    record = b'{"ma_thu_tuc": "1.004222", "ten_thu_tuc": "A"}'
    assert "bằng lệnh import_catalogue" in text(hand_in(editor, "a.csv", record, "catalogue_import")[0])
