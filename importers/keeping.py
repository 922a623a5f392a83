"""What an import leaves for an editor, written in its one transaction: the batch, rows that need a look, texts set
apart, and the names that catalogues vouch for."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cms.models import User
from cms.text import match_key
from importers.compare import FOR_AN_EDITOR, Plan
from importers.models import CatalogueName, ImportBatch, ImportRow, Outcome, QuarantinedRow, QuarantineReason
from importers.rows import Problem, ProcedureRow, ReadFile
from importers.staging import Quarantined, StagedRun, as_plain, place_of

BATCH = 1000
# The whole text stands in the content, the quarantine or the report; a list needs enough to recognise it.
RAW_SHOWN = 300
LEFT_OUT = (Outcome.REFUSED, Outcome.ASKED)


@dataclass
class Kept:
    """What is to be kept besides the published texts."""

    quarantined: list[Quarantined] = field(default_factory=list)
    catalogue_names: list[CatalogueName] = field(default_factory=list)
    rows: list[ImportRow] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether nothing of it is new; what an earlier run kept for an editor in the same words is no news."""
        return not (self.quarantined or self.catalogue_names or self.rows)


def what_to_keep(staged: StagedRun, plans: Sequence[Plan], vouched: dict[str, str]) -> Kept:
    """Collect what is new to keep; reads the database, writes nothing."""
    # A name the portal did not follow must not become what the standing text is judged by in the next run.
    accepted = (plan.item.catalogue for plan in plans if plan.outcome not in LEFT_OUT and not plan.keeps_its_name)
    return Kept(
        list(_not_yet_quarantined([item.quarantined for item in staged.items if item.quarantined])),
        [
            CatalogueName(code=row.code, name=row.name, place=str(row.place)[-500:])
            for row in accepted
            if row and row.code and vouched.get(row.code) != row.name
        ],
        _not_yet_kept([*_refused(staged), *_left_as_they_are(plans)]),
    )


def write_batch(
    kept: Kept,
    plans: Sequence[Plan],
    files: Iterable[ReadFile],
    counts: dict[str, int],
    at: datetime,
    by: User | None,
) -> ImportBatch:
    """Write the batch with its rows. The caller holds the transaction."""
    names = [
        {"name": file.file, "sha256": file.sha256, "reader": file.reader, "rows": len(file.rows)} for file in files
    ]
    batch = ImportBatch.objects.create(at=at, by=by, files=names, counts=counts)
    rows = [*kept.rows, *(_row_of(plan) for plan in plans if _needs_a_look(plan))]
    for row in rows:
        row.batch = batch
    ImportRow.objects.bulk_create(rows, batch_size=BATCH)
    apart = [_quarantined(batch, found) for found in kept.quarantined]
    apart += [_withdrawn(batch, plan) for plan in plans if plan.quarantined_content]
    QuarantinedRow.objects.bulk_create(apart, ignore_conflicts=True, batch_size=BATCH)
    for name in kept.catalogue_names:
        name.batch = batch
    CatalogueName.objects.bulk_create(
        kept.catalogue_names,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "place", "batch"],
        batch_size=BATCH,
    )
    return batch


def _needs_a_look(plan: Plan) -> bool:
    """Doubts about the reading of texts that were there already were listed when these came."""
    if plan.outcome in (Outcome.AMENDED, Outcome.CORRECTED):
        return True
    return plan.outcome == Outcome.CREATED and any(problem.severity != "repaired" for problem in plan.problems)


def _refused(staged: StagedRun) -> Iterator[ImportRow]:
    for row, problems in staged.refused:
        yield _row(str(place_of(row, problems)), row, row.name if row else "", Outcome.REFUSED, problems)


def _left_as_they_are(plans: Iterable[Plan]) -> Iterator[ImportRow]:
    """Of plans that write nothing: why they are refused, or the doubts that only an editor can settle."""
    for plan in plans:
        if plan.outcome in LEFT_OUT:
            yield _row_of(plan)
        problems = [problem for problem in plan.problems if problem.code in FOR_AN_EDITOR]
        if problems and plan.outcome == Outcome.UNCHANGED:
            yield _row_of(plan, problems)


