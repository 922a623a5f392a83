"""Makes the table of docs/agencies.md: how many agency texts name a unit, a class, or only a phrase. It counts the raw
cells of the files, not what readers hand on, so that a text a reader loses shows as a difference."""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from django.core.management.base import BaseCommand, CommandParser
from openpyxl.utils.exceptions import InvalidFileException

from cms.text import fold_words
from cms.vocabulary import AgencyTextKind
from importers.agency_names import is_empty, split_agencies, tidy
from importers.agency_texts import AgencyTexts

BROKEN = (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException)


class Command(BaseCommand):
    """Exit codes: 0, or 2 when a file is unusable. Writes nothing."""

    help = "Đếm tên cơ quan trong tệp danh mục (.jsonl, .xlsx): một cơ quan, một loại cơ quan, hay chỉ là câu chữ."

    def add_arguments(self, parser: CommandParser) -> None:
        """The catalogue files to count."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="TỆP")
        parser.add_argument("--list", action="store_true", dest="listed", help="in từng tên và cách hiểu")

    def handle(self, *args: Any, paths: list[Path], listed: bool, **options: Any) -> None:
        """Read, count, print a Markdown table."""
        agencies = AgencyTexts()
        rows: list[tuple[str, list[str]]] = []
        for path in paths:
            try:
                rows.append((f"{path.parent.name}/{path.name}", list(_texts(path))))
            except BROKEN as error:
                self.stderr.write(f"Không đọc được tệp {path.name}: {error}. Hãy kiểm tra lại tệp.")
                sys.exit(2)
        rows.append(("all", [text for _, texts in rows for text in texts]))
        self.stdout.write(f"| file | {' | '.join(f'{kind} (different)' for kind in AgencyTextKind.values)} |")
        self.stdout.write("|---|" + "--:|" * len(AgencyTextKind))
        for name, texts in rows:
            counts = agencies.count_kinds(texts).values()
            self.stdout.write(f"| {name} | {' | '.join(f'{texts:,} ({names:,})' for texts, names in counts)} |")
        if listed:
            for text in sorted({tidy(text) for text in rows[-1][1] if not is_empty(text)}):
                self.stdout.write(f"{agencies.resolve(text).kind}\t{text}")


def _texts(path: Path) -> Iterator[str]:
    """The agencies in all fields and columns whose name begins with "Cơ quan"; a sheet's cell holds one a line."""
    if path.suffix.lower() == ".xlsx":
        yield from _sheet_texts(path)
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            for value in _agency_fields(json.loads(line)):
                yield from split_agencies(value)


def _agency_fields(record: Any) -> Iterator[str]:
    for key, value in record.items() if isinstance(record, dict) else ():
        if isinstance(value, dict):
            yield from _agency_fields(value)
        elif isinstance(value, str) and fold_words(key.replace("_", " "))[:2] == ["co", "quan"]:
            yield value


def _sheet_texts(path: Path) -> Iterator[str]:
    columns: list[int] = []
    for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True):
        if not columns:
            columns = [at for at, cell in enumerate(row) if fold_words(str(cell or ""))[:2] == ["co", "quan"]]
            continue
        for at in columns:
            yield from str(row[at] or "").split("\n")
