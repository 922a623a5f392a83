"""Which column of a list is which, told by the words of its header in any order and in one, two or three rows; no two
provinces print the same columns."""

import re
from dataclasses import dataclass, field

from cms.text import fold
from importers.decisions.document import Cell, Table
from importers.decisions.headings import actions_in

_OF = r"((ubnd|uy ban nhan dan) )?"
# Folded words of a header → the column. The first that fits counts, so the special stands before the general.
_KNOWN: tuple[tuple[str, str], ...] = (
    ("ordinal", r"^(so )?t ?t$|^s ?t ?t$|^so thu tu|^stt\b"),
    ("note", r"^ghi chu"),
    ("regardless_of_residence", r"dia gioi|phi dia"),
    # Where one column holds two things, the one that is never left out; the other is found in its words.
    ("name", r"^ten (tthc|thu tuc)(?!.*thay the).*\bma\b|^ma\b(?!.*thay the).*\bten (tthc|thu tuc)"),
    ("online_level", r"toan trinh.*mot phan|mot phan.*toan trinh"),
    ("place", r"^(dia diem|noi|bo phan) .*(tiep nhan|tra ket qua|nop|thuc hien)|^cach thuc (va )?dia diem"),
    ("agency", r"^(co quan|don vi)\b"),
    ("post_both", r"tiep nhan.* tra (ket qua|kq)"),
    ("online_full", r"toan trinh|toan phan"),
    ("online_partial", r"mot phan"),
    ("post_receive", r"^tiep nhan( ho so)?( \(?x\)?)?$|(buu chinh|bcci).*tiep nhan|^nhan ho so"),
    ("post_return", r"tra ket qua|^tra kq"),
    ("post_both", r"^(hinh thuc )?(thuc hien )?(qua )?(dich vu )?(buu chinh|bcci)|buu chinh cong ich"),
    ("online_level", r"truc tuyen|muc do (cung cap )?(dvc|dich vu)|^dvc"),
    ("old_code", r"^ma .*(bi|duoc) thay the"),
    ("old_name", r"^(ten )?.*(tthc|thu tuc).*(bi|duoc) thay the"),
    ("old_decision", r"(quyet dinh|qd) (da )?cong bo|so qd|so quyet dinh"),
    ("legal_bases", r"^can cu|co so phap ly|qppl|van ban (quy dinh|quy pham|phap luat)|ten van ban"),
    ("action", r"^(loai|hinh thuc|tinh trang|noi dung)( danh muc| quyet dinh| tthc)? (cong bo|thay doi|bien dong)"),
    # What of the procedure changed is no ground of it.
    ("note", r"noi dung (duoc |thu tuc )?(sua doi|bo sung|thay doi)"),
    ("code", r"^ma\b|ma (so )?(ho so )?(tthc|thu tuc)|^ma so|^so ho so\b"),
    # How much was cut, not what remains.
    ("", r"^(so (ngay|gio)|ty le|(so )?thoi (gian|han))( da| duoc)* (cat giam|rut ngan)( so voi.*| ngay)?$"),
    (
        "processing_time_cut",
        r"sau (khi )?(cat giam|rut ngan)|(cat giam|rut ngan) con|thoi (gian|han).*(sau|cat giam|rut ngan)",
    ),
    ("processing_time", r"thoi (han|gian)(?!.*hieu luc)|^theo quy dinh$"),
    ("effect", r"hieu luc|thoi diem ap dung|ngay ap dung"),
    ("place", r"dia diem|noi (tiep nhan|thuc hien|nop)|cach thuc (va )?dia diem"),
    ("fees", r"\bphi\b"),
    ("level_province", rf"^{_OF}cap (tinh|thanh pho)( \(?x\)?)?$"),
    ("level_commune", rf"^{_OF}cap xa( \(?x\)?)?$"),
    ("level_central", rf"^{_OF}cap (bo|trung uong)( \(?x\)?)?$"),
    ("level_district", rf"^{_OF}cap huyen( \(?x\)?)?$"),
    ("name", r"^ten\b|ten (tthc|thu tuc)|^(thu tuc hanh chinh|tthc)$|ten quy trinh"),
    ("level", r"^cap\b|cap (thuc hien|giai quyet|hanh chinh)"),
    ("sector", r"^linh vuc"),
    ("agency", r"co quan|don vi (thuc hien|giai quyet)|tham quyen"),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _KNOWN)
# Under "Cấp thực hiện" or "Thẩm quyền giải quyết" a level stands by its bare name, or by who is of that level.
_LEVEL_CELLS = (
    ("level_central", re.compile(r"^(cap )?(bo|tw|trung uong)( nganh)?$")),
    ("level_province", re.compile(rf"^{_OF}(cap )?(tinh|thanh pho|so nganh|so)$")),
    ("level_district", re.compile(rf"^{_OF}(cap )?huyen$")),
    ("level_commune", re.compile(rf"^{_OF}(cap )?(xa|xa phuong|xa phuong dac khu)$")),
)
_COUNTED = re.compile(r"\(?\d{1,2}\)?(\s*=.*)?")
# A table is a list when it names its procedures and says one thing more of each that nothing else has.
_TELLING = {"code", "processing_time", "processing_time_cut", "place", "fees", "legal_bases", "online_full",
            "online_partial", "agency", "level_province", "level_commune", "old_name", "effect",
            "post_receive"}  # fmt: skip
_TIMES = re.compile(r"\bthoi (han|gian)\b")
_LONGEST = 160
_DEEPEST = 4


