"""The register of legal documents: what fills it, what a change of a document touches, what waits on its days."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cms.calendar import today
from cms.clocks import ClockState, DayCount
from cms.models import Cost, LegalBasis, LegalChange, LegalDocument, ProcedureContent
from cms.selectors.legal import documents_of, impacts, resting_on
from cms.selectors.publicity import publicity
from cms.services import readiness, register_cited
from cms.vocabulary import EditorRole, LegalChangeKind
from tests import factories as make
from tests.cms.editors import begin, draft_item, make_editor, make_team, write_text

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def basis(number, title="", issued_on=None, issuer=""):
    return LegalBasis(ordinal=1, number=number, title=title, issued_on=issued_on, issuer=issuer)


def citing(name, *bases, on=date(2025, 7, 1), **values):
    procedure = make.make_procedure()
    for ordinal, one in enumerate(bases, 1):
        one.ordinal = ordinal
    make.enact(procedure, name, details=list(bases), on=on, **values)
    return procedure


def document(number, **values):
    return LegalDocument.objects.create(number=number, **values)


def change(changed, by, kind=LegalChangeKind.REPLACE, **values):
    return LegalChange.objects.create(document=changed, by=by, kind=kind, **values)


def test_the_register_takes_what_citations_agree_on_and_guesses_nothing():
    citing(
        "Khai sinh",
        basis("60/2014/QH13", "Luật Hộ tịch của Quốc hội khóa XIII", date(2014, 11, 20)),
        basis("12/2024/QĐ-UBND", "Quyết định của một Ủy ban nhân dân nào đó"),
        basis("", "Luật nào đó không ghi số"),
    )
    citing(
        "Khai tử",
        basis("60/2014/QH13", "60/2014/QH13"),
        basis("12/2024/QĐ-UBND", issuer="UBND tỉnh Quảng Ninh"),
        basis("15/2020/NĐ-CP", issued_on=date(2020, 2, 3)),
    )
    citing("Kết hôn", basis("15/2020/NĐ-CP", issued_on=date(2020, 2, 4)))
    found = register_cited()
    assert (found.made, found.known, found.unclear) == (3, 0, 2)
    law = LegalDocument.objects.get(number="60/2014/QH13")
    assert (law.title, law.issued_on, law.effective_from) == (
        "Luật Hộ tịch của Quốc hội khóa XIII",
        date(2014, 11, 20),
        None,
    )
    assert LegalDocument.objects.get(number="15/2020/NĐ-CP").issued_on is None
    assert (register_cited().made, LegalDocument.objects.count()) == (0, 3)


def test_a_change_names_the_texts_that_rest_on_the_document_the_days_left_and_what_was_done():
    old, new = document("15/2020/NĐ-CP"), document("8/2026/NĐ-CP", effective_from=DAY + timedelta(days=10))
    touched = citing("Khai sinh", basis("15/2020/nđ-cp"))
    renewed = citing("Kết hôn", basis("15/2020/NĐ-CP"))
    make.enact(renewed, "Kết hôn (mới)", details=[basis("15/2020/NĐ-CP")], on=new.effective_from)
    citing("Khai tử", basis("16/2020/NĐ-CP"))
    change(old, new)
    (found,) = impacts(DAY)
    assert (found.document, found.by, found.day, found.days_left) == (old, new, new.effective_from, 10)
    answers = [(row.period.content.name, row.answer) for row in found.rows]
    assert answers == [
        ("Kết hôn", "hết hiệu lực trước hoặc cùng ngày"),
        ("Kết hôn (mới)", "đã có bản từ ngày này"),
        ("Khai sinh", ""),
    ]
    assert [row.period.procedure for row in found.rows if not row.answer] == [touched]
    assert impacts(DAY + timedelta(days=200)) == []


def test_a_decision_being_prepared_answers_for_the_procedure_it_touches():
    agency = make.make_agency()
    drafter, _control, _head = make_team(agency)
    procedure = citing("Khai sinh", basis("15/2020/NĐ-CP"), issuer=agency)
    change(document("15/2020/NĐ-CP"), document("8/2026/NĐ-CP"))
    draft_item(begin(drafter, agency, number="7/QĐ-BTP"), drafter, action="AMEND", procedure=procedure)
    (found,) = impacts(DAY)
    assert (found.day, [row.answer for row in found.rows]) == (None, ["đang soạn: 7/QĐ-BTP"])


def test_a_local_number_means_the_paper_of_its_own_issuer():
    ours = document("12/2024/QĐ-UBND", issuer="UBND tỉnh Quảng Ninh")
    document("12/2024/QĐ-UBND", issuer="UBND tỉnh Lào Cai")
    citing("A", basis("12/2024/QĐ-UBND", issuer="Ủy ban nhân dân tỉnh Quảng Ninh"))
    citing("B", basis("12/2024/QĐ-UBND", issuer="UBND tỉnh Lào Cai"))
    citing("C", basis("12/2024/QĐ-UBND"))
    rows = resting_on(ours, DAY)
    assert [(row.period.content.name, row.sure) for row in rows] == [("A", True), ("C", False)]
    contents = [row.period.content_id for row in rows]
    found = documents_of(contents)
    assert [found[one] for one in contents] == [[ours], []]


@pytest.mark.parametrize(
    ("ends", "stops"),
    [({"ended_on": date(2020, 1, 1)}, True), ({"ended_on": date(2099, 1, 1)}, False), ({}, False)],
)
def test_a_fee_whose_only_basis_has_ended_is_stopped_at_the_gate(ends, stops):
    agency = make.make_agency()
    drafter = make_team(agency)[0]
    decision = begin(drafter, agency)
    item = draft_item(decision, drafter)
    write_text(item, drafter)
    text = ProcedureContent.objects.get(effects__item=item)
    Cost.objects.create(content=text, ordinal=1, reading_kind="AMOUNT", amount=8000)
    LegalBasis.objects.create(content=text, ordinal=1, number="281/2016/TT-BTC")
    document("281/2016/TT-BTC", **ends)
    found = [one for one in readiness(decision) if one.rule == "fee-basis"]
    assert bool(found) == stops
    if stops:
        assert "281/2016/TT-BTC" in found[0].message
        assert (found[0].field, "Điều 8" in found[0].article) == ("legal_basis", True)


def test_the_announce_clock_waits_for_the_last_document_to_take_effect():
    late, early = date(2025, 7, 1), date(2025, 1, 1)
    document("1/2025/NĐ-CP", effective_from=early)
    document("2/2025/TT-BTP", effective_from=late)
    ministry = make.make_agency("Bộ Tư pháp")
    citing("Khai sinh", basis("1/2025/NĐ-CP"), basis("2/2025/TT-BTP"), issuer=ministry)
    citing("Khai tử", basis("1/2026/TT-BTP"), issuer=ministry)
    birth, death = publicity(today(), DayCount.CALENDAR)
    assert (birth.announced.due, birth.announced.state) == (date(2025, 6, 11), ClockState.DONE_LATE)
    assert (death.announced.state, death.announced.missing) == (
        ClockState.UNKNOWN,
        ("ngày có hiệu lực của văn bản căn cứ",),
    )


def test_the_register_is_kept_by_who_checks_and_seen_by_all_editors(client):
    agency = make.make_agency()
    law = document("60/2014/QH13", title="Luật Hộ tịch")
    citing("Khai sinh", basis("60/2014/QH13"))
    pages = [reverse("desk_legal"), reverse("desk_legal_document", args=[law.pk]), reverse("desk_legal_workbook")]
    edit = reverse("wagtailsnippets_cms_legaldocument:edit", args=[law.pk])
    for role, may_edit in ((EditorRole.READER, False), (EditorRole.DRAFTER, False), (EditorRole.CONTROL, True)):
        client.force_login(make_editor(role.lower(), role, agency))
        assert {client.get(page).status_code for page in pages} == {200}
        assert (client.get(edit).status_code == 200) == may_edit
    text = client.get(pages[1]).content.decode()
    assert "Khai sinh" in text
    assert "Luật Hộ tịch" in text
