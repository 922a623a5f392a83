"""How fast search answers at 10,000 and 100,000 procedures: the whole way of a question (parsing, dictionary, slips,
facets, a page of 20 with its highlights) beside a plain FTS5 table and Wagtail's SQLite backend in the same run; what
indexing costs beside filling the bare tables; hostile input; and 100 searches a second through the web page.

Data: BENCH_PORTAL names a folder with a filled portal (it is copied, not changed); without it the sample is loaded.
"""

import argparse
import math
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scratch import ROOT, machine, start, timed

VAR = start()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402
from many_documents import varied  # noqa: E402
from search_load import at_a_steady_rate  # noqa: E402

from search import anchors, engine, gazetteer, indexing  # noqa: E402
from search.backends.elasticsearch import ElasticsearchBackend, connect  # noqa: E402
from search.backends.elasticsearch_index import ElasticsearchIndex  # noqa: E402
from search.backends.sqlite import SqliteBackend  # noqa: E402
from search.backends.sqlite_index import rebuild  # noqa: E402
from search.document import Document  # noqa: E402
from search.parse import parse  # noqa: E402
from search.wagtail_anchor import wagtail_stock  # noqa: E402

JUDGED = ROOT / "tests" / "search" / "judged" / "open.tsv"
BOUNDS = {10_000: 20.0, 100_000: 100.0}
PARSING_BOUND, INDEXING_BOUND, GROWTH_BOUND = 50.0, 1.5, 2.0
WAGTAIL_QUERIES, WAGTAIL_SECONDS = 3, 10.0
HOSTILE = (
    "sổ đỏ " * 1_700,
    "a" * 10_000,
    "dangkykhaisinh" * 700,
    "1.004222 " * 1_100,
    '" OR * NEAR( ^ {name} : -"' * 400,
    "+(a && b) || !{} [1 TO *] ~2 \\" * 300,
    "'; DROP TABLE doc; --" * 400,
    "\u202e\u0000\u0007🙂" * 2_500,
    "q" + "\u0301\u0323" * 5_000,
)


def load() -> str:
    """The load average, where the system tells it."""
    return ", ".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"


def fill() -> list[Document]:
    """The documents of the portal named, or of the sample."""
    given = os.environ.get("BENCH_PORTAL")
    if given:
        connection.close()
        shutil.copyfile(Path(given) / "portal.sqlite3", VAR / "portal.sqlite3")
        call_command("migrate", verbosity=0)
    else:
        call_command("load_sample", verbosity=0)
    return list(indexing.documents(indexing.procedure_ids(), localdate()))


def write(path: Path, documents: Iterable[Document]) -> None:
    """An index of these documents."""
    with rebuild(path, documents) as writing:
        values = writing.facet_values("sector"), writing.facet_values("agency")
        writing.set_labels(indexing.facet_labels(*values))
        writing.set_meta(sequence="0", day=localdate().isoformat(), count="0")


def bare(path: Path, to: Path) -> float:
    """Processor seconds of putting the rows of an index, read before, into the same empty tables."""
    source, target = sqlite3.connect(path), sqlite3.connect(to, isolation_level=None)
    names = ("doc", "fts", "names", "key", "facet", "term", "posting")
    tables = [
        (sql, name)
        for name in names
        for (sql,) in source.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name])
    ]
    rows = {}
    for sql, name in tables:
        first = "rowid, " if name in ("fts", "names") else ""
        rows[name] = source.execute(f"SELECT {first}* FROM {name}").fetchall()
        target.execute(sql)
    target.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")

    def insert() -> None:
        target.execute("BEGIN")
        for name, some in rows.items():
            columns = ["rowid"] if name in ("fts", "names") else []
            columns += [row[1] for row in target.execute(f"PRAGMA table_info({name})")]
            marks = ", ".join("?" * len(columns))
            target.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", some)
        target.execute("COMMIT")
        for name in ("fts", "names"):
            target.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")

    seconds = timed(insert)[1].cpu
    source.close()
    target.close()
    return seconds


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def asked(name: str, ask: Callable[[str], object], queries: Sequence[str]) -> tuple[float, float]:
    """Ask each query once, after one that does not count; print and return (p95 of the processor, p95 on the clock) in
    milliseconds."""
    ask(queries[0])
    took = [timed(lambda query=query: ask(query))[1] for query in queries]  # type: ignore[misc]
    cpu, wall = [one.cpu * 1000 for one in took], [one.wall * 1000 for one in took]
    shown = [f"{percentile(some, percent):.1f}" for some in (cpu, wall) for percent in (50, 95)]
    print(
        f"  {name:16} {len(queries):4} queries; processor p50 {shown[0]}, p95 {shown[1]} ms; "
        f"on the clock p50 {shown[2]}, p95 {shown[3]} ms; load {load()}",
        flush=True,
    )
    return percentile(cpu, 95), percentile(wall, 95)


