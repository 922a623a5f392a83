"""Word files (.docx) as paragraphs and grids, straight from their XML: merged cells keep every position they cover,
automatic numbers are counted as Word counts them, and nothing in the file is run or fetched."""

import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from importers.decisions.document import MAX_CELLS, Cell, Document, Paragraph, Table
from importers.decisions.numbering import Numbering
from importers.decisions.repairs import tidy
from importers.readers.files import Source
from importers.rows import UnusableFileError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Of a whole decision with its annexes; the largest seen unpacks to 14 MB of text.
MAX_XML = 120_000_000
SMALL_XML = 20_000_000
MAX_RATIO = 150  # unpacked to packed, of what is larger; real decisions stay under 40
MAX_PARTS = 5_000
# Ticks that Word draws with symbol fonts: ✓ ✔ ☑ ☒ and the like; every other symbol is a list mark.
_TICKS = {"F0FC", "F0FE", "F052", "F053", "F054", "F0FB", "F051", "F050", "F078"}
# Empty boxes beside them.
_BOXES = {"F0A8", "F06F", "F071", "F072"}
_SKIPPED = {f"{W}{name}" for name in ("delText", "instrText", "pPr", "rPr", "moveFrom", "del", "sectPr", "tblPr")}
_SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_WRAPPERS = {f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}


def read_docx(source: Source) -> Document:
    """The paragraphs and tables of a Word file.

    Raises UnusableFileError for a broken file, one that is too large, or one whose text can't be taken as it is.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            parts = {name: _part(archive, name, source.name) for name in ("document", "numbering", "styles")}
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        if isinstance(error, UnusableFileError):
            raise
        raise UnusableFileError(f"{source.name}: tệp Word hỏng hoặc có mật khẩu. Hãy lấy lại tệp từ nguồn.") from error
    except Exception as error:
        # zlib and lzma have error types of their own for bytes that were changed on the way.
        raise UnusableFileError(f"{source.name}: tệp Word hỏng. Hãy lấy lại tệp từ nguồn.") from error
    root = parts["document"]
    body = root.find(f"{W}body") if root is not None else None
    if body is None:
        raise UnusableFileError(f"{source.name}: tệp Word không có nội dung. Hãy mở bằng Word rồi lưu lại dạng .docx.")
    try:
        return _Walk(source, Numbering(parts["numbering"], parts["styles"])).document(body)
    except RecursionError as error:
        raise UnusableFileError(f"{source.name}: bảng lồng nhau quá sâu. Hãy bỏ các bảng lồng rồi lưu lại.") from error


def _part(archive: zipfile.ZipFile, name: str, file: str) -> Element | None:
    path = f"word/{name}.xml"
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) > MAX_PARTS:
        raise UnusableFileError(f"{file}: tệp Word có {len(entries)} phần, không mở. Hãy lưu lại thành tệp mới.")
    if path not in entries:
        return None
    # The size in the directory may lie: what is read is bounded by itself.
    with archive.open(entries[path]) as stored:
        most = min(MAX_XML, max(SMALL_XML, entries[path].compress_size * MAX_RATIO))
        data = stored.read(most + 1)
    if len(data) > most:
        raise UnusableFileError(f"{file}: giải nén ra hơn {most // 1_000_000} MB chữ, không mở. Hãy tách tệp ra.")
    try:
        return fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        if name != "document":
            return None
        raise UnusableFileError(
            f"{file}: nội dung Word hỏng hoặc có khai báo lạ, không đọc. Hãy mở bằng Word rồi lưu lại."
        ) from error


class _Walk:
    """One pass through the body."""

    def __init__(self, source: Source, numbering: Numbering) -> None:
        self.numbering = numbering
        self.result = Document(source.name, source.sha256, "docx")
        self.paragraphs = self.tables = self.cells = 0

    def document(self, body: Element) -> Document:
        for element in _children(body):
            if element.tag == f"{W}p":
                self.paragraphs += 1
                text, label = self.paragraph(element)
                if text.strip() or label:
                    self.result.blocks.append(Paragraph(text.strip(), self.paragraphs, label=label))
            elif element.tag == f"{W}tbl":
                self.tables += 1
                number = self.tables
                self.result.blocks.append(Table(number, self.grid(element)))
        return self.result

    def paragraph(self, element: Element) -> tuple[str, str]:
        """Its text and its automatic number."""
        return tidy("".join(_texts(element))), self.numbering.label_of(element)

    def grid(self, table: Element) -> list[list[Cell]]:
        """The rows of a table; a cell merged down stands in every row it covers."""
        rows: list[list[Cell]] = []
        for line in _children(table):
            if line.tag == f"{W}tr" and line.find(f"{W}trPr/{W}del") is None:
                rows.append(self.row(line, len(rows), rows[-1] if rows else []))
        return rows

    def row(self, line: Element, number: int, above: list[Cell]) -> list[Cell]:
        properties = line.find(f"{W}trPr")
        skipped = _number(properties.find(f"{W}gridBefore") if properties is not None else None, 0)
        cells = [Cell("", number, column) for column in range(min(skipped, 60))]
        for element in _children(line):
            if element.tag != f"{W}tc":
                continue
            column = len(cells)
            settings = element.find(f"{W}tcPr")
            span = min(max(_number(settings.find(f"{W}gridSpan") if settings is not None else None, 1), 1), 60)
            merge = settings.find(f"{W}vMerge") if settings is not None else None
            going_on = merge is not None and merge.get(f"{W}val", "continue") != "restart"
            text = self.text_of(element)
            # A continuing cell that holds words of its own is no continuation, whatever Word says of it.
            cell = above[column] if going_on and column < len(above) and not text.strip() else None
            cells += [cell or Cell(text, number, column)] * span
            self.cells += span
        if self.cells > MAX_CELLS:
            raise UnusableFileError(f"{self.result.name}: bảng có hơn {MAX_CELLS} ô, không đọc. Hãy tách tệp ra.")
        return cells

    def text_of(self, cell: Element) -> str:
        """The text of a cell, a line a paragraph; a table inside a cell row by row."""
        lines = []
        for element in _children(cell):
            if element.tag == f"{W}p":
                text, label = self.paragraph(element)
                lines.append(f"{label} {text}".strip() if label else text.strip())
            elif element.tag == f"{W}tbl":
                for row in self.grid(element):
                    lines.append(" | ".join(dict.fromkeys(one.text.replace("\n", " ") for one in row if one.text)))
        return "\n".join(line for line in lines if line)


def _children(element: Element) -> Iterator[Element]:
    """The paragraphs, tables, rows or cells directly inside, through content controls and tracked insertions."""
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _texts(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED or _is_unseen(child):
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            yield "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{W}sym":
            code = (child.get(f"{W}char") or "").upper()
            yield "x" if code in _TICKS else "☐" if code in _BOXES else "•"
        else:
            yield from _texts(child)


def _is_unseen(element: Element) -> bool:
    """Whether a run is hidden text, which Word neither shows nor prints."""
    mark = element.find(f"{W}rPr/{W}vanish") if element.tag == f"{W}r" else None
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _number(element: Element | None, default: int) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if re.fullmatch(r"\d{1,4}", value) else default
