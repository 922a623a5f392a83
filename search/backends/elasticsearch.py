"""Searching an Elasticsearch server, for portals that one machine cannot serve. It uses only what a plain server has:
the index holds words folded by us, parted by blanks; no plugin, script or language analyzer decides what is found."""

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch_dsl import A, Q, Search

from search import weights
from search.backends import EngineDownError, Filters, Found, IndexMissingError, Stored
from search.backends.rarest import MOST_CLAUSES, rarest_terms
from search.document import SCHEMA, Facts
from search.facets import KINDS
from search.lexicon import Lexicon
from search.query import Idea, Query
from search.rank import Candidate

__all__ = ["ABOUT", "MOST_HITS", "NAMES", "TIMEOUT", "ElasticsearchBackend", "alias_of", "connect", "pack", "unpack"]

# Two documents that are no procedures. ABOUT: the cursor, and a stamp that changes with what NAMES holds: the names of
# facet values and the lexicon, which readers keep.
ABOUT: Final = "about"
NAMES: Final = "names"
# Seconds a reader waits for the server before SQLite answers instead; a healthy server needs hundredths.
TIMEOUT: Final = 1.0
# As many hits as one question may give; the index is made so that it may.
MOST_HITS: Final = 1_000_000
MOST_FACET_VALUES: Final = 5_000
# Columns where any word may stand for itself; in the long text words must be close together.
_SHORT: Final = ("name", "sector", "agency", "papers")
_SOME: Final = ("name", "sector", "papers")
_STORED: Final = ("state", "facts", "passages")
_BY_SCORE: Final = ("_score", "length", "pk")

T = TypeVar("T")


def connect(url: str) -> Elasticsearch:
    """A client that gives up after TIMEOUT and never asks twice: somebody waits for a page. `url` may hold a user."""
    return Elasticsearch(url, request_timeout=TIMEOUT, max_retries=0, retry_on_timeout=False)


def alias_of(prefix: str) -> str:
    """The name searches ask: an index of another schema has another name, so it is never read by mistake."""
    return f"{prefix}-v{SCHEMA}"


def pack(value: object) -> str:
    """A large value as the index keeps it: compressed text."""
    return base64.b64encode(zlib.compress(json.dumps(value, ensure_ascii=False).encode())).decode()


def unpack(stored: str) -> Any:
    """The value as written by `pack`."""
    return json.loads(zlib.decompress(base64.b64decode(stored)))


@dataclass(frozen=True, slots=True)
class _Names:
    """What a process keeps of an index until its stamp is another."""

    stamp: str
    labels: dict[str, str]
    lexicon: Lexicon


