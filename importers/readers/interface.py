"""Records as the national portal's own interface gives them: fields with codes instead of a page's tables. The same
procedure read here and from its page gives the same rows (docs/catalogue-import.md)."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from cms.values import format_date
from cms.vocabulary import (
    AgencyRole,
    ChannelKind,
    CostDoubt,
    CostKind,
    CostReading,
    IdentifierScheme,
    OnlineLevel,
    Part,
    TimeReading,
    TimeUnit,
)
from importers.normalise import bracketed_costs, read_applicants, read_levels, take_apart_steps
from importers.readers.catalogue import state_requirements, state_times_and_costs, text_of
from importers.readers.records import RecordBuilder, start_record
from importers.rows import (
    ChannelRow,
    CostRow,
    EvidenceCase,
    EvidenceRow,
    LegalBasisRow,
    OutputRow,
    Place,
    ProcedureRow,
    TimeRow,
)

NAME = "interface"
KEYS = frozenset({"code", "name", "executionSteps", "executionMethods"})
CODE = "code"
_CHANNELS = {"ONLINE": ChannelKind.ONLINE, "POSTAL": ChannelKind.POST, "DIRECT": ChannelKind.IN_PERSON}
# The unit's code and the words the portal's pages print for it.
_UNITS = {
    "WORKING_DAY": (TimeUnit.WORKING_DAY, "Ngày làm việc"),
    "DAY": (TimeUnit.DAY, "Ngày"),
    "WORKING_HOUR": (TimeUnit.WORKING_HOUR, "Giờ làm việc"),
    "HOUR": (TimeUnit.HOUR, "Giờ"),
    "WEEK": (TimeUnit.WEEK, "Tuần"),
    "MONTH": (TimeUnit.MONTH, "Tháng"),
    "YEAR": (TimeUnit.YEAR, "Năm"),
}
_FEES = {"FEE": CostKind.FEE, "CHARGE": CostKind.CHARGE}
_CURRENCIES = {"": "VND", "VND": "VND", "USD": "USD", "EUR": "EUR"}
# The portal's pages print these words for the codes; a code not seen yet is kept as it is and listed.
_KINDS = {"ASSIGNED_REGULATION": "TTHC được giao luật quy định chi tiết"}
_LEVELS = (
    ("isMinistry", "Cấp Bộ"),
    ("isProvince", "Cấp Tỉnh"),
    ("isWard", "Cấp Xã"),
    ("isOtherAgency", "Cơ quan khác"),
)
_TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def recognises(record: dict[str, Any]) -> bool:
    """Whether a record has this form."""
    return record.keys() >= KEYS


def read_record(record: dict[str, Any], place: Place) -> ProcedureRow:
    """One procedure of the interface. Raises ValueError when a field has another shape."""
    builder = start_record(place, record["code"], text_of("name", record["name"]), "name")
    if identifier := text_of("id", record.get("id")):
        builder.row.identifiers[IdentifierScheme.NATIONAL_UUID.value] = [identifier]
    _head(builder, record)
    steps = [_joined(builder, step, ("name", "description")) for step in _rows(record, "executionSteps")]
    text = builder.part(Part.STEPS, "\n".join(filter(None, steps)), "executionSteps")
    builder.row.steps = take_apart_steps(text)
    _channels(builder, record)
    _dossier(builder, _rows(record, "executionCases"))
    _named_lists(builder, record)
    cell = "requirementsAndConditions"
    state_requirements(builder, builder.text(text_of(cell, record.get(cell))), cell)
    return builder.done()


def _rows(record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = record.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"trường {key} không phải danh sách nhóm trường")
    return rows


def _joined(builder: RecordBuilder, row: dict[str, Any], keys: tuple[str, ...], mark: str = "\n") -> str:
    """The stated fields of one row in the order of `keys`."""
    return mark.join(filter(None, (builder.text(text_of(key, row.get(key))) for key in keys)))


# --- what stands above the tables ------------------------------------------------------------------------------------


def _head(builder: RecordBuilder, record: dict[str, Any]) -> None:
    row = builder.row
    _decision(builder, record)
    kind = builder.text(text_of("formalityType", record.get("formalityType")))
    row.procedure_kind = builder.part(Part.KIND, _KINDS.get(kind, kind), "formalityType")
    if kind and kind not in _KINDS:
        message = "Loại thủ tục ghi bằng mã chưa biết; giữ nguyên mã."
        builder.problem("doubtful", "KIND_UNKNOWN", Part.KIND, "formalityType", kind, message)
    sectors = [_joined(builder, one, ("name",)) for one in _rows(record, "categoriesDetails")]
    row.sector = builder.part(Part.SECTOR, ", ".join(filter(None, sectors)), "categoriesDetails")
    levels = ", ".join(word for key, word in _LEVELS if record.get(key) is True)
    row.levels, notes = read_levels(builder.part(Part.LEVEL, levels, "isMinistry, isProvince, isWard, isOtherAgency"))
    builder.note(notes, Part.LEVEL, "isMinistry, isProvince, isWard, isOtherAgency")
    # Only what is said: false is also what a field that nobody filled in holds.
    row.online_level = OnlineLevel.FULL if record.get("isFullProcess") is True else ""
    row.regardless_of_residence = True if record.get("isNonTerritorial") is True else None


def _decision(builder: RecordBuilder, record: dict[str, Any]) -> None:
    cell = "procedureProposal"
    proposal = record.get(cell) or {}
    agency = proposal.get("issuingAgency") or {} if isinstance(proposal, dict) else None
    if not isinstance(proposal, dict) or not isinstance(agency, dict):
        raise ValueError(f"trường {cell} không phải một nhóm trường")
    numbers = (proposal.get("decisionNumber"), proposal.get("proposalNumber"), record.get("decisionNo"))
    builder.decision(next((text for one in numbers if (text := builder.text(text_of(cell, one)))), ""), cell)
    issuer = builder.text(text_of(cell, agency.get("name") or record.get("departmentPromulgateName")))
    if issuer:
        builder.row.agencies[AgencyRole.ANNOUNCING] = [issuer]
    said = [builder.row.cited_decision, _day(builder, proposal.get("decisionDate"), f"{cell}, decisionDate"), issuer]
    builder.part(Part.DECISION, " | ".join(filter(None, said)), cell)


def _day(builder: RecordBuilder, value: Any, cell: str) -> str:
    """The day of a moment in milliseconds since 1970, as Viet Nam counts days; other values stay as they are."""
    if value in (None, ""):
        return ""
    try:
        return format_date(datetime.fromtimestamp(int(value) / 1000, UTC).astimezone(_TIME_ZONE).date())
    except (ValueError, TypeError, OverflowError, OSError):
        message = "Ngày của quyết định không phải số mili giây; giữ nguyên chữ."
        builder.problem("doubtful", "DAY_UNREADABLE", Part.DECISION, cell, str(value), message)
        return builder.text(str(value))


# --- tables ----------------------------------------------------------------------------------------------------------


def _channels(builder: RecordBuilder, record: dict[str, Any]) -> None:
    cell = "executionMethods"
    words = []
    for number, row in enumerate(_rows(record, cell), start=1):
        place = f"{cell}, dòng {number}"
        name = builder.text(text_of("submissionMethod", row.get("submissionMethod")))
        time = _time(builder, row.get("processingTime"), row.get("processingTimeUnit"), place)
        costs = [cost for fee in _rows(row, "fees") for cost in _fee(builder, fee, place)]
        description = builder.text(text_of("description", row.get("description")))
        heads = [f"{cost.text} ({cost.clause})" if cost.clause else cost.text for cost in costs]
        words.append(" | ".join([name, time.text, *heads, description]))
        if name in _CHANNELS:
            builder.row.channels.append(ChannelRow(_CHANNELS[name], time, costs, description))
        else:
            message = "Hình thức nộp chưa có trong danh mục; bỏ dòng này khỏi bảng, chữ vẫn được giữ."
            builder.problem("doubtful", "CHANNEL_UNKNOWN", Part.CHANNELS, place, name, message)
    builder.part(Part.CHANNELS, "\n".join(words), cell)
    state_times_and_costs(builder, cell)
    _times_of_cases(builder, record)


def _time(builder: RecordBuilder, amount: Any, unit: Any, place: str) -> TimeRow:
    known = _UNITS.get(text_of("processingTimeUnit", unit))
    text = " ".join(filter(None, (text_of("processingTime", amount), known[1] if known else text_of("unit", unit))))
    number = _number(amount)
    if number is None and not text:
        return TimeRow(TimeReading.NOT_STATED, "")
    if number is not None and known:
        return TimeRow(TimeReading.UNIT, text, number, known[0])
    bare = number is not None and not unit
    message = "Thời hạn không có đơn vị đã biết; giữ nguyên chữ."
    builder.problem("doubtful", "TIME_BARE" if bare else "TIME_WORDS", Part.TIME, place, text, message)
    if bare:
        return TimeRow(TimeReading.BARE, text, number)
    return TimeRow(TimeReading.OTHER, builder.text(text))


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value)) if value is not None and not isinstance(value, bool) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and number >= 0 else None


def _fee(builder: RecordBuilder, fee: dict[str, Any], place: str) -> list[CostRow]:
    """A fee with its words. 0 without words is what the portal's page prints as "Miễn phí"."""
    amount, clause = _number(fee.get("value")), builder.text(text_of("description", fee.get("description")))
    kind = _FEES.get(text_of("type", fee.get("type")), CostKind.UNKNOWN)
    printed = text_of("currencyId", fee.get("currencyId"))
    currency = _CURRENCIES.get(printed)
    if amount is None and not clause:
        return [CostRow(CostReading.NOT_PUBLISHED, "", cost_kind=kind)]
    if amount is None or currency is None:
        words = " ".join(filter(None, (text_of("value", fee.get("value")), printed)))
        head = CostRow(
            CostReading.OTHER, words or clause, clause=clause if words else "", cost_kind=kind, certain=False
        )
        message = "Phí viết bằng lời hoặc đơn vị tiền chưa biết; giữ nguyên chữ, không hiểu là miễn phí."
        builder.problem("doubtful", "FEE_WORDS", Part.COSTS, place, head.text, message)
        return [head, *bracketed_costs(clause)]
    sums = bracketed_costs(clause)
    reading = CostReading.AMOUNT if amount else CostReading.FREE
    text = f"{amount} {currency}" if amount else "Miễn phí"
    doubts = list(_doubts(amount, currency, clause, bool(sums)))
    for doubt in doubts:
        builder.problem("doubtful", f"FEE_{doubt}", Part.COSTS, place, clause or text, str(CostDoubt(doubt).label))
    value = amount or None
    return [CostRow(reading, text, value, currency, clause, tuple(doubts), kind, certain=not doubts), *sums]


