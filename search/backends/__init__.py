"""What an engine must be able to do. Everything that decides meaning or order lies above it, in `parse` and `rank`, so
that engines answer alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from search.document import Document, Facts
from search.facets import KINDS
from search.lexicon import Lexicon
from search.query import Query
from search.rank import Candidate

__all__ = ["Backend", "EngineDownError", "Filters", "Found", "Index", "IndexMissingError", "Stored", "Writing"]


class EngineDownError(RuntimeError):
    """The engine's server did not answer, or not in time, or could not."""


class IndexMissingError(RuntimeError):
    """There is no index, or it is of another schema: run `sync_search_index`."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are narrowed to; an empty field narrows nothing. `state` is one of `document.State`, or "" for all;
    `scopes` are the scope keys that hold for an agency: only what it offers."""

    sector: str = ""
    level: str = ""
    agency: str = ""
    state: str = "IN_FORCE"
    scopes: tuple[str, ...] = ()
    audience: str = ""
    cost: str = ""
    time: str = ""
    online: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """The facets chosen, state among them: kind → value."""
        values = {kind.name: str(getattr(self, kind.name)) for kind in KINDS}
        return {kind: value for kind, value in values.items() if value}


@dataclass(slots=True)
class Found:
    """The first step's answer. `ids`: all hits, best first; `candidates`: the first of them with their names;
    `facets`: for each kind, (value, label, count) as choosing the value would leave, most first (the label is the
    value itself where `facets` has the words); `unfiltered`: hits before any filter, counted by state."""

    ids: list[int] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    facets: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    unfiltered: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the index gives it back."""

    id: int
    state: str
    facts: Facts
    passages: list[list[str]] = field(default_factory=list)


class Backend(Protocol):
    """An engine's reading side."""

    def lexicon(self) -> Lexicon:
        """The words and pairs of all names in the index (`Document.terms`). Asked for with every query: keep it until
        the index changes."""

    def find_words(self, query: Query, filters: Filters, *, reranked: int) -> Found:
        """Documents that hold every required idea in one of its wordings, with facets, roughly ordered; the first
        `reranked` under the filters as candidates."""

    def find_some(self, query: Query, *, limit: int) -> list[Candidate]:
        """The likeliest documents in any state that hold some of the ideas, judged by rare words and by pairs, in
        bounded time. No filter narrows them: which of them are hits must not depend on filters."""

    def narrowed(self, ids: Sequence[int], filters: Filters) -> Found:
        """Of these documents, best first, those under the filters, in the same order, with facets and counts."""

    def find_names(self, query: Query, filters: Filters, *, limit: int) -> list[Candidate]:
        """Documents whose name holds all required ideas as typed; the last word may be the beginning of a word."""

    def find_keys(self, kind: str, values: Sequence[str], filters: Filters, *, prefix: bool = False) -> Found:
        """Documents with one of these keys, in the order of the values, then by name."""

    def find_all(self, filters: Filters) -> Found:
        """All documents under the filters, in the order of their names, with facets."""

    def stored(self, ids: Sequence[int]) -> list[Stored]:
        """The documents of these numbers, in their order; those gone meanwhile are left out."""


class Writing(Protocol):
    """One piece of writing. Documents go in on entering the block; leaving it well makes all of it stand."""

    written: int

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None: ...

    def facet_values(self, kind: str) -> list[str]:
        """The values of one kind of facet that stand in the index."""

    def set_labels(self, labels: dict[tuple[str, str], str]) -> None:
        """Write the names of facet values anew."""

    def set_meta(self, **values: str) -> None:
        """Write what the index says of itself."""

    def count(self, state: str) -> int:
        """How many documents stand in the index with this state."""


class Index(Protocol):
    """An engine's writing side. A kill at any moment leaves an index that is whole or that the next run makes whole."""

    def read_meta(self) -> dict[str, str]:
        """What the index says of itself (schema, sequence, day, count); empty when there is none of this schema."""

    def rebuild(self, documents: Iterable[Document]) -> Writing:
        """Begin a new index beside the old one."""

    def update(self, documents: Iterable[Document], gone: Sequence[int]) -> Writing:
        """Begin to replace the documents `gone` by `documents`."""
