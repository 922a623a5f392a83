"""Opening files that anybody may have made: what a file is, is told by its bytes and never by its name; it is read in
pieces, so that an endless line or a packed bomb costs no memory; and whatever can't be read names the place."""

import codecs
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importers.rows import Place, Problem, UnusableFileError

MAX_RECORD = 5_000_000  # characters of one record; the longest real one has under 200,000
MAX_DOCUMENT = 64_000_000  # bytes of a file that holds one JSON document
MAX_UNPACKED = 40_000_000  # bytes of a workbook unpacked; 700 real rows take 0.3 million
MAX_RATIO = 150  # unpacked to packed; real workbooks stay under 20
_CHUNK = 1 << 20

_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"\x1f\x8b", "gzip"),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Source:
    """A file that can be read. `content`: zip, ole, pdf, image, gzip or text; `encoding` only for text."""

    path: Path
    sha256: str
    content: str
    encoding: str = ""
    # What people call it, where the file itself was stored under another name.
    name_given: str = ""

    @property
    def name(self) -> str:
        """The name people know it by, for every message."""
        return self.name_given or self.path.name


def examine(path: Path) -> Source:
    """What the file is, in one pass over its bytes.

    Raises UnusableFileError when it can't be opened, is empty, or is text in an encoding that isn't known.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            first = file.read(_CHUNK)
            content = next((kind for mark, kind in _SIGNATURES if first.startswith(mark)), "text")
            encoding = (
                next((name for bom, name in _BOMS if first.startswith(bom)), "utf-8") if content == "text" else ""
            )
            decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
            chunk, position = first, 0
            while chunk:
                digest.update(chunk)
                if decoder:
                    _check(decoder, chunk, position, path.name, encoding)
                position += len(chunk)
                chunk = file.read(_CHUNK)
            if decoder:
                _check(decoder, b"", position, path.name, encoding)
    except OSError as error:
        reason = "không tìm thấy" if isinstance(error, FileNotFoundError) else "không mở được"
        raise UnusableFileError(f"{path.name}: {reason}. Kiểm tra đường dẫn và quyền đọc tệp.") from error
    if not first.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise UnusableFileError(f"{path.name}: tệp rỗng. Hãy lấy lại tệp từ nguồn.")
    return Source(path, digest.hexdigest(), content, encoding)


def _check(decoder: codecs.IncrementalDecoder, chunk: bytes, position: int, name: str, encoding: str) -> None:
    waiting = len(decoder.getstate()[0])
    try:
        text = decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        at = position - waiting + error.start
        raise UnusableFileError(
            f"{name}: byte thứ {at + 1} không phải chữ {encoding.upper().replace('-SIG', '')}. "
            "Mở tệp bằng chương trình đã tạo ra nó rồi lưu lại dạng UTF-8."
        ) from error
    if "\x00" in text:
        raise UnusableFileError(f"{name}: đây không phải tệp chữ. Cần tệp JSON, JSONL, CSV hoặc XLSX.")


def open_text(source: Source) -> io.TextIOWrapper:
    """The text of a source, universal newlines. The caller closes it."""
    return source.path.open(encoding=source.encoding)


def lines(file: io.TextIOWrapper) -> Iterator[tuple[int, str | None]]:
    """Line numbers from 1 with their text; None for a line longer than MAX_RECORD, which is passed over unread."""
    number = 0
    while text := file.readline(MAX_RECORD + 1):
        number += 1
        if len(text) <= MAX_RECORD:
            yield number, text
            continue
        while text and not text.endswith("\n"):
            text = file.readline(_CHUNK)
        yield number, None


def refusal(place: Place, code: str, raw: str, message: str) -> Problem:
    """A record that is left out."""
    return Problem("refused", code, place, "", raw[:200], message)


def _parse(text: str, place: Place) -> dict[str, Any] | Problem:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f", cột {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return refusal(place, "JSON_BROKEN", text, f"Không phải JSON hợp lệ{where}. Sửa dòng này hoặc lấy lại tệp.")
    if not isinstance(value, dict):
        return refusal(place, "NOT_A_RECORD", text, "Dòng này không phải một bản ghi thủ tục ({…}).")
    return value


def _is_lined(source: Source) -> bool:
    """Whether each line is a record of its own (JSONL), not a part of one document."""
    with open_text(source) as file:
        for _, text in lines(file):
            if text is None:
                return True
            if text.strip():
                return text.lstrip().startswith("{") and len(text.strip()) > 1
    return False


def json_records(source: Source) -> Iterator[tuple[Place, dict[str, Any] | Problem]]:
    """The records of a JSON or JSONL file with their places; a Problem in the place of one that can't be read.

    Raises UnusableFileError when the file is one JSON document and that is broken or too long.
    """
    if _is_lined(source):
        if (whole := _one_document(source)) is not None:
            yield from _records_of(whole, source)
            return
        with open_text(source) as file:
            for number, text in lines(file):
                place = Place(source.name, line=number)
                if text is None:
                    message = f"Dòng dài hơn {MAX_RECORD:,} ký tự, không đọc. Mỗi bản ghi phải nằm trên một dòng."
                    yield place, refusal(place, "LINE_TOO_LONG", "", message.replace(",", ".", 1))
                elif text.strip():
                    yield place, _parse(text, place)
        return
    yield from _document_records(source)


def _one_document(source: Source) -> dict[str, Any] | None:
    """A file whose single record is spread over lines though its first line holds more than the bracket."""
    if source.path.stat().st_size > MAX_RECORD:
        return None
    try:
        value = json.loads(source.path.read_text(source.encoding))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _document_records(source: Source) -> Iterator[tuple[Place, dict[str, Any] | Problem]]:
    if source.path.stat().st_size > MAX_DOCUMENT:
        raise UnusableFileError(
            f"{source.name}: một tài liệu JSON lớn hơn 64 MB. Đổi sang JSONL, mỗi dòng một bản ghi."
        )
    try:
        value = json.loads(source.path.read_text(source.encoding))
    except json.JSONDecodeError as error:
        raise UnusableFileError(
            f"{source.name}, dòng {error.lineno}, cột {error.colno}: JSON hỏng. Lấy lại tệp từ nguồn."
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnusableFileError(
            f"{source.name}: JSON lồng quá sâu hoặc có số quá dài. Lấy lại tệp từ nguồn."
        ) from error
    yield from _records_of(value, source)


def _records_of(value: Any, source: Source) -> Iterator[tuple[Place, dict[str, Any] | Problem]]:
    """The records of a document: a list, an object that holds one under "procedures", or the object itself."""
    label = "mục"
    if isinstance(value, dict):
        if not isinstance(value.get("procedures"), list):
            yield Place(source.name, line=1), value
            return
        value, label = value["procedures"], "procedures, mục"
    for index, item in enumerate(value if isinstance(value, list) else [], start=1):
        place = Place(source.name, cell=f"{label} {index}")
        broken = refusal(place, "NOT_A_RECORD", str(item)[:200], "Mục này không phải một bản ghi thủ tục ({…}).")
        yield place, item if isinstance(item, dict) else broken


def check_archive(source: Source) -> zipfile.ZipFile:
    """The opened archive of a workbook, once its unpacked size is known to be safe.

    Raises UnusableFileError for a broken archive, a bomb, or an archive that is no workbook.
    """
    try:
        archive = zipfile.ZipFile(source.path)
    # NotImplementedError: zipfile meets a version or a method that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise UnusableFileError(f"{source.name}: tệp nén hỏng. Lấy lại tệp từ nguồn.") from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED or len(entries) > 2000 or (unpacked > 2_000_000 and unpacked / packed > MAX_RATIO):
        archive.close()
        raise UnusableFileError(
            f"{source.name}: giải nén ra {unpacked // 1_000_000} MB, quá lớn cho một danh mục, không mở. "
            "Xóa các trang tính thừa rồi lưu lại."
        )
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        archive.close()
        kind = "tệp Word" if "word/document.xml" in names else "tệp nén"
        raise UnusableFileError(
            f"{source.name}: đây là {kind}, không phải sổ tính XLSX. Cần JSON, JSONL, CSV hoặc XLSX."
        )
    return archive
