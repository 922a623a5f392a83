"""What an import did, told twice: counts and a few lines for the person at the terminal, and a JSON file that names
every place that was refused, set apart, doubted or repaired, with the words there and what was made of them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cms.values import format_number
from importers.compare import FOR_AN_EDITOR, Plan
from importers.models import Outcome
from importers.rows import Problem, ProcedureRow, ReadFile
from importers.staging import StagedRun

# In the order printed.
LABELS = {
    "read": "đọc",
    "created": "mới",
    "amended": "sửa đổi",
    "corrected": "đính chính",
    "unchanged": "không đổi",
    "quarantined": "cách ly",
    "refused": "bị loại",
    "asked": "chờ trả lời",
    "doubtful": "nghi ngờ",
}
SHOWN = 20


@dataclass
class Report:
    """The outcome of one run. `wrote`: whether anything was written; `has_news`: whether anything was new."""

    files: Sequence[ReadFile]
    dry_run: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LABELS, 0))
    entries: list[dict[str, Any]] = field(default_factory=list)
    wrote: bool = False
    has_news: bool = False
    plans: Sequence[Plan] = ()

    @classmethod
    def of(cls, files: Sequence[ReadFile], staged: StagedRun, plans: Sequence[Plan], dry_run: bool) -> "Report":
        """Count and list what staging and comparing found."""
        report = cls(files, dry_run, plans=plans)
        refused = sum(plan.outcome == Outcome.REFUSED for plan in plans)
        outcomes = Counter(str(plan.outcome) for plan in plans)
        report.counts |= {
            "read": staged.rows,
            "records": sum(row.source == "record" for file in files for row in file.rows),
            "catalogue_rows": sum(row.source != "record" for file in files for row in file.rows),
            "created": outcomes[Outcome.CREATED],
            "amended": outcomes[Outcome.AMENDED],
            "corrected": outcomes[Outcome.CORRECTED],
            "unchanged": outcomes[Outcome.UNCHANGED],
            "quarantined": sum(bool(plan.item.quarantined or plan.quarantined_content) for plan in plans),
            "refused": len(staged.refused) + refused,
            "asked": outcomes[Outcome.ASKED],
            "doubtful": sum(any(p.severity == "doubtful" for p in plan.problems) for plan in plans),
            "doubts": sum(p.severity == "doubtful" for plan in plans for p in plan.problems),
            "repaired": sum(p.severity == "repaired" for plan in plans for p in plan.problems),
            "name_only": sum(plan.item.record is None for plan in plans),
            "listed": sum(len(plan.listed) for plan in plans),
            "delisted": sum(len(plan.delisted) for plan in plans),
        }
        for row, problems in staged.refused:
            report.entries += _entries(row, Outcome.REFUSED, problems)
        for plan in plans:
            report.entries += _entries(plan.item.source, plan.outcome, plan.problems)
        return report

    @property
    def exit_code(self) -> int:
        """0 when all was taken in, 1 when records were refused or wait for an editor's answer."""
        return 1 if self.counts["refused"] or self.counts["asked"] else 0

    def summary(self) -> str:
        """The counts in one line."""
        return "; ".join(f"{label} {format_number(self.counts[name])}" for name, label in LABELS.items())

    def lines(self) -> Iterator[str]:
        """What a person must see at once: refused and set apart rows one by one, the rest as a number."""
        for label, found in self._for_a_person():
            for entry in found[:SHOWN]:
                yield f"{label}: {entry['where']}: {entry['code'] or entry['name'][:80]}: {entry['made_of_it']}"
            if len(found) > SHOWN:
                yield f"{label}: còn {format_number(len(found) - SHOWN)} chỗ nữa, xem tệp báo cáo (--report)."

    def _for_a_person(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for severity, label in (
            ("refused", "Bị loại"),
            ("asked", "Cần trả lời"),
            ("quarantined", "Cách ly"),
            ("amended", "Sửa đổi"),
        ):
            yield label, [entry for entry in self.entries if entry["severity"] == severity]
        yield "Cần xem", [entry for entry in self.entries if entry["problem"] in FOR_AN_EDITOR]

    def write(self, path: Path) -> None:
        """Write the JSON report. Raises OSError when the file can't be written."""
        files = [
            {"file": file.file, "sha256": file.sha256, "reader": file.reader, "rows": len(file.rows)}
            for file in self.files
        ]
        whole = {
            "files": files,
            "dry_run": self.dry_run,
            "wrote": self.wrote,
            "counts": self.counts,
            "entries": self.entries,
        }
        text = json.dumps(whole, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
        path.write_text(text + "\n", encoding="utf-8")


def _entries(row: ProcedureRow | None, outcome: str, problems: Iterable[Problem]) -> Iterator[dict[str, Any]]:
    for problem in problems:
        place = problem.place
        yield {
            "file": place.file,
            "sheet": place.sheet,
            "line": place.line,
            "cell": place.cell,
            "where": str(place),
            "code": row.code if row else None,
            "name": row.name if row else "",
            "part": str(problem.part),
            "severity": problem.severity,
            "problem": problem.code,
            "raw": problem.raw,
            "made_of_it": problem.message,
            "outcome": str(outcome),
        }
