"""Loads the sample that ships with the portal, so that the first run shows living pages: real procedures and decisions
with the places they hold in, written through the same services as everything else. What a real import already brought
in is left alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from cms.models import (
    Agency,
    AgencyClass,
    Case,
    CatalogueSnapshot,
    Decision,
    DecisionItem,
    Effect,
    PartState,
    PendingReference,
    Procedure,
    ProcedureContent,
    ProcessingTime,
    Scope,
    Sector,
    User,
)
from cms.selectors.sample import SAMPLE_MARK
from cms.services import (
    ContentDraft,
    approve_decision,
    free_procedure_slug,
    free_slug,
    publish_decision,
    record_snapshot,
    scope_nation,
    scope_of_agency,
    scope_of_area,
    scope_of_class,
    write_contents,
)
from cms.text import match_key, sort_key
from cms.vocabulary import Act, Part, Presence, Reading, ScopePart, TimeReading
from importers.agency_texts import AgencyTexts
from importers.drafts import DraftMaker
from importers.labels import rename
from importers.ministries import load_ministries
from importers.readers import read
from importers.rows import ReadFile
from importers.run import run_import
from importers.sample_fields import Entry
from importers.sample_files import (
    CATALOGUE_FILE,
    UNITS_FILE,
    CaseTime,
    SampleDecision,
    SampleError,
    SampleFile,
    SampleItem,
    SampleProcedure,
    read_sample,
)
from importers.units import import_units, read_units

__all__ = ["FOLDER", "SampleError", "SampleReport", "load_sample"]

FOLDER = Path(__file__).parent / "data" / "sample"
READER = "sample"


@dataclass
class SampleReport:
    """What a load wrote. `present`: codes and decisions the sample itself brought earlier; `skipped`: codes that came
    from elsewhere and stay as they are."""

    agencies: int = 0
    procedures: int = 0
    decisions: int = 0
    items: int = 0
    present: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def wrote(self) -> bool:
        """Whether anything was written."""
        return bool(self.agencies or self.procedures or self.decisions)


@transaction.atomic
def load_sample(*, folder: Path = FOLDER, by: User | None = None) -> SampleReport:
    """Read all files, then write what the portal lacks, all or nothing. A second run writes nothing.

    Raises SampleError when a file is wrong or names an agency that is not there, and PublishingBlockedError when a
    decision can't be published over what the portal holds.
    """
    files = read_sample(folder)
    report = SampleReport()
    before = Agency.objects.count()
    load_ministries()
    import_units(read_units(folder / UNITS_FILE))
    agencies = AgencyTexts()
    agencies.ensure(text for file in files for text in _agency_texts(file))
    loader = _Loader(agencies, report, by)
    loader.refuse_unknown_places(files)
    for file in files:
        if file.decision:
            loader.load_decision(file, file.decision)
        else:
            loader.load_catalogue(file)
    loader.import_catalogue(folder / CATALOGUE_FILE)
    report.agencies = Agency.objects.count() - before
    return report


def _agency_texts(file: SampleFile) -> Iterable[str]:
    for text in file.texts():
        for names in text.row.agencies.values():
            yield from names
        yield from text.listed_at
    for item in file.items:
        yield from item.listed_at


class _Loader:
    """Writes one file after the other inside the caller's transaction."""

    def __init__(self, agencies: AgencyTexts, report: SampleReport, by: User | None) -> None:
        self.agencies, self.report, self.by = agencies, report, by
        self.maker = DraftMaker(agencies, {row.match_key: row for row in Sector.objects.all()})

    def refuse_unknown_places(self, files: Iterable[SampleFile]) -> None:
        """Lists and issuers must name a body the portal holds: a phrase has no list and signs nothing."""
        problems = []
        for file in files:
            named = [(text.row.place.cell, place) for text in file.texts() for place in text.listed_at]
            named += [(f"mục {item.label}", place) for item in file.items for place in item.listed_at]
            for entry, place in named:
                if self._target(place) is None:
                    problems.append(
                        f"Tệp {file.file}, {entry}, trường “listed_at”: không có cơ quan hay loại cơ quan “{place}”. "
                        f"Hãy viết tên đầy đủ hoặc thêm đơn vị vào {UNITS_FILE}."
                    )
            if file.decision and not isinstance(self._target(file.decision.issuer), Agency):
                problems.append(
                    f"Tệp {file.file}, quyết định, trường “issuer”: không có cơ quan “{file.decision.issuer}”. "
                    f"Hãy viết tên đầy đủ hoặc thêm đơn vị vào {UNITS_FILE}."
                )
        if problems:
            raise SampleError(problems)

    def _target(self, name: str) -> Agency | AgencyClass | None:
        found = self.agencies.resolve(name)
        return found.agency or found.agency_class

    # --- catalogues --------------------------------------------------------------------------------------------------

    def load_catalogue(self, file: SampleFile) -> None:
        """Open the texts nationwide with unknown start, and list them, as one catalogue snapshot."""
        assert file.read_on
        fresh = self._not_there_yet(file.procedures)
        if not fresh:
            return
        snapshot = CatalogueSnapshot.objects.create(
            file_name=f"{SAMPLE_MARK}{file.file}", sha256=file.sha256, reader=READER, read_on=file.read_on
        )
        effects = []
        nation = scope_nation()
        for text, content in zip(fresh, self._write(fresh), strict=True):
            effects.append(Effect(procedure=content.procedure, scope=nation, act=Act.OPEN, content=content))
            for name in text.listed_at:
                effects.append(Effect(procedure=content.procedure, scope=self._list_scope(name), act=Act.LIST))
        record_snapshot(snapshot=snapshot, effects=effects, by=self.by)

    def _not_there_yet(self, texts: Iterable[SampleProcedure]) -> list[SampleProcedure]:
        texts = list(texts)
        held = self._held(text.row.code for text in texts)
        return [text for text in texts if text.row.code not in held]

    def _held(self, codes: Iterable[str | None]) -> set[str]:
        """The codes that the portal has already, told apart in the report by who brought them."""
        codes = list(codes)
        held = {code for code in Procedure.objects.filter(code__in=codes).values_list("code", flat=True) if code}
        brought = Effect.objects.filter(snapshot__file_name__startswith=SAMPLE_MARK, procedure__code__in=held)
        own = held & set(brought.values_list("procedure__code", flat=True))
        self.report.present += sorted(own)
        self.report.skipped += sorted(held - own)
        return held

    def import_catalogue(self, path: Path) -> None:
        """Bring in the sample's larger catalogue the way any catalogue comes in, less what the portal has already."""
        if not path.exists():
            return
        file = rename(read(path), f"{SAMPLE_MARK}{path.name}")
        if file.refused:
            raise SampleError([f"{problem.place}: {problem.message}" for problem in file.refused])
        held = self._held(row.code for row in file.rows)
        file.rows = [row for row in file.rows if row.code not in held]
        if file.rows:
            self._import(file, path)

    def _import(self, file: ReadFile, path: Path) -> None:
        problems: list[str] = []
        read_on = Entry(json.loads(path.read_text("utf-8")), f"Tệp {path.name}", problems).day("read_on", required=True)
        outcome = run_import(files=[file], by=self.by, on=read_on)
        problems += [
            f"{entry['where']}: {entry['made_of_it']}" for entry in outcome.entries if entry["severity"] == "refused"
        ]
        if problems:
            raise SampleError(problems)
        self.report.procedures += outcome.counts["created"]

    def _list_scope(self, name: str) -> Scope:
        target = self._target(name)
        assert target
        return scope_of_class(target) if isinstance(target, AgencyClass) else scope_of_agency(target)

    # --- texts -------------------------------------------------------------------------------------------------------

    def _write(self, texts: list[SampleProcedure]) -> list[ProcedureContent]:
        """Write new procedures with their texts."""
        drafts = []
        for text in texts:
            self._ensure_sector(text.row.sector)
            procedure = Procedure.objects.create(code=text.row.code, slug=free_procedure_slug(text.row.name))
            draft = self.maker.make(text.row)
            draft.content.procedure = procedure
            draft.content.online_level = text.online_level
            draft.content.regardless_of_residence = text.regardless_of_residence
            _add_times(draft, text.more_times)
            drafts.append(draft)
        self.report.procedures += len(drafts)
        return write_contents(drafts=drafts)

    def _ensure_sector(self, name: str) -> None:
        sectors = dict(self.maker.sectors)
        key = match_key(name)
        if name and key not in sectors:
            sectors[key] = Sector.objects.create(
                name=name, slug=free_slug(Sector, name), match_key=key, sort_key=sort_key(name)
            )
            self.maker.sectors = sectors

    # --- decisions ---------------------------------------------------------------------------------------------------

    def load_decision(self, file: SampleFile, signed: SampleDecision) -> None:
        """Prepare the decision with its items, approve and publish it."""
        issuer = self._target(signed.issuer)
        assert isinstance(issuer, Agency)
        if Decision.objects.filter(issuer=issuer, number=signed.number, signed_on=signed.signed_on).exists():
            self.report.present.append(signed.number)
            return
        decision = Decision.objects.create(
            number=signed.number,
            slug=free_slug(Decision, signed.number),
            title=signed.title,
            kind=signed.kind,
            issuer=issuer,
            issuer_text=signed.issuer_text,
            signer=signed.signer,
            signed_on=signed.signed_on,
            effective_from=signed.effective_from,
        )
        for ordinal, item in enumerate(file.items, 1):
            self._add_item(decision, ordinal, item)
        approve_decision(decision=decision, by=self.by)
        publish_decision(decision=decision, by=self.by, note=f"{SAMPLE_MARK}{file.file}")
        self.report.decisions += 1
        self.report.items += len(file.items)

    def _add_item(self, decision: Decision, ordinal: int, item: SampleItem) -> None:
        base = self._write([item.base])[0] if item.base else None
        procedure = base.procedure if base else Procedure.objects.filter(code=item.code or None).first()
        row = DecisionItem.objects.create(
            decision=decision,
            section=item.section,
            ordinal=ordinal,
            label=item.label,
            action=item.action,
            procedure=procedure,
            name=item.name,
            code=item.code,
        )
        for text, number in item.pending:
            PendingReference.objects.create(item=row, text=text, decision_number=number)
        if procedure is None:
            return
        area = scope_of_area(decision.issuer)
        contents = {ScopePart.BASE: base} if base else self._local_parts(procedure, item)
        for part, content in contents.items():
            Effect.objects.create(item=row, procedure=procedure, scope=area, part=part, act=Act.OPEN, content=content)
        for name in item.listed_at:
            Effect.objects.create(item=row, procedure=procedure, scope=self._list_scope(name), act=Act.LIST)

    def _local_parts(self, procedure: Procedure, item: SampleItem) -> dict[ScopePart, ProcedureContent]:
        """The parts a province sets over a ministry's text, each a small text of its own."""
        drafts: dict[ScopePart, ContentDraft] = {}
        if item.local_times:
            drafts[ScopePart.TIME] = _part_draft(procedure, item.name, Part.TIME)
            _add_times(drafts[ScopePart.TIME], item.local_times)
        if item.local_place:
            drafts[ScopePart.PLACE] = _part_draft(procedure, item.name, Part.RECEPTION, item.local_place)
        return dict(zip(drafts, write_contents(drafts=list(drafts.values())), strict=True))


def _part_draft(procedure: Procedure, name: str, part: str, raw: str = "") -> ContentDraft:
    content = ProcedureContent(procedure=procedure, name=name)
    return ContentDraft(content, [PartState(part=part, presence=Presence.STATED, raw_text=raw)])


def _add_times(draft: ContentDraft, times: Iterable[CaseTime]) -> None:
    """Times that hold in one case only: each a case with a key of its own, beside the times of the channels."""
    ordinal = sum(isinstance(detail, ProcessingTime) for detail in draft.details)
    for number, more in enumerate(times, 1):
        key = str(number) if more.case else ""
        if more.case:
            draft.details.append(Case(ordinal=number, case=key, title=more.case))
        draft.details.append(
            ProcessingTime(
                ordinal=ordinal + number,
                case=key,
                reading_kind=more.time.kind,
                amount=more.time.amount,
                unit=more.time.unit,
                text=more.time.text,
                reading=Reading.CERTAIN if more.time.kind == TimeReading.UNIT else Reading.UNVERIFIED,
            )
        )
