"""How well an engine answers judged queries, in figures. The formulas stand here and in docs/search.md only, so that
two engines, or one engine on two days, are measured alike."""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from search import engine
from search.backends import Backend, Filters
from search.judged import Judged

__all__ = [
    "DEPTH",
    "ENGINES",
    "FIGURES",
    "SITE_ENGINES",
    "Answered",
    "Figures",
    "Report",
    "Searcher",
    "ask_all",
    "through",
]

# What a person sees without turning the page; all figures look so deep.
DEPTH: Final = 10
# The names under which the figures are printed and written.
FIGURES: Final = ("ndcg@10", "hit@1", "hit@10", "recall@10", "zero_rate")


@dataclass(frozen=True, slots=True)
class Searcher:
    """Anything that can be judged. `ask` gives the codes found, best first, at least `DEPTH` when there are as many, or
    None when it gave no answer in time; `known` tells which of some codes stand in its index."""

    name: str
    ask: Callable[[str], Sequence[str] | None]
    known: Callable[[Iterable[str]], set[str]]


def through(backend: Backend, name: str) -> Searcher:
    """The portal's own search on an engine: all that a reader's question goes through."""

    def ask(query: str) -> list[str]:
        results = engine.search(query, per_page=DEPTH, engine=backend)
        return [hit.code for hit in results.hits]

    def known(codes: Iterable[str]) -> set[str]:
        wanted = sorted(set(codes))
        found = backend.find_keys("code", wanted, Filters(state="")).ids
        return {one.facts.code for one in backend.stored(found)} & set(wanted)

    return Searcher(name, ask, known)


# What `evaluate_search --engine` can name. An app that brings an engine adds its own when it is loaded.
ENGINES: dict[str, Callable[[], Searcher]] = {
    "sqlite": lambda: through(engine.sqlite(), "sqlite"),
    "elasticsearch": lambda: through(engine.elasticsearch(), "elasticsearch"),
}

# Engines that need a folder: name → a context that gives its searcher. LookupError: a tool is not there.
SITE_ENGINES: dict[str, Callable[[Path], AbstractContextManager[Searcher]]] = {}


@dataclass(frozen=True, slots=True)
class Answered:
    """A judged query with what came first, and the milliseconds it took. `late`: there was no answer in time."""

    judged: Judged
    codes: tuple[str, ...]
    milliseconds: float
    late: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some queries; None where there is nothing to divide by.

    `ndcg@10`, `hit@1`, `hit@10`, `recall@10` and `zero_rate` are means over the queries that should find something;
    those that should find nothing are counted in `empty`, the ones that did find nothing in `empty_right`. Latency, in
    milliseconds on the clock, counts them all.
    """

    queries: int
    values: dict[str, float | None]
    empty: int
    empty_right: int
    late: int
    p50_ms: float | None
    p95_ms: float | None

    @classmethod
    def of(cls, answers: Sequence[Answered]) -> "Figures":
        """The figures of these answers."""
        wanting = [one for one in answers if one.judged.expected]
        nothing = [one for one in answers if not one.judged.expected]
        rows = [_measured(one) for one in wanting]
        values = {name: _mean([row[name] for row in rows]) for name in FIGURES}
        took = sorted(one.milliseconds for one in answers)
        right = sum(not one.codes and not one.late for one in nothing)
        late = sum(one.late for one in answers)
        return cls(len(answers), values, len(nothing), right, late, _percentile(took, 50), _percentile(took, 95))

    def as_json(self) -> dict[str, Any]:
        """As written by `evaluate_search --json`."""
        return {
            "queries": self.queries,
            **self.values,
            "empty": self.empty,
            "empty_right": self.empty_right,
            "late": self.late,
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One searcher's figures, overall and per class. `missing`: judged codes that do not stand in its index, with the
    queries that want them."""

    name: str
    overall: Figures
    classes: dict[str, Figures]
    missing: tuple[tuple[Judged, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As written by `evaluate_search --json`."""
        return {
            "engine": self.name,
            "overall": self.overall.as_json(),
            "classes": {kind: figures.as_json() for kind, figures in self.classes.items()},
            "missing": [{"id": one.id, "line": one.line, "code": code} for one, code in self.missing],
        }


def ask_all(searcher: Searcher, judged: Sequence[Judged]) -> Report:
    """Ask every query once, after one that does not count: the first question of a process also loads modules."""
    known = searcher.known(code for one in judged for code in one.expected)
    missing = tuple((one, code) for one in judged for code in one.expected if code not in known)
    searcher.ask(judged[0].query)
    answers = [_asked(searcher, one) for one in judged]
    kinds = sorted({one.kind for one in judged})
    classes = {kind: Figures.of([one for one in answers if one.judged.kind == kind]) for kind in kinds}
    return Report(searcher.name, Figures.of(answers), classes, missing)


def _asked(searcher: Searcher, one: Judged) -> Answered:
    started = perf_counter()
    codes = searcher.ask(one.query)
    milliseconds = (perf_counter() - started) * 1000
    return Answered(one, tuple(codes or ())[:DEPTH], milliseconds, late=codes is None)


def _measured(answered: Answered) -> dict[str, float]:
    grades = answered.judged.expected
    found = list(dict.fromkeys(answered.codes))
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return {
        "ndcg@10": _gain(grades.get(code, 0) for code in found) / best,
        "hit@1": float(found[:1] != [] and found[0] in grades),
        "hit@10": float(not grades.keys().isdisjoint(found)),
        "recall@10": len(grades.keys() & set(found)) / len(grades),
        "zero_rate": float(not answered.codes),
    }


def _gain(grades: Iterable[int]) -> float:
    """Discounted gain: the sum of (2^grade - 1) / log2(rank + 1), ranks from 1."""
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest-rank percentile of values in ascending order."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else None
