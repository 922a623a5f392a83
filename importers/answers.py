"""What editors say of catalogue rows whose name a procedure of the portal has: the same one, or another."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cms.models import Procedure, ProcedureIdentifier, User
from cms.selectors.rights import Right, places_with
from cms.services import NotAllowedError, join_identity
from importers.models import Answer, ImportRow, Outcome


class AnsweredError(ValidationError):
    """The row no longer waits: somebody else answered, or its code has come to a procedure."""


def open_questions() -> "QuerySet[ImportRow]":
    """Rows that wait for an answer, the newest run first; those whose code a procedure has by now are settled."""
    asked = ImportRow.objects.filter(outcome=Outcome.ASKED, answer="").exclude(key="")
    coded = Procedure.objects.filter(code=OuterRef("key"))
    known = ProcedureIdentifier.objects.filter(value=OuterRef("key"))
    # One row of a file read twice in other words is one question.
    again = asked.filter(key=OuterRef("key"), pk__gt=OuterRef("pk"))
    return asked.exclude(Exists(coded)).exclude(Exists(known)).exclude(Exists(again)).order_by("-batch", "pk")


def said_apart() -> set[str]:
    """Codes and identifiers that editors have said are procedures of their own; the next run takes them in."""
    return set(ImportRow.objects.filter(answer=Answer.APART).values_list("key", flat=True))


@transaction.atomic
def answer_question(*, row: ImportRow, procedure: Procedure | None, reason: str, by: User) -> ImportRow:
    """Say that a catalogue's row is this procedure (ghép mã), or with None one of its own. For those who may publish
    everywhere, as a catalogue holds everywhere. Raises NotAllowedError, AnsweredError, ValidationError,
    cms.services.IdentityTakenError."""
    if places_with(by, Right.PUBLISH) is not None:
        raise NotAllowedError("Chỉ người có quyền công khai ở mọi cơ quan mới trả lời được câu hỏi của danh mục.")
    if not reason.strip():
        raise ValidationError("Hãy ghi vì sao, một câu là đủ.")
    row = ImportRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not open_questions().filter(key=row.key).exists():
        raise AnsweredError("Câu hỏi này vừa có người trả lời. Hãy xem lại trong danh sách “Dòng cần xem”.")
    if procedure:
        join_identity(procedure=procedure, key=row.key, by=by)
    said = {"answer": Answer.JOINED if procedure else Answer.APART, "procedure": procedure, "reason": reason.strip()}
    same = ImportRow.objects.filter(outcome=Outcome.ASKED, answer="", key=row.key)
    same.update(**said, answered_by=by, answered_at=timezone.now())
    row.refresh_from_db()
    return row
