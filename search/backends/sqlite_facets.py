"""Filters and counts of facets in the SQLite index: for each value one bit per procedure, so that counting what a
choice would leave is one AND and one count of bits, whatever the number of hits. Grouping the same hits in SQL took
ten rows a hit, too many for a common word in a large catalogue."""

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable

from search.backends import Filters
from search.facets import KINDS

__all__ = ["FacetBits", "FacetTable", "pack", "pack_passages", "unpack_passages"]

Facet = tuple[str, str]


def pack(ids: Iterable[int]) -> int:
    """A set of procedure numbers as one integer: bit n is procedure n. Keys of one table are dense enough for that."""
    numbers = ids if isinstance(ids, list) else list(ids)
    if not numbers:
        return 0
    packed = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        packed[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(packed, "little")


def _stored(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def pack_passages(passages: list[list[str]]) -> bytes:
    """The passages as the index keeps them: compressed, because they are read for the hits of one page only."""
    return zlib.compress(json.dumps(passages, ensure_ascii=False).encode(), level=1) if passages else b""


def unpack_passages(stored: bytes) -> list[list[str]]:
    """The passages as written by `pack_passages`."""
    return list(json.loads(zlib.decompress(stored))) if stored else []


class FacetBits:
    """What one piece of writing changes of the values' sets; written once, at its end."""

    def __init__(self) -> None:
        self._gone: dict[Facet, list[int]] = defaultdict(list)
        self._fresh: dict[Facet, list[int]] = defaultdict(list)

    def remove(self, doc: int, facets: Iterable[Facet]) -> None:
        """A document that held these values goes."""
        for facet in facets:
            self._gone[facet].append(doc)

    def add(self, doc: int, facets: Iterable[Facet]) -> None:
        """A document with these values comes."""
        for facet in facets:
            self._fresh[facet].append(doc)

    def write(self, connection: sqlite3.Connection) -> None:
        """Bring the stored sets up to date."""
        for facet in sorted({*self._gone, *self._fresh}):
            held = _bits(connection, *facet)
            bits = (held & ~pack(self._gone.get(facet, []))) | pack(self._fresh.get(facet, []))
            if bits:
                connection.execute("INSERT OR REPLACE INTO bits VALUES (?, ?, ?)", [*facet, _stored(bits)])
            elif held:
                connection.execute("DELETE FROM bits WHERE kind = ? AND value = ?", facet)


def _bits(connection: sqlite3.Connection, kind: str, value: str) -> int:
    row = connection.execute("SELECT docs FROM bits WHERE kind = ? AND value = ?", [kind, value]).fetchone()
    return int.from_bytes(row[0], "little") if row else 0


class FacetTable:
    """All values with their sets and labels, read once for each version of an index file: reading the sets for every
    question costs more than counting them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute(
            "SELECT bits.kind, bits.value, coalesce(label, bits.value), docs FROM bits "
            "LEFT JOIN label ON label.kind = bits.kind AND label.value = bits.value"
        )
        self._values: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
        for kind, value, label, docs in rows:
            self._values[kind][value] = (label, int.from_bytes(docs, "little"))

    def docs(self, kind: str, value: str) -> int:
        """The documents of one value."""
        return self._values[kind][value][1] if value in self._values.get(kind, ()) else 0

    def kept_under(self, filters: Filters) -> dict[str, int]:
        """For each filter in use, all the documents it lets through."""
        kept = {kind: self.docs(kind, value) for kind, value in filters.chosen.items()}
        if filters.scopes:
            kept["scope"] = 0
            for scope in filters.scopes:
                kept["scope"] |= self.docs("scope", scope)
        return kept

    def count(self, hits: int, kept: dict[str, int]) -> dict[str, list[tuple[str, str, int]]]:
        """For each kind its values with labels and counts, under all filters but its own: what choosing one would
        give."""
        found: dict[str, list[tuple[str, str, int]]] = {}
        for kind in KINDS:
            within = hits
            for other, docs in kept.items():
                within = within if other == kind.name else within & docs
            values = self._values.get(kind.name, {}).items() if within else ()
            counted = ((value, label, (within & docs).bit_count()) for value, (label, docs) in values)
            found[kind.name] = sorted((row for row in counted if row[2]), key=lambda row: (-row[2], row[1]))
        return found
