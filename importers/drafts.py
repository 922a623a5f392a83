"""From a plain row to a text that can be published: every value finds its column, and what does not fit is refused
here, before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

from cms.models import (
    AgencyText,
    Channel,
    Cost,
    Detail,
    Evidence,
    EvidenceGroup,
    LegalBasis,
    Output,
    PartState,
    ProcedureContent,
    ProcessingTime,
    Requirement,
    Sector,
    Step,
)
from cms.services import ContentDraft
from cms.text import match_key
from cms.vocabulary import AgencyRole, Part, Presence, Reading
from importers.agency_texts import AgencyTexts, Resolution
from importers.rows import CostRow, PartRow, Place, ProcedureRow, TimeRow

M = TypeVar("M", bound=Model)
ALL_PARTS = tuple(Part.values)
_BLANK: dict[type[Model], dict[str, Any]] = {}


def unsaved(model: type[M], **values: Any) -> M:
    """`model(**values)`, for plain columns only, four times as fast.

    A procedure has some sixty rows; making them took a third of an import, most of it in Django's constructor, which
    looks up the default of every column every time. Here a blank row is made once and copied, as unpickling does.
    """
    if model not in _BLANK:
        _BLANK[model] = {name: value for name, value in vars(model()).items() if name != "_state"}
    row = model.__new__(model)
    row.__dict__.update(_BLANK[model], _state=ModelState(), **values)
    return row


@dataclass
class DraftMaker:
    """Makes unsaved texts of rows. `sectors` maps a match key to its sector; one not in it stays as text only."""

    agencies: AgencyTexts
    sectors: Mapping[str, Sector] = field(default_factory=dict)
    _named: dict[str, Resolution] = field(default_factory=dict)

    def named(self, text: str) -> Resolution:
        """What an agency text names; each text is looked at once, few are met in thousands of rows."""
        if text not in self._named:
            self._named[text] = self.agencies.resolve(text)
        return self._named[text]

    def make(self, row: ProcedureRow, procedure_id: int | None = None) -> ContentDraft:
        """The row as an unsaved text of the procedure. Parts the source doesn't have are NOT_PUBLISHED."""
        content = ProcedureContent(
            procedure_id=procedure_id,  # type: ignore[misc]  # unsaved until the procedure is
            name=row.name,
            sector=self.sectors.get(match_key(row.sector)) if row.sector else None,
            sector_text=row.sector,
            levels=",".join(row.levels),
            applicant_types=",".join(row.applicant_types),
            procedure_kind=row.procedure_kind,
            cited_decision=row.cited_decision,
            decision_number=row.decision_number,
            dossier_sets=row.dossier_sets,
            online_level=row.online_level,
            regardless_of_residence=row.regardless_of_residence,
        )
        return ContentDraft(content, list(_part_states(row)), [*_details(row), *self._agency_texts(row)])

    def _agency_texts(self, row: ProcedureRow) -> Iterator[Detail]:
        ordinal = 0
        for role in AgencyRole.values:
            for text in row.agencies.get(role, ()):
                ordinal += 1
                named = self.named(text)
                row_of_agency = unsaved(AgencyText, ordinal=ordinal, role=role, text=text, kind=named.kind)
                row_of_agency.agency, row_of_agency.agency_class = named.agency, named.agency_class
                yield row_of_agency


def _part_states(row: ProcedureRow) -> Iterator[PartState]:
    for part in ALL_PARTS:
        read = row.parts.get(part)
        if read is None:
            yield unsaved(PartState, part=part, presence=Presence.NOT_PUBLISHED)
        else:
            yield unsaved(
                PartState, part=part, presence=read.presence, raw_text=read.raw, source_cell=_short_place(read.place)
            )


def _short_place(place: Place) -> str:
    return str(place)[-300:]


