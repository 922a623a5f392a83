"""A batch that was taken back, opened for review once more with all that editors had answered, to be put right."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cms.models import DecisionItem, User
from cms.vocabulary import DecisionState
from importers.decisions.staging import standing_batch
from importers.models import BatchState, DecisionBatch, DecisionRow

KEPT = ("agency", "digest", "head", "read_head", "counts", "problems")


class StillStandsError(ValidationError):
    """Neither the batch nor the decision made of it was taken back."""


def can_open_again(batch: DecisionBatch) -> bool:
    """Whether the batch was read once and came to an end by being taken back, and no other holds its files."""
    decision = batch.decision
    gone = batch.state == BatchState.TAKEN_BACK or (decision and decision.state == DecisionState.ROLLED_BACK)
    return bool(gone and batch.rows.exists() and standing_batch(batch.digest) is None)


@transaction.atomic
def open_again(*, batch: DecisionBatch, by: User | None) -> DecisionBatch:
    """A new batch of the same files and rows, with every correction and answer (nhập lại); the one taken back stays as
    it was. Raises StillStandsError."""
    batch = DecisionBatch.objects.select_for_update(of=("self",)).select_related("decision").get(pk=batch.pk)
    if not can_open_again(batch):
        raise StillStandsError("Đợt nhập này chưa thu hồi, hoặc các tệp của nó đã được nhập lại. Hãy tải lại trang.")
    made = _procedures_made(batch)
    fresh = DecisionBatch(at=timezone.now(), by=by, state=BatchState.REVIEW, progress=100)
    for name in KEPT:
        setattr(fresh, name, getattr(batch, name))
    fresh.save()
    for related in ("files", "form_files"):
        rows = getattr(batch, related)
        rows.model.objects.bulk_create(_copies(rows.all(), fresh))
    rows = list(batch.rows.all())
    for row in rows:
        if row.parent is None and (known := made.get((row.label, row.name))):
            row.procedure_id, row.apart = known, False
    DecisionRow.objects.bulk_create(_copies(rows, fresh), batch_size=500)
    return fresh


def _procedures_made(batch: DecisionBatch) -> dict[tuple[str, str], int]:
    """The procedures that rows without one became, by printed number and name: published anew they are the same."""
    items = DecisionItem.objects.filter(decision=batch.decision, procedure__isnull=False) if batch.decision else ()
    return {(item.label, item.name): item.procedure_id for item in items if item.procedure_id}


def _copies(rows: Iterable[Any], batch: DecisionBatch) -> list[Any]:
    found = list(rows)
    for row in found:
        row.pk, row.batch = None, batch
        row._state.adding = True
    return found
