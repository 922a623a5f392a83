"""From a row of a decision's list, and the full text behind it where there is one, to texts that can be published: the
whole text, or the local parts a province sets over a ministry's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cms.models import Case, Cost, Detail, FormTemplate, LegalBasis, PartState, ProcedureContent, ProcessingTime
from cms.services import ContentDraft
from cms.vocabulary import AgencyRole, OnlineLevel, Part, Presence, Reading, ScopePart
from importers.decisions.rows import ItemRow, Value
from importers.drafts import DraftMaker, unsaved
from importers.normalise import is_not_published, read_fee_in_words, read_legal_lines, read_time_in_words
from importers.rows import CostRow, LegalBasisRow, PartRow, ProcedureRow, TimeRow

# Which part of a text each column of a list states.
PART_OF = {
    "processing_time": Part.TIME,
    "fees": Part.COSTS,
    "legal_bases": Part.LEGAL_BASIS,
    "place": Part.RECEPTION,
    "agency": Part.AGENCIES,
}
# The rows that hold a column's value, for marking what was read with doubt.
_ROWS_OF: Mapping[str, type[Detail]] = {
    "processing_time": ProcessingTime,
    "fees": Cost,
    "legal_bases": LegalBasis,
}


def whole_text(item: ItemRow, subcases: Sequence[ItemRow], maker: DraftMaker, procedure: int | None) -> ContentDraft:
    """The whole text: the content annex, completed by what only the list says; without an annex the list alone."""
    row = replace(item.content) if item.content else ProcedureRow(item.place, item.code or None, item.name)
    row.code, row.name = item.code or None, item.name
    row.parts = {Part.NAME.value: _part(Part.NAME, Value(item.name, item.place)), **row.parts}
    row.sector = row.sector or item.sector
    row.levels = row.levels or item.levels
    row.online_level = row.online_level or online_level(item)
    if row.regardless_of_residence is None:
        row.regardless_of_residence = ticked(item, "regardless_of_residence")
    if row.sector:
        row.parts.setdefault(Part.SECTOR.value, _part(Part.SECTOR, Value(row.sector, item.place)))
    if row.levels:
        row.parts.setdefault(Part.LEVEL.value, _part(Part.LEVEL, Value(", ".join(row.levels), item.place)))
    for column, part in PART_OF.items():
        if part.value not in row.parts and (value := stated(item, column)):
            row.parts[part.value] = _part(part, value)
            _fill(row, column, value)
    draft = maker.make(row, procedure)
    _add_subcases(draft, subcases)
    _mark_doubts(draft, item)
    draft.details += [
        unsaved(FormTemplate, ordinal=number, title=form.title[:500], file_hash=form.file.partition(".")[0])
        for number, form in enumerate(item.forms, 1)
    ]
    return draft


def local_texts(item: ItemRow, subcases: Sequence[ItemRow], procedure: int) -> dict[ScopePart, ContentDraft]:
    """The parts a province's list states over a ministry's text, each a small text of its own; what the list leaves
    empty stays the ministry's."""
    drafts: dict[ScopePart, ContentDraft] = {}
    if (value := stated(item, "processing_time")) or any(stated(one, "processing_time") for one in subcases):
        drafts[ScopePart.TIME] = draft = _local(procedure, item, Part.TIME, value)
        draft.details += _times([time_of(value)] if value else [])
        _add_subcases(draft, subcases, costs=False)
    if (value := stated(item, "fees")) or any(stated(one, "fees") for one in subcases):
        drafts[ScopePart.COST] = draft = _local(procedure, item, Part.COSTS, value)
        draft.details += _costs(read_fee_in_words(value.text) if value else [])
        _add_subcases(draft, subcases, times=False)
    if value := stated(item, "place"):
        drafts[ScopePart.PLACE] = _local(procedure, item, Part.RECEPTION, value)
    if value := stated(item, "legal_bases"):
        drafts[ScopePart.LEGAL_BASIS] = draft = _local(procedure, item, Part.LEGAL_BASIS, value)
        draft.details += _legal_bases(read_legal_lines(value.text)[0])
    if level := online_level(item):
        drafts[ScopePart.ONLINE_LEVEL] = draft = _local(procedure, item, Part.CHANNELS, None)
        draft.content.online_level = level
    for draft in drafts.values():
        _mark_doubts(draft, item)
    return drafts


# --- single values ---------------------------------------------------------------------------------------------------


def stated(item: ItemRow, column: str) -> Value | None:
    """The column's value where the row states one. A shortened time, where the list has both, is the one that holds;
    "Không thực hiện cắt giảm" keeps the first."""
    value = item.values.get(column)
    if column == "processing_time":
        cut = item.values.get("processing_time_cut")
        if cut and cut.text.strip() and "không thực hiện" not in cut.text.casefold():
            value = cut
    return value if value and value.text.strip() else None


