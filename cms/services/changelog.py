"""The moment and sequence of a published change, taken under a lock, so that no reader's cursor skips a late commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from cms.models import Change, User

# Any constant known to all writers: one lock for the whole log.
LOCK = 7_405_2010


@dataclass
class Moment:
    """When and by whom rows are recorded or withdrawn, and the next free place in the log."""

    at: datetime
    by: User | None
    sequence: int


def take_moment(by: User | None) -> Moment:
    """Wait for the log's lock and take the next moment; it is later than every one before, whatever the clock says.

    Must run inside a transaction. On SQLite the write transaction itself is the lock.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("take_moment needs a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Change.objects.order_by("-sequence").values_list("sequence", "at").first()
    now = timezone.now()
    if last and last[1] >= now:
        now = last[1] + timedelta(microseconds=1)
    return Moment(now, by, (last[0] if last else 0) + 1)


def write_changes(moment: Moment, changes: Iterable[Change]) -> int:
    """Write the rows of the log in their order; return how many."""
    rows = list(changes)
    for place, change in enumerate(rows):
        change.sequence, change.at, change.by = moment.sequence + place, moment.at, moment.by
    Change.objects.bulk_create(rows, batch_size=500)
    moment.sequence += len(rows)
    return len(rows)
