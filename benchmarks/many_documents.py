"""Search documents in any number, varied from those of a real catalogue: names keep its words and their neighbours, so
that the vocabulary, and what a question finds, are those of a catalogue so large."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from cms.text import clean
from search.document import Document
from search.words import bare, marked_words, pairs_of

__all__ = ["Varied", "varied"]

# Far apart and prime, so that each round joins a name's beginning with another ending.
_STEP = 7_919


@dataclass(slots=True)
class Varied(Document):
    """A document that shares the folded long texts of the one it was made from, which costs most of the making."""

    shared: dict[str, str] = field(default_factory=dict)

    def columns(self) -> dict[str, str]:
        """See `Document.columns`."""
        marked = self.name_words
        folded = [bare(word) for word in marked]
        own = {"name": " ".join(folded), "marked": " ".join(marked), "pairs": " ".join(pairs_of(folded))}
        return self.shared | own


def varied(documents: Sequence[Document], count: int) -> Iterator[Document]:
    """The documents themselves, then variations of them, until there are so many."""
    shared = [one.columns() for one in documents]
    values = {one.name for one in fields(Document)}
    for place in range(count):
        turn, index = divmod(place, len(documents))
        base = documents[index]
        plain = {name: getattr(base, name) for name in values}
        if turn:
            other = documents[(index * _STEP + turn * 31) % len(documents)]
            code = f"9.{place:06}"
            name = _joined(base.facts.name, other.facts.name)
            plain["id"] = place + 1
            plain["facts"] = replace(base.facts, name=name, code=code, slug=f"thu-tuc-{place}")
            plain["keys"] = [("code", code), ("digits", code.replace(".", ""))]
            plain["sort"] = " ".join(marked_words(clean(name)))
        else:
            plain["id"] = place + 1
        yield Varied(**plain, shared=shared[index])


def _joined(first: str, second: str) -> str:
    """The first half of one name with the second half of another."""
    begins, ends = first.split(), second.split()
    return " ".join([*begins[: max(2, len(begins) // 2)], *ends[len(ends) // 2 :]])
