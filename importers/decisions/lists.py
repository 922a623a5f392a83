"""The lists of a decision as rows: which table is a list, what its headings say of each row, which rows are
sub-cases, and which are only the rest of the row above. One reading for every format; a reader only gives a grid."""

import re
from dataclasses import dataclass, field, replace

from cms.text import fold
from importers.decisions.alike import mend_cut_cells
from importers.decisions.columns import Header, find_header
from importers.decisions.document import Cell, Document, Paragraph, Table
from importers.decisions.headings import (
    MAX_LENGTH,
    Heading,
    Headings,
    Standing,
    as_sector,
    read_heading,
)
from importers.decisions.items import Line, make_item
from importers.decisions.repairs import mended
from importers.decisions.rows import ItemRow, Printed
from importers.rows import Place

_NUMBER = re.compile(r"(?P<whole>\d{1,4})(?P<sub>(?:\s*\.\s*\d{1,3})*)\s*[.)]?")
_CODE = re.compile(r"\d\.\d{6}\b|\d{7}\b")
# From here on a file holds the full texts, whose forms have tables that look like lists.
_CONTENT = re.compile(r"noi dung (cu the|chi tiet)|^\W*(\(?1\)?|a|i)?\W*trinh tu thuc hien\W*$")
_NOT_HEADING = re.compile(
    r"^\s*(điều \d|căn cứ|theo đề nghị|nơi nhận|kính gửi|\(?ban hành kèm|\(?kèm theo)", re.IGNORECASE
)
_ANNEX = re.compile(r"(phụ lục|phần)\s+(?:số\s+)?\w{1,5}\s*[.:]?", re.IGNORECASE)
_LONGEST_LABEL = 12
# "l", "1O", "l2.": numbers of rows as text recognition leaves them.
_MISREAD = re.compile(r"[l|][.)]?|(?=\D*\d)[\dlO|]{2,3}[.)]?")
_DIGITS = str.maketrans("lO|", "101")
_SHEET = re.compile(r"\((.+)\)$")
_SHEET_STYLE = "trang tính"
MAX_ITEMS = 20_000


@dataclass
class Lists:
    """What was read from all lists of one document. `counts`: heading → (stated, read); `skipped`: tables behind a list
    that have numbered rows, but neither a header nor its columns."""

    items: list[ItemRow] = field(default_factory=list)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    tables: int = 0
    skipped: list[Place] = field(default_factory=list)


def read_lists(document: Document, *, default: Standing) -> Lists:
    """The rows of every list in the document, in order. `default`: what the title says for all of them."""
    return _ListReader(document, default).read()