@dataclass(frozen=True)
class Header:
    """The columns of a list: for each grid position its name, "" where unknown. `end`: the first row after it."""

    columns: tuple[str, ...]
    end: int
    titles: tuple[str, ...] = field(default=())

    def where(self, name: str) -> list[int]:
        """The grid positions of a column."""
        return [place for place, one in enumerate(self.columns) if one == name]

    def is_top_of(self, whole: "Header") -> bool:
        """Whether a page repeats the upper row only of a header of several."""
        if len(self.titles) != len(whole.titles) or self.titles == whole.titles:
            return False
        pairs = zip(self.titles, whole.titles, strict=True)
        return all(upper in ("", full) or full.startswith(f"{upper} / ") for upper, full in pairs)


def name_of(title: str) -> str:
    """The column a header cell names, "" when none is known."""
    words = " ".join(re.sub(r"[^\w()]+", " ", fold(title)).split())
    if not words or len(words) > _LONGEST:
        return ""
    return next((name for name, pattern in _COMPILED if pattern.search(words)), "")


def find_header(table: Table, row: int) -> Header | None:
    """The header that begins at a row, None when none does."""
    if row >= len(table.rows) or not _may_begin(table, row):
        return None
    best: Header | None = None
    for depth in range(1, _DEEPEST):
        if row + depth > len(table.rows):
            break
        if depth > 1 and not _belongs(table, row, row + depth - 1):
            break
        columns, titles = _columns(table, row, row + depth)
        found = Header(columns, row + depth, titles)
        if best is None or len(set(columns)) >= len(set(best.columns)):
            best = found
    if best is None or "name" not in best.columns or not _TELLING & set(best.columns):
        return None
    return Header(best.columns, _after_counts(table, best.end), best.titles)


def _may_begin(table: Table, row: int) -> bool:
    names = {name_of(cell.text) for cell in table.distinct(row)} - {""}
    return len(names) >= 2 and not re.fullmatch(r"\d+(\.\d+)*\.?", table.rows[row][0].text.strip())


def _belongs(table: Table, first: int, row: int) -> bool:
    """Whether a row goes on with the header: names of columns that divide a wider title, or stand where the row above
    is empty; a row of the list stands under titles as wide as its own cells."""
    cells = table.distinct(row)
    own = [cell for cell in cells if cell.row == row and cell.text.strip()]
    if not any(_divides(table, row, cell) for cell in own):
        return False
    if any(cell.row < row and cell.row >= first and cell.text for cell in cells):
        return any(name_of(cell.text) or actions_in(cell.text) for cell in own)
    # One filled cell alone is the rest of a row that a page cut, whatever its words.
    if len(own) < 2 or (cells[0].text.strip() and len(own) == len(cells)):
        return False
    return all((name_of(cell.text) or _level_of(cell.text)) and len(cell.text) < 60 for cell in own)


def _divides(table: Table, row: int, cell: Cell) -> bool:
    if cell.column >= len(table.rows[row - 1]):
        return False
    above = table.rows[row - 1][cell.column]
    width = sum(one is cell for one in table.rows[row])
    return not above.text.strip() or sum(one is above for one in table.rows[row - 1]) > width


def _columns(table: Table, first: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names: list[str] = []
    titles: list[str] = []
    for place in range(len(table.rows[first])):
        path: list[str] = []
        for row in range(first, end):
            text = table.rows[row][place].text if place < len(table.rows[row]) else ""
            if row == first and not text.strip():
                text = _from_the_left(table, first, place, end)
            if text.strip() and text not in path:
                path.append(text)
        whole = " / ".join(" ".join(text.split()) for text in path)
        names.append(_resolve(path))
        titles.append(whole)
    return tuple(names), tuple(titles)


def _from_the_left(table: Table, row: int, place: int, end: int) -> str:
    """What stands over a lower cell of the header whose upper one is empty: where nothing can be merged, the title of a
    group stands over its first column only."""
    if end - row < 2 or place >= len(table.rows[row + 1]) or not table.rows[row + 1][place].text.strip():
        return ""
    while place and not table.rows[row][place].text.strip():
        place -= 1
        if not table.rows[row + 1][place].text.strip():
            return ""
    return table.rows[row][place].text


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text))).removesuffix(" x")


def _level_of(title: str) -> str:
    return next((name for name, pattern in _LEVEL_CELLS if pattern.search(_words(title))), "")


def _resolve(path: list[str]) -> str:
    """The column of a header path from the top down: the lowest cell decides, in the light of those above it."""
    if not path:
        return ""
    lowest = name_of(path[-1])
    upper = next((name for name in map(name_of, reversed(path[:-1])) if name), "")
    words = _words(path[-1])
    if upper in ("level", "agency") and (level := _level_of(path[-1])):
        return level
    if upper in ("processing_time", "processing_time_cut"):
        shortened = re.search(r"cat giam|rut ngan|thuc te|con lai", words)
        return "processing_time_cut" if shortened else "processing_time"
    if upper in ("old_name", "old_code") and lowest in ("name", "code"):
        return f"old_{lowest}"
    if upper == "online_level" and lowest in ("post_receive", "post_return"):
        return lowest
    if lowest == "processing_time" and not _TIMES.search(words) and len(path) == 1:
        return ""
    return lowest or upper


def _after_counts(table: Table, row: int) -> int:
    """Past a row that only numbers the columns: (1) (2) (3)."""
    if row < len(table.rows):
        texts = [cell.text.strip() for cell in table.distinct(row) if cell.text.strip()]
        if len(texts) >= 3 and all(_COUNTED.fullmatch(text) for text in texts):
            return row + 1
    return row
