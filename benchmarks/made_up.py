"""Made-up procedures in the shape of the national portal's: as many rows of each kind, texts about as long."""

from collections.abc import Iterator
from decimal import Decimal

from cms.vocabulary import AgencyRole, Part, Presence
from importers.rows import (
    ChannelRow,
    CostRow,
    EvidenceCase,
    EvidenceRow,
    LegalBasisRow,
    OutputRow,
    PartRow,
    Place,
    ProcedureRow,
    ReadFile,
    StepRow,
    TimeRow,
)

TEXT = """
tổ chức cá nhân nộp hồ sơ tại bộ phận tiếp nhận và trả kết quả của cơ quan có thẩm quyền kiểm tra tính đầy đủ hợp lệ
trường hợp chưa đúng quy định thông báo bằng văn bản trong thời hạn năm ngày làm việc kể từ ngày nhận được
"""
WORDS = TEXT.split()
AGENCIES = ("Ủy ban nhân dân cấp xã", "Sở Tư pháp", "Sở Tài chính", "Cơ quan được giao theo quy định")
SECTORS = 140


def sentence(seed: int, length: int) -> str:
    """Some words, the same for the same seed."""
    return " ".join(WORDS[(seed * 7 + place * (seed % 5 + 1)) % len(WORDS)] for place in range(length)) + f" {seed}"


def channel(kind: str) -> ChannelRow:
    """A row of the submission table with a time and a fee."""
    time = TimeRow("UNIT", "5 Ngày làm việc", Decimal(5), "WORKING_DAY")
    return ChannelRow(kind, time, [CostRow("AMOUNT", "50,000 đồng", Decimal(50_000))])


def procedure(number: int) -> ProcedureRow:
    """The made-up procedure of this number."""
    place = Place("made-up.jsonl", line=number)
    steps = [StepRow(sentence(number * 10 + step, 45), f"Bước {step}") for step in range(1, 6)]
    papers = [EvidenceRow(sentence(number * 20 + paper, 18), 1, paper % 2) for paper in range(9)]
    bases = [
        LegalBasisRow(sentence(number * 30 + basis, 14), f"{number % 200 + basis}/2025/NĐ-CP") for basis in range(5)
    ]
    name = f"Thủ tục số {number} về {sentence(number, 12)}"
    raws = {
        Part.NAME: name,
        Part.STEPS: "\n".join(step.text for step in steps),
        Part.CHANNELS: "Trực tiếp5 Ngày làm việcPhí: 50,000 đồng" * 3,
        Part.EVIDENCE: "\n".join(paper.name for paper in papers),
        Part.LEGAL_BASIS: "\n".join(basis.title for basis in bases),
        Part.SECTOR: f"Lĩnh vực số {number % SECTORS}",
    }
    return ProcedureRow(
        place=place,
        code=f"{number % 6 + 1}.{number:06}",
        name=name,
        parts={str(part): PartRow(part, Presence.STATED, raw, place) for part, raw in raws.items()},
        sector=raws[Part.SECTOR],
        levels=("PROVINCE", "COMMUNE"),
        applicant_types=("CITIZEN", "ENTERPRISE"),
        cited_decision=f"{number % 400}/QĐ-BTP",
        decision_number=f"{number % 400}/QĐ-BTP",
        channels=[channel(kind) for kind in ("IN_PERSON", "ONLINE", "POST")],
        steps=steps,
        cases=[EvidenceCase("", papers)],
        requirements=[sentence(number * 40, 30)],
        legal_bases=bases,
        outputs=[OutputRow(sentence(number * 50, 8), f"KQ.G10.{number:06}")],
        agencies={
            AgencyRole.IMPLEMENTING: [AGENCIES[number % 4], AGENCIES[(number + 1) % 4]],
            AgencyRole.COMPETENT: [AGENCIES[number % 3]],
        },
        identifiers={"NATIONAL_UUID": [f"{number:08x}-0000-7000-8000-{number:012x}"]},
    )


def procedures(count: int) -> Iterator[ProcedureRow]:
    """The first so many of them."""
    return (procedure(number) for number in range(1, count + 1))


def file_of(count: int) -> ReadFile:
    """They as one file that has been read."""
    return ReadFile("made-up.jsonl", "0" * 64, "made-up", list(procedures(count)))
