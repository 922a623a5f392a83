"""Full texts of the content annexes joined to the rows of the list: by printed number or order, each checked by name.
Where the names disagree nothing is joined: both names and places are shown and an editor decides."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from cms.text import fold
from cms.vocabulary import DecisionAction
from importers.decisions.annex_parts import procedure_of
from importers.decisions.annexes import Annex
from importers.decisions.forms import attach
from importers.decisions.rows import ItemRow
from importers.rows import Problem

_PREFIX = re.compile(r"^(?:trinh tu,? (?:va )?)?(?:thu tuc(?: hanh chinh)?)?\s*[:,]?\s*")
_BRACKET = re.compile(r"\s*\([^()]{10,}\)\s*[.;]?\s*$")
AGREES = 85  # of 100; of the real pairs of one decision the least alike has more
SURE = 97


def join(items: Sequence[ItemRow], annexes: Sequence[Annex]) -> None:
    """Give each procedure of the list its full text; what can't be joined with certainty is asked on its row."""
    open_rows = [item for item in items if item.parent is None and item.action != DecisionAction.REPEAL]
    # Of a text that stands in two files the first is taken.
    for file, level in dict.fromkeys((annex.place.file, annex.levels) for annex in annexes):
        texts = [annex for annex in annexes if (annex.place.file, annex.levels) == (file, level)]
        rows = [item for item in open_rows if not item.content and (not level or set(level) & set(item.levels))]
        _join_level(rows, texts)


def alike(name: str, other: str) -> float:
    """How alike two names of procedures are, of 100, without the words every one may begin with."""
    return fuzz.ratio(_bare(name), _bare(other))


def _apart(name: str, other: str) -> float:
    """How alike two names are of which only one says more, in a bracket at its end; 0 for any others."""
    bare, other_bare = _BRACKET.sub("", name), _BRACKET.sub("", other)
    if (bare == name) == (other_bare == other) or alike(bare, other_bare) < SURE:
        return 0.0
    return SURE - 1


def _bare(name: str) -> str:
    words = re.sub(r"[^\w ]", " ", _PREFIX.sub("", " ".join(fold(name).split())))
    return " ".join(words.split())


def _join_level(rows: Sequence[ItemRow], texts: Sequence[Annex]) -> None:
    labels = {item.label: item for item in rows}
    numbered = len(labels) == len(rows) and len({one.label for one in texts}) == len(texts)
    taken: set[int] = set()
    for at, annex in enumerate(texts):
        by_number = labels.get(annex.label.lstrip("0")) if numbered and annex.label else None
        item = by_number or (rows[at] if at < len(rows) else None)
        if item is None:
            _ask(rows[-1] if rows else None, annex, "Phụ lục có nội dung không có mục nào trong danh mục")
            continue
        taken.add(item.ordinal)
        score = alike(item.name, annex.name)
        others = [
            max(alike(other.name, annex.name), _apart(other.name, annex.name)) for other in rows if other is not item
        ]
        if score < AGREES and by_number:
            score = _apart(item.name, annex.name)
        if score < AGREES or score < max(others, default=0.0):
            _ask(item, annex, "Tên trong danh mục và trong phụ lục không khớp")
            continue
        item.content = procedure_of(annex)
        item.problems += item.content.problems
        attach(item, annex)
        if score < SURE:
            _tell(item, annex)
    for item in rows:
        if item.ordinal not in taken:
            message = "Phụ lục nội dung không có thủ tục này; chỉ lấy những gì danh mục ghi."
            item.problems.append(Problem("doubtful", "NO_ANNEX", item.place, "", item.name[:300], message))


def _ask(item: ItemRow | None, annex: Annex, what: str) -> None:
    if item is None:
        return
    message = (
        f"{what}: danh mục ghi “{item.name[:200]}” ({item.place}), phụ lục ghi “{annex.label} {annex.name[:200]}” "
        f"({annex.place}). Chưa nối nội dung. Nếu nhận mục này thì chỉ lấy danh mục; nếu tệp thiếu hoặc sai thứ tự, "
        "hãy sửa tệp rồi nạp lại."
    )
    item.problems.append(Problem("asked", "ANNEX_NAME", annex.place, "", annex.name[:300], message))


def _tell(item: ItemRow, annex: Annex) -> None:
    message = f"Tên trong phụ lục viết khác: “{annex.name[:300]}” ({annex.place}). Đã nối theo số thứ tự; hãy xem lại."
    item.problems.append(Problem("doubtful", "ANNEX_NAME_DIFFERS", annex.place, "", annex.name[:300], message))