class ElasticsearchBackend:
    """Reads the index that `elasticsearch_index` writes. Raises EngineDownError when the server does not answer."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self.client, self.alias = client, alias_of(prefix)
        # One assignment replaces it, so threads see an old one or a new one.
        self._held: _Names | None = None

    def lexicon(self) -> Lexicon:
        """See `Backend.lexicon`."""
        return self._names().lexicon

    def find_words(self, query: Query, filters: Filters, *, reranked: int) -> Found:
        """See `Backend.find_words`."""
        return self._collect(_all_ideas(query), filters, reranked) if query.ideas else Found()

    def find_some(self, query: Query, *, limit: int) -> list[Candidate]:
        """See `Backend.find_some`."""
        columns = {"word": _SOME, "pair": ("pairs",)}
        clauses = [
            _anywhere(text, columns[kind]) for kind, text in rarest_terms(query, (self._held or self._names()).lexicon)
        ]
        if not clauses:
            return []
        asked = self._search().query("bool", should=clauses, minimum_should_match=1).sort(*_BY_SCORE)
        return _candidates(self._answer(_with_names(asked)[:limit])["hits"]["hits"])

    def narrowed(self, ids: Sequence[int], filters: Filters) -> Found:
        """See `Backend.narrowed`."""
        among = Q("constant_score", filter=Q("terms", pk=list(ids)))
        found = self._collect(among, filters, reranked=0, order=("pk",))
        kept = set(found.ids)
        found.ids = [pk for pk in ids if pk in kept]
        return found

    def find_names(self, query: Query, filters: Filters, *, limit: int) -> list[Candidate]:
        """See `Backend.find_names`. Among many, what is near to citizens and has a short name is looked at first."""
        last = query.words[-1]
        words = dict.fromkeys(word.folded for idea in query.required for word in idea.typed if word is not last)
        clauses = [_term("name", word) for word in words]
        clauses.append(Q("prefix", name=last.folded) if query.unfinished else _term("name", last.folded))
        asked = self._search().query("bool", filter=[*clauses, *_conditions(filters).values()])
        return _candidates(self._answer(_with_names(asked.sort("far", "length", "pk"))[:limit])["hits"]["hits"])

    def find_keys(self, kind: str, values: Sequence[str], filters: Filters, *, prefix: bool = False) -> Found:
        """See `Backend.find_keys`."""
        how = "prefix" if prefix else "term"
        clauses = [
            Q("constant_score", filter=Q(how, **{f"key_{kind}": {"value": value}}), boost=len(values) - place)
            for place, value in enumerate(values)
        ]
        return self._collect(Q("dis_max", queries=clauses), filters, reranked=0)

    def find_all(self, filters: Filters) -> Found:
        """See `Backend.find_all`."""
        return self._collect(Q("exists", field="state"), filters, reranked=0, order=("sort", "pk"))

    def stored(self, ids: Sequence[int]) -> list[Stored]:
        """See `Backend.stored`."""
        if not ids:
            return []
        wanted = [str(pk) for pk in ids]
        asked = self._asking(lambda: self.client.mget(index=self.alias, ids=wanted, source_includes=_STORED))
        if any("error" in doc for doc in asked["docs"]):
            # Of a missing index this question alone is not refused as a whole.
            raise IndexMissingError(self.alias)
        found = [(int(doc["_id"]), doc["_source"]) for doc in asked["docs"] if doc["found"]]
        return [
            Stored(pk, source["state"], Facts.from_json(source["facts"]), json.loads(source["passages"]))
            for pk, source in found
        ]

    def meta(self) -> dict[str, str]:
        """What the index says of itself: schema, sequence, day, count."""
        return dict(self._get(ABOUT, "meta"))

    def _search(self) -> Search:
        return Search(using=self.client, index=self.alias)

    def _answer(self, asked: Search) -> Any:
        return self._asking(lambda: asked.execute().to_dict())

    def _get(self, document: str, name: str) -> Any:
        answer = self._asking(lambda: self.client.get(index=self.alias, id=document, source_includes=[name]))
        return answer["_source"][name]

    def _asking(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except NotFoundError as error:
            raise IndexMissingError(self.alias) from error
        except (ApiError, TransportError) as error:
            raise EngineDownError(type(error).__name__) from error

    def _names(self) -> _Names:
        stamp = self._get(ABOUT, "stamp")
        held = self._held
        if held is None or held.stamp != stamp:
            names = unpack(self._get(NAMES, "packed"))
            held = self._held = _Names(stamp, names["labels"], Lexicon(names["documents"], names["terms"]))
        return held

    def _collect(self, matching: Q, filters: Filters, reranked: int, *, order: Sequence[str] = _BY_SCORE) -> Found:
        """One question for the hits, what the filters hide, and the facets; a second one only for the hits beyond."""
        conditions = _conditions(filters)
        asked = self._search().query(matching).post_filter("bool", filter=list(conditions.values())).sort(*order)
        asked = _with_names(asked).extra(track_total_hits=True)
        asked.aggs.bucket("states", "terms", field="state")
        _ask_facets(asked.aggs, conditions)
        answer = self._answer(asked[: max(reranked, 1)])
        hits = answer["hits"]["hits"]
        found = Found(ids=[int(hit["_id"]) for hit in hits], candidates=_candidates(hits[:reranked]))
        found.unfiltered = {one["key"]: one["doc_count"] for one in answer["aggregations"]["states"]["buckets"]}
        if answer["hits"]["total"]["value"] > len(hits):
            found.ids = self._every_id(matching, list(conditions.values()), order)
        found.facets = self._facets(answer["aggregations"])
        return found

    def _every_id(self, matching: Q, conditions: list[Q], order: Sequence[str]) -> list[int]:
        asked = self._search().query("bool", must=[matching], filter=conditions).sort(*order)
        # From columns: reading what is stored of each hit, even its name alone, costs more than finding it.
        asked = asked.source(False).extra(stored_fields="_none_", docvalue_fields=["pk"], track_total_hits=False)
        answer = self._answer(asked.params(filter_path="hits.hits.fields.pk")[:MOST_HITS])
        return [int(hit["fields"]["pk"][0]) for hit in answer["hits"]["hits"]]

    def _facets(self, answer: dict[str, Any]) -> dict[str, list[tuple[str, str, int]]]:
        """For each kind its values with labels and counts, under all filters but its own: what choosing one would
        give."""
        labels = (self._held or self._names()).labels
        found = {}
        for kind in (kind.name for kind in KINDS):
            values = answer[kind if kind in answer else "others"][f"{kind}_values"]["buckets"]
            rows = [(one["key"], labels.get(f"{kind}:{one['key']}", one["key"]), one["doc_count"]) for one in values]
            found[kind] = sorted(rows, key=lambda row: (-row[2], row[1]))
        return found


def _with_names(asked: Search) -> Search:
    """Have each hit bring what ranking compares, and nothing else: the stored texts of hundreds of hits cost time."""
    return asked.source(False).extra(docvalue_fields=["candidate"], track_scores=True)


def _candidates(hits: list[dict[str, Any]]) -> list[Candidate]:
    """The candidates of some hits, in their order, the best score made 1."""
    best = max((hit["_score"] or 0.0 for hit in hits), default=0.0) or 1.0
    found = []
    for hit in hits:
        words, levels, around, sector = hit["fields"]["candidate"][0].split("\t")
        score = (hit["_score"] or 0.0) / best
        found.append(Candidate(int(hit["_id"]), words, tuple(levels.split()), score, around, sector))
    return found


def _term(column: str, word: str) -> Q:
    return Q("term", **{column: {"value": word}})


def _weighed(column: str, word: str) -> Q:
    return Q("term", **{column: {"value": word, "boost": weights.COLUMNS[column]}})


def _anywhere(word: str, columns: Sequence[str]) -> Q:
    """The word in any of these columns, each giving its own score."""
    return Q("bool", should=[_weighed(column, word) for column in columns], minimum_should_match=1)


def _close(column: str, words: Sequence[str]) -> Q:
    """All words in a column with few others between, in any order."""
    clauses = [Q("span_term", **{column: {"value": word}}) for word in words]
    # As many other words as SQLite's NEAR lets in between the first and the last of the query's.
    return Q("span_near", clauses=clauses, slop=weights.CLOSE + 2, in_order=False, boost=weights.COLUMNS[column])


def _all_ideas(query: Query) -> Q:
    """Every required idea in one of its wordings, in name, sector, agencies or papers; or all of them close together in
    papers or the long text. Marks that agree and neighbours find nothing more, but add to the score, so that they
    survive the cut before ranking."""
    asked = {tuple(one.text for one in idea.alternatives): idea for idea in query.required}
    ways = [Q("bool", must=[_wordings(idea) for idea in asked.values()])]
    words = list(dict.fromkeys(word.folded for idea in query.required for word in idea.typed))
    if 1 < len(words) <= weights.CLOSEST:
        ways += [_close(column, words) for column in ("papers", "text")]
    extra = [_weighed("marked", word.typed) for idea in query.ideas for word in idea.typed if word.has_marks]
    extra += [_weighed("pairs", pair) for pair in query.pairs[:MOST_CLAUSES]]
    return Q("bool", must=[Q("bool", should=ways, minimum_should_match=1)], should=extra[: 2 * MOST_CLAUSES])


def _wordings(idea: Idea) -> Q:
    """Any of an idea's wordings, all words of it."""
    every = [Q("bool", must=[_anywhere(word.folded, _SHORT) for word in one.words]) for one in idea.alternatives]
    return Q("bool", should=every, minimum_should_match=1)


def _conditions(filters: Filters) -> dict[str, Q]:
    """The filters in use as clauses, by kind."""
    clauses = {kind: _term(_field(kind), value) for kind, value in filters.chosen.items()}
    if filters.scopes:
        clauses["scope"] = Q("terms", facet_scope=list(filters.scopes))
    return clauses


def _field(kind: str) -> str:
    return "state" if kind == "state" else f"facet_{kind}"


def _ask_facets(aggregations: Any, conditions: dict[str, Q]) -> None:
    """Counts of every kind of facet: those no filter narrows together, each of the others without its own filter."""
    within = aggregations.bucket("others", A("filter", filter=Q("bool", filter=list(conditions.values()))))
    for kind in (kind.name for kind in KINDS):
        bucket = within
        if kind in conditions:
            others = [clause for other, clause in conditions.items() if other != kind]
            bucket = aggregations.bucket(kind, A("filter", filter=Q("bool", filter=others)))
        bucket.bucket(f"{kind}_values", "terms", field=_field(kind), size=MOST_FACET_VALUES)
