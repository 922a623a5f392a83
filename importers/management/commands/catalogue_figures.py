"""Makes the table of docs/catalogue-import.md: what the catalogue files hold, class by class, and what an import makes
of them together. It reads files only; the portal is not asked and not changed."""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from cms.identifiers import read_decision_number
from importers.figures import figures
from importers.labels import distinct_names, rename
from importers.readers import read
from importers.rows import ReadFile, UnusableFileError
from importers.staging import stage

TITLES = {
    "catalogue": "national pages",
    "defence": "Defence",
    "interface": "interface",
    "portal2021": "portal of 2021",
    "police": "police portal",
    "police-digest": "police digest",
    "spreadsheet": "Excel catalogues",
    "csv": "CSV",
}


class Command(BaseCommand):
    """Exit codes: 0, or 2 when a file is unusable. Writes nothing."""

    help = "In bảng số liệu của các tệp danh mục (Markdown), như trong docs/catalogue-import.md; không ghi gì."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The catalogue files to count."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="TỆP", help="một hay nhiều tệp danh mục")

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        """Read all and print the table."""
        try:
            names = distinct_names(paths)
            files = [rename(read(path), name) for path, name in zip(paths, names, strict=True)]
        except UnusableFileError as error:
            self.stderr.write(str(error))
            sys.exit(2)
        self.stdout.write("\n".join(table(files)))


def table(files: Sequence[ReadFile]) -> Iterator[str]:
    """The Markdown lines: one column per kind of file, then what all files say together."""
    groups: dict[str, list[ReadFile]] = {}
    for file in files:
        groups.setdefault(file.reader, []).append(file)
    yield f"| | {' | '.join(TITLES[reader] for reader in groups)} |"
    yield "|---|" + "--:|" * len(groups)
    counted = [dict(_counts(group)) for group in groups.values()]
    for label in dict.fromkeys(label for counts in counted for label in counts):
        yield f"| {label} | {' | '.join(_shown(counts.get(label, 0)) for counts in counted)} |"
    yield ""
    yield "| all files together | |"
    yield "|---|--:|"
    for label, count in _together(files):
        yield f"| {label} | {_shown(count)} |"


def _shown(count: int) -> str:
    return f"{count:,}"


def _counts(group: Sequence[ReadFile]) -> Iterator[tuple[str, int]]:
    yield from ((label, count) for label, count in figures(group) if not label.startswith("files: "))
    numbers = {read_decision_number(text) for text in _cited(group)}
    yield "decision numbers, different", len(numbers)
    yield "… not written by the strict pattern", sum(not number.strict for number in numbers)
    yield "… malformed after the repairs that are certain", sum(not number.well_formed for number in numbers)


def _cited(group: Iterable[ReadFile]) -> Iterator[str]:
    """The decision numbers as the files have them, each once."""
    cited = (row.cited_decision for file in group for row in file.rows if row.source == "record")
    yield from dict.fromkeys(filter(None, cited))


def _together(files: Sequence[ReadFile]) -> Iterator[tuple[str, int]]:
    run = stage(files, {})
    apart = [item.quarantined for item in run.items if item.quarantined]
    yield "procedures", len(run.items)
    yield "with a full text", sum(item.record is not None for item in run.items)
    yield "with a foreign text, set apart: name only", len(apart)
    reasons = Counter(str(found.reason) for found in apart)
    for reason, count in sorted(reasons.items()):
        yield f"… found by {reason}", count
    alone = run.items
    yield "in a list without a record: name only", sum(not item.record and not item.quarantined for item in alone)
    yield "rows refused", len(run.refused)
