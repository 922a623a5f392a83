"""The day in Viet Nam and the counting of legal terms. Clocks on procedures are judged by working days, and holidays
are swapped and compensated by announcement each year: the table is data (`cms/data/holidays.json`), and a result that
rests on a year nobody has announced says so instead of looking certain."""

import json
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cms.vocabulary import TimeUnit

__all__ = [
    "HOLIDAYS",
    "TIME_ZONE",
    "DueDay",
    "HolidayTable",
    "NotCountedInDays",
    "add_working_days",
    "as_of",
    "due_day",
    "end_of",
    "is_working_day",
    "local_day",
    "today",
    "working_days_between",
]

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)

_stated: ContextVar[date | None] = ContextVar("stated day", default=None)


class NotCountedInDays(ValueError):
    """A term in hours or minutes, or a fraction of a month or year the law doesn't define, has no due day."""


class DueDay(NamedTuple):
    """The last day of a term; not `certain` when it rests on a year or a day that was not yet announced."""

    day: date
    certain: bool


def local_day(moment: datetime) -> date:
    """The day a moment falls on in Viet Nam. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("Thời điểm không có múi giờ nên không biết thuộc ngày nào; cần thời điểm kèm múi giờ.")
    return moment.astimezone(TIME_ZONE).date()


def today() -> date:
    """Today in Asia/Ho_Chi_Minh, wherever the server stands; within `as_of` the day stated there."""
    return _stated.get() or local_day(datetime.now(TIME_ZONE))


@contextmanager
def as_of(day: date) -> Iterator[None]:
    """Pages made inside are those of this day: an export is of one day, however long it takes or past midnight."""
    token = _stated.set(day)
    try:
        yield
    finally:
        _stated.reset(token)


def end_of(day: date) -> datetime | None:
    """The midnight in Viet Nam that ends a day; None for the calendar's last day, which has no day after it."""
    return datetime.combine(day + ONE_DAY, time.min, TIME_ZONE) if day < date.max else None


@dataclass(frozen=True)
class HolidayTable:
    """Which days public offices work. `off` and `worked` change the plain rule Monday to Friday; `announced` names the
    years known in full; `fixed` holds (month, day) of the holidays of every other year; `undecided` days are open."""

    off: dict[date, str] = field(default_factory=dict)
    worked: dict[date, str] = field(default_factory=dict)
    undecided: dict[date, str] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()
    fixed: dict[tuple[int, int], str] = field(default_factory=dict)

    @classmethod
    def from_file(cls, path: Path) -> "HolidayTable":
        """Read a table like `cms/data/holidays.json`. Raises ValueError, KeyError or OSError when unusable."""
        data = json.loads(path.read_text(encoding="utf-8"))

        def days(kind: str) -> dict[date, str]:
            entries = (entry for year in data["years"] for entry in year.get(kind, ()))
            return {date.fromisoformat(entry["day"]): entry["name"] for entry in entries}

        return cls(
            off=days("off"),
            worked=days("worked"),
            undecided=days("undecided"),
            announced=frozenset(year["year"] for year in data["years"] if year["announced"]),
            fixed={(entry["month"], entry["day"]): entry["name"] for entry in data["fixed"]},
        )

    def name_of(self, day: date) -> str:
        """The holiday's name, or "" when the day is none that is known."""
        known = self.off.get(day, "")
        return known or ("" if day.year in self.announced else self.fixed.get((day.month, day.day), ""))

    def is_working_day(self, day: date) -> bool:
        """Whether public offices work on the day, as far as is known."""
        return day in self.worked or (day.weekday() < 5 and not self.name_of(day))

    def is_certain(self, first: date, last: date) -> bool:
        """Whether all days from `first` to `last` (both counted, either order) were announced."""
        first, last = min(first, last), max(first, last)
        years = all(year in self.announced for year in range(first.year, last.year + 1))
        return years and not any(first <= day <= last for day in self.undecided)


