"""Who may open or close what: an issuer acts on scopes in its own subtree; a province can't close a ministry's text."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce

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
    """Texts these recorded effects opened that hold, on some day and for some agency, beside another of the same rank.

    Looks at the periods as rebuilt, so after them: a rival that the same decision closes is none, and two items of one
    decision may be rivals of each other.
    """
    chosen = {effect.pk: effect for effect in effects if effect.act == Act.OPEN}
    standing = ValidityPeriod.objects.standing().select_related("scope__agency", "scope__agency_class")
    opened = standing.filter(opened_by__in=chosen, scope__kind__in=(ScopeKind.CLASS, ScopeKind.AREA))
    found = []
    for period in opened:
        rivals = (
            standing.filter(procedure=period.procedure_id, part=period.part, scope__rank=period.scope.rank)
            .filter(_overlapping(period))
            .exclude(scope=period.scope_id)
        )
        found += [(chosen[period.opened_by_id], rival) for rival in rivals if _meet(period, rival)]
    return found


def _overlapping(period: ValidityPeriod) -> Q:
    """Rows with the same clock as periods that share a day with this one."""
    shared = Q(valid_to__isnull=True) | Q(valid_to__gt=period.holds_from)
    return shared & Q(holds_from__lt=period.valid_to) if period.valid_to else shared


def _meet(one: ValidityPeriod, other: ValidityPeriod) -> bool:
    """Whether two periods of equal rank hold on a common day for a common agency."""
    if one.scope.kind == ScopeKind.AREA:
        assert one.scope.agency and other.scope.agency
        first, second = one.scope.agency.path, other.scope.agency.path
        return first.startswith(second) or second.startswith(first)
    members = ClassMembership.objects.standing().filter(_overlapping(one)).filter(_overlapping(other))
    also_in_other = members.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("holds_from")),
        agency_class=other.scope.agency_class,
        agency=OuterRef("agency"),
        holds_from__lt=Coalesce(OuterRef("valid_to"), Value(date.max)),
    )
    return members.filter(Exists(also_in_other), agency_class=one.scope.agency_class).exists()
