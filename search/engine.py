"""The one door to search: pages, suggestions and open data all ask here, so that one question has one answer. It reads
the query, asks an engine for candidates, and orders them; engines know nothing of ranking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from search import gazetteer, weights
from search.backends import Backend, Filters, Found, IndexMissingError
from search.backends.elasticsearch import ElasticsearchBackend, connect
from search.backends.fallback import Circuit, WithFallback
from search.backends.sqlite import SqliteBackend
from search.document import State
from search.hits import Hit
from search.lexicon import Lexicon
from search.meanings import Matching
from search.parse import parse
from search.pins import pinned_for
from search.query import Query
from search.rank import Candidate, Score, Scorer

__all__ = ["PER_PAGE", "Facet", "Results", "backend", "elasticsearch", "search", "sqlite", "suggest"]

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
    when there is no index; `pinned`: the numbers of hits that editors put first; `corrected`: nothing
    held what was typed, so these are the hits of `query.corrected` (say so; else only offer it)."""

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
    pinned: tuple[int, ...] = ()
    corrected: bool = False

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
    """The engine in use: Elasticsearch where one is named, with the index file behind it; else the file alone."""
    file = sqlite()
    if not settings.PORTAL_ELASTICSEARCH_URL:
        return file
    server = elasticsearch()
    return WithFallback(server, file, _circuit(settings.PORTAL_ELASTICSEARCH_URL))


def sqlite() -> SqliteBackend:
    """The index file of this portal."""
    return SqliteBackend(Path(settings.PORTAL_SEARCH_INDEX))


def elasticsearch() -> ElasticsearchBackend:
    """The Elasticsearch server of this portal, and nothing behind it. Raises IndexMissingError when none is named."""
    if not settings.PORTAL_ELASTICSEARCH_URL:
        raise IndexMissingError("PORTAL_ELASTICSEARCH_URL")
    return _server(settings.PORTAL_ELASTICSEARCH_URL, settings.PORTAL_ELASTICSEARCH_PREFIX)


# One client and one circuit for each server a process asks: they keep connections, and what they learnt.
@cache
def _server(url: str, prefix: str) -> ElasticsearchBackend:
    return ElasticsearchBackend(connect(url), prefix)


@cache
def _circuit(url: str) -> Circuit:
    return Circuit()


def search(
    query: str | Query,
    filters: Filters | None = None,
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
    engine: Backend | None = None,
    dictionary: Matching | None = None,
    on: date | None = None,
) -> Results:
    """Find procedures by code, decision number or words. Never fails for what was typed; without an index the results
    say that search is not available. Pages beyond the last are empty. `dictionary`: the editors' by default; `on`: the
    day whose pinned results come first, none without a day."""
    engine = engine or backend()
    asked = query if isinstance(query, Query) else Query(query)
    results = Results(asked, filters or Filters(), page=max(1, page), per_page=per_page)
    try:
        # Asked for once: a server is asked each time whether it is still the same.
        lexicon = engine.lexicon()
        if isinstance(query, str):
            meanings = dictionary or gazetteer.meanings(lexicon)
            results.query = parse(query, dictionary=meanings, lexicon=lexicon)
        _answer(results, engine, lexicon, pinned_for(results.query.text, on) if on else [])
    except IndexMissingError:
        results.query = parse(query) if isinstance(query, str) else query
        results.available = False
    return results


def _answer(results: Results, engine: Backend, lexicon: Lexicon, pins: Sequence[int]) -> None:
    """Fill the results in."""
    query = results.query
    if not query.words:
        if not query.text:
            _list(results, engine)
        return
    found = _by_key(results, engine)
    if found:
        ordered = found.ids
    else:
        ordered, found = _by_words(results, engine, lexicon)
        if query.corrected:
            ordered = _as_typed_first(results, engine, ordered)
    if pins:
        results.pinned = tuple(engine.narrowed(pins, results.filters).ids)
        ordered = [*results.pinned, *(pk for pk in ordered if pk not in results.pinned)]
    first = (results.page - 1) * results.per_page
    stored = engine.stored(ordered[first : first + results.per_page])
    results.total, results.elsewhere = len(ordered), found.unfiltered
    results.hits = [Hit.of(one, query) for one in stored]
    results.facets = {kind: [Facet(*row) for row in rows] for kind, rows in found.facets.items()}


def _as_typed_first(results: Results, engine: Backend, ordered: list[int]) -> list[int]:
    """Hits that hold what was typed come before those of the correction, unless so many words were typed that some
    text holds them by chance; without any, it is said that these are the correction's."""
    as_typed = parse(results.query.text)
    found = engine.find_words(as_typed, results.filters, reranked=0)
    results.corrected = not found.unfiltered
    if len(as_typed.required) > weights.AS_TYPED:
        return ordered
    first = set(found.ids)
    return [pk for pk in ordered if pk in first] + [pk for pk in ordered if pk not in first]


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


