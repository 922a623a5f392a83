"""A decision's way through its agency: steps, returns, approval of exactly what was read, publication at its moment."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms.models import ApprovalRule, Decision, DecisionAct, Step, ValidityPeriod
from cms.selectors import show
from cms.services import (
    EditedMeanwhileError,
    EditedSinceError,
    NotAllowedError,
    PublishingBlockedError,
    SelfApprovalError,
    WrongStateError,
    approve_decision,
    bundle_hash,
    comment,
    pass_step,
    publish_decision,
    publish_due,
    publish_now,
    remove_item,
    save_decision,
    schedule,
    send_back,
    submit,
    take_back,
)
from cms.vocabulary import DecisionAction, DecisionState, EditorRole
from tests import factories as make
from tests.cms.editors import begin, draft_item, make_editor, make_team, write_text

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 1)
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def agency():
    return make.make_agency()


@pytest.fixture
def team(agency):
    return make_team(agency)


@pytest.fixture
def drafted(agency, team):
    decision = begin(team[0], agency, signed_on=date(2025, 6, 20), effective_from=JULY)
    write_text(draft_item(decision, team[0], code="1.001193"), team[0], "Nộp hồ sơ")
    decision.refresh_from_db()
    return decision


def approved(decision, team):
    drafter, control, head = team
    decision = submit(decision=decision, by=drafter)
    decision = pass_step(decision=decision, by=control, seen=decision.submitted_hash)
    return pass_step(decision=decision, by=head, seen=decision.submitted_hash)


def kinds(decision):
    return list(decision.acts.values_list("kind", flat=True))


def test_two_steps_then_public_and_every_act_has_its_line(drafted, team):
    drafter, control, head = team
    decision = submit(decision=drafted, by=drafter, note="Mời xem")
    assert (decision.step, decision.steps, decision.state) == (1, 2, DecisionState.IN_REVIEW)
    comment(decision=decision, by=control, note="Thiếu dấu phẩy")
    with pytest.raises(ValidationError, match="lý do"):
        send_back(decision=decision, by=control, note=" ")
    decision = send_back(decision=decision, by=control, note="Ghi rõ nơi nộp")
    assert decision.state == DecisionState.RETURNED
    write_text(decision.items.get(), drafter, "Nộp hồ sơ tại Một cửa")
    decision = approved(Decision.objects.get(pk=decision.pk), team)
    assert decision.state == DecisionState.APPROVED
    publish_now(decision=decision, by=head)
    procedure = decision.items.get().procedure
    assert [row.text for row in show(procedure, None, JULY).text.of("Step")] == ["Nộp hồ sơ tại Một cửa"]
    expected = "CREATED EDITED EDITED SUBMITTED COMMENTED RETURNED EDITED SUBMITTED PASSED APPROVED PUBLISHED"
    assert kinds(decision) == expected.split()
    edit = decision.acts.filter(kind="EDITED").last()
    assert (edit.by, edit.changed) == (
        drafter,
        [["Mục 1, Bước 1", "Bước 1; Nộp hồ sơ", "Bước 1; Nộp hồ sơ tại Một cửa"]],
    )
    take_back(decision=decision, by=head, note="Nhầm tên")
    assert show(procedure, None, JULY).base is None


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_agency_above_lays_down_how_many_steps(steps, agency):
    ApprovalRule.objects.create(agency=agency, steps=steps)
    below = make.make_agency("Cục Hành chính", parent=agency)
    drafter, control, head = make_team(below)
    second = make_editor("kiem-soat-hai", EditorRole.CONTROL, agency)
    decision = begin(drafter, below)
    write_text(draft_item(decision, drafter), drafter)
    decision = submit(decision=decision, by=drafter)
    for by in [control, second][: steps - 1]:
        with pytest.raises(NotAllowedError):
            pass_step(decision=decision, by=drafter, seen=decision.submitted_hash)
        decision = pass_step(decision=decision, by=by, seen=decision.submitted_hash)
        assert decision.state == DecisionState.IN_REVIEW
    with pytest.raises(NotAllowedError):
        pass_step(decision=decision, by=control, seen=decision.submitted_hash)
    decision = pass_step(decision=decision, by=head, seen=decision.submitted_hash)
    assert decision.state == DecisionState.APPROVED


def test_nobody_approves_what_they_wrote_unless_the_agency_lets_one_person_do_both(agency):
    alone = make_editor("mot-nguoi", EditorRole.HEAD, agency)
    rule = ApprovalRule.objects.create(agency=agency, steps=1)
    decision = begin(alone, agency)
    write_text(draft_item(decision, alone), alone)
    decision = submit(decision=decision, by=alone)
    with pytest.raises(SelfApprovalError, match="không cho tự duyệt"):
        pass_step(decision=decision, by=alone, seen=decision.submitted_hash)
    rule.self_approval = True
    rule.save()
    pass_step(decision=decision, by=alone, seen=decision.submitted_hash)
    assert decision.acts.get(kind="APPROVED").self_approved


def edit_head(decision, by):
    save_decision(decision=decision, by=by, version=decision.version, values={"title": "Khác"})


def edit_text(decision, by):
    write_text(decision.items.get(), by, "Nộp thêm 500.000 đồng")


def edit_item(decision, by):
    draft_item(decision, by, item=decision.items.get(), name="Tên khác")


def add_item(decision, by):
    draft_item(decision, by, name="Thủ tục lén")


def drop_item(decision, by):
    remove_item(item=decision.items.get(), by=by)


@pytest.mark.parametrize("edit", [edit_head, edit_text, edit_item, add_item, drop_item])
def test_an_edit_after_approval_voids_it(edit, drafted, team):
    decision = approved(drafted, team)
    edit(decision, team[2])
    decision.refresh_from_db()
    assert (decision.state, decision.approved_hash) == (DecisionState.DRAFT, "")
    assert "VOIDED" in kinds(decision)
    with pytest.raises(PublishingBlockedError, match="chưa được duyệt"):
        publish_now(decision=decision, by=team[2])
    assert not ValidityPeriod.objects.exists()


@pytest.mark.parametrize(
    "slip_in",
    [
        lambda decision: Step.objects.update(text="Nộp thêm 500.000 đồng"),
        lambda decision: decision.items.update(name="Tên khác"),
        lambda decision: decision.items.get().effects.get(content__isnull=False).delete(),
        lambda decision: Decision.objects.filter(pk=decision.pk).update(signer="Người khác"),
        lambda decision: Step.objects.create(content=Step.objects.get().content, ordinal=2, text="Thêm bước"),
    ],
)
def test_an_edit_slipped_in_behind_the_services_is_not_published(slip_in, drafted, team):
    decision = approved(drafted, team)
    slip_in(decision)
    with pytest.raises(PublishingBlockedError, match="bị sửa sau khi duyệt"):
        publish_now(decision=decision, by=team[2])
    assert not ValidityPeriod.objects.exists()


def test_who_approves_approves_only_what_they_have_read(drafted, team):
    decision = submit(decision=drafted, by=team[0])
    seen = bundle_hash(decision)
    Step.objects.update(text="Sửa lén")
    with pytest.raises(EditedSinceError, match="bị sửa sau khi trình"):
        pass_step(decision=decision, by=team[1], seen=seen)
    with pytest.raises(EditedSinceError):
        pass_step(decision=decision, by=team[1], seen=bundle_hash(decision))
    assert Decision.objects.get(pk=decision.pk).step == 1


def test_what_editors_prepared_cannot_be_approved_past_the_steps(drafted):
    with pytest.raises(PublishingBlockedError, match="trình duyệt theo các bước"):
        approve_decision(decision=drafted, by=None)


def test_a_command_s_direct_approval_stands_in_the_log():
    decision = make.enact(make.make_procedure())
    assert kinds(decision) == ["DIRECT", "PUBLISHED"]


def test_a_set_moment_publishes_once_it_has_come(drafted, team):
    decision = approved(drafted, team)
    schedule(decision=decision, by=team[2], at=NOON)
    assert publish_due(now=NOON - timedelta(seconds=1)) == 0
    assert publish_due(now=NOON) == 1
    decision.refresh_from_db()
    assert decision.state == DecisionState.PUBLISHED
    assert decision.acts.last().by == team[2]
    assert publish_due(now=NOON) == 0


def test_what_may_not_be_published_at_its_moment_says_why_and_lets_the_others_through(drafted, team, agency):
    decision = approved(drafted, team)
    schedule(decision=decision, by=team[2], at=NOON)
    other = begin(team[0], agency)
    write_text(draft_item(other, team[0], name="Việc khác"), team[0])
    other = approved(Decision.objects.get(pk=other.pk), team)
    schedule(decision=other, by=team[2], at=NOON + timedelta(minutes=1))
    Step.objects.filter(content__effects__item__decision=decision).update(text="Sửa lén")
    with pytest.raises(PublishingBlockedError, match=decision.number):
        publish_due(now=NOON + timedelta(minutes=1))
    decision.refresh_from_db()
    other.refresh_from_db()
    assert (decision.state, decision.publish_at, kinds(decision)[-1]) == (DecisionState.APPROVED, None, "FAILED")
    assert other.state == DecisionState.PUBLISHED


def test_the_second_of_two_editors_is_told(drafted, team):
    item = drafted.items.get()
    version = item.effects.get(content__isnull=False).content.version
    write_text(item, team[0], "Bản của người thứ nhất", version=version)
    with pytest.raises(EditedMeanwhileError, match="người khác sửa"):
        write_text(item, team[1], "Bản của người thứ hai", version=version)
    assert Step.objects.get().text == "Bản của người thứ nhất"
    draft_item(drafted, team[0], item=item, name="Một")
    with pytest.raises(EditedMeanwhileError):
        draft_item(drafted, team[1], item=item, name="Hai")
    drafted.refresh_from_db()
    save_decision(decision=drafted, by=team[0], version=drafted.version, values={"title": "Một"})
    with pytest.raises(EditedMeanwhileError):
        save_decision(decision=drafted, by=team[1], version=drafted.version, values={"title": "Hai"})


def test_a_published_decision_takes_no_edit(drafted, team):
    decision = publish_decision(decision=approved(drafted, team), by=team[2])
    with pytest.raises(WrongStateError, match="đã công khai"):
        edit_head(decision, team[0])
    with pytest.raises(WrongStateError):
        submit(decision=decision, by=team[0])


def test_an_amendment_starts_from_the_text_in_force(agency, team):
    procedure = make.make_procedure()
    make.enact(procedure, "Đăng ký khai sinh", issuer=agency)
    decision = begin(team[0], agency, effective_from=date(2026, 1, 1))
    item = draft_item(decision, team[0], DecisionAction.AMEND, procedure=procedure)
    text = item.effects.get().content
    assert [row.text for row in Step.objects.filter(content=text)] == ["Nộp hồ sơ (Đăng ký khai sinh)"]


def test_the_log_can_only_grow(drafted):
    for attempt in (lambda: DecisionAct.objects.update(note="khác"), lambda: DecisionAct.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
