"""The one door to search: pages, suggestions and open data all ask here, so that one question has one answer. It reads
the query, asks an engine for candidates, and orders them; engines know nothing of ranking."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from search import weights
from search.backends import Backend, Filters, Found, IndexMissingError
from search.backends.sqlite import SqliteBackend
from search.document import State
from search.hits import Hit
from search.parse import Query, parse
from search.rank import Candidate, scorer

__all__ = ["PER_PAGE", "Facet", "Results", "backend", "search", "suggest"]

PER_PAGE = 20
# A number of so few digits is a word of a text or a decision's number; a code has seven.
FEWEST_CODE_DIGITS = 4
# Names looked at for suggestions; they are ordered by their nearness first, so more would not change the first eight.
SUGGESTED_FROM = 100
WHOLE_NUMBER = re.compile(r"\d+(?: \d{4})? qd(?: [a-z0-9]+){1,4}")


@dataclass(frozen=True, slots=True)
class Facet:
    """One value hits can be narrowed to, and how many that would leave."""

    value: str
    label: str
    count: int


@dataclass(slots=True)
class Results:
    """The answer. `how`: "code", "decision", "words", or "some words" when nothing held all of them (say so to the
    reader), or "all" when nothing was typed; `elsewhere`: hits the filters hide, counted by state; `available`: False
    when there is no index."""

    query: Query
    filters: Filters
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    page: int = 1
    per_page: int = PER_PAGE
    how: str = "words"
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    elsewhere: dict[str, int] = field(default_factory=dict)
    available: bool = True

    @property
    def pages(self) -> int:
        """How many pages the hits fill."""
        return max(1, -(-self.total // self.per_page))

    @property
    def is_loose(self) -> bool:
        """Whether hits hold only some of the words."""
        return self.how == "some words"

    @property
    def hidden_in_force(self) -> int:
        """Hits in force that sector, level or agency hide."""
        return self.elsewhere.get(State.IN_FORCE, 0) - (self.total if self.filters.state == State.IN_FORCE else 0)

    @property
    def not_in_force(self) -> int:
        """Hits that are coming or ended."""
        return self.elsewhere.get(State.COMING, 0) + self.elsewhere.get(State.ENDED, 0)


def backend() -> Backend:
    """The engine in use: the index file of this portal."""
    return SqliteBackend(Path(settings.PORTAL_SEARCH_INDEX))


def search(
    query: str | Query,
    filters: Filters | None = None,
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
    engine: Backend | None = None,
) -> Results:
    """Find procedures by code, decision number or words. Never fails for what was typed; without an index the results
    say that search is not available. Pages beyond the last are empty."""
    asked = parse(query) if isinstance(query, str) else query
    results = Results(asked, filters or Filters(), page=max(1, page), per_page=per_page)
    engine = engine or backend()
    try:
        _answer(results, engine)
    except IndexMissingError:
        results.available = False
    return results


def _answer(results: Results, engine: Backend) -> None:
    if not results.query.words:
        if not results.query.text:
            _list(results, engine)
        return
    results.how, found = _found(results.query, results.filters, engine)
    ordered = _ordered(results.query, found, engine)
    if results.is_loose:
        ordered = ordered[: weights.LOOSE]
    first = (results.page - 1) * results.per_page
    stored = engine.stored(ordered[first : first + results.per_page])
    results.total, results.elsewhere = len(ordered), {} if results.is_loose else found.unfiltered
    results.hits = [Hit.of(one, results.query) for one in stored]
    results.facets = {kind: [Facet(*row) for row in rows] for kind, rows in found.facets.items()}


def _list(results: Results, engine: Backend) -> None:
    """Nothing typed: all under the filters chosen, by name; with none chosen only what there is to choose."""
    found = engine.find_all(results.filters)
    results.how = "all"
    results.facets = {kind: [Facet(*row) for row in rows] for kind, rows in found.facets.items()}
    if results.filters == Filters():
        return
    first = (results.page - 1) * results.per_page
    results.total = len(found.ids)
    results.hits = [Hit.of(one, results.query) for one in engine.stored(found.ids[first : first + results.per_page])]


def _found(query: Query, filters: Filters, engine: Backend) -> tuple[str, Found]:
    """The first way that finds anything, even if only outside the filters: code, decision number, all words, some."""
    for kind, values, prefix in _key_lookups(query):
        found = engine.find_keys(kind, values, filters, prefix=prefix)
        if found.unfiltered:
            return ("decision" if kind == "decision" else "code"), found
    if WHOLE_NUMBER.fullmatch(query.decision):
        # The number of a decision that stands behind nothing here; its letters would find only chance likenesses.
        return "decision", Found()
    found = engine.find_words(query, filters, every_word=True, reranked=weights.RERANKED)
    if found.unfiltered or len(query.words) < 2:
        return "words", found
    return "some words", engine.find_words(query, filters, every_word=False, reranked=weights.RERANKED)


def _key_lookups(query: Query) -> list[tuple[str, tuple[str, ...], bool]]:
    """(kind, values, whether the value may go on), the surest first."""
    lookups: list[tuple[str, tuple[str, ...], bool]] = []
    if query.codes:
        lookups.append(("code", query.codes, False))
    if len(query.text) <= 60 and re.search(r"\d", query.text):
        # Codes of no known family (a ministry's own, a portal's long identifier) stand in the index as they are.
        lookups.append(("code", (query.text.upper(),), False))
    if query.decision:
        lookups.append(("decision", (query.decision,), False))
        lookups.append(("decision", (query.decision + " ",), True))
    if len(query.digits) >= FEWEST_CODE_DIGITS:
        lookups.append(("digits", (query.digits,), True))
    if query.digits and len(query.digits) <= 5:
        lookups.append(("decision", (query.digits.lstrip("0"),), False))
        lookups.append(("decision", (query.digits.lstrip("0") + " ",), True))
    return lookups


def _ordered(query: Query, found: Found, engine: Backend) -> list[int]:
    """The candidates by `rank`, then the rest as the engine ordered them."""
    ranked = _ranked(query, found.candidates, engine)
    among = set(ranked)
    return ranked + [pk for pk in found.ids if pk not in among]


def _ranked(query: Query, candidates: list[Candidate], engine: Backend) -> list[int]:
    """The candidates, best first; among equals the shorter name, which is the ordinary case."""
    if not candidates:
        return []
    score = scorer(query, engine.rarity({word.folded for word in query.words}))
    return [one.id for one in sorted(candidates, key=lambda one: (-round(score(one), 6), one.length, one.id))]


def suggest(typed: str, limit: int = 8, engine: Backend | None = None) -> list[Hit]:
    """Procedures in force whose name holds what was typed so far, the last word perhaps unfinished; by code from four
    digits on. Fewer than two letters suggest nothing."""
    query = parse(typed, unfinished=not typed[-1:].isspace())
    if len(query.text) < 2 or not query.words:
        return []
    engine = engine or backend()
    try:
        ids: list[int] = []
        if len(query.digits) >= FEWEST_CODE_DIGITS:
            ids = engine.find_keys("digits", (query.digits,), Filters(), prefix=True).ids
        ids = ids or _ranked(query, engine.find_names(query, Filters(), limit=SUGGESTED_FROM), engine)
        return [Hit.of(one, query) for one in engine.stored(ids[:limit])]
    except IndexMissingError:
        return []
