"""What editors write before publication: decisions, their items and texts. Nothing is public until it is published.

Two people may open one form: each row counts its edits, and who saves over another's edit is told instead. Any edit
voids an approval.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.models import (
    DETAIL_MODELS,
    Agency,
    Decision,
    DecisionItem,
    Detail,
    Effect,
    PartState,
    Procedure,
    ProcedureContent,
    Replacement,
    Scope,
    User,
)
from cms.selectors.comparing import changed_fields, changed_text, said
from cms.selectors.rights import Right
from cms.selectors.showing import load_contents
from cms.selectors.standing import text_standing
from cms.services.acts import log_act, require
from cms.services.addresses import decision_slug, free_procedure_slug
from cms.services.contents import ContentDraft, write_contents
from cms.services.endings import end_resolved
from cms.services.review import WrongStateError, locked, void_approval
from cms.vocabulary import Act, DecisionAction, DecisionActKind, DecisionRoute, ScopePart

HEAD_FIELDS = ("number", "title", "kind", "issuer_text", "signer", "signed_on", "effective_from")
ITEM_FIELDS = ("section", "label", "action", "name", "code", "effective_from")


class EditedMeanwhileError(ValidationError):
    """Another person saved the same row since the form was opened; `current` is what stands now."""

    def __init__(self, current: Any, what: str) -> None:
        super().__init__(
            f"{what} vừa được người khác sửa. Chữ bạn gõ vẫn còn ở đây: hãy so với bản đang lưu rồi lưu lại."
        )
        self.current = current


@dataclass
class ItemDraft:
    """One item as typed. `scope`: for whom; `part`: the whole text or a local part; `listed`: whose list it enters."""

    action: str
    scope: Scope
    part: str = ScopePart.BASE
    procedure: Procedure | None = None
    listed: Scope | None = None
    replaces: Sequence[Procedure] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def begin_decision(*, issuer: Agency, by: User, values: Mapping[str, Any]) -> Decision:
    """Open a draft decision of the issuer (lập dự thảo). Raises NotAllowedError, ValidationError."""
    require(by, Right.DRAFT, issuer)
    decision = Decision(issuer=issuer, route=DecisionRoute.REVIEWED)
    for name in HEAD_FIELDS:
        setattr(decision, name, values.get(name, getattr(decision, name)))
    decision.full_clean(exclude=["slug"])
    decision.slug = decision_slug(decision)
    decision.save()
    decision.rests_on.set(values.get("rests_on", ()))
    log_act(decision, DecisionActKind.CREATED, by)
    return decision


@transaction.atomic
def save_decision(*, decision: Decision, by: User, version: int, values: Mapping[str, Any]) -> Decision:
    """Write the decision's own lines. `version` is the count of edits the form was opened with.

    Raises NotAllowedError, WrongStateError, EditedMeanwhileError, ValidationError.
    """
    decision = editable(decision, by)
    if decision.version != version:
        raise EditedMeanwhileError(decision, f"Quyết định {decision.number}")
    before = {name: said(decision, name) for name in HEAD_FIELDS}
    for name in HEAD_FIELDS:
        setattr(decision, name, values.get(name, getattr(decision, name)))
    decision.full_clean(exclude=["slug"])
    decision.slug = decision_slug(decision)
    count_edit(decision, by, changed_fields(decision, before, HEAD_FIELDS) + _rest(decision, values))
    return decision


def _rest(decision: Decision, values: Mapping[str, Any]) -> list[list[str]]:
    """Set what the decision rests on, if the values say so; what that changed, for the log."""
    if "rests_on" not in values:
        return []
    numbers = decision.rests_on.order_by("number").values_list("number", flat=True)
    before = ", ".join(numbers.all())
    decision.rests_on.set([one for one in values["rests_on"] if one.pk != decision.pk])
    after = ", ".join(numbers.all())
    return [["Căn cứ các quyết định", before, after]] if before != after else []


@transaction.atomic
def save_item(
    *, decision: Decision, item: DecisionItem | None, by: User, version: int, draft: ItemDraft
) -> DecisionItem:
    """Write one item with what it does; a new text starts from what is in force. `item` None: a further item.

    Raises NotAllowedError, WrongStateError, EditedMeanwhileError.
    """
    decision = editable(decision, by)
    item = _item(decision, item, version)
    before = {name: said(item, name) for name in ITEM_FIELDS} if item.pk else {}
    for name in ITEM_FIELDS:
        setattr(item, name, draft.values.get(name, getattr(item, name)))
    item.action = draft.action
    item.procedure = draft.procedure or _procedure_of(item)
    item.version += 1
    item.full_clean(exclude=["decision", "procedure"])
    item.save()
    item.replacements.all().delete()
    if item.procedure:
        new = item.procedure
        Replacement.objects.bulk_create(Replacement(item=item, old=old, new=new) for old in draft.replaces)
        _write_effects(decision, item, draft)
    place = f"Mục {item.label or item.ordinal}"
    changed = changed_fields(item, before, ITEM_FIELDS) if before else [["Thêm mục", "", item.name]]
    count_edit(decision, by, [[f"{place}, {what}", old, now] for what, old, now in changed], own=False)
    return item


@transaction.atomic
def remove_item(*, item: DecisionItem, by: User) -> None:
    """Take an item with its draft texts out of a draft decision. Raises NotAllowedError, WrongStateError."""
    decision = editable(item.decision, by)
    item = DecisionItem.objects.get(pk=item.pk)
    texts = [effect.content for effect in item.effects.select_related("content") if effect.content]
    item.effects.all().delete()
    _drop_texts(texts)
    count_edit(decision, by, [[f"Bỏ mục {item.label or item.ordinal}", item.name, ""]], own=False)
    item.delete()


@transaction.atomic
def save_text(*, effect: Effect, by: User, version: int, make: Callable[[ProcedureContent], ContentDraft]) -> None:
    """Write the text an effect of a draft decision opens, all parts and rows at once. `make` fills the stored content.

    Raises NotAllowedError, WrongStateError, EditedMeanwhileError.
    """
    assert effect.item
    decision = editable(effect.item.decision, by)
    content = ProcedureContent.objects.select_for_update().get(effects=effect)
    if content.version != version:
        raise EditedMeanwhileError(content, f"Nội dung “{content.name}”")
    before = load_contents([content])[content.pk].canonical()
    draft = make(content)
    draft.seal()
    content.version += 1
    content.save()
    PartState.objects.filter(content=content).delete()
    for model in DETAIL_MODELS:
        model._default_manager.filter(content=content).delete()
    rows: list[PartState | Detail] = [*draft.part_states, *draft.details]
    for row in rows:
        row.content = content
    PartState.objects.bulk_create(draft.part_states)
    for model in DETAIL_MODELS:
        model._default_manager.bulk_create([row for row in draft.details if type(row) is model])
    after = load_contents([content])[content.pk].canonical()
    place = f"Mục {effect.item.label or effect.item.ordinal}"
    changed = [[f"{place}, {what}", old, now] for what, old, now in changed_text(before, after)]
    count_edit(decision, by, changed, own=False)


def editable(decision: Decision, by: User) -> Decision:
    """The decision, held, for somebody who may edit it. Raises NotAllowedError, WrongStateError once it is public."""
    decision = locked(decision)
    require(by, Right.DRAFT, decision.issuer)
    if decision.published_at:
        raise WrongStateError(
            f"Quyết định {decision.number} đã công khai, không sửa được nữa. Hãy đính chính bằng một quyết định khác "
            "hoặc thu hồi."
        )
    return decision


def count_edit(decision: Decision, by: User, changed: list[list[str]], *, own: bool = True) -> None:
    """Save the decision after an edit: it is the editors' from now on, and an approval no longer holds."""
    decision.version += own
    decision.route = DecisionRoute.REVIEWED
    decision.save()
    log_act(decision, DecisionActKind.EDITED, by, changed=changed)
    void_approval(decision, by)


