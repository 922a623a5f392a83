"""Keeping the index in step with what is published. It follows the change log and the calendar, never signals, because
bulk writes send none; a count at the end tells whether the two still agree."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from search.backends import Index, Writing, sqlite_index
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

__all__ = ["CountsDisagreeError", "Synced", "sync", "sync_into"]

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
    """Bring the index file at `path` up to the day `on`, as `sync_into` does.

    Raises `sqlite_index.IndexBusyError` when another process writes it.
    """
    with sqlite_index.only_one(path):
        return sync_into(sqlite_index.SqliteIndex(path), on, anew=anew)


def sync_into(index: Index, on: date, *, anew: bool = False) -> Synced:
    """Bring any engine's index up to the day `on`: what changed since its own cursor, or all of it when `anew`, when
    there is no index of this version, when agencies have other names, or when much changed. The caller keeps others
    from writing it meanwhile.

    Raises CountsDisagreeError, after which the cursor is where it was, and EngineDownError when a server fails.
    """
    # Taken before anything is read: what is published meanwhile is read twice at worst, never missed.
    upto = upto_now(on)
    names = names_version()
    before = None if anew else _cursor(index, names)
    touched = touched_since(before, upto) if before else []
    # A log shorter than the cursor is another database than the one the index was made from.
    if before is None or upto.sequence < before.sequence or len(touched) >= MANY:
        return _rebuild(index, upto, names)
    return _follow(index, touched, upto, names)


def _cursor(index: Index, names: str) -> Cursor | None:
    meta = index.read_meta()
    # Former and popular names stand in any number of documents, and no change of a procedure tells of a new one.
    if meta.get("names") != names:
        return None
    try:
        return Cursor(int(meta["sequence"]), date.fromisoformat(meta["day"]))
    except (KeyError, ValueError):
        return None


def _rebuild(index: Index, upto: Cursor, names: str) -> Synced:
    with index.rebuild(documents(procedure_ids(), upto.day)) as writing:
        in_force = _finish(writing, upto, names)
    return Synced(True, writing.written, 0, in_force, upto)


def _follow(index: Index, touched: list[int], upto: Cursor, names: str) -> Synced:
    # Read before the index is locked: readers wait for the writing only.
    fresh = list(documents(touched, upto.day))
    with index.update(fresh, gone=touched) as writing:
        in_force = _finish(writing, upto, names)
    return Synced(False, writing.written, len(touched) - len(fresh), in_force, upto)


def _finish(writing: Writing, upto: Cursor, names: str) -> int:
    labels = facet_labels(writing.facet_values("sector"), writing.facet_values("agency"))
    writing.set_labels(labels)
    indexed, in_force = writing.count(State.IN_FORCE), in_force_count(upto.day)
    # Something may have been published while this ran; then the next run, not this one, can tell.
    if indexed != in_force and upto_now(upto.day) == upto:
        raise CountsDisagreeError(indexed, in_force)
    writing.set_meta(sequence=str(upto.sequence), day=upto.day.isoformat(), count=str(indexed), names=names)
    return indexed
