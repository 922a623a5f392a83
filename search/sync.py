"""Keeping the index in step with what is published. It follows the change log and the calendar, never signals, because
bulk writes send none; a count at the end tells whether the two still agree."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from search.backends import sqlite_index
from search.document import State
from search.indexing import (
    Cursor,
    documents,
    facet_labels,
    in_force_count,
    names_version,
    procedure_ids,
    touched_since,
    upto_now,
)

__all__ = ["CountsDisagreeError", "Synced", "sync"]

# From so many touched procedures on, an index made beside and swapped keeps readers waiting less than one long
# transaction does.
MANY = 2_000


class CountsDisagreeError(RuntimeError):
    """The index holds another number of procedures in force than the database."""

    def __init__(self, indexed: int, in_force: int) -> None:
        super().__init__(f"{indexed} != {in_force}")
        self.indexed, self.in_force = indexed, in_force


@dataclass(frozen=True, slots=True)
class Synced:
    """What a run did. `written` and `removed` count documents; `in_force` those a citizen finds by default."""

    rebuilt: bool
    written: int
    removed: int
    in_force: int
    cursor: Cursor


def sync(path: Path, on: date, *, anew: bool = False) -> Synced:
    """Bring the index at `path` up to the day `on`: what changed since its cursor, or all of it when `anew`, when there
    is no index of this version, when agencies have other names, or when much changed.

    Raises `sqlite_index.IndexBusyError` when another process writes it, and CountsDisagreeError, after which nothing
    is changed.
    """
    with sqlite_index.only_one(path):
        # Taken before anything is read: what is published meanwhile is read twice at worst, never missed.
        upto = upto_now(on)
        names = names_version()
        before = None if anew else _cursor(path, names)
        touched = touched_since(before, upto) if before else []
        # A log shorter than the cursor is another database than the one the index was made from.
        if before is None or upto.sequence < before.sequence or len(touched) >= MANY:
            return _rebuild(path, upto, names)
        return _follow(path, touched, upto, names)


def _cursor(path: Path, names: str) -> Cursor | None:
    meta = sqlite_index.read_meta(path)
    # Former and popular names stand in any number of documents, and no change of a procedure tells of a new one.
    if meta.get("names") != names:
        return None
    try:
        return Cursor(int(meta["sequence"]), date.fromisoformat(meta["day"]))
    except (KeyError, ValueError):
        return None


def _rebuild(path: Path, upto: Cursor, names: str) -> Synced:
    with sqlite_index.rebuild(path, documents(procedure_ids(), upto.day)) as writing:
        in_force = _finish(writing, upto, names)
    return Synced(True, writing.written, 0, in_force, upto)


def _follow(path: Path, touched: list[int], upto: Cursor, names: str) -> Synced:
    # Read before the index is locked: readers wait for the writing only.
    fresh = list(documents(touched, upto.day))
    with sqlite_index.update(path, fresh, gone=touched) as writing:
        in_force = _finish(writing, upto, names)
    return Synced(False, writing.written, len(touched) - len(fresh), in_force, upto)


def _finish(writing: sqlite_index.Writing, upto: Cursor, names: str) -> int:
    labels = facet_labels(writing.facet_values("sector"), writing.facet_values("agency"))
    writing.set_labels(labels)
    indexed, in_force = writing.count(State.IN_FORCE), in_force_count(upto.day)
    # Something may have been published while this ran; then the next run, not this one, can tell.
    if indexed != in_force and upto_now(upto.day) == upto:
        raise CountsDisagreeError(indexed, in_force)
    writing.set_meta(sequence=str(upto.sequence), day=upto.day.isoformat(), count=str(indexed), names=names)
    return indexed
