"""What an editor does with a read decision before it is applied. Every act names the version of the batch it was made
on: who acts on an older one is told, and nothing is overwritten."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cms.models import Agency, Procedure, User
from importers.decisions.head import effective_day
from importers.decisions.matching import procedures_of
from importers.decisions.plain import from_plain, to_plain
from importers.decisions.rows import DecisionHead, ItemRow, Value
from importers.models import BatchState, DecisionBatch, DecisionRow, RowState
from importers.rows import Place


class BatchChangedError(ValidationError):
    """Somebody else worked on the batch meanwhile; nothing was written."""

    def __init__(self) -> None:
        super().__init__("Có người khác vừa sửa quyết định này. Hãy tải lại trang, xem điều họ sửa, rồi làm tiếp.")


class NotInReviewError(ValidationError):
    """The batch is no longer, or not yet, open to review."""

    def __init__(self, batch: DecisionBatch) -> None:
        super().__init__(f"Quyết định này đang ở bước “{batch.get_state_display()}” nên không sửa từng mục được nữa.")


def _step(batch: DecisionBatch, version: int) -> None:
    """Take the batch on from the version the editor saw. The caller holds the transaction."""
    taken = DecisionBatch.objects.filter(pk=batch.pk, version=version, state=BatchState.REVIEW)
    if not taken.update(version=F("version") + 1):
        batch.refresh_from_db()
        if batch.state != BatchState.REVIEW:
            raise NotInReviewError(batch)
        raise BatchChangedError
    batch.version = version + 1


@transaction.atomic
def correct_head(
    *, batch: DecisionBatch, version: int, values: Mapping[str, Any], by: User | None, agency: Agency | None = None
) -> None:
    """Set what a draft left blank or was misread: number, days, issuer, signer, title, rests_on; `agency`: whose
    decision it is. Raises TypeError for another name, BatchChangedError, NotInReviewError."""
    _step(batch, version)
    head = replace(from_plain(DecisionHead, batch.head), **values)
    # "Kể từ ngày ký" can be told only once the day of signing is known.
    head.effective_from = head.effective_from or effective_day(head)
    batch.head, batch.agency = to_plain(head), agency or batch.agency
    batch.save(update_fields=["head", "agency"])


@transaction.atomic
def correct_row(
    *,
    row: DecisionRow,
    version: int,
    by: User | None,
    fields: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
) -> DecisionRow:
    """Put a row right as the paper has it: `fields` of ItemRow (code, name, action, levels, sector, effective_from …)
    and `values` of its columns by their names. What was read stays beside it; the row counts as looked at."""
    _step(row.batch, version)
    item = replace(from_plain(ItemRow, row.row), **dict(fields or {}))
    _must_be_answered(row, item.code)
    for column, text in (values or {}).items():
        before = item.values.get(column)
        if before is None or before.text != text or before.doubt:
            place = before.place if before else Place(item.place.file, cell=column)
            item.values[column] = Value(text, place, raw=(before.raw or before.text) if before else "")
    row.row = to_plain(item)
    if item.code != row.code:
        row.procedure_id, row.apart = procedures_of([item.code]).get(item.code), False
    row.action, row.code, row.name = item.action, item.code, item.name
    _accept(row, by)
    row.save()
    return row


@transaction.atomic
def choose_procedure(*, row: DecisionRow, version: int, procedure: Procedure | None, by: User | None) -> DecisionRow:
    """Say which procedure of the portal a row means; None: it is one of its own."""
    _step(row.batch, version)
    row.procedure, row.apart = procedure, procedure is None
    _accept(row, by)
    row.save()
    return row


@transaction.atomic
def accept(*, row: DecisionRow, version: int, by: User | None) -> DecisionRow:
    """Take a row over as it stands: a person has looked at it. A refused row can't be; it is corrected first."""
    _must_be_answered(row, row.code)
    if row.state == RowState.REFUSED:
        raise ValidationError(f"Mục {row.label or row.ordinal} không nhận được: {_reasons(row)} Hãy sửa hoặc bỏ ra.")
    _step(row.batch, version)
    _accept(row, by)
    row.save()
    return row


@transaction.atomic
def accept_clean(*, batch: DecisionBatch, version: int, by: User | None) -> int:
    """Take over every row that was read without a doubt; return how many. Doubtful ones are never taken in bulk."""
    _step(batch, version)
    return batch.rows.filter(state=RowState.CLEAN).update(
        state=RowState.ACCEPTED, checked_by=by, checked_at=timezone.now()
    )


@transaction.atomic
def leave_out(*, row: DecisionRow, version: int, by: User | None, reason: str = "") -> DecisionRow:
    """Leave a row, and the sub-cases under it, out of the decision by the editor's word; the batch lists it."""
    _step(row.batch, version)
    family = row.batch.rows.filter(parent=row.ordinal) | row.batch.rows.filter(pk=row.pk)
    family.update(state=RowState.LEFT_OUT, checked_by=by, checked_at=timezone.now(), reason=reason)
    row.refresh_from_db()
    return row


@transaction.atomic
def take_in_again(*, row: DecisionRow, version: int, by: User | None) -> DecisionRow:
    """Undo leaving out, or accepting: the row waits for a look again."""
    _step(row.batch, version)
    item = from_plain(ItemRow, row.row)
    row.state = RowState.REFUSED if item.is_refused() else RowState.DOUBTFUL
    row.checked_by, row.checked_at, row.reason = None, None, ""
    row.save()
    return row


def _must_be_answered(row: DecisionRow, code: str) -> None:
    """A row without a code that may be a procedure of the portal is never quietly made a new one."""
    if row.proposals and not (code or row.procedure_id or row.apart):
        raise ValidationError(
            f"Mục {row.label or row.ordinal} không có mã và cổng có thủ tục tên giống. Hãy chọn thủ tục đó, "
            "hoặc bấm “Là thủ tục riêng”."
        )


def _accept(row: DecisionRow, by: User | None) -> None:
    row.state, row.checked_by, row.checked_at = RowState.ACCEPTED, by, timezone.now()


def _reasons(row: DecisionRow) -> str:
    return " ".join(problem["message"] for problem in row.row["problems"] if problem["severity"] == "refused")


@transaction.atomic
def settle(*, batch: DecisionBatch, version: int, place: int, answer: str, by: User | None) -> None:
    """Answer a question on the decision as a whole, the `place`-th of its problems, in the editor's words: they stay on
    the batch beside the question. Raises ValidationError without words, BatchChangedError, NotInReviewError."""
    if not answer.strip():
        raise ValidationError("Hãy ghi đã xem thế nào: theo bản nào, vì sao.")
    _step(batch, version)
    batch.refresh_from_db(fields=["problems"])
    problem = batch.problems[place]
    problem |= {"answer": answer.strip(), "by": str(by or ""), "at": timezone.now().isoformat()}
    batch.save(update_fields=["problems"])


def day_or_none(text: str) -> date | None:
    """A day of the head as JSON has it."""
    return date.fromisoformat(text) if text else None
