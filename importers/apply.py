"""The one short write of an import: all that was planned, in one transaction, or nothing.

Everything slow (reading, taking apart, comparing) was done before. Inside the transaction the portal's log is locked
and looked at once more: had anybody published in between, the run compares again instead of writing over it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db import transaction

from cms.models import (
    Agency,
    AgencyClass,
    CatalogueSnapshot,
    Change,
    Effect,
    Procedure,
    ProcedureContent,
    ProcedureIdentifier,
    Scope,
    Sector,
    User,
)
from cms.services import (
    Moment,
    correct_many,
    free_procedure_slug,
    free_slug,
    record_snapshot,
    scope_nation,
    scope_of_agency,
    scope_of_class,
    take_moment,
    write_changes,
    write_contents,
)
from cms.text import match_key, sort_key
from cms.vocabulary import Act, ChangeKind, ScopePart
from importers.agency_texts import AgencyTexts
from importers.compare import Plan
from importers.drafts import DraftMaker
from importers.keeping import Kept, write_batch
from importers.models import ImportBatch
from importers.rows import ReadFile
from importers.standing import state_of_the_portal, taken_identifiers

T = TypeVar("T")
CHUNK = 250
BATCH = 1000
log = logging.getLogger("importers.write")


class ChangedMeanwhileError(RuntimeError):
    """Somebody published between the comparison and the write; nothing was written, compare again."""


@dataclass
class Writing:
    """What one run writes: the plans that publish something, and what is kept for an editor."""

    compared: Sequence[Plan]
    files: Sequence[ReadFile]
    agency_texts: Sequence[str]
    state: tuple[int | None, ...]
    read_on: date
    by: User | None = None
    counts: dict[str, int] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)

    @property
    def plans(self) -> list[Plan]:
        """The plans that publish something."""
        return [plan for plan in self.compared if plan.writes]

    def is_empty(self) -> bool:
        """Whether there is nothing new to write."""
        return not self.plans and self.kept.is_empty()


def write(work: Writing, progress: Callable[..., Iterable[Plan]]) -> ImportBatch:
    """Publish the whole run or nothing (nhập danh mục thủ tục hành chính); `progress` wraps the texts being written.

    Raises ChangedMeanwhileError when the portal is no longer as it was compared.
    """
    log.info("ghi: bắt đầu")
    with transaction.atomic():
        # The log's lock first: what is looked at next can't change any more.
        take_moment(work.by)
        if state_of_the_portal() != work.state:
            raise ChangedMeanwhileError
        plans = work.plans
        sectors = _write_sectors(plans)
        _write_procedures([plan for plan in plans if plan.procedure_id is None])
        _write_identifiers(plans)
        texts = [plan for plan in plans if plan.row]
        agencies = AgencyTexts()
        agencies.ensure(work.agency_texts)
        maker = DraftMaker(agencies, sectors)
        contents = _write_texts(maker, progress(texts, len(texts), "Ghi"))
        snapshots = _write_snapshots(work, plans)
        # Only now: units and classes that were entered above have taken places in the log.
        moment = take_moment(work.by)
        _correct(plans, contents, snapshots, moment)
        _open_and_list(work, plans, contents, snapshots)
        batch = write_batch(work.kept, work.compared, work.files, work.counts, moment.at, work.by)
    log.info("ghi: xong")
    return batch


# --- procedures and texts --------------------------------------------------------------------------------------------


def _write_sectors(plans: Iterable[Plan]) -> dict[str, Sector]:
    known = {sector.match_key: sector for sector in Sector.objects.all()}
    slugs = set(Sector.objects.values_list("slug", flat=True))
    names = {match_key(plan.row.sector): plan.row.sector for plan in plans if plan.row and plan.row.sector}
    fresh = [
        Sector(name=name, slug=free_slug(Sector, name, slugs), match_key=key, sort_key=sort_key(name))
        for key, name in names.items()
        if key not in known
    ]
    Sector.objects.bulk_create(fresh, batch_size=BATCH)
    return known | {sector.match_key: sector for sector in fresh}


def _write_procedures(plans: Sequence[Plan]) -> None:
    slugs = set(Procedure.objects.values_list("slug", flat=True))
    rows = [
        Procedure(code=plan.item.source.code or None, slug=free_procedure_slug(_name_for_address(plan), slugs))
        for plan in plans
    ]
    Procedure.objects.bulk_create(rows, batch_size=BATCH)
    for plan, row in zip(plans, rows, strict=True):
        plan.procedure_id = row.pk


def _name_for_address(plan: Plan) -> str:
    assert plan.row
    return plan.row.name


def _write_identifiers(plans: Iterable[Plan]) -> None:
    """Other codes of the procedures. One that belongs to another procedure already, or to two of this run, is left out:
    an address must lead to one procedure."""
    wanted: dict[tuple[str, str], int] = {}
    shared: set[tuple[str, str]] = set()
    for plan in plans:
        for scheme, values in plan.item.source.identifiers.items() if plan.item.record else ():
            for value in values:
                assert plan.procedure_id
                if wanted.setdefault((scheme, value), plan.procedure_id) != plan.procedure_id:
                    shared.add((scheme, value))
    taken = taken_identifiers(wanted)
    ProcedureIdentifier.objects.bulk_create(
        [
            ProcedureIdentifier(scheme=scheme, value=value, procedure_id=procedure)
            for (scheme, value), procedure in wanted.items()
            if (scheme, value) not in taken and (scheme, value) not in shared
        ],
        batch_size=BATCH,
    )


def _write_texts(maker: DraftMaker, plans: Iterable[Plan]) -> dict[int, ProcedureContent]:
    """Write the texts in chunks, so that memory stays bounded; return each plan's content by the plan's id()."""
    written: dict[int, ProcedureContent] = {}
    for chunk in _chunks(plans):
        drafts = [maker.make(plan.row, plan.procedure_id) for plan in chunk if plan.row]
        for plan, content in zip(chunk, write_contents(drafts=drafts), strict=True):
            written[id(plan)] = content
    return written


# --- what holds ------------------------------------------------------------------------------------------------------


def _write_snapshots(work: Writing, plans: Iterable[Plan]) -> dict[str, CatalogueSnapshot]:
    """One snapshot per file that contributes something, by the file's name."""
    contributing = {plan.item.source.place.file for plan in plans if plan.row}
    contributing |= {plan.lists_from for plan in plans if plan.lists}
    return {
        file.file: CatalogueSnapshot.objects.create(
            file_name=file.file[-300:], sha256=file.sha256, reader=file.reader, read_on=work.read_on
        )
        for file in work.files
        if file.file in contributing
    }


