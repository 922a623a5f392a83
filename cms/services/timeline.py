"""One geometry: replay the standing effects, compare with the standing periods, withdraw and insert the difference.

Publishing, correcting, rolling back and a decision that arrives late all end here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from cms.models import Effect, Listing, Period, ValidityPeriod
from cms.services.changelog import Moment
from cms.vocabulary import Act

CHUNK = 500
OPENING = (Act.OPEN, Act.LIST)


class Span(NamedTuple):
    """A period as the effects want it."""

    holds_from: date
    valid_from: date | None
    valid_to: date | None
    content_id: int | None
    opened_by_id: int
    closed_by_id: int | None


class Rebuilt(NamedTuple):
    """How many rows a rebuild withdrew and inserted."""

    withdrawn: int
    inserted: int


def replay(effects: Iterable[Effect]) -> list[Span]:
    """The periods that these effects of one (procedure, scope, part) make, from first to last.

    Order: effective day, signed day, publishing sequence; within one publication closing comes first, so that a
    decision that closes and opens on one day replaces, whichever item is printed first. The last act of a day decides
    that day, so that no period has zero length; an act that closes what is not open does nothing.
    """
    ordered = sorted(
        effects, key=lambda e: (e.holds_from, e.signed_on or e.holds_from, e.sequence, e.act in OPENING, e.pk)
    )
    deciding = {effect.holds_from: effect for effect in ordered}
    spans: list[Span] = []
    opened: Effect | None = None
    for effect in deciding.values():
        if opened:
            spans.append(_span(opened, effect))
        opened = effect if effect.act in OPENING else None
    if opened:
        spans.append(_span(opened, None))
    return spans


def _span(opened: Effect, closed: Effect | None) -> Span:
    assert opened.holds_from is not None
    return Span(
        opened.holds_from,
        opened.effective_from,
        closed.holds_from if closed else None,
        opened.content_id,
        opened.pk,
        closed.pk if closed else None,
    )


def rebuild_timeline(procedure_id: int, scope_id: int, part: str, moment: Moment) -> Rebuilt:
    """Bring the validity periods of one (procedure, scope, part) in line with its standing effects."""
    return rebuild_periods([(procedure_id, scope_id, part)], moment)


def rebuild_periods(keys: Iterable[tuple[int, int, str]], moment: Moment) -> Rebuilt:
    """Bring the validity periods of many (procedure, scope, part) in line with their standing effects."""
    return _rebuild(ValidityPeriod, ("procedure_id", "scope_id", "part"), (Act.OPEN, Act.CLOSE), set(keys), moment)


def rebuild_listings(keys: Iterable[tuple[int, int]], moment: Moment) -> Rebuilt:
    """Bring the listings of many (procedure, scope) in line with their standing effects."""
    return _rebuild(Listing, ("procedure_id", "scope_id"), (Act.LIST, Act.DELIST), set(keys), moment)


def rebuild_for(effects: Iterable[Effect], moment: Moment) -> Rebuilt:
    """Rebuild every timeline that these effects touch."""
    rows = list(effects)
    periods = rebuild_periods(
        ((e.procedure_id, e.scope_id, e.part) for e in rows if e.act in (Act.OPEN, Act.CLOSE)), moment
    )
    listings = rebuild_listings(((e.procedure_id, e.scope_id) for e in rows if e.act in (Act.LIST, Act.DELIST)), moment)
    return Rebuilt(periods.withdrawn + listings.withdrawn, periods.inserted + listings.inserted)


def _rebuild(
    model: type[Period], fields: Sequence[str], acts: Sequence[str], keys: set[tuple[Any, ...]], moment: Moment
) -> Rebuilt:
    withdrawn: list[int] = []
    inserted: list[Period] = []
    for chunk in _chunks(sorted({key[0] for key in keys})):
        effects = Effect.objects.filter(
            procedure__in=chunk, act__in=acts, recorded_at__isnull=False, withdrawn_at__isnull=True
        )
        wanted = _grouped(effects, fields, keys)
        periods: QuerySet[Any] = model._default_manager.all()
        standing = _grouped(periods.filter(procedure__in=chunk, withdrawn_at__isnull=True), fields, keys)
        for key in wanted.keys() | standing.keys():
            spans = replay(wanted.get(key, ()))
            kept = {_as_span(period): period for period in standing.get(key, ())}
            withdrawn += [period.pk for span, period in kept.items() if span not in spans]
            inserted += [
                _as_row(model, dict(zip(fields, key, strict=True)), span, moment) for span in spans if span not in kept
            ]
    # Withdraw before inserting: the database checks overlaps row by row.
    for ids in _chunks(withdrawn):
        model._default_manager.filter(pk__in=ids).update(withdrawn_at=moment.at, withdrawn_by=moment.by)
    model._default_manager.bulk_create(inserted, batch_size=CHUNK)
    return Rebuilt(len(withdrawn), len(inserted))


def _grouped(
    rows: Iterable[Any], fields: Sequence[str], keys: set[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[Any]]:
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        key = tuple(getattr(row, field) for field in fields)
        if key in keys:
            groups[key].append(row)
    return groups


def _as_span(period: Any) -> Span:
    return Span(
        period.holds_from,
        period.valid_from,
        period.valid_to,
        getattr(period, "content_id", None),
        period.opened_by_id,
        period.closed_by_id,
    )


def _as_row(model: type[Period], key: dict[str, Any], span: Span, moment: Moment) -> Period:
    values = span._asdict()
    if model is Listing:
        values.pop("content_id")
    return model(**key, **values, recorded_at=moment.at)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
