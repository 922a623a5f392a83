"""The report of `import_decision`: what was read of a decision, row by row with its source, and what stands in the
way."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from importers.decisions.drafting import online_level, ticked
from importers.decisions.rows import DecisionReading, ItemRow, RefusedKindError
from importers.rows import Place, Problem

TEXTS = ("processing_time", "place", "fees", "legal_bases")
MARKS = ("post_receive", "post_return", "regardless_of_residence")
_TABLE = re.compile(r"bảng (\d+)", re.IGNORECASE)
_PAGE = re.compile(r"trang (\d+)", re.IGNORECASE)
SHOWN = 20


def as_report(reading: DecisionReading, **more: Any) -> dict[str, Any]:
    """The reading as plain values, `more` beside it (batch, obstacles …). Marks are true, false, or null where the list
    has no such column; a text the list doesn't have is null."""
    first = reading.files[0]
    head = reading.head
    labels = {item.ordinal: item.label or str(item.ordinal) for item in reading.items}
    return {
        "file": first.name,
        "sha256": first.sha256,
        "files": [{"file": file.name, "sha256": file.sha256, "role": file.role} for file in reading.files],
        "kind": reading.kind,
        "decision": {
            "number": head.number,
            "signed_on": head.signed_on.isoformat() if head.signed_on else None,
            "effective_from": head.effective_from.isoformat() if head.effective_from else None,
            "issuer": head.issuer,
            "title": head.title,
            "rests_on": head.rests_on,
            "signer": head.signer,
            "grounds": head.grounds,
        },
        "counts": counts_of(reading),
        "items": [_item(item, labels) for item in reading.items],
        "problems": [_problem(problem) for problem in reading.problems],
        **more,
    }


def of_nothing(paths: Sequence[Path], error: Exception, *, dry_run: bool) -> dict[str, Any]:
    """The report of files of which nothing could be used: what they are, and why."""
    files = [path for path in paths if path.is_file()]
    named = [{"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in files]
    kind = error.kind if isinstance(error, RefusedKindError) else "unusable"
    first = named[0] if named else {"file": paths[0].name, "sha256": None}
    message = {"severity": "refused", "problem": kind.upper(), "where": first["file"], "raw": "", "message": str(error)}
    return {
        **first,
        "files": named,
        "kind": kind,
        "decision": None,
        "counts": {},
        "items": [],
        "problems": [message],
        "dry_run": dry_run,
    }


def counts_of(reading: DecisionReading) -> dict[str, Any]:
    """Procedures, sub-cases and rows by action and level, and what the headings state beside it."""
    whole = [item for item in reading.items if item.parent is None]
    return {
        "procedures": len(whole),
        "subcases": len(reading.items) - len(whole),
        "refused": sum(item.is_refused() for item in reading.items),
        "doubtful": sum(item.is_doubtful() and not item.is_refused() for item in reading.items),
        "with_content": sum(item.content is not None for item in whole),
        "by_action": dict(Counter(item.action for item in whole)),
        "by_level": dict(Counter(", ".join(item.levels) for item in whole)),
        "stated": {name: {"stated": stated, "read": read} for name, (stated, read) in reading.counts.items()},
    }


def _item(item: ItemRow, labels: dict[int, str]) -> dict[str, Any]:
    texts = {name: item.values[name].text if name in item.values else None for name in TEXTS}
    marks = {name: ticked(item, name) for name in MARKS}
    return {
        "part": item.part,
        "ordinal": labels[item.ordinal],
        "action": item.action,
        "code": item.code,
        "name": item.name,
        "parent": labels.get(item.parent) if item.parent is not None else None,
        "level": ", ".join(item.levels),
        "sector": item.sector,
        **texts,
        "online_level": online_level(item),
        **marks,
        "effective_from": item.effective_from.isoformat() if item.effective_from else None,
        "references": [
            {"text": one.text, "decision": one.decision_number, "code": one.code, "name": one.name}
            for one in item.references
        ],
        "has_content": item.content is not None,
        "source": _source(item.place),
        "raw": {name: value.raw for name, value in item.values.items() if value.raw},
        "doubts": {name: value.doubt for name, value in item.values.items() if value.doubt},
        "problems": [_problem(problem) for problem in item.problems],
    }


def _source(place: Place) -> dict[str, Any]:
    table, page = _TABLE.search(place.sheet), _PAGE.search(place.sheet)
    return {
        "file": place.file,
        "table": int(table[1]) if table else None,
        "row": place.line or None,
        "page": int(page[1]) if page else None,
        "cell": place.cell or None,
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "severity": problem.severity,
        "problem": problem.code,
        "where": str(problem.place),
        "raw": problem.raw,
        "message": problem.message,
    }


def lines_for_a_person(problems: Sequence[Problem]) -> Iterator[str]:
    """What must be seen at once at the terminal; the rest as a number."""
    labels = {"refused": "Không nhận được", "asked": "Cần trả lời", "doubtful": "Cần xem", "repaired": "Đã sửa chữ"}
    for severity, label in labels.items():
        found = [problem for problem in problems if problem.severity == severity]
        for problem in found[:SHOWN]:
            yield f"{label}: {problem.place}: {problem.message}"
        if len(found) > SHOWN:
            yield f"{label}: còn {len(found) - SHOWN} chỗ nữa, xem tệp báo cáo (--report)."


def write(path: Path, report: dict[str, Any]) -> None:
    """Write the report as JSON. Raises OSError when the file can't be written."""
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
