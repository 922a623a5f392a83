"""Where the typed words stand, on the original text with its marks: in a name, or in the line of a hit's papers, steps
or legal bases that tells why it was found."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from cms.text import fold

__all__ = ["excerpt", "marked", "words_in"]

# One line on a phone and a half.
LENGTH = 160
BEFORE = 40

_WORD = re.compile(r"[^\W_]+")


class _Aligned(dict[int, str]):
    """Translation table that learns: a character → its folded form, one for one, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = value = folded if len(folded) == 1 else chr(code)
        return value


_ALIGNED = _Aligned()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# Of one hit the same lines are looked through for several wordings, and folding costs more than looking.
@lru_cache(maxsize=2_000)
def _aligned(text: str) -> str:
    return text.translate(_ALIGNED)


def words_in(text: str) -> set[str]:
    """The folded words of a text."""
    return set(_WORD.findall(_aligned(_composed(text))))


def _places(text: str, wanted: Collection[str]) -> list[tuple[int, int, str]]:
    """Where wanted words stand in a composed text: (start, end, folded word). Looked for one by one: taking a long text
    apart into all its words costs ten times as much."""
    folded = _aligned(text)
    found = []
    for word in wanted:
        start = folded.find(word)
        while start >= 0:
            end = start + len(word)
            if not (folded[end : end + 1].isalnum() or (start and folded[start - 1].isalnum())):
                found.append((start, end, word))
            start = folded.find(word, end)
    return sorted(found)


def marked(text: str, wanted: Collection[str]) -> Markup:
    """The text as safe HTML with the wanted (folded) words in <mark>: whole words, neighbours as one phrase."""
    text = _composed(text)
    spans: list[list[int]] = []
    for start, end, _word in _places(text, wanted):
        if spans and text[spans[-1][1] : start] == " ":
            spans[-1][1] = end
        else:
            spans.append([start, end])
    parts, at = [], 0
    for start, end in spans:
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def excerpt(passages: Sequence[Sequence[str]], missing: Collection[str]) -> tuple[str, str] | None:
    """The line that holds most of these words, which a name lacks: its part, and what stands around them. None when no
    line holds at least two of them, or the only one: of several, a lone syllable explains nothing."""
    best: tuple[int, int, str, str] | None = None
    for part, line in passages:
        text = _composed(line)
        held, start = _densest(_places(text, missing))
        if held and (best is None or held > best[0]):
            best = (held, start, part, text)
            if held == len(missing):
                break
    if best is None or best[0] < min(2, len(missing)):
        return None
    _held, start, part, text = best
    return part, _window(text, start)


def _densest(places: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    """The most different words within one window, and where the first such window begins."""
    best = (0, 0)
    for index, (start, _end, _word) in enumerate(places):
        held = {word for _start, end, word in places[index : index + 12] if end <= start + LENGTH - BEFORE}
        if len(held) > best[0]:
            best = (len(held), start)
    return best


def _window(text: str, start: int) -> str:
    blank = text.find(" ", start - BEFORE, start) if start > BEFORE else -1
    first = 0 if start <= BEFORE else blank + 1 or start - BEFORE
    last = len(text) if len(text) <= first + LENGTH else text.rfind(" ", first, first + LENGTH)
    last = last if last > start else first + LENGTH
    before, after = ("… " if first else ""), (" …" if last < len(text) else "")
    return before + text[first:last] + after
