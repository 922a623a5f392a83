"""The second step of ranking, one for all engines: compare what was asked with a candidate's name, idea by idea. Only
here do wordings, marks, neighbours, special cases and levels meet; an engine's own score is a tie-breaker. A candidate
need not hold every idea: what it holds counts by how much it tells."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from search import weights
from search.lexicon import Lexicon
from search.query import Alternative, Idea, Query
from search.words import CONTRADICTS, SAME, agreement, bare

__all__ = ["Candidate", "Score", "Scorer"]


@dataclass(slots=True)
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


@dataclass(slots=True)
class Score:
    """How well a candidate answers: `value` orders; `held` is the share of what was asked that its name holds."""

    value: float
    held: float


@dataclass(slots=True)
class _Name:
    """A name taken apart: its words, the folded ones without "Thủ tục" before them, where each folded word stands, how
    often in that core, in which spellings, and the special cases it speaks of."""

    marked: tuple[str, ...]
    folded: tuple[str, ...]
    core: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    counts: Mapping[str, int]
    spellings: Mapping[str, tuple[str, ...]]
    special: tuple[str, ...]


_SPECIAL = tuple((case, f" {case} ") for case in weights.SPECIAL_CASES)


# Names hardly ever change, and the same few are compared again and again: taking one apart costs more than comparing.
@lru_cache(maxsize=20_000)
def _name(text: str) -> _Name:
    marked = tuple(text.split())
    folded = tuple(map(bare, marked))
    places: dict[str, tuple[int, ...]] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    for index, word in enumerate(folded):
        if word not in places:
            places[word], spellings[word] = (index,), (marked[index],)
        else:
            places[word] += (index,)
            spellings[word] += (marked[index],)
    spoken = f" {' '.join(folded)} "
    core = folded[2:] if folded[:2] == ("thu", "tuc") else folded
    special = tuple(case for case, padded in _SPECIAL if padded in spoken)
    return _Name(marked, folded, core, places, Counter(core), spellings, special)


class _Wording:
    """An alternative made ready: its words with what each tells, whether marks are known, whether its end may go on.
    One is laid beside a hundred names, so what does not depend on the name is reckoned before."""

    __slots__ = ("folded", "last", "marks", "parts", "typed", "unfinished", "weight", "whole", "words")

    def __init__(self, one: Alternative, parts: Sequence[float], *, marks: bool, unfinished: bool) -> None:
        self.folded = tuple(word.folded for word in one.words)
        self.typed = tuple(word.typed for word in one.words)
        self.parts = tuple(parts)
        self.weight, self.marks, self.unfinished = one.weight, marks, unfinished
        self.last = len(self.folded) - 1 if unfinished else -1
        # Of an unfinished word only its beginning can be compared.
        self.words = tuple(zip(self.folded, self.typed, self.parts, strict=True))[: self.last if unfinished else None]
        self.whole = sum(self.parts)

    def places(self, index: int, name: _Name) -> Sequence[int]:
        """Where one of its words stands in the name; an unfinished one stands where a word begins with it."""
        word = self.folded[index]
        if index == self.last:
            return [place for place, found in enumerate(name.folded) if found.startswith(word)]
        return name.places.get(word, ())

    def agreed(self, index: int, found: str) -> float:
        """How well one of its words agrees with a word of the name that stands at its place."""
        if index == self.last or not self.marks:
            return SAME
        return agreement(self.typed[index], found, True)

    def held(self, name: _Name) -> float:
        """How much of it the name holds, as one phrase or, less, with its words apart."""
        got = 0.0
        for word, typed, part in self.words:
            spellings = name.spellings.get(word)
            if spellings:
                got += part * _agreement(typed, spellings) if self.marks else part
        if self.unfinished and self.places(self.last, name):
            got += self.parts[-1]
        if len(self.folded) == 1:
            return self.weight * (got / self.whole)
        if not got:
            return 0.0
        share = got / self.whole
        return self.weight * share * (1.0 if share > CONTRADICTS and self._together(name) else weights.APART)

    def _together(self, name: _Name) -> bool:
        if self.unfinished and len(self.folded) > 1:
            return True
        size = len(self.folded)
        return any(name.folded[start : start + size] == self.folded for start in self.places(0, name))


@lru_cache(maxsize=20_000)
def _agreement(typed: str, spellings: tuple[str, ...]) -> float:
    """How well a word with known marks agrees with the best of its spellings in a name."""
    return max(agreement(typed, found, True) for found in spellings)


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
        # The words of each idea; of an unfinished one they need not stand in a name as they are.
        self.vocabularies = [frozenset(word for one in idea for word in one.folded) for idea in self.ideas]
        self.words = frozenset[str]().union(*self.vocabularies)
        self.phrases = frozenset(
            pair for idea in self.ideas for one in idea for pair in pairwise(one.folded)
        ) | frozenset(pairwise(word.folded for word in query.words))
        self.special = frozenset(case for case in weights.SPECIAL_CASES if _asked_for(case, self))
        self._orders: dict[tuple[int, ...], _Order] = {}
        self._around: dict[str, list[float]] = {}

    def order(self, chosen: Sequence[_Wording]) -> "_Order":
        """The words in their order in these wordings; most names choose the same."""
        key = tuple(map(id, chosen))
        found = self._orders.get(key)
        if found is None:
            found = self._orders[key] = _Order(self, chosen)
        return found

    def around(self, text: str) -> list[float]:
        """What each idea would count for standing around a name; procedures of one agency share that text."""
        found = self._around.get(text)
        if found is None:
            here = self.words.intersection(text.split())
            found = self._around[text] = [
                0.0
                if words.isdisjoint(here)
                else weights.AROUND * max((one.weight for one in idea if here.issuperset(one.folded)), default=0.0)
                for idea, words in zip(self.ideas, self.vocabularies, strict=True)
            ]
        return found


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
    parts = [lexicon.rarity(word.folded) for word in one.words]
    marks = query.has_marks if one.source == "typed" else any(word.has_marks for word in one.words)
    return _Wording(one, parts, marks=marks, unfinished=unfinished)


class Scorer:
    """Tells how well a candidate answers a query; higher is better. The lexicon weighs words: rare ones tell more."""

    def __init__(self, query: Query, lexicon: Lexicon) -> None:
        self._asked = _Asked(query, lexicon)
        self._known: dict[int, Score] = {}

    def __call__(self, candidate: Candidate) -> Score:
        """The score. One may come twice, with another score of the engine: among all hits and among the likeliest."""
        one = self._known.get(candidate.id) or self._known.setdefault(candidate.id, self._compared(candidate))
        return Score(one.value + weights.TEXT * candidate.text_score, one.held)

    def at_most(self, candidate: Candidate) -> float:
        """What `held` cannot exceed: all of each idea of which the name holds any word. A tenth of the work."""
        places = _name(candidate.name).places
        asked = self._asked
        tells = [
            weight
            for weight, words in zip(asked.weights, asked.vocabularies, strict=True)
            if not words.isdisjoint(places)
        ]
        return 1.0 if asked.unfinished else sum(tells) / asked.total

    def _compared(self, candidate: Candidate) -> Score:
        """All but the engine's own score."""
        asked, name = self._asked, _name(candidate.name)
        met = [
            (0.0, wordings[0])
            if words.isdisjoint(name.places) and not wordings[0].unfinished
            else _best(wordings, name)
            for wordings, words in zip(asked.ideas, asked.vocabularies, strict=True)
        ]
        laid = _Laid(asked.order([wording for _, wording in met]), name)
        # What stands around counts where the name itself holds little.
        beside = asked.around(candidate.around)
        held = around = 0.0
        for index, (got, _) in enumerate(met):
            part = got if laid.beside[index] else got * weights.LONE
            held += asked.weights[index] * part
            if part < beside[index]:
                around += asked.weights[index] * (beside[index] - part)
        coverage = held / asked.total
        value = weights.NAME * (held + around) / asked.total
        value += laid.value(coverage, unfinished=asked.unfinished)
        if not asked.special.issuperset(name.special):
            value -= weights.SPECIAL
        value += _level(candidate.levels) + weights.SECTORS.get(candidate.sector, 0.0)
        return Score(value, coverage)


