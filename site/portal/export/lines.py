"""The lines of open data, kept from one export to the next: a decision of ten items touches lists of thousands of
procedures whose other lines stay as they were. To work those out again for each list took half of such a run."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cms.opendata import Table
from cms.selectors import catalogue, fees
from cms.selectors.survey import Survey
from cms.views.tables import TABLES
from portal.export.manifest import FOLDER

__all__ = ["Lines", "lines_of_all", "read_lines", "write_lines"]

# Table → base text → [mark of its procedure, its lines as JSON]. As text they take a fifth of the memory.
Lines = dict[str, dict[int, list[str]]]
_FILE = "dong.json"


def read_lines(tree: Path) -> Lines:
    """What an export has kept; nothing where it has kept none."""
    try:
        found = json.loads((tree / FOLDER / _FILE).read_text("utf-8"))
        return {name: {int(pk): [*one] for pk, one in rows.items()} for name, rows in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_lines(tree: Path, lines: Lines) -> None:
    """Keep them for the next export. Raises OSError."""
    (tree / FOLDER / _FILE).write_text(json.dumps(lines, ensure_ascii=False, separators=(",", ":")), "utf-8")


def lines_of_all(survey: Survey, kept: Lines) -> Lines:
    """The lines of every base text in force: those kept where the procedure's mark is the same, else read."""
    marks = {row.period: survey.marks[row.procedure] for row in survey.standing}
    known = {pk for pk, mark in marks.items() if all(kept.get(name, {}).get(pk, [""])[0] == mark for name in _READ)}
    missing = [pk for pk in marks if pk not in known]
    found: Lines = {}
    for name, read in _READ.items():
        rows = dict(read(missing, survey))
        found[name] = {
            pk: kept[name][pk] if pk in known else [mark, json.dumps(rows.get(pk, []), ensure_ascii=False)]
            for pk, mark in sorted(marks.items())
        }
    return found


def _of_procedures(periods: list[int], survey: Survey) -> Iterator[tuple[int, list[list[Any]]]]:
    table = TABLES["thu-tuc"]()
    for chunk in catalogue.full_rows(periods):
        yield from ((row.pk, [line]) for row, line in zip(chunk, table.lines(chunk), strict=True))


def _of_fees(periods: list[int], survey: Survey) -> Iterator[tuple[int, list[list[Any]]]]:
    table: Table = TABLES["phi"]()
    for chunk in catalogue.full_rows(periods):
        rows = list(fees.fees_of(chunk, survey.on))
        found: dict[int, list[list[Any]]] = defaultdict(list)
        for fee, line in zip(rows, table.lines(rows), strict=True):
            found[fee.listed.pk].append(line)
        yield from found.items()


_READ = {"thu-tuc": _of_procedures, "phi": _of_fees}
