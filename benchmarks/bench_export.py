"""What a page of the static export costs beside its peers making the same pages in the same run: django-distill,
wagtail-bakery and Hugo; beside those Jinja2 rendering alone and writing alone.

The peers write pages and nothing else. So ours are made twice: as pages alone, which is what is compared, and as an
export has them, with both compressed forms beside each. Ours use all processors, the peers run as they come; the ratio
of one process to one process is printed too. On a machine with other work the clock is not fair to either: processor
time is what each is judged by, ours divided by the processes that share it.

Data: BENCH_PORTAL names a folder with a filled portal (it is copied); without it the sample is loaded. PAGES: how many
groups of pages are taken, at random over all that is exported. No peer is a part of the portal: PEERS names a folder
to look for them in, filled by
    pip install --target PEERS --no-deps django-distill==4.0.6 wagtail-bakery==0.8.0 django-bakery==0.14.0 fs==2.4.16 \\
        six appdirs fsspec boto3 botocore jmespath s3transfer urllib3 python-dateutil 'setuptools<81'
and Hugo is the program `hugo` (Debian: apt install hugo), or the one HUGO names. What is missing is said, not guessed.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import scratch  # noqa: E402  the checkout is not installed

AIMS = {"django-distill": 5.0, "wagtail-bakery": 15.0, "Hugo": 1.0}
GROUPS = int(os.environ.get("PAGES", "120"))
WORKERS = os.cpu_count() or 1


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


# --- the peers -------------------------------------------------------------------------------------------------------


def distilled(addresses: list[str], folder: Path) -> None:
    """django-distill's own making and writing of these addresses. Raises ImportError where it is not installed."""
    from django_distill.renderer import render_uri, write_file  # noqa: PLC0415  a peer that may be missing

    for address in addresses:
        write_file(folder / _file(address), render_uri(address, [200])[2])


