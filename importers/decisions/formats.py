"""Which reader a decision's file needs, told by its bytes and never by its name."""

from collections.abc import Callable

from importers.decisions.document import Document
from importers.decisions.docx import read_docx
from importers.decisions.gather import Found
from importers.rows import UnusableFileError

_OTHER = {
    "image": "đây là tệp ảnh. Máy không đọc chữ trong ảnh: hãy lấy bản Word, hoặc PDF có lớp chữ",
    "gzip": "đây là tệp nén kiểu lạ. Hãy giải nén rồi nạp các tệp bên trong",
}


def read_document(found: Found, progress: Callable[[int], None]) -> Document:
    """Read one file; `progress` hears per cent of it.

    Raises UnusableFileError when its kind isn't known or nothing in it can be read.
    """
    source = found.source
    if source.content in _OTHER:
        raise UnusableFileError(f"{source.name}: {_OTHER[source.content]}.")
    if source.content == "zip":
        return read_docx(source)
    raise UnusableFileError(f"{source.name}: chưa đọc được loại tệp này. Cần tệp Word (.docx).")
