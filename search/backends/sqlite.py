"""Searching one SQLite file with FTS5: nothing to install, and fast enough for a whole country's catalogue.

Every call opens the file anew and closes it, so that a rebuilt index is seen at once and no handle keeps the old one.
"""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from search import weights
from search.backends import Filters, Found, IndexMissingError, Stored
from search.backends.sqlite_facets import count_facets, kept_under, pack, unpack_passages
from search.document import SCHEMA, Facts, State
from search.parse import Query
from search.rank import Candidate

__all__ = ["SqliteBackend"]

# The rarest words carry a query of many words when any may be missing; more only cost time.
MOST_LOOSE_WORDS = 12
# An index being written is locked for the moment of its commit.
WAIT_SECONDS = 5.0

_IDS_BY_KEY = "SELECT doc FROM key WHERE kind = ? AND value = ?"
_IDS_BY_PREFIX = "SELECT doc FROM key WHERE kind = ? AND value >= ? AND value < ?"


class SqliteBackend:
    """Reads the index file that `sqlite_index` writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one question. Opened for writing, because only a writer may clear away what a killed
        `sync_search_index` left half-done; nothing is written but temporary tables in memory."""
        try:
            connection = sqlite3.connect(f"{self.path.as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS)
        except sqlite3.OperationalError as error:
            raise IndexMissingError(str(error)) from error
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            try:
                schema = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
            except sqlite3.DatabaseError as error:
                raise IndexMissingError(str(error)) from error
            if schema is None or schema[0] != SCHEMA:
                raise IndexMissingError("schema")
            yield connection
        finally:
            connection.close()

    def find_words(self, query: Query, filters: Filters, *, every_word: bool, reranked: int) -> Found:
        """See `Backend.find_words`."""
        if not query.words:
            return Found()
        with self._reading() as connection:
            match = _all_words(query) if every_word else self._any_word(connection, query)
            ranked = ", ".join(str(weight) for weight in weights.COLUMNS.values())
            connection.execute(
                f"CREATE TEMP TABLE hit AS SELECT rowid AS doc, -bm25(fts, {ranked}) AS score "
                "FROM fts WHERE fts MATCH ?",
                [match],
            )
            return _collect(connection, filters, reranked, facets=every_word)

    def find_names(self, query: Query, filters: Filters, *, limit: int) -> list[Candidate]:
        """See `Backend.find_names`. Among many, what is near to citizens and has a short name is looked at first."""
        last = query.words[-1]
        words = [word.folded for word in query.required if word is not last]
        clauses = [*map(_quoted, dict.fromkeys(words)), f"{_quoted(last.folded)}{' *' if query.unfinished else ''}"]
        where, bound = _conditions(filters)
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT doc.id, doc.words, doc.levels FROM names JOIN doc ON doc.id = names.rowid "
                f"WHERE names MATCH ? AND {where} ORDER BY doc.far, doc.length, doc.id LIMIT ?",
                [" AND ".join(clauses), *bound, limit],
            ).fetchall()
        return [Candidate(doc, words, tuple(levels.split())) for doc, words, levels in rows]

    def _any_word(self, connection: sqlite3.Connection, query: Query) -> str:
        words = list(dict.fromkeys(word.folded for word in query.required))
        rarity = _rarity(connection, words)
        rarest = sorted(words, key=lambda word: -rarity[word])[:MOST_LOOSE_WORDS]
        pairs = [_quoted(pair) for pair in _pairs(query)][:MOST_LOOSE_WORDS]
        # Words only in the names and papers: in the long text any word of a question stands somewhere.
        loose = f"{{name papers sector}} : ({' OR '.join(map(_quoted, rarest))})"
        return f"{loose} OR pairs : ({' OR '.join(pairs)})" if pairs else loose

    def find_keys(self, kind: str, values: Sequence[str], filters: Filters, *, prefix: bool = False) -> Found:
        """See `Backend.find_keys`."""
        with self._reading() as connection:
            connection.execute("CREATE TEMP TABLE hit (doc INTEGER PRIMARY KEY, score REAL)")
            for place, value in enumerate(values):
                sql, bound = (
                    (_IDS_BY_PREFIX, [kind, value, value + "\U0010ffff"]) if prefix else (_IDS_BY_KEY, [kind, value])
                )
                connection.execute(f"INSERT OR IGNORE INTO hit SELECT DISTINCT doc, {-place} FROM ({sql})", bound)
            return _collect(connection, filters, reranked=0, facets=True)

    def find_all(self, filters: Filters) -> Found:
        """See `Backend.find_all`."""
        with self._reading() as connection:
            ids = [pk for (pk,) in connection.execute("SELECT id FROM doc ORDER BY sort, id")]
            return _narrowed(connection, ids, filters, facets=True)

    def rarity(self, words: Iterable[str]) -> Mapping[str, float]:
        """See `Backend.rarity`."""
        with self._reading() as connection:
            return _rarity(connection, list(words))

    def stored(self, ids: Sequence[int]) -> list[Stored]:
        """See `Backend.stored`."""
        with self._reading() as connection:
            marks = ", ".join("?" * len(ids))
            rows = connection.execute(f"SELECT id, state, facts, passages FROM doc WHERE id IN ({marks})", list(ids))
            found = {
                pk: Stored(pk, state, Facts.from_json(facts), unpack_passages(passages))
                for pk, state, facts, passages in rows
            }
        return [found[pk] for pk in ids if pk in found]

    def label(self, kind: str, value: str) -> str:
        """The name behind a facet's value; the value itself when it has none."""
        with self._reading() as connection:
            row = connection.execute("SELECT label FROM label WHERE kind = ? AND value = ?", [kind, value]).fetchone()
        return row[0] if row else value

    def meta(self) -> dict[str, str]:
        """What the index says of itself: schema, sequence, day, count."""
        with self._reading() as connection:
            return dict(connection.execute("SELECT name, value FROM meta"))