def _item(decision: Decision, item: DecisionItem | None, version: int) -> DecisionItem:
    if item is None:
        last = decision.items.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
        return DecisionItem(decision=decision, ordinal=last + 1, label=str(last + 1))
    stored = decision.items.select_for_update().filter(pk=item.pk).first()
    if stored is None:
        raise WrongStateError("Mục này không còn trong quyết định. Hãy tải lại trang.")
    if stored.version != version:
        raise EditedMeanwhileError(stored, f"Mục {stored.label or stored.ordinal}")
    return stored


def _procedure_of(item: DecisionItem) -> Procedure | None:
    """The procedure the typed code names; an enacted one that no code or item names yet is new."""
    found = Procedure.objects.filter(code=item.code).first() if item.code else None
    if found or item.procedure or item.action not in (DecisionAction.ENACT, DecisionAction.REPLACE):
        return found or item.procedure
    return Procedure.objects.create(code=item.code or None, slug=free_procedure_slug(item.name))


def _write_effects(decision: Decision, item: DecisionItem, draft: ItemDraft) -> None:
    """What the item does, made anew; a text that is being written for the same procedure and part stays."""
    procedure = item.procedure
    assert procedure
    old = list(item.effects.select_related("content"))
    kept = next((e.content for e in old if e.content and e.procedure_id == procedure.pk and e.part == draft.part), None)
    item.effects.all().delete()
    _drop_texts([effect.content for effect in old if effect.content and effect.content != kept])
    day = item.effective_from or decision.effective_from
    same: dict[str, Any] = {"item": item, "scope": draft.scope, "part": draft.part}
    if draft.action == DecisionAction.REPEAL:
        Effect.objects.create(**same, procedure=procedure, act=Act.CLOSE)
    else:
        content = kept or _start_text(procedure, draft, item.name, day)
        Effect.objects.create(**same, procedure=procedure, act=Act.OPEN, content=content)
    for replaced in draft.replaces:
        Effect.objects.create(**same, procedure=replaced, act=Act.CLOSE)
    end_resolved(item)
    if draft.listed:
        act = Act.DELIST if draft.action == DecisionAction.REPEAL else Act.LIST
        Effect.objects.create(item=item, scope=draft.listed, procedure=procedure, act=act)


def _start_text(procedure: Procedure, draft: ItemDraft, name: str, day: date | None) -> ProcedureContent:
    """A draft text: a copy of what is in force there, or only the name."""
    standing = text_standing(procedure, draft.scope, draft.part, day)
    if standing is None:
        content = ProcedureContent(procedure=procedure, name=name)
        return write_contents(drafts=[ContentDraft(content)])[0]
    view = load_contents([standing])[standing.pk]
    copies: list[Any] = [view.content, *view.parts.values(), *(row for rows in view.rows.values() for row in rows)]
    for row in copies:
        row.pk, row._state.adding = None, True
    view.content.hash, view.content.version = "", 0
    details = [row for rows in view.rows.values() for row in rows]
    return write_contents(drafts=[ContentDraft(view.content, list(view.parts.values()), details)])[0]


def _drop_texts(texts: Sequence[ProcedureContent]) -> None:
    """Draft texts nothing opens any more."""
    for text in texts:
        if not text.effects.exists() and not text.periods.exists():
            text.delete()
