"""Lists that many agencies have word for word: 3,243 communes had one of 263 procedures. Written as files such a list
stands once, and each agency's page leads to it. On a server every agency shows its own; nothing is shared there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cms.models import Agency
from cms.selectors.keeping import kept
from cms.text import slugify
from cms.vocabulary import AgencyKind

__all__ = ["SharedList", "named", "shared_list", "shared_list_of"]


@dataclass(frozen=True)
class SharedList:
    """`scopes`: those that hold for each of the agencies that share it; `one`: the address of one of these."""

    slug: str
    label: str
    scopes: frozenset[int]
    one: str


@kept
def shared_list_of(agency: Agency) -> SharedList | None:
    """The list the agency shares; None unless who makes the pages has said so (`given`)."""
    return None


@kept
def shared_list(slug: str) -> SharedList | None:
    """The shared list at an address, as said by who makes the pages."""
    return None


def named(groups: Iterable[tuple[frozenset[int], list[Agency], str]]) -> dict[frozenset[int], SharedList]:
    """Each group of agencies as a shared list with a name of its own; the third is the province all stand in, or ""."""
    found: dict[frozenset[int], SharedList] = {}
    taken: set[str] = set()
    for scopes, agencies, province in groups:
        kinds = {one.kind for one in agencies}
        label = _kind(AgencyKind(min(kinds))) if len(kinds) == 1 else _("Nhiều cơ quan")
        label = f"{label}, {province[0].lower()}{province[1:]}" if province else label
        number, slug = 1, slugify(label)
        while slug in taken:
            number += 1
            slug = f"{slugify(label)}-{number}"
        taken.add(slug)
        found[scopes] = SharedList(slug, label if number == 1 else f"{label} ({number})", scopes, agencies[0].slug)
    return found


def _kind(kind: AgencyKind) -> str:
    if kind == AgencyKind.COMMUNE:
        return _("Xã, phường, đặc khu")
    return _("Tỉnh, thành phố") if kind == AgencyKind.PROVINCE else str(kind.label)


def stands(agency: Agency, on: date) -> bool:
    """Whether the agency exists on the day; an unknown first day counts as always."""
    begun = agency.valid_from is None or agency.valid_from <= on
    return begun and (agency.valid_to is None or on < agency.valid_to)
