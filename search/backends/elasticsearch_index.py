"""Writing the Elasticsearch index: followed document by document, or made anew beside and swapped by alias. A kill at
any moment leaves what readers see whole: a new index has no name yet, and a followed one keeps its old cursor, so the
next run writes the same documents again."""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Self, TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, helpers
from elasticsearch_dsl import Keyword, Mapping, Text

from search import weights
from search.backends import EngineDownError
from search.backends.elasticsearch import ABOUT, MOST_HITS, NAMES, alias_of, pack
from search.document import SCHEMA, Document
from search.facets import KINDS

__all__ = ["ElasticsearchIndex"]

# Writing may wait: a server that merges or has just started is slow, and nobody looks at a page meanwhile.
PATIENCE: Final = 60.0
CHUNK: Final = 200
# Buckets of one answer; a plain server gives no more than 65,536.
BUCKETS: Final = 10_000
# Columns whose words must be found close together keep the places of their words.
_WITH_PLACES: Final = ("papers", "text")
_KEYS: Final = ("code", "digits", "decision")
_ERRORS = (ApiError, TransportError, helpers.BulkIndexError)

T = TypeVar("T")


def _mapping() -> dict[str, Any]:
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    # Searched, never given back: keeping them would treble what is read for a hit.
    mapping.meta("_source", excludes=[*weights.COLUMNS, "terms", "candidate"])
    for column in weights.COLUMNS:
        options = "positions" if column in _WITH_PLACES else "freqs"
        mapping.field(column, Text(analyzer="whitespace", index_options=options))
    facets = {kind.name for kind in KINDS} - {"state"} | {"scope"}
    for name in ("state", *(f"key_{kind}" for kind in _KEYS), *(f"facet_{kind}" for kind in sorted(facets))):
        mapping.field(name, Keyword())
    # For order, counting and comparing only.
    for name in ("sort", "terms", "candidate"):
        mapping.field(name, Keyword(index=False))
    for name in ("pk", "length", "far"):
        mapping.field(name, "integer")
    for name in ("facts", "passages", "stamp", "packed"):
        mapping.field(name, Keyword(index=False, doc_values=False))
    mapping.field("meta", "object", enabled=False)
    return dict(mapping.to_dict())


