"""Opening hours as people write them ("7h30-11h30; 13h30-17h") and as they are read at the door. No models: the
importer, the admin and the pages share it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.text import fold
from cms.values import format_date, format_time, read_date, read_time

__all__ = ["WEEKDAYS", "Closed", "UnreadableHoursError", "describe_week", "read_closed", "read_hours"]

Span = tuple[time, time]

LONGEST_REASON = 200  # characters of ClosedDays.reason

# ISO numbers: Monday, the first day of the week here, is 1.
WEEKDAYS = {
    1: gettext_lazy("Thứ Hai"),
    2: gettext_lazy("Thứ Ba"),
    3: gettext_lazy("Thứ Tư"),
    4: gettext_lazy("Thứ Năm"),
    5: gettext_lazy("Thứ Sáu"),
    6: gettext_lazy("Thứ Bảy"),
    7: gettext_lazy("Chủ nhật"),
}
_CLOSED = frozenset({"nghi", "dong cua", "khong lam viec", "-", "–", "x"})
# The words before a span, or between its ends, that say nothing new.
_DAY_PART = re.compile(r"^\s*(?:buổi\s+)?(?:sáng|chiều|tối)?\s*(?:từ)?\s*:?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|—|đến|tới)\s*", re.IGNORECASE)
_DAY = r"\d{1,2}[/.]\d{1,2}[/.]\d{4}"
_CLOSED_DAYS = re.compile(rf"\s*({_DAY})(?:\s*(?:-|–|—|đến)\s*({_DAY}))?\s*(?:[:(]\s*(.*?)\)?)?\s*", re.DOTALL)


class UnreadableHoursError(ValueError):
    """Hours or days that can't be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Days on which a place is closed, both ends included."""

    first: date
    last: date
    reason: str = ""

    def __str__(self) -> str:
        days = format_date(self.first)
        if self.last != self.first:
            days = _("%(first)s đến %(last)s") % {"first": days, "last": format_date(self.last)}
        return f"{days} ({self.reason})" if self.reason else days


def read_hours(typed: str) -> list[Span]:
    """The spans of one day: "7h30-11h30; chiều 13:30 đến 17h" → two spans; "nghỉ" or nothing → none.

    Raises UnreadableHoursError when a span can't be read, ends before it begins, or overlaps the one before.
    """
    if fold(typed).strip() in _CLOSED | {""}:
        return []
    spans: list[Span] = []
    for piece in filter(str.strip, re.split(r"[;,\n]", typed)):
        ends = _BETWEEN.split(_DAY_PART.sub("", piece).strip())
        try:
            if len(ends) != 2:
                raise ValueError
            opens, closes = (read_time(_DAY_PART.sub("", end)) for end in ends)
        except ValueError as error:
            raise UnreadableHoursError(
                _("“%(typed)s” không phải giờ làm việc. Hãy ghi như 7h30-11h30; 13h30-17h00, hoặc “nghỉ”.")
                % {"typed": piece.strip()}
            ) from error
        if closes <= opens or (spans and opens < spans[-1][1]):
            raise UnreadableHoursError(
                _("“%(typed)s”: giờ đóng phải sau giờ mở, các khoảng không chồng nhau.") % {"typed": piece.strip()}
            )
        spans.append((opens, closes))
    return spans


def read_closed(typed: str) -> list[Closed]:
    """Closed days: "02/09/2026; 28/04/2026-03/05/2026: sửa chữa". Raises UnreadableHoursError."""
    found = []
    for piece in filter(str.strip, re.split(r"[;\n]", typed)):
        match = _CLOSED_DAYS.fullmatch(piece)
        try:
            if not match:
                raise ValueError
            first = read_date(match[1])
            last = read_date(match[2]) if match[2] else first
        except ValueError as error:
            raise UnreadableHoursError(
                _("“%(typed)s” không phải ngày nghỉ. Hãy ghi như 02/09/2026 hoặc 28/04/2026-03/05/2026: lý do.")
                % {"typed": piece.strip()}
            ) from error
        if last < first:
            raise UnreadableHoursError(_("“%(typed)s”: ngày cuối phải sau ngày đầu.") % {"typed": piece.strip()})
        reason = (match[3] or "").strip()
        if len(reason) > LONGEST_REASON:
            raise UnreadableHoursError(
                _("“%(typed)s…”: lý do nghỉ dài hơn %(most)d ký tự. Hãy rút ngắn.")
                % {"typed": reason[:40], "most": LONGEST_REASON}
            )
        found.append(Closed(first, last, reason))
    return found


def describe_week(hours: Mapping[int, Sequence[Span]]) -> list[tuple[str, str]]:
    """(days, hours) lines of a week, days in a row with the same hours together:
    ("Thứ Hai – Thứ Sáu", "7h30–11h30, 13h30–17h00"), …, ("Chủ nhật", "nghỉ"). Nothing for a week nobody stated."""
    if not any(hours.values()):
        return []
    return [
        (_days([day for day, _spans in group]), ", ".join(f"{format_time(a)}–{format_time(b)}" for a, b in spans))
        if spans
        else (_days([day for day, _spans in group]), _("nghỉ"))
        for spans, group in _grouped((day, tuple(hours.get(day, ()))) for day in WEEKDAYS)
    ]


def _grouped(days: Iterable[tuple[int, tuple[Span, ...]]]) -> list[tuple[tuple[Span, ...], list[tuple[int, object]]]]:
    return [(spans, list(group)) for spans, group in groupby(days, key=lambda one: one[1])]


def _days(days: list[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    return first if len(days) == 1 else f"{first} – {last}"
