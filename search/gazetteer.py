"""Places named in a query. A place is seldom a part of a procedure's name: it tells where the person stands, so it
orders hits and is never required. Old names mean today's places as the dated successions say; none are invented."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps

from cms.vocabulary import AgencyKind
from search.filler import filler_at
from search.lexicon import Lexicon
from search.meanings import Known, Matching
from search.query import Query
from search.synonyms import Dictionary, Entry, dictionary, read_version
from search.words import bare, marked_words

__all__ = ["Place", "meanings", "other_names", "places", "places_in"]

KIND: Final = "place"
_KINDS = (AgencyKind.PROVINCE, AgencyKind.DISTRICT, AgencyKind.COMMUNE)
_COMMUNES_OFFICE = "ủy ban nhân dân cấp xã"
# Marked words as `search.words` writes them; of units that are gone, and those whose names the portal may lack.
_UNIT_WORDS = tuple(tuple(marked_words(kind)) for kind in ("huyện", "quận", "thị xã", "thị trấn", "phường", "xã"))
_UNIT_BEGINNINGS = frozenset(bare(kind[0]) for kind in _UNIT_WORDS)
# A province is a root of the tree: the first step of a path names it (treebeard).
_STEP: Final = 4
_KIND_WORDS = ("Thành phố ", "Tỉnh ")
_VERSION: Final = (
    "SELECT (SELECT max(id) FROM cms_agency), (SELECT max(id) FROM cms_agencysuccession), "
    "(SELECT max(id) FROM cms_agencyalias), (SELECT count(*) FROM cms_agencyalias)"
)


@dataclass(frozen=True, slots=True)
class Place(Entry):
    """One name and what it may stand for; `slugs`: the standing agencies of that name, or those in its place."""

    slugs: tuple[str, ...] = ()


# A district's errands are the commune's or the province's since 1 July 2025; most of a citizen's are the commune's.
_SOME_PLACE = Place(("huyện",), (_COMMUNES_OFFICE,), KIND)


@dataclass(frozen=True, slots=True)
class _All:
    """The dictionary, the places, and names of places nobody has entered, told by the kind before them."""

    first: Dictionary
    second: Dictionary
    lexicon: Lexicon

    def matches(self, words: Sequence[tuple[str, str]], at: int) -> Sequence[tuple[int, Known]]:
        """See `meanings.Matching`."""
        found: list[tuple[int, Known]] = [*self.first.matches(words, at), *self.second.matches(words, at)]
        length = self._unknown(words, at)
        if length > max((size for size, _ in found), default=0):
            return [(length, _SOME_PLACE)]
        return sorted(found, key=lambda one: -one[0])

    def _unknown(self, words: Sequence[tuple[str, str]], at: int) -> int:
        """How many words "huyện Hóc Môn" or "quận 3" spans here, 0 for none: syllables after the kind that are
        neighbours in no procedure's name."""
        if words[at][0] not in _UNIT_BEGINNINGS:
            return 0
        for kind in _UNIT_WORDS:
            here = words[at : at + len(kind)]
            # As it is written or without any mark: "quân" of "dân quân" is not "quận" half typed.
            if len(here) < len(kind) or not all(
                typed in (mark, bare(mark)) for (_, typed), mark in zip(here, kind, strict=True)
            ):
                continue
            after = [typed for _folded, typed in words[at + len(kind) : at + len(kind) + 2]]
            if after and after[0].isdecimal():
                return len(kind) + 1
            pairs = [(kind[-1], *after[:1]), tuple(after)]
            if (
                len(after) == 2
                and not filler_at([bare(word) for word in after])
                and not any(self.lexicon.count(*map(bare, pair)) for pair in pairs)
            ):
                return len(kind) + 2
        return 0


def meanings(lexicon: Lexicon) -> Matching:
    """All that is known of words: the editors' dictionary, and the names of places."""
    return _All(dictionary(), places(), lexicon)


# As `synonyms._read`: one assignment replaces version and content.
_read: tuple[Any, Dictionary] | None = None


def places() -> Dictionary:
    """The names of provinces, districts of the past and communes, popular and former ones among them. Read anew when
    agencies, aliases or successions have come or gone."""
    global _read  # noqa: PLW0603  (one table a process is the purpose)
    # Agencies and successions are never deleted, so their last number tells, and costs nothing; aliases are few.
    version = read_version(_VERSION)
    held = _read
    if held is None or held[0] != version:
        held = _read = (version, Dictionary(_entries()))
    return held[1]


