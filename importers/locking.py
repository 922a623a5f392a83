"""One import at a time: the second is told so at once instead of waiting or writing over the first."""

from collections.abc import Iterator
from contextlib import contextmanager

from cms.locking import LockTakenError, only_one

# Any constant known to all importers; another than the change log's.
LOCK = 7_405_2011


class ImportRunningError(RuntimeError):
    """Another import is running on this database."""

    def __init__(self) -> None:
        super().__init__("Đang có một lần nhập khác chạy trên cơ sở dữ liệu này. Hãy đợi nó xong rồi chạy lại.")


@contextmanager
def only_import() -> Iterator[None]:
    """Hold the lock of imports on this database. Raises ImportRunningError at once when another holds it."""
    try:
        with only_one(LOCK, "import"):
            yield
    except LockTakenError as error:
        raise ImportRunningError from error
