"""One syllable as search sees it: folded for finding, and with its marks so that those that were typed count. Apart
from `parse`, because the dictionary compares words too, and `parse` reads what the dictionary matched."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from cms.text import clean, fold

__all__ = [
    "CONTRADICTS",
    "FITS",
    "SAME",
    "WORD",
    "agreement",
    "bare",
    "fits",
    "folded_text",
    "marked_words",
    "pairs_of",
    "shown",
]

WORD = re.compile(r"[^\W_]+")
# A tone is kept as a Greek letter at the end of the word: a letter to every engine, and in no Vietnamese word. A digit
# would make "à" and "hạng A2" one.
_TONES = {"\u0300": "α", "\u0309": "β", "\u0303": "γ", "\u0301": "δ", "\u0323": "ε"}
_TONE_LETTERS = frozenset(_TONES.values())


@lru_cache(maxsize=50_000)
def _tone_last(word: str) -> str:
    """The word with its tone as a letter at the end, so that hoà and hòa, thuỷ and thủy are one: "hoaα", "thuyβ"."""
    if word.isascii():
        return word
    tone = ""
    kept = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)) + tone


def marked_words(text: str) -> list[str]:
    """The words of a text with their marks, one spelling for each: NFC, small letters, tone at the end."""
    return [_tone_last(word) for word in WORD.findall(clean(text).lower())]


def folded_text(text: str) -> str:
    """A query as it is compared with others: its folded words, one blank between them."""
    return " ".join(WORD.findall(fold(clean(text))))


@lru_cache(maxsize=20_000)
def bare(marked: str) -> str:
    """The folded form of one word as `marked_words` gives it."""
    return fold(_split(marked)[1])


def pairs_of(words: list[str] | tuple[str, ...]) -> list[str]:
    """Two-syllable phrases as glued tokens: "khai sinh" → "khaisinh". They also meet what is typed in one piece."""
    return [first + second for first, second in pairwise(words)]


# How well a typed word agrees with a folded-equal word of a name (reasons: marks typed count, marks not typed are not
# missed, half-typed marks that fit are nearly as good, marks that contradict leave only a likeness).
SAME, FITS, CONTRADICTS = 1.0, 0.9, 0.4


@lru_cache(maxsize=50_000)
def agreement(typed: str, found: str, query_has_marks: bool) -> float:
    """Agreement of two words that fold alike: 1 same, 0.9 the typed marks fit, 0.4 they contradict."""
    if typed == found or (not query_has_marks):
        return SAME
    return FITS if fits(typed, found) else CONTRADICTS


def fits(typed: str, found: str) -> bool:
    """Whether no mark of a typed word contradicts the found one, which folds alike ("đo" fits "đỏ", "dò" does not)."""
    tone, letters = _split(typed)
    found_tone, found_letters = _split(found)
    if tone and tone != found_tone:
        return False
    return len(letters) == len(found_letters) and all(
        mine == theirs or mine == fold(theirs) for mine, theirs in zip(letters, found_letters, strict=True)
    )


def _split(marked: str) -> tuple[str, str]:
    """Tone and letters of a word as `marked_words` gives it."""
    last = marked[-1:]
    return (last, marked[:-1]) if last in _TONE_LETTERS else ("", marked)


def shown(marked: str) -> str:
    """The word as people write it, from the way `marked_words` gives it: "hôα" → "hồ"; the tone on the vowel that
    bears it in the old style (hòa, thủy)."""
    tone, letters = _split(marked)
    if not tone:
        return letters
    mark = next(mark for mark, letter in _TONES.items() if letter == tone)
    place = _bearer(letters)
    return unicodedata.normalize("NFC", letters[: place + 1] + mark + letters[place + 1 :])


_VOWELS = "aăâeêioôơuưy"


def _bearer(letters: str) -> int:
    """Where the tone stands: on the last vowel with a mark of its own (ê, ơ …); else on the last one before a final
    consonant, the one before the last at the end of a word. "qu" and "gi" before a vowel are consonants."""
    places = [index for index, char in enumerate(letters) if char in _VOWELS]
    if len(places) > 1 and letters[:2] in ("qu", "gi"):
        places = places[1:]
    own = [index for index in places if letters[index] in "ăâêôơư"]
    if own:
        return own[-1]
    if len(places) > 1 and places[-1] == len(letters) - 1:
        return places[-2]
    return places[-1] if places else len(letters) - 1
