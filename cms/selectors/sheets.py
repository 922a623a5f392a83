"""What the sheets of an agency say on any day, told apart by a key instead of by their text: two queries for a whole
list, whatever its length, and every further day for nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from cms.models import Listing, ValidityPeriod
from cms.vocabulary import ScopePart

__all__ = ["AHEAD", "Sheets", "Version"]

AHEAD = timedelta(days=30)  # how early a change that is published already is told


class Version(NamedTuple):
    """What one sheet says. `key`: base text and local parts, each with the effect that opened it and its day, so that
    equal keys are equal sheets; `since`: the day in its printed address (`Shown.stands_since`)."""

    key: str
    since: date
    content: int
    slug: str
    code: str
    name: str
    sort_key: str


class _Period(NamedTuple):
    procedure: int
    part: str
    rank: int
    holds_from: date
    valid_to: date | None
    content: int
    effect: int
    slug: str
    code: str | None
    name: str
    sort_key: str

    def holds(self, on: date) -> bool:
        return self.holds_from <= on and (self.valid_to is None or on < self.valid_to)


class Sheets:
    """The sheets of all agencies for which just these scopes hold."""

    def __init__(self, scopes: Collection[int]) -> None:
        listings = Listing.objects.standing().filter(scope__in=scopes)
        self._listed: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        for procedure, first, last in listings.values_list("procedure", "holds_from", "valid_to"):
            self._listed[procedure].append((first, last))
        periods = ValidityPeriod.objects.standing().filter(scope__in=scopes, procedure__in=listings.values("procedure"))
        # The order in which `show` prefers one of several of one rank.
        rows = periods.order_by("holds_from", "scope__rank", "scope_id", "part").values_list(
            "procedure", "part", "scope__rank", "holds_from", "valid_to", "content", "opened_by",
            "procedure__slug", "procedure__code", "content__name", "content__sort_key",
        )  # fmt: skip
        self._periods: dict[int, list[_Period]] = defaultdict(list)
        for row in rows.iterator(chunk_size=5000):
            self._periods[row[0]].append(_Period(*row))
        self.on_day = cache(self._on_day)
        self.next_of = cache(self._next_of)

    def of(self, procedure: int, on: date) -> Version | None:
        """What the procedure's sheet says on the day; None when it need not hang: not listed, or nothing in force."""
        if not any(first <= on and (last is None or on < last) for first, last in self._listed.get(procedure, ())):
            return None
        periods, best = self._periods.get(procedure, []), dict[str, _Period]()
        for period in periods:
            if period.holds(on) and (period.part not in best or best[period.part].rank < period.rank):
                best[period.part] = period
        if (base := best.get(ScopePart.BASE)) is None:
            return None
        said = (f"{one.part}:{one.content}:{one.effect}:{one.holds_from}" for _part, one in sorted(best.items()))
        ended = (one.valid_to for one in periods if one.valid_to and one.valid_to <= on)
        since = max(*(one.holds_from for one in best.values()), *ended, date.min)
        return Version(" ".join(said), since, base.content, base.slug, base.code or "", base.name, base.sort_key)

    def _on_day(self, on: date) -> dict[int, Version]:
        """Every sheet that has to hang on the day, by procedure, in the order of their names."""
        found = [(procedure, version) for procedure in self._listed if (version := self.of(procedure, on))]
        return dict(sorted(found, key=lambda one: (one[1].sort_key, one[0])))

    def _next_of(self, procedure: int, on: date) -> tuple[date, Version | None] | None:
        """The first day within `AHEAD` on which the sheet says something else, or no longer has to hang."""
        now = self.of(procedure, on)
        for day in sorted({day for day in self._days(procedure) if on < day <= on + AHEAD}):
            if (then := self.of(procedure, day)) != now:
                return day, then
        return None

    def _days(self, procedure: int) -> Iterator[date]:
        for period in self._periods.get(procedure, ()):
            yield from filter(None, (period.holds_from, period.valid_to))
        for first, last in self._listed.get(procedure, ()):
            yield from filter(None, (first, last))

    def coming(self, on: date) -> Iterator[int]:
        """Procedures without a sheet today that may get one within `AHEAD`."""
        for procedure, spans in self._listed.items():
            if procedure not in self.on_day(on) and any(last is None or last > on for _first, last in spans):
                yield procedure