class ElasticsearchIndex:
    """The writing side of one index on a server. One machine at a time may write it. Every method raises
    EngineDownError when the server fails."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client = client.options(request_timeout=PATIENCE)
        self.prefix, self.alias = prefix, alias_of(prefix)

    def about(self, name: str) -> Any:
        """One thing the index says of itself; {} when there is none of this schema."""
        try:
            return self.client.get(index=self.alias, id=ABOUT, source_includes=[name])["_source"].get(name, {})
        except NotFoundError:
            return {}
        except _ERRORS as error:
            raise EngineDownError(type(error).__name__) from error

    def read_meta(self) -> dict[str, str]:
        """What the index says of itself (schema, sequence, day, count); empty when there is none of this schema."""
        return dict(self.about("meta"))

    def rebuild(self, documents: Iterable[Document]) -> "Writing":
        """Begin a new index beside the old one; it takes its name when the block ends well."""
        return Writing(self, documents, gone=(), anew=True)

    def update(self, documents: Iterable[Document], gone: Sequence[int]) -> "Writing":
        """Begin to replace the documents `gone` by `documents`. The cursor follows when the block ends well."""
        return Writing(self, documents, gone=gone, anew=False)

    def every_name(self) -> list[str]:
        """The indexes of this prefix: the one in use, those of other schemas, and what killed runs left."""
        return list(self.client.indices.get(index=f"{self.prefix}-v*", expand_wildcards="all"))


class Writing:
    """One piece of writing: documents go in on entering; meta and labels are set inside; leaving writes or swaps."""

    def __init__(
        self, index: ElasticsearchIndex, documents: Iterable[Document], gone: Sequence[int], *, anew: bool
    ) -> None:
        self.index, self.client, self.anew, self.gone = index, index.client, anew, gone
        self._documents = documents
        self._labels: list[tuple[str, str]] = []
        self._meta: dict[str, str] = {}
        self.written = 0
        moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        self.target = f"{index.alias}-{moment}-{secrets.token_hex(3)}" if anew else index.alias

    def __enter__(self) -> Self:
        try:
            self._asking(self._fill)
        except BaseException:
            self._abandon()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._abandon()
            return
        self._asking(self._finish)

    def facet_values(self, kind: str) -> list[str]:
        """The values of one kind of facet that stand in the index."""
        return [value for value, _ in self._asking(lambda: list(self._counted(f"facet_{kind}")))]

    def set_labels(self, labels: dict[tuple[str, str], str]) -> None:
        """Keep the names of facet values; written at the end."""
        self._labels = [(f"{kind}:{value}", label) for (kind, value), label in sorted(labels.items())]

    def set_meta(self, **values: str) -> None:
        """Keep what the index says of itself; written at the end."""
        self._meta = {"schema": SCHEMA, **values}

    def count(self, state: str) -> int:
        """How many documents stand in the index with this state."""
        query = {"term": {"state": str(state)}}
        return int(self._asking(lambda: self.client.count(index=self.target, query=query))["count"])

    def _asking(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except _ERRORS as error:
            raise EngineDownError(type(error).__name__) from error

    def _fill(self) -> None:
        if self.anew:
            settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}
            limits = {"max_result_window": MOST_HITS, "max_terms_count": MOST_HITS}
            self.client.indices.create(index=self.target, settings=settings | limits, mappings=_mapping())
        # An alias that is gone meanwhile must not come back as an index without our mapping; a document to be deleted
        # that is gone already is no error.
        done = helpers.streaming_bulk(
            self.client, self._actions(), chunk_size=CHUNK, require_alias=not self.anew, ignore_status=404
        )
        for _ in done:
            pass
        self.client.indices.refresh(index=self.target)

    def _actions(self) -> Iterator[dict[str, Any]]:
        fresh = set()
        for document in self._documents:
            self.written += 1
            fresh.add(document.id)
            yield {"_op_type": "index", "_index": self.target, "_id": str(document.id), "_source": _source(document)}
        for pk in sorted(set(self.gone) - fresh):
            yield {"_op_type": "delete", "_index": self.target, "_id": str(pk)}

    def _counted(self, field: str) -> Iterator[tuple[str, int]]:
        """Every value of a field, with the number of documents that hold it."""
        pages: dict[str, Any] = {"size": BUCKETS, "sources": [{"value": {"terms": {"field": field}}}]}
        while True:
            asked = {"values": {"composite": pages}}
            answer = self.client.search(index=self.target, size=0, aggregations=asked)["aggregations"]["values"]
            yield from ((one["key"]["value"], one["doc_count"]) for one in answer["buckets"])
            if "after_key" not in answer:
                return
            pages["after"] = answer["after_key"]

    def _finish(self) -> None:
        """Write what readers keep, then the cursor; a new index is named last."""
        documents = self.client.count(index=self.target, query={"exists": {"field": "state"}})["count"]
        terms = list(self._counted("terms"))
        packed = pack({"labels": dict(self._labels), "documents": documents, "terms": terms})
        # The same names keep the stamp, so that a run that found nothing new costs readers nothing.
        known = {} if self.anew else self.client.get(index=self.target, id=NAMES)["_source"]
        if known.get("packed") == packed:
            stamp = self.index.about("stamp")
        else:
            stamp = secrets.token_hex(8)
            self._put(NAMES, {"packed": packed})
        self._put(ABOUT, {"meta": self._meta, "stamp": stamp})
        if self.anew:
            self._swap()

    def _put(self, name: str, document: dict[str, Any]) -> None:
        self.client.index(index=self.target, id=name, document=document, refresh=True, require_alias=not self.anew)

    def _swap(self) -> None:
        """Give the new index the name, in one step with removing all others of ours."""
        others = [name for name in self.index.every_name() if name != self.target]
        self.client.indices.put_settings(index=self.target, settings={"refresh_interval": None})
        actions: list[dict[str, Any]] = [{"add": {"index": self.target, "alias": self.index.alias}}]
        self.client.indices.update_aliases(actions=[*actions, *({"remove_index": {"index": name}} for name in others)])

    def _abandon(self) -> None:
        """Remove a new index that did not become whole; what cannot be removed now is removed by the next rebuild."""
        if self.anew:
            try:
                self.client.indices.delete(index=self.target, ignore_unavailable=True)
            except _ERRORS:
                return


def _source(document: Document) -> dict[str, Any]:
    words = document.name_words
    grouped: dict[str, list[str]] = {}
    for prefix, pairs in (("key", document.keys), ("facet", document.facets)):
        for kind, value in pairs:
            grouped.setdefault(f"{prefix}_{kind}", []).append(value)
    sector = next(iter(grouped.get("facet_sector", [])), "")
    compared = (" ".join(words), " ".join(document.facts.levels), document.around, sector)
    return {
        **document.columns(),
        **grouped,
        "terms": sorted(document.terms),
        "candidate": "\t".join(compared),
        "pk": document.id,
        "state": str(document.state),
        "length": len(words),
        "far": document.far,
        "sort": document.sort,
        "facts": document.facts.to_json(),
        "passages": json.dumps(document.passages, ensure_ascii=False),
    }
