"""How Vietnamese text is cleaned, folded, ordered and matched. It is one module because every engine, every matcher and
the scripts of the exported site must fold alike: one rule that differs, and "dang ky" finds nothing. The rules are
proven by `tests/data/vectors/text.json`, which JavaScript runs too."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

__all__ = [
    "SKIP_PLACES",
    "SKIP_PROCEDURE",
    "SORT_KEY_LENGTH",
    "Cleaned",
    "clean",
    "clean_with_repairs",
    "first_words",
    "fold",
    "fold_words",
    "letter_of",
    "match_key",
    "person_sort_key",
    "slugify",
    "sort_key",
]

BULLET = "•"
REPLACEMENT = "\ufffd"

# Hangul fillers and the braille blank are drawn as nothing though Unicode calls them letters or symbols.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Byte D0/F0 is Đ/đ in Windows-1258 and Ð/ð (eth) in Latin-1, and Ɖ looks the same on paper; Vietnamese has neither.
_LOOK_ALIKES = {"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"}
_SUSPECT = re.compile(r"[^\n\t -~À-ÏÑ-ïñ-ž\u0300-\u0323Ơơ\u01af\u01b0Ạ-ỹ–—“”‘’…•]")


class Cleaned(NamedTuple):
    """Text fit to be stored, and how many repairs of each kind were made (kinds: nfc, invisible, space, line, bullet,
    look_alike, control, broken)."""

    text: str
    repairs: dict[str, int]


def _repair(char: str) -> tuple[str, str]:
    """The text a suspect character becomes, and the kind of repair; the kind is empty when it stays as it is."""
    if char in _LOOK_ALIKES:
        return _LOOK_ALIKES[char], "look_alike"
    category = unicodedata.category(char)
    if category == "Co":
        # U+F0FC, U+F0A7, U+F0D8 ... are Wingdings list marks that Word exports leave behind: without that font they are
        # boxes, but the item they open must stay an item, so all become one visible bullet.
        return BULLET, "bullet"
    if category == "Zs" or char in _BLANKS:
        return " ", "space"
    if category in ("Zl", "Zp") or char in "\r\x0b\x0c\x85":
        return "\n", "line"
    # Variation selectors and the grapheme joiner are marks by category, yet they are never seen.
    if category == "Cf" or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF or char == "\u034f":
        return "", "invisible"
    if category == "Cc":
        return "", "control"
    if category == "Cs":
        return REPLACEMENT, "broken"
    return char, ""


def clean_with_repairs(raw: str) -> Cleaned:
    """`clean`, with a count of what was repaired, for an import report."""
    repairs: Counter[str] = Counter()

    def replace(found: re.Match[str]) -> str:
        text, kind = _repair(found.group())
        if kind:
            repairs[kind] += 1
        return text

    kept = _SUSPECT.sub(replace, raw.replace("\r\n", "\n"))
    text = unicodedata.normalize("NFC", kept)
    if text != kept:
        repairs["nfc"] += 1
    return Cleaned(text, dict(repairs))


def clean(raw: str) -> str:
    """The text as it may be stored and shown: NFC, nothing invisible, no private-use characters.

    Zero-width, direction and soft-hyphen characters go; every kind of space becomes a plain one; every line end
    becomes a newline; list marks of the private-use area become "•"; eth (Ð) becomes Đ; control characters go; half
    a surrogate becomes U+FFFD. Tabs, newlines, edge spaces and tone placement (hoà, hòa) stay as they were.
    """
    return clean_with_repairs(raw).text


class _MarksOff(dict[int, str | None]):
    """Translation table that learns: a decomposed character → itself, or nothing when it is a mark."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        self[code] = value = None if unicodedata.category(char) == "Mn" else char
        return value


_MARKS_OFF = _MarksOff({ord("đ"): "d"})


