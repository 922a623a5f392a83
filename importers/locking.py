"""One import at a time: the second is told so at once instead of waiting or writing over the first.

The lock belongs to the process (SQLite: a file beside the database; PostgreSQL: the connection), so a killed import
leaves none behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks
from django.db import connection

# Any constant known to all importers; another than the change log's.
LOCK = 7_405_2011


class ImportRunningError(RuntimeError):
    """Another import is running on this database."""

    def __init__(self) -> None:
        super().__init__("Đang có một lần nhập khác chạy trên cơ sở dữ liệu này. Hãy đợi nó xong rồi chạy lại.")


@contextmanager
def only_import() -> Iterator[None]:
    """Hold the lock of imports on this database. Raises ImportRunningError at once when another holds it."""
    with _postgresql() if connection.vendor == "postgresql" else _file():
        yield


@contextmanager
def _postgresql() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
        if not (row and row[0]):
            raise ImportRunningError
        try:
            yield
        finally:
            # After a lost connection there is nothing to unlock: the server has let go.
            if connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _file() -> Iterator[None]:
    path = Path(str(connection.settings_dict["NAME"]) + ".import-lock")
    with path.open("a") as handle:
        if not locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB):
            raise ImportRunningError
        try:
            yield
        finally:
            locks.unlock(handle)
