"""What rests on legal documents: the register with its counts, and which documents no longer hold on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from cms.models import LegalChange, LegalDocument
from cms.values import format_date
from cms.vocabulary import LegalChangeKind

ENDING = (LegalChangeKind.REPLACED, LegalChangeKind.REPEALED)


def documents_with_counts(on: date) -> "QuerySet[LegalDocument]":
    """The register with how many procedures' texts rest on each document on the day or later (`resting`)."""
    periods = "citations__basis__content__periods__"
    ends = Q(**{f"{periods}valid_to": None}) | Q(**{f"{periods}valid_to__gt": on})
    resting = Count(f"{periods}procedure", filter=ends & Q(**{f"{periods}withdrawn_at": None}), distinct=True)
    rows: QuerySet[LegalDocument] = LegalDocument.objects.annotate(resting=resting)
    return rows.prefetch_related("changes__by").order_by("number")


def dated_changes() -> Any:
    """All changes with the day each takes hold (`on_day`), None where that is unknown."""
    rows = LegalChange.objects.annotate(on_day=Coalesce("day", "by__effective_from"))
    return rows.select_related("document", "by")


def not_holding(keys: Iterable[str], on: date) -> dict[str, str]:
    """Those of these documents (by key) that are known not to hold on the day, each with why. Two queries.

    A document that is not in the register, or whose days are unknown, is not among them: unknown is not ended.
    """
    wanted = [key for key in keys if key]
    found: dict[str, str] = {}
    documents: Any = LegalDocument.objects.filter(key__in=wanted)
    for one in documents.filter(Q(effective_to__lte=on) | Q(effective_from__gt=on)):
        if one.effective_to and one.effective_to <= on:
            found[one.key] = f"{one.number} hết hiệu lực từ {format_date(one.effective_to)}"
        else:
            found[one.key] = f"{one.number} đến {format_date(one.effective_from)} mới có hiệu lực"
    for change in dated_changes().filter(document__key__in=wanted, kind__in=ENDING, on_day__lte=on):
        kind = change.get_kind_display().lower()
        said = f"{change.document.number} {kind} bởi {change.by.number} từ {format_date(change.starts or on)}"
        found.setdefault(change.document.key, said)
    return found
