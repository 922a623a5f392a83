"""Searching one SQLite file with FTS5: nothing to install, and fast enough for a whole country's catalogue.

Every question looks whether the file is still the one its thread has open, so that a rebuilt index is seen at once.
"""

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search import weights
from search.backends import Filters, Found, IndexMissingError, Stored
from search.backends.rarest import MOST_CLAUSES, rarest_terms
from search.backends.sqlite_facets import FacetTable, pack, unpack_passages
from search.backends.sqlite_postings import PostingTable, marked_term, pair_term, word_term
from search.document import SCHEMA, Facts, State
from search.lexicon import Lexicon
from search.query import Query
from search.rank import Candidate

__all__ = ["SqliteBackend"]

# An index being written is locked for the moment of its commit.
WAIT_SECONDS = 5.0
# Where an open file may not be replaced (Windows), it is closed after each question, and not mapped into memory.
MAY_STAY_OPEN = os.name != "nt"
MAPPED_BYTES = 1 << 31 if MAY_STAY_OPEN else 0

# Names and surroundings kept in a process, so that what is compared often is not read each time.
MOST_ROWS = 20_000
_IDS_BY_KEY = "SELECT doc FROM key WHERE kind = ? AND value = ?"
_IDS_BY_PREFIX = "SELECT doc FROM key WHERE kind = ? AND value >= ? AND value < ?"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What every question needs of an index, read once for each version of its file."""

    stamp: tuple[int, int, int]
    lexicon: Lexicon
    facets: FacetTable
    postings: PostingTable
    rows: dict[int, tuple[str, tuple[str, ...], str, str]]


# One for each index file. One assignment replaces it, so threads see an old one or a new one.
_kept: dict[Path, _Kept] = {}


class _Open(threading.local):
    """The connection a thread keeps from one question to the next: opening costs more than most questions. `key` says
    of which file it is, in which process; `stamp` when its schema was looked at."""

    def __init__(self) -> None:
        self.connection: sqlite3.Connection | None = None
        self.key: tuple[Path, int, int] | None = None
        self.stamp: tuple[int, int, int] | None = None

    def close(self) -> None:
        """Close it, unless it belongs to the process this one was forked from."""
        if self.connection is not None and self.key is not None and self.key[1] == os.getpid():
            self.connection.close()
        self.connection = self.key = self.stamp = None


_open = _Open()


class SqliteBackend:
    """Reads the index file that `sqlite_index` writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one question. Opened for writing, because only a writer may clear away what a killed
        `sync_search_index` left half-done; nothing is written."""
        stamp = self._stamp()
        connection = _open.connection if _open.key == (self.path, os.getpid(), stamp[2]) else None
        if connection is None or _open.stamp != stamp:
            connection = self._opened(connection, stamp)
        try:
            yield connection
        finally:
            if not MAY_STAY_OPEN:
                _open.close()

    def _stamp(self) -> tuple[int, int, int]:
        """What is another when the file has changed; the last number when it is another file."""
        try:
            about = self.path.stat()
        except OSError as error:
            raise IndexMissingError(str(error)) from error
        return about.st_mtime_ns, about.st_size, about.st_ino

    def _opened(self, connection: sqlite3.Connection | None, stamp: tuple[int, int, int]) -> sqlite3.Connection:
        """This thread's connection, opened if it is none of this file, after a look at the schema."""
        try:
            if connection is None:
                _open.close()
                connection = sqlite3.connect(
                    f"{self.path.as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS, check_same_thread=False
                )
                connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
                _open.connection, _open.key = connection, (self.path, os.getpid(), stamp[2])
            schema = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
        except sqlite3.DatabaseError as error:
            _open.close()
            raise IndexMissingError(str(error)) from error
        if schema is None or schema[0] != SCHEMA:
            _open.close()
            raise IndexMissingError("schema")
        _open.stamp = stamp
        return connection

    def lexicon(self) -> Lexicon:
        """See `Backend.lexicon`."""
        return self._keeping().lexicon

    def _keeping(self) -> _Kept:
        """What is kept of the file, read anew when it has changed."""
        stamp = self._stamp()
        held = _kept.get(self.path)
        if held is None or held.stamp != stamp:
            with self._reading() as connection:
                (documents,) = connection.execute("SELECT count(*) FROM doc").fetchone()
                lexicon = Lexicon(documents, connection.execute("SELECT term, docs FROM term"))
                held = _kept[self.path] = _Kept(stamp, lexicon, FacetTable(connection), PostingTable(connection), {})
        return held

    def find_words(self, query: Query, filters: Filters, *, reranked: int) -> Found:
        """See `Backend.find_words`."""
        if not query.ideas:
            return Found()
        kept = self._keeping()
        with self._reading() as connection:
            held, said = kept.postings.holding(connection, query.required)
            if match := _close_together(query):
                close = connection.execute("SELECT rowid FROM fts WHERE fts MATCH ?", [match]).fetchall()
                held[[doc for (doc,) in close if doc < len(held)]] = True
            docs = np.flatnonzero(held)
            scores = (said + kept.postings.scores(connection, _telling(query)))[docs]
            order = np.lexsort((docs, kept.postings.lengths[docs], -scores))
            docs, scores = docs[order], scores[order]
            found = _narrowed(kept.facets, docs.tolist(), filters)
            scored = dict(zip(docs.tolist(), scores.tolist(), strict=True))
            found.candidates = _candidates(kept, connection, [(doc, scored[doc]) for doc in found.ids[:reranked]])
            return found

    def find_some(self, query: Query, *, limit: int) -> list[Candidate]:
        """See `Backend.find_some`."""
        kept = self._keeping()
        terms = {
            (word_term if kind == "word" else pair_term)(text): 1 for kind, text in rarest_terms(query, kept.lexicon)
        }
        with self._reading() as connection:
            scores = kept.postings.scores(connection, terms)
            docs = np.flatnonzero(scores)
            docs = docs[np.argsort(-scores[docs], kind="stable")[:limit]]
            return _candidates(kept, connection, list(zip(docs.tolist(), scores[docs].tolist(), strict=True)))

    def narrowed(self, ids: Sequence[int], filters: Filters) -> Found:
        """See `Backend.narrowed`."""
        return _narrowed(self._keeping().facets, list(ids), filters)

    def find_names(self, query: Query, filters: Filters, *, limit: int) -> list[Candidate]:
        """See `Backend.find_names`. Among many, what is near to citizens and has a short name is looked at first."""
        last = query.words[-1]
        words = dict.fromkeys(word.folded for idea in query.required for word in idea.typed if word is not last)
        clauses = [*map(_quoted, words), f"{_quoted(last.folded)}{' *' if query.unfinished else ''}"]
        where, bound = _conditions(filters)
        kept = self._keeping()
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT doc.id FROM names JOIN doc ON doc.id = names.rowid "
                f"WHERE names MATCH ? AND {where} ORDER BY doc.far, doc.length, doc.id LIMIT ?",
                [" AND ".join(clauses), *bound, limit],
            ).fetchall()
            return _candidates(kept, connection, [(doc, 0.0) for (doc,) in rows])

    def find_keys(self, kind: str, values: Sequence[str], filters: Filters, *, prefix: bool = False) -> Found:
        """See `Backend.find_keys`."""
        kept = self._keeping()
        ids: dict[int, None] = {}
        with self._reading() as connection:
            for value in values:
                sql, bound = (
                    (_IDS_BY_PREFIX, [kind, value, value + "\U0010ffff"]) if prefix else (_IDS_BY_KEY, [kind, value])
                )
                here = {doc for (doc,) in connection.execute(sql, bound)}
                ids |= dict.fromkeys(sorted(here - ids.keys(), key=lambda doc: (kept.postings.lengths[doc], doc)))
        return _narrowed(kept.facets, list(ids), filters)

    def find_all(self, filters: Filters) -> Found:
        """See `Backend.find_all`."""
        with self._reading() as connection:
            ids = [pk for (pk,) in connection.execute("SELECT id FROM doc ORDER BY sort, id")]
        return _narrowed(self._keeping().facets, ids, filters)

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


