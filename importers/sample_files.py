"""Reads the sample files (importers/data/sample): a catalogue of a ministry, or a decision with its items, written by
hand in JSON. Everything is checked before anything is written."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cms.identifiers import normalise_code
from cms.vocabulary import (
    AdministrativeLevel,
    AgencyRole,
    ApplicantType,
    ChannelKind,
    CostReading,
    DecisionAction,
    DecisionKind,
    OnlineLevel,
    Part,
    Presence,
    TimeReading,
)
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
    StepRow,
    TimeRow,
)
from importers.sample_fields import Entry

UNITS_FILE = "units.json"
# Read like any catalogue, by importers.readers.
CATALOGUE_FILE = "danh-muc.json"


class SampleError(ValueError):
    """The files are wrong; `problems` says in Vietnamese what, where, and what to write. Nothing is written."""

    def __init__(self, problems: list[str]) -> None:
        """Keep all problems, in the order of the files."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class CaseTime:
    """A time that holds in one case only; case empty: in every case."""

    case: str
    time: TimeRow


@dataclass
class SampleProcedure:
    """A procedure's text, where it is listed (names of agencies or classes), and what a plain row has no place for."""

    row: ProcedureRow
    listed_at: list[str] = field(default_factory=list)
    more_times: list[CaseTime] = field(default_factory=list)
    online_level: str = ""
    regardless_of_residence: bool | None = None


@dataclass
class SampleItem:
    """One item of a decision: a whole text of the province (`base`), or local parts over a text that is there, or only
    what was announced."""

    section: str
    label: str
    action: str
    code: str
    name: str
    base: SampleProcedure | None
    local_times: list[CaseTime]
    local_place: str
    listed_at: list[str]
    pending: list[tuple[str, str]]


@dataclass
class SampleDecision:
    """A decision as it was signed."""

    number: str
    title: str
    kind: str
    issuer: str
    issuer_text: str
    signer: str
    signed_on: date | None
    effective_from: date | None


@dataclass
class SampleFile:
    """One file: `procedures` read on a day, or a `decision` with `items`."""

    file: str
    sha256: str
    read_on: date | None = None
    procedures: list[SampleProcedure] = field(default_factory=list)
    decision: SampleDecision | None = None
    items: list[SampleItem] = field(default_factory=list)

    def texts(self) -> Iterable[SampleProcedure]:
        """All whole texts of the file."""
        yield from self.procedures
        yield from (item.base for item in self.items if item.base)


def read_sample(folder: Path) -> list[SampleFile]:
    """Read the hand-written files: catalogues first, then decisions by the day they were signed. Not among them are
    units.json and danh-muc.json, which have readers of their own.

    Raises SampleError with every problem found.
    """
    problems: list[str] = []
    files = [
        _read_file(path, problems)
        for path in sorted(folder.glob("*.json"))
        if path.name not in (UNITS_FILE, CATALOGUE_FILE)
    ]
    codes = [text.row.code for file in files for text in file.texts() if text.row.code]
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    problems += [f"Mã {code} có nhiều lần trong dữ liệu mẫu." for code in repeated]
    if not files:
        problems.append(f"Thư mục {folder.name} không có tệp mẫu nào.")
    if problems:
        raise SampleError(problems)
    return sorted(files, key=lambda file: (file.decision.signed_on or date.max) if file.decision else date.min)


def _read_file(path: Path, problems: list[str]) -> SampleFile:
    raw = path.read_bytes()
    read = SampleFile(path.name, hashlib.sha256(raw).hexdigest())
    try:
        value = json.loads(raw)
    except UnicodeDecodeError:
        problems.append(f"Tệp {path.name} không phải chữ UTF-8. Hãy lưu lại bằng bảng mã UTF-8.")
        return read
    except json.JSONDecodeError as error:
        problems.append(f"Tệp {path.name} không phải JSON: hỏng ở dòng {error.lineno}, cột {error.colno}.")
        return read
    entry = Entry(value, f"Tệp {path.name}", problems)
    entry.text("source", required=True)
    kind = entry.text("kind", required=True)
    if kind == "catalogue":
        _read_catalogue(entry, read)
    elif kind == "decision":
        _read_decision(entry, read)
    else:
        entry.wrong("kind", "phải là “catalogue” hoặc “decision”.")
        return read
    entry.finish()
    return read


