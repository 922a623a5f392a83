"""Whether a row fits the columns it is bound for, asked before anything is written: SQLite would take what PostgreSQL
refuses, and neither would say where it came from."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Model

from cms.models import (
    Cost,
    Evidence,
    LegalBasis,
    Output,
    Procedure,
    ProcedureContent,
    ProcedureIdentifier,
    ProcessingTime,
    Step,
)
from cms.vocabulary import Part
from importers.rows import Problem, ProcedureRow

LARGEST_COUNT = 32_767


def _longest(model: type[Model], name: str) -> int:
    field: Any = model._meta.get_field(name)
    return int(field.max_length)


def _too_large(model: type[Model]) -> Decimal:
    field: Any = model._meta.get_field("amount")
    return Decimal(10) ** (field.max_digits - field.decimal_places)


CODE = _longest(Procedure, "code")
IDENTIFIER = _longest(ProcedureIdentifier, "value")
LABEL = _longest(Step, "label")
FORM_FILE = _longest(Evidence, "form_file")
BASIS_NUMBER, BASIS_ISSUER = _longest(LegalBasis, "number"), _longest(LegalBasis, "issuer")
OUTPUT_CODE = _longest(Output, "code")
SECTOR, LEVELS, APPLICANTS, KIND, CITED, NUMBER, SETS = (
    _longest(ProcedureContent, name)
    for name in (
        "sector_text",
        "levels",
        "applicant_types",
        "procedure_kind",
        "cited_decision",
        "decision_number",
        "dossier_sets",
    )
)
TIME, COST = _too_large(ProcessingTime), _too_large(Cost)


def misfits(row: ProcedureRow) -> list[Problem]:
    """Why the row can't be stored as it is; empty when it can."""
    found = [
        (part, text, f"dài {len(text)} ký tự, nhiều nhất là {most}")
        for part, text, most in _texts(row)
        if len(text) > most
    ]
    found += _numbers(row)
    return [
        Problem("refused", "misfit", row.place, part, raw, f"{what}; bản ghi bị bỏ lại. Hãy sửa trong tệp nguồn.")
        for part, raw, what in found
    ]


def _texts(row: ProcedureRow) -> Iterator[tuple[str, str, int]]:
    yield Part.NAME, row.code or "", CODE
    yield Part.SECTOR, row.sector, SECTOR
    yield Part.LEVEL, ",".join(row.levels), LEVELS
    yield Part.APPLICANTS, ",".join(row.applicant_types), APPLICANTS
    yield Part.KIND, row.procedure_kind, KIND
    yield Part.DECISION, row.cited_decision, CITED
    yield Part.DECISION, row.decision_number, NUMBER
    yield Part.EVIDENCE, row.dossier_sets, SETS
    for values in row.identifiers.values():
        for value in values:
            yield Part.NAME, value, IDENTIFIER
    for step in row.steps:
        yield Part.STEPS, step.label, LABEL
    for case in row.cases:
        for paper in case.papers:
            yield Part.EVIDENCE, paper.form_file, FORM_FILE
    for basis in row.legal_bases:
        yield Part.LEGAL_BASIS, basis.number, BASIS_NUMBER
        yield Part.LEGAL_BASIS, basis.issuer, BASIS_ISSUER
    for output in row.outputs:
        yield Part.RESULT, output.code, OUTPUT_CODE


def _numbers(row: ProcedureRow) -> Iterable[tuple[str, str, str]]:
    times = [*(channel.time for channel in row.channels if channel.time), *row.times]
    costs = [*(cost for channel in row.channels for cost in channel.costs), *row.costs]
    for time in times:
        if time.amount is not None and abs(time.amount) >= TIME:
            yield Part.TIME, time.text, f"thời hạn {time.amount} quá lớn"
    for cost in costs:
        if cost.amount is not None and abs(cost.amount) >= COST:
            yield Part.COSTS, cost.text, f"số tiền {cost.amount} quá lớn"
    for case in row.cases:
        for paper in case.papers:
            if max(paper.originals or 0, paper.copies or 0) > LARGEST_COUNT:
                yield Part.EVIDENCE, paper.name, f"số bản {paper.originals or 0}, {paper.copies or 0} quá lớn"
