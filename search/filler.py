"""Words of a question, told from its subject. "Thủ tục làm … ở đâu" stands around what people want; the dictionary
holds more of it, in the editors' hands, but these few must be known even without one."""

from collections.abc import Sequence

__all__ = ["FILLER", "filler_at"]

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


def filler_at(folded: Sequence[str]) -> set[int]:
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
