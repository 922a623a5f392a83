"""Where the typed words stand, on the original text with its marks: in a name, or in the line of a hit's papers, steps
or legal bases that tells why it was found."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from cms.text import fold

__all__ = ["excerpt", "marked", "words_in"]

# One line on a phone and a half.
LENGTH = 160
BEFORE = 40

# Stand for the tags until the text is escaped as a whole; no text of a source keeps control characters.
_BEGIN, _END = "\x01", "\x02"
_NO_BOUNDS = {1: None, 2: None}


@cache
def _table() -> NDArray[np.uint16]:
    """A character → its folded form, one for one, so that places stay the same; a blank for what is in no word. The
    halves of rarer characters stay as they are."""
    table = np.arange(1 << 16, dtype="<u2")
    for code in range(1 << 16):
        if not 0xD800 <= code < 0xE000:
            folded = fold(chr(code))
            folded = folded if len(folded) == 1 and ord(folded) < 1 << 16 else chr(code)
            table[code] = ord(folded if folded.isalnum() else " ")
    return table


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    """The text folded, all between words made blank, every character in its place. A table over all of it: character by
    character, the long texts of one page's hits take as long as finding them."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    return _table()[units].tobytes().decode("utf-16-le", "surrogatepass")


# A name is looked through for what it holds, for what it lacks and for what is marked.
_aligned = lru_cache(maxsize=2_000)(_folded)


def words_in(text: str) -> set[str]:
    """The folded words of a text."""
    return set(_aligned(_composed(text)).split())


def _places(folded: str, wanted: Collection[str]) -> list[tuple[int, int, str]]:
    """Where wanted words stand in a folded text: (start, end, word). Looked for one by one: taking a long text apart
    into all its words costs ten times as much."""
    padded = f" {folded} "
    found = []
    for word in wanted:
        whole = f" {word} "
        start = padded.find(whole)
        while start >= 0:
            end = start + len(word)
            found.append((start, end, word))
            start = padded.find(whole, end + 1)
    return sorted(found)


def marked(text: str, wanted: Collection[str]) -> Markup:
    """The text as safe HTML with the wanted (folded) words in <mark>: whole words, neighbours as one phrase."""
    text = _composed(text).translate(_NO_BOUNDS)
    parts: list[str] = []
    at = 0
    for start, end, _word in _places(_aligned(text), wanted):
        if at and text[at:start] == " ":
            parts[-1] = " "
        else:
            parts += [text[at:start], _BEGIN]
        parts += [text[start:end], _END]
        at = end
    # Escaped as a whole: the tags alone are not text.
    html = str(escape("".join([*parts, text[at:]])))
    return Markup(html.replace(_BEGIN, "<mark>").replace(_END, "</mark>"))


def excerpt(passages: Sequence[Sequence[str]], *wordings: Collection[str]) -> tuple[str, str] | None:
    """The line that holds most of the words of the first wording that any line tells of: its part, and what stands
    around them. None when no line holds at least two words of a wording, or the only one: of several, a lone syllable
    explains nothing."""
    texts = [_composed(text) for _part, text in passages]
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    folded = _folded("\n".join(texts)) if wordings else ""
    for missing in wordings:
        line, start, held = _best_line(starts, _places(folded, missing), len(missing))
        if held and held >= min(2, len(missing)):
            return passages[line][0], _window(texts[line], start - starts[line])
    return None


def _best_line(starts: Sequence[int], places: Sequence[tuple[int, int, str]], enough: int) -> tuple[int, int, int]:
    """The first line that holds most of the words close together: (line, where they begin, how many); lines begin at
    `starts`, and no line can hold more words than `enough`."""
    best = (0, 0, 0)
    at = 0
    while at < len(places) and best[2] < enough:
        line = bisect_right(starts, places[at][0]) - 1
        end = bisect_left(places, (starts[line + 1], 0, ""), at)
        within = places[at:end]
        most = len({word for _start, _end, word in within})
        if most > best[2]:
            held, start = _densest(within, most)
            best = (line, start, held) if held > best[2] else best
        at = end
    return best


def _densest(places: Sequence[tuple[int, int, str]], most: int) -> tuple[int, int]:
    """The most different words within one window, and where the first such window begins; there are `most` of them."""
    best = (0, 0)
    for index, (start, _end, _word) in enumerate(places):
        held = {word for _start, end, word in places[index : index + 12] if end <= start + LENGTH - BEFORE}
        if len(held) > best[0]:
            best = (len(held), start)
            if best[0] == most:
                break
    return best


def _window(text: str, start: int) -> str:
    blank = text.find(" ", start - BEFORE, start) if start > BEFORE else -1
    first = 0 if start <= BEFORE else blank + 1 or start - BEFORE
    last = len(text) if len(text) <= first + LENGTH else text.rfind(" ", first, first + LENGTH)
    last = last if last > start else first + LENGTH
    before, after = ("… " if first else ""), (" …" if last < len(text) else "")
    return before + text[first:last] + after