def baked(addresses: list[str], folder: Path) -> None:
    """wagtail-bakery's own making and writing of these addresses. Raises ImportError where it is not installed."""
    from django.apps import AppConfig, apps  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    settings.BUILD_DIR, settings.BAKERY_GZIP = str(folder), False
    # It asks for its own settings by this name; the portal's list of apps is complete by now.
    apps.app_configs["bakery"] = AppConfig.create("bakery")
    from wagtailbakery.views import WagtailBakeryView  # noqa: PLC0415  a peer that may be missing

    view = WagtailBakeryView()
    for address in addresses:
        view.request = RequestFactory().get(address)
        path = folder / _file(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        answer = view.get(view.request)
        view.build_file(str(path), b"".join(answer))


def hugo(pages: dict[str, str], folder: Path) -> Callable[[], None]:
    """Hugo putting the same pages together from their finished middle part and one layout: it reads no database and
    works nothing out. Raises FileNotFoundError where there is none."""
    program = os.environ.get("HUGO") or shutil.which("hugo")
    if not program:
        raise FileNotFoundError
    (folder / "layouts" / "_default").mkdir(parents=True)
    (folder / "config.toml").write_text(
        'baseURL = "https://x.vn/"\ndisableKinds = ["taxonomy","term","RSS","sitemap"]\n'
    )
    head, _middle, foot = _parts(next(iter(pages.values())))
    head = head.replace("<title>", "<title>{{ .Title }} ", 1)
    for name in ("single", "list"):
        layout = folder / "layouts" / "_default" / f"{name}.html"
        layout.write_text(f"{head}{{{{ .Content }}}}{foot}", "utf-8")
    for number, html in enumerate(pages.values()):
        path = folder / "content" / f"{number % 97}" / f"{number}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'---\ntitle: "{number}"\n---\n{_parts(html)[1]}', "utf-8")
    command = [program, "--quiet", "--source", str(folder), "--destination", str(folder / "out")]
    return lambda: subprocess.run(command, check=True) and None


def _parts(html: str) -> tuple[str, str, str]:
    head, begin, rest = html.partition("<main")
    middle, end, foot = rest.rpartition("</main>")
    return head, f"{begin}{middle}{end}", foot


def _file(address: str) -> str:
    return address.lstrip("/") + ("index.html" if address.endswith("/") else "")


# --- the measuring ---------------------------------------------------------------------------------------------------


def main() -> None:
    """Print pages a second by maker, of the clock and of processor time."""
    sys.path.append(os.environ.get("PEERS", ""))
    fill()
    from django.conf import settings  # noqa: PLC0415  only after setup
    from django.utils import translation  # noqa: PLC0415

    from cms.calendar import as_of, today  # noqa: PLC0415
    from cms.selectors.keeping import keeping  # noqa: PLC0415
    from cms.views import exported  # noqa: PLC0415
    from portal.export import addresses, run  # noqa: PLC0415
    from portal.export.manifest import FOLDER  # noqa: PLC0415
    from portal.export.searching import followed  # noqa: PLC0415
    from portal.export.writer import Tree  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-export-"))
    print(scratch.machine())
    draft = Tree(folder / "draft", None)
    (draft.root / FOLDER).mkdir(parents=True)
    with as_of(today()), keeping(), translation.override(settings.LANGUAGE_CODE), followed(draft, today()):
        (job, _manifest), took = scratch.timed(
            lambda: run._plan(run.Options(today()), None, addresses.common_mark(), Tree(folder / "plan", None))
        )
        pages = sum(len(stated) for stated in job.stated.values())
        print(f"{pages} addresses in {len(job.stale)} groups stated in {took.cpu:.1f} s")
        # What only an export has, no peer can ask the server for.
        served = {one.name for part in exported.PARTS for one in part(job.survey)}
        every, job.stale = [one for one in job.stale if one.name in served and "danh-muc-chung" not in one.name], []
        some = random.Random(1).sample(every, min(GROUPS, len(every)))
        # Neighbours, as in a whole export, where what they share is read once for them.
        some.sort(key=every.index)
        _compare(run, job, some, folder)
    shutil.rmtree(folder, ignore_errors=True)


class Speed(NamedTuple):
    """Files a second, by the clock and of one processor's time."""

    clock: float
    processor: float


def _compare(run: Any, job: Any, some: list[Any], folder: Path) -> None:
    from portal.export.links import file_of  # noqa: PLC0415
    from portal.export.writer import Tree  # noqa: PLC0415

    for one in some:
        # Pages, as the peers make them: data and feeds are left out for all.
        job.stated[one.name] = [each for each in job.stated[one.name] if file_of(each.address).endswith(".html")]
    wanted = [each.address for one in some for each in job.stated[one.name] if each.address != "/404.html"]
    job.stale, run._job = some, job
    ours = Speed(0, 0)
    # Templates are compiled once, whoever makes the first page; neither side pays for it here.
    job.stale, job.tree = some[::8], Tree(folder / "warm", None)
    _ours(run, job, 1)
    job.stale = some
    for name, workers, packed in (("one", 1, False), ("all", WORKERS, False), ("packed", WORKERS, True)):
        job.tree = Tree(folder / f"ours-{name}", None, packed=packed)
        _forget()
        found = _ours(run, job, workers)
        words = "with .br and .gz" if packed else "pages alone"
        said = _say(f"export_site, {workers} process(es), {words}", len(wanted), *found)
        ours = said if name == "one" else ours
    _against(ours, wanted, folder)


def _against(ours: Speed, wanted: list[str], folder: Path) -> None:
    """The peers on the same pages, and the two ends of what is possible."""
    html = {a: (folder / "ours-one" / _file(a)) for a in wanted}
    pages = {a: path.read_text("utf-8") for a, path in html.items() if path.suffix == ".html"}
    print(f"a page has {sum(len(one.encode()) for one in pages.values()) / len(pages) / 1000:.1f} kB")
    for name, make in (("django-distill", distilled), ("wagtail-bakery", baked)):
        _forget()
        try:
            _none, took = scratch.timed(lambda make=make, name=name: make(wanted, folder / name))
        except ImportError as error:
            print(f"{name}: not installed ({error}); not compared")
            continue
        _ratio(name, ours, _say(f"{name}, one process, pages alone", len(wanted), *took))
    _alone(pages, folder)
    try:
        make = hugo(pages, folder / "hugo")
    except FileNotFoundError:
        print("Hugo: not installed; not compared")
        return
    before = os.times()
    _none, took = scratch.timed(make)
    cpu = took.cpu + os.times().children_user - before.children_user + os.times().children_system
    cpu -= before.children_system
    _ratio("Hugo", ours, _say("Hugo, all processors, finished texts into a layout", len(pages), cpu, took.wall))


def _ours(run: Any, job: Any, workers: int) -> tuple[float, float]:
    """Seconds of processor time and of the clock; what forked processes took is counted with it."""
    chunk, run.CHUNK = run.CHUNK, max(1, min(run.CHUNK, len(job.stale) // (workers * 3)))
    before = os.times()
    _made, took = scratch.timed(lambda: list(run._work(job, workers, lambda done, of: None)))
    after, run.CHUNK = os.times(), chunk
    return took.cpu + after.children_user - before.children_user + after.children_system - before.children_system, (
        took.wall
    )


def _forget() -> None:
    """What one maker has in memory must not help the next."""
    from django.core.cache import cache  # noqa: PLC0415

    from cms.qr import qr_svg  # noqa: PLC0415

    qr_svg.cache_clear()
    cache.clear()


def _alone(pages: dict[str, str], folder: Path) -> None:
    """Jinja2 putting the finished parts of each page into a page, and the file system taking the files."""
    from jinja2 import Environment  # noqa: PLC0415

    head, _middle, foot = _parts(next(iter(pages.values())))
    raw = "{% raw %}", "{% endraw %}"
    template = Environment().from_string(f"{raw[0]}{head}{raw[1]}{{{{ middle }}}}{raw[0]}{foot}{raw[1]}")
    middles = [_parts(html)[1] for html in pages.values()]
    _none, took = scratch.timed(lambda: [template.render(middle=one) for one in middles])
    _say("Jinja2 alone, finished texts into a layout", len(pages), *took)
    content = {folder / "alone" / _file(a): html.encode() for a, html in pages.items()}

    def write() -> None:
        for path, data in content.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    _none, took = scratch.timed(write)
    _say("writing alone", len(pages), *took)


def _say(name: str, count: int, cpu: float, wall: float) -> Speed:
    each = 1000 * cpu / count
    print(f"{name}: {count / cpu:.0f} a second of processor time ({each:.1f} ms each), {count / wall:.0f} by the clock")
    return Speed(count / wall, count / cpu)


def _ratio(name: str, ours: Speed, theirs: Speed) -> None:
    one = ours.processor / theirs.processor
    # Hugo uses all processors itself.
    whole = one if name == "Hugo" else one * WORKERS
    kept = "ok" if whole >= AIMS[name] else "MISSED"
    print(f"  {name}: {one:.1f} times as fast with one process, {whole:.1f} times with {WORKERS}", end="; ")
    print(f"at least {AIMS[name]:.0f}: {kept}")


if __name__ == "__main__":
    main()