def fold(text: str) -> str:
    """What is left of a text when marks and capitals do not count: NFC → lower → marks off → đ→d.

    All other characters stay, in their order; digits, punctuation and spaces too. Folding twice changes nothing.
    What was typed or read should pass `clean` first.
    """
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFC", text).lower()
    bare = unicodedata.normalize("NFD", lowered).translate(_MARKS_OFF)
    # Back to NFC, or Korean and other scripts would stay in pieces.
    return unicodedata.normalize("NFC", bare)


_WORD = re.compile(r"[^\W_]+")


def fold_words(text: str) -> list[str]:
    """The folded words: runs of letters and digits, all else separates. Codes with dots fall apart here; they are
    read by `cms.identifiers` before."""
    return _WORD.findall(fold(text))


# --- order -----------------------------------------------------------------------------------------------------------

SORT_KEY_LENGTH = 600
SKIP_PLACES = (
    "tỉnh",
    "thành phố",
    "tp",
    "xã",
    "phường",
    "đặc khu",
    "thị trấn",
    "thị xã",
    "huyện",
    "quận",
    "sở",
)
SKIP_PROCEDURE = ("thủ tục",)

# Tones in the order of Vietnamese dictionaries: ngang 1, huyền 2, hỏi 3, ngã 4, sắc 5, nặng 6.
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
# A letter that has sisters is written with a digit, always, so that no key is the beginning of another letter's.
_LETTERS = {
    "a": "a0",
    "a\u0306": "a1",
    "a\u0302": "a2",
    "d": "d0",
    "đ": "d1",
    "e": "e0",
    "e\u0302": "e1",
    "o": "o0",
    "o\u0302": "o1",
    "o\u031b": "o2",
    "u": "u0",
    "u\u031b": "u1",
    "z": "z0",
}
_SHAPES = frozenset("\u0306\u0302\u031b")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")


def _letters_key(token: str) -> str:
    """Key of one syllable: its letters, then its tone. A digit is less than any letter, so "ba" with any tone comes
    before "ban"."""
    parts: list[str] = []
    tone = "1"
    letter = ""
    for char in unicodedata.normalize("NFD", token) + "\0":
        if char in _TONES:
            tone = _TONES[char] if tone == "1" else tone
        elif char in _SHAPES:
            letter = letter + char if letter + char in _LETTERS else letter
        elif unicodedata.category(char) != "Mn":
            if letter:
                parts.append(_LETTERS.get(letter, letter))
            # Other scripts follow z, by code point.
            letter = char if "a" <= char <= "z" or char == "đ" else ""
            if not letter and char != "\0":
                parts.append(f"z1{ord(char):06x}")
    return "".join(parts) + tone


def _number_key(digits: str) -> str:
    """Key of a run of digits, ordered by value: how many digits, then the digits; 9 → "19", 10 → "210"."""
    value = digits.lstrip("0") or "0"
    length = len(value)
    return f"{length}{value}" if length < 9 else f"9{min(length, 999):03d}{value}"


def _token_keys(text: str) -> list[str]:
    lowered = unicodedata.normalize("NFC", clean(text)).lower()
    return [_number_key(t) if "0" <= t[0] <= "9" else _letters_key(t) for t in _TOKEN.findall(lowered)]


def sort_key(text: str, skip: Iterable[str] = (), max_length: int = SORT_KEY_LENGTH) -> str:
    """A key whose plain order is the Vietnamese order, for a stored and indexed column.

    Letters a ă â b c d đ e ê … o ô ơ … u ư … z, then the tones ngang, huyền, hỏi, ngã, sắc, nặng, syllable by
    syllable; numbers by value, before letters; punctuation, capitals and tone placement do not count. The key holds
    only [0-9a-z], so SQLite, PostgreSQL under any collation, and JavaScript's `<` order it alike. At most one leading
    phrase of `skip` is left out (`SKIP_PLACES`, `SKIP_PROCEDURE`), the longest that fits, and never the whole text.
    Keys longer than `max_length` characters are cut.
    """
    keys = _token_keys(text)
    for phrase in sorted((_token_keys(phrase) for phrase in skip), key=len, reverse=True):
        if keys[: len(phrase)] == phrase and len(keys) > len(phrase):
            keys = keys[len(phrase) :]
            break
    return "".join(keys)[:max_length]


