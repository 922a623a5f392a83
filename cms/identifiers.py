"""Reading procedure codes and decision numbers as they are really written. They are what joins files, portals and
papers, so a spelling that is certain is brought to one form, and one that is not stays as it is and is reported: a
guessed code points at another procedure, a guessed number at another decision."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cms.text import clean, fold, fold_words

__all__ = [
    "CodeReading",
    "CodeScheme",
    "DecisionNumber",
    "code_spellings",
    "find_codes",
    "fold_decision_number",
    "normalise_code",
    "read_code",
    "read_decision_number",
]


class CodeScheme(StrEnum):
    """Which family a procedure code belongs to. Nothing about the procedure may be concluded from it."""

    NATIONAL = "NATIONAL"  # 1.004222
    LOCAL = "LOCAL"  # 1.004222.000.00.00.H17: the national code with the agency that offers it
    SERVICE = "SERVICE"  # 1.004222.01: one online service of the procedure
    FORMER = "FORMER"  # T-BPC-280421, of the database before 2018
    INTERNAL = "INTERNAL"  # NB-SCT-01: procedures inside the administration
    OTHER = "OTHER"  # C08_XPHCDB, given by one body


@dataclass(frozen=True, slots=True)
class CodeReading:
    """What a code cell says: the code in its one spelling, its family, the national code it rests on, the suffix after
    that, and whether the spelling had to be rebuilt (`doubtful`: show it to a person, don't join by it)."""

    text: str
    scheme: CodeScheme
    base: str | None
    suffix: str
    doubtful: bool


_NATIONAL = re.compile(r"(\d\.\d{6})(\.\d{2}|(?:\.\d{2,3}){3}\.[A-Z]\d{2})?", re.ASCII)
_FAMILIES = (
    (CodeScheme.INTERNAL, re.compile(r"NB-[A-ZĐ0-9]+(?:-[A-ZĐ0-9]+)*-\d+", re.ASCII)),
    (CodeScheme.FORMER, re.compile(r"[A-Z]-[A-ZĐ]{2,5}-\d{5,6}(?:-[A-Z]{2})?", re.ASCII)),
    (CodeScheme.OTHER, re.compile(r"[A-Z]\d{2}_[A-Z0-9]+", re.ASCII)),
)
# Seen when a spreadsheet took the code for a number: zeros at the end lost, the dot lost or turned into a comma.
_DAMAGED = re.compile(r"(\d)[.,](\d{1,6})|(\d)(\d{6})", re.ASCII)


def _reading(text: str, doubtful: bool) -> CodeReading | None:
    if found := _NATIONAL.fullmatch(text):
        suffix = (found.group(2) or "").removeprefix(".")
        scheme = CodeScheme.NATIONAL
        if suffix:
            scheme = CodeScheme.SERVICE if suffix.isdigit() else CodeScheme.LOCAL
        return CodeReading(text, scheme, found.group(1), suffix, doubtful)
    for scheme, pattern in _FAMILIES:
        if pattern.fullmatch(text):
            return CodeReading(text, scheme, None, "", doubtful)
    return None


def read_code(raw: str | int | float | Decimal) -> CodeReading | None:
    """Read one code cell; None when it holds no code in a known form.

    Certain repairs: capitals, spaces, a dot at the end. A number, or text that looks like one ("1.00422" for 1.004220,
    "1004222", "1,004222"), is rebuilt and marked doubtful.
    """
    if isinstance(raw, bool):
        return None
    if not isinstance(raw, str):
        # A double that a spreadsheet wrote for 1.00422 prints back as 1.00422; whole ones print with ".0".
        shown = str(raw)
        return _rebuilt(shown.removesuffix(".0") if isinstance(raw, float) else shown)
    text = re.sub(r"\s+", "", clean(raw)).strip(".,;:").upper()
    return _reading(text, doubtful=False) or _rebuilt(text)


def _rebuilt(text: str) -> CodeReading | None:
    found = _DAMAGED.fullmatch(text)
    if not found:
        return None
    first, rest = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
    return _reading(f"{first}.{rest.ljust(6, '0')}", doubtful=True)


def normalise_code(raw: str | int | float | Decimal) -> str | None:
    """The code in its one spelling, or None when there is none or it is doubtful (see `read_code`)."""
    reading = read_code(raw)
    return reading.text if reading and not reading.doubtful else None


_IN_TEXT = re.compile(rf"(?<![\w.,/-]){_NATIONAL.pattern}(?!\d|\.\d|[.,]\d)", re.ASCII)


def find_codes(text: str) -> list[CodeReading]:
    """The national codes, with or without suffix, that stand in running text, in their order: names and notes repeat
    the code, "(Mã số TTHC: 1.004222)". Only full and certain forms are found."""
    readings = (_reading(found.group(), doubtful=False) for found in _IN_TEXT.finditer(clean(text)))
    return [reading for reading in readings if reading]


_QUERY = re.compile(r"(\d)[ .,_-]*(\d{3})[ .,_-]*(\d{3})((?:[ .][\dA-Z.]+)?)", re.ASCII)


def code_spellings(query: str) -> list[str]:
    """The codes somebody may mean who typed `query`, likeliest first; empty when it does not look like a code.

    For searching only: "1004222", "1 004 222" and "1,004222" give 1.004222; a local or service form is followed by its
    base; "1.00422" gives 1.004220. None of this is certain enough to join data by.
    """
    typed = clean(query).strip().upper()
    spellings: list[str] = []
    reading = read_code(typed)
    if not reading and (found := _QUERY.fullmatch(typed)):
        base = f"{found.group(1)}.{found.group(2)}{found.group(3)}"
        suffix = found.group(4).strip(" .").replace(" ", ".")
        reading = read_code(f"{base}.{suffix}" if suffix else base) or read_code(base)
    if reading:
        spellings.append(reading.text)
        if reading.base and reading.base != reading.text:
            spellings.append(reading.base)
    return spellings


@dataclass(frozen=True, slots=True)
class DecisionNumber:
    """What a decision-number cell says.

    `text` is the number in its one spelling ("3218/QĐ-UBND"), or the cleaned text when it is malformed. `strict`: the
    cell was already written so, to the letter; `well_formed`: it is, after repairs that are certain. `number`, `body`
    and `year` (only of numbers such as 12/2013/QĐ-UBND) are set for well-formed ones.
    """

    raw: str
    text: str
    strict: bool
    well_formed: bool
    number: int | None = None
    year: int | None = None
    body: str = ""


# The mark after QĐ: UBND, VP.UBND.KSTT, BCA-C06. TTg is the one mark with a small letter.
_STRICT = re.compile(r"(\d+)/(?:(\d{4})/)?QĐ-((?:TTg|[A-ZĐ][A-ZĐ0-9]*)(?:[.-][A-ZĐ0-9]+)*)", re.ASCII)
_LEADING = re.compile(r"^(?:quyết\s*định|qđ)?\s*(?:số)?\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_FOLDED_LEADING = re.compile(r"^(?:quyet dinh|qd)?[ .:]*(?:so)?[ .:]*(?=[0-9])")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def _repaired(text: str) -> str:
    """The number after the repairs that leave no doubt: leading words, spaces, kinds of dash, capitals, a stray dot,
    and QĐ for QD, because no other kind of document is written so."""
    text = _LEADING.sub("", re.sub(r"\s+", " ", text).strip())
    text = re.sub(r"\s*([/.-])\s*", r"\1", _DASHES.sub("-", text)).rstrip(".,;:").upper()
    text = re.sub(r"^(\d+)\.+/", r"\1/", text)
    text = re.sub(r"/QD-", "/QĐ-", text)
    return re.sub(r"(?<=/QĐ-)TTG\b", "TTg", text)


def read_decision_number(raw: str) -> DecisionNumber:
    """Read a decision number such as 3218/QĐ-UBND.

    Repaired with certainty: "Quyết định số 5132/QĐ-BQP", "SỐ 64/QĐ-NHNN", "3980 /QĐ-BQP", "2267./QĐ-BXD",
    "3713/QD-BTP". Anything else ("1681", "QĐ2338-BTP", "QĐ/0001-BCA", "Demo/QĐ-BCA", ".../QĐ-BNNMT") is malformed and
    kept as text: no number, body or Đ is made up.
    """
    cleaned = clean(raw)
    text = _repaired(cleaned)
    found = _STRICT.fullmatch(text)
    if not found:
        return DecisionNumber(raw, " ".join(cleaned.split()), strict=False, well_formed=False)
    year = int(found.group(2)) if found.group(2) else None
    strict = _STRICT.fullmatch(raw) is not None
    return DecisionNumber(raw, text, strict, True, int(found.group(1)), year, found.group(3))


def fold_decision_number(raw: str) -> str:
    """What two spellings of one decision number have in common: "3218 qd ubnd" for "3218/QĐ-UBND", "Số 3218/qđ-ubnd"
    and the same typed without signs. Leading zeros of the number do not count. Works on malformed ones and
    queries too."""
    folded = re.sub(r"(?<=\d)(?=qd\b)", " ", fold(_repaired(clean(raw))))
    words = fold_words(_FOLDED_LEADING.sub("", folded))
    if words and words[0].isdecimal():
        words[0] = words[0].lstrip("0") or "0"
    return " ".join(words)
