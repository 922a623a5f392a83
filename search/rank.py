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
        self.weights = [
            _tells(idea, lexicon) * (weights.STRANGER if _stranger(query.ideas, index, lexicon) else 1.0)
            for index, idea in enumerate(query.ideas)
        ]
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
        parts = [min(lexicon.rarity(word.folded), weights.RAREST) for word in one.words if word.folded in lexicon]
        value = sum(sorted(parts, reverse=True)[: weights.PHRASE_TELLS])
        best = max(best, value)
    if not best:
        best = weights.UNKNOWN
    return best * (1.0 if idea.required else weights.FILLER)


def _stranger(ideas: Sequence[Idea], index: int, lexicon: Lexicon) -> bool:
    """Whether an idea is a lone word that stands beside neither of its neighbours in any name: a word of the asker's
    story ("em mới sinh con muốn …"), more likely than of the errand."""
    words = ideas[index].alternatives[0].words
    if len(ideas) < 2 or len(words) > 1 or any(len(one.words) > 1 for one in ideas[index].alternatives):
        return False
    word = words[0].folded
    before = [one.words[-1].folded for one in ideas[index - 1].alternatives] if index else []
    after = [one.words[0].folded for one in ideas[index + 1].alternatives] if index + 1 < len(ideas) else []
    return not any(lexicon.count(one, word) for one in before) and not any(lexicon.count(word, one) for one in after)


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
        met = [_best(wordings, name) for wordings in asked.ideas]
        sequence = _Sequence(asked, [wording for _, wording in met], name)
        held = around = 0.0
        for index, ((got, _), tells) in enumerate(zip(met, asked.weights, strict=True)):
            part = got if sequence.beside[index] else got * weights.LONE
            held += tells * part
            if part < weights.AROUND and candidate.around:
                beside = max((one.weight for one in asked.ideas[index] if one.around(candidate.around)), default=0.0)
                around += tells * max(0.0, weights.AROUND * beside - part)
        coverage = held / asked.total
        value = weights.NAME * (held + around) / asked.total
        value += weights.TEXT * candidate.text_score
        value += sequence.value(coverage, unfinished=asked.unfinished)
        if any(not _asked_for(case, asked) for case in name.special):
            value -= weights.SPECIAL
        value += max(weights.LEVELS.get(level, 0.0) for level in candidate.levels or ("",))
        return Score(value + weights.SECTORS.get(candidate.sector, 0.0), coverage)

    return score


def _best(wordings: list[_Wording], name: _Name) -> tuple[float, _Wording]:
    """The wording that the name holds best, and how much of it."""
    if len(wordings) == 1:
        return wordings[0].held(name), wordings[0]
    return max(((one.held(name), one) for one in wordings), key=lambda pair: pair[0])


class _Sequence:
    """The words asked for in their order, each idea in the wording the name holds best, laid beside the name. `beside`:
    for each idea, whether one of its words stands in the name beside the word it was typed beside; a syllable alone
    hardly tells anything ("chính" of "cải chính" in "tài chính"), and a long name holds any."""

    def __init__(self, asked: _Asked, chosen: list[_Wording], name: _Name) -> None:
        self.name = name
        self.words: list[tuple[_Wording, int]] = []
        self.places: list[Sequence[int]] = []
        ideas: list[int] = []
        for index, wording in enumerate(chosen):
            if asked.required[index]:
                for place in range(len(wording.folded)):
                    self.words.append((wording, place))
                    self.places.append(wording.places(place, name))
                    ideas.append(index)
        self.beside = [len(self.words) < 2 or not required for required in asked.required]
        got = total = 0.0
        for at in range(len(self.words) - 1):
            (first, i), (second, j) = self.words[at], self.words[at + 1]
            tells = first.parts[i] + second.parts[j]
            total += tells
            here, there = self.places[at], self.places[at + 1]
            if here and there:
                agreed = self._agreed(at, here, there)
                if agreed > CONTRADICTS:
                    self.beside[ideas[at]] = self.beside[ideas[at + 1]] = True
                got += tells * agreed
        self.neighbours = got / total if total else 0.0

    def _agreed(self, at: int, here: Sequence[int], there: Sequence[int]) -> float:
        """How well two neighbours asked for agree with two neighbours of the name; 0 when they are none there."""
        (first, i), (second, j) = self.words[at], self.words[at + 1]
        marked = self.name.marked
        return max(
            (
                min(first.agreed(i, marked[place]), second.agreed(j, marked[place + 1]))
                for place in here
                if place + 1 in there
            ),
            default=0.0,
        )

    def value(self, coverage: float, *, unfinished: bool) -> float:
        """What the order adds: neighbours, the whole as one phrase, a name that begins with it, and how much of the
        name was asked for."""
        value = weights.PHRASE * self.neighbours
        if len(self.words) > 1 and _whole(self.words, self.places, self.name):
            value += weights.WHOLE * coverage
        core = self.name.core
        words = [wording.folded[index] for wording, index in self.words]
        if _begins(words, core, unfinished=unfinished):
            value += weights.BEGINS * coverage
        known = set(words)
        return value + weights.PRECISION * coverage * sum(word in known for word in core) / (len(core) or 1)


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