def places_in(query: Query) -> list[Place]:
    """The places a query names, from left to right, the longest name at each word."""
    words = [(word.folded, word.typed) for word in query.words]
    known, found, at = places(), list[Place](), 0
    while at < len(words):
        here = known.matches(words, at)
        length = here[0][0] if here else 1
        found += [one for size, one in here if size == length and isinstance(one, Place)]
        at += length
    return found


def other_names() -> dict[int, list[str]]:
    """Agency → its other names: aliases, and names and aliases of all that it took the place of, however long ago."""
    own: dict[int, list[str]] = defaultdict(list)
    for agency, text in apps.get_model("cms", "AgencyAlias").objects.order_by("pk").values_list("agency_id", "text"):
        own[agency].append(text)
    rows = apps.get_model("cms", "AgencySuccession").objects.order_by("pk")
    before: dict[int, list[int]] = defaultdict(list)
    names: dict[int, str] = {}
    for old, name, new in rows.values_list("predecessor_id", "predecessor__name", "successor_id"):
        before[new].append(old)
        names[old] = name
    found = {}
    for agency in {*own, *before}:
        ancestors = _reached(before, agency)
        texts = [*own[agency], *(text for old in ancestors for text in (names[old], *own.get(old, ())))]
        found[agency] = list(dict.fromkeys(texts))
    return found


def _reached(links: dict[int, list[int]], start: int) -> list[int]:
    """All that follows from a start, nearest first; a ring in the data ends nothing but itself."""
    seen, queue = {start: None}, [start]
    for one in queue:
        for other in links.get(one, ()):
            if other not in seen:
                seen[other] = None
                queue.append(other)
    return list(seen)[1:]


def _entries() -> Iterable[Place]:
    columns = ("pk", "name", "short_name", "kind", "path", "slug", "valid_to")
    rows = {
        row[0]: row for row in apps.get_model("cms", "Agency").objects.filter(kind__in=_KINDS).values_list(*columns)
    }
    after: dict[int, list[int]] = defaultdict(list)
    successions = apps.get_model("cms", "AgencySuccession").objects.order_by("pk")
    for old, new in successions.values_list("predecessor_id", "successor_id"):
        after[old].append(new)
    aliases: dict[int, list[str]] = defaultdict(list)
    held = apps.get_model("cms", "AgencyAlias").objects.filter(agency__kind__in=_KINDS)
    for agency, text in held.values_list("agency_id", "text"):
        aliases[agency].append(text)
    provinces = {row[4]: row[2] or row[1] for row in rows.values() if row[3] == AgencyKind.PROVINCE}
    # Several places share a name: together they are one entry, whose meanings all may be meant.
    official: dict[str, dict[str, None]] = defaultdict(dict)
    slugs: dict[str, dict[str, None]] = defaultdict(dict)
    for pk, name, short, kind, path, _slug, ended in rows.values():
        now = [rows[one] for one in _reached(after, pk) if one in rows and rows[one][6] is None]
        now = [rows[pk]] if ended is None else now
        meant = [provinces[one[4][:_STEP]] for one in now if one[4][:_STEP] in provinces]
        meant += [provinces[path[:_STEP]]] if path[:_STEP] in provinces and path[:_STEP] != path else []
        meant += [_COMMUNES_OFFICE] if kind == AgencyKind.COMMUNE else []
        for phrase in (*_phrases(name, short, kind), *aliases[pk]):
            official[phrase] |= dict.fromkeys(meant)
            slugs[phrase] |= dict.fromkeys(one[5] for one in now)
    for phrase, all_meant in official.items():
        yield Place((phrase,), tuple(all_meant), KIND, slugs=tuple(slugs[phrase]))


def _phrases(name: str, short: str, kind: str) -> list[str]:
    """How people name it. A commune's bare name may be any two words ("Thống Nhất"), so it needs its kind before it."""
    if kind != AgencyKind.PROVINCE:
        # "phương án", "xa nhà": with one syllable after it, the kind is hardly one.
        return [name] if len(name.split()) > 2 else []
    bare = short or name
    for word in _KIND_WORDS:
        bare = bare.removeprefix(word)
    return [name, bare, f"tp {bare}"] if name.startswith("Thành phố") else [name, bare]
