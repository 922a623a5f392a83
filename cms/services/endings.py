"""What an issuer ends when it repeals or replaces a procedure: all its own texts, local parts and lists of it."""

from datetime import date

from cms.calendar import today
from cms.models import Agency, DecisionItem, Effect, Listing, Procedure, ValidityPeriod
from cms.services.competence import is_competent
from cms.vocabulary import Act


def endings(issuer: Agency, procedure: Procedure, on: date | None) -> list[Effect]:
    """Unsaved effects that end all that holds of the procedure on the day (None: today) and is the issuer's to end."""
    day = on or today()
    texts = ValidityPeriod.objects.standing().in_force_on(day).filter(procedure=procedure).select_related("scope")
    lists = Listing.objects.standing().in_force_on(day).filter(procedure=procedure).select_related("scope")
    found = [Effect(procedure=procedure, scope=row.scope, part=row.part, act=Act.CLOSE) for row in texts]
    found += [Effect(procedure=procedure, scope=row.scope, act=Act.DELIST) for row in lists]
    return [effect for effect in found if is_competent(issuer, effect.scope)]


def end_resolved(item: DecisionItem) -> None:
    """Write the endings of the procedures that the item's references were found to mean, where they are not there."""
    day = item.effective_from or item.decision.effective_from
    have = set(item.effects.values_list("procedure", "scope", "part", "act"))
    for row in item.pending_references.exclude(resolved_to=None).select_related("resolved_to"):
        assert row.resolved_to
        for effect in endings(item.decision.issuer, row.resolved_to, day):
            key = (effect.procedure_id, effect.scope_id, effect.part, effect.act)
            if key not in have:
                effect.item = item
                effect.save()
                have.add(key)