def whole(backend: engine.Backend) -> Callable[[str], object]:
    """The whole way of one question to the page's first hits with their marks."""

    def ask(query: str) -> object:
        return [(hit.marked_name, hit.excerpt) for hit in engine.search(query, engine=backend).hits]

    return ask


@contextmanager
def on_elasticsearch(documents: Iterable[Document]) -> Iterator[ElasticsearchBackend]:
    """An index on the server that ELASTICSEARCH_URL names, gone afterwards."""
    client = connect(os.environ["ELASTICSEARCH_URL"])
    prefix = f"bench-{os.getpid()}"
    with ElasticsearchIndex(client, prefix).rebuild(documents) as writing:
        writing.set_labels({})
        writing.set_meta(sequence="0", day=localdate().isoformat(), count="0")
    try:
        yield ElasticsearchBackend(client, prefix)
    finally:
        # Servers refuse to delete by a pattern.
        for name in client.indices.get(index=f"{prefix}-*"):
            client.options(request_timeout=60).indices.delete(index=name)


def verdict(name: str, value: float, limit: float) -> bool:
    """Print a value beside its limit; whether it is kept."""
    print(f"  {name}: {value:.2f} (at most {limit}) {'ok' if value <= limit else 'MISSED'}", flush=True)
    return value <= limit


def at_size(count: int, real: list[Document], queries: Sequence[str], *, wagtail: bool) -> list[bool]:
    """One size: indexing, the whole search, its anchors."""
    path = VAR / f"search-{count}.sqlite3"
    seconds = timed(lambda: write(path, varied(real, count)))[1].cpu
    print(f"{count} procedures, index of {path.stat().st_size / 1e6:.0f} MB in {seconds:.0f} s of processor")
    kept = []
    if count == min(BOUNDS):
        filled = bare(path, VAR / "bare.sqlite3")
        kept.append(verdict("indexing / filling the bare tables", seconds / filled, INDEXING_BOUND))
    ours = asked("sqlite", whole(SqliteBackend(path)), queries)[0]
    plain = asked("plain-fts5", anchors.plain_table(varied(real, count)).ask, queries)[0]
    print(f"  sqlite / plain-fts5 at p95: {ours / plain:.2f}")
    if wagtail:
        with wagtail_stock(list(varied(real, count)), WAGTAIL_SECONDS) as stock:
            theirs = asked("wagtail-sqlite", stock.ask, queries[:: len(queries) // WAGTAIL_QUERIES])[0]
            print(f"  wagtail-sqlite / sqlite at p95: {theirs / ours:.1f}")
    return [*kept, verdict("sqlite p95, ms of processor", ours, BOUNDS.get(count, math.inf))]


def hostile(path: Path) -> list[bool]:
    """Parsing of endless and malicious texts, each the best of three, and one search of each."""
    backend = SqliteBackend(path)
    lexicon = backend.lexicon()
    known = gazetteer.meanings(lexicon)
    worst = 0.0
    for text in HOSTILE:
        tries = [timed(lambda text=text: parse(text, dictionary=known, lexicon=lexicon))[1] for _ in range(3)]  # type: ignore[misc]
        worst = max(worst, min(one.cpu for one in tries) * 1000)
        assert engine.search(text, engine=backend).available
    return [verdict(f"parsing {len(HOSTILE)} hostile texts, slowest, ms", worst, PARSING_BOUND)]


def main() -> int:
    """Run all; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(BOUNDS))
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th judged query")
    parser.add_argument("--seconds", type=int, default=60, help="how long the web page is asked; 0: not at all")
    options = parser.parse_args()
    queries = [line.split("\t")[2] for line in JUDGED.read_text(encoding="utf-8").splitlines()[1:]][:: options.every]
    real = fill()
    print(f"{machine()}; SQLite {sqlite3.sqlite_version}; {len(real)} procedures to vary; load {load()}")
    kept = []
    for count in options.sizes:
        kept += at_size(count, real, queries, wagtail=count == min(options.sizes))
    smallest = VAR / f"search-{min(options.sizes)}.sqlite3"
    kept += hostile(smallest)
    if os.environ.get("ELASTICSEARCH_URL") and len(options.sizes) > 1:
        found = []
        for count in (min(options.sizes), max(options.sizes)):
            with on_elasticsearch(varied(real, count)) as server:
                found.append(asked(f"elastic {count}", whole(server), queries)[1])
        kept.append(verdict("elasticsearch p95, largest / smallest", found[1] / found[0], GROWTH_BOUND))
    if options.seconds:
        shutil.copyfile(smallest, VAR / "search.sqlite3")
        kept.append(at_a_steady_rate(VAR, queries, options.seconds))
        print(f"  load {load()}")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
