"""What a reader can narrow hits to, in words and links: the facets of an answer as the page shows them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cms.models import Agency, Sector
from search.document import State
from search.engine import Facet, Results
from search.facets import ALL_STATES, BY_PARAMETER, KINDS, Kind
from search.forms import facets_in_address, state_in_address

__all__ = ["Choice", "Group", "chosen_facets", "facet_words", "groups_of"]

# So many stand open; the rest of them folds. More than MOST help nobody: typing a name is quicker.
OPEN = 6
MOST = 60

Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: choosing it leaves `count` hits. `is_chosen`: it is what the hits are narrowed to now."""

    label: str
    count: int
    address: str
    is_chosen: bool = False


@dataclass(slots=True)
class Group:
    """The values of one kind. `way`: for an agency within the tree, those above it and itself, from the top."""

    label: str
    choices: list[Choice]
    way: list[Choice] = field(default_factory=list)

    @property
    def first(self) -> list[Choice]:
        """What stands open."""
        return self.choices[:OPEN]

    @property
    def rest(self) -> list[Choice]:
        """What is folded."""
        return self.choices[OPEN:MOST]


def groups_of(found: Results, address: Address) -> list[Group]:
    """The groups that can narrow these hits, or widen them again; the agency's one level at a time."""
    groups = []
    for kind in KINDS:
        group = _agencies(found, address) if kind.name == "agency" else _group(kind, found, address)
        if group and (group.choices or group.way):
            groups.append(group)
    return groups


def _group(kind: Kind, found: Results, address: Address) -> Group | None:
    held = {facet.value: facet for facet in found.facets.get(kind.name, [])}
    chosen = str(getattr(found.filters, kind.name))
    ordered = [value for value in kind.values.values() if value in held] if kind.is_closed else list(held)
    facets = [held[value] for value in ordered]
    if kind.name == "state":
        return _states(kind, found, facets, address)
    # An online level is shown even where all hits share one: that no source states it must be seen.
    if not chosen and kind.name != "online" and all(facet.count == found.total for facet in facets):
        return None
    rows = []
    for facet in facets:
        value = kind.in_address(facet.value)
        is_chosen = facet.value == chosen
        label = str(kind.labels.get(facet.value, facet.label))
        rows.append(Choice(label, facet.count, address(**{kind.parameter: "" if is_chosen else value}), is_chosen))
    return Group(str(kind.label), rows)


def _states(kind: Kind, found: Results, facets: list[Facet], address: Address) -> Group | None:
    if [facet.value for facet in facets] == [State.IN_FORCE] and found.filters.state == State.IN_FORCE:
        return None
    rows = [(facet.value, str(kind.labels[facet.value]), facet.count) for facet in facets]
    rows.append(("", _("Tất cả"), sum(facet.count for facet in facets)))
    return Group(
        str(kind.label),
        [
            Choice(label, count, address(**{kind.parameter: state_in_address(value)}), value == found.filters.state)
            for value, label, count in rows
        ],
    )


def _agencies(found: Results, address: Address) -> Group | None:
    """Ministries and provinces first; when one is chosen, its parts. The index counts a part under all above it."""
    counts = {facet.value: facet.count for facet in found.facets.get("agency", [])}
    chosen = found.filters.agency
    rows = list(Agency.objects.filter(slug__in=[*counts, chosen]).values_list("path", "slug", "name"))
    by_path = {path: (slug, name) for path, slug, name in rows}
    here = next((path for path, slug, _name in rows if slug == chosen), "")
    step = Agency.steplen
    above = {
        path: next((path[:end] for end in range(len(path) - step, 0, -step) if path[:end] in by_path), "")
        for path in by_path
    }
    label = str(BY_PARAMETER["co-quan"].label)
    below = [
        Choice(name, counts[slug], address(**{"co-quan": slug}))
        for path, (slug, name) in by_path.items()
        if above[path] == here and slug in counts
    ]
    below.sort(key=lambda choice: (-choice.count, choice.label))
    way: list[Choice] = []
    while here:
        slug, name = by_path[here]
        way.insert(0, Choice(name, counts.get(slug, 0), address(**{"co-quan": slug}), slug == chosen))
        here = above[here]
    if not chosen and all(choice.count == found.total for choice in below):
        return None
    return Group(label, below, way)


def chosen_facets(found: Results, address: Address) -> list[tuple[str, str]]:
    """What the hits are narrowed to: (words, address without it). Also what a stale address names and nothing has."""
    rows = []
    for parameter, value in facets_in_address(found.filters).items():
        rows.append((facet_words(parameter, value, found), address(**{parameter: ""})))
    return rows


def facet_words(parameter: str, value: str, found: Results | None = None) -> str:
    """A facet of an address in words."""
    kind = BY_PARAMETER[parameter]
    if value == ALL_STATES:
        return _("Cả thủ tục sắp áp dụng và đã bãi bỏ")
    if kind.is_closed:
        return str(kind.labels[kind.indexed(value)])
    for facet in found.facets.get(kind.name, []) if found else []:
        if facet.value == value:
            return facet.label
    model = Agency if kind.name == "agency" else Sector
    return model.objects.filter(slug=value).values_list("name", flat=True).first() or value
