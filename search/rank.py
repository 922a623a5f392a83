"""The second step of ranking, one for all engines: compare what was asked with a candidate's name, idea by idea. Only
here do wordings, marks, neighbours, special cases and levels meet; an engine's own score is a tie-breaker. A candidate
need not hold every idea: what it holds counts by how much it tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from search import weights
from search.lexicon import Lexicon
from search.query import Alternative, Idea, Query
from search.words import CONTRADICTS, agreement, bare

__all__ = ["Candidate", "Score", "scorer"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit of the first step: its number, its name as `marked_words` joined by blanks, its levels, the engine's score
    (best = 1), the folded words of what stands around its name (sector, agency, other names), and the sector's slug."""

    id: int
    name: str
    levels: tuple[str, ...] = ()
    text_score: float = 0.0
    around: str = ""
    sector: str = ""

    @property
    def length(self) -> int:
        """How many words the name has, "Thủ tục" before it not counted."""
        return len(_name(self.name).core)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a candidate answers: `value` orders; `held` is the share of what was asked that its name holds."""

    value: float
    held: float


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


@dataclass(frozen=True, slots=True)
class _Wording:
    """An alternative made ready: its words with what each tells, whether marks are known, whether its end may go on."""

    folded: tuple[str, ...]
    typed: tuple[str, ...]
    parts: tuple[float, ...]
    weight: float
    marks: bool
    unfinished: bool

    def places(self, index: int, name: _Name) -> Sequence[int]:
        """Where one of its words stands in the name; an unfinished one stands where a word begins with it."""
        word = self.folded[index]
        if self.unfinished and index == len(self.folded) - 1:
            return [place for place, found in enumerate(name.folded) if found.startswith(word)]
        return name.places.get(word, ())

    def agreed(self, index: int, found: str) -> float:
        """How well one of its words agrees with a word of the name that stands at its place."""
        if self.unfinished and index == len(self.folded) - 1:
            return 1.0
        return agreement(self.typed[index], found, self.marks)

    def held(self, name: _Name) -> float:
        """How much of it the name holds, as one phrase or, less, with its words apart."""
        if len(self.folded) == 1:
            places = self.places(0, name)
            return self.weight * max((self.agreed(0, name.marked[place]) for place in places), default=0.0)
        got = whole = 0.0
        for index, part in enumerate(self.parts):
            whole += part
            places = self.places(index, name)
            got += part * max((self.agreed(index, name.marked[place]) for place in places), default=0.0)
        if not got:
            return 0.0
        share = got / whole
        return self.weight * share * (1.0 if share > CONTRADICTS and self._together(name) else weights.APART)

    def _together(self, name: _Name) -> bool:
        return any(name.folded[start : start + len(self.folded)] == self.folded for start in self.places(0, name)) or (
            self.unfinished and len(self.folded) > 1
        )

    def around(self, text: str) -> bool:
        """Whether all its words stand around the name."""
        return all(f" {word} " in text for word in self.folded)


class _Asked:
    """A query made ready for comparing."""

    def __init__(self, query: Query, lexicon: Lexicon) -> None:
        self.unfinished = query.unfinished
        last = len(query.ideas) - 1
        self.ideas = [
            [_wording(one, query, lexicon, query.unfinished and index == last) for one in idea.alternatives]
            for index, idea in enumerate(query.ideas)
        ]
        self.weights = [_tells(idea, lexicon) for idea in query.ideas]
        self.total = sum(self.weights) or 1.0
        required = query.required
        self.required = [idea in required for idea in query.ideas]
        self.words = frozenset(word for idea in self.ideas for one in idea for word in one.folded)
        self.phrases = frozenset(
            pair for idea in self.ideas for one in idea for pair in pairwise(one.folded)
        ) | frozenset(pairwise(word.folded for word in query.words))


def _tells(idea: Idea, lexicon: Lexicon) -> float:
    """How much an idea tells: the rarity of its words. A phrase tells more than a word, but less than all its words
    one by one, since they come together. A word that no name holds can decide nothing and tells as little as a
    common one."""
    best = 0.0
    for one in idea.alternatives:
        parts = [lexicon.rarity(word.folded) for word in one.words if word.folded in lexicon]
        value = sum(sorted(parts, reverse=True)[: weights.PHRASE_TELLS])
        best = max(best, value)
    if not best:
        best = weights.UNKNOWN
    return best * (1.0 if idea.required else weights.FILLER)


def _wording(one: Alternative, query: Query, lexicon: Lexicon, unfinished: bool) -> _Wording:
    return _Wording(
        tuple(word.folded for word in one.words),
        tuple(word.typed for word in one.words),
        tuple(lexicon.rarity(word.folded) for word in one.words),
        one.weight,
        query.has_marks if one.source == "typed" else any(word.has_marks for word in one.words),
        unfinished,
    )


def scorer(query: Query, lexicon: Lexicon) -> Callable[[Candidate], Score]:
    """A function from a candidate to how well it answers; higher is better. The lexicon weighs words: rare ones tell
    more."""
    asked = _Asked(query, lexicon)

    def score(candidate: Candidate) -> Score:
        name = _name(candidate.name)
        chosen: list[_Wording] = []
        held = 0.0
        around = 0.0
        for wordings, weight in zip(asked.ideas, asked.weights, strict=True):
            got, wording = max(((one.held(name), one) for one in wordings), key=lambda pair: pair[0])
            chosen.append(wording)
            held += weight * got
            if got < weights.AROUND and candidate.around:
                beside = max((one.weight for one in wordings if one.around(candidate.around)), default=0.0)
                around += weight * max(0.0, weights.AROUND * beside - got)
        coverage = held / asked.total
        value = weights.TEXT * candidate.text_score + weights.NAME * (held + around) / asked.total
        value += _order(asked, chosen, name, coverage)
        if any(not _asked_for(case, asked) for case in name.special):
            value -= weights.SPECIAL
        value += max((weights.LEVELS.get(level, 0.0) for level in candidate.levels), default=0.0)
        return Score(value + weights.SECTORS.get(candidate.sector, 0.0), coverage)

    return score


def _order(asked: _Asked, chosen: list[_Wording], name: _Name, coverage: float) -> float:
    """What the order of the words adds: neighbours, the whole as one phrase, a name that begins with it, and how much
    of the name was asked for."""
    sequence = [
        (wording, index)
        for wording, required in zip(chosen, asked.required, strict=True)
        if required
        for index in range(len(wording.folded))
    ]
    found = [wording.places(index, name) for wording, index in sequence]
    value = weights.PHRASE * _neighbours(sequence, found, name)
    if len(sequence) > 1 and _whole(sequence, found, name):
        value += weights.WHOLE * coverage
    opening = [wording.folded[index] for wording, index in sequence]
    if _begins(opening, name.core, unfinished=asked.unfinished):
        value += weights.BEGINS * coverage
    words = {wording.folded[index] for wording, index in sequence}
    return value + weights.PRECISION * coverage * sum(word in words for word in name.core) / (len(name.core) or 1)


def _neighbours(sequence: list[tuple[_Wording, int]], found: list[Sequence[int]], name: _Name) -> float:
    """Share of the query's neighbours that are neighbours in the name, by agreement."""
    if len(found) < 2:
        return 0.0
    got = total = 0.0
    for place, ((first, i), (second, j)) in enumerate(pairwise(sequence)):
        tells = first.parts[i] + second.parts[j]
        total += tells
        here, there = found[place], found[place + 1]
        if here and there:
            got += tells * max(
                (
                    min(first.agreed(i, name.marked[at]), second.agreed(j, name.marked[at + 1]))
                    for at in here
                    if at + 1 in there
                ),
                default=0.0,
            )
    return got / total


def _whole(sequence: list[tuple[_Wording, int]], found: list[Sequence[int]], name: _Name) -> bool:
    """Whether the query stands in the name as one phrase, no marks contradicting."""
    if not all(found):
        return False
    return any(
        all(
            start + index in places
            and sequence[index][0].agreed(sequence[index][1], name.marked[start + index]) > CONTRADICTS
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


def _asked_for(case: str, asked: _Asked) -> bool:
    """Whether something typed asks for this special case: two of its syllables in a row. One syllable says nothing:
    folded, "lái xe" and "cấp lại" share it."""
    words = case.split()
    return not asked.phrases.isdisjoint(pairwise(words)) if len(words) > 1 else words[0] in asked.words
