"""Writing the SQLite index: followed in one transaction, or made anew beside and swapped, so that a kill at any moment
leaves the old index or the new one, never half of each."""

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Self

from search.backends.sqlite_facets import FacetBits, pack_passages
from search.backends.sqlite_postings import PostingWriter, terms_of
from search.document import SCHEMA, Document
from search.words import bare, pairs_of

__all__ = ["IndexBusyError", "SqliteIndex", "dump", "only_one", "read_meta", "rebuild", "update"]

# remove_diacritics 0: folding is done by cms.text, because SQLite folds no "đ" and, by default, no letter with two
# marks.
# `posting` finds and weighs words; `fts` tells where words stand close together in long texts, and keeps the other
# columns so that a document can be taken out of the postings again.
# `names` serves suggestions: words that are not finished, in names only, so no places of words are kept.
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE doc (
    id INTEGER PRIMARY KEY, state TEXT NOT NULL, length INTEGER NOT NULL, size INTEGER NOT NULL, far INTEGER NOT NULL,
    words TEXT NOT NULL, levels TEXT NOT NULL, around TEXT NOT NULL, sector TEXT NOT NULL, facts TEXT NOT NULL,
    sort TEXT NOT NULL, passages BLOB NOT NULL
);
CREATE INDEX doc_in_order ON doc (sort, id);
CREATE TABLE term (term TEXT PRIMARY KEY, docs INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE key (kind TEXT, value TEXT, doc INTEGER, PRIMARY KEY (kind, value, doc)) WITHOUT ROWID;
CREATE INDEX key_of_doc ON key (doc);
CREATE TABLE facet (doc INTEGER, kind TEXT, value TEXT, PRIMARY KEY (doc, kind, value)) WITHOUT ROWID;
CREATE TABLE label (kind TEXT, value TEXT, label TEXT, PRIMARY KEY (kind, value)) WITHOUT ROWID;
CREATE TABLE bits (kind TEXT, value TEXT, docs BLOB NOT NULL, PRIMARY KEY (kind, value)) WITHOUT ROWID;
CREATE TABLE posting (term TEXT PRIMARY KEY, docs BLOB NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE fts USING fts5(
    papers, text, sector UNINDEXED, agency UNINDEXED, tokenize = 'unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE names USING fts5(
    name, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3', detail = none
);
"""
# A reader on Windows holds the file for the milliseconds of its question; the swap waits for it.
SWAP_SECONDS = 10.0


class IndexBusyError(RuntimeError):
    """Another process is writing this index."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the right to write the index. The lock is SQLite's own on a file beside: it needs no clean-up after a kill
    and works on every system. Raises IndexBusyError when another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(_beside(path, "lock"), timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise IndexBusyError(str(error)) from error
        yield
    finally:
        lock.close()


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")


def read_meta(path: Path) -> dict[str, str]:
    """What the index says of itself (schema, sequence, day, count); empty when this code can read none."""
    if not path.exists():
        return {}
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
        try:
            meta = dict(connection.execute("SELECT name, value FROM meta"))
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return {}
    return meta if meta.get("schema") == SCHEMA else {}


def rebuild(path: Path, documents: Iterable[Document]) -> "Writing":
    """Begin a new index beside the old one. Use as `with rebuild(path, documents) as writing`; it is swapped in when
    the block ends well. The caller must hold `only_one`."""
    return Writing(path, documents, gone=(), anew=True)


def update(path: Path, documents: Iterable[Document], gone: Sequence[int]) -> "Writing":
    """Begin to replace the documents `gone` by `documents` in one transaction, committed when the block ends well."""
    return Writing(path, documents, gone=gone, anew=False)


class Writing:
    """One piece of writing: documents go in on entering; meta and labels are set inside; leaving commits or swaps."""

    def __init__(self, path: Path, documents: Iterable[Document], gone: Sequence[int], *, anew: bool) -> None:
        self.path, self.anew, self.gone = path, anew, gone
        self._documents = documents
        self.target = _beside(path, "new") if anew else path
        self.written = 0
        self._bits = FacetBits()
        # How many names more (or fewer) hold each term, written at the end: a rebuild counts 40 terms a document.
        self._terms: Counter[str] = Counter()

    def __enter__(self) -> Self:
        if self.anew:
            _remove(self.target)
        self.connection = sqlite3.connect(self.target, isolation_level=None, timeout=30)
        try:
            if self.anew:
                # The file is thrown away if this is killed, so it needs no journal.
                self.connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
            self.connection.execute("BEGIN IMMEDIATE")
            self._postings = PostingWriter(self.connection)
            for pk in self.gone:
                self._terms.subtract(_terms_of(self.connection, pk))
                self._postings.remove(pk, _posted(self.connection, pk))
                _delete(self.connection, pk, self._bits)
            for document in self._documents:
                columns = document.columns()
                _insert(self.connection, document, columns, self._bits)
                self._postings.add(document.id, terms_of(columns))
                self._terms.update(document.terms)
                self.written += 1
        except BaseException:
            self._abandon()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._abandon()
            return
        self._bits.write(self.connection)
        self._postings.write()
        _count(self.connection, self._terms)
        self.connection.execute("COMMIT")
        if self.anew:
            for table in ("fts", "names"):
                self.connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
            self.connection.close()
            _swap(self.target, self.path)
        self.connection.close()

    def _abandon(self) -> None:
        if self.connection.in_transaction and not self.anew:
            self.connection.execute("ROLLBACK")
        self.connection.close()
        if self.anew:
            _remove(self.target)

    def facet_values(self, kind: str) -> list[str]:
        """The values of one kind of facet that stand in the index."""
        return [row[0] for row in self.connection.execute("SELECT DISTINCT value FROM facet WHERE kind = ?", [kind])]

    def set_labels(self, labels: dict[tuple[str, str], str]) -> None:
        """Write the names of facet values anew."""
        self.connection.execute("DELETE FROM label")
        rows = [(kind, value, label) for (kind, value), label in sorted(labels.items())]
        self.connection.executemany("INSERT INTO label VALUES (?, ?, ?)", rows)

    def set_meta(self, **values: str) -> None:
        """Write what the index says of itself."""
        rows = sorted({"schema": SCHEMA, **values}.items())
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def count(self, state: str) -> int:
        """How many documents stand in the index with this state."""
        (number,) = self.connection.execute("SELECT count(*) FROM doc WHERE state = ?", [state]).fetchone()
        return int(number)


def _terms_of(connection: sqlite3.Connection, pk: int) -> set[str]:
    row = connection.execute("SELECT words FROM doc WHERE id = ?", [pk]).fetchone()
    words = row[0].split() if row else []
    return {*words, *(f"{first} {second}" for first, second in pairwise(words))}


def _posted(connection: sqlite3.Connection, pk: int) -> list[str]:
    """The terms a document stands under."""
    stored = "SELECT words, fts.sector, fts.agency, papers FROM doc JOIN fts ON fts.rowid = id WHERE id = ?"
    row = connection.execute(stored, [pk]).fetchone()
    if row is None:
        return []
    marked, *others = row
    folded = [bare(word) for word in marked.split()]
    pairs = " ".join(pairs_of(folded))
    columns = {"name": " ".join(folded), "marked": marked, "pairs": pairs}
    return list(terms_of(columns | dict(zip(("sector", "agency", "papers"), others, strict=True))))


def _count(connection: sqlite3.Connection, terms: Counter[str]) -> None:
    connection.executemany(
        "INSERT INTO term VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET docs = docs + excluded.docs",
        sorted((term, change) for term, change in terms.items() if change),
    )
    connection.execute("DELETE FROM term WHERE docs = 0")


def _delete(connection: sqlite3.Connection, pk: int, bits: FacetBits) -> None:
    held = connection.execute("SELECT kind, value FROM facet WHERE doc = ?", [pk]).fetchall()
    state = connection.execute("SELECT 'state', state FROM doc WHERE id = ?", [pk]).fetchall()
    bits.remove(pk, held + state)
    connection.execute("DELETE FROM fts WHERE rowid = ?", [pk])
    connection.execute("DELETE FROM names WHERE rowid = ?", [pk])
    connection.execute("DELETE FROM doc WHERE id = ?", [pk])
    connection.execute("DELETE FROM key WHERE doc = ?", [pk])
    connection.execute("DELETE FROM facet WHERE doc = ?", [pk])


def _insert(connection: sqlite3.Connection, document: Document, columns: dict[str, str], bits: FacetBits) -> None:
    words = columns["marked"].split()
    connection.execute(
        "INSERT INTO doc (id, state, length, size, far, words, levels, around, sector, facts, sort, passages) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            document.id,
            str(document.state),
            len(words),
            sum(text.count(" ") + 1 for text in columns.values() if text),
            document.far,
            columns["marked"],
            " ".join(document.facts.levels),
            document.around,
            next((value for kind, value in document.facets if kind == "sector"), ""),
            document.facts.to_json(),
            document.sort,
            pack_passages(document.passages),
        ],
    )
    connection.execute(
        "INSERT INTO fts (rowid, papers, text, sector, agency) VALUES (?, ?, ?, ?, ?)",
        [document.id, *(columns[name] for name in ("papers", "text", "sector", "agency"))],
    )
    connection.execute("INSERT INTO names (rowid, name) VALUES (?, ?)", [document.id, columns["name"]])
    connection.executemany("INSERT INTO key VALUES (?, ?, ?)", [(*key, document.id) for key in document.keys])
    connection.executemany("INSERT INTO facet VALUES (?, ?, ?)", [(document.id, *facet) for facet in document.facets])
    bits.add(document.id, [*document.facets, ("state", str(document.state))])


def _remove(path: Path) -> None:
    for each in (path, path.with_name(path.name + "-journal")):
        each.unlink(missing_ok=True)


def _swap(new: Path, path: Path) -> None:
    """Put the new file in the old one's place, on disk before it is named: one of both survives a power cut."""
    with new.open("rb+") as handle:
        os.fsync(handle.fileno())
    deadline = time.monotonic() + SWAP_SECONDS
    while True:
        try:
            new.replace(path)
            return
        except PermissionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class SqliteIndex:
    """The functions above for one file, in the form `search.sync` takes any engine's index."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read_meta(self) -> dict[str, str]:
        """See `read_meta`."""
        return read_meta(self.path)

    def rebuild(self, documents: Iterable[Document]) -> Writing:
        """See `rebuild`."""
        return rebuild(self.path, documents)

    def update(self, documents: Iterable[Document], gone: Sequence[int]) -> Writing:
        """See `update`."""
        return update(self.path, documents, gone)


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of an index in a fixed order, for comparing two of them."""
    tables = {
        "doc": "id",
        "key": "kind, value, doc",
        "facet": "doc, kind, value",
        "label": "kind, value",
        "bits": "kind, value",
        "term": "term",
        "posting": "term",
    }
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    try:
        rows = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
            for table, order in tables.items()
        }
        for table in ("fts", "names"):
            rows[table] = connection.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall()
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
    finally:
        connection.close()
    return rows
