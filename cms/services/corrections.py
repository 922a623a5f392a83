"""Setting published rows right: a correction on the second clock, and taking back a whole publication."""

from collections.abc import Sequence

from django.db import transaction

from cms.models import CatalogueSnapshot, Change, Decision, Effect, ProcedureContent, User
from cms.services.changelog import Moment, take_moment, write_changes
from cms.services.timeline import rebuild_for
from cms.vocabulary import Act, ChangeKind, DecisionState


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


def correct_many(*, pairs: Sequence[tuple[Effect, ProcedureContent]], moment: Moment) -> list[Effect]:
    """Correct many effects at one moment; the caller holds the transaction and writes the log."""
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
    _withdraw(list(current.values()), moment)
    Effect.objects.bulk_create(fresh, batch_size=500)
    rebuild_for(fresh, moment)
    return fresh


@transaction.atomic
def roll_back(*, what: Decision | CatalogueSnapshot, by: User | None, note: str = "") -> int:
    """Take back all that a decision or snapshot still holds up (thu hồi); what stood before stands again.

    That includes the snapshot's text that gave way when the decision it cited was published.
    Returns how many effects were withdrawn. Raises NothingStandsError when none stands.
    """
    moment = take_moment(by)
    chosen = {"item__decision": what} if isinstance(what, Decision) else {"snapshot": what}
    effects = list(Effect.objects.filter(recorded_at__isnull=False, withdrawn_at__isnull=True, **chosen))
    if not effects:
        raise NothingStandsError(f"{what} không còn nội dung nào đang công khai để thu hồi.")
    _withdraw(effects, moment)
    again = [_again(effect, moment, effect.content) for effect in _gave_way_to(what)]
    Effect.objects.bulk_create(again, batch_size=500)
    rebuild_for([*effects, *again], moment)
    if isinstance(what, Decision):
        Decision.objects.filter(pk=what.pk).update(state=DecisionState.ROLLED_BACK)
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


def _gave_way_to(what: Decision | CatalogueSnapshot) -> list[Effect]:
    """Snapshot effects withdrawn by publishing this very decision; each moment belongs to one publication only."""
    if not isinstance(what, Decision):
        return []
    published_at = Decision.objects.filter(pk=what.pk).values("published_at")
    gone = Effect.objects.filter(snapshot__isnull=False, withdrawn_at__in=published_at).select_related("content")
    taken_back = Change.objects.filter(kind=ChangeKind.ROLLED_BACK, snapshot__isnull=False).values("snapshot")
    return list(gone.exclude(snapshot__in=taken_back).order_by("pk"))


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
