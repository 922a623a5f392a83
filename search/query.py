"""A question as read: plain values that `parse` makes, an engine answers and `rank` compares with names. An idea is one
thing asked; whatever it may also be called stands beside it as a weighted alternative, so that a dictionary entry, an
abbreviation and a slip of the finger are one thing to every engine."""

from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Alternative", "Idea", "Query", "Word"]


@dataclass(frozen=True, slots=True)
class Word:
    """A syllable: folded, and with its marks as typed (NFC, small letters, tone moved to the end)."""

    folded: str
    typed: str

    @property
    def has_marks(self) -> bool:
        """Whether any mark was typed on it."""
        return self.typed != self.folded


@dataclass(frozen=True, slots=True)
class Alternative:
    """One wording of an idea: its words in their order, how far it is to be trusted (1 = as typed), and where it comes
    from: "typed", "slip", or the kind of a dictionary entry."""

    words: tuple[Word, ...]
    weight: float = 1.0
    source: str = "typed"

    @property
    def text(self) -> str:
        """The folded words."""
        return " ".join(word.folded for word in self.words)


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing asked: a hit holds it when it holds all words of one alternative. `required`: a hit should hold it
    (words of a question and places are not required, they only order); `at`: its first word in `Query.words` and how
    many words it spans."""

    alternatives: tuple[Alternative, ...]
    required: bool = True
    at: tuple[int, int] = (0, 1)

    @property
    def typed(self) -> tuple[Word, ...]:
        """The words of the wording that was typed, or what it was read as."""
        return self.alternatives[0].words


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, read. `words`: as typed; `ideas`: what they ask for, in their order; `codes`: spellings of a
    procedure code, likeliest first; `digits`: the digits when nothing else was typed; `decisions`: the folded decision
    numbers it may mean, likeliest first; `unfinished`: still being typed, so the last idea's last word may go on;
    `corrected`: the text with its slips mended, or "" when there are none."""

    text: str
    words: tuple[Word, ...] = ()
    ideas: tuple[Idea, ...] = ()
    codes: tuple[str, ...] = ()
    digits: str = ""
    decisions: tuple[str, ...] = ()
    unfinished: bool = False
    corrected: str = ""
    has_marks: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        # Marks typed anywhere: then a word without marks was probably meant so.
        object.__setattr__(self, "has_marks", any(word.has_marks for word in self.words))

    @property
    def required(self) -> tuple[Idea, ...]:
        """The ideas a hit should hold; all of them when nothing but filler was typed."""
        return tuple(idea for idea in self.ideas if idea.required) or self.ideas

    @property
    def wanted(self) -> frozenset[str]:
        """The folded words of all wordings of the required ideas: what is marked in a hit's text."""
        return frozenset(
            word.folded for idea in self.required for alternative in idea.alternatives for word in alternative.words
        )

    @property
    def pairs(self) -> tuple[str, ...]:
        """Two-syllable phrases asked for, glued as in the index: neighbours within a wording, and across ideas."""
        found: dict[str, None] = {}
        for idea in self.required:
            for alternative in idea.alternatives:
                found |= dict.fromkeys(_glued(alternative.words))
        for here, there in pairwise(self.required):
            # Across two ideas only the likeliest wordings meet: a few pairs, not their product.
            for first in here.alternatives[:2]:
                for second in there.alternatives[:2]:
                    found |= dict.fromkeys(_glued((first.words[-1], second.words[0])))
        return tuple(found)


def _glued(words: tuple[Word, ...]) -> list[str]:
    return [first.folded + second.folded for first, second in pairwise(words)]
