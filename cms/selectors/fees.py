"""What procedures cost, to be browsed: each announced row once, those in doubt kept apart from those that are free."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, prefetch_related_objects

from cms.models import Agency, Case, Channel, Cost, PartState, ValidityPeriod
from cms.selectors.showing import scopes_for
from cms.vocabulary import ChannelKind, CostReading, Part, Presence, Reading, ScopePart

FREE, SUM, DOUBT, UNSTATED = "free", "sum", "doubt", "unstated"
CHUNK = 300


@dataclass(frozen=True)
class Fee:
    """The fee of one procedure, case and set of channels. `sort`: one of FREE, SUM, DOUBT, UNSTATED. `period` is where
    it stands: the base text, or the local decision that sets the fee."""

    sort: str
    listed: ValidityPeriod
    period: ValidityPeriod
    case: str
    channels: tuple[str, ...]
    cost: Cost | None
    words: str = ""


def sort_of(cost: Cost) -> str:
    """Whether a row is free, a sum, in doubt or not stated. Only what was read with certainty is free or a sum."""
    if cost.doubts or cost.reading == Reading.UNVERIFIED:
        return DOUBT
    if cost.reading_kind == CostReading.NOT_PUBLISHED:
        return UNSTATED
    if cost.reading_kind == CostReading.FREE:
        return FREE
    return SUM if cost.amount is not None else DOUBT


def fees_of(rows: Sequence[ValidityPeriod], on: date, agency: Agency | None = None) -> Iterator[Fee]:
    """The fees of these base texts in their order; at an agency a local decision's fee stands in place of the text's.

    Reads in chunks: a fixed number of queries for every 300 procedures, acts included.
    """
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        local = _local(chunk, on, agency) if agency else {}
        holders = [(row, local.get(row.procedure_id, row)) for row in chunk]
        prefetch_related_objects([holder for _row, holder in holders], "opened_by__item__decision")
        yield from _read(holders)


def with_fee_of_their_own(periods: Iterable[int], on: date, agency: Agency) -> frozenset[int]:
    """Those of these base texts beside which a local fee holds at the agency. One query."""
    local = _local_fees(on, agency).values("procedure")
    there = ValidityPeriod.objects.filter(procedure__in=local).values_list("pk", flat=True)
    return frozenset(there).intersection(periods)


def _local_fees(on: date, agency: Agency) -> QuerySet[ValidityPeriod]:
    periods = ValidityPeriod.objects.standing().in_force_on(on).filter(scopes_for(agency, on, None))
    return periods.filter(part=ScopePart.COST)


def _local(rows: Iterable[ValidityPeriod], on: date, agency: Agency) -> dict[int, ValidityPeriod]:
    """The local fee that holds at the agency, by procedure: the highest rank wins, as in `show`."""
    periods = _local_fees(on, agency).filter(procedure__in=[row.procedure_id for row in rows])
    related = ("procedure", "content", "opened_by__item__decision")
    ordered = periods.select_related(*related).order_by("scope__rank", "-holds_from")
    return {period.procedure_id: period for period in ordered}


def _read(holders: Sequence[tuple[ValidityPeriod, ValidityPeriod]]) -> Iterator[Fee]:
    contents = [holder.content_id for _row, holder in holders]
    costs: dict[int, list[Cost]] = defaultdict(list)
    for cost in Cost.objects.filter(content__in=contents).order_by("content", "ordinal"):
        costs[cost.content_id].append(cost)
    kinds = {(one.content_id, one.ordinal): one.kind for one in Channel.objects.filter(content__in=contents)}
    cases = {(one.content_id, one.case): one.title for one in Case.objects.filter(content__in=contents)}
    states = PartState.objects.filter(content__in=contents, part=Part.COSTS, presence=Presence.STATED)
    words = dict(states.values_list("content", "raw_text"))
    for row, holder in holders:
        found = costs[holder.content_id]
        # Three channels with the same fee are one line, with the three named.
        same: dict[tuple[object, ...], list[Cost]] = defaultdict(list)
        heads = {
            (cost.row, cost.amount) for cost in found if cost.reading_kind == CostReading.AMOUNT and not cost.doubts
        }
        for cost in found:
            # A sum in the bracket that only repeats its channel's head is not said twice, as on the procedure's page.
            if cost.reading_kind != CostReading.BRACKETED or (cost.row, cost.amount) not in heads:
                same[_said(cost)].append(cost)
        for some in same.values():
            cost = some[0]
            named = {kinds.get((holder.content_id, one.row or 0), "") for one in some}
            channels = tuple(kind for kind in ChannelKind.values if kind in named)
            case = cases.get((holder.content_id, cost.case), "")
            yield Fee(sort_of(cost), row, holder, case, channels, cost)
        if not found:
            said = words.get(holder.content_id, "")
            yield Fee(DOUBT if said else UNSTATED, row, holder, "", (), None, said)


def _said(cost: Cost) -> tuple[object, ...]:
    return (cost.case, cost.kind, cost.reading_kind, cost.amount, cost.currency, cost.clause, cost.text, cost.doubts)
