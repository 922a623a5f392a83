"""The one short write of a reviewed decision: a draft decision with all its items, texts and effects, or nothing. It is
made public by the same services as any other; taking it back leaves the portal as it was."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.identifiers import read_decision_number
from cms.models import (
    Agency,
    Decision,
    DecisionItem,
    Effect,
    PendingReference,
    Procedure,
    ProcedureContent,
    Replacement,
    Sector,
    User,
)
from cms.services import (
    ContentDraft,
    approve_decision,
    free_procedure_slug,
    free_slug,
    publish_decision,
    roll_back,
    write_contents,
)
from cms.text import match_key, sort_key
from cms.vocabulary import CENTRAL_KINDS, AgencyKind, DecisionAction, DecisionKind, DecisionState, ScopePart
from importers.agency_texts import AgencyTexts
from importers.decisions.drafting import local_texts, whole_text
from importers.decisions.effects import EffectMaker, Standing
from importers.decisions.issuers import find_issuer
from importers.decisions.plain import from_plain
from importers.decisions.rows import DecisionHead, ItemRow
from importers.drafts import DraftMaker
from importers.models import BatchState, DecisionBatch, DecisionRow, RowState

BULK = 1000
ENDING = (DecisionAction.REPEAL,)


class NotReadyError(ValidationError):
    """The batch can't become a decision yet; `messages` says everything that stands in the way."""


@dataclass
class _Line:
    """A row on its way: what it says, its sub-cases, and what was made of it."""

    row: DecisionRow
    item: ItemRow
    subcases: list[ItemRow] = field(default_factory=list)
    procedure: int | None = None
    drafts: dict[ScopePart, ContentDraft] = field(default_factory=dict)
    saved: DecisionItem | None = None


def obstacles(batch: DecisionBatch, *, issuer: Agency | None) -> list[str]:
    """Why the batch can't become a decision yet, in words for the editor; empty when it can."""
    head = from_plain(DecisionHead, batch.head)
    found = []
    if batch.state != BatchState.REVIEW:
        found.append(f"Quyết định này đang ở bước “{batch.get_state_display()}”.")
    if not head.number:
        found.append("Chưa có số quyết định. Hãy ghi theo bản đã ký (hoặc --number).")
    if head.signed_on is None:
        found.append("Chưa có ngày ký. Hãy ghi theo bản đã ký (hoặc --date).")
    if issuer is None:
        named = head.issuer or head.deciding_office or "để trống"
        found.append(
            f"Cổng không có cơ quan ban hành này ({named}). Hãy chọn cơ quan, hoặc nạp danh sách đơn vị trước."
        )
    elif Decision.objects.filter(issuer=issuer, number=head.number, signed_on=head.signed_on).exists():
        found.append(
            f"Cổng đã có quyết định {head.number} của {issuer.name} ký cùng ngày. Hãy xem quyết định đó trước."
        )
    rows = list(batch.rows.all())
    if not any(row.state != RowState.LEFT_OUT and row.parent is None for row in rows):
        found.append("Không còn mục nào để đưa vào quyết định.")
    for row in rows:
        found += _obstacles_of(row)
    return found


def _obstacles_of(row: DecisionRow) -> list[str]:
    where = f"Mục {row.label or row.ordinal} ({row.place})"
    if row.state == RowState.REFUSED:
        reasons = [one["message"] for one in row.row["problems"] if one["severity"] == "refused"]
        return [f"{where}: {' '.join(reasons)} Hãy sửa, hoặc bỏ mục này ra."]
    if row.state == RowState.DOUBTFUL:
        return [f"{where}: {one['message']}" for one in row.row["problems"] if one["severity"] == "asked"]
    if row.state == RowState.ACCEPTED and not row.action and row.parent is None:
        return [f"{where}: chưa chọn mục này mới, sửa đổi, thay thế hay bãi bỏ."]
    return []


@transaction.atomic
def apply(*, batch: DecisionBatch, by: User | None, issuer: Agency | None = None) -> Decision:
    """Make the reviewed batch a draft decision, whole or not at all. `issuer`: where the head names none the portal
    knows. Raises NotReadyError with every obstacle."""
    batch = DecisionBatch.objects.select_for_update().get(pk=batch.pk)
    texts = AgencyTexts()
    head = from_plain(DecisionHead, batch.head)
    issuer = issuer or find_issuer(head, texts)
    if reasons := obstacles(batch, issuer=issuer):
        raise NotReadyError(reasons)
    assert issuer
    lines = _lines(batch)
    _find_procedures(lines)
    named = [
        name for line in lines if line.item.content for names in line.item.content.agencies.values() for name in names
    ]
    texts.ensure(named)
    standing = Standing.of({line.procedure for line in lines if line.procedure} | _named_by(lines))
    maker = EffectMaker(issuer, standing)
    _make_procedures(lines)
    _draft(lines, maker, DraftMaker(texts, _sectors(lines)))
    decision = _decision(batch, head, issuer)
    _write(decision, lines, maker)
    batch.decision, batch.state = decision, BatchState.APPLIED
    batch.version += 1
    batch.save(update_fields=["decision", "state", "version"])
    return decision


