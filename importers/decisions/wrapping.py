"""Words that a narrow column broke in the middle: a program that prints a table breaks a word that is wider than its
column anywhere, without a hyphen. The halves are put together again where both the page and the language say so."""

import re
import unicodedata

from cms.text import fold

# A syllable without its marks: what may stand before the vowels, the vowels, and what may close them.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?"
    r"(?:(?:uye|uya|uyu|ieu|yeu|uoi|uou|uay|oai|oay|oao|oeo|ia|ie|ye|ua|uo|uu|ue|uy|oa|oe|oo|"
    r"ai|ao|au|ay|eo|eu|iu|oi|ui|[aeiouy]))"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_CODE_PART = re.compile(r"[\dA-ZĐ./()\-&]+")
_CODE_START = re.compile(r"\(?\d\.\d{6}")


def is_syllable(word: str) -> bool:
    """Whether letters can be one Vietnamese syllable: its parts in their order, one tone at most."""
    bare = fold(word)
    return bool(_SYLLABLE.fullmatch(bare)) and len(_tones(word)) <= 1


def _tones(word: str) -> list[str]:
    return _TONES.findall(unicodedata.normalize("NFD", word))


def are_halves(upper: str, lower: str) -> bool:
    """Whether the word that fills a line alone, and the first of the next line, are halves of one: "Khôn" and "g",
    "2.000" and "635", "2026/N" and "Đ-CP", a word and its comma."""
    if re.fullmatch(r"[,;.:)\]]+", lower):
        return True
    if _CODE_PART.fullmatch(upper) and _CODE_PART.fullmatch(lower.rstrip(",;")) and re.search(r"\w", lower):
        return not _CODE_START.match(lower) and any(one.isdigit() or one in "./" for one in upper)
    # What clings to the halves (brackets, commas) is no part of the syllable.
    head, tail = re.sub(r"^\W+", "", upper), re.sub(r"\W+$", "", lower)
    if not head.isalpha() or not tail.isalpha() or tail[:1].isupper() != upper.isupper():
        return False
    return is_syllable(head + tail)
