"""Classes of agencies: "Ủy ban nhân dân cấp xã" is no unit but a kind of unit, resolved per province or commune. The
few that no rule of names can place stand in `data/agency_classes.json`, by hand; a class that ended before the
two-level model keeps its name and has no members."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from cms.calendar import today
from cms.models import Agency, AgencyClass, ClassMembership
from cms.services.agencies import TWO_LEVELS_FROM, join_class
from cms.text import match_key, slugify
from cms.vocabulary import AdministrativeLevel, AgencyKind

TABLE = json.loads((Path(__file__).parent / "data" / "agency_classes.json").read_text("utf-8"))
LEVEL_WORDS = {
    AdministrativeLevel.PROVINCE: "cấp tỉnh",
    AdministrativeLevel.COMMUNE: "cấp xã",
    AdministrativeLevel.DISTRICT: "cấp huyện",
}
_SAME = {match_key(one): other for one, other in TABLE["same"].items()}


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class as its name describes it; `area` is set where a text names one province ("UBND cấp xã - tỉnh …")."""

    name: str
    level: str
    function: str
    area: Agency | None = None

    @property
    def key(self) -> str:
        """The class's identity: level, function, and the area's code, "commune/cong-an", "commune/ubnd@44"."""
        area = f"@{self.area.unit_code or self.area.slug}" if self.area else ""
        return f"{self.level.lower()}/{self.function}{area}"


def class_name(head: str, level: str, area: Agency | None = None) -> ClassName:
    """The class of the bodies called `head` at a level; spellings of one head meet in its `function`."""
    key = match_key(head)
    head = _SAME.get(key, head)
    key = match_key(head)
    full = "Ủy ban nhân dân" if key == "ubnd" else head[:1].upper() + head[1:]
    words = LEVEL_WORDS.get(AdministrativeLevel(level), "")
    if words and not key.startswith(("so ", "phong ", "chi cuc ", "chi nhanh ", "van phong ", "trung tam ")):
        full = f"{full} {words}"
    if area:
        full = f"{full} - {area.name[:1].lower()}{area.name[1:]}"
    return ClassName(full, level, _function(key), area)


def _function(key: str) -> str:
    # Longer than an address: two long names must not become one class.
    return slugify(key, max_length=150)


PEOPLES_COMMITTEES = (
    class_name("Ủy ban nhân dân", AdministrativeLevel.PROVINCE),
    class_name("Ủy ban nhân dân", AdministrativeLevel.COMMUNE),
)
_PAST = {class_name(name, AdministrativeLevel.PROVINCE).key for name in TABLE["past"]["PROVINCE"]}


@transaction.atomic
def ensure_classes(names: Iterable[ClassName]) -> list[AgencyClass]:
    """Create the classes that are not there yet, named as they come first; return those created."""
    wanted: dict[str, ClassName] = {}
    for name in names:
        wanted.setdefault(name.key, name)
    held = set(AgencyClass.objects.filter(key__in=wanted).values_list("key", flat=True))
    return AgencyClass.objects.bulk_create(
        AgencyClass(
            key=key,
            name=name.name,
            level=name.level,
            function=name.function,
            area=name.area,
            match_key=match_key(name.name),
        )
        for key, name in wanted.items()
        if key not in held
    )


@transaction.atomic
def fill_classes(classes: Iterable[AgencyClass]) -> int:
    """Let the provinces and communes join the classes of their level, and known departments the class of their
    function, from the day they stand; return how many memberships are new.

    The place is the member: where a class acts is known per province or commune, while its own offices seldom are.
    """
    provinces, communes, departments = (
        list(_not_ended(kind)) for kind in (AgencyKind.PROVINCE, AgencyKind.COMMUNE, AgencyKind.DEPARTMENT)
    )
    tails = [match_key(f"{tail} {province.short_name}") for province in provinces for tail in ("tỉnh", "thành phố")]
    by_function: dict[str, list[Agency]] = {}
    for department in departments:
        if tail := next((tail for tail in tails if department.match_key.endswith(f" {tail}")), None):
            function = _function(department.match_key.removesuffix(tail))
            by_function.setdefault(function, []).append(department)
    joined = 0
    for row in classes:
        if row.key in _PAST:
            continue
        members: list[Agency] = []
        if row.level == AdministrativeLevel.PROVINCE:
            members = provinces + by_function.get(row.function, [])
        elif row.level == AdministrativeLevel.COMMUNE:
            members = communes
        if row.area:
            members = [agency for agency in members if agency.path.startswith(row.area.path)]
        joined += _join(row, members)
    return joined


def _not_ended(kind: str) -> Iterable[Agency]:
    later = Q(valid_to=None) | Q(valid_to__gt=max(TWO_LEVELS_FROM, today()))
    return Agency.objects.filter(later, kind=kind)


def _join(row: AgencyClass, members: Iterable[Agency]) -> int:
    """Each from the day it stands, none before the two-level model began.

    `join_class` knows no end. A member whose end is set is left as it is: a merger wrote when its membership ends.
    One that ends later and is no member yet joins without an end; the agency's own end bounds it.
    """
    held = set(ClassMembership.objects.standing().filter(agency_class=row).values_list("agency", flat=True))
    joining = [agency for agency in members if agency.valid_to is None or agency.pk not in held]
    days = groupby(sorted(joining, key=_joins_on), key=_joins_on)
    return sum(join_class(agency_class=row, agencies=list(group), on=day) for day, group in days)


def _joins_on(agency: Agency) -> date:
    return max(agency.valid_from or TWO_LEVELS_FROM, TWO_LEVELS_FROM)
