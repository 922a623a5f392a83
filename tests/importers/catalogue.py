"""Rows and files as readers hand them on, made by hand for tests of what happens to them afterwards."""

from datetime import date
from decimal import Decimal

from cms.vocabulary import AgencyRole, Part, Presence
from importers.rows import (
    ChannelRow,
    CostRow,
    EvidenceCase,
    EvidenceRow,
    LegalBasisRow,
    PartRow,
    Place,
    ProcedureRow,
    ReadFile,
    StepRow,
    TimeRow,
)
from importers.run import run_import

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
COMMUNES = "Ủy ban nhân dân cấp xã"


def part(name, raw, place):
    return PartRow(name, Presence.STATED if raw else Presence.NOT_PUBLISHED, raw, place)


def record(code="1.000001", name="Đăng ký khai sinh", number="100/QĐ-BTP", steps="Nộp hồ sơ", **values):
    """A full record as the national portal's pages give it."""
    place = values.pop("place", Place("procedures.jsonl", line=int(code[-3:]) if code else 1))
    dossier = values.pop("dossier", "Tờ khai theo mẫu")
    agencies = values.pop("agencies", [COMMUNES])
    texts = {
        Part.NAME: name,
        Part.STEPS: steps,
        Part.EVIDENCE: dossier,
        Part.CHANNELS: "Trực tiếp5 Ngày làm việcLệ phí 8.000 đồng",
        Part.AGENCIES: "\n".join(agencies),
        Part.REQUIREMENTS: "",
        Part.DECISION: number,
    }
    return ProcedureRow(
        place=place,
        code=code,
        name=name,
        parts={key: part(key, raw, place) for key, raw in texts.items()},
        sector=values.pop("sector", "Hộ tịch"),
        levels=("COMMUNE",),
        cited_decision=number,
        decision_number=number,
        channels=[
            ChannelRow(
                "IN_PERSON",
                TimeRow("UNIT", "5 Ngày làm việc", Decimal(5), "WORKING_DAY"),
                [CostRow("AMOUNT", "8.000 đồng", Decimal(8000), cost_kind="CHARGE")],
            )
        ],
        steps=[StepRow(steps)],
        cases=[EvidenceCase("", [EvidenceRow(dossier, 1, 0)])],
        legal_bases=[LegalBasisRow("Luật Hộ tịch", "60/2014/QH13")],
        agencies={AgencyRole.IMPLEMENTING: list(agencies)} if agencies else {},
        **values,
    )


def listed(code="1.000001", name="Đăng ký khai sinh", agencies=(COMMUNES,), sector="Hộ tịch", **values):
    """A row of the portal's Excel catalogue."""
    place = values.pop("place", Place("danh-muc.xlsx", "Danh sách TTHC", int(code[-3:]) + 2))
    return ProcedureRow(
        place=place,
        code=code,
        name=name,
        parts={Part.NAME: part(Part.NAME, name, place)},
        sector=sector,
        agencies={AgencyRole.IMPLEMENTING: list(agencies)} if agencies else {},
        source="catalogue",
        **values,
    )


def file_of(*rows, refused=()):
    """The rows as one read file."""
    first = rows[0].place.file if rows else refused[0].place.file
    return ReadFile(first, "0" * 64, "test", list(rows), list(refused))


def take(*rows, on=MONDAY, **values):
    """Import the rows, those of one file name as one file; return the counts."""
    files = {}
    for row in rows:
        files.setdefault(row.place.file, []).append(row)
    return run_import(files=[file_of(*group) for group in files.values()], on=on, **values)


def counts(report):
    names = ("created", "amended", "corrected", "unchanged", "quarantined", "refused")
    return {name: report.counts[name] for name in names if report.counts[name]}
