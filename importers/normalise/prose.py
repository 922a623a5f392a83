"""Times, fees and legal texts of portals that write them as sentences instead of table cells. Only a sentence that says
nothing but the value is read as the value; any other keeps its words and is marked."""

import re
from datetime import date

from cms.vocabulary import CostReading, TimeReading
from importers.normalise.channels import NOTHING_TO_PAY, bracketed_costs, read_time
from importers.normalise.legal import NUMBER
from importers.normalise.words import Note, is_not_published, plain
from importers.rows import CostRow, LegalBasisRow, TimeRow

# "04 (bốn) ngày làm việc": the number is said twice.
_SPELT = re.compile(r"(?<=\d) \([^\W\d]+(?: [^\W\d]+){0,3}\)(?= )")
_BULLET = re.compile(r"(?m)^\s*[-+*•]\s*")
_DAY = re.compile(r",? (?:ngày )?(\d{1,2})/(\d{1,2})/((?:19|20)\d{2})\b")


def read_time_in_words(text: str) -> TimeRow:
    """A time of which the sentence is nothing but a number and its unit; any other sentence keeps its words."""
    read = read_time(_SPELT.sub("", text.strip()).rstrip(". "))
    return TimeRow(TimeReading.OTHER if read.kind == TimeReading.BARE else read.kind, text, read.amount, read.unit)


def read_fee_in_words(text: str, cost_kind: str = "UNKNOWN") -> list[CostRow]:
    """A fee in a sentence: plain words that nothing is paid or laid down, else its words, unverified, and each
    sum."""
    if is_not_published(text):
        return [CostRow(CostReading.NOT_PUBLISHED, text, cost_kind=cost_kind)]
    if plain(text) in NOTHING_TO_PAY:
        return [CostRow(CostReading.FREE, text, cost_kind=cost_kind)]
    # Neither free nor a sum, and certain all the same; "chưa quy định" is not: it may be by now.
    certain = plain(text) == "khong quy dinh"
    return [CostRow(CostReading.OTHER, text, cost_kind=cost_kind, certain=certain), *bracketed_costs(text)]


def read_legal_lines(text: str) -> tuple[list[LegalBasisRow], list[Note]]:
    """One legal text a line. Its number, and its day where it follows, are read only where the line has one number."""
    if is_not_published(text):
        return [], []
    rows = [_legal_line(line) for line in _BULLET.sub("", text).splitlines() if line.strip(" .;")]
    message = "Dòng căn cứ không có đúng một số hiệu; giữ nguyên chữ."
    return rows, [Note("LEGAL_NUMBER", row.title, message) for row in rows if not row.certain]


def _legal_line(line: str) -> LegalBasisRow:
    found = list(NUMBER.finditer(line))
    if len(found) != 1:
        return LegalBasisRow(line.strip(), certain=False)
    day = _DAY.match(line, found[0].end())
    return LegalBasisRow(line.strip(), found[0]["number"], _date(day) if day else None)


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
