"""Building a procedure row from the fields of a record: every field is cleaned once, becomes a part with its place and
raw text, and what a parser can't vouch for becomes a problem with the same place. All record readers do it this way."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cms.identifiers import CodeScheme, read_code, read_decision_number
from cms.text import clean_with_repairs
from cms.vocabulary import IdentifierScheme, Part, Presence
from importers.agency_names import is_empty, split_agencies
from importers.normalise import Note, is_not_published
from importers.rows import PartRow, Place, Problem, ProcedureRow

_SHOWN_REPAIRS = {
    "bullet": "dấu đầu dòng riêng của Word thành •",
    "look_alike": "chữ Đ lấy từ bảng mã khác",
    "invisible": "ký tự không nhìn thấy",
    "control": "ký tự điều khiển",
    "broken": "ký tự hỏng",
}


@dataclass
class RecordBuilder:
    """Collects one ProcedureRow. `row` is finished when `done` has been called."""

    row: ProcedureRow
    repairs: Counter[str] = field(default_factory=Counter)

    def text(self, raw: str) -> str:
        """The cleaned text without edge spaces; repairs are counted for the report."""
        cleaned = clean_with_repairs(raw)
        self.repairs.update(cleaned.repairs)
        return cleaned.text.strip()

    def place(self, cell: str) -> Place:
        """The place of one field of this record."""
        place = self.row.place
        # A record of a list has no line of its own; its number in the list stands in the cell.
        return Place(place.file, place.sheet, place.line, ", ".join(filter(None, (place.cell, cell))))

    def part(self, part: str, text: str, cell: str, presence: str = "") -> str:
        """State a part from clean text; what says nothing is NOT_PUBLISHED unless `presence` says otherwise."""
        state = presence or (Presence.NOT_PUBLISHED if is_not_published(text) else Presence.STATED)
        self.row.parts[str(part)] = PartRow(str(part), str(state), text, self.place(cell))
        return text

    def note(self, notes: Iterable[Note], part: str, cell: str) -> None:
        """Add what a parser can't vouch for."""
        for note in notes:
            self.problem(note.severity, note.code, part, cell, note.raw, note.message)

    def problem(self, severity: str, code: str, part: str, cell: str, raw: str, message: str) -> None:
        """Add one problem of this record."""
        self.row.problems.append(Problem(severity, code, self.place(cell), str(part), raw, message))

    def agencies(self, role: str, text: str) -> None:
        """Cut a cell into agencies, only where the cut is certain (`agency_names.split_agencies`)."""
        if not is_empty(text):
            self.row.agencies[role] = split_agencies(text)

    def decision(self, text: str, cell: str) -> None:
        """Read the cited decision's number; a malformed one stays text and is listed."""
        self.part(Part.DECISION, text, cell)
        if is_not_published(text):
            return
        number = read_decision_number(text)
        self.row.cited_decision = text
        if number.well_formed:
            self.row.decision_number = number.text
            if not number.strict:
                message = f"Số quyết định viết khác mẫu, đọc là {number.text}."
                self.problem("repaired", "DECISION_REPAIRED", Part.DECISION, cell, text, message)
        else:
            message = "Số quyết định không đúng mẫu; giữ nguyên chữ, không nối với quyết định nào."
            self.problem("doubtful", "DECISION_MALFORMED", Part.DECISION, cell, text, message)

    def done(self) -> ProcedureRow:
        """The finished row, with one line about visible repairs of its text."""
        shown = [f"{_SHOWN_REPAIRS[kind]}: {count}" for kind, count in self.repairs.items() if kind in _SHOWN_REPAIRS]
        if shown:
            self.problem("repaired", "TEXT_REPAIRED", "", "", "", "Chữ được sửa khi đọc (" + "; ".join(shown) + ").")
        return self.row


def start_record(place: Place, raw_code: Any, raw_name: str, cell: str) -> RecordBuilder:
    """A builder with code and name read. A code that is not certain stays out of `code` and is a problem."""
    builder = RecordBuilder(ProcedureRow(place, None, ""))
    row = builder.row
    row.name = " ".join(builder.text(raw_name).split())
    builder.part(Part.NAME, row.name, cell)
    reading = read_code(raw_code) if raw_code not in (None, "") else None
    if reading and not reading.doubtful:
        row.code = reading.text
        if reading.scheme in (CodeScheme.LOCAL, CodeScheme.SERVICE) and reading.base:
            row.code = reading.base
            local = reading.scheme == CodeScheme.LOCAL
            scheme = IdentifierScheme.LOCAL_CODE if local else IdentifierScheme.OTHER
            row.identifiers[str(scheme)] = [reading.text]
    elif raw_code not in (None, ""):
        guess = f" Có thể là {reading.text}." if reading else ""
        message = f"Mã không chắc chắn, không dùng để nối.{guess} Sửa mã trong tệp rồi nhập lại."
        builder.problem("doubtful", "CODE_DOUBTFUL", "", cell, str(raw_code), message)
    return builder


class Duplicates:
    """Which codes a file has shown already. The second record of one code is refused, unless it says the same."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[ProcedureRow, bytes]] = {}
        self._without_code: dict[str, ProcedureRow] = {}

    def judge(self, row: ProcedureRow, record: Any) -> ProcedureRow | Problem | None:
        """The row itself when its code is new; a refusal when the file says something else under this code; None when
        `record` is the same once more (noted on the first row)."""
        if row.code is None:
            return self._known_by_text(row)
        digest = sha256(json.dumps(record, ensure_ascii=False, sort_keys=True, default=str).encode()).digest()
        first, known = self._seen.setdefault(row.code, (row, digest))
        if first is row:
            return row
        if known == digest:
            message = f"Mã này có hai bản ghi giống hệt nhau, ở {first.place} và {row.place}; chỉ nhận một."
            first.problems.append(Problem("repaired", "DUPLICATE_SAME", row.place, "", row.code, message))
            return None
        message = (
            f"Mã {row.code} đã có ở {first.place} với nội dung khác; giữ bản đầu. "
            "Sửa mã hoặc bỏ một trong hai bản ghi rồi nhập lại."
        )
        return Problem("refused", "DUPLICATE_CODE", row.place, "", row.code, message)

    def _known_by_text(self, row: ProcedureRow) -> ProcedureRow | None:
        """A record without a code that says word for word what another says is that one, under a second number."""
        said = "\n".join(f"{name}\n{part.raw}" for name, part in row.parts.items())
        first = self._without_code.setdefault(said, row)
        if first is row or not row.identifiers:
            return row
        for scheme, values in row.identifiers.items():
            known = first.identifiers.setdefault(scheme, [])
            known += [value for value in values if value not in known]
        message = f"Hai bản ghi không có mã giống hệt nhau, ở {first.place} và {row.place}; chỉ nhận một."
        first.problems.append(Problem("repaired", "DUPLICATE_SAME", row.place, "", row.name, message))
        return None


def distinct(texts: Iterable[str]) -> Iterator[str]:
    """The texts without repeats and blanks, in order."""
    yield from dict.fromkeys(text for text in texts if text)
