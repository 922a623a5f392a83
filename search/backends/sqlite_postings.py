"""Which procedures hold a word, and how much it says there, kept in the SQLite index as packed arrays. FTS5's bm25
reads every posting of every clause, long texts among them, to learn how common each is; here counts are known, and a
question costs a few sums over arrays."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search import weights
from search.query import Idea

__all__ = ["PostingTable", "PostingWriter", "marked_term", "pair_term", "terms_of", "word_term"]

Docs = NDArray[np.int32]
Amounts = NDArray[np.float32]
# Columns whose words stand for one another; marked words and pairs are apart.
SHORT: Final = ("name", "sector", "agency", "papers")
# bm25 as FTS5 reckons it: how soon more of the same word says no more, and how much a long text lowers what it says.
_SATURATION: Final = 1.2
_LENGTH: Final = 0.75
# Postings held while writing, and in a reading process: 8 bytes each.
_HELD_WRITING: Final = 4_000_000
_HELD_READING: Final = 4_000_000
# A word that one in so many documents holds is kept spread over all of them: no slower, and hardly larger.
_COMMON: Final = 4


def word_term(folded: str) -> str:
    """The key of a folded word in name, sector, agencies or papers."""
    return f"w {folded}"


def marked_term(marked: str) -> str:
    """The key of a name's word with its marks, as `marked_words` gives it."""
    return f"m {marked}"


def pair_term(glued: str) -> str:
    """The key of two neighbours of a name, glued."""
    return f"p {glued}"


def terms_of(columns: Mapping[str, str]) -> dict[str, float]:
    """Term → how much it says in a document of these columns (`Document.columns`): counts by the columns' weights."""
    found: dict[str, float] = defaultdict(float)
    for column in SHORT:
        for word, count in Counter(columns[column].split()).items():
            found[word_term(word)] += weights.COLUMNS[column] * count
    for column, key in (("marked", marked_term), ("pairs", pair_term)):
        for word, count in Counter(columns[column].split()).items():
            found[key(word)] += weights.COLUMNS[column] * count
    return found


class PostingWriter:
    """What one piece of writing changes of the postings; written at its end, or sooner when much is held."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._gone: dict[str, list[int]] = defaultdict(list)
        self._fresh: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
        self._held = 0

    def remove(self, doc: int, terms: Iterable[str]) -> None:
        """A document that held these terms goes. All that go, go before any comes."""
        for term in terms:
            self._gone[term].append(doc)

    def add(self, doc: int, terms: Mapping[str, float]) -> None:
        """A document with these terms comes."""
        for term, amount in terms.items():
            docs, amounts = self._fresh[term]
            docs.append(doc)
            amounts.append(amount)
        self._held += len(terms)
        if self._held > _HELD_WRITING:
            self.write()

    def write(self) -> None:
        """Bring the stored postings up to date."""
        for term in sorted({*self._gone, *self._fresh}):
            held = self._connection.execute("SELECT docs FROM posting WHERE term = ?", [term]).fetchone()
            docs, amounts = _unpacked(held[0] if held else b"")
            if term in self._gone:
                stays = ~np.isin(docs, self._gone[term])
                docs, amounts = docs[stays], amounts[stays]
            if term in self._fresh:
                more, said = self._fresh[term]
                docs = np.concatenate([docs, np.array(more, np.int32)])
                amounts = np.concatenate([amounts, np.array(said, np.float32)])
                order = np.argsort(docs, kind="stable")
                docs, amounts = docs[order], amounts[order]
            if len(docs):
                packed = docs.tobytes() + amounts.tobytes()
                self._connection.execute("INSERT OR REPLACE INTO posting VALUES (?, ?)", [term, packed])
            elif held:
                self._connection.execute("DELETE FROM posting WHERE term = ?", [term])
        self._gone.clear()
        self._fresh.clear()
        self._held = 0


def _unpacked(stored: bytes) -> tuple[Docs, Amounts]:
    count = len(stored) // 8
    return np.frombuffer(stored, np.int32, count), np.frombuffer(stored, np.float32, count, 4 * count)


class PostingTable:
    """The reading side, for one version of an index file. Sets of documents are arrays of truth by document number."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = np.array(connection.execute("SELECT id, size, length FROM doc").fetchall() or [(0, 0, 0)], np.int32)
        self.width = int(rows[:, 0].max()) + 1
        self.documents = len(rows)
        self.lengths = np.zeros(self.width, np.int32)
        self.lengths[rows[:, 0]] = rows[:, 2]
        self._slows = np.ones(self.width, np.float32)
        mean = max(float(rows[:, 1].mean()), 1.0)
        self._slows[rows[:, 0]] = _SATURATION * (1 - _LENGTH + _LENGTH * rows[:, 1] / mean)
        self._held: dict[str, tuple[Docs | None, Amounts]] = {}
        self._size = 0

    def _of(self, connection: sqlite3.Connection, term: str) -> tuple[Docs | None, Amounts]:
        """The documents of a term, and what it says of each (its part of bm25); of a common one what it says of every
        document, in the documents' order."""
        found = self._held.get(term)
        if found is None:
            found = self._read(connection, term)
            if self._size > _HELD_READING:
                self._held, self._size = {}, 0
            self._held[term] = found
            self._size += len(found[1])
        return found

    def _read(self, connection: sqlite3.Connection, term: str) -> tuple[Docs | None, Amounts]:
        row = connection.execute("SELECT docs FROM posting WHERE term = ?", [term]).fetchone()
        docs, amounts = _unpacked(row[0] if row else b"")
        if len(docs) and docs[-1] >= self.width:
            # The file was followed a moment ago; the next question reads all of it anew.
            docs, amounts = docs[docs < self.width], amounts[docs < self.width]
        rare = max(float(np.log((self.documents - len(docs) + 0.5) / (len(docs) + 0.5))), 1e-6)
        gains = rare * (_SATURATION + 1) * amounts / (amounts + self._slows[docs])
        return (docs, gains) if len(docs) * _COMMON < self.width else (None, self._spread(docs, gains))

    def _spread(self, docs: Docs | None, gains: Amounts) -> Amounts:
        if docs is None:
            return gains
        every = np.zeros(self.width, np.float32)
        every[docs] = gains
        return every

    def holding(
        self, connection: sqlite3.Connection, ideas: Iterable[Idea]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """The documents that hold all of these ideas, each in one of its wordings, in the short columns; and what the
        wordings say that a document holds as a whole."""
        held = np.ones(self.width, np.bool_)
        total = np.zeros(self.width, np.float32)
        for place, idea in enumerate(ideas):
            some = np.zeros(self.width, np.bool_)
            for one in idea.alternatives:
                # What a word says is never nothing.
                said = [self._spread(*self._of(connection, word_term(word.folded))) for word in one.words]
                whole = np.logical_and.reduce(said)
                some |= whole
                total += (1.0 if place else weights.FIRST) * sum(said) * whole
            held &= some
        return held, total

    def scores(self, connection: sqlite3.Connection, terms: Mapping[str, int]) -> NDArray[np.float32]:
        """What the terms, each so many times asked for, say of every document."""
        total = np.zeros(self.width, np.float32)
        for term, times in terms.items():
            docs, gains = self._of(connection, term)
            total[slice(None) if docs is None else docs] += times * gains
        return total
