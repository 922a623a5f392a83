"""The second step of ranking, one for all engines: compare what was typed with a candidate's name word by word. Only
here do marks, neighbours, special cases and levels meet; an engine's own score is a tie-breaker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from search import weights
from search.parse import CONTRADICTS, Query, Word, agreement, bare

__all__ = ["Candidate", "scorer"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit of the first step: its number, its name as `marked_words` joined by blanks, its levels, and the engine's
    score (best = 1)."""

    id: int
    name: str
    levels: tuple[str, ...] = ()
    text_score: float = 0.0

    @property
    def length(self) -> int:
        """How many words the name has, "Thủ tục" before it not counted."""
        return len(_name(self.name).core)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart: its words, the folded ones without "Thủ tục" before them, where each folded word stands, and
    the special cases it speaks of."""

    marked: tuple[str, ...]
    folded: tuple[str, ...]
    core: tuple[str, ...]
    places: Mapping[str, list[int]]
    special: tuple[str, ...]


# Names hardly ever change, and the same few are compared again and again: taking one apart costs more than comparing.
@lru_cache(maxsize=20_000)
def _name(text: str) -> _Name:
    marked = tuple(text.split())
    folded = tuple(map(bare, marked))
    places: dict[str, list[int]] = {}
    for index, word in enumerate(folded):
        places.setdefault(word, []).append(index)
    spoken = f" {' '.join(folded)} "
    core = folded[2:] if folded[:2] == ("thu", "tuc") else folded
    return _Name(marked, folded, core, places, tuple(case for case in weights.SPECIAL_CASES if f" {case} " in spoken))


def scorer(query: Query, rarity: Mapping[str, float]) -> Callable[[Candidate], float]:
    """A function from a candidate to how well it answers; higher is better. `rarity` weighs each folded word: rare
    words tell more."""
    marks = query.has_marks
    weight = [rarity[word.folded] * (1.0 if word.required else weights.FILLER) for word in query.words]
    total = sum(weight) or 1.0
    folded = [word.folded for word in query.words]
    asked, phrases = set(folded), set(pairwise(folded))
    opening = folded[2:] if folded[:2] == ["thu", "tuc"] else folded

    def score(candidate: Candidate) -> float:
        name = _name(candidate.name)
        found = [_places(query, index, name) for index in range(len(folded))]
        best = [
            max((agreement(word.typed, name.marked[place], marks) for place in places), default=0.0)
            if not query.is_unfinished(index)
            else float(bool(places))
            for index, (word, places) in enumerate(zip(query.words, found, strict=True))
        ]
        coverage = sum(agreed * part for agreed, part in zip(best, weight, strict=True)) / total
        value = weights.TEXT * candidate.text_score + weights.NAME * coverage
        value += weights.PHRASE * _neighbours(query, name, found, marks)
        if len(folded) > 1 and _whole(query, name, found, marks):
            value += weights.WHOLE * coverage
        if _begins(opening, name.core, unfinished=query.unfinished):
            value += weights.BEGINS * coverage
        value += weights.PRECISION * coverage * sum(word in asked for word in name.core) / (len(name.core) or 1)
        if any(not _asked_for(case, asked, phrases) for case in name.special):
            value -= weights.SPECIAL
        return value + max((weights.LEVELS.get(level, 0.0) for level in candidate.levels), default=0.0)

    return score


def _places(query: Query, index: int, name: _Name) -> list[int]:
    """Where a typed word stands in the name; an unfinished one stands where a word begins with it."""
    word = query.words[index].folded
    if query.is_unfinished(index):
        return [place for place, found in enumerate(name.folded) if found.startswith(word)]
    return name.places.get(word, [])


def _agree(word: Word, found: str, marks: bool, unfinished: bool) -> float:
    return 1.0 if unfinished else agreement(word.typed, found, marks)


def _neighbours(query: Query, name: _Name, found: list[list[int]], marks: bool) -> float:
    """Share of the query's neighbours that are neighbours in the name, by agreement."""
    if len(found) < 2:
        return 0.0
    got = 0.0
    for index, (here, there) in enumerate(pairwise(found)):
        first, second = query.words[index], query.words[index + 1]
        unfinished = query.is_unfinished(index + 1)
        got += max(
            (
                min(
                    agreement(first.typed, name.marked[place], marks),
                    _agree(second, name.marked[place + 1], marks, unfinished),
                )
                for place in here
                if place + 1 in there
            ),
            default=0.0,
        )
    return got / (len(found) - 1)


def _whole(query: Query, name: _Name, found: list[list[int]], marks: bool) -> bool:
    """Whether the query stands in the name as one phrase, no marks contradicting."""
    return any(
        all(
            start + index in places
            and _agree(query.words[index], name.marked[start + index], marks, query.is_unfinished(index)) > CONTRADICTS
            for index, places in enumerate(found)
        )
        for start in found[0]
    )


def _begins(opening: list[str], core: tuple[str, ...], *, unfinished: bool) -> bool:
    """Whether the name, without "Thủ tục", begins with the query."""
    head = list(core[: len(opening)])
    if not opening or len(head) < len(opening):
        return False
    return head[:-1] == opening[:-1] and (head[-1].startswith(opening[-1]) if unfinished else head[-1] == opening[-1])


def _asked_for(case: str, asked: set[str], phrases: set[tuple[str, str]]) -> bool:
    """Whether something typed asks for this special case: two of its syllables in a row. One syllable says nothing:
    folded, "lái xe" and "cấp lại" share it."""
    words = case.split()
    return not phrases.isdisjoint(pairwise(words)) if len(words) > 1 else words[0] in asked
