"""Words as read → ideas. The dictionary says what a phrase means in official words; filler, places and offices are told
from the errand itself. Each idea keeps its wordings side by side, so that one query asks for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from search import weights
from search.filler import filler_at
from search.lexicon import Lexicon
from search.places import asides, speaks_of_office
from search.query import Alternative, Idea, Word
from search.slips import Reading
from search.words import bare, marked_words

__all__ = ["Matching", "ideas_of", "known_places", "spoken_out"]

# A phrase has few wordings; more would only cost time.
MOST_ALTERNATIVES = 6
_REPLACING = frozenset({"teencode", "slip"})


class Known(Protocol):
    """What reading needs of `synonyms.Entry`."""

    @property
    def official(self) -> tuple[str, ...]:
        """What it means."""

    @property
    def kind(self) -> str:
        """Which kind of entry."""

    @property
    def keeps(self) -> bool:
        """Whether what was typed remains an alternative."""


class Matching(Protocol):
    """What reading needs of `synonyms.Dictionary`."""

    def matches(self, words: Sequence[tuple[str, str]], at: int) -> Sequence[tuple[int, Known]]:
        """Entries that stand at a place: (how many words, entry), the longest first."""


def _asked(words: Sequence[Word]) -> list[tuple[str, str]]:
    return [(word.folded, word.typed) for word in words]


def known_places(words: Sequence[Word], dictionary: Matching | None) -> frozenset[int]:
    """Places of the words that some entry knows: they are no slips."""
    if dictionary is None:
        return frozenset()
    asked = _asked(words)
    matched = ((at, dictionary.matches(asked, at)) for at in range(len(words)))
    return frozenset(place for at, found in matched if found for place in range(at, at + found[0][0]))


def spoken_out(readings: list[Reading], dictionary: Matching | None) -> list[Reading]:
    """Chat spelling and slips of habit written out ("vk" → "vợ"), because other entries are made of whole words."""
    if dictionary is None:
        return readings
    asked = _asked([reading.word for reading in readings])
    result: list[Reading] = []
    at = 0
    while at < len(readings):
        found = [(length, one) for length, one in dictionary.matches(asked, at) if one.kind in _REPLACING]
        if not found or not found[0][1].official or _stands(found[0], asked, at):
            result.append(readings[at])
            at += 1
            continue
        length, entry = found[0]
        first, last = readings[at].at, readings[at + length - 1].at
        span = (first[0], last[0] + last[1] - first[0])
        typed = tuple(reading.word for reading in readings[at : at + length]) if entry.keeps else ()
        words = _words(entry.official[0])
        # Chat spelling and marks left out are ways of writing; a slip is shown mended.
        same = [word.folded for word in words] == [folded for folded, _ in asked[at : at + length]]
        weight = min(reading.weight for reading in readings[at : at + length])
        weight = min(weight, weights.SLIP) if entry.kind == "slip" and not same else weight
        result += [Reading(word, span, typed if len(words) == 1 else (), weight) for word in words]
        at += length
    return result


def _stands(found: tuple[int, Known], asked: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether what a word is short for is written out around it: "phép" (for "giấy phép") in "giấy phép"."""
    length, entry = found
    words = [word.folded for word in _words(entry.official[0])]
    starts = range(max(0, at - len(words) + 1), at + 1)
    return len(words) > length and any(
        [folded for folded, _ in asked[start : start + len(words)]] == words for start in starts
    )


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(bare(marked), marked) for marked in marked_words(text))


def ideas_of(readings: list[Reading], raw: Sequence[str], dictionary: Matching | None, lexicon: Lexicon) -> list[Idea]:
    """The ideas, from left to right, as the best cut parts them."""
    words = [reading.word for reading in readings]
    asked = _asked(words)
    folded = [word.folded for word in words]
    special = _special(folded)
    filler = filler_at(folded) - special
    aside = asides(words, [raw[reading.at[0]] for reading in readings], lexicon)
    ideas: list[Idea] = []
    at = 0
    for length, entries in _best_cut(asked, dictionary):
        if not entries:
            ideas.append(replace(_single(readings[at]), required=at not in filler and at not in aside))
        elif all(one.kind == "filler" for one in entries):
            ideas += [replace(_single(readings[i]), required=i in special) for i in range(at, at + length)]
        else:
            idea = _phrase(readings[at : at + length], entries)
            named = aside.issuperset(range(at, at + length))
            ideas.append(replace(idea, required=not _is_aside(idea, entries, named=named)))
        at += length
    return ideas


