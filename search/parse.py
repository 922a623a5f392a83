"""What was typed → Query. People type without marks, with half of them, with slips, in any Unicode form, and paste
codes and decision numbers in any spelling: all of it is settled here once, so that every engine answers the same
question. Reading never fails, takes bounded time and needs no database: dictionary and lexicon are handed in."""

import re

from cms.identifiers import code_spellings, find_codes, fold_decision_number
from cms.text import clean, fold
from search.lexicon import EMPTY, Lexicon
from search.meanings import Matching, ideas_of, known_places, spoken_out
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

_DECISION = re.compile(r"(?:quyet dinh|qd)[ .:]*(?:so)?[ .:]*[0-9]|[0-9][0-9/ .]*qd\b")
_DIGITS = re.compile(r"[0-9][0-9 .,_-]*")
_SEVEN = re.compile(r"(?<![\w.,])\d[ .,]?\d{6}(?![\w])", re.ASCII)


def parse(
    text: str, *, unfinished: bool = False, dictionary: Matching | None = None, lexicon: Lexicon = EMPTY
) -> Query:
    """Read what was typed. Never fails: control characters, syntax of any engine and endless texts are only text.
    `unfinished`: the last word is still being typed. Without a lexicon no slips are seen."""
    cleaned = " ".join(clean(text[: LONGEST * 2]).split())[:LONGEST]
    raw = WORD.findall(cleaned)[:MOST_WORDS]
    marked = marked_words(cleaned)[:MOST_WORDS]
    words = tuple(Word(fold(one), typed) for one, typed in zip(raw, marked, strict=True))
    typed_digits = "".join(char for char in cleaned if char.isdigit()) if _DIGITS.fullmatch(cleaned) else ""
    known = known_places(words, dictionary)
    readings = respelled(words, raw, lexicon, known, last=len(words) - unfinished)
    return Query(
        cleaned,
        words,
        tuple(ideas_of(spoken_out(readings, dictionary), dictionary)),
        _codes(cleaned),
        typed_digits,
        fold_decision_number(cleaned) if _DECISION.search(fold(cleaned)) else "",
        unfinished,
        corrected_text(readings, raw),
    )


def _codes(cleaned: str) -> tuple[str, ...]:
    """Codes the whole text spells, else those that stand in it ("mã 1004222", "thủ tục 1.004222")."""
    if len(cleaned) > 200:
        return ()
    spelled = code_spellings(cleaned)
    if not spelled:
        spelled = [code for reading in find_codes(cleaned) for code in (reading.text, reading.base) if code]
    if not spelled:
        spelled = [code for found in _SEVEN.findall(cleaned) for code in code_spellings(found)]
    return tuple(dict.fromkeys(spelled))
