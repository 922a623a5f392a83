"""PDF files with a text layer as paragraphs and grids: tables by the rules drawn on the page, by the rules seen in a
scanned picture, or, where none are drawn, by the white between columns. Pages cut tables; what they cut is joined
again, and said."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.layout import LTChar, LTItem
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.utils import extract_words

from importers.decisions.borderless import white_tables
from importers.decisions.carrying import Above, carry_down
from importers.decisions.document import MAX_CELLS, Document, Paragraph
from importers.decisions.grids import Box, Grid, Word, grids_of, text_of
from importers.decisions.pages import join_pages, share_columns
from importers.decisions.repairs import tidy
from importers.decisions.rules import Scan, scan_of
from importers.readers.files import Source
from importers.rows import UnusableFileError

MAX_PAGES = 1_000
MAX_WORDS = 40_000  # of one page; a dense one has 1,500
MAX_ALL_WORDS = 2_000_000
_DOUBLE = 1.2  # points; twice as far apart as a letter and its double at most
_FEW = 12  # words; a page with fewer has no text to speak of


class NoTextError(UnusableFileError):
    """The PDF holds pictures of pages and no text."""


def read_pdf(source: Source, progress: Callable[[int], None]) -> Document:
    """The paragraphs and tables of a PDF file.

    Raises UnusableFileError for a file that is broken, locked, too long, or has no text layer.
    """
    try:
        _refuse_length(source)
        with pdfplumber.open(source.path) as pdf:
            document = _Pages(source, pdf.pages, progress).read()
    except UnusableFileError:
        raise
    except (PDFSyntaxError, RecursionError) as error:
        raise UnusableFileError(f"{source.name}: tệp PDF hỏng. Hãy lấy lại tệp từ nguồn.") from error
    except Exception as error:  # a damaged PDF fails anywhere, with any error
        if any(isinstance(one, PDFPasswordIncorrect) for one in (error, *error.args)):
            raise UnusableFileError(f"{source.name}: PDF có mật khẩu. Hãy lưu lại bản không khóa.") from error
        raise UnusableFileError(f"{source.name}: tệp PDF hỏng ({type(error).__name__}). Hãy lấy lại tệp.") from error
    return document


def _refuse_length(source: Source) -> None:
    """Counted without laying out a page: a list of thousands of pages takes minutes only to open for reading."""
    try:
        with pypdfium2.PdfDocument(source.path) as pdf:
            pages = len(pdf)
    except pypdfium2.PdfiumError:
        return  # locked or damaged: the reader says which
    if pages > MAX_PAGES:
        raise UnusableFileError(
            f"{source.name}: có {pages} trang, máy chỉ đọc đến {MAX_PAGES}. Hãy tách phần danh mục ra."
        )


class _Pages:
    def __init__(self, source: Source, pages: list[Any], progress: Callable[[int], None]) -> None:
        self.source, self.pages, self.progress = source, pages, progress
        self.document = Document(source.name, source.sha256, "pdf", pages=len(pages))
        self.paragraphs = self.count = 0
        # By page: what stands on it. A table without rules is understood from all its pages together.
        self.words: dict[int, list[Word]] = {}
        self.grids: dict[int, list[Grid]] = {}
        self.sizes: dict[int, tuple[float, float]] = {}

    def read(self) -> Document:
        for number, page in enumerate(self.pages, 1):
            self._page(page, number)
            page.close()
            self.progress(number * 100 // len(self.pages))
            if number == min(8, len(self.pages)) and not self.words:
                self._refuse_picture()
        if not self.words:
            self._refuse_picture()
        white = white_tables({number: words for number, words in self.words.items() if not self.grids[number]})
        for number, found in white.items():
            self.grids[number] = found
        parts = [part for number in self.words for part in self._flow(number)]
        grids = [part for part in parts if isinstance(part, Grid)]
        for grid in grids:
            grid.size = self.sizes[grid.page]
        share_columns([grid for grid in grids if not grid.doubt])
        tables = join_pages([grid.table(number) for number, grid in enumerate(grids, 1)])
        above = Above()
        for grid, table in zip(grids, tables, strict=True):
            above = carry_down(table, above) if grid.doubt else Above()
        following = iter(tables)
        self.document.blocks = [part if isinstance(part, Paragraph) else next(following) for part in parts]
        return self.document

    def _refuse_picture(self) -> None:
        raise NoTextError(
            f"{self.source.name}: PDF chỉ có ảnh quét, không có lớp chữ. Máy không đọc ảnh: hãy lấy bản Word, hoặc "
            "chạy nhận dạng chữ (OCR) rồi nạp lại."
        )

    def _page(self, page: Any, number: int) -> None:
        """Keep the words of a page and the tables that rules draw on it."""
        page.process_object = _plain_letters(page)
        scan = scan_of(page) if _is_scanned(page) else None
        words = _words(page, scan)
        self.count += len(words)
        if len(words) > MAX_WORDS or self.count > MAX_ALL_WORDS:
            raise UnusableFileError(f"{self.source.name}, trang {number}: quá nhiều chữ trên một trang, không đọc.")
        if len(words) < _FEW:
            return
        grids = grids_of(_rules(page), words, number)
        if not grids and scan:
            grids = grids_of(scan.rules(), words, number)
        if sum(len(grid.cells) for grid in grids) > MAX_CELLS:
            raise UnusableFileError(f"{self.source.name}, trang {number}: bảng quá lớn, không đọc.")
        self.words[number], self.grids[number] = words, grids
        self.sizes[number] = float(page.width), float(page.height)

    def _flow(self, number: int) -> Iterator[Grid | Paragraph]:
        """The tables of a page and the lines between them, from its top."""
        grids = self.grids[number]
        outside = [word for word in self.words[number] if not any(grid.holds(word) for grid in grids)]
        flow: list[tuple[float, Grid | Paragraph]] = [(grid.box.top, grid) for grid in grids]
        for top, text in _lines(outside):
            self.paragraphs += 1
            flow.append((top, Paragraph(text, self.paragraphs, number)))
        yield from (part for _, part in sorted(flow, key=lambda one: one[0]))


def _plain_letters(page: Any) -> Callable[[LTItem], dict[str, Any]]:
    """How a page hands on what stands on it: of a letter only what words are made from. Its fonts and colours take
    pdfplumber a third of the time of a page."""
    whole = page.process_object
    left, top, height = float(page.mediabox[0]), float(page.mediabox[1]), float(page.height)
    over = float(page.initial_doctop)

    def plain(item: LTItem) -> dict[str, Any]:
        if not isinstance(item, LTChar):
            return dict(whole(item))
        high = height - item.y1 + top
        return {
            "object_type": "char",
            "text": item.get_text(),
            "upright": item.upright,
            "x0": item.x0 + left,
            "x1": item.x1 + left,
            "top": high,
            "bottom": height - item.y0 + top,
            "doctop": over + high,
        }

    return plain


def _is_scanned(page: Any) -> bool:
    """Whether a picture covers most of the page, with words on it."""
    whole = float(page.width) * float(page.height)
    return len(page.chars) > _FEW and any(
        (image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) > 0.5 * whole for image in page.images
    )


def _words(page: Any, scan: Scan | None) -> list[Word]:
    chars = [scan.upright(char) for char in page.chars] if scan and scan.lean else page.chars
    # Text recognition sets the letters of a word close and leaves out spaces; print sets them as wide as the line asks.
    apart = 1.5 if scan else 2.5
    found = extract_words(_once(chars), x_tolerance=apart, y_tolerance=3, keep_blank_chars=False, return_chars=True)
    return [
        Word(tidy(word["text"]), Box(word["x0"], word["top"], word["x1"], word["bottom"]), _is_overprinted(word))
        for word in found
        if word["text"].strip()
    ]


def _once(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each letter once: some programs make bold by printing a letter twice, a hair apart."""
    if len({(char["text"], round(char["x0"]), round(char["top"])) for char in chars}) == len(chars):
        return chars
    kept = []
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        text, left, top = char["text"], char["x0"] / _DOUBLE, char["top"] / _DOUBLE
        around = ((text, int(x), int(y)) for x in (left - 0.5, left + 0.5) for y in (top - 0.5, top + 0.5))
        if text.isspace() or seen.isdisjoint(around):
            kept.append(char)
            seen.add((text, int(left), int(top)))
    return kept


def _is_overprinted(word: dict[str, Any]) -> bool:
    """Whether letters of two words fell into one: together they are wider than the place they stand in."""
    width = sum(char["x1"] - char["x0"] for char in word["chars"] if not unicodedata.combining(char["text"][:1] or " "))
    return bool(width > 1.3 * (word["x1"] - word["x0"]) + 2)


def _rules(page: Any) -> list[Box]:
    """The thin lines and the edges of boxes drawn on the page."""
    return [Box(edge["x0"], edge["top"], edge["x1"], edge["bottom"]) for edge in page.edges]


def _lines(words: list[Word]) -> Iterator[tuple[float, str]]:
    """Lines outside tables; what stands far apart on one line (the two halves of a head) is apart."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.box.top, one.box.left)):
        middle = (word.box.top + word.box.bottom) / 2
        if lines and lines[-1][0].box.top <= middle <= lines[-1][0].box.bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    for line in lines:
        line.sort(key=lambda one: one.box.left)
        part = [line[0]]
        for word in line[1:]:
            if word.box.left - part[-1].box.right > 14:
                yield part[0].box.top, text_of(part)
                part = []
            part.append(word)
        yield part[0].box.top, text_of(part)
