"""The one short write of a reviewed decision: a draft decision with all its items, texts and effects, or nothing. It is
made public by the same services as any other; taking it back leaves the portal as it was."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.base import File
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
from cms.selectors.rights import Right
from cms.services import (
    ContentDraft,
    approve_decision,
    decision_slug,
    free_procedure_slug,
    free_slug,
    keep_forms,
    publish_decision,
    write_contents,
)
from cms.services.acts import log_act, require
from cms.text import match_key, sort_key
from cms.vocabulary import (
    CENTRAL_KINDS,
    AgencyKind,
    DecisionActKind,
    DecisionKind,
    DecisionRoute,
    DecisionState,
    ScopePart,
)
from importers.agency_texts import AgencyTexts
from importers.decisions.drafting import local_texts, whole_text
from importers.decisions.effects import EffectMaker, Standing
from importers.decisions.issuers import find_issuer
from importers.decisions.matching import national_code, procedures_of
from importers.decisions.obstacles import ENDING, namesakes, obstacles
from importers.decisions.plain import from_plain
from importers.decisions.review import BatchChangedError
from importers.decisions.rows import DecisionHead, ItemRow
from importers.drafts import DraftMaker
from importers.models import BatchState, DecisionBatch, DecisionRow, RowState

BULK = 1000


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


@transaction.atomic
def apply(
    *, batch: DecisionBatch, by: User | None, issuer: Agency | None = None, version: int | None = None
) -> Decision:
    """Make the reviewed batch a draft decision, whole or not at all. `issuer`: where the head names none the portal
    knows; `by`: the editor, whose decisions go through review; None: a command; `version`: of the batch the editor
    saw. Raises NotReadyError with every obstacle, NotAllowedError, BatchChangedError."""
    batch = DecisionBatch.objects.select_for_update(of=("self",)).select_related("agency").get(pk=batch.pk)
    if version not in (None, batch.version):
        raise BatchChangedError
    texts = AgencyTexts()
    head = from_plain(DecisionHead, batch.head)
    issuer = issuer or batch.agency or find_issuer(head, texts)
    if issuer and by:
        require(by, Right.DRAFT, issuer)
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
    decision = _decision(batch, head, issuer, by)
    _write(decision, lines, maker)
    _keep_forms(batch, lines)
    _note_origin(decision, batch, by)
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
    held = procedures_of(line.item.code for line in lines)
    for line in lines:
        line.procedure = None if line.row.apart else line.row.procedure_id or held.get(line.item.code)


def _named_by(lines: Iterable[_Line]) -> set[int]:
    return set(procedures_of(reference.code for line in lines for reference in line.item.references).values())


def _make_procedures(lines: Iterable[_Line]) -> None:
    fresh = [line for line in lines if line.procedure is None and line.item.action not in ENDING]
    if not fresh:
        return
    taken = set(Procedure.objects.values_list("slug", flat=True))
    rows = [
        Procedure(code=national_code(line.item.code) or None, slug=free_procedure_slug(line.item.name, taken))
        for line in fresh
    ]
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


def _decision(batch: DecisionBatch, head: DecisionHead, issuer: Agency, by: User | None) -> Decision:
    kinds = {AgencyKind.PROVINCE.value: DecisionKind.PROVINCE}
    kind = DecisionKind.MINISTRY if issuer.kind in CENTRAL_KINDS else kinds.get(issuer.kind, DecisionKind.OTHER)
    number = read_decision_number(head.number).text
    # An empty draft that an earlier import left behind is filled again.
    decision = namesakes(issuer, head).filter(items=None, published_at=None).first() or Decision(issuer=issuer)
    decision.number, decision.signed_on = number, head.signed_on
    decision.slug = decision_slug(decision)
    decision.title, decision.kind, decision.signer = head.title, kind, head.signer[:150]
    decision.issuer_text = (head.deciding_office or head.issuer)[:300]
    decision.effective_from = head.effective_from
    decision.route, decision.from_file = DecisionRoute.REVIEWED if by else DecisionRoute.DIRECT, True
    if law := batch.files.filter(role="law").exclude(file="").first():
        decision.signed_sha256 = law.sha256
        with law.file.open("rb") as stored:
            decision.signed_copy.save(f"{law.sha256[:16]}.pdf", File(stored), save=False)
    decision.save()
    numbers = [read_decision_number(one).text for one in head.rests_on]
    grounds = Decision.objects.filter(number__in=numbers, kind=DecisionKind.MINISTRY)
    decision.rests_on.set(grounds.exclude(state=DecisionState.ROLLED_BACK))
    return decision


def _note_origin(decision: Decision, batch: DecisionBatch, by: User | None) -> None:
    """In the decision's log: from which files it came, and what an editor left out of it."""
    files = ", ".join(file.name for file in batch.files.all())
    left_out = batch.rows.filter(state=RowState.LEFT_OUT, parent=None)
    changed = [[f"Bỏ ra mục {row.label or row.ordinal}", row.name, f"(bỏ ra) {row.reason}".strip()] for row in left_out]
    note = f"Lập từ tệp (đợt nhập số {batch.pk}): {files}." if files else f"Lập từ đợt nhập số {batch.pk}."
    if by:
        log_act(decision, DecisionActKind.CREATED, by, note=note, changed=changed)


def _keep_forms(batch: DecisionBatch, lines: Iterable[_Line]) -> None:
    """The forms that the texts name, as documents."""
    titles = {form.file: form.title for line in lines if line.drafts for form in line.item.forms if form.file}
    kept = batch.form_files.filter(name__in=titles)
    keep_forms(files=[(titles[one.name], one.name.partition(".")[0], File(one.file, one.name)) for one in kept])


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
    held = procedures_of(reference.code for line in lines for reference in line.item.references)
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
    held = procedures_of(reference.code for line in lines for reference in line.item.references)
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