class _ListReader:
    def __init__(self, document: Document, default: Standing) -> None:
        self.document = document
        self.default = default
        self.headings = Headings()
        self.header: Header | None = None
        self.lines: list[Line] = []
        self.met: list[tuple[Heading, int]] = []
        self.tables = 0
        self.skipped: list[Place] = []

    def read(self) -> Lists:
        for block in self.document.blocks:
            if isinstance(block, Paragraph):
                if self._is_content(block):
                    break
                self._paragraph(block)
            else:
                self._table(block)
        items = [make_item(line, number) for number, line in enumerate(self.lines, 1)]
        _set_parents(items, self.lines)
        mend_cut_cells(items)
        return Lists(items, self._counts(), self.tables, self.skipped)

    def _is_content(self, block: Paragraph) -> bool:
        words = " ".join(fold(block.text).split())
        return bool(self.lines) and len(words) < 250 and bool(_CONTENT.search(words))

    def _paragraph(self, block: Paragraph) -> None:
        self._loose(block.full())

    def _loose(self, text: str) -> None:
        if self.document.reader == "pdf" and len(text) <= MAX_LENGTH:
            text = mended(text, set())
        if len(text) > MAX_LENGTH or _NOT_HEADING.search(text):
            return
        if annex := _ANNEX.fullmatch(text.strip()):
            # What the headings of one annex say ends with it.
            self.headings.meet(Heading(text.strip(), annex[1].casefold()))
            return
        heading = read_heading("", text)
        # A paragraph between tables is a heading when it is numbered, or printed in capitals, and says something.
        if (heading.kinds() or heading.internal) and (heading.style or text.isupper()):
            self._meet(heading)

    def _meet(self, heading: Heading) -> None:
        self.headings.meet(heading)
        self.met.append((heading, len(self.lines)))

    def _sheet(self, table: Table) -> None:
        """A sheet called "Cấp xã" or "Bãi bỏ" says so of its rows; the next one ends it."""
        name = found[1] if (found := _SHEET.search(table.sheet)) else ""
        heading = replace(read_heading("", name), style=_SHEET_STYLE)
        if heading.kinds() or any(held.style == _SHEET_STYLE for held, _ in self.met):
            self._meet(heading)

    def _table(self, table: Table) -> None:
        row, began = 0, False
        self._sheet(table)
        while row < len(table.rows):
            header = find_header(table, row)
            if header:
                # The same header on the next page goes on with the list; another one begins a new list.
                again = self.header and header.is_top_of(self.header)
                self.header, began, row = self.header if again else header, True, header.end
                continue
            if self.header and (began or self._goes_on(table)):
                began = True
                self._row(table, row)
            elif len(alone := [cell for cell in table.distinct(row) if cell.text.strip()]) == 1:
                # In a spreadsheet the headings above the list are rows too.
                self._loose(alone[0].text)
            row += 1
            if len(self.lines) > MAX_ITEMS:
                break
        self.tables += began
        if not began and self.header and self.lines and _has_numbered_rows(table):
            self.skipped.append(self.document.cell_place(table, 0))

    def _goes_on(self, table: Table) -> bool:
        """Whether a table without a header is the rest of the list above, cut by a page."""
        assert self.header
        if not table.rows or not self.lines:
            return False
        return len(table.rows[0]) == len(self.header.columns)

    def _row(self, table: Table, row: int) -> None:
        assert self.header
        filled = [cell for cell in table.distinct(row) if cell.text.strip()]
        own = [cell for cell in filled if cell.row == row]
        if not own:
            return
        label = self._label(table, row)
        if heading := self._heading(table, row, own, label):
            self._meet(heading)
            return
        line = self._line(table, row, label)
        if self.lines and self._is_rest(label, line):
            self.lines[-1].add(line)
        elif line.text("name") or line.text("old_name") or line.text("code") or (label and len(filled) > 1):
            self.lines.append(line)

    def _label(self, table: Table, row: int) -> str:
        assert self.header
        places = self.header.where("ordinal") or [0]
        if self.header.columns[places[0]] not in ("ordinal", ""):
            return ""
        cell = table.rows[row][places[0]] if places[0] < len(table.rows[row]) else None
        # A heading merged across the table stands in the number column too, and is no number.
        wide = [place for place in self.header.where("name") if place < len(table.rows[row])]
        if not cell or cell.row != row or any(table.rows[row][place] is cell for place in wide):
            return ""
        # Where cells can't be merged, a heading stands whole in the number column.
        label = " ".join(cell.text.split())
        if self.document.reader == "pdf" and _MISREAD.fullmatch(label):
            label = label.translate(_DIGITS)
        return label if len(label) <= _LONGEST_LABEL else ""

    def _heading(self, table: Table, row: int, own: list[Cell], label: str) -> Heading | None:
        """The heading a row is, None when it is a row of the list: one text across the table, or a text beside a letter
        or a roman number with nothing behind it."""
        texts = [cell for cell in own if " ".join(cell.text.split()) != label] or own
        if len(texts) != 1 or len(texts[0].text) > MAX_LENGTH:
            return None
        width = sum(cell is texts[0] for cell in table.rows[row])
        wide = width > max(2, len(table.rows[row]) // 2)
        lettered = bool(label) and not _NUMBER.fullmatch(label)
        if not wide and not lettered and (label or not self._is_first_column(texts[0])):
            return None
        if len(own) == 1 and (annex := _ANNEX.fullmatch(texts[0].text.strip())):
            return Heading(texts[0].text.strip(), annex[1].casefold())
        heading = read_heading(label, texts[0].text)
        if not wide and _NUMBER.fullmatch(label):
            return None
        if wide and _NUMBER.fullmatch(label) and not heading.kinds():
            # "9. Sử dụng đất kết hợp" with its time merged into the name is a procedure.
            return None
        if heading.kinds() or heading.internal:
            return heading
        if (wide or lettered) and (heading.style or texts[0].text.isupper()):
            return as_sector(heading)
        return heading if lettered else None

    def _is_first_column(self, cell: Cell) -> bool:
        heading = read_heading("", cell.text)
        return cell.column == 0 and bool(heading.kinds() or heading.internal)

    def _line(self, table: Table, row: int, label: str) -> Line:
        assert self.header
        heading = self.headings.standing()
        default = self.default
        # What the whole document is about holds only where no heading says otherwise.
        standing = replace(
            heading,
            action=heading.action or default.action,
            levels=heading.levels or default.levels,
            sector=heading.sector or default.sector,
        )
        cells: dict[str, list[tuple[Cell, Place]]] = {}
        taken: set[int] = set()
        for place, name in enumerate(self.header.columns):
            if not name or place >= len(table.rows[row]):
                continue
            cell = table.rows[row][place]
            held = cells.setdefault(name, [])
            # A cell merged across columns says what its first one says; one merged down holds for each row.
            if id(cell) not in taken and (cell.text.strip() or cell.doubt):
                held.append((cell, self.document.cell_place(table, row, cell)))
            taken.add(id(cell))
        line = Line(label, self.document.cell_place(table, row), standing, self.header, cells)
        line.printed, line.regions = self._printed(table, row), table.regions[row : row + 1]
        return line

    def _printed(self, table: Table, row: int) -> list[Printed]:
        """Each cell of the row under its heading, whether its column was recognised or not."""
        assert self.header
        found: list[Printed] = []
        for cell in table.distinct(row):
            place = next(at for at, one in enumerate(table.rows[row]) if one is cell)
            if cell.text.strip() and place < len(self.header.columns):
                head = self.header.titles[place] if place < len(self.header.titles) else ""
                found.append(Printed(head or f"Cột {place + 1}", cell.text.strip(), self.header.columns[place]))
        return found

    def _is_rest(self, label: str, line: Line) -> bool:
        """Whether a row is the rest of the one above: no number of its own where rows have numbers."""
        last = self.lines[-1]
        if label or not last.label:
            return False
        code = line.text("code")
        if code and _CODE.search(code) and last.text("code") and line.text("name"):
            return False
        return bool(self.header and self.header.where("ordinal"))

    def _counts(self) -> dict[str, tuple[int, int]]:
        """What the headings state, beside the procedures read under each: up to the next one that ends it."""
        counts: dict[str, tuple[int, int]] = {}
        for place, (heading, start) in enumerate(self.met):
            if heading.count is None:
                continue
            end = len(self.lines)
            for other, begin in self.met[place + 1 :]:
                if (other.style == heading.style and other.style) or (other.kinds() & heading.kinds()):
                    end = begin
                    break
            read = sum(not line.is_subcase() for line in self.lines[start:end])
            counts[heading.text[:200]] = (heading.count, read)
        return counts


def _has_numbered_rows(table: Table) -> bool:
    return any(
        _NUMBER.fullmatch(row[0].text.strip()) and sum(bool(cell.text.strip()) for cell in table.distinct(at)) > 2
        for at, row in enumerate(table.rows)
        if row
    )


def _set_parents(items: list[ItemRow], lines: list[Line]) -> None:
    """Each sub-case (9.1) belongs to the last procedure of its number before it."""
    last: ItemRow | None = None
    for item, line in zip(items, lines, strict=True):
        if not line.is_subcase():
            last = item
        elif last and item.label.split(".")[0].lstrip("0") == last.label.split(".")[0].lstrip("0"):
            item.parent = last.ordinal
            item.action, item.levels = item.action or last.action, item.levels or last.levels