def _special(folded: Sequence[str]) -> set[int]:
    """Places of words that ask for a special case: the "lại" of "cấp lại" is no filler."""
    return {
        place
        for case in weights.SPECIAL_CASES
        for size in (len(case.split()),)
        if size > 1
        for start in range(len(folded) - size + 1)
        if folded[start : start + size] == case.split()
        for place in range(start, start + size)
    }


def _best_cut(asked: Sequence[tuple[str, str]], dictionary: Matching | None) -> list[tuple[int, list[Known]]]:
    """How the words part into phrases that the dictionary knows: (how many words, its entries), a word that it does not
    know by itself and without entries. The cut that leaves the fewest words over, then the one of the fewest phrases,
    then of the longest first: "thẻ bảo hiểm" must not take the head of "bảo hiểm y tế"."""
    best: list[tuple[tuple[int, int], int, list[Known]]] = [((0, 0), 0, [])] * (len(asked) + 1)
    for at in range(len(asked) - 1, -1, -1):
        (left, phrases), _, _ = best[at + 1]
        chosen: tuple[tuple[int, int], int, list[Known]] = ((left + 1, phrases), 1, [])
        matched = [
            (n, one) for n, one in (dictionary.matches(asked, at) if dictionary else ()) if one.kind not in _REPLACING
        ]
        for length in sorted({n for n, _ in matched}):
            (left, phrases), _, _ = best[at + length]
            if (left, phrases + 1) <= chosen[0]:
                chosen = ((left, phrases + 1), length, [one for n, one in matched if n == length])
        best[at] = chosen
    cut: list[tuple[int, list[Known]]] = []
    at = 0
    while at < len(asked):
        _, length, entries = best[at]
        cut.append((length, entries))
        at += length
    return cut


def _is_aside(idea: Idea, entries: Sequence[Known], *, named: bool) -> bool:
    """Whether a phrase says where somebody stands or who is asked, which no procedure's name holds: known by its form,
    by its entry, or because all it means are offices (an old one's new name is as little required as the old one)."""
    meant = [one for one in idea.alternatives if one.source != "typed"]
    offices = bool(meant) and all(speaks_of_office([word.folded for word in one.words]) for one in meant)
    return named or offices or all(one.kind == "place" for one in entries)


def _single(reading: Reading) -> Idea:
    """The idea of one word: as typed, and as it was meant."""
    found = [Alternative((reading.word,), reading.weight, "typed" if reading.weight == 1.0 else "slip")]
    if reading.likeness:
        found.append(Alternative((reading.likeness,), weights.LIKENESS, "slip"))
    if reading.typed:
        found.append(Alternative(reading.typed, 1.0))
    return Idea(tuple(found), at=reading.at)


def _phrase(readings: Sequence[Reading], entries: Sequence[Known]) -> Idea:
    """The idea of a phrase that the dictionary knows."""
    first, last = readings[0].at, readings[-1].at
    found: dict[tuple[Word, ...], Alternative] = {}
    if any(one.keeps for one in entries):
        words = tuple(reading.word for reading in readings)
        found[words] = Alternative(words, min(reading.weight for reading in readings))
    for entry in entries:
        for place, official in enumerate(entry.official if entry.kind != "filler" else ()):
            words = _words(official)
            if words:
                weight = weights.SOURCES[entry.kind] * weights.LATER**place
                found.setdefault(words, Alternative(words, weight, entry.kind))
    return Idea(tuple(found.values())[:MOST_ALTERNATIVES], at=(first[0], last[0] + last[1] - first[0]))
