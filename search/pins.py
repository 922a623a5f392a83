"""Results that editors put first for some queries. Kept apart from ranking: a pin is a decision by somebody, with a
reason and an end, and the page says that it is one."""

from datetime import date

from django.db.models import QuerySet

from search.models import PinnedResult
from search.words import folded_text

__all__ = ["pinned_for", "standing_on"]


def standing_on(on: date) -> QuerySet[PinnedResult]:
    """The pins that hold on a day; first and last day count."""
    return PinnedResult.objects.filter(valid_from__lte=on, valid_until__gte=on)


def pinned_for(query_text: str, on: date) -> list[int]:
    """The procedures pinned for a query on a day, oldest pin first. The whole query is compared, marks and capitals
    do not count."""
    folded = folded_text(query_text)
    if not folded:
        return []
    found = standing_on(on).filter(folded__contains=f"\n{folded}\n").order_by("pk")
    return list(dict.fromkeys(found.values_list("procedure_id", flat=True)))
