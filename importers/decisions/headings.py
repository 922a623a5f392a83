"""What heading rows say of all that stands under them: the kind of change, the level, the sector, and how many
procedures there are. They nest in any order, so each says only what it says, and a new one ends those it replaces."""

import re
from dataclasses import dataclass, replace

from cms.text import fold
from cms.vocabulary import AdministrativeLevel, DecisionAction

_ACTIONS: tuple[tuple[str, str], ...] = (
    (
        DecisionAction.ENACT,
        r"\bmoi ban hanh\b|\bban hanh moi\b|\bcong bo moi\b|\btthc moi\b|\bthu tuc hanh chinh moi\b",
    ),
    (DecisionAction.AMEND, r"\bsua doi\b|\bbo sung\b"),
    (DecisionAction.REPLACE, r"\bthay the\b"),
    (DecisionAction.REPEAL, r"\bbai bo\b|\bhuy bo\b"),
    (DecisionAction.STANDARDISE, r"\bchuan hoa\b"),
    (DecisionAction.CORRECT, r"\bdinh chinh\b"),
)
_LEVELS: tuple[tuple[str, str], ...] = (
    (AdministrativeLevel.CENTRAL, r"\bcap (bo|trung uong)\b|\btrung uong\b"),
    (AdministrativeLevel.PROVINCE, r"\bcap tinh\b|\bcap thanh pho\b"),
    (AdministrativeLevel.DISTRICT, r"\bcap huyen\b"),
    (AdministrativeLevel.COMMUNE, r"\bcap xa\b"),
)
_BARE_LEVELS = (
    (AdministrativeLevel.CENTRAL, re.compile(r"(bo|tw|trung uong)$|bo (truong )?\w")),
    (
        AdministrativeLevel.PROVINCE,
        re.compile(r"tinh$|so(\b|$)|((chu tich )?(ubnd|uy ban nhan dan) )(tinh|thanh pho)\b"),
    ),
    (AdministrativeLevel.DISTRICT, re.compile(r"huyen$|((chu tich )?(ubnd|uy ban nhan dan) )(huyen|quan)\b")),
    (AdministrativeLevel.COMMUNE, re.compile(r"xa$|((chu tich )?(ubnd|uy ban nhan dan) )(xa|phuong|dac khu)\b")),
)
# "Dhh vực", "LĨNH Vực": what scanning makes of "lĩnh vực".
_SECTOR = re.compile(r"\b[ldi]\w{1,4}\s+v[ựùưụửữứ][cọ]\b[:\s]*", re.IGNORECASE)
_SECTOR_END = re.compile(
    r"\s*(?:\(|;|–|\bthuộc\b|\bthực hiện\b|\btrên địa bàn\b|\báp dụng\b|\btại\b|\bđược\b|\bbị\b|"
    r"\bcấp (?:tỉnh|xã|huyện|bộ)\b|"
    r"\bdùng chung\b|\btrong phạm vi\b|$)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"[(:\-–]?\s*(?P<count>\d{1,3})\s*(?:tthc|thủ tục(?: hành chính)?|thu tuc|danh mục)\b(?![^()]*\d{4})", re.IGNORECASE
)
_LABEL = re.compile(
    r"^\s*(?P<label>(?:phụ lục|phần|mục|chương)\s+\w{1,5}|[A-ZĐ]|[IVXL]{1,5}|\d{1,2}(?:\.\d{1,2})*|[a-zđ])"
    r"\s*[.):/\-–]\s*",
    re.IGNORECASE,
)
_INTERNAL = re.compile(r"\b(tthc|thu tuc hanh chinh) noi bo\b")
MAX_LENGTH = 400


@dataclass(frozen=True)
class Heading:
    """What one heading says; None, () and "" where it says nothing. `style`: how it is numbered ("A", "I", "1", "a",
    "phần"), "" for none."""

    text: str
    style: str = ""
    action: str = ""
    levels: tuple[str, ...] = ()
    sector: str = ""
    count: int | None = None
    internal: bool = False

    def kinds(self) -> set[str]:
        """Of which kinds it speaks."""
        return {name for name in ("action", "levels", "sector") if getattr(self, name)}


@dataclass(frozen=True)
class Standing:
    """All that the headings in force say together; `part` as printed, outermost first."""

    action: str = ""
    levels: tuple[str, ...] = ()
    sector: str = ""
    part: str = ""
    internal: bool = False


def actions_in(text: str) -> list[str]:
    """The kinds of change a text names (vocabulary.DecisionAction), in the vocabulary's order."""
    words = " ".join(fold(text).replace("_", " ").split())
    return [str(name) for name, pattern in _ACTIONS if re.search(pattern, words)]


def levels_in(text: str) -> tuple[str, ...]:
    """The levels a text names (vocabulary.AdministrativeLevel)."""
    words = " ".join(fold(text).split())
    return tuple(str(name) for name, pattern in _LEVELS if re.search(pattern, words))


def levels_of_cell(text: str) -> tuple[str, ...]:
    """The levels a cell of a level or agency column says: by their names, bare ("Tỉnh, xã") or by who is of one ("Sở
    Tư pháp", "UBND phường")."""
    if found := levels_in(text):
        return found
    parts = [" ".join(re.findall(r"\w+", part)) for part in re.split(r"[,;/\n+]|\bva\b", fold(text))]
    return tuple(str(name) for name, pattern in _BARE_LEVELS if any(pattern.match(part) for part in parts))


def sector_in(text: str) -> str:
    """The sector a text names after "lĩnh vực", as printed; "" when it names none or more than one."""
    found = list(_SECTOR.finditer(text))
    if len(found) != 1:
        return ""
    rest = " ".join(text[found[0].end() :].split())
    end = _SECTOR_END.search(rest)
    return rest[: end.start() if end else len(rest)].strip(" .:,;-–/")[:200]


def count_in(text: str) -> int | None:
    """How many procedures a heading or an article says there are; None when it doesn't, or says several numbers."""
    found = {int(one["count"]) for one in _COUNT.finditer(text)}
    return found.pop() if len(found) == 1 else None


def counts_by_action(text: str) -> list[tuple[str, int, str]]:
    """How many procedures of each kind of change an article says there are, with its words: "02 thủ tục mới ban hành,
    03 thủ tục được sửa đổi, bổ sung"; a kind named twice, and a number of several kinds, are left out."""
    found = []
    spans = list(_COUNT.finditer(text))
    for place, one in enumerate(spans):
        end = spans[place + 1].start() if place + 1 < len(spans) else len(text)
        words = re.split(r"[;.]", text[one.start() : end])[0].strip(" ,()–-")
        if len(actions := actions_in(words)) == 1:
            found.append((actions[0], int(one["count"]), words[:200]))
    return [one for one in found if sum(one[0] == other[0] for other in found) == 1]


def read_heading(label: str, text: str) -> Heading:
    """A heading row or paragraph; `label` is what stood in the number column."""
    whole = " ".join(text.split())
    if not label and (found := _LABEL.match(whole)):
        label, whole = found["label"], whole[found.end() :]
    actions = actions_in(whole)
    return Heading(
        f"{label.strip(' .')}. {whole}" if label.strip(" .") else whole,
        _style(label),
        actions[0] if len(actions) == 1 else "",
        levels_in(whole),
        nice_sector(sector_in(whole)),
        count_in(whole),
        bool(_INTERNAL.search(" ".join(fold(whole).split()))),
    )


def as_sector(heading: Heading) -> Heading:
    """A heading that names nothing else, taken as the name of a sector ("I. Hộ tịch")."""
    bare = _COUNT.sub("", _LABEL.sub("", heading.text)).strip(" .:()-–")
    return replace(heading, sector=nice_sector(bare)) if bare and len(bare) < 120 else heading


def nice_sector(sector: str) -> str:
    """ "ĐẤT ĐAI" and "đất đai" as "Đất đai"; a name that isn't all in capitals stays."""
    if sector[:1].islower():
        return sector[:1].upper() + sector[1:]
    return sector.capitalize() if sector.isupper() and (len(sector) > 4 or not sector.isascii()) else sector


def _style(label: str) -> str:
    bare = label.strip(" .):/-–")
    if not bare:
        return ""
    if " " in bare:
        return bare.split()[0].casefold()
    if bare.isdigit():
        return "1"
    if re.fullmatch(r"[IVXL]+", bare):
        return "I"
    if re.fullmatch(r"\d+(\.\d+)+", bare):
        return f"1{'.1' * bare.count('.')}"
    return "A" if bare.isupper() else "a"


class Headings:
    """The headings in force while a list is read from the top."""

    def __init__(self) -> None:
        self._stack: list[Heading] = []

    def meet(self, heading: Heading) -> None:
        """Take a heading as in force; it ends, from the outermost on, one of its style or that spoke of the same."""
        for place, held in enumerate(self._stack):
            same_style = bool(heading.style) and held.style == heading.style
            if same_style or (held.kinds() & heading.kinds() and not _is_narrower(held, heading)):
                del self._stack[place:]
                break
        self._stack.append(heading)

    def standing(self) -> Standing:
        """What holds for the next row: the innermost heading that says it."""
        result = Standing()
        for heading in self._stack:
            result = replace(
                result,
                action=heading.action or result.action,
                levels=heading.levels or result.levels,
                sector=heading.sector or result.sector,
                internal=heading.internal or result.internal,
            )
        return replace(result, part=" › ".join(heading.text for heading in self._stack))


def _is_narrower(outer: Heading, inner: Heading) -> bool:
    """Whether the inner one stands under the outer though both speak of the same: "B. Sửa đổi lĩnh vực đất đai" holds
    "I. Lĩnh vực đất đai cấp xã". Only a differently numbered heading that keeps what it repeats."""
    if not outer.style or not inner.style or outer.style == inner.style:
        return False
    return all(getattr(outer, name) == getattr(inner, name) for name in outer.kinds() & inner.kinds())
