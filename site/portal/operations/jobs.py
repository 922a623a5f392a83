"""All timed work in one list, run by `manage.py run_due`, the one line an operator puts in cron.

A job is due when it has not succeeded since its latest moment, so a missed run is caught up once, a failed one is
tried again at the next call, and calling too often does nothing.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cms.calendar import today
from cms.locking import only_one
from cms.services import publish_due, register_documents
from importers.decisions.worker import catch_up
from portal.models import TimedJob
from portal.visits import forget_minutes
from search.statistics import forget_rare

log = logging.getLogger(__name__)

# Any constant known to all callers; another than the change log's and the imports'.
LOCK = 7_405_2012
# Exit code with which a command says that another run is at work: nothing failed.
BUSY = 2
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """One piece of timed work: `every` so long counted from midnight, or once a day at the local time `at`."""

    name: str
    label: str
    run: Callable[[], object]
    every: timedelta = DAY
    at: time = time(0)

    def latest_moment(self, now: datetime) -> datetime:
        """The last moment up to `now` at which the job should have run, in local time."""
        local = timezone.localtime(now)
        first = local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return first + (local - first) // self.every * self.every

    def next_moment(self, now: datetime) -> datetime:
        """The first moment after `now`."""
        return self.latest_moment(now) + self.every

    def is_due(self, now: datetime, row: TimedJob | None) -> bool:
        """Whether it has not succeeded since its latest moment."""
        return row is None or row.succeeded_at is None or row.succeeded_at < self.latest_moment(now)


JOBS: tuple[Job, ...] = (
    Job("decisions", "Công khai quyết định theo hẹn", lambda: publish_due(now=timezone.now()), timedelta(minutes=1)),
    Job("legal_documents", "Nối căn cứ pháp lý với sổ văn bản", register_documents, timedelta(minutes=5)),
    Job("publish_scheduled", "Đăng và gỡ trang theo lịch", lambda: _command("publish_scheduled"), timedelta(minutes=1)),
    Job("decision_files", "Đọc quyết định đã tải lên", lambda: catch_up(timezone.now()), timedelta(minutes=1)),
    Job("search_index", "Cập nhật chỉ mục tìm kiếm", lambda: _command("sync_search_index"), timedelta(minutes=5)),
    Job("visits", "Bỏ số lượt truy cập từng phút đã cũ", lambda: forget_minutes(timezone.now()), at=time(3, 40)),
    Job("search_counts", "Bỏ câu tìm hiếm gặp khỏi thống kê", lambda: forget_rare(today()), at=time(3, 40)),
    Job("sessions", "Xóa phiên đăng nhập hết hạn", lambda: _command("clearsessions"), at=time(3, 30)),
    Job("sign_ins", "Xóa nhật ký đăng nhập quá 90 ngày", lambda: _command("axes_reset_logs", age=90), at=time(3, 40)),
)


@dataclass(frozen=True)
class Outcome:
    """What became of one job. `error` is empty when it succeeded; `busy`: another run is at it, try later."""

    job: Job
    error: str = ""
    busy: bool = False


def run_due(now: datetime | None = None, *, jobs: tuple[Job, ...] = JOBS) -> Iterator[Outcome]:
    """Run every due job, one after the other; one that fails does not stop the next.

    Raises cms.locking.LockTakenError when another call is at work.
    """
    with only_one(LOCK, "run-due"):
        for job in jobs:
            row = TimedJob.objects.filter(name=job.name).first()
            if job.is_due(now or timezone.now(), row):
                yield _run(job, now or timezone.now())


def record(name: str, started: datetime, error: str = "") -> None:
    """Store how a run that began at `started` ended; an empty `error` is a success."""
    ending = {"failed_at": timezone.now()} if error else {"succeeded_at": started, "failed_at": None}
    TimedJob.objects.update_or_create(name=name, defaults={"started_at": started, "error": error, **ending})


def _run(job: Job, started: datetime) -> Outcome:
    try:
        job.run()
    except CommandError as failure:
        if failure.returncode == BUSY:
            return Outcome(job, busy=True)
        error = str(failure) or type(failure).__name__
    except Exception as failure:  # the other jobs must have their turn, whatever this one runs into
        log.exception("Việc theo giờ “%s” hỏng", job.name)
        error = f"{type(failure).__name__}: {failure}"
    else:
        error = ""
    # A connection the job has broken must not take the record of its failure with it.
    if not connection.is_usable():
        connection.close()
    record(job.name, started, error)
    return Outcome(job, error)


def _command(name: str, **options: object) -> None:
    call_command(name, verbosity=0, stdout=StringIO(), **options)
