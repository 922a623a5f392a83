"""One run of a kind of work at a time on a database: the second is told so at once instead of waiting.

The lock belongs to the process (SQLite: a file beside the database; PostgreSQL: the connection), so a killed run
leaves none behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks
from django.db import connection

# A writer may hold SQLite for a whole import; a reader's page does not wait for it to be counted.
PATIENCE_MS = 50


class LockTakenError(RuntimeError):
    """Another process holds this lock."""


@contextmanager
def only_one(key: int, name: str) -> Iterator[None]:
    """Hold a lock on this database: `key` names it on PostgreSQL, `name` ends the lock file's name beside SQLite.

    Raises LockTakenError at once when another process holds it.
    """
    with _postgresql(key) if connection.vendor == "postgresql" else _file(name):
        yield


@contextmanager
def _postgresql(key: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        row = cursor.fetchone()
    if not (row and row[0]):
        raise LockTakenError
    try:
        yield
    finally:
        # After a lost connection there is nothing to unlock: the server has let go.
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _file(name: str) -> Iterator[None]:
    path = Path(f"{connection.settings_dict['NAME']}.{name}-lock")
    with path.open("a") as handle:
        if not locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB):
            raise LockTakenError
        try:
            yield
        finally:
            locks.unlock(handle)


@contextmanager
def impatient() -> Iterator[None]:
    """For counts beside a page: let a busy SQLite file refuse at once, and do not wait for the disk, since a count lost
    with the power is no loss (8 ms a search without this). PostgreSQL needs nothing: only the same row's count locks.

    Inside a transaction it changes nothing.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("busy_timeout", "synchronous")}
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        cursor.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            for name, value in usual.items():
                cursor.execute(f"PRAGMA {name} = {int(value)}")