def ticked(item: ItemRow, column: str) -> bool | None:
    """Whether a mark column is ticked; None where the list has no such column."""
    value = item.values.get(column)
    return bool(value.text.strip()) if value else None


def online_level(item: ItemRow) -> str:
    """vocabulary.OnlineLevel of the row, "" where the list doesn't say."""
    value = item.values.get("online_level")
    text = value.text.strip() if value else ""
    return text if text in OnlineLevel.values else ""


def time_of(value: Value) -> TimeRow:
    """The time as amount and unit where the sentence is nothing else."""
    return read_time_in_words(value.text)


def _fill(row: ProcedureRow, column: str, value: Value) -> None:
    if column == "processing_time":
        row.times = row.times or [time_of(value)]
    elif column == "fees":
        row.costs = row.costs or read_fee_in_words(value.text)
    elif column == "legal_bases":
        row.legal_bases = row.legal_bases or read_legal_lines(value.text)[0]
    elif column == "agency":
        lines = [line.strip(" -;") for line in value.text.splitlines() if line.strip(" -;")]
        row.agencies = {AgencyRole.IMPLEMENTING.value: lines, **row.agencies}


def _part(part: Part, value: Value) -> PartRow:
    presence = Presence.NOT_PUBLISHED if is_not_published(value.text) else Presence.STATED
    return PartRow(part, presence, value.text, value.place)


def _local(procedure: int, item: ItemRow, part: Part, value: Value | None) -> ContentDraft:
    content = ProcedureContent(procedure_id=procedure, name=item.name)
    place = str(value.place if value else item.place)[-300:]
    raw = value.text if value else ""
    return ContentDraft(content, [PartState(part=part, presence=Presence.STATED, raw_text=raw, source_cell=place)])


# --- rows ------------------------------------------------------------------------------------------------------------


def _times(rows: Iterable[TimeRow], *, case: str = "", after: int = 0) -> list[Detail]:
    return [
        unsaved(
            ProcessingTime,
            ordinal=ordinal,
            case=case,
            reading_kind=time.kind,
            amount=time.amount,
            unit=time.unit,
            text=time.text,
            reading=Reading.CERTAIN if time.kind in ("UNIT", "NOT_STATED") else Reading.UNVERIFIED,
        )
        for ordinal, time in enumerate(rows, after + 1)
    ]


def _costs(rows: Iterable[CostRow], *, case: str = "", after: int = 0) -> list[Detail]:
    return [
        unsaved(
            Cost,
            ordinal=ordinal,
            case=case,
            kind=cost.cost_kind,
            reading_kind=cost.kind,
            amount=cost.amount,
            currency=cost.currency,
            clause=cost.clause,
            text=cost.text,
            doubts=",".join(cost.doubts),
            reading=Reading.CERTAIN if cost.certain and not cost.doubts else Reading.UNVERIFIED,
        )
        for ordinal, cost in enumerate(rows, after + 1)
    ]


def _legal_bases(rows: Iterable[LegalBasisRow]) -> list[Detail]:
    return [
        unsaved(
            LegalBasis,
            ordinal=ordinal,
            number=basis.number,
            title=basis.title,
            issued_on=basis.issued_on,
            issuer=basis.issuer,
            reading=Reading.CERTAIN if basis.certain else Reading.UNVERIFIED,
        )
        for ordinal, basis in enumerate(rows, 1)
    ]


def _add_subcases(draft: ContentDraft, subcases: Sequence[ItemRow], *, times: bool = True, costs: bool = True) -> None:
    """Sub-cases (9.1, 9.2) as cases of their procedure, each with its own time and fee."""
    cases = sum(isinstance(row, Case) for row in draft.details)
    for number, one in enumerate(subcases, cases + 1):
        key = (one.label or str(number))[:40]
        draft.details.append(unsaved(Case, ordinal=number, case=key, title=one.name))
        if times and (value := stated(one, "processing_time")):
            after = sum(isinstance(row, ProcessingTime) for row in draft.details)
            draft.details += _doubted(_times([time_of(value)], case=key, after=after), value)
        if costs and (value := stated(one, "fees")):
            after = sum(isinstance(row, Cost) for row in draft.details)
            draft.details += _doubted(_costs(read_fee_in_words(value.text), case=key, after=after), value)


def _doubted(rows: list[Detail], value: Value) -> list[Detail]:
    for row in rows if value.doubt else ():
        row.reading = Reading.UNVERIFIED  # type: ignore[attr-defined]  # times and costs have one
    return rows


def _mark_doubts(draft: ContentDraft, item: ItemRow) -> None:
    """What was read with doubt and not looked at since is shown as unverified."""
    for column, model in _ROWS_OF.items():
        value = stated(item, column)
        if value and value.doubt:
            _doubted([row for row in draft.details if isinstance(row, model) and not row.case], value)
