"""Two texts beside each other: which rows came, went or changed, and inside a changed row word by word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.apps import apps
from django.db.models import Model

from cms.values import format_date, format_number
from cms.vocabulary import AdministrativeLevel, ApplicantType, Part, Presence

# Columns that only place a row; a row that moved is not a changed row.
_PLACES = ("ordinal", "reading", "doubts", "match_key")
_POINTERS = {"row": "cách nộp ", "group": "nhóm "}
# Parts that are read into rows; their words are compared only where no side has any.
_READ_INTO = {
    Part.EVIDENCE: "Evidence",
    Part.CHANNELS: "Channel",
    Part.TIME: "ProcessingTime",
    Part.COSTS: "Cost",
    Part.RESULT: "Output",
    Part.REQUIREMENTS: "Requirement",
    Part.STEPS: "Step",
    Part.LEGAL_BASIS: "LegalBasis",
    **dict.fromkeys((Part.AGENCIES, Part.COMPETENT, Part.DELEGATED, Part.COOPERATING), "AgencyText"),
}
# These stand in fields of their own.
_FIELDS = frozenset({Part.NAME, Part.DECISION, Part.LEVEL, Part.KIND, Part.SECTOR, Part.APPLICANTS})
_KINDS = {
    "Case": "Trường hợp",
    "Step": "Bước",
    "Channel": "Cách nộp",
    "ProcessingTime": "Thời hạn",
    "Cost": "Phí, lệ phí",
    "EvidenceGroup": "Nhóm giấy tờ",
    "Evidence": "Giấy tờ",
    "FormTemplate": "Mẫu đơn, tờ khai",
    "Requirement": "Điều kiện",
    "LegalBasis": "Căn cứ pháp lý",
    "Output": "Kết quả",
    "AgencyText": "Cơ quan",
    "InternalStep": "Quy trình nội bộ",
}
# Fields that keep several codes in one text.
_CODES: dict[str, dict[str, str]] = {
    "levels": {str(one): str(one.label) for one in AdministrativeLevel},
    "applicant_types": {str(one): str(one.label) for one in ApplicantType},
}


@dataclass(frozen=True)
class Word:
    """A run of words: `kind` is "same", "gone" or "come"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One row or field that is not the same on both sides; an empty side means it came or went."""

    what: str
    before: str
    after: str

    @property
    def words(self) -> list[Word]:
        """Both sides as one line, word by word."""
        return words_between(self.before, self.after)


def words_between(before: str, after: str) -> list[Word]:
    """The runs of words that stayed, went and came."""
    old, new = before.split(), after.split()
    found: list[Word] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Word("same", " ".join(old[a:b])))
        else:
            found += [Word("gone", " ".join(old[a:b]))] if b > a else []
            found += [Word("come", " ".join(new[c:d]))] if d > c else []
    return found


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two canonical texts: fields, then parts that are only words, then rows kind by kind."""
    found = []
    model = apps.get_model("cms", "ProcedureContent")
    old_head, new_head = before.get("content", {}), after.get("content", {})
    for name in dict.fromkeys([*old_head, *new_head]):
        old, new = _shown(model, name, old_head.get(name)), _shown(model, name, new_head.get(name))
        if old != new:
            found.append(Difference(_label(model, name), old, new))
    found += _parts(before, after)
    old_rows, new_rows = before.get("rows", {}), after.get("rows", {})
    for kind, label in _KINDS.items():
        found += _rows(kind, label, old_rows.get(kind, []), new_rows.get(kind, []))
    return found


def changed_text(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[list[str]]:
    """`compare` as plain lists, for the log."""
    return [[one.what, one.before, one.after] for one in compare(before, after)]


def said(row: Model, name: str) -> str:
    """A field of a row as a person reads it."""
    value = getattr(row, name)
    label = getattr(row, f"get_{name}_display", None)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, int | Decimal):
        return format_number(value)
    return str(label() if label else value)


def changed_fields(row: Model, before: Mapping[str, str], names: Iterable[str]) -> list[list[str]]:
    """Which of the row's fields no longer read as `before`, as [label, before, after]."""
    now = {name: said(row, name) for name in names}
    labels = {name: _label(type(row), name) for name in now}  # type: ignore[union-attr]
    return [[labels[name], before[name], now[name]] for name in now if before[name] != now[name]]


def _label(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _shown(model: type[Model], name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in _CODES:
        return ", ".join(_CODES[name].get(code, code) for code in value.split(","))
    # Canonical values are texts: days and sums become what their column holds before they are read out.
    return said(model(**{name: model._meta.get_field(name).to_python(value)}), name)  # type: ignore[union-attr]


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    old = {part["part"]: part for part in before.get("parts", [])}
    new = {part["part"]: part for part in after.get("parts", [])}
    found = []
    for part in Part:
        one, other = _presence(old.get(part)), _presence(new.get(part))
        if one != other:
            found.append(Difference(f"{part.label} (có hay không)", one, other))
        if part not in _FIELDS and not any(_READ_INTO.get(part) in side.get("rows", {}) for side in (before, after)):
            one, other = (" ".join(side.get(part, {}).get("raw_text", "").split()) for side in (old, new))
            if one != other:
                found.append(Difference(str(part.label), one, other))
    return found


def _presence(state: Mapping[str, Any] | None) -> str:
    return str(Presence(state["presence"]).label) if state else ""


def _rows(kind: str, label: str, old: Sequence[Any], new: Sequence[Any]) -> list[Difference]:
    before, after = [_words(kind, row) for row in old], [_words(kind, row) for row in new]
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for place in range(max(b - a, d - c)):
            one = before[a + place] if a + place < b else ""
            other = after[c + place] if c + place < d else ""
            number = (c + place if other else a + place) + 1
            found.append(Difference(f"{label} {number}", one, other))
    return found


def _words(kind: str, row: Mapping[str, Any]) -> str:
    """A row as one line a person can read."""
    model = apps.get_model("cms", kind)
    words = []
    for name, value in row.items():
        if name in _PLACES or value in (None, "", "VND", "UNKNOWN"):
            continue
        if name == "file_hash":
            words.append(f"tệp {value[:8]}")
            continue
        plain = name in ("agency", "agency_class", "row", "group")
        words.append(f"{_POINTERS.get(name, '')}{value}" if plain else _shown(model, name, value))
    return "; ".join(words)
