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
        if not found or not found[0][1].official:
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
        weight = weights.SLIP if entry.kind == "slip" and not same else 1.0
        result += [Reading(word, span, typed if len(words) == 1 else (), weight) for word in words]
        at += length
    return result


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(bare(marked), marked) for marked in marked_words(text))


def ideas_of(readings: list[Reading], raw: Sequence[str], dictionary: Matching | None, lexicon: Lexicon) -> list[Idea]:
    """The ideas, from left to right; the longest entry that stands at a place wins."""
    words = [reading.word for reading in readings]
    asked = _asked(words)
    filler = filler_at([word.folded for word in words])
    aside = asides(words, [raw[reading.at[0]] for reading in readings], lexicon)
    ideas: list[Idea] = []
    at = 0
    while at < len(readings):
        matched = dictionary.matches(asked, at) if dictionary else ()
        matched = [(length, one) for length, one in matched if one.kind not in _REPLACING]
        if not matched:
            ideas.append(replace(_single(readings[at]), required=at not in filler and at not in aside))
            at += 1
            continue
        length = matched[0][0]
        entries = [one for size, one in matched if size == length]
        if all(one.kind == "filler" for one in entries):
            ideas += [replace(_single(reading), required=False) for reading in readings[at : at + length]]
        else:
            idea = _phrase(readings[at : at + length], entries)
            named = aside.issuperset(range(at, at + length))
            ideas.append(replace(idea, required=not _is_aside(idea, entries, named=named)))
        at += length
    return ideas


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
        for official in entry.official if entry.kind != "filler" else ():
            words = _words(official)
            if words:
                found.setdefault(words, Alternative(words, weights.SOURCES[entry.kind], entry.kind))
    return Idea(tuple(found.values())[:MOST_ALTERNATIVES], at=(first[0], last[0] + last[1] - first[0]))