def _not_yet_kept(rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Those with a problem that no earlier run has kept for this code and place, whatever became of the row then."""
    places = sorted({row.place for row in rows})
    known: set[str] = set()
    for start in range(0, len(places), BATCH):
        same_place = ImportRow.objects.filter(place__in=places[start : start + BATCH])
        known.update(digest for row in same_place for digest in _digests_of_row(row))
    return [row for row in rows if not known.issuperset(_digests_of_row(row))]


def _digests_of_row(row: ImportRow) -> Iterator[str]:
    for problem in row.problems:
        said = json.dumps([row.code, row.place, problem], sort_keys=True)
        yield hashlib.sha256(said.encode()).hexdigest()


def _row_of(plan: Plan, problems: Iterable[Problem] | None = None) -> ImportRow:
    source = plan.item.source
    said = plan.problems if problems is None else problems
    row = _row(str(source.place), source, source.name, plan.outcome, said)
    row.key = plan.item.key[1] if plan.outcome == Outcome.ASKED else ""
    return row


def _row(place: str, row: ProcedureRow | None, name: str, outcome: str, problems: Iterable[Problem]) -> ImportRow:
    listed = [
        {"severity": p.severity, "code": p.code, "part": str(p.part), "raw": _storable(p.raw), "message": p.message}
        for p in problems
        if p.severity != "repaired"
    ]
    return ImportRow(place=place[-500:], code=_code(row), name=name, outcome=outcome, problems=listed)


def _storable(raw: str) -> str:
    """PostgreSQL keeps neither NUL nor half a surrogate pair, and a refused line may hold both."""
    return raw[:RAW_SHOWN].replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _code(row: ProcedureRow | None) -> str:
    return (row.code or "")[:100] if row else ""


# --- quarantine ------------------------------------------------------------------------------------------------------


def _digest(row: ProcedureRow) -> str:
    """What makes a quarantined text the same again: its words, not the file it came in."""
    plain = {name: value for name, value in as_plain(row).items() if name not in ("place", "parts", "problems")}
    # What rows did not have when the first texts were set apart: left out where empty, so that those are known again.
    for name in ("times", "costs", "online_level", "regardless_of_residence"):
        if not plain[name]:
            del plain[name]
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def _not_yet_quarantined(found: Sequence[Quarantined]) -> Iterator[Quarantined]:
    codes = {_code(one.row) for one in found}
    rows = list(QuarantinedRow.objects.filter(code__in=codes).values_list("code", "digest", "name", "content"))
    known = {(code, digest) for code, digest, _, _ in rows}
    # A text that was public before it was set apart is kept as its content.
    once_public = {(code, match_key(name)) for code, _, name, content in rows if content}
    for one in found:
        code = _code(one.row)
        if (code, _digest(one.row)) not in known and (code, match_key(one.row.name)) not in once_public:
            yield one


def _quarantined(batch: ImportBatch, found: Quarantined) -> QuarantinedRow:
    raw = json.loads(json.dumps(as_plain(found.row), cls=DjangoJSONEncoder))
    return QuarantinedRow(
        **_where(batch, found.row), name=found.row.name, reason=found.reason, raw=raw, digest=_digest(found.row)
    )


def _withdrawn(batch: ImportBatch, plan: Plan) -> QuarantinedRow:
    return QuarantinedRow(
        **_where(batch, plan.item.source),
        name=plan.quarantined_name,
        reason=QuarantineReason.OTHER_NAME,
        content_id=plan.quarantined_content,
        digest=f"content:{plan.quarantined_content}",
    )


def _where(batch: ImportBatch, row: ProcedureRow) -> dict[str, Any]:
    return {"batch": batch, "place": str(row.place)[-500:], "code": _code(row)}
