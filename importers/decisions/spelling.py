"""Which letters make a Vietnamese syllable. Extraction splits words ("th ủ t ục") and glues them ("thủtục"); a run of
letters that is no syllable, beside others that make one with it, was one word on paper."""

import re
import unicodedata
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import pairwise

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q r s t th tr v x"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang "
    "oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot ô ôc ôi ôm ôn ông ôp ôt "
    "ơ ơi ơm ơn ơp ơt u ua uân uât uây uê uêch uênh uc ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên "
    "uyêt uynh uyt uyu ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêt yêu"
)
# Syllables without an onset that are words; other such runs are mostly the end of one.
_ALONE = (
    "a à ạ á ách ai ải ái am ám an án ăn áng anh ảnh ánh ao áo ảo áp át âm ẩm ấm ân ấn ẩn ấp âu ẩu ấu em en én eo "
    "éo ép êm ếch ít in im ích ong óc ô ổ ốc ôi ổi ôm ốm ôn ổn ồn ông ống ốp ở ơn ớt oan oán oai oanh ủ ù úp út "
    "ủi um úng ung ủng uống uốn úy ủy uy uyên ư ứ ưa ức ưng ứng ước ương ướp ướt ươm ưu y ý ỷ yêu yếu yên yến yết "
    "yểm "
)
_WORDS = frozenset(_ALONE.split())
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PLACED = frozenset(_ONSETS.split())
_ENDS = frozenset(["c", "ch", "m", "n", "ng", "nh", "p", "t", "i", "o", "u", "y"])
_PIECES = (_PLACED | _ENDS | {"qu"}) - {"o", "u", "y", "i"}
_KNOWN_RHYMES = frozenset(_RHYMES.split())
_ONSET = re.compile(r"(?:ngh|gi|[ckgnpt]h|ng|tr|[bcdđghklmnpqrstvx])?")
_LETTERED = frozenset(
    ["điểm", "khoản", "mục", "nhóm", "loại", "hạng", "mẫu", "bảng", "hình"]
)  # a letter after these is a letter
_AROUND = "()[]{}.,;:!?\"'“”‘’-–…/"
_MOST_WORDS = 4  # pieces of one syllable
_LONGEST = 7  # letters: "nghiêng"


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether the letters are one Vietnamese syllable as it is spelled, its tone included."""
    spread = unicodedata.normalize("NFD", word.lower())
    tones = [letter for letter in spread if letter in _TONES]
    bare = unicodedata.normalize("NFC", "".join(letter for letter in spread if letter not in _TONES))
    if len(tones) > 1 or len(bare) > _LONGEST or not bare.isalpha():
        return False
    if re.search(r"(?:c|ch|p|t)$", bare) and len(bare) > 1 and (not tones or tones[0] not in "\u0301\u0323"):
        return False
    onset = _ONSET.match(bare)
    start = onset.end() if onset else 0
    rest = bare[start:]
    if bare.startswith("q"):
        return rest.startswith("u") and (rest in _KNOWN_RHYMES or rest[1:] in _KNOWN_RHYMES)
    if bare.startswith("gi"):
        return bare[1:] in _KNOWN_RHYMES or rest in _KNOWN_RHYMES or rest == "êng"
    return rest in _KNOWN_RHYMES


def _is_marked(word: str) -> bool:
    return not word.isascii()


@lru_cache(maxsize=50_000)
def _cost(word: str, *, is_first: bool) -> float:
    """How unlikely a run of letters is as a word of its own: 0 likely, 3 impossible."""
    lower = word.lower()
    if lower in _PIECES:
        return 0.0 if len(word) == 1 and word.isupper() and not is_first else 3.0
    if not is_syllable(word):
        # Foreign words and abbreviations have no marks.
        return 3.0 if _is_marked(word) else 0.0
    starts_bare = lower not in _WORDS and not _ONSET.match(unicodedata.normalize("NFC", lower)).group()  # type: ignore[union-attr]
    return 1.0 if starts_bare else 0.0


def _is_one_case(pieces: Sequence[str]) -> bool:
    whole = "".join(pieces)
    return whole.islower() or whole.isupper() or (whole[:1].isupper() and whole[1:].islower())


def mended_words(words: Sequence[str], known: Container[str]) -> list[str]:
    """Words of one line as they must have stood: pieces of a syllable put together, syllables that stick together
    parted. `known`: syllables that stand elsewhere in the document; they decide between two ways to part."""
    if not any(_cost(word.strip(_AROUND), is_first=True) for word in words):
        return list(words)
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(words) + 1):
        options = []
        for start in range(max(0, end - _MOST_WORDS), end):
            before = words[start - 1].lower() if start else ""
            if found := _taken(words[start:end], known, before):
                cost, made = found
                options.append((best[start][0] + cost, start, made))
        cost, start, made = min(options, key=lambda one: (one[0], -one[1]))
        best.append((cost, best[start][1] + made))
    return best[-1][1]


_CORE = re.compile(r"^(\W*)(\w*)(\W*)$")


def _taken(words: Sequence[str], known: Container[str], before: str) -> tuple[float, list[str]] | None:
    """What the words cost as they stand (one) or as one syllable (several), and how they read then; None when they are
    none. `before`: the word before them."""
    parts = [_CORE.match(word) for word in words]
    if len(words) == 1:
        part = parts[0]
        if part is None or not part[2].isalpha():
            return 0.0, list(words)
        cost = 0.0 if len(part[2]) == 1 and part[3] else _cost(part[2], is_first=not before)
        parted = parted_word(part[2], known) if cost >= 3 else []
        if parted:
            return 1.5, [part[1] + parted[0], *parted[1:-1], parted[-1] + part[3]]
        return cost, list(words)
    cores = [part[2] for part in parts if part]
    if len(cores) < len(words) or not all(core.isalpha() for core in cores):
        return None
    if any(part and part[3] for part in parts[:-1]) or any(part and part[1] for part in parts[1:]):
        return None
    if before in _LETTERED and len(cores[0]) == 1:
        return None
    if not _is_one_case(cores) or not is_syllable("".join(cores)):
        return None
    first, last = parts[0], parts[-1]
    assert first and last
    return 0.9 * (len(words) - 1), [first[1] + "".join(cores) + last[3]]


def parted_word(word: str, known: Container[str]) -> list[str]:
    """The syllables that stick together in a word, [] when none or more than three do: "thủtục", "lạiGiấy"."""
    if len(word) < 4 or not _is_marked(word):
        return []
    capital = [at for at in range(1, len(word)) if word[at].isupper() and word[at - 1].islower()]
    ways = [[0, one, len(word)] for one in range(1, len(word))]
    ways += [[0, one, other, len(word)] for one in range(1, len(word)) for other in range(one + 1, len(word))]
    options = []
    for way in ways:
        made = [word[start:end] for start, end in pairwise(way)]
        if capital and not set(capital) <= set(way):
            continue
        if all(is_syllable(one) and _cost(one, is_first=True) == 0 and len(one) > 1 for one in made):
            unknown = sum(one.lower() not in known for one in made)
            options.append((unknown, len(made), -len(made[0]), made))
    return min(options)[-1] if options else []
