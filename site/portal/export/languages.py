"""Which pages of the export stand in another language too: what a reader arrives at and the ways there. What officials
wrote on a past day, comparisons, data and feeds are the same in every language and stand once, at the plain address."""

import re
from collections.abc import Iterable, Iterator

from django.conf import settings

from cms.views.exported import Group, Stated

__all__ = ["PREFIXES", "parted", "twins"]

# Of addresses in the other languages.
PREFIXES = tuple(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)

# Below a procedure only its page of today; the search reads its index in the words of the plain language.
_ONCE = re.compile(
    r".*[^/]$|(?:/co-quan/[^/]+)?/thu-tuc/[^/]+/.|/tim-kiem/|/khong-co-mang/|/tinh-hinh-cong-khai/.|.*/\d{4}-\d\d-\d\d/"
)


def has_twin(address: str) -> bool:
    """Whether the page at a plain address stands in the other languages too."""
    return not _ONCE.match(address)


def parted(address: str) -> tuple[str, str]:
    """The language's part of an address and the plain address: /en/thu-tuc/a/ → ("/en", "/thu-tuc/a/")."""
    prefix = next((one for one in PREFIXES if address.startswith(f"{one}/")), "")
    return prefix, address.removeprefix(prefix)


def twins(groups: Iterable[Group], language: str) -> Iterator[Group]:
    """The same groups in another language; those that hold no page are left out."""
    for one in groups:
        data = one.name.startswith("du-lieu/") or (one.name.startswith("/") and not has_twin(one.name))
        if not data:
            yield one._replace(
                name=f"{language}:{one.name}",
                language=language,
                addresses=lambda one=one: list(_of(one, f"/{language}")),  # type: ignore[misc]
            )


def _of(group: Group, prefix: str) -> Iterator[Stated]:
    for stated in group.addresses():
        if has_twin(stated.address):
            source = f"{prefix}{stated.source}" if stated.source else ""
            yield Stated(f"{prefix}{stated.address}", source, stated.rows)
