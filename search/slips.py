"""What was mistyped → what was meant: left-over keystrokes, syllables glued or split, a letter wrong. A word is taken
for a slip only when the names of the index do not know it and know a likely neighbour of the words beside it; what was
typed stays an alternative, so nothing is replaced in silence. Each word costs a few look-ups, whatever was typed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cms.text import fold
from search import weights
from search.lexicon import Lexicon
from search.query import Word
from search.telex import decoded, plain
from search.words import bare, marked_words, shown

__all__ = ["Reading", "corrected_text", "respelled"]

# A syllable has at most seven letters ("nghiêng"), and a glued query few syllables.
LONGEST_SYLLABLE = 7
LONGEST_GLUED = 40
# A slip in a shorter word is seen only beside a neighbour it is known with: too many words are near to "ca".
SHORT = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A word as read. `at`: first word and how many words of what was typed it comes from; `typed`: what was typed
    when something else is read; `weight`: how far the reading is to be trusted."""

    word: Word
    at: tuple[int, int]
    typed: tuple[Word, ...] = ()
    weight: float = 1.0
    # Read otherwise only because of its neighbours, though it is a word itself: an alternative, not a correction.
    likeness: Word | None = None


def respelled(
    words: Sequence[Word], raw: Sequence[str], lexicon: Lexicon, known: frozenset[int], *, last: int
) -> list[Reading]:
    """Read words `0 … last - 1` with slips mended, the others (still being typed) as they are. `known`: words that the
    dictionary knows; `raw`: the words as typed."""
    readings: list[Reading] = []
    index = 0
    while index < len(words):
        if not lexicon.documents or index >= last:
            readings.append(Reading(words[index], (index, 1)))
            index += 1
            continue
        found = _joined(words, raw, index, lexicon) if index + 1 < last else None
        found = found or _one(words, raw, index, lexicon, readings, known)
        readings += found
        index = found[-1].at[0] + found[-1].at[1]
    return _with_likenesses(readings, lexicon, known)


def _joined(words: Sequence[Word], raw: Sequence[str], index: int, lexicon: Lexicon) -> list[Reading]:
    """A syllable typed in two pieces: "k hai" → "khai", when the pieces are no neighbours anywhere and one of them is
    no word, or the whole is a neighbour of what stands beside it."""
    first, second = words[index].folded, words[index + 1].folded
    whole = first + second
    if len(whole) > LONGEST_SYLLABLE or whole not in lexicon or lexicon.count(first, second) or whole.isdigit():
        return []
    after = words[index + 2].folded if index + 2 < len(words) else ""
    before = words[index - 1].folded if index else ""
    neighbour = lexicon.count(whole, after) or lexicon.count(before, whole)
    if not neighbour or (min(len(first), len(second)) > 1 and first in lexicon and second in lexicon):
        return []
    (typed,) = marked_words(raw[index] + raw[index + 1])[:1] or [whole]
    word = Word(whole, typed) if bare(typed) == whole else Word(whole, whole)
    return [Reading(word, (index, 2), (words[index], words[index + 1]), weights.SLIP)]


def _one(
    words: Sequence[Word],
    raw: Sequence[str],
    index: int,
    lexicon: Lexicon,
    before: Sequence[Reading],
    known: frozenset[int],
) -> list[Reading]:
    """The readings of one typed word: itself, or what it was meant to be."""
    word = words[index]
    as_typed = [Reading(word, (index, 1))]
    if word.folded in lexicon or index in known or word.folded.isdigit():
        return as_typed
    meant = decoded(raw[index])
    if meant and fold(meant) in lexicon:
        (marked,) = marked_words(meant)
        return [Reading(Word(bare(marked), marked), (index, 1), (word,), weights.KEYSTROKES)]
    for text in dict.fromkeys((word.folded, plain(word.folded))):
        pieces = _pieces(text, lexicon)
        if pieces:
            return _glued(pieces, raw[index] if text == word.folded else text, index)
    previous = before[-1].word.folded if before else ""
    following = words[index + 1].folded if index + 1 < len(words) else ""
    near = _nearest(word.folded, previous, following, lexicon, sure=len(word.folded) < SHORT)
    return [Reading(_spelled(near, lexicon), (index, 1), (word,), weights.SLIP)] if near else as_typed