def _details(row: ProcedureRow) -> Iterator[Detail]:
    for ordinal, step in enumerate(row.steps, 1):
        yield unsaved(Step, ordinal=ordinal, label=step.label, text=step.text)
    yield from _channels(row)
    yield from _dossier(row)
    for ordinal, text in enumerate(row.requirements, 1):
        yield unsaved(Requirement, ordinal=ordinal, text=text)
    for ordinal, basis in enumerate(row.legal_bases, 1):
        yield unsaved(
            LegalBasis,
            ordinal=ordinal,
            number=basis.number,
            title=basis.title,
            issued_on=basis.issued_on,
            issuer=basis.issuer,
            reading=_reading(basis.certain),
        )
    for ordinal, output in enumerate(row.outputs, 1):
        yield unsaved(Output, ordinal=ordinal, name=output.name, code=output.code)


def _channels(row: ProcedureRow) -> Iterator[Detail]:
    """The channels with their times and fees, then those that the source ties to no channel (`row` None)."""
    costs: list[tuple[int | None, CostRow]] = []
    times: list[tuple[int | None, TimeRow]] = []
    for ordinal, channel in enumerate(row.channels, 1):
        yield unsaved(Channel, ordinal=ordinal, kind=channel.kind, description=channel.description)
        times += [(ordinal, channel.time)] if channel.time else []
        costs += [(ordinal, cost) for cost in channel.costs]
    times += [(None, time) for time in row.times]
    costs += [(None, cost) for cost in row.costs]
    for ordinal, (of_channel, time) in enumerate(times, 1):
        yield unsaved(
            ProcessingTime,
            ordinal=ordinal,
            row=of_channel,
            reading_kind=time.kind,
            amount=time.amount,
            unit=time.unit,
            text=time.text,
            reading=_reading(time.kind in ("UNIT", "NOT_STATED")),
        )
    for ordinal, (of_channel, cost) in enumerate(costs, 1):
        yield unsaved(
            Cost,
            ordinal=ordinal,
            row=of_channel,
            kind=cost.cost_kind,
            reading_kind=cost.kind,
            amount=cost.amount,
            currency=cost.currency,
            clause=cost.clause,
            text=cost.text,
            doubts=",".join(cost.doubts),
            reading=_reading(cost.certain and not cost.doubts),
        )


def _dossier(row: ProcedureRow) -> Iterator[Detail]:
    ordinal = 0
    for group, case in enumerate(row.cases, 1):
        yield unsaved(EvidenceGroup, ordinal=group, title=case.title)
        for paper in case.papers:
            ordinal += 1
            yield unsaved(
                Evidence,
                ordinal=ordinal,
                group=group,
                name=paper.name,
                form_file=paper.form_file,
                originals=paper.originals,
                copies=paper.copies,
                reading=_reading(paper.certain),
            )


def _reading(certain: bool) -> str:
    return Reading.CERTAIN if certain else Reading.UNVERIFIED


def name_only(row: ProcedureRow) -> ProcedureRow:
    """The row with nothing but what a catalogue vouches for: code, name, sector and agencies."""
    kept = {str(part): row.parts[part] for part in (Part.NAME, Part.SECTOR, Part.AGENCIES) if part in row.parts}
    kept.setdefault(Part.NAME, PartRow(Part.NAME, Presence.STATED, row.name, row.place))
    if row.sector:
        kept.setdefault(Part.SECTOR, PartRow(Part.SECTOR, Presence.STATED, row.sector, row.place))
    texts = row.agencies.get(AgencyRole.IMPLEMENTING)
    if texts:
        kept.setdefault(Part.AGENCIES, PartRow(Part.AGENCIES, Presence.STATED, "\n".join(texts), row.place))
    return ProcedureRow(
        row.place, row.code, row.name, parts=kept, sector=row.sector, agencies=row.agencies, source="catalogue"
    )


def nameless(row: ProcedureRow, vouched: str = "") -> ProcedureRow:
    """A procedure of which only the code is certain, and the name where an earlier catalogue gave it."""
    presence = Presence.STATED if vouched else Presence.NOT_PUBLISHED
    parts = {Part.NAME.value: PartRow(Part.NAME, presence, vouched, row.place)}
    name = vouched or f"Thủ tục mã {row.code} (chưa rõ tên)"
    return ProcedureRow(row.place, row.code, name, parts=parts, source="catalogue")