@lru_cache(maxsize=100)
def _level(levels: tuple[str, ...]) -> float:
    """What the levels add, by the nearest."""
    return max(weights.LEVELS.get(level, 0.0) for level in levels or ("",))


def _best(wordings: list[_Wording], name: _Name) -> tuple[float, _Wording]:
    """The wording that the name holds best, and how much of it."""
    chosen, best = wordings[0], wordings[0].held(name)
    for one in wordings[1:]:
        got = one.held(name)
        if got > best:
            chosen, best = one, got
    return best, chosen


class _Order:
    """The words asked for in their order, each idea in one of its wordings: which idea each belongs to, and what each
    two neighbours tell."""

    __slots__ = ("alone", "ideas", "known", "tells", "texts", "total", "words")

    def __init__(self, asked: "_Asked", chosen: Sequence[_Wording]) -> None:
        rows = [
            (wording, place, index)
            for index, wording in enumerate(chosen)
            if asked.required[index]
            for place in range(len(wording.folded))
        ]
        self.words = [(wording, place) for wording, place, _ in rows]
        self.ideas = [index for _, _, index in rows]
        self.texts = [wording.folded[place] for wording, place in self.words]
        self.known = frozenset(self.texts)
        self.tells = [first.parts[i] + second.parts[j] for (first, i), (second, j) in pairwise(self.words)]
        self.total = sum(self.tells)
        self.alone = [len(rows) < 2 or not required for required in asked.required]


