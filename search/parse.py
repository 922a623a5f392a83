"""What was typed → Query. People type without marks, with half of them, with slips, in any Unicode form, and paste
codes and decision numbers in any spelling: all of it is settled here once, so that every engine answers the same
question. Reading never fails, takes bounded time and needs no database: dictionary and lexicon are handed in."""

from cms.text import clean, fold
from search.lexicon import EMPTY, Lexicon
from search.meanings import Matching, ideas_of, known_places, spoken_out
from search.numbers import codes_in, decisions_in, digits_of
from search.query import Query, Word
from search.slips import corrected_text, respelled
from search.words import CONTRADICTS, WORD, agreement, bare, marked_words, pairs_of

__all__ = [
    "CONTRADICTS",
    "LONGEST",
    "MOST_WORDS",
    "Query",
    "Word",
    "agreement",
    "bare",
    "marked_words",
    "pairs_of",
    "parse",
]

# The longest official name in the national catalogue has 1,094 characters; people paste whole names.
LONGEST = 1_200
MOST_WORDS = 80


def parse(
    text: str, *, unfinished: bool = False, dictionary: Matching | None = None, lexicon: Lexicon = EMPTY
) -> Query:
    """Read what was typed. Never fails: control characters, syntax of any engine and endless texts are only text.
    `unfinished`: the last word is still being typed. Without a lexicon no slips are seen."""
    cleaned = " ".join(clean(text[: LONGEST * 2]).split())[:LONGEST]
    raw = WORD.findall(cleaned)[:MOST_WORDS]
    marked = marked_words(cleaned)[:MOST_WORDS]
    words = tuple(Word(fold(one), typed) for one, typed in zip(raw, marked, strict=True))
    known = known_places(words, dictionary)
    readings = spoken_out(respelled(words, raw, lexicon, known, last=len(words) - unfinished), dictionary)
    return Query(
        cleaned,
        words,
        tuple(ideas_of(readings, raw, dictionary, lexicon)),
        codes_in(cleaned),
        digits_of(cleaned),
        decisions_in(cleaned),
        unfinished,
        corrected_text(readings, raw),
    )
