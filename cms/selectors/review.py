"""Where decisions stand on their way, and who had a hand in them."""

from cms.models import Agency, ApprovalRule, Decision, DecisionAct
from cms.vocabulary import DecisionActKind

K = DecisionActKind
_HANDS = (K.CREATED, K.EDITED, K.SUBMITTED)


def rule_for(agency: Agency) -> ApprovalRule:
    """How the agency's decisions are approved: its own rule, else that of the nearest above it, else two steps."""
    above = [agency.path[:end] for end in range(agency.steplen, len(agency.path) + 1, agency.steplen)]
    rules = ApprovalRule.objects.filter(agency__path__in=above).select_related("agency").order_by("-agency__depth")
    return rules.first() or ApprovalRule(agency=agency)


def authors_of(decision: Decision) -> set[int]:
    """People who made, edited or handed in the decision, or have passed a step since it was last handed in."""
    acts = list(DecisionAct.objects.filter(decision=decision, by__isnull=False).values_list("kind", "by", "pk"))
    handed_in = max((pk for kind, _by, pk in acts if kind == K.SUBMITTED), default=0)
    return {by for kind, by, pk in acts if kind in _HANDS or (kind == K.PASSED and pk > handed_in)}
