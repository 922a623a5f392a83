"""How the names of Vietnamese agencies are built, so that a cell can be cut into agencies and a name taken apart. Rules
of grammar only, no list of the names seen: a name is a kind of body ("Sở", "Chi cục"), its task, and a level, a place
or the body above it. No models: readers use it too. The rules stand in docs/agencies.md."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cms.text import clean, match_key
from cms.vocabulary import AdministrativeLevel

__all__ = ["AgencyName", "beginning", "is_empty", "read_name", "split_agencies", "tidy"]

# Kinds of bodies: what the name of a unit or a class may begin with.
_BODIES = (
    "Bộ, Ban Cơ yếu, Ban Chỉ huy, Ban quản lý, Ban Thi đua, Bảo hiểm xã hội, Biên phòng, Cảng vụ, Chi cục, Chi nhánh, "
    "Chính phủ, Công an, Cục, Đội, Đồn, Hải quan, Hội đồng, Kho bạc, Khu Quản lý, Ngân hàng, Phòng, Quân chủng, "
    "Quân khu, Quỹ, Sở, Thanh tra, Thi hành án, Thuế, Tòa án, Toà án, Tổng cục, Trạm, Trung tâm, Ủy ban, Uỷ ban, UBND, "
    "HĐND, Văn phòng, Viện, Vụ, Học viện"
)
# What else may stand first in an item of a list: posts and general words. Such an item is a phrase, but a new item.
_OTHERS = (
    "Bộ trưởng, Bộ phận, Bệnh viện, Ban, Cán bộ, Các, Cấp, Chánh, Chính ủy, Chỉ huy trưởng, Chủ đầu tư, Chủ tịch, "
    "Cơ quan, Cơ sở, Công đoàn, Doanh nghiệp, Đại diện, Đơn vị, Giám đốc, Hiệu trưởng, Lãnh đạo, Người, Phó, "
    "Quốc hội, Tổ chức, Tổng công ty, Thủ trưởng, Thủ tướng, Trường, Trưởng, Tư lệnh"
)


# With their marks: folded, "Đơn vị" would begin like "Đồn", and "Bản đồ" like "Ban".
BODIES = tuple(_BODIES.lower().split(", "))
_STARTS = BODIES + tuple(_OTHERS.lower().split(", "))
_NO_BODY = re.compile(rf"(?:{'|'.join(BODIES)}) (?:trưởng|phó|phận)\b")
# A name that holds one of these describes whoever it may be; read with its marks, because "do" folded is also "đo".
_VAGUE = re.compile(
    r"\b(?:hoặc|liên quan|được|do|chỉ định|khác|có thẩm quyền|quy định|tương đương|theo|nơi|nêu|tại|ngang bộ|dự án)\b"
)
_FORMER_NOTE = re.compile(r"\s*\([^()]*\bcũ\s*\)\s*$", re.IGNORECASE)
_OWNER = re.compile(
    r"(?:\s*[-–/]\s*|\s+thuộc\s+)"
    r"(?=(?:bộ|tổng cục|cục|ban cơ yếu|quân chủng|ủy ban|uỷ ban|ngân hàng|văn phòng chính phủ|thanh tra chính phủ)\s)",
    re.IGNORECASE,
)
_LEVELS = (
    (
        AdministrativeLevel.PROVINCE,
        r"(?:cap tinh(?: tp)?|(?:cac )?tinh(?: va)? tp(?: truc thuoc (?:trung uong|tw))?|tinh)",
    ),
    (AdministrativeLevel.COMMUNE, r"(?:cap )?xa(?: phuong)?(?: (?:thi tran|dac khu))?"),
    (AdministrativeLevel.DISTRICT, r"(?:cap )?(?:quan )?huyen(?: thi xa)?(?: tp)?"),
    # Branches of the national services: several, each for several provinces.
    (AdministrativeLevel.OTHER, r"(?:khu vuc|vung|cac cap|cap quan khu)"),
)
_LEVEL = [(level, re.compile(rf"^(.+?) {words}$")) for level, words in _LEVELS]
# "vùng I", "phía Bắc", "miền Trung", "khu vực Nam Bộ", "Quân khu 7": one of several branches, so one body.
_BRANCH = re.compile(
    r" (?:vung|khu vuc|quan khu|so) (?:[0-9]+|[ivx]+)$| (?:phia|mien|khu vuc) (?:bac|nam|trung)(?: bo| trung bo)?$"
)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class AgencyName:
    """A name taken apart. `head`: the body's own words; `level`: cms.vocabulary.AdministrativeLevel where the name ends
    in one; `owner`: the words for the body above it; `branch`: one of several numbered or regional branches; `vague`:
    not the name of a body at all, and then nothing else is set."""

    text: str
    head: str
    level: str = ""
    owner: str = ""
    branch: bool = False
    vague: bool = False


def tidy(text: str) -> str:
    """The text in one line, clean, without edge spaces or closing punctuation."""
    return " ".join(clean(text).split()).rstrip(".,;: ")


def is_empty(text: str) -> bool:
    """Whether a cell names nobody: empty, or the portal's own word for empty."""
    return match_key(text) in ("", "khong co thong tin")