def _correct(
    plans: Iterable[Plan],
    contents: dict[int, ProcedureContent],
    snapshots: dict[str, CatalogueSnapshot],
    moment: Moment,
) -> None:
    changes = []
    for chunk in _chunks(plan for plan in plans if plan.corrects):
        pairs = [(Effect(pk=plan.corrects), contents[id(plan)]) for plan in chunk]
        sources = {plan.corrects: snapshots[plan.item.source.place.file] for plan in chunk if plan.corrects}
        correct_many(pairs=pairs, moment=moment, sources=sources)
        changes += [
            Change(
                kind=ChangeKind.CORRECTED,
                procedure_id=plan.procedure_id,
                snapshot=snapshots[plan.item.source.place.file],
                note=str(plan.item.source.place),
            )
            for plan in chunk
        ]
    write_changes(moment, changes)


def _open_and_list(
    work: Writing,
    plans: Iterable[Plan],
    contents: dict[int, ProcedureContent],
    snapshots: dict[str, CatalogueSnapshot],
) -> None:
    nation = scope_nation()
    scopes = _scopes({key for plan in plans for key in (*plan.listed, *plan.delisted)})
    effects: dict[str, list[Effect]] = {}
    for plan in plans:
        same = {"procedure_id": plan.procedure_id}
        if plan.opens:
            opened = Effect(**same, scope=nation, part=ScopePart.BASE, act=Act.OPEN, content=contents[id(plan)])
            effects.setdefault(plan.item.source.place.file, []).append(opened)
        lists = effects.setdefault(plan.lists_from, []) if plan.lists else []
        lists += [Effect(**same, scope=scopes[key], act=Act.LIST) for key in plan.listed]
        lists += [Effect(**same, scope=scopes[key], act=Act.DELIST) for key in plan.delisted]
    for file, rows in effects.items():
        record_snapshot(snapshot=snapshots[file], effects=rows, by=work.by)


def _scopes(targets: set[str]) -> dict[str, Scope]:
    """The scopes of agencies ("U:<slug>") and classes ("C:<key>"); both are in the tables by now."""
    slugs = [key.removeprefix("U:") for key in targets if key.startswith("U:")]
    classes = [key.removeprefix("C:") for key in targets if key.startswith("C:")]
    scopes: dict[str, Scope] = {}
    for chunk in _chunks(slugs):
        scopes |= {f"U:{agency.slug}": scope_of_agency(agency) for agency in Agency.objects.filter(slug__in=chunk)}
    for chunk in _chunks(classes):
        scopes |= {f"C:{row.key}": scope_of_class(row) for row in AgencyClass.objects.filter(key__in=chunk)}
    return scopes


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    chunk: list[T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
