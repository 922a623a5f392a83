"""What each row of a decision does: which texts it opens and closes, where it lists a procedure (Art. 13 and 14, Decree
63/2010/NĐ-CP). A ministry lays down the text for the nation; a province lists it, sets its own time, place and fee over
it, and lays down the procedures of its own."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from cms.models import Agency, AgencyClass, Effect, Listing, ProcedureContent, Scope, ValidityPeriod
from cms.services import scope_nation, scope_of_agency, scope_of_area, scope_of_class
from cms.services.competence import is_competent
from cms.vocabulary import CENTRAL_KINDS, Act, AdministrativeLevel, AgencyKind, ScopeKind, ScopePart
from importers.agency_classes import class_name, ensure_classes, fill_classes

COMMITTEE = "Ủy ban nhân dân"


@dataclass
class Standing:
    """What stands for the procedures of a decision before it: read once for all rows."""

    # procedure → (scope, part) of the texts that stand, and the scopes it is listed in.
    texts: dict[int, list[tuple[Scope, str]]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[int, list[Scope]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, procedures: Collection[int]) -> "Standing":
        """Read it in two queries."""
        found = cls()
        open_rows = {"procedure__in": procedures, "valid_to": None}
        scoped = ("scope__agency", "scope__agency_class__area")
        for period in ValidityPeriod.objects.standing().filter(**open_rows).select_related(*scoped):
            found.texts[period.procedure_id].append((period.scope, period.part))
        for row in Listing.objects.standing().filter(**open_rows).select_related(*scoped):
            found.lists[row.procedure_id].append(row.scope)
        return found

    def has_national_text(self, procedure: int) -> bool:
        """Whether a ministry's text stands."""
        return any(scope.kind == ScopeKind.NATION and part == ScopePart.BASE for scope, part in self.texts[procedure])


class EffectMaker:
    """Makes the unsaved effects of one issuer's decision. `standing` is what stood before it."""

    def __init__(self, issuer: Agency, standing: Standing) -> None:
        """Note where the issuer lays down texts, and make sure of the classes it lists for."""
        self.issuer, self.standing = issuer, standing
        self.is_central = issuer.kind in CENTRAL_KINDS
        self.scope = scope_nation() if self.is_central else scope_of_area(issuer)
        self._list_scopes: dict[str, Scope | None] = {}

    def opens(self, contents: dict[ScopePart, ProcedureContent]) -> Iterable[Effect]:
        """The texts that begin to hold."""
        for part, content in contents.items():
            yield Effect(procedure_id=content.procedure_id, scope=self.scope, part=part, act=Act.OPEN, content=content)

    def lists(self, procedure: int, levels: Iterable[str]) -> Iterable[Effect]:
        """Who offers the procedure from now on, by level; where it is listed already nothing is said again."""
        held = {scope.pk for scope in self.standing.lists[procedure]}
        for level in levels:
            scope = self._list_scope(level)
            if scope and scope.pk not in held:
                held.add(scope.pk)
                yield Effect(procedure_id=procedure, scope=scope, act=Act.LIST)

    def ends(self, procedure: int) -> Iterable[Effect]:
        """Everything of the procedure that is the issuer's to end: its texts, local parts and lists."""
        for scope, part in self.standing.texts[procedure]:
            if is_competent(self.issuer, scope):
                yield Effect(procedure_id=procedure, scope=scope, part=part, act=Act.CLOSE)
        for scope in self.standing.lists[procedure]:
            if is_competent(self.issuer, scope):
                yield Effect(procedure_id=procedure, scope=scope, act=Act.DELIST)

    def _list_scope(self, level: str) -> Scope | None:
        if level not in self._list_scopes:
            self._list_scopes[level] = self._find_list_scope(level)
        return self._list_scopes[level]

    def _find_list_scope(self, level: str) -> Scope | None:
        own = {
            AgencyKind.PROVINCE: AdministrativeLevel.PROVINCE,
            AgencyKind.COMMUNE: AdministrativeLevel.COMMUNE,
        }.get(AgencyKind(self.issuer.kind), AdministrativeLevel.CENTRAL if self.is_central else None)
        if level == own:
            return scope_of_agency(self.issuer)
        if level == AdministrativeLevel.COMMUNE or (level == AdministrativeLevel.PROVINCE and self.is_central):
            return scope_of_class(_committees(level, None if self.is_central else self.issuer))
        return None


def _committees(level: str, area: Agency | None) -> AgencyClass:
    """The people's committees of a level, of one province or of all."""
    name = class_name(COMMITTEE, level, area)
    fill_classes(ensure_classes([name]))
    return AgencyClass.objects.get(key=name.key)
