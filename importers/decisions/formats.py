"""Which reader a decision's file needs, told by its bytes and never by its name."""

import zipfile
from collections.abc import Callable

from importers.decisions.document import Document
from importers.decisions.docx import read_docx
from importers.decisions.encodings import refuse_old_encodings
from importers.decisions.gather import Found
from importers.decisions.old_word import read_doc
from importers.decisions.pdf import read_pdf
from importers.decisions.repairs import mend_document
from importers.decisions.sheets import read_csv, read_xls, read_xlsx
from importers.readers.files import Source
from importers.rows import UnusableFileError

_OTHER = {
    "image": "đây là tệp ảnh. Máy không đọc chữ trong ảnh: hãy lấy bản Word, hoặc PDF có lớp chữ",
    "gzip": "đây là tệp nén kiểu lạ. Hãy giải nén rồi nạp các tệp bên trong",
}
# The streams that tell an old Word file from an old workbook, as their names stand in the file's directory.
_WORKBOOK = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
_WORD = "WordDocument".encode("utf-16-le")


def read_document(found: Found, progress: Callable[[int], None]) -> Document:
    """Read one file; `progress` hears per cent of it.

    Raises UnusableFileError when its kind isn't known or nothing in it can be read.
    """
    document = _read(found.source, progress)
    refuse_old_encodings(document)
    mend_document(document)
    progress(100)
    return document


def _read(source: Source, progress: Callable[[int], None]) -> Document:
    if source.content in _OTHER:
        raise UnusableFileError(f"{source.name}: {_OTHER[source.content]}.")
    if source.content == "pdf":
        return read_pdf(source, progress)
    if source.content == "ole":
        data = source.path.read_bytes()
        if any(mark in data for mark in _WORKBOOK):
            return read_xls(source)
        if _WORD not in data:
            raise UnusableFileError(f"{source.name}: không phải tệp Word hay Excel, hoặc tệp hỏng. Hãy lấy lại tệp.")
        return read_doc(source)
    if source.content == "zip":
        with zipfile.ZipFile(source.path) as archive:
            is_book = "xl/workbook.xml" in archive.namelist()
        return read_xlsx(source) if is_book else read_docx(source)
    return read_csv(source)
