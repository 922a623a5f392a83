"""What a change of the dictionary or a pin would do to the first hits, before it is saved."""

from dataclasses import dataclass
from datetime import date, timedelta

from search.engine import backend, search
from search.hits import Hit
from search.models import DictionaryEntry, PinnedResult
from search.statistics import asked_with
from search.synonyms import Dictionary, dictionary, phrases_of

__all__ = ["Change", "changed_by_entry", "changed_by_pin"]

FIRST = 5
MOST_QUERIES = 8
# Queries of the last three months: people's words change with the season, hardly sooner.
RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Change:
    """The first hits of a query as they are and as they would be."""

    query: str
    before: list[Hit]
    after: list[Hit]

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return [hit.id for hit in self.before] != [hit.id for hit in self.after]

    @property
    def rows(self) -> list[tuple[Hit | None, Hit | None, bool]]:
        """Before and after, line by line, and whether the one after was not among those before."""
        held = {hit.id for hit in self.before}
        lines = max(len(self.before), len(self.after))
        before = [*self.before, *[None] * lines][:lines]
        after = [*self.after, *[None] * lines][:lines]
        return [(old, new, new is not None and new.id not in held) for old, new in zip(before, after, strict=True)]


def changed_by_entry(row: DictionaryEntry, on: date) -> list[Change]:
    """What saving this entry would change, for its phrases and for what people asked lately that holds them."""
    now = dictionary()
    stored = DictionaryEntry.objects.filter(pk=row.pk).first()
    others = [entry for entry in now.entries if stored is None or entry != stored.entry]
    then = Dictionary([*others, row.entry] if row.active and row.entry.phrases else others)
    return [
        Change(query, _first(query, now), _first(query, then))
        for query in _queries(row.entry.phrases, asked_with(row.entry.phrases, on - RECENT))
    ]


def changed_by_pin(row: PinnedResult) -> list[Change]:
    """What saving this pin would change for its queries, on a day when it holds."""
    found = []
    for query in _queries(phrases_of(row.queries), []):
        now = search(query, per_page=FIRST)
        first = [Hit.of(stored, now.query) for stored in backend().stored([row.procedure_id or 0])]
        rest = [hit for hit in now.hits if hit.id != row.procedure_id]
        found.append(Change(query, now.hits, (first + rest)[:FIRST]))
    return found


def _first(query: str, meanings: Dictionary) -> list[Hit]:
    return search(query, per_page=FIRST, dictionary=meanings).hits


def _queries(phrases: tuple[str, ...], asked: list[str]) -> list[str]:
    """The phrases and what was really asked, without repeats, not too many to look at."""
    half = MOST_QUERIES // 2
    return list(dict.fromkeys([*phrases[:half], *asked[:half], *phrases[half:]]))[:MOST_QUERIES]
