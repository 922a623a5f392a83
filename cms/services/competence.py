"""Who may open or close what: an issuer acts on scopes in its own subtree; a province can't close a ministry's text."""

from collections.abc import Iterable

from django.db.models import Q

from cms.models import Agency, AgencySuccession, ClassMembership, Effect, Scope, ValidityPeriod
from cms.vocabulary import CENTRAL_KINDS, Act, ScopeKind


def is_competent(issuer: Agency, scope: Scope) -> bool:
    """Whether the issuer may open and close texts of this scope (Art. 13, Decree 63/2010/NĐ-CP).

    The nation and classes without an area belong to central bodies; everything else to whoever stands above the place,
    also as the successor of the body that once did.
    """
    area = scope.agency or (scope.agency_class.area if scope.agency_class else None)
    if area is None:
        return issuer.kind in CENTRAL_KINDS
    return any(place.path.startswith(issuer.path) for place in with_successors(area))


def with_successors(agency: Agency) -> list[Agency]:
    """The agency and all that came after it."""
    found = {agency.pk: agency}
    newest = [agency]
    while newest:
        rows = AgencySuccession.objects.filter(predecessor__in=newest).select_related("successor")
        newest = [row.successor for row in rows if row.successor_id not in found]
        found |= {successor.pk: successor for successor in newest}
    return list(found.values())


def ties(effects: Iterable[Effect]) -> list[tuple[Effect, ValidityPeriod]]:
    """Opened texts that would hold for some agency at the same rank as a standing one: nobody could say which wins."""
    found = []
    for effect in effects:
        if effect.act != Act.OPEN or effect.scope.kind not in (ScopeKind.CLASS, ScopeKind.AREA):
            continue
        rivals = (
            ValidityPeriod.objects.standing()
            .filter(procedure=effect.procedure, part=effect.part, scope__rank=effect.scope.rank)
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=effect.holds_from))
            .exclude(scope=effect.scope)
            .select_related("scope__agency")
        )
        found += [(effect, rival) for rival in rivals if _meet(effect.scope, rival.scope)]
    return found


def _meet(one: Scope, other: Scope) -> bool:
    """Whether two scopes of equal rank hold for a common agency."""
    if one.kind == ScopeKind.AREA:
        assert one.agency and other.agency
        return one.agency.path.startswith(other.agency.path) or other.agency.path.startswith(one.agency.path)
    members = ClassMembership.objects.standing().filter(agency_class=one.agency_class).values("agency")
    return ClassMembership.objects.standing().filter(agency_class=other.agency_class, agency__in=members).exists()