def _glued(pieces: list[str], typed: str, index: int) -> list[Reading]:
    readings, start = [], 0
    for piece in pieces:
        (marked,) = marked_words(typed[start : start + len(piece)])[:1] or [piece]
        word = Word(piece, marked) if bare(marked) == piece else Word(piece, piece)
        readings.append(Reading(word, (index, 1), weight=weights.KEYSTROKES))
        start += len(piece)
    # Only the first tells what was typed, so that it is shown once.
    readings[0] = replace(readings[0], typed=(Word(fold(typed), typed.lower()),))
    return readings


def _pieces(text: str, lexicon: Lexicon) -> list[str]:
    """The text cut into words of which each is a neighbour of the next in some name; the commonest such cut."""
    if not 4 <= len(text) <= LONGEST_GLUED or not text.isalpha():
        return []
    best: dict[tuple[int, str], tuple[float, list[str]]] = {(0, ""): (0.0, [])}
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            piece = text[start:end]
            if piece not in lexicon:
                continue
            for (place, previous), (score, cut) in list(best.items()):
                count = lexicon.count(previous, piece) if previous else 1
                if place != start or not count:
                    continue
                value = score + math.log(1 + count) / (1 + len(cut))
                if value > best.get((end, piece), (-1.0, []))[0]:
                    best[end, piece] = (value, [*cut, piece])
    cuts = [found for (place, _), found in best.items() if place == len(text) and len(found[1]) > 1]
    return max(cuts, default=(0.0, []), key=lambda found: (-len(found[1]), found[0]))[1]


def _nearest(word: str, before: str, after: str, lexicon: Lexicon, *, sure: bool) -> str:
    """The likeliest word at one slip from this one: known beside its neighbours, then common; "" when none is, or none
    is `sure` by a neighbour."""
    best, chosen = 0.0, ""
    for near in lexicon.near(word):
        beside = math.log1p(lexicon.count(before, near)) + math.log1p(lexicon.count(near, after))
        value = weights.SLIP_NEIGHBOUR * beside + (0.0 if sure else math.log1p(lexicon.count(near)))
        if _sounds_alike(word, near):
            value *= weights.SLIP_SOUND
        if value > best:
            best, chosen = value, near
    return chosen


_SOUNDS = (
    ("tr", "ch"),
    ("x", "s"),
    ("gi", "d"),
    ("r", "d"),
    ("ngh", "ng"),
    ("gh", "g"),
    ("y", "i"),
    ("k", "c"),
    ("l", "n"),
)


def _sounds_alike(one: str, other: str) -> bool:
    """Whether two folded words sound alike to many: s/x, ch/tr, d/gi/r, i/y …"""
    for first, second in _SOUNDS:
        one, other = one.replace(first, second), other.replace(first, second)
    return one == other


def _spelled(folded: str, lexicon: Lexicon) -> Word:
    return Word(folded, lexicon.marked(folded) or folded)


def _with_likenesses(readings: list[Reading], lexicon: Lexicon, known: frozenset[int]) -> list[Reading]:
    """Words that exist but stand beside none of their neighbours in any name ("khôi phụ"): one at one slip that does
    ("khôi phục") becomes an alternative. In a long question words are strangers for other reasons."""
    if not lexicon.documents or len(readings) > weights.SLIP_LONGEST:
        return readings
    found = list(readings)
    for index, reading in enumerate(readings):
        word = reading.word.folded
        before = readings[index - 1].word.folded if index else ""
        after = readings[index + 1].word.folded if index + 1 < len(readings) else ""
        stranger = not (lexicon.count(before, word) or lexicon.count(word, after))
        if reading.typed or reading.at[0] in known or not stranger or word.isdigit() or len(word) < 2:
            continue
        near = _nearest(word, before, after, lexicon, sure=True)
        if near and lexicon.count(before, near) + lexicon.count(near, after) >= weights.SLIP_SEEN:
            found[index] = replace(reading, likeness=_spelled(near, lexicon))
    return found


def corrected_text(readings: Sequence[Reading], raw: Sequence[str]) -> str:
    """What was typed with its slips mended, to be shown; "" when there are none."""
    if all(reading.weight == 1.0 for reading in readings):
        return ""
    parts: list[str] = []
    told: tuple[int, int] | None = None
    for reading in readings:
        if reading.weight < 1.0:
            parts.append(shown(reading.word.typed))
        elif reading.at != told:
            # A phrase written out otherwise, or what several words come of: what was typed, once.
            told = reading.at
            parts += [word.lower() for word in raw[told[0] : told[0] + told[1]]]
    return " ".join(parts)
