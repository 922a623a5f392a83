"""How often the portal's pages are read: now, today, this month, in all. Counted without cookies, addresses or anything
else about a person; nothing is kept but a number a minute and a number a day."""

import atexit
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Model, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.calendar import local_day, today
from cms.locking import impatient
from portal.models import VisitDay, VisitMinute

__all__ = ["Visits", "VisitsMiddleware", "forget_minutes", "read_visits", "visits_page"]

log = logging.getLogger(__name__)

# Readings wait this long in memory, so that many of them cost one write; so many are lost when a worker is killed.
WRITE_EVERY = 10.0  # seconds
NOW = timedelta(minutes=5)
KEPT = timedelta(days=2)  # minutes older than this only stand in their day's number
_MACHINES = re.compile(
    r"bot|crawl|spider|slurp|curl|wget|python|java/|monitor|headless|preview|fetch|scan", re.IGNORECASE
)


@dataclass(frozen=True)
class Visits:
    """Pages read in the last five minutes, today, this month, and since counting began on `since`."""

    now: int
    today: int
    month: int
    total: int
    since: date | None


class _Waiting:
    """Readings of this process that are not written yet, by minute."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minutes: Counter[datetime] = Counter()
        self.written = time.monotonic()

    def add(self) -> bool:
        """Count one reading; whether it is time to write."""
        minute = timezone.now().replace(second=0, microsecond=0)
        with self.lock:
            self.minutes[minute] += 1
            return time.monotonic() - self.written >= WRITE_EVERY

    def write(self) -> None:
        """Write what waits. Counting never fails a page: what can't be written waits on."""
        with self.lock:
            taken, self.minutes = self.minutes, Counter()
            self.written = time.monotonic()
        if not taken:
            return
        try:
            with impatient():
                _write(taken)
        except DatabaseError as error:
            log.warning("visits not written yet: %s", error)
            with self.lock:
                self.minutes.update(taken)


waiting = _Waiting()


@atexit.register
def _write_at_the_end() -> None:
    # The log is closed by now, and a database that has gone is nobody's news at the end.
    if not waiting.minutes:
        return
    with suppress(DatabaseError):
        _write(waiting.minutes)
        connection.close()


@transaction.atomic
def _write(minutes: Counter[datetime]) -> None:
    days: Counter[date] = Counter()
    for minute, count in minutes.items():
        _add(VisitMinute, "minute", minute, count)
        days[local_day(minute)] += count
    for day, count in days.items():
        _add(VisitDay, "day", day, count)


def _add(model: type[Model], key: str, value: object, count: int) -> None:
    rows = model._default_manager
    rows.get_or_create(**{key: value}, defaults={"count": 0})
    rows.filter(**{key: value}).update(count=F("count") + count)


class VisitsMiddleware:
    """Counts public pages that people open; stands before the page cache, so that kept pages count too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then count."""
        response = self.get_response(request)
        if _counts(request, response) and waiting.add():
            waiting.write()
        return response


def _counts(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        request.method == "GET"
        and response.status_code == 200
        and response.get("Content-Type", "").startswith("text/html")
        and not request.path.startswith("/quan-tri/")
        and request.headers.get("Sec-Purpose", "") == ""
        and not _MACHINES.search(request.headers.get("User-Agent", "bot"))
    )


def read_visits(at: datetime) -> Visits:
    """The four numbers at a moment."""
    day = local_day(at)
    days = VisitDay.objects.aggregate(all=Sum("count"))
    month = VisitDay.objects.filter(day__gte=day.replace(day=1), day__lte=day).aggregate(all=Sum("count"))
    now = VisitMinute.objects.filter(minute__gt=at - NOW, minute__lte=at).aggregate(all=Sum("count"))
    first = VisitDay.objects.order_by("day").first()
    one = VisitDay.objects.filter(day=day).first()
    return Visits(
        now["all"] or 0, one.count if one else 0, month["all"] or 0, days["all"] or 0, first.day if first else None
    )


def forget_minutes(at: datetime) -> int:
    """Delete the minutes that are past use; their days keep the number. Returns how many."""
    deleted, _by_model = VisitMinute.objects.filter(minute__lt=at - KEPT).delete()
    return deleted


@require_safe
def visits_page(request: HttpRequest) -> HttpResponse:
    """/luot-truy-cap/: the four numbers and how they are counted."""
    waiting.write()
    response = render(request, "visits.html", {"visits": read_visits(timezone.now()), "on": today()})
    response["Cache-Control"] = "no-store"
    return response
