"""The signed PDF held against the file it was read from: the paper with the signature is the law, the Word file is only
easier to read. Where they differ both readings are shown and an editor decides; what a poor scan can't tell is said."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from cms.text import fold, match_key
from cms.values import format_date
from importers.decisions.rows import DecisionHead, ItemRow
from importers.rows import Place, Problem

# Columns whose figures bind: a time or a fee that differs is another law.
FIGURES = {"processing_time": "thời hạn", "processing_time_cut": "thời hạn sau cắt giảm", "fees": "phí, lệ phí"}
ALIKE = 80  # of 100: names in two spellings of one document; a scan's faults take some away
SAME = 97  # above: nothing but marks and signs differs
READABLE = 0.5  # of the rows must be found, or the scan is too poor to compare
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def compare_heads(source: DecisionHead, law: DecisionHead, file: str) -> list[Problem]:
    """Number and day of signing, where both state them. `file`: the signed PDF's name."""
    found = []
    if source.number and law.number and fold(source.number) != fold(law.number):
        found.append(_differs("asked", "LAW_NUMBER", Place(file), "số quyết định", law.number, source.number))
    if source.signed_on and law.signed_on and source.signed_on != law.signed_on:
        days = format_date(law.signed_on), format_date(source.signed_on)
        found.append(_differs("asked", "LAW_DATE", Place(file), "ngày ký", *days))
    return found


def compare_lists(source: Sequence[ItemRow], law: Sequence[ItemRow], file: str) -> list[Problem]:
    """Hold every row against the signed paper's; problems of a row are added to it, those of the whole are returned."""
    pairs, missing, extra = _paired(source, law)
    if len(pairs) < READABLE * len(source):
        message = (
            f"chữ của bản đã ký đọc kém: chỉ nhận ra {len(pairs)} trên {len(source)} mục, nên chưa so được. "
            "Hãy so bằng mắt số mục, mã, thời hạn, phí."
        )
        return [Problem("doubtful", "LAW_UNREADABLE", Place(file), "", "", message)]
    for row, signed in pairs:
        row.problems += _differences(row, signed)
    for row in missing:
        message = f"bản đã ký ({file}) không thấy mục này. Hãy xem bản đã ký; nếu không có thì bỏ mục ra."
        row.problems.append(Problem("asked", "LAW_LACKS", row.place, "", row.name, message))
    found = []
    for signed in extra:
        label = f"mục {signed.label} " if signed.label else "một mục "
        message = f"bản đã ký có {label}“{signed.name}” mà tệp nguồn không có. Hãy thêm, hoặc lấy đúng bản Word."
        found.append(Problem("asked", "LAW_ADDS", signed.place, "", signed.name, message))
    return found


def _paired(
    source: Sequence[ItemRow], law: Sequence[ItemRow]
) -> tuple[list[tuple[ItemRow, ItemRow]], list[ItemRow], list[ItemRow]]:
    """Rows of both papers that are one, the likeliest pairs first; then what only one of them has."""
    names, others = [match_key(row.name) for row in source], [match_key(row.name) for row in law]
    scores = process.cdist(names, others, scorer=fuzz.ratio, score_cutoff=ALIKE)
    likely = [
        (_weight(source[at], law[other], float(scores[at][other])), -abs(at - other), at, other)
        for at in range(len(source))
        for other in range(len(law))
        if scores[at][other]
    ]
    ours: dict[int, int] = {}
    taken: set[int] = set()
    for weight, _near, at, other in sorted(likely, reverse=True):
        if weight >= ALIKE and at not in ours and other not in taken:
            ours[at] = other
            taken.add(other)
    pairs = [(source[at], law[other]) for at, other in sorted(ours.items())]
    missing = [row for at, row in enumerate(source) if at not in ours]
    return pairs, missing, [row for at, row in enumerate(law) if at not in taken]


def _weight(row: ItemRow, other: ItemRow, name: float) -> float:
    """How surely two rows are one: by name, code and printed number. Two codes under two names are two rows."""
    if (row.parent is None) != (other.parent is None):
        return 0
    if row.code and other.code and row.code != other.code and name < SAME:
        return 0
    return name + 100 * (row.code == other.code != "") + (row.label == other.label)


def _differences(row: ItemRow, signed: ItemRow) -> list[Problem]:
    found = []
    if row.code and signed.code and row.code != signed.code:
        found.append(_differs("asked", "LAW_CODE", signed.place, "mã", signed.code, row.code))
    if fuzz.ratio(match_key(row.name), match_key(signed.name)) < SAME:
        found.append(_differs("doubtful", "LAW_NAME", signed.place, "tên", signed.name, row.name))
    for column, label in FIGURES.items():
        ours, theirs = row.values.get(column), signed.values.get(column)
        if ours and theirs and _figures(ours.text) != _figures(theirs.text):
            found.append(_differs("asked", "LAW_FIGURES", signed.place, label, theirs.text, ours.text))
    return found


def _figures(text: str) -> list[str]:
    """The numbers of a text in their order, "08" the same as "8", "10.000" as "10000"."""
    return [re.sub(r"[.,](?=\d{3}(?:\D|$))", "", one).lstrip("0") or "0" for one in _NUMBERS.findall(text)]


def _differs(severity: str, code: str, place: Place, what: str, law: str, source: str) -> Problem:
    """Both readings of one thing, for an editor to choose."""
    message = f"{what} ở bản đã ký là “{law}”, ở tệp nguồn là “{source}”. Bản đã ký là bản có giá trị: hãy chọn."
    return Problem(severity, code, place, "", law, message)
