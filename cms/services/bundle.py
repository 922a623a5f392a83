"""The bundle that is approved and published as one: the decision, its items, their effects and every word they open."""

from typing import Any

from cms.models import Decision, DecisionItem, Effect
from cms.selectors.canonical import canonical_hash, plain
from cms.selectors.showing import load_contents


def draft_effects(decision: Decision) -> list[Effect]:
    """The decision's effects that are not published, in the order of its items."""
    return list(
        Effect.objects.filter(item__decision=decision, recorded_at__isnull=True)
        .select_related("item", "scope__agency", "scope__agency_class__area", "content", "procedure")
        .order_by("item__ordinal", "pk")
    )


def bundle_hash(decision: Decision) -> str:
    """The hash of all that would be published: approval holds for exactly this.

    Texts are read anew from their rows; the hash stored beside a text does not notice a row that was edited behind it.
    """
    decision = Decision.objects.get(pk=decision.pk)
    head = [
        *(decision.number, decision.issuer_id, decision.issuer_text, decision.title, decision.kind, decision.signer),
        *(plain(decision.signed_on), plain(decision.effective_from)),
        sorted(decision.rests_on.values_list("pk", flat=True)),
        *filter(None, [decision.signed_sha256]),
    ]
    items = decision.items.order_by("ordinal").prefetch_related("replacements", "pending_references")
    effects = draft_effects(decision)
    texts = load_contents([effect.content for effect in effects if effect.content])
    lines = [
        [
            effect.item.ordinal if effect.item else 0,
            *(effect.procedure_id, effect.procedure.code, effect.scope.key, effect.part, effect.act),
            [effect.content.sector_id, texts[effect.content.pk].canonical()] if effect.content else None,
            plain(effect.effective_from),
        ]
        for effect in effects
    ]
    return canonical_hash([head, [_item(item) for item in items], lines])


def _item(item: DecisionItem) -> list[Any]:
    return [
        *(item.ordinal, item.section, item.label, item.action, item.name, item.code, item.procedure_id),
        plain(item.effective_from),
        sorted([row.old_id, row.new_id] for row in item.replacements.all()),
        sorted(
            [row.text, row.decision_number, row.resolved_to_id or 0, *filter(None, [row.reason])]
            for row in item.pending_references.all()
        ),
    ]