def publish(*, batch: DecisionBatch, by: User | None) -> Decision:
    """Approve and make public the decision of an applied batch on the word of whoever runs the import.

    Raises cms.services.PublishingBlockedError with every reason; the draft then stays."""
    assert batch.decision
    with transaction.atomic():
        approve_decision(decision=batch.decision, by=by)
        return publish_decision(decision=batch.decision, by=by)


@transaction.atomic
def take_back(*, batch: DecisionBatch, by: User | None, note: str = "") -> None:
    """Undo a batch (thu hồi): a draft decision goes with the texts and procedures made for it; a published one is
    rolled back, and what stood before stands again. Raises cms.services.NothingStandsError when nothing stands."""
    batch = DecisionBatch.objects.select_for_update().get(pk=batch.pk)
    decision = batch.decision
    if decision and decision.state == DecisionState.PUBLISHED:
        roll_back(what=decision, by=by, note=note)
    elif decision and decision.published_at is None:
        _delete_draft(decision)
        batch.decision = None
    batch.state = BatchState.TAKEN_BACK
    batch.version += 1
    batch.save(update_fields=["decision", "state", "version"])


def _delete_draft(decision: Decision) -> None:
    effects = Effect.objects.filter(item__decision=decision)
    contents = set(effects.exclude(content=None).values_list("content", flat=True))
    procedures = set(effects.values_list("procedure", flat=True))
    effects.delete()
    decision.delete()
    ProcedureContent.objects.filter(pk__in=contents, effects=None).delete()
    # Only what nothing else speaks of: a procedure that another decision names stays.
    unused = Procedure.objects.filter(pk__in=procedures, effects=None, contents=None, items=None)
    unused.exclude(pk__in=DecisionRow.objects.exclude(procedure=None).values("procedure")).delete()


# --- rows and procedures ---------------------------------------------------------------------------------------------


def _lines(batch: DecisionBatch) -> list[_Line]:
    """The rows that go into the decision, each with its sub-cases, in order."""
    taken = [row for row in batch.rows.all() if row.state != RowState.LEFT_OUT]
    lines = {row.ordinal: _Line(row, from_plain(ItemRow, row.row)) for row in taken if row.parent is None}
    for row in taken:
        if row.parent in lines:
            lines[row.parent].subcases.append(from_plain(ItemRow, row.row))
    return list(lines.values())


def _find_procedures(lines: Iterable[_Line]) -> None:
    """The procedure each row means: the editor's answer, else its code; the rest is new or can't be resolved."""
    codes = {line.item.code for line in lines if line.item.code}
    held = dict(Procedure.objects.filter(code__in=codes).values_list("code", "pk"))
    for line in lines:
        line.procedure = None if line.row.apart else line.row.procedure_id or held.get(line.item.code or None)


def _named_by(lines: Iterable[_Line]) -> set[int]:
    codes = {reference.code for line in lines for reference in line.item.references if reference.code}
    return set(Procedure.objects.filter(code__in=codes).values_list("pk", flat=True))


def _make_procedures(lines: Iterable[_Line]) -> None:
    fresh = [line for line in lines if line.procedure is None and line.item.action not in ENDING]
    if not fresh:
        return
    taken = set(Procedure.objects.values_list("slug", flat=True))
    rows = [Procedure(code=line.item.code or None, slug=free_procedure_slug(line.item.name, taken)) for line in fresh]
    Procedure.objects.bulk_create(rows, batch_size=BULK)
    for line, row in zip(fresh, rows, strict=True):
        line.procedure = row.pk


def _sectors(lines: Iterable[_Line]) -> dict[str, Sector]:
    known = {row.match_key: row for row in Sector.objects.all()}
    for line in lines:
        name = (line.item.content.sector if line.item.content else "") or line.item.sector
        if name and match_key(name) not in known:
            known[match_key(name)] = Sector.objects.create(
                name=name, slug=free_slug(Sector, name), match_key=match_key(name), sort_key=sort_key(name)
            )
    return known


def _draft(lines: Iterable[_Line], maker: EffectMaker, drafts: DraftMaker) -> None:
    """The texts each row opens: the whole text, or over a ministry's text what the province sets itself."""
    for line in lines:
        if line.item.action in ENDING or line.procedure is None:
            continue
        if not maker.is_central and not line.item.content and maker.standing.has_national_text(line.procedure):
            line.drafts = local_texts(line.item, line.subcases, line.procedure)
        else:
            line.drafts = {ScopePart.BASE: whole_text(line.item, line.subcases, drafts, line.procedure)}


