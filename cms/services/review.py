"""A decision's way to the public: submitted, checked step by step, approved, published now or at a moment, taken back.

Only the decision has a state; its items and texts follow it. Every act asks for the right and leaves a line in the log.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.models import Decision, DecisionAct, User
from cms.selectors.review import authors_of, rule_for
from cms.selectors.rights import Right
from cms.services.acts import log_act, require
from cms.services.bundle import bundle_hash
from cms.services.corrections import roll_back
from cms.services.publishing import PublishingBlockedError, gate, publish_decision
from cms.vocabulary import DecisionActKind, DecisionRoute, DecisionState

S = DecisionState


class WrongStateError(ValidationError):
    """The decision is not where this act is possible; the message says where it is and what to do."""


class EditedSinceError(ValidationError):
    """The bundle is no longer what the person has read: approval would hold for words nobody saw."""


class SelfApprovalError(ValidationError):
    """The same person prepared or already passed the decision, and the agency does not allow that."""


def locked(decision: Decision) -> Decision:
    """The decision as stored now, held until the transaction ends. Must run inside one."""
    return Decision.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=decision.pk)


def _must_be(decision: Decision, *states: str) -> None:
    if decision.state not in states:
        raise WrongStateError(
            f"Quyết định {decision.number} đang ở tình trạng “{decision.get_state_display()}”, không làm được việc này."
            " Hãy tải lại trang để xem tình trạng mới."
        )


@transaction.atomic
def submit(*, decision: Decision, by: User, note: str = "") -> Decision:
    """Hand the whole bundle in for approval (trình duyệt); the agency's rule says in how many steps.

    Raises NotAllowedError, WrongStateError.
    """
    decision = locked(decision)
    require(by, Right.DRAFT, decision.issuer)
    _must_be(decision, S.DRAFT, S.RETURNED)
    decision.route, decision.state = DecisionRoute.REVIEWED, S.IN_REVIEW
    decision.step, decision.steps = 1, rule_for(decision.issuer).steps
    decision.submitted_hash, decision.approved_hash = bundle_hash(decision), ""
    decision.save()
    log_act(decision, DecisionActKind.SUBMITTED, by, note=note)
    return decision


@transaction.atomic
def comment(*, decision: Decision, by: User, note: str) -> DecisionAct:
    """Say something about the decision to those who work on it (góp ý). Raises NotAllowedError, ValidationError."""
    require(by, Right.COMMENT, decision.issuer)
    return log_act(decision, DecisionActKind.COMMENTED, by, note=_said(note, "Hãy viết góp ý."))


@transaction.atomic
def send_back(*, decision: Decision, by: User, note: str) -> Decision:
    """Return the decision to its drafter with the reason (trả lại). Also what was approved but is not public yet.

    Raises NotAllowedError, WrongStateError, ValidationError without a reason.
    """
    decision = locked(decision)
    require(by, Right.CHECK, decision.issuer)
    _must_be(decision, S.IN_REVIEW, S.APPROVED)
    note = _said(note, "Hãy ghi lý do trả lại để người soạn biết phải sửa gì.")
    step = decision.step
    decision.state = S.RETURNED
    _off_the_way(decision)
    log_act(decision, DecisionActKind.RETURNED, by, note=note, step=step or None)
    return decision


@transaction.atomic
def pass_step(*, decision: Decision, by: User, seen: str, note: str = "") -> Decision:
    """Pass the current step; the last one approves the bundle (duyệt). `seen` is the hash of what the person has read.

    Raises NotAllowedError, WrongStateError, EditedSinceError, SelfApprovalError, PublishingBlockedError.
    """
    decision = locked(decision)
    last = decision.step == decision.steps
    require(by, Right.APPROVE if last else Right.CHECK, decision.issuer)
    _must_be(decision, S.IN_REVIEW)
    standing = bundle_hash(decision)
    if standing != seen or standing != decision.submitted_hash:
        raise EditedSinceError(
            f"Quyết định {decision.number} đã bị sửa sau khi trình. Chưa có gì được duyệt: hãy đọc lại, "
            "hoặc trả lại để người soạn trình bản mới."
        )
    alone = by.pk in authors_of(decision)
    if alone and not rule_for(decision.issuer).self_approval:
        raise SelfApprovalError(
            f"{by} đã soạn hoặc đã duyệt một bước của quyết định này; {decision.issuer.name} không cho tự duyệt. "
            "Hãy để người khác duyệt, hoặc đổi cách duyệt của cơ quan."
        )
    if last and (reasons := gate(decision)):
        raise PublishingBlockedError(reasons)
    step = decision.step
    if last:
        decision.state, decision.approved_hash = S.APPROVED, standing
    else:
        decision.step += 1
    decision.save()
    kind = DecisionActKind.APPROVED if last else DecisionActKind.PASSED
    log_act(decision, kind, by, note=note, step=step, self_approved=alone)
    return decision


@transaction.atomic
def publish_now(*, decision: Decision, by: User) -> Decision:
    """Make the approved decision public at once. Raises NotAllowedError, PublishingBlockedError."""
    require(by, Right.PUBLISH, decision.issuer)
    return publish_decision(decision=decision, by=by)


@transaction.atomic
def schedule(*, decision: Decision, by: User, at: datetime | None) -> Decision:
    """Set the moment at which `run_due` makes the approved decision public; None takes it back (hẹn giờ).

    Raises NotAllowedError, WrongStateError.
    """
    decision = locked(decision)
    require(by, Right.PUBLISH, decision.issuer)
    _must_be(decision, S.APPROVED)
    decision.publish_at = at
    decision.save(update_fields=["publish_at"])
    kind = DecisionActKind.SCHEDULED if at else DecisionActKind.UNSCHEDULED
    changed = [["Hẹn công khai lúc", "", at.isoformat(timespec="minutes")]] if at else []
    log_act(decision, kind, by, changed=changed)
    return decision


def publish_due(*, now: datetime) -> int:
    """Make public every approved decision whose moment has come; return how many. Each in a transaction of its own.

    One that may not be published loses its moment, keeps the reason in its log and is shown to its editors; then
    PublishingBlockedError names them all.
    """
    failed: list[str] = []
    done = 0
    for decision in Decision.objects.filter(state=S.APPROVED, publish_at__lte=now).order_by("publish_at", "pk"):
        chosen = decision.acts.filter(kind=DecisionActKind.SCHEDULED).order_by("-pk").select_related("by").first()
        try:
            publish_decision(decision=decision, by=chosen.by if chosen else None)
            done += 1
        except PublishingBlockedError as blocked:
            Decision.objects.filter(pk=decision.pk).update(publish_at=None)
            log_act(decision, DecisionActKind.FAILED, None, note="\n".join(blocked.messages))
            failed.append(f"{decision.number}: {blocked.messages[0]}")
    if failed:
        raise PublishingBlockedError(failed)
    return done


@transaction.atomic
def take_back(*, decision: Decision, by: User, note: str) -> int:
    """Take back all that the published decision still holds up (thu hồi), with the reason.

    Raises NotAllowedError, NothingStandsError, ValidationError without a reason.
    """
    require(by, Right.PUBLISH, decision.issuer)
    return roll_back(what=decision, by=by, note=_said(note, "Hãy ghi lý do thu hồi."))


def void_approval(decision: Decision, by: User) -> None:
    """An edit brings a decision under review or approved back to its drafter, and says so in its log."""
    if decision.state in (S.IN_REVIEW, S.APPROVED):
        decision.state = S.DRAFT
        _off_the_way(decision)
        log_act(decision, DecisionActKind.VOIDED, by, note="Nội dung bị sửa sau khi trình; phải trình duyệt lại.")


def _off_the_way(decision: Decision) -> None:
    decision.step = decision.steps = 0
    decision.submitted_hash = decision.approved_hash = ""
    decision.publish_at = None
    decision.save()


def _said(note: str, otherwise: str) -> str:
    if not note.strip():
        raise ValidationError(otherwise)
    return note.strip()
