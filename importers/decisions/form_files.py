"""The forms of a reading cut into files of their own, named by their content: from Word with its looks, from a PDF as
whole pages. What can't be cut, or not cleanly, is said on the row."""

import hashlib
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from importers.decisions.document import Document, Paragraph
from importers.decisions.form_docx import FormCutter
from importers.decisions.old_word import as_docx
from importers.decisions.rows import FormFile, ItemRow
from importers.readers.files import Source
from importers.rows import Problem, UnusableFileError

MAX_BYTES = 300_000_000  # of all forms of a decision; 277 real ones take 6 million
# A file that was read may still be broken in parts that reading doesn't need.
_BROKEN: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, PyPdfError, ParseError, DefusedXmlException, ValueError, LookupError, OSError, EOFError),
    *(NotImplementedError, RecursionError, AttributeError, TypeError),
)
# What of a page could run, lead outside or tell where it was made; its text and lines are not in these.
_PAGE_EXTRAS = ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/B", "/Thumb")


def cut_forms(items: Sequence[ItemRow], files: Sequence[tuple[Document, Source]], folder: Path) -> None:
    """Cut every form of the rows into a file in the folder; a form that can't be is named on its row."""
    with ExitStack() as opened:
        cutting = _Cutting(folder, opened, {document.name: (document, source) for document, source in reversed(files)})
        for item in items:
            if item.forms:
                cutting.cut(item)


class _Cutting:
    """One pass through the rows; each file is opened once."""

    def __init__(self, folder: Path, opened: ExitStack, files: dict[str, tuple[Document, Source]]) -> None:
        self.folder, self.opened, self.files = folder, opened, files
        self.cutters: dict[str, FormCutter | PdfReader] = {}
        self.size = 0

    def cut(self, item: ItemRow) -> None:
        lost, shared, uncut = [], [], []
        for place, form in enumerate(item.forms):
            try:
                data, ending, lacks, shares = self._data(form)
            except _BROKEN:
                data, ending, lacks, shares = b"", "", 0, False
            if data:
                item.forms[place] = replace(form, file=self._kept(data, ending))
            elif form.blocks:
                uncut.append(form)
            lost += [form] if lacks else []
            shared += [form] if shares else []
        _tell(item, "FORM_LOST", lost, "có hình hay đối tượng nhúng từ ngoài không mang theo được. Hãy so với bản gốc.")
        _tell(item, "FORM_PAGE", shared, "đầu hoặc cuối nằm chung trang với phần khác; tệp mẫu giữ cả trang đó.")
        _tell(item, "FORM_NOT_CUT", uncut, "không cắt thành tệp riêng được; trên cổng chỉ có tên mẫu. Hãy tải tệp lên.")

    def _data(self, form: FormFile) -> tuple[bytes, str, int, bool]:
        """The file, its ending, how many things it lacks, whether it shares a page."""
        document, source = self.files[form.place.file]
        if form.blocks is None or document.reader not in ("docx", "doc", "pdf"):
            return b"", "", 0, False
        cutter = self._cutter(document, source)
        if isinstance(cutter, PdfReader):
            data, shares = _pages(document, cutter, form.blocks)
            return data, ".pdf", 0, shares
        first, end = (_key(document, at) for at in form.blocks)
        assert first
        data, lacks = cutter.cut(first, end)
        return data, ".docx", lacks, False

    def _cutter(self, document: Document, source: Source) -> FormCutter | PdfReader:
        if document.name not in self.cutters:
            if document.reader == "pdf":
                self.cutters[document.name] = PdfReader(source.path)
            else:
                made = self.opened.enter_context(as_docx(source)) if document.reader == "doc" else source
                self.cutters[document.name] = FormCutter(made.path)
        return self.cutters[document.name]

    def _kept(self, data: bytes, ending: str) -> str:
        # The hash that Wagtail knows its documents by.
        name = hashlib.sha1(data, usedforsecurity=False).hexdigest() + ending
        if not (self.folder / name).exists():
            self.size += len(data)
            if self.size > MAX_BYTES:
                raise UnusableFileError(f"Các mẫu đơn chiếm hơn {MAX_BYTES // 1_000_000} MB. Hãy nén ảnh trong tệp.")
            (self.folder / name).write_bytes(data)
        return name


def _key(document: Document, at: int) -> tuple[str, int] | None:
    if at >= len(document.blocks):
        return None
    block = document.blocks[at]
    return ("p" if isinstance(block, Paragraph) else "t", block.number)


def _pages(document: Document, reader: PdfReader, blocks: tuple[int, int]) -> tuple[bytes, bool]:
    """The form's pages as a PDF, and whether its first or last page has something else on it."""
    start, end = blocks
    first, last = _page_of(document, start, 0), _page_of(document, end - 1, -1)
    before = _page_of(document, start - 1, -1) if start else 0
    after = _page_of(document, end, 0) if end < len(document.blocks) else 0
    writer = PdfWriter()
    for number in range(first, last + 1):
        page = writer.add_page(reader.pages[number - 1], excluded_keys=_PAGE_EXTRAS)
        for key in _PAGE_EXTRAS:
            page.pop(key, None)
    made = BytesIO()
    writer.write(made)
    return made.getvalue(), before == first or after == last


def _page_of(document: Document, at: int, row: int) -> int:
    block = document.blocks[at]
    return block.page if isinstance(block, Paragraph) else block.pages[row]


def _tell(item: ItemRow, code: str, forms: Sequence[FormFile], what: str) -> None:
    if forms:
        names = "; ".join(f"“{form.title[:80]}”" for form in forms[:8]) + (" …" if len(forms) > 8 else "")
        item.problems.append(Problem("doubtful", code, forms[0].place, "", forms[0].title[:300], f"{names}: {what}"))