def _close_together(query: Query) -> str:
    """All required words close together in papers or the long text, as FTS5 syntax: any few common syllables stand
    there somewhere ("sổ", "đỏ"). Empty when there are too few words or too many."""
    words = dict.fromkeys(_quoted(word.folded) for idea in query.required for word in idea.typed)
    if not 1 < len(words) <= weights.CLOSEST:
        return ""
    return f"NEAR({' '.join(words)}, {len(words) + weights.CLOSE})"


def _telling(query: Query) -> Counter[str]:
    """What adds to the score of hits before the second step: marks that agree and neighbours, so that those survive
    the cut."""
    extra = [marked_term(word.typed) for idea in query.ideas for word in idea.typed if word.has_marks]
    extra += map(pair_term, query.pairs[:MOST_CLAUSES])
    return Counter(extra[: 2 * MOST_CLAUSES])


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


def _candidates(kept: _Kept, connection: sqlite3.Connection, scored: Sequence[tuple[int, float]]) -> list[Candidate]:
    """The candidates of (document, score) rows, in their order, the best score made 1."""
    best = max((score for _, score in scored), default=0.0)
    best = max(best, weights.LEAST_SCORE)
    unknown = [doc for doc, _ in scored if doc not in kept.rows]
    marks = ", ".join("?" * len(unknown))
    read = {
        doc: (words, tuple(levels.split()), around, sector)
        for doc, words, levels, around, sector in connection.execute(
            f"SELECT id, words, levels, around, sector FROM doc WHERE id IN ({marks})", unknown
        )
    }
    if len(kept.rows) < MOST_ROWS:
        kept.rows.update(read)
    found = []
    for doc, score in scored:
        if row := kept.rows.get(doc) or read.get(doc):
            words, levels, around, sector = row
            found.append(Candidate(doc, words, levels, score / best, around, sector))
    return found


def _narrowed(facets: FacetTable, ids: list[int], filters: Filters) -> Found:
    """These documents under the filters, with the counts of what the filters hide and of what more would leave."""
    hits = pack(ids)
    kept = facets.kept_under(filters)
    left = hits
    for docs in kept.values():
        left &= docs
    if left != hits:
        mask = left.to_bytes(hits.bit_length() // 8 + 1, "little")
        ids = [doc for doc in ids if mask[doc >> 3] >> (doc & 7) & 1]
    found = Found(ids=ids)
    states = ((state, facets.docs("state", state)) for state in State.values)
    found.unfiltered = {state: count for state, docs in states if (count := (hits & docs).bit_count())}
    found.facets = facets.count(hits, kept)
    return found
