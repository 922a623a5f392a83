"""The full texts behind a list (Phần II, phụ lục nội dung): where each procedure begins, its eleven headings however
they are numbered, run in or glued, and where the forms behind it start. `annex_parts` reads what each part says."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from cms.text import fold
from importers.decisions.document import Document, Paragraph, Table
from importers.decisions.headings import levels_in
from importers.rows import Place

STEPS, CHANNELS, EVIDENCE, TIME, APPLICANTS, AGENCIES, RESULT, COSTS, FORMS, REQUIREMENTS, LEGAL = range(11)
_HEADINGS = (
    r"trinh tu(?:,? cach thuc)? thuc hien",
    r"cach thuc thuc hien",
    r"thanh phan(?:,| va|, va)? ?so luong ho so|ho so",
    r"thoi han giai quyet",
    r"doi tuong thuc hien",
    r"co quan (?:thuc hien|giai quyet)",
    r"ket qua(?: thuc hien| giai quyet)?",
    r"phi(?:,| va) le phi|le phi(?:,| va) phi|le phi|phi",
    r"(?:ten )?(?:cac )?mau don,?(?: va)? ?(?:mau )?to khai",
    r"yeu cau,? ?(?:va )?dieu kien",
    r"(?:can cu|co so) phap ly",
)
_NUMBERED = r"^[\W_]*(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z])\s*[).:/]\)?)?[\W_]*"
_AFTER = (
    r"(?: (?:thuc hien|giai quyet|cua|viec|cac))*(?: (?:thu tuc hanh chinh|thu tuc|tthc))?"
    r"(?: \(neu co\))?\s*(?P<end>:|$|[.;]$)"
)
_PATTERNS = tuple(re.compile(f"{_NUMBERED}(?:{words}){_AFTER}") for words in _HEADINGS)
# "…gắn liền với đất(8) Phí, lệ phí: …": the next heading ran into the last line.
_GLUED = re.compile(
    r"(?<=\w)[.;]?\s*(?=\(\d{1,2}\)\s*(?:Phí|Lệ phí|Tên mẫu|Yêu cầu|Căn cứ pháp|Kết quả|Cơ quan|Đối tượng|Thời hạn))"
)
_FORM = re.compile(r"^\W*(?:m[aâẫầấ]u|bi[eể]u m[aẫ]u|b[aả]ng)\s+(?:s[oố]\s*)?\d", re.IGNORECASE)
_LETTERHEAD = re.compile(r"^\W*(?:cong hoa xa hoi|doc lap|mau so\b|don |to khai\b|phieu\b)")
_LABELLED = re.compile(r"^\W*(?:thủ tục\s+(?:số\s+)?)?(?P<label>\d{1,3})\s*[.)/:]\s+(?=\D)", re.IGNORECASE)
_MAX_HEADING = 160  # characters; no heading with its number is half as long
_MAX_NAME = 1_100  # characters; the longest real name has 1,094


@dataclass(frozen=True)
class TextLine:
    """A paragraph of an annex, or one row of a table in it (`cells`). `block`: where its paragraph or table stands in
    `Document.blocks`; `begins`: whether nothing of that block stands before it."""

    text: str
    place: Place
    cells: tuple[str, ...] = ()
    table: int = 0
    block: int = 0
    begins: bool = True


@dataclass
class Annex:
    """The full text of one procedure as it stands in the file: its lines by heading, and its forms' lines after, which
    end before the block `end`."""

    name: str
    label: str
    place: Place
    levels: tuple[str, ...] = ()
    parts: dict[int, list[TextLine]] = field(default_factory=dict)
    # Headings that had run into the line above.
    glued: list[TextLine] = field(default_factory=list)
    forms: list[TextLine] = field(default_factory=list)
    end: int = 0


def read_annexes(document: Document) -> list[Annex]:
    """The full texts in a document, in order; none where it has none."""
    lines = list(_lines(document))
    starts = _starts(lines)
    found: list[Annex] = []
    levels: tuple[str, ...] = ()
    begins = [_name_begins(lines, start) for start in starts]
    for at, start in enumerate(starts):
        before = lines[begins[at - 1] if at else 0 : begins[at]]
        said = next((found_levels for line in reversed(before) if (found_levels := levels_of(line))), levels)
        end = begins[at + 1] if at + 1 < len(starts) else len(lines)
        annex = _annex(lines[begins[at] : start], lines[start:end])
        annex.end = lines[end].block if end < len(lines) else len(document.blocks)
        # Forms name levels too: a heading opens a new level only where the numbers begin anew.
        if not found or not annex.label or int(annex.label) <= int(found[-1].label or 0):
            levels = said
        annex.levels = levels
        found.append(annex)
    return found


def heading_of(text: str) -> tuple[int, str] | None:
    """Which of the eleven headings a line is, and what runs in behind it; None for any other line."""
    folded = fold(text[:_MAX_HEADING])
    if len(folded) != len(text[:_MAX_HEADING]):
        return None
    for part, pattern in enumerate(_PATTERNS):
        if found := pattern.match(folded):
            return part, text[found.end() :].strip()
    return None


def _lines(document: Document) -> Iterator[TextLine]:
    for at, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            place = document.paragraph_place(block)
            pieces = [piece.strip() for piece in _GLUED.split(block.full()) if piece.strip()]
            for number, piece in enumerate(pieces):
                yield TextLine(piece, place, block=at, begins=not number)
        else:
            yield from _rows(document, block, at)


def _rows(document: Document, table: Table, at: int) -> Iterator[TextLine]:
    begins = True
    for row in range(len(table.rows)):
        cells = [cell for cell in table.distinct(row) if cell.row == row]
        if any(cell.text.strip() for cell in cells):
            texts = tuple(" ".join(cell.text.split()) for cell in cells)
            text = " | ".join(text for text in texts if text)
            yield TextLine(text, document.cell_place(table, row), texts, table.number, at, begins)
            begins = False


def _starts(lines: list[TextLine]) -> list[int]:
    """Where a text begins: the first heading, with the second and third before the next such line."""
    first = [at for at, line in enumerate(lines) if not line.cells and (heading_of(line.text) or (-1,))[0] == STEPS]
    kept = []
    for at, end in zip(first, [*first[1:], len(lines)], strict=False):
        parts = {found[0] for line in lines[at:end] if not line.cells and (found := heading_of(line.text))}
        if {CHANNELS, EVIDENCE} & parts and len(parts) >= 4:
            kept.append(at)
    return kept


def _name_begins(lines: list[TextLine], start: int) -> int:
    """The first line of the name above a text: the numbered one, if the name takes several lines."""
    if lines[start].place.sheet.startswith("trang"):
        return _begins_on_page(lines, start)
    for at in range(start - 1, max(start - 4, -1), -1):
        if _LABELLED.match(lines[at].text) and sum(len(line.text) for line in lines[at:start]) <= _MAX_NAME:
            return at
        if lines[at].cells or lines[at].text.rstrip().endswith((".", ";")):
            break
    return max(start - 1, 0)


def _begins_on_page(lines: list[TextLine], start: int) -> int:
    """In a PDF, where a name takes a line for every paragraph of Word's: the numbered line, else what follows the last
    sentence on the page."""
    page = lines[start].place.sheet.partition(",")[0]
    begin = start
    for at in range(start - 1, max(start - 16, -1), -1):
        text = lines[at].text.rstrip()
        number = bool(re.fullmatch(r"\d{1,3}\.", text))
        if lines[at].place.sheet.partition(",")[0] != page or (text.endswith(".") and not number) or text.isdecimal():
            break
        begin = at
        if _LABELLED.match(text) or (number and at < start - 3):
            break
    return min(begin, max(start - 1, 0))


def levels_of(line: TextLine) -> tuple[str, ...]:
    """The levels that a heading above full texts names; none for any other line."""
    is_heading = len(line.text) < 250 and re.search(r"\b(?:thu tuc hanh chinh|tthc)\b.{0,20}\bcap ", fold(line.text))
    return levels_in(line.text) if is_heading else ()


def _annex(name: list[TextLine], lines: list[TextLine]) -> Annex:
    printed = " ".join(" ".join(line.text for line in name).split())
    label = _LABELLED.match(printed)
    place = name[0].place if name else lines[0].place
    annex = Annex(printed[label.end() :] if label else printed, label["label"] if label else "", place)
    headings = _in_order([(at, *found) for at, line in enumerate(lines) if (found := _plain_heading(line))])
    for (at, part, rest), end in zip(headings, [*(one[0] for one in headings[1:]), len(lines)], strict=False):
        held = lines[at + 1 : end]
        if part == headings[-1][1]:
            until = next((one for one, line in enumerate(held) if _begins_forms(line)), len(held))
            annex.forms, held = held[until:], held[:until]
        first = [TextLine(rest, lines[at].place)] if rest else []
        annex.parts[part] = [*first, *held]
        if at and lines[at].place == lines[at - 1].place:
            annex.glued.append(lines[at])
    return annex


def _plain_heading(line: TextLine) -> tuple[int, str] | None:
    return None if line.cells else heading_of(line.text)


def _in_order(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The longest run of headings in the legal order, the earliest where several are as long: "Kết quả:" inside a step
    is no heading, nor is what stands in a form."""
    tails: list[int] = []
    best: list[tuple[tuple[int, int, str], ...]] = []
    for one in found:
        place = bisect_left(tails, one[1])
        run = (*(best[place - 1] if place else ()), one)
        if place == len(tails):
            tails.append(one[1])
            best.append(run)
        elif one[1] < tails[place]:
            tails[place] = one[1]
            best[place] = run
    return list(best[-1]) if best else []


def _begins_forms(line: TextLine) -> bool:
    """Whether the forms behind a procedure, or the heading of the next block, begin here."""
    folded = " ".join(fold(line.text).split())
    if line.cells:
        return bool(re.search(r"cong hoa xa hoi|doc lap - tu do", folded)) or not re.search(r"\d/", line.text)
    return bool(_FORM.match(line.text) or _LETTERHEAD.match(folded)) or (line.text.isupper() and len(line.text) > 8)
