"""What a page of the static export costs beside django-distill making and writing the same pages in the same run.

Data: BENCH_PORTAL names a folder with a filled portal (it is copied); without it the sample is loaded. PAGES: how many
groups of pages are taken, the pages of one procedure each. django-distill is a peer, not a part of the portal: install
it to be compared with (pip install django-distill==4.0.6). wagtail-bakery is not compared yet.
"""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import scratch  # noqa: E402  the checkout is not installed

AIM_DISTILL = 5.0
GROUPS = int(os.environ.get("PAGES", "60"))


def fill() -> None:
    """A portal of its own: a copy of the one named, or the sample."""
    given = os.environ.get("BENCH_PORTAL")
    if given:
        var = Path(tempfile.mkdtemp(prefix="portal-bench-"))
        shutil.copytree(given, var, dirs_exist_ok=True)
        os.environ["BENCH_VAR"] = str(var)
    scratch.start()
    from django.core.management import call_command  # noqa: PLC0415  only after setup

    call_command("migrate", verbosity=0)
    if not given:
        call_command("load_sample", verbosity=0)


def distilled(addresses: list[str], folder: Path) -> Callable[[], int] | None:
    """django-distill's own making and writing of these addresses; None where it is not installed."""
    try:
        from django_distill.renderer import render_uri, write_file  # noqa: PLC0415  a peer that may be missing
    except ImportError:
        return None

    def make() -> int:
        for address in addresses:
            name = address.lstrip("/") + ("index.html" if address.endswith("/") else "")
            write_file(folder / name, render_uri(address, [200])[2])
        return len(addresses)

    return make


def main() -> None:
    """Print pages a second of processor time, by kind of page and by maker."""
    fill()
    from django.conf import settings  # noqa: PLC0415  only after setup

    from cms.calendar import as_of, today  # noqa: PLC0415
    from cms.selectors.keeping import keeping  # noqa: PLC0415
    from portal.export import addresses, run  # noqa: PLC0415
    from portal.export.writer import Tree  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-export-"))
    print(scratch.machine())
    with as_of(today()), keeping():
        (job, _manifest), took = scratch.timed(
            lambda: run._plan(run.Options(today()), None, addresses.common_mark(), Tree(folder / "ours", None))
        )
        pages = sum(len(stated) for stated in job.stated.values())
        print(f"{pages} addresses in {len(job.stale)} groups stated in {took.cpu:.1f} s")
        random.Random(1).shuffle(job.stale)
        some = [one for one in job.stale if one.procedure][:GROUPS]
        wanted = [each.address for one in some for each in job.stated[one.name]]
        _compare(run, job, some, wanted, folder)
    shutil.rmtree(folder, ignore_errors=True)


def _compare(run: Any, job: Any, some: list[Any], wanted: list[str], folder: Path) -> None:
    from cms.qr import qr_svg  # noqa: PLC0415  only after setup

    theirs = distilled(wanted, folder / "distill")
    job.stale = some
    run._job = job
    # Templates compiled, addresses known: for both alike, before anything is counted.
    run._make((0, 1))
    shutil.rmtree(folder / "ours", ignore_errors=True)
    job.tree._folders.clear()
    qr_svg.cache_clear()
    _made, took = scratch.timed(lambda: [run._make((at, at + run.CHUNK)) for at in range(0, len(some), run.CHUNK)])
    ours = len(wanted) / took.cpu
    print(
        f"export_site, one process: {ours:.0f} files a second of processor time ({len(wanted)} files), compressed twice"
    )
    if theirs is None:
        print("django-distill is not installed: not compared")
        return
    qr_svg.cache_clear()
    _count, took = scratch.timed(theirs)
    peer = len(wanted) / took.cpu
    print(f"django-distill, the same addresses, not compressed: {peer:.0f} a second; ratio {ours / peer:.1f}")
    print(f"aim: {AIM_DISTILL:.0f} times with all processors; {os.cpu_count()} here")


if __name__ == "__main__":
    main()
