"""Offices and places in a question ("sở giao thông vận tải Quảng Bình", "công an quận 7"). They say who is asked,
not what is wanted: names of procedures hardly ever hold them, and offices of yesterday none. So they are not required;
they only order, by the agency that stands around a name. Known by their form: no list of 3,321 communes is needed."""

from collections.abc import Sequence

from search.lexicon import Lexicon
from search.query import Word

__all__ = ["BODIES", "BODIES_FIRST", "BRANCHES", "FIELDS", "asides", "speaks_of_office"]

# What follows "sở", "bộ", "phòng", "ban", today's and yesterday's names alike, folded, without "và".
FIELDS = frozenset(
    (
        "giao thong van tai", "giao thong", "gtvt", "tai nguyen moi truong", "tai nguyen", "tnmt", "xay dung",
        "nong nghiep phat trien nong thon", "nong nghiep moi truong", "nong nghiep", "nnptnt", "nn ptnt", "tu phap",
        "lao dong thuong binh xa hoi", "lao dong", "ldtbxh", "ldtb xh", "thong tin truyen thong", "tttt", "y te",
        "ke hoach dau tu", "khdt", "tai chinh", "tai chinh ke hoach", "giao duc dao tao", "giao duc", "gddt", "noi vu",
        "khoa hoc cong nghe", "khcn", "cong thuong", "van hoa the thao du lich", "van hoa thong tin", "van hoa",
        "vhttdl", "du lich", "ngoai giao", "ngoai vu", "quoc phong", "cong an", "quan ly do thi", "do thi",
        "kinh te ha tang", "kinh te", "dan toc ton giao", "dan toc", "ton giao", "quy hoach kien truc",
        "dang ky kinh doanh",
        "quan ly xuat nhap canh", "canh sat giao thong", "csgt",
    )
)  # fmt: skip
# What follows "cục", "chi cục", "tổng cục", "trạm", "đội".
BRANCHES = frozenset(
    (
        "thue", "hai quan", "thu y", "chan nuoi thu y", "kiem lam", "duong bo", "duong sat", "duong thuy noi dia",
        "hang hai",
        "hang khong", "thuy san", "thuy loi", "lam nghiep", "bao ve thuc vat", "trong trot bao ve thuc vat",
        "thi hanh an",
        "thi hanh an dan su", "dang kiem", "canh sat", "canh sat giao thong", "quan ly thi truong", "bao ve moi truong",
        "an toan thuc pham", "quan ly xuat nhap canh", "so huu tri tue", "the duc the thao",
    )
)  # fmt: skip
_OFFICES = {
    "so": FIELDS, "bo": FIELDS, "phong": FIELDS, "ban": FIELDS, "cuc": BRANCHES, "tram": BRANCHES, "doi": BRANCHES,
    "hat": BRANCHES,
}  # fmt: skip
# "cơ sở y tế", "trụ sở": not the office.
_NOT_BEFORE = {"so": frozenset(("co", "tru", "cong")), "bo": frozenset(("can", "noi", "toan", "dang", "tien"))}
# Offices whose name needs nothing more, if a place follows them or they open the question.
BODIES = (
    "uy ban nhan dan", "ubnd", "cong an", "ban chi huy quan su", "bao hiem xa hoi", "bhxh", "toa an", "don bien phong",
    "canh sat pccc", "ban quan ly khu cong nghiep",
)  # fmt: skip
# Of these a question speaks first even when no place follows.
BODIES_FIRST = ("ubnd", "uy ban nhan dan", "bhxh")
_TWO_WORDS = (["thi", "tran"], ["thanh", "pho"], ["thi", "xa"])
_MARKED = {
    "quan": "quânε", "huyen": "huyênε", "tinh": "tinhβ", "phuong": "phươngα", "xa": "xaγ",
}  # fmt: skip
LONGEST_FIELD = 7
LONGEST_NAME = 3


def speaks_of_office(folded: Sequence[str]) -> bool:
    """Whether folded words begin with an office: "sở xây dựng"."""
    return bool(folded) and bool(_office(folded, 0))


def asides(words: Sequence[Word], raw: Sequence[str], lexicon: Lexicon | None) -> frozenset[int]:
    """Places of the words that name offices and places. `raw`: the same words as typed, whose capitals tell names."""
    folded = [word.folded for word in words]
    found: set[int] = set()
    at = 0
    while at < len(words):
        length = _office(folded, at) or _place(words, raw, at, lexicon, after_office=at - 1 in found)
        length = length or _proper_name(raw, folded, at, lexicon)
        found.update(range(at, at + length))
        at += length or 1
    # A question of nothing else asks for just that.
    return frozenset(found) if len(found) < len(words) else frozenset()


def _office(folded: Sequence[str], at: int) -> int:
    """How many words of an office's name begin here."""
    start = at + 1 if folded[at] in ("chi", "tong") and folded[at + 1 : at + 2] == ["cuc"] else at
    known = _OFFICES.get(folded[start])
    if known and not (at and folded[at - 1] in _NOT_BEFORE.get(folded[at], ())):
        rest = folded[start + 1 : start + 1 + LONGEST_FIELD]
        for length in range(len(rest), 0, -1):
            if " ".join(word for word in rest[:length] if word != "va") in known and rest[length - 1] != "va":
                return start + 1 + length - at
    for body in BODIES:
        words = body.split()
        if list(folded[at : at + len(words)]) == words:
            rest = folded[at + len(words) :]
            follows = rest[:2] in _TWO_WORDS or (rest and rest[0] in (*_MARKED, "tp", "cap"))
            if follows or (body in BODIES_FIRST and at == 0):
                return len(words)
    return 0


def _place(words: Sequence[Word], raw: Sequence[str], at: int, lexicon: Lexicon | None, *, after_office: bool) -> int:
    """How many words "quận 7", "huyện Vĩnh Linh", "thị trấn Hồ Xá" take here. A name typed small is known by not being
    a pair of any procedure's name."""
    folded = [word.folded for word in words]
    if folded[at : at + 2] in _TWO_WORDS:
        head = 2
    elif folded[at] == "tp" or (folded[at] in _MARKED and words[at].typed in (folded[at], _MARKED[folded[at]])):
        head = 1
    else:
        return 0
    rest = range(at + head, min(len(words), at + head + LONGEST_NAME))
    named = 0
    for place in rest:
        if not (raw[place][:1].isupper() or (place == at + head and raw[place].isdigit())):
            break
        named += 1
    if named:
        return head + named
    after = folded[at + head : at + head + 2]
    beside = lexicon is not None and after and lexicon.count(folded[at + head - 1], after[0])
    if len(after) == 2 and lexicon and not beside and not lexicon.count(*after) and not after_office:
        return head + 2
    return head if after_office else 0


def _proper_name(raw: Sequence[str], folded: Sequence[str], at: int, lexicon: Lexicon | None) -> int:
    """How many words a proper name takes here: two or more with capitals that are no pair of any procedure's name."""
    end = at
    while end < min(len(raw), at + LONGEST_NAME) and raw[end].istitle():
        end += 1
    if end - at < 2 or (at == 0 and end == len(raw)) or lexicon is None:
        return 0
    return 0 if any(lexicon.count(folded[i], folded[i + 1]) for i in range(at, end - 1)) else end - at
