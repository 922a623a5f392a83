"""What a page offers beside its hits, so that nobody ends at nothing and nothing typed is silently replaced: another
spelling, the filter that hides most, likely procedures, and one hit where several levels do the same procedure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cms.text import match_key
from search.backends import Filters, IndexMissingError
from search.engine import Results, backend, search
from search.facets import BY_PARAMETER
from search.forms import facets_in_address
from search.hits import Hit

__all__ = ["LEVEL_AT_END", "Lifted", "grouped", "lifted", "near"]

# Likely procedures shown where nothing was found.
NEAREST = 5
# How names of the national catalogue end that differ by nothing else: 101 of its groups.
LEVEL_AT_END = re.compile(
    r"(?: thuc hien)?(?: tai| o)?(?: cap (?:tinh|xa|trung uong|bo|huyen)| trung uong)(?: thuc hien)?$"
)


@dataclass(frozen=True, slots=True)
class Lifted:
    """A filter without which the same question finds `count`. `parameter`: its name in addresses, "noi" for a place."""

    parameter: str
    count: int


def lifted(found: Results) -> Lifted | None:
    """Of the filters of an answer without hits, the tightest: without it most is found. None when no single one helps
    (or none is set). Asks once for each filter, so only for an empty answer."""
    if found.total or found.page > 1:
        return None
    offers = []
    for parameter in facets_in_address(found.filters):
        kind = BY_PARAMETER[parameter].name
        without: dict[str, Any] = {kind: ""}
        wider = replace(found.filters, **without)
        offers.append(Lifted(parameter, search(found.query, wider, per_page=1).total))
    if found.filters.scopes:
        offers.append(Lifted("noi", search(found.query, replace(found.filters, scopes=()), per_page=1).total))
    best = max(offers, key=lambda offer: offer.count, default=None)
    return best if best and best.count else None


def near(found: Results) -> list[Hit]:
    """Likely procedures in force where nothing was found, however little of the question they hold."""
    if found.total or not found.query.words or found.hidden_in_force > 0:
        return []
    engine = backend()
    try:
        likely = [one.id for one in engine.find_some(found.query, limit=4 * NEAREST)]
        ids = engine.narrowed(likely, Filters()).ids[:NEAREST] if likely else []
        return [Hit.of(one, found.query) for one in engine.stored(ids)]
    except IndexMissingError:
        return []


def grouped(hits: Sequence[Hit]) -> list[Hit]:
    """The hits of one page with those of one name and state as one: the first, with all of them as its `same`. A level
    at a name's end ("thực hiện tại cấp tỉnh") tells two levels of one procedure apart, not two procedures."""
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        groups.setdefault((LEVEL_AT_END.sub("", match_key(hit.name)), hit.state), []).append(hit)
    return [replace(some[0], same=tuple(some)) if len(some) > 1 else some[0] for some in groups.values()]
