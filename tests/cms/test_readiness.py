"""The gate: each rule finds what it is there for, names the law and the field, and stops publishing until it is met."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from cms.models import Cost, LegalBasis, LegalChange, LegalDocument, PendingReference, ProcedureContent
from cms.services import (
    RULES,
    NotAllowedError,
    PublishingBlockedError,
    Severity,
    pass_step,
    readiness,
    scope_of_area,
    submit,
    waive,
)
from cms.vocabulary import AgencyKind, DecisionAction, EditorRole, LegalChangeKind, OnlineLevel, ScopePart
from tests import factories as make
from tests.cms.editors import begin, draft_item, make_editor, make_team, write_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return make.make_agency()


@pytest.fixture
def team(agency):
    return make_team(agency)


def found(decision, rule):
    decision.refresh_from_db()
    return [one for one in readiness(decision) if one.rule == rule]


def ready(decision, by, **values):
    item = draft_item(decision, by, **values)
    write_text(item, by)
    return item


def content_of(item):
    return ProcedureContent.objects.get(effects__item=item)


def test_a_whole_text_passes(agency, team):
    decision = begin(team[0], agency)
    ready(decision, team[0])
    assert readiness(decision) == []


def test_a_bare_text_lacks_six_of_the_seven_parts_each_with_article_and_field(agency, team):
    decision = begin(team[0], agency)
    draft_item(decision, team[0])
    missing = found(decision, "required-part")
    assert {one.field for one in missing} == {"steps", "channels", "evidence", "time", "applicants", "agencies"}
    assert all("Điều 8 Nghị định số 63/2010" in one.article and one.where == "text" for one in missing)
    assert {one.severity for one in missing} == {Severity.BLOCK}
    assert {one.field for one in found(decision, "conditional-part")} == {"result", "requirements", "costs"}


def test_partial_online_without_reason_blocks_only_decisions_signed_since_the_decree(agency, team):
    for signed, severity in ((date(2026, 6, 30), Severity.WARN), (date(2026, 7, 1), Severity.BLOCK)):
        decision = begin(team[0], agency, signed_on=signed)
        item = ready(decision, team[0])
        write_text(item, team[0], version=1, online_level=OnlineLevel.PARTIAL, online_reason="Phải xem bản chính")
        (one,) = found(decision, "partial-online")
        assert (one.severity, one.field) == (severity, "online_reason")
        assert "224/2026" in one.article
        write_text(item, team[0], version=2, online_provision="Điều 5 Luật Hộ tịch")
        assert not found(decision, "partial-online")


def test_a_fee_needs_its_legal_basis(agency, team):
    decision = begin(team[0], agency)
    item = ready(decision, team[0])
    Cost.objects.create(content=content_of(item), ordinal=1, reading_kind="AMOUNT", amount=8000)
    assert [one.field for one in found(decision, "fee-basis")] == ["legal_basis"]


@pytest.mark.parametrize(
    ("days", "change", "blocked"),
    [
        ({}, None, False),  # nothing known of its days: unknown is not ended
        ({"effective_to": date(2025, 7, 1)}, None, True),  # the text takes effect on that very day
        ({"effective_to": date(2025, 7, 2)}, None, False),
        ({"effective_from": date(2025, 7, 2)}, None, True),
        ({}, (LegalChangeKind.REPLACED, date(2025, 7, 1)), True),
        ({}, (LegalChangeKind.REPEALED, date(2025, 7, 2)), False),
        ({}, (LegalChangeKind.REPLACED, None), False),  # replaced, from when nobody knows
        ({}, (LegalChangeKind.AMENDED, date(2025, 1, 1)), False),
    ],
)
def test_a_fee_on_documents_that_no_longer_hold_is_stopped_until_a_live_one_is_named(
    agency, team, days, change, blocked
):
    decision = begin(team[0], agency)
    item = ready(decision, team[0])
    Cost.objects.create(content=content_of(item), ordinal=1, reading_kind="AMOUNT", amount=8000)
    LegalBasis.objects.create(content=content_of(item), ordinal=1, number="Số 281 / 2016/TT-BTC")
    document = LegalDocument.objects.create(number="281/2016/TT-BTC", **days)
    if change:
        new = LegalDocument.objects.create(number="64/2025/TT-BTC", effective_from=change[1])
        LegalChange.objects.create(document=document, kind=change[0], by=new)
    messages = [one.message for one in found(decision, "fee-basis")]
    assert ["281/2016/TT-BTC" in one for one in messages] == [True] * blocked
    LegalBasis.objects.create(content=content_of(item), ordinal=2, number="57/2020/QH14")
    assert not found(decision, "fee-basis")


def test_a_code_in_force_cannot_be_enacted_again_nor_repealed_where_it_is_not(agency, team):
    procedure = make.make_procedure()
    decision = begin(team[0], agency)
    draft_item(decision, team[0], DecisionAction.REPEAL, procedure=procedure)
    assert [one.field for one in found(decision, "repeal")] == ["code"]
    make.enact(procedure, issuer=agency)
    assert not found(decision, "repeal")
    again = begin(team[0], agency)
    ready(again, team[0], procedure=procedure)
    assert [one.field for one in found(again, "second-enactment")] == ["action"]


def test_two_items_cannot_give_one_procedure_two_texts(agency, team):
    procedure = make.make_procedure()
    decision = begin(team[0], agency)
    ready(decision, team[0], procedure=procedure)
    assert not found(decision, "one-text")
    ready(decision, team[0], procedure=procedure, name="Đăng ký lại khai sinh")
    [one] = found(decision, "one-text")
    assert (one.severity, one.field) == ("block", "code")
    assert one.message.startswith("Mục 2: cùng thủ tục")
    decision.from_file = True
    assert [one.severity for one in readiness(decision) if one.rule == "one-text"] == ["block"]


def test_an_issuer_without_competence_and_a_local_part_without_a_text(agency, team):
    province = make.make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE)
    drafter = make_editor("tinh", EditorRole.DRAFTER, province)
    decision = begin(drafter, province)
    ready(decision, drafter)
    assert "không có thẩm quyền" in found(decision, "competence")[0].message
    local = begin(drafter, province)
    scope = scope_of_area(province)
    draft_item(local, drafter, DecisionAction.AMEND, procedure=make.make_procedure(), part=ScopePart.COST, scope=scope)
    assert [one.severity for one in found(local, "orphan")] == [Severity.WARN]


def test_missing_days_idle_items_and_pending_references(agency, team):
    decision = begin(team[0], agency, signed_on=None, effective_from=None)
    assert {one.field for one in found(decision, "lines")} == {"signed_on", "effective_from", "items"}
    item = draft_item(decision, team[0], DecisionAction.AMEND, name="Không rõ")
    PendingReference.objects.create(item=item, text="mục 02 phần I Quyết định 1265")
    assert found(decision, "idle-item") and found(decision, "pending-reference")


def test_a_block_stops_the_last_approval_and_a_warning_does_until_it_is_waived_on_record(agency, team):
    drafter, control, head = team
    decision = begin(drafter, agency)
    item = ready(decision, drafter)
    PendingReference.objects.create(item=item, text="mục 02 phần I")
    decision = submit(decision=decision, by=drafter)
    decision = pass_step(decision=decision, by=control, seen=decision.submitted_hash)
    with pytest.raises(PublishingBlockedError, match=r"mục 02 phần I.*Điều 14"):
        pass_step(decision=decision, by=head, seen=decision.submitted_hash)
    (one,) = readiness(decision)
    with pytest.raises(NotAllowedError):
        waive(decision=decision, by=drafter, rule=one.rule, subject=one.subject, reason="Chờ văn bản")
    with pytest.raises(ValidationError, match="lý do"):
        waive(decision=decision, by=control, rule=one.rule, subject=one.subject, reason=" ")
    waive(decision=decision, by=control, rule=one.rule, subject=one.subject, reason="Chờ văn bản")
    (one,) = readiness(decision)
    assert (one.stops, one.waiver.by, one.waiver.reason) == (False, control, "Chờ văn bản")
    pass_step(decision=decision, by=head, seen=decision.submitted_hash)
    assert "Chờ văn bản" in decision.acts.get(kind="WAIVED").note


def test_a_block_cannot_be_waived_and_an_import_says_what_blocks_it(agency, team):
    decision = begin(team[0], agency)
    draft_item(decision, team[0])
    one = found(decision, "required-part")[0]
    with pytest.raises(ValidationError, match="không bỏ qua được"):
        waive(decision=decision, by=team[2], rule=one.rule, subject=one.subject, reason="Thôi")
    severities = {one.rule: one.severity for one in readiness(decision, blocking={"competence"})}
    assert severities["required-part"] == Severity.WARN


def test_every_rule_stands_in_the_docs():
    text = (Path(__file__).resolve().parents[2] / "docs" / "editors.md").read_text("utf-8")
    assert [key for key in RULES if f"| `{key}` |" not in text] == []
