"""Why a batch under review can't become a decision yet, in words for the editor."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from cms.identifiers import read_decision_number
from cms.models import Agency, Decision
from cms.vocabulary import DecisionAction, DecisionState
from importers.decisions.plain import from_plain
from importers.decisions.rows import DecisionHead
from importers.models import BatchState, DecisionBatch, DecisionRow, RowState

ANSWERED_BY_HEAD = ("NO_NUMBER", "NO_DATE")
ENDING = (DecisionAction.REPEAL,)


def is_open_question(problem: dict[str, Any]) -> bool:
    """Whether a problem of the whole decision waits for an editor's words. A blank number or day is answered by filling
    it in."""
    asked = problem["severity"] == "asked" and problem["code"] not in ANSWERED_BY_HEAD
    return asked and not problem.get("answer")


def obstacles(batch: DecisionBatch, *, issuer: Agency | None) -> list[str]:
    """Why the batch can't become a decision yet, in words for the editor; empty when it can."""
    head = from_plain(DecisionHead, batch.head)
    found = []
    if batch.state != BatchState.REVIEW:
        found.append(f"Quyết định này đang ở bước “{batch.get_state_display()}”.")
    if not head.number:
        found.append("Chưa có số quyết định. Hãy ghi theo bản đã ký.")
    if head.signed_on is None:
        found.append("Chưa có ngày ký. Hãy ghi theo bản đã ký.")
    if issuer is None:
        named = head.issuer or head.deciding_office or "để trống"
        found.append(
            f"Cổng không có cơ quan ban hành này ({named}). Hãy chọn cơ quan, hoặc nạp danh sách đơn vị trước."
        )
    elif namesakes(issuer, head).exclude(items=None, published_at=None).exists():
        found.append(
            f"Cổng đã có quyết định {head.number} của {issuer.name} ký cùng ngày. Hãy xem quyết định đó trước."
        )
    found += [one["message"] for one in batch.problems if is_open_question(one)]
    rows = list(batch.rows.defer("read").select_related("procedure"))
    if not any(row.state != RowState.LEFT_OUT and row.parent is None for row in rows):
        found.append("Không còn mục nào để đưa vào quyết định.")
    for row in rows:
        found += _obstacles_of(row)
    return found + _one_for_two(rows)


def _one_for_two(rows: Iterable[DecisionRow]) -> list[str]:
    """Rows that would give one procedure two texts: nobody could say which of them holds."""
    meant: dict[int | str, DecisionRow] = {}
    found = []
    for row in rows:
        speaks = row.parent is None and row.state != RowState.LEFT_OUT and row.action not in ENDING
        if speaks and (key := row.procedure_id or row.code):
            other = meant.setdefault(key, row)
            if other is not row:
                places = [f"Mục {one.label or one.ordinal} ({one.place})" for one in (other, row)]
                found.append(
                    f"{' và '.join(places)}: cùng một thủ tục {row.procedure or row.code}. Hãy chọn thủ tục khác cho "
                    "một mục, nói mục ấy là thủ tục riêng, hoặc bỏ một mục ra."
                )
    return found


def namesakes(issuer: Agency, head: DecisionHead) -> "QuerySet[Decision]":
    """The same decision, as a draft or public; one that was taken back may be published anew."""
    number = read_decision_number(head.number).text
    same = Decision.objects.filter(issuer=issuer, number=number, signed_on=head.signed_on)
    return same.exclude(state=DecisionState.ROLLED_BACK)


def _obstacles_of(row: DecisionRow) -> list[str]:
    where = f"Mục {row.label or row.ordinal} ({row.place})"
    if row.state == RowState.REFUSED:
        reasons = [one["message"] for one in row.row["problems"] if one["severity"] == "refused"]
        return [f"{where}: {' '.join(reasons)} Hãy sửa, hoặc bỏ mục này ra."]
    if row.state == RowState.DOUBTFUL:
        return [f"{where}: {one['message']}" for one in row.row["problems"] if one["severity"] == "asked"]
    if row.state == RowState.ACCEPTED and not row.action and row.parent is None:
        return [f"{where}: chưa chọn mục này mới, sửa đổi, thay thế hay bãi bỏ."]
    return []
