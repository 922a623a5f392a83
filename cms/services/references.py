"""What "mục 02 phần I Quyết định 1265" means: an editor names the procedure, or says that the portal holds none.

Before publication that is an edit like any other. Afterwards the decision stands still: what it ended all along, and
the portal did not know, is a correction on the second clock, made by whoever may publish, with the reason.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.calendar import local_day
from cms.models import Change, Decision, Effect, PendingReference, Procedure, Replacement, User
from cms.selectors.rights import Right
from cms.services.acts import log_act, require
from cms.services.changelog import Moment, take_moment, write_changes
from cms.services.drafting import count_edit, editable
from cms.services.endings import end_resolved, endings
from cms.services.review import WrongStateError, locked
from cms.services.timeline import rebuild_for
from cms.vocabulary import Act, ChangeKind, DecisionAction, DecisionActKind, DecisionState

NO_REASON = "Hãy chọn thủ tục được dẫn, hoặc ghi vì sao dẫn chiếu này không liên quan đến thủ tục nào trên cổng."


@transaction.atomic
def resolve_reference(
    *, reference: PendingReference, by: User, procedure: Procedure | None = None, reason: str = ""
) -> PendingReference:
    """Say what a reference of a draft decision means: `procedure` is ended by its item, or `reason` why there is none.

    Said again it takes the place of what was said before. Raises NotAllowedError, WrongStateError, ValidationError.
    """
    decision = editable(reference.item.decision, by)
    row = _row(reference, procedure, reason)
    _undo(row)
    _end(row, decision, procedure)
    row.resolved_to, row.reason = procedure, "" if procedure else reason.strip()
    row.save()
    end_resolved(row.item)
    count_edit(decision, by, [_line(row)], own=False)
    return row


@transaction.atomic
def reopen_reference(*, reference: PendingReference, by: User) -> PendingReference:
    """Take back what was said about a reference of a draft decision. Raises NotAllowedError, WrongStateError."""
    decision = editable(reference.item.decision, by)
    row = PendingReference.objects.select_related("item").get(pk=reference.pk)
    _undo(row)
    row.resolved_to, row.reason = None, ""
    row.save()
    count_edit(decision, by, [_line(row)], own=False)
    return row


@transaction.atomic
def correct_reference(
    *, reference: PendingReference, by: User, procedure: Procedure | None = None, note: str = ""
) -> PendingReference:
    """Say what a reference of a published decision means (đính chính), once, with the reason in `note`.

    The procedure ends from the day the decision said; what was shown until now stays as known then.
    Raises NotAllowedError, WrongStateError, ValidationError.
    """
    decision = locked(reference.item.decision)
    require(by, Right.PUBLISH, decision.issuer)
    if decision.state != DecisionState.PUBLISHED:
        raise WrongStateError(f"Quyết định {decision.number} không đang công khai nên không đính chính được.")
    if not note.strip():
        raise ValidationError("Hãy ghi lý do: việc xác định dẫn chiếu sau khi công khai là một đính chính.")
    row = _row(reference, procedure, note)
    if not row.is_open:
        raise WrongStateError("Dẫn chiếu này đã được xác định. Hãy tải lại trang.")
    moment = take_moment(by)
    if procedure:
        _record(decision, row, procedure, moment)
    row.resolved_to, row.reason = procedure, "" if procedure else note.strip()
    row.save()
    log_act(decision, DecisionActKind.RESOLVED, by, note=note.strip(), changed=[_line(row)])
    change = Change(kind=ChangeKind.CORRECTED, decision=decision, procedure=procedure, note=note.strip())
    write_changes(moment, [change])
    return row


def _row(reference: PendingReference, procedure: Procedure | None, reason: str) -> PendingReference:
    """The reference as stored, when what is said about it makes sense. Raises ValidationError."""
    row = PendingReference.objects.select_for_update(of=("self",)).select_related("item__decision__issuer")
    found = row.get(pk=reference.pk)
    if procedure is None and not reason.strip():
        raise ValidationError(NO_REASON)
    decision = found.item.decision
    if procedure and not endings(decision.issuer, procedure, found.item.effective_from or decision.effective_from):
        raise ValidationError(
            f"Thủ tục {procedure} không có gì đang có hiệu lực thuộc thẩm quyền của {decision.issuer.name}, nên quyết "
            "định này không bãi bỏ được. Hãy chọn thủ tục khác, hoặc ghi lý do dẫn chiếu không liên quan."
        )
    return found


def _end(row: PendingReference, decision: Decision, procedure: Procedure | None) -> None:
    """The item repeals the procedure itself when it names none; else its own takes the other's place."""
    item = row.item
    if procedure is None:
        return
    if item.procedure_id is None and item.action == DecisionAction.REPEAL:
        item.procedure = procedure
        item.save(update_fields=["procedure"])
    elif item.procedure_id and item.procedure_id != procedure.pk:
        Replacement.objects.get_or_create(item=item, old=procedure, new=item.procedure)


def _undo(row: PendingReference) -> None:
    """Take back what an earlier answer made the item do, unless another reference means the same procedure."""
    item, before = row.item, row.resolved_to
    if before is None or item.pending_references.filter(resolved_to=before).exclude(pk=row.pk).exists():
        return
    item.effects.filter(procedure=before, act__in=(Act.CLOSE, Act.DELIST)).delete()
    item.replacements.filter(old=before).delete()
    if item.procedure_id == before.pk and item.action == DecisionAction.REPEAL:
        item.procedure = None
        item.save(update_fields=["procedure"])


def _record(decision: Decision, row: PendingReference, procedure: Procedure, moment: Moment) -> None:
    """The endings, in the place among the published that the decision itself has."""
    day = row.item.effective_from or decision.effective_from
    known = Effect.objects.filter(item__decision=decision, sequence__isnull=False).values_list("sequence", flat=True)
    effects = endings(decision.issuer, procedure, day)
    for effect in effects:
        effect.item, effect.effective_from, effect.signed_on = row.item, day, decision.signed_on
        effect.holds_from = day or local_day(moment.at)
        effect.sequence, effect.recorded_at = known.first() or moment.sequence, moment.at
    Effect.objects.bulk_create(effects)
    rebuild_for(effects, moment)


def _line(row: PendingReference) -> list[str]:
    said = f"là thủ tục {row.resolved_to}" if row.resolved_to else row.reason and f"không liên quan: {row.reason}"
    return [f"Mục {row.item.label or row.item.ordinal}, dẫn chiếu “{row.text}”", "", said or "chờ xác định"]