def _read_catalogue(entry: Entry, read: SampleFile) -> None:
    read.read_on = entry.day("read_on", required=True)
    announcer = entry.text("announced_by", required=True)
    for one in entry.entries("procedures"):
        code = one.text("code")
        one.place = f"Tệp {read.file}, thủ tục {code or one.text('name')}"
        name = one.text("name", required=True)
        if code and normalise_code(code) != code:
            one.wrong("code", f"“{code}” không phải mã thủ tục, ví dụ 1.004222.")
        read.procedures.append(_procedure(one, Place(read.file, cell=code or name), code, name, announcer))


def _read_decision(entry: Entry, read: SampleFile) -> None:
    head = Entry(entry.get("decision"), f"Tệp {read.file}, quyết định", entry.problems)
    read.decision = SampleDecision(
        number=head.text("number", required=True),
        title=head.text("title", required=True),
        kind=head.choice("kind", DecisionKind, required=True),
        issuer=head.text("issuer", required=True),
        issuer_text=head.text("issuer_text"),
        signer=head.text("signer"),
        signed_on=head.day("signed_on", required=True),
        effective_from=head.day("effective_from"),
    )
    head.finish()
    for one in entry.entries("items"):
        read.items.append(_item(one, read))


def _item(one: Entry, read: SampleFile) -> SampleItem:
    assert read.decision
    code, label = one.text("code"), one.text("label")
    one.place = f"Tệp {read.file}, mục {label or code or one.text('name')}"
    name = one.text("name", required=True)
    base = None
    if one.get("base") is not None:
        inner = Entry(one.get("base"), f"{one.place}, base", one.problems)
        base = _procedure(inner, Place(read.file, cell=f"mục {label} {name}"), code, name, read.decision.issuer)
        base.row.cited_decision = base.row.decision_number = read.decision.number
        inner.finish()
    item = SampleItem(
        section=one.text("section"),
        label=label,
        action=one.choice("action", DecisionAction, required=True),
        code=code,
        name=name,
        base=base,
        local_times=_case_times(one, "local_times"),
        local_place=one.text("local_place"),
        listed_at=one.texts("listed_at"),
        pending=[(p.text("text", required=True), p.text("decision_number")) for p in one.entries("pending")],
    )
    if base and (item.local_times or item.local_place):
        one.wrong("base", "một mục chỉ có toàn văn (base) hoặc phần riêng (local_…), không có cả hai.")
    return item


def _procedure(one: Entry, place: Place, code: str, name: str, announcer: str) -> SampleProcedure:
    row = ProcedureRow(
        place,
        code or None,
        name,
        sector=one.text("sector"),
        levels=one.choices("levels", AdministrativeLevel),
        applicant_types=one.choices("applicants", ApplicantType),
        procedure_kind=one.text("kind_of_procedure"),
        cited_decision=one.text("decision"),
        dossier_sets=one.text("sets"),
        channels=[_channel(channel) for channel in one.entries("channels")],
        steps=[StepRow(text, f"Bước {number}") for number, text in enumerate(one.texts("steps"), 1)],
        cases=[_dossier_case(case) for case in one.entries("dossier")],
        requirements=one.texts("requirements"),
        legal_bases=[
            LegalBasisRow(basis.text("title"), basis.text("number", required=True))
            for basis in one.entries("legal_bases")
        ],
        outputs=[OutputRow(out.text("name", required=True), out.text("code")) for out in one.entries("results")],
        agencies=_agencies(one),
    )
    row.agencies[AgencyRole.ANNOUNCING] = [announcer]
    row.decision_number = row.cited_decision
    read = SampleProcedure(
        row,
        listed_at=one.texts("listed_at"),
        more_times=_case_times(one, "more_times"),
        online_level=one.choice("online_level", OnlineLevel),
        regardless_of_residence=one.flag("regardless_of_residence"),
    )
    row.parts = _parts(row, read, one)
    return read


