"""Keystrokes that a Vietnamese keyboard did not turn into marks: Telex ("ddaats") and VNI ("d9a61t"), left over when
the keyboard was off or doubled. Only the keystrokes are undone here; whether the result is a word the lexicon knows."""

import re
import unicodedata

__all__ = ["decoded", "plain"]

_TONES = {
    "s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323",
    "1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323",
}  # fmt: skip
_SHAPES = (
    ("uow", "ươ"), ("uwow", "ươ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"),
    ("u7o7", "ươ"), ("uo7", "ươ"), ("a6", "â"), ("e6", "ê"), ("o6", "ô"), ("a8", "ă"), ("o7", "ơ"), ("u7", "ư"),
)  # fmt: skip
_VOWEL = re.compile(r"[aeiouyâăêôơư]")
_TONE_KEY = {False: re.compile(r"[sfrxj]"), True: re.compile(r"[1-5]")}


def decoded(typed: str) -> str:
    """The word that these keystrokes were meant to be (NFC, small letters), or "" when they hold none left over."""
    word = unicodedata.normalize("NFC", typed.lower())
    vni = any(char.isdigit() for char in word)
    if vni and not (word[0].isalpha() and sum(char.isalpha() for char in word) > 1):
        return ""
    first = _VOWEL.search(_without_marks(word))
    if not first:
        return ""
    head, tail = word[: first.start()], word[first.start() :]
    head = head.replace("d9" if vni else "dd", "đ")
    if head.startswith("d") and tail.endswith("9" if vni else "d"):
        head, tail = "đ" + head[1:], tail[:-1]
    elif vni and head.startswith("d") and "9" in tail:
        head, tail = "đ" + head[1:], tail.replace("9", "")
    keys = _TONE_KEY[vni].findall(tail[1:])
    tail = tail[0] + _TONE_KEY[vni].sub("", tail[1:])
    for keystrokes, letter in _SHAPES:
        tail = tail.replace(keystrokes, letter)
    result = head + _toned(tail, _TONES[keys[-1]] if keys else "")
    return result if result != word and not any(char.isdigit() for char in result) else ""


def plain(folded: str) -> str:
    """The folded word with every keystroke that could be left over taken away: "giaayf" → "giay". Several syllables in
    one piece can be read so, though no tone can be told from a letter."""
    for twice, once in (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("w", "")):
        folded = folded.replace(twice, once)
    return folded


def _without_marks(word: str) -> str:
    return "".join(unicodedata.normalize("NFD", char)[0] for char in word)


def _toned(tail: str, tone: str) -> str:
    """The tone on the first vowel: where it stands does not count, `words.marked_words` moves it to the end."""
    return unicodedata.normalize("NFC", tail[0] + tone + tail[1:]) if tone else tail
