"""What every reader of decision files hands on, whatever the format: paragraphs and tables in their order, each cell
known to all the grid positions it covers. What the words mean is found out later, once, for all formats."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from importers.decisions.rows import Region
from importers.rows import Place

MAX_CELLS = 400_000  # of one document; 500 real rows of 13 columns take 6,500
MAX_CHARACTERS = 20_000_000


@dataclass(frozen=True)
class Cell:
    """A cell as printed. `text` has a line a paragraph; `row` and `column` are those of its first grid position, from
    0. `raw`: before extraction was repaired, "" where nothing was; `doubt`: why somebody must look, in Vietnamese."""

    text: str
    row: int = 0
    column: int = 0
    raw: str = ""
    doubt: str = ""


@dataclass
class Table:
    """A table as a grid: in `rows` every position holds the cell that covers it, so a merged cell stands in several.
    `pages`: the page of each row, and `regions` where on it, where the format has pages; `sheet`: a spreadsheet's
    sheet."""

    number: int
    rows: list[list[Cell]]
    pages: list[int] = field(default_factory=list)
    sheet: str = ""
    regions: list[Region] = field(default_factory=list)

    def distinct(self, row: int) -> list[Cell]:
        """The cells of a row from left to right, each once."""
        found: list[Cell] = []
        for cell in self.rows[row]:
            if not found or found[-1] is not cell:
                found.append(cell)
        return found


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. `number` from 1 through the document; `label`: its automatic number ("a)", "1."), which the text
    doesn't hold."""

    text: str
    number: int
    page: int = 0
    label: str = ""

    def full(self) -> str:
        """The text as a person sees it, with its number."""
        return f"{self.label} {self.text}".strip()


@dataclass
class Document:
    """One file, read. `reader`: "docx", "pdf", "spreadsheet" …"""

    name: str
    sha256: str
    reader: str
    blocks: list[Paragraph | Table] = field(default_factory=list)
    pages: int = 0

    def tables(self) -> list[Table]:
        """Its tables in order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs outside tables, in order."""
        return [block for block in self.blocks if isinstance(block, Paragraph)]

    def lines(self) -> Iterator[tuple[str, Place]]:
        """All text from the top, tables cell by cell, each line with its place; for what stands in layout tables."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                for line in block.full().splitlines():
                    yield line, self.paragraph_place(block)
                continue
            seen: set[int] = set()
            for row in range(len(block.rows)):
                for cell in block.distinct(row):
                    if cell.text and id(cell) not in seen:
                        seen.add(id(cell))
                        yield from ((line, self.cell_place(block, row, cell)) for line in cell.text.splitlines())

    def paragraph_place(self, paragraph: Paragraph) -> Place:
        """Where a paragraph stands."""
        sheet = f"trang {paragraph.page}" if paragraph.page else ""
        return Place(self.name, sheet, cell=f"đoạn {paragraph.number}")

    def cell_place(self, table: Table, row: int, cell: Cell | None = None) -> Place:
        """Where a row, or a cell of it, stands."""
        where = [f"trang {table.pages[row]}"] if row < len(table.pages) and table.pages[row] else []
        where.append(table.sheet or f"bảng {table.number}")
        return Place(self.name, ", ".join(where), row + 1, f"cột {cell.column + 1}" if cell else "")
