"""What was typed → Query. People type without marks, with half of them, in any Unicode form, and paste codes and
decision numbers in any spelling: all of it is settled here once, so that every engine answers the same question."""

import re
from dataclasses import dataclass

from cms.identifiers import code_spellings, find_codes, fold_decision_number
from cms.text import clean, fold
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

# Words of a question, not of a subject. They are not required, because a procedure's name seldom has them and its long
# text nearly always does; they count when a name has them ("Thủ tục cấp …", "gia hạn hồ sơ"). Folded phrases.
FILLER = (
    "thu tuc",
    "thu tuc hanh chinh",
    "lam thu tuc",
    "ho so",
    "giay to",
    "lam sao",
    "lam gi",
    "lam the nao",
    "lam nhu the nao",
    "nhu the nao",
    "the nao",
    "lam o dau",
    "nop o dau",
    "o dau",
    "bao lau",
    "bao nhieu",
    "bao nhieu tien",
    "het bao nhieu",
    "can gi",
    "can nhung gi",
    "can giay to gi",
    "gom nhung gi",
    "la gi",
    "cho toi hoi",
    "cho minh hoi",
    "cho em hoi",
    "cho hoi",
    "xin hoi",
    "muon hoi",
    "huong dan",
    "toi muon",
    "toi can",
    "minh muon",
    "minh can",
    "em muon",
    "em can",
    "muon",
    "lam",
    "cach",
    "xin",
    "can",
    "phai",
    "thi",
    "roi",
)

_DECISION = re.compile(r"(?:quyet dinh|qd)[ .:]*(?:so)?[ .:]*[0-9]|[0-9][0-9/ .]*qd\b")
_DIGITS = re.compile(r"[0-9][0-9 .,_-]*")
_SEVEN = re.compile(r"(?<![\w.,])\d[ .,]?\d{6}(?![\w])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Word:
    """A typed syllable: folded, as typed (NFC, small letters, tone moved to the end), and whether it is required."""

    folded: str
    typed: str
    required: bool = True

    @property
    def has_marks(self) -> bool:
        """Whether any mark was typed on it."""
        return self.typed != self.folded


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, read. `codes`: spellings of a procedure code, likeliest first; `digits`: the digits when nothing
    else was typed; `decision`: the folded decision number, if it looks like one; `unfinished`: still being typed."""

    text: str
    words: tuple[Word, ...] = ()
    codes: tuple[str, ...] = ()
    digits: str = ""
    decision: str = ""
    unfinished: bool = False

    def is_unfinished(self, index: int) -> bool:
        """Whether this word is the last one of somebody still typing."""
        return self.unfinished and index == len(self.words) - 1

    @property
    def has_marks(self) -> bool:
        """Whether marks were typed anywhere: then a word without marks was probably meant so."""
        return any(word.has_marks for word in self.words)

    @property
    def required(self) -> tuple[Word, ...]:
        """The words a hit must hold; all of them when nothing but filler was typed."""
        return tuple(word for word in self.words if word.required) or self.words


def parse(text: str, *, unfinished: bool = False) -> Query:
    """Read what was typed. Never fails: control characters, syntax of any engine and endless texts are only text."""
    cleaned = " ".join(clean(text[: LONGEST * 2]).split())[:LONGEST]
    marked = marked_words(cleaned)[:MOST_WORDS]
    folded = [fold(word) for word in WORD.findall(cleaned.lower())][:MOST_WORDS]
    filler = _filler(folded)
    words = tuple(
        Word(plain, typed, index not in filler) for index, (plain, typed) in enumerate(zip(folded, marked, strict=True))
    )
    typed_digits = "".join(char for char in cleaned if char.isdigit()) if _DIGITS.fullmatch(cleaned) else ""
    decision = fold_decision_number(cleaned) if _DECISION.search(fold(cleaned)) else ""
    return Query(cleaned, words, _codes(cleaned), typed_digits, decision, unfinished)


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


def _filler(folded: list[str]) -> set[int]:
    """Places of the words that belong to a filler phrase."""
    places: set[int] = set()
    for start in range(len(folded)):
        for phrase in _FILLER_BY_FIRST.get(folded[start], ()):
            if tuple(folded[start : start + len(phrase)]) == phrase:
                places.update(range(start, start + len(phrase)))
    return places


def _by_first_word() -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in FILLER:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return found


_FILLER_BY_FIRST = _by_first_word()
