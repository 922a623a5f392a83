"""A portal of its own for a benchmark: fresh folder, fresh SQLite database, thrown away afterwards."""

import atexit
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple, TypeVar

import django

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
_TEMPLATE = "template.sqlite3"


def start() -> Path:
    """Set Django up in a new folder with a migrated database; return the folder."""
    for folder in (ROOT, ROOT / "site"):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    var = Path(os.environ.get("BENCH_VAR") or tempfile.mkdtemp(prefix="portal-bench-"))
    if "BENCH_VAR" not in os.environ:
        atexit.register(shutil.rmtree, var, ignore_errors=True)
    os.environ.update(PORTAL_VAR=str(var), DJANGO_SETTINGS_MODULE="portal.settings.dev")
    os.environ.pop("DATABASE_URL", None)
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  only after setup

    if not (var / _TEMPLATE).exists():
        call_command("migrate", verbosity=0)
        _vacuum_into(var / _TEMPLATE)
    return var


def _vacuum_into(path: Path) -> None:
    from django.db import connection  # noqa: PLC0415  only after setup

    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])


def fresh_database() -> None:
    """Put the empty migrated database back in place."""
    from django.conf import settings  # noqa: PLC0415  only after setup
    from django.db import connection  # noqa: PLC0415

    connection.close()
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(settings.PORTAL_VAR / _TEMPLATE, path)


class Seconds(NamedTuple):
    """What a piece of work took. Ratios are judged by `cpu`, which other work on the machine doesn't change."""

    cpu: float
    wall: float


def timed(work: Callable[[], T]) -> tuple[T, Seconds]:
    """What the work returns, and how long it took."""
    cpu, wall = process_time(), perf_counter()
    result = work()
    return result, Seconds(process_time() - cpu, perf_counter() - wall)


def peak_megabytes() -> float:
    """The most memory this process has held so far, in MB; 0 where the system can't say."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


def machine() -> str:
    """The machine the figures were taken on."""
    memory = ""
    if hasattr(os, "sysconf"):
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1024**3:.0f} GB"
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU{memory}, Python {platform.python_version()}"
