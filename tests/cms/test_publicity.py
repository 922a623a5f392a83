"""The state of publicity: what counts as complete, whose it is, and that every figure is its rows."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cms.calendar import add_working_days, today
from cms.models import AgencyText, Channel, Cost, Evidence, EvidenceGroup, Output, PartState, ProcessingTime, Step
from cms.selectors.publicity import by_agency, publicity
from cms.services import approve_decision, write_contents
from cms.vocabulary import Act, DecisionKind, DecisionState, Part, Presence
from tests.factories import (
    add_item,
    draft_content,
    enact,
    make_agency,
    make_content,
    make_decision,
    make_procedure,
    publish,
    snapshot_of,
)

pytestmark = pytest.mark.django_db


def whole():
    """Rows for all parts but the conditions."""
    return [
        Step(ordinal=1, text="Nộp"),
        Channel(ordinal=1, kind="ONLINE"),
        ProcessingTime(ordinal=1, row=1, reading_kind="UNIT", amount=7, unit="WORKING_DAY"),
        Cost(ordinal=1, row=1, reading_kind="FREE"),
        EvidenceGroup(ordinal=1),
        Evidence(ordinal=1, group=1, name="Tờ khai", form_file="TK.docx"),
        Output(ordinal=1, name="Giấy khai sinh"),
        AgencyText(ordinal=1, role="IMPLEMENTING", text="UBND cấp xã", kind="PHRASE"),
    ]


def stated(presence, raw, details=None):
    """A procedure in force whose text has all parts, and the conditions as given."""
    procedure = make_procedure()
    draft = draft_content(procedure, "Khai sinh", details=whole() if details is None else details)
    draft.content.applicant_types = "CITIZEN"
    draft.part_states.append(PartState(part=Part.REQUIREMENTS, presence=presence, raw_text=raw))
    decision = make_decision(effective_from=date(2025, 7, 1))
    add_item(decision, procedure, effects=[{"act": Act.OPEN, "content": write_contents(drafts=[draft])[0]}])
    publish(decision)
    return procedure


@pytest.mark.parametrize(
    ("presence", "raw", "gaps"),
    [
        (Presence.NOT_APPLICABLE, "", ()),
        (Presence.STATED, "<p>Đủ 18 tuổi</p>", ()),
        (Presence.STATED, "<p>&nbsp;</p><p> <br/></p>", (Part.REQUIREMENTS,)),
        (Presence.STATED, " \u00a0\n", (Part.REQUIREMENTS,)),
        (Presence.NOT_PUBLISHED, "", (Part.REQUIREMENTS,)),
    ],
)
def test_not_applicable_counts_as_full_and_empty_rich_text_as_empty(presence, raw, gaps):
    stated(presence, raw)
    (row,) = publicity(today())
    assert (row.gaps, row.complete, row.has_required) == (gaps, not gaps, True)


def test_a_missing_required_part_is_a_gap_of_both_counts():
    stated(Presence.NOT_APPLICABLE, "", details=[one for one in whole() if not isinstance(one, Step)])
    (row,) = publicity(today())
    assert (row.gaps, row.complete, row.has_required) == ((Part.STEPS,), False, False)


def test_figures_stand_by_agency_and_each_is_its_rows_on_the_page_and_in_the_file(client):
    ministry = make_agency("Bộ Tư pháp", slug="bo-tu-phap")
    enact(make_procedure(), "Khai tử", issuer=ministry)
    snapshot_of(make_procedure(), "Kết hôn")
    lines = {one.agency: one.figures for one in by_agency(publicity(today()))}
    # Signed on 20 June 2025 and public only today.
    assert (lines[ministry]["cong-khai"], lines[ministry]["qua-han"], lines[ministry]["khong-tinh-duoc"]) == (1, 1, 0)
    assert (lines[None]["chua-kiem"], lines[None]["khong-tinh-duoc"], lines[None]["qua-han"]) == (1, 1, 0)
    page = client.get("/tinh-hinh-cong-khai/").content.decode()
    assert 'href="/tinh-hinh-cong-khai/bo-tu-phap/qua-han/"' in page
    rows = client.get("/tinh-hinh-cong-khai/bo-tu-phap/qua-han/").content.decode()
    assert ("Khai tử" in rows, "Kết hôn" in rows) == (True, False)
    assert "không tính được, thiếu" in client.get("/tinh-hinh-cong-khai/chua-ro/khong-tinh-duoc/").content.decode()
    answer = client.get("/tinh-hinh-cong-khai/tat-ca/khong-tinh-duoc.xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["Kết hôn"]
    assert client.get("/tinh-hinh-cong-khai/tat-ca/khac/").status_code == 404


def test_a_signed_decision_that_is_not_public_is_soon_and_then_late():
    signed = add_working_days(today(), -2)
    decision = make_decision(kind=DecisionKind.PROVINCE, signed_on=signed)
    procedure = make_procedure()
    add_item(decision, procedure, effects=[{"act": Act.OPEN, "content": make_content(procedure)}])
    approve_decision(decision=decision, by=None)
    assert decision.state == DecisionState.APPROVED
    for day, kind in ((today(), "sap-han"), (today() + timedelta(days=30), "qua-han")):
        (line,) = by_agency(publicity(day))
        assert (line.figures[kind], line.figures["cong-khai"]) == (1, 0)


def test_the_number_of_queries_does_not_depend_on_the_number_of_procedures():
    counts = []
    for _ in range(2):
        stated(Presence.NOT_APPLICABLE, "")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            by_agency(publicity(today()))
        counts.append(len(queries))
    assert counts[0] == counts[1]
