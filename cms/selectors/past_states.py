"""What the portal showed of a procedure before it learned better: the spans between the days on which its knowledge
changed. Whoever keeps pages of past days needs one for each span, not one for each day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from cms.calendar import local_day
from cms.models import Procedure, ValidityPeriod
from cms.selectors.keeping import kept

__all__ = ["PastState", "past_states", "past_states_of"]


class PastState(NamedTuple):
    """What was held at the end of `known` and of each day before `until`. `days`: on which a text then held began or
    ended, none where nothing was held; `spans`: (first day, end or None) of those texts."""

    known: date
    until: date
    days: tuple[date, ...]
    spans: tuple[tuple[date, date | None], ...]


def past_states(procedures: Iterable[int] | None = None) -> dict[int, list[PastState]]:
    """The past states of these procedures, or of all; those that were never known otherwise are left out. One query."""
    rows = ValidityPeriod.objects.order_by("pk")
    if procedures is not None:
        rows = rows.filter(procedure__in=list(procedures))
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ("procedure_id", "recorded_at", "withdrawn_at", "holds_from", "valid_to")
    for procedure, recorded, withdrawn, *span in rows.values_list(*columns).iterator(chunk_size=5000):
        found[procedure].append((local_day(recorded), local_day(withdrawn) if withdrawn else date.max, *span))
    states = {procedure: _states(some) for procedure, some in found.items()}
    return {procedure: some for procedure, some in states.items() if some}


@kept
def past_states_of(procedure: Procedure) -> list[PastState]:
    """The past states of one procedure, the oldest first. One query."""
    return past_states([procedure.pk]).get(procedure.pk, [])


def _states(rows: list[tuple[Any, ...]]) -> list[PastState]:
    turns = sorted({day for recorded, withdrawn, *_span in rows for day in (recorded, withdrawn)} - {date.max})
    states: list[PastState] = []
    for known, until in pairwise(turns):
        spans = tuple((first, last) for recorded, withdrawn, first, last in rows if recorded <= known < withdrawn)
        days = sorted({day for span in spans for day in span if day})
        if spans or states:
            states.append(PastState(known, until, tuple(days), spans))
    return states
