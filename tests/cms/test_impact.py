"""The impact list: who rests on a document that changes, how long is left, and what is already in hand."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from cms.calendar import today
from cms.models import LegalChange, LegalDocument, User
from cms.selectors.impact import Care, impacts
from cms.selectors.worklists import work_lists
from cms.services import register_documents
from cms.vocabulary import DecisionAction, LegalChangeKind
from tests.cms.editors import begin, draft_item, make_team
from tests.cms.test_legal import resting_on
from tests.factories import enact, make_agency, make_procedure

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 1)
ON = date(2026, 12, 2)


@pytest.fixture
def root():
    return User.objects.create_superuser(username="goc", password="x")


def replaced(number="118/2025/NĐ-CP", by="900/2026/NĐ-CP", kind=LegalChangeKind.REPLACED, day=DAY):
    new, _made = LegalDocument.objects.update_or_create(number=by, defaults={"effective_from": day})
    change = LegalChange(document=LegalDocument.objects.get(number=number), kind=kind, by=new)
    change.save()
    return change


def test_a_document_that_changes_lists_its_procedures_with_days_left_and_what_is_in_hand(root, client):
    agency = make_agency()
    left, _decision = resting_on("118/2025/NĐ-CP", "60/2014/QH13", name="Khai sinh", issuer=agency)
    cites_new, _decision = resting_on("118/2025/NĐ-CP", "900/2026/NĐ-CP", name="Khai tử", issuer=agency)
    drafted, _decision = resting_on("118/2025/NĐ-CP", name="Kết hôn", issuer=agency)
    renewed, _decision = resting_on("118/2025/NĐ-CP", name="Giám hộ", issuer=agency)
    resting_on("60/2014/QH13", name="Nhận cha", issuer=agency)
    register_documents()
    assert impacts(root, ON) == []
    replaced()
    enact(renewed, "Giám hộ (mới)", on=DAY, issuer=agency)
    drafter = make_team(agency)[0]
    decision = begin(drafter, agency)
    draft_item(decision, drafter, DecisionAction.AMEND, procedure=drafted, name="Kết hôn")
    rows = {row.period.procedure: row for row in impacts(root, ON)}
    care = {procedure: row.care for procedure, row in rows.items()}
    assert care == {left: Care.OPEN, cites_new: Care.DONE, drafted: Care.DRAFTED, renewed: Care.DONE}
    assert (rows[left].days_left, rows[left].clock.due) == (30, DAY - timedelta(days=20))
    assert rows[drafted].draft == decision
    assert rows[renewed].note == "đã có bản khác, hoặc hết áp dụng, từ 01/01/2027"
    (tasks,) = [one for one in work_lists(root, ON) if one.heading == "Thủ tục dựa vào văn bản thay đổi"]
    assert [one.text for one in tasks.tasks] == ["Khai sinh"]
    client.force_login(root)
    page = client.get(reverse("desk_impact") + "?tinh-trang=open").content.decode()
    assert ("Khai sinh" in page, "Khai tử" in page) == (True, False)
    book = client.get(reverse("desk_impact_file"))
    lines = [
        [cell.value for cell in row]
        for row in load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0]
    ]
    assert sorted(line[6] for line in lines[1:]) == ["Giám hộ", "Khai sinh", "Khai tử", "Kết hôn"]
    assert {line[3] for line in lines[1:]} == {(DAY - today()).days}


def test_days_left_sort_the_list_an_unknown_day_is_last_and_the_number_of_queries_is_fixed(root):
    for number in ("1/2024/NĐ-CP", "2/2024/NĐ-CP", "3/2024/NĐ-CP", "4/2024/NĐ-CP"):
        resting_on(number, name=number)
    register_documents()
    replaced("1/2024/NĐ-CP", by="7/2026/NĐ-CP", day=None)
    replaced("2/2024/NĐ-CP", by="8/2026/NĐ-CP", day=DAY)
    LegalDocument.objects.filter(number="3/2024/NĐ-CP").update(effective_to=ON - timedelta(days=3))
    LegalDocument.objects.filter(number="4/2024/NĐ-CP").update(effective_to=ON - timedelta(days=400))
    with CaptureQueriesContext(connection) as few:
        rows = impacts(root, ON)
    assert [(row.period.content.name, row.days_left) for row in rows] == [
        ("3/2024/NĐ-CP", -3),
        ("2/2024/NĐ-CP", 30),
        ("1/2024/NĐ-CP", None),
    ]
    assert rows[-1].clock.missing
    resting_on("2/2024/NĐ-CP", procedure=make_procedure())
    register_documents()
    with CaptureQueriesContext(connection) as more:
        assert len(impacts(root, ON)) == 4
    assert len(few) == len(more)


def test_an_amended_document_is_dealt_with_by_a_text_announced_since_a_replaced_one_is_not(root):
    resting_on("5/2024/NĐ-CP", name="Khai sinh")
    register_documents()
    for kind, expected in ((LegalChangeKind.AMENDED, Care.DONE), (LegalChangeKind.REPLACED, Care.OPEN)):
        change = replaced("5/2024/NĐ-CP", by="9/2025/NĐ-CP", kind=kind, day=date(2025, 6, 30))
        assert [row.care for row in impacts(root, date(2025, 8, 1))] == [expected]
        change.delete()


def test_people_see_the_procedures_of_their_own_agencies(root):
    ours, theirs = make_agency("Bộ Tư pháp"), make_agency("Bộ Y tế")
    resting_on("5/2024/NĐ-CP", name="Khai sinh", issuer=ours)
    register_documents()
    LegalDocument.objects.update(effective_to=DAY)
    seen = [len(impacts(make_team(agency)[0], ON)) for agency in (ours, theirs)]
    assert seen == [1, 0]
