"""Setting published rows right: a correction on the second clock, and taking back a whole publication."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from cms.models import CatalogueSnapshot, Change, Decision, Effect, ProcedureContent, User
from cms.services.acts import log_act
from cms.services.changelog import Moment, take_moment, write_changes
from cms.services.timeline import rebuild_for
from cms.vocabulary import Act, ChangeKind, DecisionActKind, DecisionState


class NothingStandsError(ValueError):
    """What was to be corrected or taken back no longer stands."""


@transaction.atomic
def correct(*, effect: Effect, content: ProcedureContent, by: User | None, note: str = "") -> Effect:
    """Put right the text an act published, from the day it held (đính chính); the former text stays as known then.

    Raises NothingStandsError when the effect was never published or was withdrawn.
    """
    moment = take_moment(by)
    (corrected,) = correct_many(pairs=[(effect, content)], moment=moment)
    write_changes(moment, [_change(corrected, ChangeKind.CORRECTED, note)])
    return corrected


def correct_many(
    *,
    pairs: Sequence[tuple[Effect, ProcedureContent]],
    moment: Moment,
    sources: Mapping[int, CatalogueSnapshot] | None = None,
) -> list[Effect]:
    """Correct many effects at one moment; the caller holds the transaction and writes the log.

    `sources` names, by effect, the file that put a catalogue's text right: the new text stands on that file.
    """
    current = {
        effect.pk: effect
        for effect in Effect.objects.filter(
            pk__in=[effect.pk for effect, _ in pairs],
            act=Act.OPEN,
            recorded_at__isnull=False,
            withdrawn_at__isnull=True,
        )
    }
    if gone := [effect.pk for effect, _ in pairs if effect.pk not in current]:
        raise NothingStandsError(
            f"{len(gone)} nội dung cần đính chính không còn hiệu lực trên cổng. Hãy tải lại trang."
        )
    fresh = [_again(current[effect.pk], moment, content) for effect, content in pairs]
    for (effect, _content), corrected in zip(pairs, fresh, strict=True):
        if corrected.snapshot_id and sources and effect.pk in sources:
            corrected.snapshot = sources[effect.pk]
    _withdraw(list(current.values()), moment)
    Effect.objects.bulk_create(fresh, batch_size=500)
    rebuild_for(fresh, moment)
    return fresh


@transaction.atomic
def roll_back(*, what: Decision | CatalogueSnapshot, by: User | None, note: str = "") -> int:
    """Take back all that a decision or snapshot still holds up (thu hồi); what stood before stands again.

    That includes the text a file's correction took the place of, and the snapshot's text that gave way when the
    decision it cited was published.
    Returns how many effects were withdrawn. Raises NothingStandsError when none stands.
    """
    moment = take_moment(by)
    chosen = {"item__decision": what} if isinstance(what, Decision) else {"snapshot": what}
    effects = list(Effect.objects.filter(recorded_at__isnull=False, withdrawn_at__isnull=True, **chosen))
    if not effects:
        raise NothingStandsError(f"{what} không còn nội dung nào đang công khai để thu hồi.")
    _withdraw(effects, moment)
    again = [_again(effect, moment, effect.content) for effect in _gave_way_to(effects, what)]
    Effect.objects.bulk_create(again, batch_size=500)
    rebuild_for([*effects, *again], moment)
    if isinstance(what, Decision):
        Decision.objects.filter(pk=what.pk).update(state=DecisionState.ROLLED_BACK)
        log_act(what, DecisionActKind.ROLLED_BACK, by, note=note)
    one_each = {effect.procedure_id: effect for effect in effects}.values()
    changes = [_change(effect, ChangeKind.ROLLED_BACK, note) for effect in one_each]
    for change in changes:
        change.decision, change.snapshot = (what, None) if isinstance(what, Decision) else (None, what)
    write_changes(moment, changes)
    return len(effects)


def _again(effect: Effect, moment: Moment, content: ProcedureContent | None) -> Effect:
    """The same act recorded anew, in the same place among the published."""
    source = ("item_id", "snapshot_id", "procedure_id", "scope_id", "part")
    place = ("act", "effective_from", "holds_from", "signed_on", "sequence")
    values = {name: getattr(effect, name) for name in (*source, *place)}
    return Effect(**values, content=content, recorded_at=moment.at)


def _gave_way_to(effects: Sequence[Effect], what: Decision | CatalogueSnapshot) -> list[Effect]:
    """What these effects took the place of when they were recorded, and that no roll back has taken back itself.

    A decision's text may have been corrected since: then the way leads back through its own earlier texts.
    """
    found: list[Effect] = []
    newest = list(effects)
    while newest:
        places = {(*_place(effect), effect.recorded_at) for effect in newest}
        rows = Effect.objects.filter(withdrawn_at__in={effect.recorded_at for effect in newest}, act=Act.OPEN)
        before = [
            row
            for row in rows.select_related("content", "item").order_by("pk")
            if (*_place(row), row.withdrawn_at) in places
        ]
        newest = [row for row in before if _belongs(row, what)]
        found += [row for row in before if not _belongs(row, what)]
    rolled_back = Change.objects.filter(kind=ChangeKind.ROLLED_BACK)
    snapshots = set(rolled_back.values_list("snapshot", flat=True))
    decisions = set(rolled_back.values_list("decision", flat=True))
    return [
        row
        for row in found
        if not (row.snapshot_id in snapshots if row.snapshot_id else row.item and row.item.decision_id in decisions)
    ]


def _place(effect: Effect) -> tuple[int, int, str]:
    return effect.procedure_id, effect.scope_id, effect.part


def _belongs(effect: Effect, what: Decision | CatalogueSnapshot) -> bool:
    if isinstance(what, CatalogueSnapshot):
        return effect.snapshot_id == what.pk
    return effect.item is not None and effect.item.decision_id == what.pk


def _withdraw(effects: Sequence[Effect], moment: Moment) -> None:
    ids = [effect.pk for effect in effects]
    for start in range(0, len(ids), 500):
        Effect.objects.filter(pk__in=ids[start : start + 500]).update(withdrawn_at=moment.at, withdrawn_by=moment.by)


def _change(effect: Effect, kind: str, note: str) -> Change:
    decision_id = effect.item.decision_id if effect.item else None
    return Change(
        kind=kind,
        procedure_id=effect.procedure_id,
        decision_id=decision_id,
        snapshot_id=effect.snapshot_id,
        note=note,
    )