def person_sort_key(full_name: str, max_length: int = SORT_KEY_LENGTH) -> str:
    """Sort key of a person: given name (the last word) first, then family and middle name, as Vietnamese lists do.

    Names whose given name stands elsewhere (some minority and foreign names) are ordered by their last word too.
    """
    words = full_name.split()
    return sort_key(" ".join(words[-1:] + words[:-1]), max_length=max_length)


_LETTER_OF_KEY = {
    key: letter.replace("a\u0306", "ă")
    .replace("a\u0302", "â")
    .replace("e\u0302", "ê")
    .replace("o\u0302", "ô")
    .replace("o\u031b", "ơ")
    .replace("u\u031b", "ư")
    for letter, key in _LETTERS.items()
}


def letter_of(key: str) -> str:
    """The letter, in capitals, under which a list from A to Y shows a text with this sort key: "Đ", "Ô"; "0–9" for a
    number; "#" for another script or an empty key."""
    if key[:1].isdecimal():
        return "0–9"
    if key.startswith("z1") or not key:
        return "#"
    return _LETTER_OF_KEY.get(key[:2], key[0]).upper()


def first_words(text: str, count: int, skip: Iterable[str] = ()) -> str:
    """The first words of a stored text as they stand there, joined by one space; at most one leading phrase of `skip`
    is left out, and never the whole text."""
    words = _TOKEN.findall(text)
    lowered = text.lower()
    for phrase in sorted((phrase.split() for phrase in skip), key=len, reverse=True):
        if len(words) > len(phrase) and _TOKEN.findall(lowered)[: len(phrase)] == phrase:
            return " ".join(words[len(phrase) :][:count])
    return " ".join(words[:count])


# --- addresses and matching ------------------------------------------------------------------------------------------

_SLUG_WORD = re.compile(r"[a-z0-9]+")


def slugify(text: str, max_length: int = 80) -> str:
    """The text as part of an address: folded words of [a-z0-9] joined by "-", cut between words where possible.

    Empty when the text holds no such character. Two texts may give one slug: who stores it makes it unique.
    """
    slug = ""
    for word in _SLUG_WORD.findall(fold(clean(text))):
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > max_length:
            return slug or word[:max_length]
        slug = longer
    return slug


# Both spellings of a pair become the shorter one; longest phrase first.
_SAME = (
    ("uy ban nhan dan", "ubnd"),
    ("hoi dong nhan dan", "hdnd"),
    ("ho chi minh", "hcm"),
    ("thanh pho", "tp"),
    ("tphcm", "tp hcm"),
)
_SAME_PHRASE = re.compile(rf"\b(?:{'|'.join(phrase for phrase, _ in _SAME)})\b")
_SAME_WORDS = dict(_SAME)
# y and i are one sound after a consonant, alone, and after qu (kỹ/kĩ, lý/lí, ý/í, quý/quí, quỳnh/quình). They are two
# sounds after another vowel (thúy, thúi; tay, tai), so there they stay.
_FREE_Y = re.compile(r"\b((?:[bcdghklmnprstvx]{1,3}|qu)?)y\b|\b(qu)y(?=(?:nh|ch|t|p)\b)")


def match_key(name: str) -> str:
    """What two spellings of one official name have in common, for finding an agency or a sector by its name.

    Folded words joined by one space (so capitals, marks, tone placement, punctuation and dashes do not count), with
    Ủy ban nhân dân = UBND, Hội đồng nhân dân = HĐND, thành phố = TP., Hồ Chí Minh = HCM, & = và, and y = i where they
    are one sound. Different names can share a key ("Xã Hòa Bình", "Xã Hóa Bình"): the caller must expect several hits.
    """
    words = " ".join(fold_words(clean(name).replace("&", " và ")))
    same = _SAME_PHRASE.sub(lambda found: _SAME_WORDS[found.group()], words)
    return _FREE_Y.sub(lambda found: (found.group(1) or found.group(2) or "") + "i", same)
