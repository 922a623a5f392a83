"""Undoing a batch: a draft goes with all that was made for it, and what a published one said falls."""

from django.db import transaction

from cms.models import Decision, Effect, Procedure, ProcedureContent, User
from cms.selectors.rights import Right
from cms.services import drop_unnamed_forms, require, roll_back
from cms.services import take_back as retract
from cms.services.acts import log_act
from cms.vocabulary import DecisionActKind, DecisionState
from importers.models import BatchState, DecisionBatch, DecisionRow


@transaction.atomic
def take_back(*, batch: DecisionBatch, by: User | None, note: str = "") -> None:
    """Undo a batch (thu hồi): a draft decision goes with the texts and procedures made for it; a published one is
    rolled back, and what stood before stands again. Raises cms.services.NothingStandsError when nothing stands,
    NotAllowedError."""
    batch = DecisionBatch.objects.select_for_update().get(pk=batch.pk)
    decision = batch.decision
    if decision and decision.state == DecisionState.PUBLISHED:
        if by:
            retract(decision=decision, by=by, note=note)
        else:
            roll_back(what=decision, by=by, note=note)
    elif decision and decision.published_at is None:
        if by:
            require(by, Right.DRAFT, decision.issuer)
        _undo_draft(decision, by, note)
        drop_unnamed_forms(hashes=[name.partition(".")[0] for name in batch.form_files.values_list("name", flat=True)])
        batch.decision = None
    batch.state = BatchState.TAKEN_BACK
    batch.version += 1
    batch.save(update_fields=["decision", "state", "version"])


def _undo_draft(decision: Decision, by: User | None, note: str) -> None:
    """Take all that was made for a draft away again. Its row goes too, unless it has a log: that is never lost, so an
    empty draft stays, and the next import of the same decision fills it again."""
    effects = Effect.objects.filter(item__decision=decision)
    contents = set(effects.exclude(content=None).values_list("content", flat=True))
    procedures = set(effects.values_list("procedure", flat=True))
    effects.delete()
    decision.items.all().delete()
    ProcedureContent.objects.filter(pk__in=contents, effects=None).delete()
    # Only what nothing else speaks of: a procedure that another decision names stays.
    unused = Procedure.objects.filter(pk__in=procedures, effects=None, contents=None, items=None)
    unused.exclude(pk__in=DecisionRow.objects.exclude(procedure=None).values("procedure")).delete()
    if by is None and not decision.acts.exists():
        decision.delete()
        return
    decision.state, decision.step, decision.steps, decision.publish_at = DecisionState.DRAFT, 0, 0, None
    decision.submitted_hash = decision.approved_hash = ""
    decision.save()
    log_act(decision, DecisionActKind.EDITED, by, note=f"Thu hồi đợt nhập từ tệp. {note}".strip())