def _doubts(amount: Decimal, currency: str, clause: str, sums: bool) -> list[CostDoubt]:
    if amount:
        return [CostDoubt.THOUSANDS] if currency == "VND" and amount < 1000 else []
    if sums:
        return [CostDoubt.FREE_WITH_AMOUNT]
    return [CostDoubt.FREE_WITH_CLAUSE] if clause else []


def _times_of_cases(builder: RecordBuilder, record: dict[str, Any]) -> None:
    """The times the form gives again by case: kept as words, doubtful where the channels say another."""
    cell, lines = "cases", []
    known = {(channel.time.amount, channel.time.unit) for channel in builder.row.channels if channel.time}
    for number, case in enumerate(_rows(record, cell), start=1):
        day = case.get("processingDay") or {}
        if not isinstance(day, dict):
            raise ValueError("trường processingDay không phải một nhóm trường")
        place = f"{cell}, dòng {number}"
        time = _time(builder, day.get("qty"), day.get("type"), place)
        lines.append(": ".join(filter(None, (_joined(builder, case, ("code", "name"), " "), time.text))))
        if time.text and (time.amount, time.unit) not in known:
            builder.row.times.append(TimeRow(TimeReading.OTHER, lines[-1]))
            message = "Thời hạn của trường hợp khác với bảng hình thức nộp; giữ nguyên chữ."
            builder.problem("doubtful", "TIME_DIFFERS", Part.TIME, place, lines[-1], message)
    if lines:
        raw = builder.row.parts[Part.TIME].raw
        builder.part(Part.TIME, "\n".join(filter(None, [raw, *lines])), cell)


