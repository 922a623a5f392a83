"""How fast a catalogue is written, by processor time: against bare bulk_create of the same rows, against the import of
django-import-export, and at 5,000 against 50,000 records. Reading and taking apart files is timed apart."""

import argparse
import gc
import json
import os
import subprocess
import sys
from pathlib import Path

from scratch import Seconds, fresh_database, machine, peak_megabytes, start, timed

VAR = start()

import tablib  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from import_export import resources  # noqa: E402
from made_up import file_of  # noqa: E402

from cms.models import (  # noqa: E402
    DETAIL_MODELS,
    AgencyClass,
    CatalogueSnapshot,
    Change,
    ClassMembership,
    Effect,
    Listing,
    PartState,
    Procedure,
    ProcedureContent,
    ProcedureIdentifier,
    Scope,
    Sector,
    ValidityPeriod,
)
from importers.run import run_import  # noqa: E402

GROUND: tuple[type[models.Model], ...] = (AgencyClass, ClassMembership, Scope)
TABLES: tuple[type[models.Model], ...] = (
    Sector,
    Procedure,
    ProcedureIdentifier,
    CatalogueSnapshot,
    ProcedureContent,
    PartState,
    *DETAIL_MODELS,
    Effect,
    ValidityPeriod,
    Listing,
    Change,
)
SIZE, SUBSET, SMALL, LARGE = 2_000, 40, 5_000, 50_000
TIMES = 3
REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "dvcqg-ministries" / "procedures.jsonl"


def import_made_up(count: int) -> tuple[Seconds, int]:
    """Seconds to stage, compare and write so many records into an empty portal, and how many rows came of it."""
    fresh_database()
    file = file_of(count)
    gc.collect()
    report, seconds = timed(lambda: run_import(files=[file]))
    assert report.counts["created"] == count, report.counts
    return seconds, sum(model._default_manager.count() for model in TABLES)


def written() -> dict[type[models.Model], list[models.Model]]:
    """All rows the import wrote, as unsaved objects with their keys."""
    return {model: list(model._default_manager.order_by("pk")) for model in (*GROUND, *TABLES)}


def bare(rows: dict[type[models.Model], list[models.Model]]) -> Seconds:
    """Seconds of bulk_create alone, the objects being made already."""
    fresh_database()
    for model in GROUND:
        model._default_manager.bulk_create(rows[model], batch_size=1000)

    def create() -> None:
        with transaction.atomic():
            for model in TABLES:
                model._default_manager.bulk_create(rows[model], batch_size=1000)

    return timed(create)[1]


def row_by_row(rows: dict[type[models.Model], list[models.Model]]) -> Seconds:
    """Seconds of django-import-export's default import, one resource per table."""
    fresh_database()
    for model in GROUND:
        model._default_manager.bulk_create(rows[model], batch_size=1000)
    work = []
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields]
        headers = [field.name for field in model._meta.concrete_fields]
        data = tablib.Dataset(*([getattr(row, name) for name in names] for row in rows[model]), headers=headers)
        work.append((resources.modelresource_factory(model)(), data))

    def import_all() -> None:
        for resource, data in work:
            resource.import_data(data, raise_errors=True)

    return timed(import_all)[1]


def in_a_process_of_its_own(count: int) -> dict[str, float]:
    """Import so many records in a fresh process, so that its peak memory is its own."""
    connection.close()
    done = subprocess.run(
        [sys.executable, __file__, "--only", str(count)],
        env={**os.environ, "BENCH_VAR": str(VAR)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def verdict(name: str, value: float, limit: float, *, at_least: bool = False) -> bool:
    """Print a ratio beside its limit; whether it is kept."""
    kept = value >= limit if at_least else value <= limit
    print(f"{name}: {value:.2f} (limit: {'at least' if at_least else 'at most'} {limit}) {'ok' if kept else 'MISSED'}")
    return kept


def against_peers() -> bool:
    """The two ratios against bulk_create and against django-import-export; of each, the best of some runs."""
    seconds, count = min(import_made_up(SIZE) for _ in range(TIMES))
    rows = written()
    alone = min(bare(rows) for _ in range(TIMES))
    print(f"{SIZE} records, {count} rows: import {shown(seconds)}, bare bulk_create {shown(alone)}")
    kept = verdict("import / bare bulk_create", seconds.cpu / alone.cpu, 3)
    del rows
    import_made_up(SUBSET)
    subset = written()
    slow = min(row_by_row(subset) for _ in range(TIMES)).cpu / SUBSET
    each = seconds.cpu / SIZE
    print(f"per record: import {each * 1000:.2f} ms, django-import-export {slow * 1000:.1f} ms ({SUBSET} records)")
    return verdict("django-import-export / import", slow / each, 20, at_least=True) and kept


def against_size(small: int, large: int) -> bool:
    """Cost per record at two sizes, and the peak memory."""
    results = {count: in_a_process_of_its_own(count) for count in (small, large)}
    for count, found in results.items():
        print(
            f"{count} records: {found['cpu']:.1f} s processor, {found['wall']:.1f} s on the clock, "
            f"{found['cpu'] / count * 1000:.2f} ms each; "
            f"peak memory {found['peak']:.0f} MB, {found['before']:.0f} MB of it for the rows as read"
        )
    ratio = (results[large]["cpu"] / large) / (results[small]["cpu"] / small)
    return verdict(f"cost per record, {large} / {small}", ratio, 1.3)


def shown(seconds: Seconds) -> str:
    """Processor time and time on the clock."""
    return f"{seconds.cpu:.2f} s ({seconds.wall:.1f} s on the clock)"


def reading() -> None:
    """Reading and taking apart the real national file, where it is at hand."""
    from importers.readers import read  # noqa: PLC0415  needs no database

    if REAL.exists():
        file, seconds = timed(lambda: read(REAL))
        print(f"reading the national file apart: {len(file.rows)} records, {shown(seconds)}")


def only(count: int) -> None:
    """The child's work."""
    fresh_database()
    file = file_of(count)
    gc.collect()
    before = peak_megabytes()
    report, seconds = timed(lambda: run_import(files=[file]))
    assert report.counts["created"] == count
    print(json.dumps({"cpu": seconds.cpu, "wall": seconds.wall, "before": before, "peak": peak_megabytes()}))


def main() -> int:
    """Run all; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int)
    parser.add_argument("--large", type=int, default=LARGE)
    options = parser.parse_args()
    if options.only:
        only(options.only)
        return 0
    print(machine())
    kept = [against_peers(), against_size(SMALL, options.large)]
    reading()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
