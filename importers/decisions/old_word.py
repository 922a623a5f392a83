"""Old Word files (.doc) by way of LibreOffice, where it is installed: turned into .docx in a bounded process with no
network and no macros, and refused when the table did not survive."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from importers.decisions.document import Document
from importers.decisions.docx import read_docx
from importers.readers.files import Source, examine
from importers.rows import UnusableFileError

SECONDS = 90


def read_doc(source: Source) -> Document:
    """An old Word file. Raises UnusableFileError without LibreOffice, or when the conversion lost the tables."""
    with as_docx(source) as made:
        document = read_docx(made)
    document.reader = "doc"
    if not document.tables():
        raise UnusableFileError(
            f"{source.name}: đổi từ .doc thì mất bảng, không dùng được. Hãy mở bằng Word rồi lưu lại .docx."
        )
    return document


@contextmanager
def as_docx(source: Source) -> Iterator[Source]:
    """The file turned into .docx, under its own name; gone afterwards. Raises UnusableFileError."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise UnusableFileError(
            f"{source.name}: tệp Word kiểu cũ (.doc). Hãy mở bằng Word rồi lưu lại .docx (máy chủ chưa có LibreOffice)."
        )
    # LibreOffice stopped at its limit may still write its profile while the folder goes.
    with tempfile.TemporaryDirectory(prefix="word-cu-", ignore_cleanup_errors=True) as folder:
        given = Path(folder) / "vao.doc"
        shutil.copyfile(source.path, given)
        command = [program, "--headless", "--norestore", f"-env:UserInstallation={(Path(folder) / 'ho-so').as_uri()}"]
        command += ["--convert-to", "docx", "--outdir", folder, str(given)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
            made = examine(Path(folder) / "vao.docx")
        except (subprocess.SubprocessError, OSError, UnusableFileError) as error:
            raise UnusableFileError(
                f"{source.name}: không đổi được tệp .doc. Hãy mở bằng Word rồi lưu lại .docx."
            ) from error
        yield replace(made, sha256=source.sha256, name_given=source.name)
