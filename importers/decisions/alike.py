"""Cells that a page break damaged, put right by their neighbours: lists repeat one text down a whole column, and
printing loses lines of a cell merged over pages. The reading as it was stays beside it, and the doubt stays."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import Match, SequenceMatcher

from importers.decisions.pages import CARRIED, CUT, JOINED, MAYBE
from importers.decisions.rows import ItemRow, Value

COLUMNS = ("place", "fees", "legal_bases", "agency")
ALIKE = "Ô gộp bị ngắt trang, chữ bị mất hoặc lẫn; máy lấy theo các ô giống nó ở cùng cột. Hãy so với bản gốc."
_FEWEST = 20  # words; shorter texts are too much alike
_FEWEST_BEGINNING = 2
_KEPT = 0.95  # of a cut text's words stand in the whole one, in their order
_LIKE = 0.6  # of the words of both, where lines were printed over one another
_CANDIDATES = 12


def mend_cut_cells(items: Sequence[ItemRow]) -> None:
    """Give values that a page cut, and that are a damaged copy of another text of their column, that text."""
    for column in COLUMNS:
        values = [item.values[column] for item in items if column in item.values]
        whole = _whole_texts(values)
        known: dict[str, str] = {}
        for item in items:
            value = item.values.get(column)
            if value is None or not any(doubt in value.doubt for doubt in (JOINED, CARRIED, CUT, MAYBE)):
                continue
            if value.text not in known:
                known[value.text] = _original(value.text, whole)
            if text := known[value.text]:
                item.values[column] = replace(value, text=text, raw=value.raw or value.text, doubt=ALIKE)


def _whole_texts(values: Iterable[Value]) -> list[str]:
    """The texts that stand uncut somewhere, or came out the same on two pages; the commonest first."""
    places: dict[str, set[str]] = defaultdict(set)
    clean: set[str] = set()
    counts: Counter[str] = Counter()
    for value in values:
        places[value.text].add(value.place.sheet)
        counts[value.text] += 1
        if not value.doubt:
            clean.add(value.text)
    return [text for text, _ in counts.most_common() if text in clean or len(places[text]) > 1][:_CANDIDATES]


def _original(text: str, whole: Sequence[str]) -> str:
    """The text this is a damaged copy of, "" when it is none: the first, commonest, that fits."""
    words = text.split()
    for other in whole[: whole.index(text)] if text in whole else whole:
        theirs = other.split()
        if theirs[: len(words)] == words and len(theirs) > len(words) > _FEWEST_BEGINNING:
            return other
        if len(words) < _FEWEST or _lines(text) <= _lines(other):
            continue
        blocks = SequenceMatcher(None, words, theirs, autojunk=False).get_matching_blocks()
        same = sum(block.size for block in blocks)
        is_cut = len(theirs) > len(words) and same >= _KEPT * len(words)
        if is_cut or (same >= _LIKE * max(len(words), len(theirs)) and _is_overprinted(words, blocks)):
            return other
    return ""


def _is_overprinted(words: Sequence[str], blocks: Iterable[Match]) -> bool:
    """Whether what differs is mostly single letters: two lines printed over one another."""
    known = {place for block in blocks for place in range(block.a, block.a + block.size)}
    other = [word for place, word in enumerate(words) if place not in known]
    return sum(len(word) < 3 for word in other) > 0.6 * len(other)


def _lines(text: str) -> set[str]:
    return {" ".join(line.split()).strip(" .;") for line in text.splitlines()}
