"""The law's clocks on announcing and publishing a procedure, judged by their dates alone. A clock that lacks a date
says which, and is never counted as on time. The article stands beside each result: readings of the day-count differ."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from cms.calendar import HOLIDAYS, DueDay, HolidayTable, add_working_days, due_day
from cms.values import format_date
from cms.vocabulary import DecisionKind, TimeUnit

ANNOUNCE_ARTICLE = "Điều 15 Nghị định số 63/2010/NĐ-CP (sửa đổi tại các Nghị định số 48/2013/NĐ-CP, 92/2017/NĐ-CP)"
PUBLISH_ARTICLE = "Điều 24 Nghị định số 63/2010/NĐ-CP (sửa đổi tại các Nghị định số 48/2013/NĐ-CP, 92/2017/NĐ-CP)"
# Days before the legal text takes effect; after its signature by the shortened route.
ANNOUNCE_BEFORE = {DecisionKind.MINISTRY: 20, DecisionKind.PROVINCE: 5}
ANNOUNCE_AFTER_SHORTENED = 3
# Working days after the decision is signed.
PUBLISH_WITHIN = {DecisionKind.MINISTRY: 10, DecisionKind.PROVINCE: 5}
PUBLISH_WITHIN_SHORTENED = 2
SOON = timedelta(days=5)


class DayCount(StrEnum):
    """How the days before the legal text takes effect are counted: the decree says days, the formula of national
    indicator 1.1 working days."""

    CALENDAR = "calendar"
    WORKING = "working"


class ClockState(StrEnum):
    """Where a clock stands. SOON: not done, five days or fewer are left."""

    DONE = "done"
    DONE_LATE = "done-late"
    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Clock:
    """A clock's reading on a day. `missing`: which dates it lacks; `certain`: no unannounced holiday stands in it."""

    state: ClockState
    article: str
    due: date | None = None
    certain: bool = True
    missing: tuple[str, ...] = ()
    # The text behind it was made by the shortened route.
    shortened: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the term passed before the act, done since or not."""
        return self.state in (ClockState.LATE, ClockState.DONE_LATE)


def announcing(
    *,
    kind: str,
    text_effective: date | None,
    signed_on: date | None,
    on: date,
    shortened_signed: date | None = None,
    count: DayCount = DayCount.CALENDAR,
    table: HolidayTable = HOLIDAYS,
) -> Clock:
    """The clock of issuing the decision: 20 days (ministry) or 5 (province) before the legal text takes effect, or,
    where that text was made by the shortened route and signed on `shortened_signed`, 3 days after. `signed_on`: the
    decision's day, None while it is not issued."""
    if shortened_signed:
        unit = TimeUnit.WORKING_DAY if count == DayCount.WORKING else TimeUnit.DAY
        due = due_day(shortened_signed, ANNOUNCE_AFTER_SHORTENED, unit, table)
        return replace(_read(due, signed_on, on, ANNOUNCE_ARTICLE), shortened=True)
    days = ANNOUNCE_BEFORE.get(DecisionKind(kind))
    missing = [_("loại quyết định (của Bộ hay của tỉnh)")] if days is None else []
    missing += [] if text_effective else [_("ngày có hiệu lực của văn bản căn cứ")]
    if days is None or text_effective is None:
        return Clock(ClockState.UNKNOWN, ANNOUNCE_ARTICLE, missing=tuple(missing))
    if count == DayCount.WORKING:
        last = add_working_days(text_effective, -days, table)
        due = DueDay(last, table.is_certain(last, text_effective))
    else:
        # Counted back to a day before which the act must be done: a day off moves nothing.
        due = DueDay(text_effective - timedelta(days=days), True)
    return _read(due, signed_on, on, ANNOUNCE_ARTICLE)


def publishing(
    *,
    kind: str,
    signed_on: date | None,
    published_on: date | None,
    on: date,
    shortened: bool = False,
    table: HolidayTable = HOLIDAYS,
) -> Clock:
    """The clock of making the decision public: 10 (ministry), 5 (province) or, shortened, 2 working days after it was
    signed. `published_on`: None while it is not public."""
    days = PUBLISH_WITHIN_SHORTENED if shortened else PUBLISH_WITHIN.get(DecisionKind(kind))
    missing = [_("loại quyết định (của Bộ hay của tỉnh)")] if days is None else []
    missing += [] if signed_on else [_("ngày ký quyết định công bố")]
    if days is None or signed_on is None:
        return Clock(ClockState.UNKNOWN, PUBLISH_ARTICLE, missing=tuple(missing))
    return _read(due_day(signed_on, days, TimeUnit.WORKING_DAY, table), published_on, on, PUBLISH_ARTICLE)


def _read(due: DueDay, done: date | None, on: date, article: str) -> Clock:
    if done:
        state = ClockState.DONE if done <= due.day else ClockState.DONE_LATE
    elif on > due.day:
        state = ClockState.LATE
    else:
        state = ClockState.SOON if due.day - on <= SOON else ClockState.RUNNING
    return Clock(state, article, due.day, due.certain)


def said(clock: Clock) -> str:
    """A clock without a reading, in words: what it lacks."""
    return _("không tính được, thiếu %(what)s") % {"what": ", ".join(clock.missing)} if clock.missing else ""


def clock_words(clock: Clock) -> str:
    """A clock in words: its last day and whether that has passed, or what it lacks."""
    if clock.due is None:
        return said(clock)
    words = {
        ClockState.DONE: _("đúng hạn %(day)s"),
        ClockState.DONE_LATE: _("xong sau hạn %(day)s"),
        ClockState.LATE: _("quá hạn %(day)s"),
        ClockState.SOON: _("sắp đến hạn %(day)s"),
    }
    note = "" if clock.certain else " " + _("(tính cả năm chưa công bố lịch nghỉ)")
    return words.get(clock.state, _("hạn %(day)s")) % {"day": format_date(clock.due)} + note
