"""Readers of catalogue files. What a file is, is told by its content; a new form is one small module with `NAME`,
`recognises` and `read_record`, and one line in the list below."""

from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from importers.readers import catalogue, defence, interface, legacy, police, police_digest, spreadsheet
from importers.readers.files import Source, examine, json_records, refusal
from importers.readers.records import Duplicates
from importers.rows import Place, Problem, ProcedureRow, ReadFile, UnusableFileError

__all__ = ["detect", "read"]


class RecordReader(Protocol):
    """A module that reads JSON records of one form."""

    NAME: str
    CODE: str

    def recognises(self, record: dict[str, Any]) -> bool:
        """Whether a record has this form."""

    def read_record(self, record: dict[str, Any], place: Place) -> ProcedureRow:
        """The procedure of one record; ValueError says in Vietnamese what is wrong with its shape."""


RECORD_READERS: tuple[RecordReader, ...] = (catalogue, defence, interface, legacy, police, police_digest)
_LOOK_AT = 20  # records; the first ones may be broken
_OTHER_CONTENT = {
    "ole": "tệp Excel hoặc Word kiểu cũ (97-2003). Mở bằng Excel rồi lưu lại thành .xlsx",
    "pdf": "tệp PDF. Cần danh mục dạng JSON, JSONL, CSV hoặc XLSX",
    "image": "tệp ảnh. Cần danh mục dạng JSON, JSONL, CSV hoặc XLSX",
    "gzip": "tệp nén. Giải nén rồi nhập từng tệp",
}


def detect(path: Path) -> str:
    """The name of the reader for a file: `NAME` of one in RECORD_READERS, "spreadsheet" or "csv".

    Raises UnusableFileError when no reader fits; the message says what the file is and what is needed.
    """
    return _choose(examine(path))[0]


def read(path: Path) -> ReadFile:
    """Everything a catalogue file says. Records that can't be read are in `refused` with their places.

    Raises UnusableFileError when nothing in the file can be used. Writes nothing.
    """
    source = examine(path)
    file = _choose(source)[1](source)
    if not file.rows:
        why = f" {file.refused[0].place}: {file.refused[0].message}" if file.refused else ""
        raise UnusableFileError(f"{source.name}: không đọc được thủ tục nào.{why}")
    return file


def _choose(source: Source) -> tuple[str, Callable[[Source], ReadFile]]:
    if source.content == "zip":
        return spreadsheet.NAME, spreadsheet.read_workbook
    if source.content in _OTHER_CONTENT:
        raise UnusableFileError(f"{source.name}: đây là {_OTHER_CONTENT[source.content]}.")
    if spreadsheet.first_character(source) not in "{[":
        return spreadsheet.CSV_NAME, spreadsheet.read_csv
    records = [record for _, record in islice(json_records(source), _LOOK_AT) if isinstance(record, dict)]
    for reader in RECORD_READERS:
        if any(reader.recognises(record) for record in records):
            return reader.NAME, partial(_read_records, reader=reader)
    raise UnusableFileError(
        f"{source.name}: không nhận ra dạng danh mục. Cần bản ghi có trường ma_thu_tuc và ten_thu_tuc, "
        "hoặc một dạng khác nêu trong docs/catalogue-import.md."
    )


def _read_records(source: Source, reader: RecordReader) -> ReadFile:
    file = ReadFile(source.name, source.sha256, reader.NAME)
    duplicates = Duplicates()
    for place, record in json_records(source):
        row = record if isinstance(record, Problem) else _read_one(record, place, reader, duplicates)
        if isinstance(row, Problem):
            file.refused.append(row)
        elif row:
            file.rows.append(row)
    return file


def _read_one(
    record: dict[str, Any], place: Place, reader: RecordReader, duplicates: Duplicates
) -> ProcedureRow | Problem | None:
    if not reader.recognises(record):
        return refusal(place, "OTHER_FORM", str(sorted(record))[:200], "Bản ghi thiếu các trường của dạng này.")
    try:
        row = reader.read_record(record, place)
    except ValueError as error:
        return refusal(place, "WRONG_SHAPE", str(record.get(reader.CODE, "")), f"Bản ghi sai cấu trúc: {error}.")
    if not row.name:
        return refusal(place, "NO_NAME", str(record.get(reader.CODE, "")), "Bản ghi không có tên thủ tục.")
    return duplicates.judge(row, record)