def read_name(text: str) -> AgencyName:
    """Take one agency's name apart; vague when it begins with no kind of body, or describes instead of naming."""
    line = tidy(text)
    name = _FORMER_NOTE.sub("", line)
    lower = name.lower()
    if len(name) > LONGEST or not _begins(lower, BODIES) or _NO_BODY.match(lower) or _VAGUE.search(lower):
        return AgencyName(line, name, vague=True)
    head, owner = name, ""
    cuts = list(_OWNER.finditer(name))
    if cuts:
        head, owner = name[: cuts[-1].start()], name[cuts[-1].end() :]
    if "/" in head:
        # What is left of a slash joins two bodies.
        return AgencyName(line, name, vague=True)
    for level, pattern in [] if owner else _LEVEL:
        if found := pattern.match(match_key(head)):
            whole = level == AdministrativeLevel.OTHER
            return AgencyName(line, head if whole else beginning(head, found.group(1)), level=level)
    return AgencyName(line, head, owner=owner, branch=bool(_BRANCH.search(match_key(head))))


def beginning(text: str, key: str) -> str:
    """The first words of the text, those with this match key ("Ủy ban nhân dân" is one word of a key)."""
    words = text.split()
    cuts = (" ".join(words[:end]) for end in range(len(words), 0, -1))
    return next((cut.rstrip(" ,-–") for cut in cuts if match_key(cut) == key), text)


def _begins(lower: str, starts: tuple[str, ...]) -> bool:
    return any(lower == start or lower.startswith((f"{start} ", f"{start},")) for start in starts)


def split_agencies(text: str, known: Iterable[str] = ()) -> list[str]:
    """The agencies of a cell that holds several, as they stand there.

    Lines are always cut; within one line, a comma or semicolon cuts only where the next words begin like a name, with a
    capital and a kind of body, a post or a general word ("…, Sở Xây dựng"), because names hold commas themselves
    ("Thuế tỉnh, thành phố", "Bộ Văn hóa, Thể thao và Du lịch"). Names in `known` are never cut. A cell with several
    lines lists one agency a line, so its lines are not cut again.
    """
    lines = [line for raw in clean(text).split("\n") if (line := " ".join(raw.split()))]
    if len(lines) != 1:
        return lines
    keys = {match_key(name) for name in known}
    pieces = re.split(r"([,;]\s*)", lines[0])
    names = [pieces[0]]
    for separator, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        joined = names[-1] + separator + piece
        starts = piece[:1].isupper() and _begins(piece.lower(), _STARTS)
        if (starts or separator.startswith(";")) and not _one_name(joined, keys):
            names.append(piece)
        else:
            names[-1] = joined
    return [name for raw in names if (name := raw.strip(" ,;"))]


def _one_name(text: str, known: set[str]) -> bool:
    key = match_key(text)
    # "Bộ, Cơ quan ngang Bộ, cơ quan thuộc Chính phủ" is one phrase of the law.
    return key in known or key.endswith("bo co quan ngang bo") or any(name.startswith(f"{key} ") for name in known)