def _by_key(results: Results, engine: Backend) -> Found | None:
    """The first code or decision number that anything has, even if only outside the filters; None when words must
    tell."""
    query = results.query
    for kind, values, prefix in _key_lookups(query):
        found = engine.find_keys(kind, values, results.filters, prefix=prefix)
        if found.unfiltered:
            results.how = "decision" if kind == "decision" else "code"
            return found
    if query.decisions and WHOLE_NUMBER.fullmatch(query.decisions[0]):
        # The number of a decision that stands behind nothing here; its letters would find only chance likenesses.
        results.how = "decision"
        return Found()
    return None


def _by_words(results: Results, engine: Backend, lexicon: Lexicon) -> tuple[list[int], Found]:
    """Hits that hold every idea; where no name among them holds nearly all, likely ones beside them, judged alike."""
    query = results.query
    found = engine.find_words(query, results.filters, reranked=weights.RERANKED)
    score = Scorer(query, lexicon)
    scored = [(score(one), one) for one in found.candidates]
    best = max((one.held for one, _ in scored), default=0.0)
    if best >= weights.ENOUGH or (len(query.required) < 2 and found.unfiltered):
        return _merged(scored, found.ids), found
    likely: list[tuple[Score, Candidate]] = []
    best = 0.0
    for one in engine.find_some(query, limit=weights.LIKELY):
        # Most hold less than half of what the best one does, and that is seen before they are compared.
        if score.at_most(one) >= best * weights.LIKENESS_OF_BEST:
            likely.append((score(one), one))
            best = max(best, likely[-1][0].held)
    least = max(weights.LIKENESS_HELD, best * weights.LIKENESS_OF_BEST)
    likely.sort(key=lambda pair: -pair[0].value)
    kept = [(one, candidate) for one, candidate in likely if one.held >= least][: weights.LOOSE]
    if not kept:
        return _merged(scored, found.ids), found
    results.how = "words" if found.unfiltered else "some words"
    among = {candidate.id: (one, candidate) for one, candidate in (*kept, *scored)}
    narrowed = engine.narrowed(_merged(list(among.values()), found.ids), results.filters)
    return narrowed.ids, narrowed


def _merged(scored: list[tuple[Score, Candidate]], ids: list[int]) -> list[int]:
    """The compared ones, best first, then the rest as the engine ordered them; among equals the shorter name, which is
    the ordinary case."""
    ordered = sorted(scored, key=lambda pair: (-round(pair[0].value, 6), pair[1].length, pair[1].id))
    ranked = [candidate.id for _, candidate in ordered]
    among = set(ranked)
    return ranked + [pk for pk in ids if pk not in among]


def _key_lookups(query: Query) -> list[tuple[str, tuple[str, ...], bool]]:
    """(kind, values, whether the value may go on), the surest first."""
    lookups: list[tuple[str, tuple[str, ...], bool]] = []
    if query.codes:
        lookups.append(("code", query.codes, False))
    if len(query.text) <= 60 and re.search(r"\d", query.text):
        # Codes of no known family (a ministry's own, a portal's long identifier) stand in the index as they are.
        lookups.append(("code", (query.text.upper(),), False))
    for number in query.decisions:
        lookups += [("decision", (number,), False), ("decision", (number + " ",), True)]
    if len(query.digits) >= FEWEST_CODE_DIGITS:
        lookups.append(("digits", (query.digits,), True))
    if query.digits and len(query.digits) <= 5:
        lookups.append(("decision", (query.digits.lstrip("0"),), False))
        lookups.append(("decision", (query.digits.lstrip("0") + " ",), True))
    return lookups


def suggest(typed: str, limit: int = 8, engine: Backend | None = None, dictionary: Matching | None = None) -> list[Hit]:
    """Procedures in force whose name holds what was typed so far, the last word perhaps unfinished; by code from four
    digits on. Fewer than two letters suggest nothing."""
    engine = engine or backend()
    try:
        lexicon = engine.lexicon()
        meanings = dictionary or gazetteer.meanings(lexicon)
        query = parse(typed, unfinished=not typed[-1:].isspace(), dictionary=meanings, lexicon=lexicon)
        if len(query.text) < 2 or not query.words:
            return []
        ids: list[int] = []
        if len(query.digits) >= FEWEST_CODE_DIGITS:
            ids = engine.find_keys("digits", (query.digits,), Filters(), prefix=True).ids
        score = Scorer(query, lexicon)
        if not ids:
            names = engine.find_names(query, Filters(), limit=SUGGESTED_FROM)
            ids = _merged([(score(one), one) for one in names], [])
        return [Hit.of(one, query) for one in engine.stored(ids[:limit])]
    except IndexMissingError:
        return []
