"""The ways of handing in that an annex states, as rows, where its words leave no doubt which they are; anything less
clear stays words alone."""

import re
from collections.abc import Sequence

from cms.text import fold
from cms.vocabulary import ChannelKind
from importers.decisions.annexes import TextLine
from importers.normalise import read_fee_in_words, read_time_in_words
from importers.rows import ChannelRow

_KINDS = (
    (ChannelKind.ONLINE, r"truc tuyen|cong dich vu(?: cong)?\b|dichvucong"),
    (ChannelKind.POST, r"buu chinh|buu dien"),
    (ChannelKind.IN_PERSON, r"truc tiep"),
)
# "Nộp hồ sơ tại Trung tâm …" says by itself that one goes there.
_GOES_THERE = re.compile(r"\bnop\b[\w ,/]{0,80}\btai\b")
# What such a clause says of a way may be that there is none, or only how the result comes back.
_UNCLEAR = re.compile(r"\b(?:khong|chua|ngoai tru|tru truong hop)\b")
_RESULT = re.compile(r"\b(?:tra|nhan) ket qua\b")
_CLAUSES = re.compile(r"(\s*;\s*|\s+hoặc\s+(?:thông\s+)?(?:qua\s+)?|\n)", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-–+*•]|\(?[a-zđ0-9]{1,2}[.)])\s*")
_COLUMNS = (
    ("kind", r"hinh thuc|cach thuc"),
    ("time", r"thoi (?:han|gian)"),
    ("fee", r"(?:le )?phi\b"),
    ("description", r"mo ta|ghi chu|dia (?:diem|chi)"),
)


def channels_of(lines: Sequence[TextLine]) -> list[ChannelRow]:
    """The ways a part states, each once; none where one of its clauses can't be told for certain."""
    if any(line.cells for line in lines):
        return _of_table(lines)
    found: dict[str, ChannelRow] = {}
    above: ChannelRow | None = None
    for mark, clause in _clauses(lines):
        kind = _kind_of(clause)
        if kind is None:
            # Only places go on: "tại Trung tâm tỉnh; Trung tâm các xã".
            goes_on = mark != "\n" and not _UNCLEAR.search(fold(clause))
            if not (goes_on and above and above.kind == ChannelKind.IN_PERSON):
                return []
            above.description += f"{mark}{clause}"
            continue
        if not kind:
            return []
        above = found.setdefault(kind, ChannelRow(kind, None))
        if clause.casefold() not in above.description.casefold():
            above.description += f"; {clause}" if above.description else clause
    return list(found.values())


def _clauses(lines: Sequence[TextLine]) -> list[tuple[str, str]]:
    """The clauses with the mark before each; a line that goes on with the one above is one with it."""
    text = ""
    for line in lines:
        bare = " ".join(_BULLET.sub("", line.text, count=1).split())
        goes_on = text and not text.endswith((".", ";", ":")) and not _BULLET.match(line.text)
        text += (" " if goes_on else "\n" if text else "") + bare
    pieces = ["", *_CLAUSES.split(text)]
    marks = ("\n" if "\n" in mark else mark for mark in pieces[::2])
    pairs = zip(marks, (clause.strip(" .;:") for clause in pieces[1::2]), strict=True)
    return [(mark, clause) for mark, clause in pairs if re.search(r"\w", clause)]


def _kind_of(clause: str) -> str | None:
    """vocabulary.ChannelKind; "" where the clause may say something else; None where it names no way."""
    words = fold(clause)
    kinds = [str(kind) for kind, pattern in _KINDS if re.search(pattern, words)]
    if not kinds and _GOES_THERE.search(words):
        kinds = [str(ChannelKind.IN_PERSON)]
    if not kinds:
        return None
    only_result = _RESULT.search(words) and not re.search(r"\bnop\b", words)
    return kinds[0] if len(kinds) == 1 and not _UNCLEAR.search(words) and not only_result else ""


def _of_table(lines: Sequence[TextLine]) -> list[ChannelRow]:
    """The rows of a table that says in its first row which column is what."""
    columns: dict[str, int] = {}
    found: list[ChannelRow] = []
    for line in lines:
        if not line.cells:
            continue
        if not columns:
            columns = _columns(line.cells)
            if "kind" not in columns:
                return []
            continue
        cell = {name: line.cells[at].strip() for name, at in columns.items() if at < len(line.cells)}
        kind = _kind_of(cell.get("kind", ""))
        if not kind or any(one.kind == kind for one in found):
            return []
        time = read_time_in_words(cell["time"]) if cell.get("time") else None
        costs = read_fee_in_words(cell["fee"]) if cell.get("fee") else []
        found.append(ChannelRow(kind, time, costs, cell.get("description", "")))
    return found


def _columns(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = next((name for name, pattern in _COLUMNS if re.match(rf"\W*(?:{pattern})", fold(cell))), "")
        if name:
            found.setdefault(name, at)
    return found