class _Laid:
    """An order of words laid beside a name. `beside`: for each idea, whether one of its words stands in the name beside
    the word it was typed beside; a syllable alone hardly tells anything ("chính" of "cải chính" in "tài chính"), and a
    long name holds any."""

    __slots__ = ("beside", "name", "neighbours", "order", "places")

    def __init__(self, order: _Order, name: _Name) -> None:
        self.order, self.name = order, name
        self.places: list[Sequence[int]] = [name.places.get(word, ()) for word in order.texts]
        if order.words and order.words[-1][0].unfinished:
            wording, place = order.words[-1]
            self.places[-1] = wording.places(place, name)
        self.beside = order.alone.copy()
        got = 0.0
        for at, (here, there) in enumerate(pairwise(self.places)):
            if here and there:
                agreed = self._agreed(at, here, there)
                if agreed > CONTRADICTS:
                    self.beside[order.ideas[at]] = self.beside[order.ideas[at + 1]] = True
                got += order.tells[at] * agreed
        self.neighbours = got / order.total if got else 0.0

    def _agreed(self, at: int, here: Sequence[int], there: Sequence[int]) -> float:
        """How well two neighbours asked for agree with two neighbours of the name; 0 when they are none there."""
        (first, i), (second, j) = self.order.words[at], self.order.words[at + 1]
        marked, best = self.name.marked, 0.0
        for place in here:
            if place + 1 in there:
                best = max(best, min(first.agreed(i, marked[place]), second.agreed(j, marked[place + 1])))
        return best

    def value(self, coverage: float, *, unfinished: bool) -> float:
        """What the order adds: neighbours, the whole as one phrase, a name that begins with it, and how much of the
        name was asked for."""
        value = weights.PHRASE * self.neighbours
        words, core = self.order.texts, self.name.core
        if len(words) > 1 and _whole(self.order.words, self.places, self.name):
            value += weights.WHOLE * coverage
        if _begins(words, core, unfinished=unfinished):
            value += weights.BEGINS * coverage
        counts = self.name.counts
        asked_for = sum([counts[word] for word in self.order.known if word in counts])
        return value + weights.PRECISION * coverage * asked_for / (len(core) or 1)


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
    if not opening or len(core) < len(opening) or (core[0] != opening[0] and len(opening) > 1):
        return False
    head = list(core[: len(opening)])
    return head[:-1] == opening[:-1] and (head[-1].startswith(opening[-1]) if unfinished else head[-1] == opening[-1])


def _asked_for(case: str, asked: _Asked) -> bool:
    """Whether something typed asks for this special case: two of its syllables in a row. One syllable says nothing:
    folded, "lái xe" and "cấp lại" share it."""
    words = case.split()
    return not asked.phrases.isdisjoint(pairwise(words)) if len(words) > 1 else words[0] in asked.words