def _dossier(builder: RecordBuilder, cases: list[dict[str, Any]]) -> None:
    cell, lines = "executionCases", []
    for case in cases:
        title = _joined(builder, case, ("name",))
        papers = []
        for paper in _rows(case, "profileComponents"):
            files = [_joined(builder, one, ("fileName",)) for one in _rows(paper, "attachments")]
            form = ", ".join(filter(None, files))
            originals, copies = _count(paper.get("originalQty")), _count(paper.get("copyQty"))
            name = _joined(builder, paper, ("name",))
            papers.append(EvidenceRow(name, originals, copies, form, names_form=bool(form)))
            counts = (("bản chính", originals), ("bản sao", copies))
            printed = [f"{word}: {count}" for word, count in counts if count is not None]
            lines.append(" | ".join(filter(None, [title, name, *printed, form, _joined(builder, paper, ("code",))])))
        if papers:
            builder.row.cases.append(EvidenceCase(title, papers))
    builder.part(Part.EVIDENCE, "\n".join(lines), cell)


def _count(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) else None


def _named_lists(builder: RecordBuilder, record: dict[str, Any]) -> None:
    row = builder.row
    cell = "legalBasisesDetails"
    row.legal_bases = [
        LegalBasisRow(_joined(builder, one, ("name",)), _joined(builder, one, ("code",))) for one in _rows(record, cell)
    ]
    builder.part(Part.LEGAL_BASIS, "\n".join(f"{one.title} | {one.number}" for one in row.legal_bases), cell)
    cell = "resultsDetails"
    row.outputs = [
        OutputRow(_joined(builder, one, ("name",)), _joined(builder, one, ("code",))) for one in _rows(record, cell)
    ]
    words = (f"{one.name}\nMã: {one.code}" if one.code else one.name for one in row.outputs)
    builder.part(Part.RESULT, "\n".join(words), cell)
    cell = "subjectTypesDetails"
    names = ", ".join(filter(None, (_joined(builder, one, ("name",)) for one in _rows(record, cell))))
    row.applicant_types, notes = read_applicants(builder.part(Part.APPLICANTS, names, cell))
    builder.note(notes, Part.APPLICANTS, cell)
    cell = "unitGroupsExecuting"
    names = "\n".join(filter(None, (_joined(builder, one, ("name",)) for one in _rows(record, cell))))
    builder.agencies(AgencyRole.IMPLEMENTING, builder.part(Part.AGENCIES, names, cell))