def _agencies(one: Entry) -> dict[str, list[str]]:
    if one.get("agencies") is None:
        return {}
    inner = Entry(one.get("agencies"), f"{one.place}, agencies", one.problems)
    found = {str(role): inner.texts(role) for role in AgencyRole.values if role in inner.value}
    inner.finish()
    return found


def _channel(one: Entry) -> ChannelRow:
    """A row of the submission table; a cost is a group of fields, or null: the source doesn't state it."""
    kind, time, costs = one.choice("kind", ChannelKind, required=True), one.time(), one.get("costs")
    if not isinstance(costs, list):
        one.wrong("costs", "phải là một danh sách; nguồn không nói thì viết [null].")
        costs = []
    rows = [_cost(value, f"{one.place}, costs thứ {number}", one.problems) for number, value in enumerate(costs, 1)]
    return ChannelRow(kind, time, rows, one.text("description"))


def _cost(value: Any, place: str, problems: list[str]) -> CostRow:
    if value is None:
        return CostRow(CostReading.NOT_PUBLISHED, "")
    entry = Entry(value, place, problems)
    row = entry.cost()
    entry.finish()
    return row


def _dossier_case(one: Entry) -> EvidenceCase:
    papers = [
        EvidenceRow(
            paper.text("name", required=True), paper.count("originals"), paper.count("copies"), paper.text("form_file")
        )
        for paper in one.entries("papers")
    ]
    return EvidenceCase(one.text("title"), papers)


def _case_times(one: Entry, field_name: str) -> list[CaseTime]:
    found = []
    for inner in one.entries(field_name):
        time, note = inner.time(), inner.text("note")
        if time.kind == TimeReading.NOT_STATED:
            inner.wrong("time", "thiếu thời hạn, ví dụ “15 ngày làm việc”.")
        if note:
            time.text = f"{time.text} ({note})"
        found.append(CaseTime(inner.text("case"), time))
    return found


def _parts(row: ProcedureRow, read: SampleProcedure, one: Entry) -> dict[str, PartRow]:
    """Which parts are stated. What is absent stays NOT_PUBLISHED: nothing is made up for it."""
    times = [*(channel.time for channel in row.channels if channel.time), *(more.time for more in read.more_times)]
    costs = [cost for channel in row.channels for cost in channel.costs]
    stated: dict[str, Any] = {
        Part.NAME: row.name,
        Part.DECISION: row.cited_decision,
        Part.LEVEL: row.levels,
        Part.KIND: row.procedure_kind,
        Part.SECTOR: row.sector,
        Part.APPLICANTS: row.applicant_types,
        Part.STEPS: row.steps,
        Part.CHANNELS: row.channels,
        Part.TIME: any(time.kind != TimeReading.NOT_STATED for time in times),
        Part.COSTS: any(cost.kind != CostReading.NOT_PUBLISHED for cost in costs),
        Part.EVIDENCE: row.cases,
        Part.AGENCIES: row.agencies.get(AgencyRole.IMPLEMENTING),
        Part.COMPETENT: row.agencies.get(AgencyRole.COMPETENT),
        Part.DELEGATED: row.agencies.get(AgencyRole.DELEGATED),
        Part.COOPERATING: row.agencies.get(AgencyRole.COOPERATING),
        Part.RESULT: row.outputs,
        Part.REQUIREMENTS: row.requirements,
        Part.LEGAL_BASIS: row.legal_bases,
    }
    parts = {str(part): PartRow(part, Presence.STATED, "", row.place) for part, value in stated.items() if value}
    for part in one.choices("not_applicable", Part):
        if part in parts:
            one.wrong("not_applicable", f"“{part}” vừa có nội dung vừa ghi là không cần.")
        parts[part] = PartRow(part, Presence.NOT_APPLICABLE, "", row.place)
    if one.get("other_parts") is not None:
        inner = Entry(one.get("other_parts"), f"{one.place}, other_parts", one.problems)
        for part in (Part.RECEPTION, Part.RELATED, Part.KEYWORDS, Part.DESCRIPTION):
            if text := inner.text(part):
                parts[part] = PartRow(part, Presence.STATED, text, row.place)
        inner.finish()
    return parts