# --- the decision ----------------------------------------------------------------------------------------------------


def _decision(batch: DecisionBatch, head: DecisionHead, issuer: Agency) -> Decision:
    kinds = {AgencyKind.PROVINCE.value: DecisionKind.PROVINCE}
    kind = DecisionKind.MINISTRY if issuer.kind in CENTRAL_KINDS else kinds.get(issuer.kind, DecisionKind.OTHER)
    number = read_decision_number(head.number).text
    decision = Decision.objects.create(
        number=number,
        slug=free_slug(Decision, number),
        title=head.title,
        kind=kind,
        issuer=issuer,
        issuer_text=(head.deciding_office or head.issuer)[:300],
        signer=head.signer[:150],
        signed_on=head.signed_on,
        effective_from=head.effective_from,
    )
    numbers = [read_decision_number(one).text for one in head.rests_on]
    decision.rests_on.set(Decision.objects.filter(number__in=numbers, kind=DecisionKind.MINISTRY))
    return decision


def _write(decision: Decision, lines: list[_Line], maker: EffectMaker) -> None:
    for number, line in enumerate(lines, 1):
        line.saved = DecisionItem(
            decision=decision,
            section=line.item.part[:300],
            ordinal=number,
            label=line.item.label[:30],
            action=line.item.action,
            procedure_id=line.procedure,
            name=line.item.name,
            code=line.item.code[:60],
            effective_from=line.item.effective_from,
        )
    DecisionItem.objects.bulk_create([line.saved for line in lines if line.saved], batch_size=BULK)
    drafts = [(line, part, draft) for line in lines for part, draft in line.drafts.items()]
    contents = write_contents(drafts=[draft for _, _, draft in drafts])
    opened: dict[int, dict[ScopePart, ProcedureContent]] = {}
    for (line, part, _), content in zip(drafts, contents, strict=True):
        opened.setdefault(id(line), {})[part] = content
    old = _replaced(lines)
    effects: list[Effect] = []
    ended: set[tuple[int, int, str, str]] = set()
    for line in lines:
        made = _effects_of(line, opened.get(id(line), {}), old[id(line)], maker, ended)
        for effect in made:
            effect.item = line.saved
            effect.effective_from = line.item.effective_from
        effects += made
    Effect.objects.bulk_create(effects, batch_size=BULK)
    _keep_references(lines, old)


def _effects_of(
    line: _Line,
    contents: dict[ScopePart, ProcedureContent],
    old: list[int],
    maker: EffectMaker,
    ended: set[tuple[int, int, str, str]],
) -> list[Effect]:
    effects: list[Effect] = []
    if line.item.action in ENDING:
        effects += maker.ends(line.procedure) if line.procedure else []
    else:
        assert line.procedure
        effects += maker.opens(contents)
        effects += maker.lists(line.procedure, line.item.levels)
    # Fourteen old procedures may become five: each ends once.
    for procedure in dict.fromkeys(old):
        effects += [effect for effect in maker.ends(procedure) if _key(effect) not in ended]
        ended |= {_key(effect) for effect in effects}
    return effects


def _key(effect: Effect) -> tuple[int, int, str, str]:
    return effect.procedure_id, effect.scope_id, effect.part, effect.act


def _replaced(lines: Iterable[_Line]) -> dict[int, list[int]]:
    """The procedures of the portal that each row replaces, by the codes it names."""
    codes = {reference.code for line in lines for reference in line.item.references if reference.code}
    held = dict(Procedure.objects.filter(code__in=codes).values_list("code", "pk"))
    return {
        id(line): [
            held[reference.code]
            for reference in line.item.references
            if reference.code in held and held[reference.code] != line.procedure
        ]
        for line in lines
    }


def _keep_references(lines: Iterable[_Line], old: dict[int, list[int]]) -> None:
    """What replaces what; and what an older decision's item number names, to be resolved by an editor."""
    lines = list(lines)
    Replacement.objects.bulk_create(
        [
            Replacement(item=line.saved, old_id=procedure, new_id=line.procedure)
            for line in lines
            if line.procedure
            for procedure in dict.fromkeys(old[id(line)])
        ],
        batch_size=BULK,
    )
    held = set(Procedure.objects.exclude(code=None).values_list("code", flat=True))
    PendingReference.objects.bulk_create(
        [
            PendingReference(
                item=line.saved,
                text=reference.text or reference.name or reference.code,
                decision_number=reference.decision_number[:100],
            )
            for line in lines
            for reference in line.item.references
            if not reference.code or reference.code not in held
        ]
        + [
            PendingReference(item=line.saved, text=f"{line.item.code} {line.item.name}".strip())
            for line in lines
            if line.item.action in ENDING and line.procedure is None and not line.item.references
        ],
        batch_size=BULK,
    )
