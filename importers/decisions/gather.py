"""The files of one decision from what a person hands in: single files, a folder, or a zip. Names in a zip never become
paths, and what is unpacked is bounded."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from importers.readers.files import Source, examine
from importers.rows import UnusableFileError

MAX_FILES = 40
MAX_FILE = 200_000_000  # bytes of one file of a decision; the largest signed scan seen has 30 million
SMALL_FILE = 20_000_000
MAX_RATIO = 100  # unpacked to packed, of what is larger; Word and PDF files are packed already
_WANTED = {".docx", ".doc", ".pdf", ".xlsx", ".xls", ".csv"}


@dataclass(frozen=True)
class Found:
    """One file of the decision, ready to be read."""

    source: Source


@contextmanager
def gathered(paths: Sequence[Path]) -> Iterator[list[Found]]:
    """All files to read, archives unpacked into a folder that is gone afterwards.

    Raises UnusableFileError when there is none, too many, or one that can't be opened.
    """
    with tempfile.TemporaryDirectory(prefix="quyet-dinh-") as folder:
        found: list[Found] = []
        for path in paths:
            found += _of(path, Path(folder))
        if not found:
            names = ", ".join(path.name for path in paths) or "(không có tệp)"
            raise UnusableFileError(
                f"{names}: không có tệp nào đọc được. Cần tệp .docx, .pdf, .xlsx, .xls, .csv hoặc .doc."
            )
        if len(found) > MAX_FILES:
            raise UnusableFileError(f"Có {len(found)} tệp; một quyết định nhiều nhất {MAX_FILES} tệp. Hãy chọn lại.")
        yield list({one.source.sha256: one for one in found}.values())


def _of(path: Path, folder: Path) -> list[Found]:
    if path.is_dir():
        inside = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() in _WANTED)
        return [Found(_source(one)) for one in inside if not one.name.startswith(("~$", "."))]
    source = _source(path)
    if source.content == "zip" and _is_plain_zip(path, source.name):
        return _unpacked(path, folder)
    return [Found(source)]


def _source(path: Path) -> Source:
    if path.is_file() and path.stat().st_size > MAX_FILE:
        raise UnusableFileError(
            f"{path.name}: lớn hơn {MAX_FILE // 1_000_000} MB, không đọc. Hãy tách hoặc nén ảnh lại."
        )
    return examine(path)


def _is_plain_zip(path: Path, name: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return not {"word/document.xml", "xl/workbook.xml"} & set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise UnusableFileError(f"{name}: tệp nén hoặc tệp Word hỏng. Hãy lấy lại tệp từ nguồn.") from error


def _unpacked(path: Path, folder: Path) -> list[Found]:
    found = []
    with zipfile.ZipFile(path) as archive:
        entries = [one for one in archive.infolist() if PurePosixPath(one.filename).suffix.lower() in _WANTED]
        if len(entries) > MAX_FILES:
            raise UnusableFileError(f"{path.name}: có {len(entries)} tệp; một quyết định nhiều nhất {MAX_FILES} tệp.")
        for number, entry in enumerate(entries):
            # Stored under a number: a name with "../" or a drive in it goes nowhere.
            name = PurePosixPath(entry.filename.replace("\\", "/")).name
            if name.startswith(("~$", ".")):
                continue
            target = folder / f"{number}{PurePosixPath(name).suffix.lower()}"
            _store(archive, entry, target, path.name)
            found.append(Found(replace(examine(target), name_given=name)))
    return found


def _store(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, name: str) -> None:
    try:
        with archive.open(entry) as packed, target.open("wb") as unpacked:
            size = 0
            while chunk := packed.read(1 << 20):
                size += len(chunk)
                if size > MAX_FILE or (size > SMALL_FILE and size > MAX_RATIO * max(1, entry.compress_size)):
                    raise UnusableFileError(f"{name}: giải nén ra quá lớn, không mở.")
                unpacked.write(chunk)
    except UnusableFileError:
        raise
    except Exception as error:
        # A changed archive raises errors of its own for every method of packing, or asks for a password.
        raise UnusableFileError(f"{name}: tệp nén hỏng hoặc có mật khẩu. Hãy giải nén rồi nạp các tệp.") from error
