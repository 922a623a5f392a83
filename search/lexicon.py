"""The words and two-syllable phrases that names in the index are made of, with how many names hold each. How much a
word tells, whether it was mistyped and what it was meant to be are all judged by this, never by a list of our own: the
catalogue itself says which words exist."""

import math
from collections.abc import Iterable, Iterator
from functools import cached_property

from search.words import bare

__all__ = ["EMPTY", "Lexicon"]


class Lexicon:
    """Made from `terms`: (a word or two words with a blank between, as `marked_words` writes them; in how many names).
    `documents` is how many names there are."""

    def __init__(self, documents: int, terms: Iterable[tuple[str, int]]) -> None:
        self.documents = documents
        self._counts: dict[str, int] = {}
        self._marked: dict[str, tuple[int, str]] = {}
        for marked, count in terms:
            folded = " ".join(map(bare, marked.split()))
            self._counts[folded] = self._counts.get(folded, 0) + count
            self._marked[folded] = max(self._marked.get(folded, (0, "")), (count, marked))

    def __contains__(self, word: str) -> bool:
        """Whether any name holds this folded word."""
        return word in self._counts

    def count(self, *words: str) -> int:
        """How many names hold this folded word, or these two as neighbours."""
        return self._counts.get(" ".join(words), 0)

    def rarity(self, word: str) -> float:
        """How much a folded word tells, in nats: high for rare ones, highest for those no name holds."""
        return math.log(1 + (self.documents + 1) / (self._counts.get(word, 0) + 0.5))

    def marked(self, *words: str) -> str:
        """The commonest spelling with marks of a folded word or pair, as `marked_words` writes it; "" when unknown."""
        return self._marked.get(" ".join(words), (0, ""))[1]

    def near(self, word: str) -> Iterator[str]:
        """Words at one slip from this one: a letter more, less, another, or two neighbours changed about."""
        seen = {word}
        for key in (word, *_deletions(word)):
            for found in self._by_deletion.get(key, ()):
                if found not in seen and _one_slip(word, found):
                    seen.add(found)
                    yield found

    @cached_property
    def _by_deletion(self) -> dict[str, list[str]]:
        """Each word under itself and under what is left when one letter is gone: two words at one slip share a key."""
        found: dict[str, list[str]] = {}
        for word in self._counts:
            if " " not in word and not word.isdigit():
                for key in {word, *_deletions(word)}:
                    found.setdefault(key, []).append(word)
        return found


def _deletions(word: str) -> list[str]:
    return [word[:index] + word[index + 1 :] for index in range(len(word))]


def _one_slip(one: str, other: str) -> bool:
    """Whether the words differ by one letter added, left out, changed, or two neighbouring letters changed about."""
    if len(one) > len(other):
        one, other = other, one
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start + 1 : start + 2] + one[start : start + 1]
    return one[start + 1 :] == other[start + 1 :] or (
        swapped == other[start : start + 2] and one[start + 2 :] == other[start + 2 :]
    )


EMPTY = Lexicon(0, ())
