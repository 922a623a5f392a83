"""Writing values as people read them and reading them as people type them: one function each, used by pages, admin,
open data and importers, because 05/02/2026 and 10.000 mean something else to the libraries underneath. The table
`tests/data/vectors/values.json` is shared with the scripts of the exported site."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cms.calendar import local_day
from cms.text import clean
from cms.vocabulary import TimeUnit

__all__ = [
    "JINJA_FILTERS",
    "UnreadableValue",
    "citation",
    "date_in_words",
    "dialled",
    "format_date",
    "format_duration",
    "format_money",
    "format_number",
    "format_time",
    "provision",
    "read_date",
    "read_money",
    "read_number",
    "read_time",
]


class UnreadableValue(ValueError):
    """What was typed has no reading, or more than one. The message says so in Vietnamese and how to type it."""


def _in_vietnamese() -> bool:
    """Whether the page is Vietnamese; without a language, it is."""
    return (get_language() or "vi") == "vi"


# --- days and times --------------------------------------------------------------------------------------------------


def format_date(day: date) -> str:
    """A day for tables and fields: 05/02/2026. A moment gives its day in Viet Nam."""
    day = local_day(day) if isinstance(day, datetime) else day
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def date_in_words(day: date) -> str:
    """A day in running text: "ngày 05 tháng 02 năm 2026"; a zero before days under 10 and before months 1 and 2 only
    (Decree 30/2020/NĐ-CP, Annex I; to be checked in the original)."""
    return _("ngày %(day)s tháng %(month)s năm %(year)s") % _worded(day)


def _worded(day: date) -> dict[str, object]:
    """The parts of a day in running text; in English 5, February, 2026."""
    day = local_day(day) if isinstance(day, datetime) else day
    if not _in_vietnamese():
        return {"day": day.day, "month": date_format(day, "F"), "year": day.year}
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return {"day": f"{day.day:02d}", "month": month, "year": day.year}


_DAY_FIRST = re.compile(r"(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WORDS = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", re.ASCII | re.IGNORECASE)


def read_date(typed: str) -> date:
    """The day somebody typed: 05/02/2026 is 5 February. Also 5-2-2026, 5.2.2026, 2026-02-05 and "ngày 5 tháng 2 năm
    2026".

    Raises UnreadableValue for anything else: a year of two digits is not guessed.
    """
    text = clean(typed).strip()
    if found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
    elif found := _WORDS.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise UnreadableValue(
            _("Không đọc được ngày “%(typed)s”. Hãy gõ ngày/tháng/năm, ví dụ 05/02/2026.") % _shown(typed)
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableValue(
            _("Không có ngày “%(typed)s” trong lịch. Hãy xem lại ngày và tháng, ví dụ 05/02/2026.") % _shown(typed)
        ) from None


def format_time(moment: time) -> str:
    """A time of day: 7h30, 14h00."""
    return f"{moment.hour}h{moment.minute:02d}"


_TIME = re.compile(r"(\d{1,2})\s*(?:h|g|:|giờ)\s*(\d{1,2})?\s*(?:phút)?", re.ASCII | re.IGNORECASE)


def read_time(typed: str) -> time:
    """The time somebody typed: 7h30, 7:30, 7h, "7 giờ 30 phút". Raises UnreadableValue for anything else."""
    found = _TIME.fullmatch(clean(typed).strip())
    if found and int(found.group(1)) < 24 and int(found.group(2) or 0) < 60:
        return time(int(found.group(1)), int(found.group(2) or 0))
    raise UnreadableValue(_("Không đọc được giờ “%(typed)s”. Hãy gõ giờ và phút, ví dụ 7h30.") % _shown(typed))


# --- numbers, money, durations ---------------------------------------------------------------------------------------


def _shown(typed: str) -> dict[str, str]:
    """What was typed, short enough for a message."""
    return {"typed": typed if len(typed) <= 60 else typed[:59] + "…"}


def format_number(value: int | Decimal) -> str:
    """A number with dots between thousands and a comma before decimals: 10.000; 1,5. No zeros at the end. On an English
    page 10,000 and 1.5: its reader would take 10.000 for ten."""
    text = f"{Decimal(value):,f}"
    whole, _point, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if not _in_vietnamese():
        return f"{whole}.{decimals}" if decimals else ("0" if whole == "-0" else whole)
    whole = whole.replace(",", ".")
    return f"{whole},{decimals}" if decimals else ("0" if whole == "-0" else whole)


_PLAIN = re.compile(r"(-?\d+)(?:,(\d+))?", re.ASCII)
_DOTTED = re.compile(r"(-?[1-9]\d{0,2}(?:[. ]\d{3})+)(?:,(\d+))?", re.ASCII)
_COMMAS = re.compile(r"(-?[1-9]\d{0,2}(?:,\d{3}){2,})", re.ASCII)
_TWO_WAYS = re.compile(r"-?[1-9]\d{0,2},\d{3}", re.ASCII)


def read_number(typed: str) -> Decimal:
    """The number somebody typed the Vietnamese way: 10.000 is ten thousand, 1,5 one and a half.

    "2,000,000" has only one reading and is two million. "10,000" has two, and "1.5" is not how a number is typed here:
    both raise UnreadableValue.
    """
    text = " ".join(clean(typed).split())
    if found := _COMMAS.fullmatch(text):
        return Decimal(found.group(1).replace(",", ""))
    if _TWO_WAYS.fullmatch(text):
        raise UnreadableValue(
            _("“%(typed)s” đọc được hai cách. Hãy gõ 10.000 cho mười nghìn, hoặc 10 nếu là mười.") % _shown(typed)
        )
    if found := _PLAIN.fullmatch(text) or _DOTTED.fullmatch(text):
        whole = found.group(1).replace(".", "").replace(" ", "")
        return Decimal(f"{whole}.{found.group(2) or '0'}") if found.group(2) else Decimal(whole)
    raise UnreadableValue(
        _("Không đọc được số “%(typed)s”. Hãy gõ dấu chấm giữa hàng nghìn, dấu phẩy trước số lẻ: 10.000 hoặc 1,5.")
        % _shown(typed)
    )


def format_money(amount: int | Decimal, currency: str = "VND") -> str:
    """An amount with its unit spelt out: "10.000 đồng", "25 USD", in English "10,000 VND". Zero is "0 đồng": free is
    another thing."""
    unit = _("đồng") if currency == "VND" else currency
    return f"{format_number(amount)} {unit}"


_MONEY = re.compile(r"(.*?)\s*(nghìn|ngàn|triệu|tỷ|tỉ)?\s*(?:(?:việt nam\s*)?đồng|đ|vnđ|vnd|₫)?\.?", re.IGNORECASE)
_MULTIPLES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}


def read_money(typed: str) -> Decimal:
    """An amount in đồng: "10.000", "10.000 đồng", "2,000,000 Việt Nam Đồng", "1,5 triệu đồng".

    Raises UnreadableValue for anything else, for a negative amount, and for words: "Miễn phí" and "Không quy định" are
    not amounts.
    """
    text = " ".join(clean(typed).split())
    found = _MONEY.fullmatch(text) if len(text) <= 100 else None
    if not found or not found.group(1)[:1].isdecimal():
        raise UnreadableValue(
            _("Không đọc được số tiền “%(typed)s”. Hãy gõ số, ví dụ 10.000 hoặc 10.000 đồng.") % _shown(typed)
        )
    return read_number(found.group(1)) * _MULTIPLES.get((found.group(2) or "").lower(), 1)


def format_duration(amount: int | Decimal, unit: str) -> str:
    """An amount of time with its unit, a code of `TimeUnit`: "7 ngày làm việc", "2,5 ngày". Raises ValueError for
    another unit: a bare number never gets one. In English the unit is singular for one: "1 working day"."""
    words = _DURATIONS[TimeUnit(unit)](1 if amount == 1 else 2)
    return words % {"amount": format_number(amount)}


_DURATIONS: dict[TimeUnit, Callable[[int], str]] = {
    TimeUnit.WORKING_DAY: lambda many: ngettext("%(amount)s ngày làm việc", "%(amount)s ngày làm việc", many),
    TimeUnit.DAY: lambda many: ngettext("%(amount)s ngày", "%(amount)s ngày", many),
    TimeUnit.WORKING_HOUR: lambda many: ngettext("%(amount)s giờ làm việc", "%(amount)s giờ làm việc", many),
    TimeUnit.HOUR: lambda many: ngettext("%(amount)s giờ", "%(amount)s giờ", many),
    TimeUnit.MINUTE: lambda many: ngettext("%(amount)s phút", "%(amount)s phút", many),
    TimeUnit.WEEK: lambda many: ngettext("%(amount)s tuần", "%(amount)s tuần", many),
    TimeUnit.MONTH: lambda many: ngettext("%(amount)s tháng", "%(amount)s tháng", many),
    TimeUnit.YEAR: lambda many: ngettext("%(amount)s năm", "%(amount)s năm", many),
}


# --- citing ----------------------------------------------------------------------------------------------------------

_ABOUT = re.compile(r"^(?:về\s+việc|v/v)\s*:?\s*", re.IGNORECASE)


def citation(
    number: str, signed_on: date | None = None, issuer: str = "", about: str = "", kind: str | None = None
) -> str:
    """A document as it is cited: "Quyết định số 3218/QĐ-UBND ngày 18 tháng 11 năm 2024 của Chủ tịch … về việc …".

    What is not known is left out. `issuer` is the name it had that day; `about` may begin with "Về việc"."""
    numbered = _("số %(number)s") % {"number": number}
    parts = [f"{kind} {numbered}" if kind else _("Quyết định số %(number)s") % {"number": number}]
    if signed_on:
        parts.append(pgettext("trong trích dẫn", "ngày %(day)s tháng %(month)s năm %(year)s") % _worded(signed_on))
    if issuer:
        parts.append(_("của %(issuer)s") % {"issuer": issuer})
    subject = _ABOUT.sub("", about.strip())
    if subject:
        # A title's first capital is lowered inside the sentence; an abbreviation keeps its capitals.
        subject = subject if subject[:2].isupper() else subject[0].lower() + subject[1:]
        parts.append(_("về việc %(subject)s") % {"subject": subject})
    return " ".join(parts)


def provision(document: str, article: str = "", clause: str = "", point: str = "") -> str:
    """A place in a document, smallest part first: "điểm a khoản 2 Điều 8 Nghị định số 63/2010/NĐ-CP"."""
    parts = [
        _("điểm %(point)s") % {"point": point} if point else "",
        _("khoản %(clause)s") % {"clause": clause} if clause else "",
        _("Điều %(article)s") % {"article": article} if article else "",
        document,
    ]
    return " ".join(part for part in parts if part)


# --- telephone -------------------------------------------------------------------------------------------------------

_EXTENSION = re.compile(r"(?:số\s+)?(?:máy lẻ|nội bộ|nhánh|ext)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"[;,/]|\s[-–]\s|\b(?:hoặc|và)\b", re.IGNORECASE)


def dialled(phone: str) -> str:
    """What a telephone dials for a number as it is written: "(024) 3.9271-0022" → "02439271022", "+84 24 …" keeps its
    plus. Of several numbers the first; a branch behind the exchange is left to the caller's ear. "" when there is none
    (tel: URI, RFC 3966)."""
    first = next((part for part in _SEVERAL.split(_EXTENSION.split(phone)[0]) if re.search(r"\d", part)), "")
    digits = re.sub(r"\D", "", re.sub(r"\+\s*84\s*\(0\)", "+84", first))
    return f"+{digits}" if first.strip().startswith("+") else digits


JINJA_FILTERS: dict[str, Callable[..., str]] = {
    "dialled": dialled,
    "format_date": format_date,
    "date_in_words": date_in_words,
    "format_time": format_time,
    "format_number": format_number,
    "format_money": format_money,
    "format_duration": format_duration,
}
