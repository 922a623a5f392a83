"""Which words and pairs to look for when any of them may be missing: the same for every engine, so that their likely
documents are alike."""

from itertools import pairwise
from typing import Final

from search import weights
from search.lexicon import Lexicon
from search.query import Query

__all__ = ["FEWEST_CLAUSES", "MOST_CLAUSES", "rarest_terms"]

# The rarest words and pairs carry a query when any may be missing; more only cost time. A few are looked for however
# common they are.
MOST_CLAUSES: Final = 16
FEWEST_CLAUSES: Final = 3


def rarest_terms(query: Query, lexicon: Lexicon) -> list[tuple[str, str]]:
    """Words and pairs of names as (kind, text), kind "word" or "pair" (glued), the rarest first, until they stand in so
    many names that more would only cost time."""
    terms: dict[str, tuple[int, str, str]] = {}
    for idea in query.required:
        for one in idea.alternatives:
            for word in one.words:
                terms[word.folded] = (lexicon.count(word.folded), "word", word.folded)
            for pair in pairwise(word.folded for word in one.words):
                terms["".join(pair)] = (lexicon.count(*pair), "pair", "".join(pair))
    for here, there in pairwise(query.required):
        pair = (here.typed[-1].folded, there.typed[0].folded)
        terms["".join(pair)] = (lexicon.count(*pair), "pair", "".join(pair))
    chosen: list[tuple[str, str]] = []
    looked_at = 0
    for count, kind, text in sorted(one for one in terms.values() if one[0]):
        looked_at += count
        if len(chosen) >= MOST_CLAUSES or (len(chosen) >= FEWEST_CLAUSES and looked_at > weights.LOOKED_AT):
            break
        chosen.append((kind, text))
    return chosen
