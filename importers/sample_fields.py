"""Reads the fields of a hand-written JSON entry and collects what is wrong with them, so that whoever extends the
sample sees all mistakes of a file at once: where each stands and what to write instead."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from cms.text import clean
from cms.values import UnreadableValue, read_date, read_money, read_number
from cms.vocabulary import CostDoubt, CostKind, CostReading, TimeReading, TimeUnit
from importers.rows import CostRow, TimeRow

_UNITS = {str(unit.label): unit.value for unit in TimeUnit}
_DURATION = re.compile(rf"(\d+(?:,\d+)?)\s+({'|'.join(sorted(_UNITS, key=len, reverse=True))})")
FREE = "Miễn phí"


class Entry:
    """One JSON object with its place in words. `problems` is shared by all entries of a run."""

    def __init__(self, value: Any, place: str, problems: list[str]) -> None:
        """A value that is no object counts as an empty one, with a problem."""
        self.place, self.problems = place, problems
        self.asked: set[str] = set()
        if not isinstance(value, dict):
            self.problems.append(f"{place}: phải là một nhóm trường trong dấu {{ }}.")
            value = {}
        self.value: dict[str, Any] = value

    def wrong(self, field: str, what: str) -> None:
        """Note a problem of a field."""
        self.problems.append(f"{self.place}, trường “{field}”: {what}")

    def get(self, field: str) -> Any:
        """The raw value; asking makes the field a known one."""
        self.asked.add(field)
        return self.value.get(field)

    def text(self, field: str, *, required: bool = False) -> str:
        """Clean text, empty where the field is absent."""
        value = self.get(field)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.wrong(field, "thiếu hoặc không phải chữ. Hãy viết chữ trong dấu nháy kép.")
            return ""
        return clean(value).strip()

    def texts(self, field: str) -> list[str]:
        """A list of texts, none of them empty."""
        found = []
        for number, value in enumerate(self._list(field), 1):
            if isinstance(value, str) and value.strip():
                found.append(clean(value).strip())
            else:
                self.wrong(f"{field}, dòng {number}", "phải là chữ, không để trống.")
        return found

    def entries(self, field: str) -> Iterator["Entry"]:
        """The objects of a list, each with its place; what nobody asked for in them is a problem."""
        for number, value in enumerate(self._list(field), 1):
            entry = Entry(value, f"{self.place}, {field} thứ {number}", self.problems)
            yield entry
            entry.finish()

    def _list(self, field: str) -> list[Any]:
        value = self.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(field, "phải là một danh sách trong dấu [ ].")
            return []
        return value

    def choice(self, field: str, choices: type[TextChoices], *, required: bool = False) -> str:
        """One of a vocabulary's codes, empty where the field is absent."""
        value = self.text(field, required=required)
        return value if not value or self._known(field, value, choices) else ""

    def choices(self, field: str, choices: type[TextChoices]) -> tuple[str, ...]:
        """Several of a vocabulary's codes."""
        return tuple(value for value in self.texts(field) if self._known(field, value, choices))

    def _known(self, field: str, value: str, choices: type[TextChoices]) -> bool:
        if value in choices.values:
            return True
        self.wrong(field, f"“{value}” không có trong bảng. Hãy chọn: {', '.join(choices.values)}.")
        return False

    def day(self, field: str, *, required: bool = False) -> date | None:
        """A day, 2026-07-20 or 20/07/2026."""
        value = self.text(field, required=required)
        if not value:
            return None
        try:
            return read_date(value)
        except UnreadableValue as error:
            self.wrong(field, str(error))
            return None

    def flag(self, field: str) -> bool | None:
        """True, false, or None where the field is absent."""
        value = self.get(field)
        if value is not None and not isinstance(value, bool):
            self.wrong(field, "phải là true hoặc false.")
            return None
        return value

    def count(self, field: str) -> int | None:
        """A number of sheets; None is "not stated", which is not 0."""
        value = self.get(field)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1000):
            self.wrong(field, "phải là số từ 0 đến 1000; nguồn không nói thì bỏ trường này.")
            return None
        return value

    def time(self, field: str = "time") -> TimeRow:
        """ "7 ngày làm việc"; "3" is a bare number and stays one; other words stay words; null is not stated."""
        text = self.text(field)
        if not text:
            return TimeRow(TimeReading.NOT_STATED, "")
        if found := _DURATION.fullmatch(text):
            return TimeRow(TimeReading.UNIT, text, read_number(found.group(1)), _UNITS[found.group(2)])
        if text.isdecimal():
            return TimeRow(TimeReading.BARE, text, Decimal(text))
        return TimeRow(TimeReading.OTHER, text)

    def cost(self) -> CostRow:
        """The fields of a cost: `value` ("10.000 đồng", "10 USD", "Miễn phí", other words), kind, clause, doubt."""
        text = self.text("value", required=True)
        doubt = self.choice("doubt", CostDoubt)
        row = CostRow(
            CostReading.OTHER,
            text,
            clause=self.text("clause"),
            doubts=(doubt,) if doubt else (),
            cost_kind=self.choice("kind", CostKind) or CostKind.UNKNOWN,
            certain=self.flag("certain") is not False,
        )
        if text == FREE:
            row.kind = CostReading.FREE
        elif text[:1].isdecimal():
            self._amount(row, text)
        if self.flag("bracketed"):
            row.kind, row.certain = CostReading.BRACKETED, False
        return row

    def _amount(self, row: CostRow, text: str) -> None:
        row.kind = CostReading.AMOUNT
        if text.endswith(" USD"):
            row.currency, text = "USD", text.removesuffix(" USD")
        try:
            row.amount = read_money(text)
        except UnreadableValue as error:
            self.wrong("value", str(error))

    def finish(self) -> None:
        """Note fields nobody asked for: most often a misspelt name."""
        for field in self.value:
            if field not in self.asked:
                self.wrong(field, "không có trường này. Hãy xem tên trường trong docs/sample.md.")