def _quoted(word: str) -> str:
    """A word as an FTS5 string: nothing in it can be syntax."""
    return '"' + word.replace('"', '""') + '"'


def _pairs(query: Query) -> list[str]:
    words = [word.folded for word in query.required]
    return list(dict.fromkeys(first + second for first, second in pairwise(words)))


def _all_words(query: Query) -> str:
    """All required words in name, sector, agencies or papers, or close together in the long text, where any few common
    syllables stand somewhere ("sổ", "đỏ"). Optional clauses hang on a word that is there anyway: they find nothing new,
    but marks that agree and neighbours add to the score, so that they survive the cut before the second step."""
    required = [_quoted(word) for word in dict.fromkeys(word.folded for word in query.required)]
    match = " AND ".join(required)
    if len(required) > 1:
        close = f"NEAR({' '.join(required)}, {len(required) + weights.CLOSE})"
        match = f"({{name sector agency papers}} : ({match})) OR ({{papers text}} : {close})"
    extra = [f"marked : {_quoted(word.typed)}" for word in query.words if word.has_marks]
    extra += [f"pairs : {_quoted(pair)}" for pair in _pairs(query)]
    return f"({match}) AND ({required[0]} OR {' OR '.join(extra)})" if extra else match


def _rarity(connection: sqlite3.Connection, words: list[str]) -> dict[str, float]:
    (total,) = connection.execute("SELECT count(*) FROM doc").fetchone()
    found = {}
    for word in words:
        row = connection.execute("SELECT doc FROM vocabulary WHERE term = ? AND col = 'name'", [word]).fetchone()
        found[word] = math.log(1 + (total + 1) / ((row[0] if row else 0) + 0.5))
    return found


def _conditions(filters: Filters) -> tuple[str, list[Any]]:
    """The WHERE clause of the filters over `doc`."""
    clauses, bound = ["1"], []
    for kind, value in filters.chosen.items():
        if kind == "state":
            clauses.append("doc.state = ?")
            bound.append(value)
        else:
            clauses.append("EXISTS (SELECT 1 FROM facet f WHERE f.doc = doc.id AND f.kind = ? AND f.value = ?)")
            bound += [kind, value]
    if filters.scopes:
        marks = ", ".join("?" * len(filters.scopes))
        clauses.append(
            f"EXISTS (SELECT 1 FROM facet f WHERE f.doc = doc.id AND f.kind = 'scope' AND f.value IN ({marks}))"
        )
        bound += filters.scopes
    return " AND ".join(clauses), bound


def _collect(connection: sqlite3.Connection, filters: Filters, reranked: int, facets: bool) -> Found:
    hits = connection.execute(
        "SELECT hit.doc, hit.score FROM hit JOIN doc ON doc.id = hit.doc ORDER BY hit.score DESC, doc.length, hit.doc"
    ).fetchall()
    found = _narrowed(connection, [doc for doc, _ in hits], filters, facets)
    scores = dict(hits)
    best = max((scores[doc] for doc in found.ids), default=0.0) or 1.0
    first = found.ids[:reranked]
    if first:
        marks = ", ".join("?" * len(first))
        rows = connection.execute(f"SELECT id, words, levels FROM doc WHERE id IN ({marks})", first)
        found.candidates = [
            Candidate(doc, words, tuple(levels.split()), scores[doc] / best) for doc, words, levels in rows
        ]
    return found


def _narrowed(connection: sqlite3.Connection, ids: list[int], filters: Filters, facets: bool) -> Found:
    """These documents under the filters, with the counts of what the filters hide and of what more would leave."""
    hits = pack(ids)
    kept = kept_under(connection, filters)
    left = hits
    for docs in kept.values():
        left &= docs
    if left != hits:
        mask = left.to_bytes(hits.bit_length() // 8 + 1, "little")
        ids = [doc for doc in ids if mask[doc >> 3] >> (doc & 7) & 1]
    found = Found(ids=ids)
    states = ((state, kept_under(connection, Filters(state=state))["state"]) for state in State.values)
    found.unfiltered = {state: count for state, docs in states if (count := (hits & docs).bit_count())}
    if facets:
        found.facets = count_facets(connection, hits, kept)
    return found
