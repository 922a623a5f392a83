"""Publishing a decision or a catalogue snapshot: all that it holds or none, recorded at one moment under one lock."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.calendar import local_day
from cms.models import CatalogueSnapshot, Change, Decision, Effect, User
from cms.services.acts import log_act
from cms.services.bundle import bundle_hash, draft_effects
from cms.services.changelog import Moment, take_moment, write_changes
from cms.services.competence import is_competent, ties
from cms.services.readiness import readiness
from cms.services.timeline import rebuild_for
from cms.vocabulary import Act, ChangeKind, DecisionActKind, DecisionRoute, DecisionState

BATCH = 1000
RECORDED = ("effective_from", "holds_from", "signed_on", "sequence", "recorded_at")


class PublishingBlockedError(ValidationError):
    """The decision may not be published as it stands; `messages` says why, in words for the editor."""


@transaction.atomic
def approve_decision(*, decision: Decision, by: User | None) -> Decision:
    """Approve the bundle as it stands, without steps (duyệt thẳng): what an operator's command loads; logged as such.

    A later edit voids the approval. Raises PublishingBlockedError when it is public already (what was published is
    corrected or taken back instead), or when editors prepared it: theirs goes through review.
    """
    if Decision.objects.filter(pk=decision.pk, published_at__isnull=False).exists():
        raise PublishingBlockedError(
            f"Quyết định {decision.number} đã công khai, không duyệt lại được. Hãy đính chính hoặc thu hồi."
        )
    if Decision.objects.filter(pk=decision.pk, route=DecisionRoute.REVIEWED).exists():
        raise PublishingBlockedError(
            f"Quyết định {decision.number} do cán bộ soạn, không duyệt thẳng được. Hãy trình duyệt theo các bước."
        )
    decision.approved_hash = bundle_hash(decision)
    decision.state = DecisionState.APPROVED
    decision.save(update_fields=["approved_hash", "state"])
    log_act(decision, DecisionActKind.DIRECT, by)
    return decision


@transaction.atomic
def publish_decision(*, decision: Decision, by: User | None, note: str = "") -> Decision:
    """Make public an approved decision with all its items (công khai, Art. 15 and 24, Decree 63/2010/NĐ-CP).

    `note`: where it came from, for the log.
    Raises PublishingBlockedError with every reason found: not approved, edited since, issuer without competence, a tie
    of rank, nothing to publish.
    """
    decision = Decision.objects.select_for_update().select_related("issuer").get(pk=decision.pk)
    moment = take_moment(by)
    effects = draft_effects(decision)
    for effect in effects:
        _take_day(effect, decision)
        _record(effect, moment, decision.signed_on, local_day(moment.at))
    reasons = _reasons_against(decision, effects)
    replaced = _snapshots_it_documents(decision, effects)
    Effect.objects.filter(pk__in=[effect.pk for effect in replaced]).update(withdrawn_at=moment.at, withdrawn_by=by)
    _save_recorded(effects)
    rebuild_for([*effects, *replaced], moment)
    # Ties show in the rebuilt periods only; raising takes all of it back.
    if reasons := reasons + _ties(effects):
        raise PublishingBlockedError(reasons)
    decision.state, decision.published_at, decision.publish_at = DecisionState.PUBLISHED, moment.at, None
    decision.save(update_fields=["state", "published_at", "publish_at"])
    log_act(decision, DecisionActKind.PUBLISHED, by)
    touched = dict.fromkeys(effect.procedure_id for effect in effects)
    write_changes(
        moment,
        (Change(kind=ChangeKind.PUBLISHED, procedure_id=pk, decision=decision, note=note) for pk in touched or [None]),
    )
    return decision


@transaction.atomic
def record_snapshot(
    *, snapshot: CatalogueSnapshot, effects: Sequence[Effect], by: User | None, kind: str = ChangeKind.IMPORTED
) -> Moment:
    """Make public what a catalogue file says: starts unknown, held from the day it was read. `effects` are unsaved."""
    moment = take_moment(by)
    for effect in effects:
        effect.snapshot = snapshot
        _record(effect, moment, None, snapshot.read_on)
        effect.recorded_at = moment.at
    Effect.objects.bulk_create(effects, batch_size=BATCH)
    rebuild_for(effects, moment)
    touched = dict.fromkeys(effect.procedure_id for effect in effects)
    write_changes(moment, (Change(kind=kind, procedure_id=pk, snapshot=snapshot) for pk in touched))
    return moment


def record_drafts(decision: Decision, effects: Sequence[Effect], moment: Moment, day_if_unknown: date) -> None:
    """Record draft effects without asking whether they may be: for a rehearsal, which is taken back."""
    for effect in effects:
        _take_day(effect, decision)
        _record(effect, moment, decision.signed_on, day_if_unknown)
    _save_recorded(effects)


def _take_day(effect: Effect, decision: Decision) -> None:
    assert effect.item
    effect.effective_from = effect.effective_from or effect.item.effective_from or decision.effective_from


def _record(effect: Effect, moment: Moment, signed_on: date | None, day_if_unknown: date) -> None:
    effect.holds_from = effect.effective_from or day_if_unknown
    effect.signed_on = signed_on
    effect.sequence = moment.sequence
    effect.recorded_at = moment.at


def _save_recorded(effects: Sequence[Effect]) -> None:
    """One statement for each day: nearly all effects of a decision share one, and `bulk_update` weighs each row."""
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for effect in effects:
        alike[tuple(getattr(effect, name) for name in RECORDED)].append(effect.pk)
    for values, pks in alike.items():
        for start in range(0, len(pks), BATCH):
            chunk = Effect.objects.filter(pk__in=pks[start : start + BATCH])
            chunk.update(**dict(zip(RECORDED, values, strict=True)))


def _reasons_against(decision: Decision, effects: Sequence[Effect]) -> list[str]:
    if decision.state == DecisionState.PUBLISHED:
        return [f"Quyết định {decision.number} đã công khai rồi."]
    reasons = gate(decision) if decision.route == DecisionRoute.REVIEWED else []
    if decision.state != DecisionState.APPROVED:
        reasons.append(f"Quyết định {decision.number} chưa được duyệt. Hãy trình duyệt trước khi công khai.")
    elif decision.approved_hash != bundle_hash(decision):
        reasons.append(f"Quyết định {decision.number} đã bị sửa sau khi duyệt. Hãy trình duyệt lại.")
    if not effects:
        reasons.append(f"Quyết định {decision.number} không có mục nào để công khai. Hãy nhập các mục của quyết định.")
    competent = {scope: is_competent(decision.issuer, scope) for scope in {effect.scope for effect in effects}}
    for effect in effects:
        if not competent[effect.scope]:
            reasons.append(
                f"{_place(effect)}: {decision.issuer.name} không có thẩm quyền với phạm vi này "
                f"({_scope_name(effect)}). Hãy chọn phạm vi thuộc địa bàn của cơ quan ban hành."
            )
    return reasons + _two_texts_for_one(effects)


def gate(decision: Decision) -> list[str]:
    """What the gate still holds against the decision, each with its article."""
    return [f"{one.message} ({one.article})" for one in readiness(decision) if one.stops]


def _two_texts_for_one(effects: Sequence[Effect]) -> list[str]:
    """Items that open different texts for one procedure, scope, part and day: nobody could say which comes last."""
    reasons = []
    first: dict[tuple[Any, ...], Effect] = {}
    for effect in effects:
        if effect.act == Act.OPEN:
            key = (effect.procedure_id, effect.scope_id, effect.part, effect.holds_from)
            other = first.setdefault(key, effect)
            if other.content_id != effect.content_id:
                reasons.append(
                    f"{_place(other)} và {_place(effect).lower()}: hai nội dung khác nhau cho cùng một thủ tục, "
                    f"phạm vi ({_scope_name(effect)}) và ngày áp dụng. Hãy giữ lại một nội dung hoặc sửa phạm vi."
                )
    return reasons


def _ties(effects: Sequence[Effect]) -> list[str]:
    return [
        f"{_place(effect)}: phạm vi {_scope_name(effect)} ngang hàng với văn bản khác cùng áp dụng "
        f"({rival.scope.key}), không rõ văn bản nào được dùng. Hãy thu hẹp một trong hai phạm vi."
        for effect, rival in ties(effects)
    ]


def _place(effect: Effect) -> str:
    return f"Mục {effect.item.label or effect.item.ordinal}" if effect.item else "Danh mục"


def _scope_name(effect: Effect) -> str:
    scope = effect.scope
    return scope.agency.name if scope.agency else scope.agency_class.name if scope.agency_class else "cả nước"


def _snapshots_it_documents(decision: Decision, effects: Iterable[Effect]) -> list[Effect]:
    """Snapshot effects that cited this very decision: its document has come, so they no longer stand for it."""
    keys = {(effect.procedure_id, effect.scope_id, effect.part) for effect in effects if effect.act == Act.OPEN}
    cited = Effect.objects.filter(
        snapshot__isnull=False,
        withdrawn_at__isnull=True,
        procedure__in={key[0] for key in keys},
        content__decision_number=decision.number,
    )
    return [effect for effect in cited if (effect.procedure_id, effect.scope_id, effect.part) in keys]