HOLIDAYS = HolidayTable.from_file(Path(__file__).parent / "data" / "holidays.json")


def is_working_day(day: date, table: HolidayTable = HOLIDAYS) -> bool:
    """Whether public offices work on the day: no Saturday, Sunday or holiday, but a Saturday worked in exchange."""
    return table.is_working_day(day)


def _next_working_day(day: date, table: HolidayTable) -> date:
    while not table.is_working_day(day):
        day += ONE_DAY
    return day


def add_working_days(start: date, days: int, table: HolidayTable = HOLIDAYS) -> date:
    """The `days`-th working day after `start`, which is not counted itself (Civil Code 2015, Art. 147(2)).

    A negative number counts back. Zero gives `start`, or the next working day when that is a day off.
    """
    if days == 0:
        return _next_working_day(start, table)
    step = ONE_DAY if days > 0 else -ONE_DAY
    day, left = start, abs(days)
    while left:
        day += step
        left -= table.is_working_day(day)
    return day


def working_days_between(start: date, end: date, table: HolidayTable = HOLIDAYS) -> int:
    """How many working days lie after `start`, up to and with `end`; negative when `end` is before `start`.

    Undoes `add_working_days` for a start that is a working day.
    """
    if end < start:
        return -sum(table.is_working_day(end + ONE_DAY * i) for i in range((start - end).days))
    return sum(table.is_working_day(start + ONE_DAY * i) for i in range(1, (end - start).days + 1))


def _add_months(start: date, months: int) -> date:
    """The same day of a later month, or its last day where it has no such day (Civil Code 2015, Art. 148(3))."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _months(amount: Decimal, unit: str) -> tuple[int, int]:
    """Whole months and days of a term. Half a year is six months, half a month fifteen days (Art. 146(1))."""
    months = amount * 12 if unit == TimeUnit.YEAR else amount
    rest = months % 1
    if rest not in (0, Decimal("0.5")) or (unit == TimeUnit.YEAR and rest):
        raise NotCountedInDays(f"Không tính được hạn: luật chỉ quy ước nửa tháng và nửa năm, không có {amount}.")
    return int(months), 15 if rest else 0


def due_day(start: date, amount: int | Decimal, unit: str, table: HolidayTable = HOLIDAYS) -> DueDay:
    """The last day of a term that begins with an act on `start`; `unit` is a code of `TimeUnit`.

    The first day counted is the next one; a term in days, weeks, months or years that ends on a day off moves to the
    next working day (Civil Code 2015, Art. 147, 148). Parts of a day count as a day: 2,5 working days end on the third.
    Raises NotCountedInDays for hours and minutes (they need the moment, not the day) and for fractions of a month
    other than a half; ValueError for a negative amount.
    """
    value = Decimal(amount)
    if value < 0:
        raise ValueError(f"Thời hạn không thể âm: {amount}.")
    whole = int(value.to_integral_value(ROUND_CEILING))
    if unit == TimeUnit.WORKING_DAY:
        last = add_working_days(start, whole, table)
    elif unit == TimeUnit.DAY:
        last = start + ONE_DAY * whole
    elif unit == TimeUnit.WEEK:
        last = start + ONE_DAY * int((value * 7).to_integral_value(ROUND_CEILING))
    elif unit in (TimeUnit.MONTH, TimeUnit.YEAR):
        months, days = _months(value, unit)
        last = _add_months(start, months) + ONE_DAY * days
    else:
        raise NotCountedInDays(
            f"Không tính được ngày đến hạn từ đơn vị “{unit}”: cần đơn vị ngày, tuần, tháng hoặc năm."
        )
    end = _next_working_day(last, table)
    # For calendar terms only the end rests on the holiday table.
    first = start + ONE_DAY if unit == TimeUnit.WORKING_DAY else last
    return DueDay(end, table.is_certain(min(first, end), end))
