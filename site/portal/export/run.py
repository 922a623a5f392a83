"""One export from beginning to end: what is stale is made by several processes, what is not is taken over, the whole is
checked, and only then put in the old one's place."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cms.calendar import as_of
from cms.models import Agency, Procedure
from cms.selectors import browse, catalogue, read_ahead, transitions
from cms.selectors.keeping import given, keeping
from cms.selectors.survey import Survey, survey
from cms.views.exported import Group, Stated
from portal.export import addresses, check, memory
from portal.export.asked import answers, texts
from portal.export.languages import twins
from portal.export.lines import Lines, lines_of_all, read_lines, write_lines
from portal.export.links import INDEX, Links, file_of, site_root
from portal.export.manifest import GroupFiles, Manifest
from portal.export.offline import write_worker
from portal.export.processes import shared_out
from portal.export.redirects import write_redirects
from portal.export.rendering import Renderer
from portal.export.searching import followed, write_index
from portal.export.writer import Tree, put_in_place, standing, take_up

__all__ = ["BrokenExportError", "Options", "Summary", "export", "is_current"]

Tell = Callable[[int, int], None]

# Groups that one process takes at a time: their texts are read together.
CHUNK = 40


class BrokenExportError(RuntimeError):
    """The new tree does not hold what it should; it was not put in place. `findings`: what is wrong, in words."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings[:5]))
        self.findings = findings


@dataclass(frozen=True)
class Options:
    """`on`: the day the pages are of; `full`: make everything anew; `languages`: those beside the portal's own."""

    on: date
    workers: int = 1
    full: bool = False
    languages: tuple[str, ...] = ()


@dataclass
class Summary:
    """What a run did. `bytes`: of the files as written, compressed forms not counted; `index_written`: files of the
    search; memory in MB, all processes."""

    pages_rendered: int = 0
    data_rendered: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    seconds: float = 0.0
    bytes: int = 0
    index_written: int = 0
    peak_memory: int = 0
    place: str = ""


@dataclass
class _Made:
    """What a process made of some groups: address → (SHA-256, bytes, written), by group."""

    files: dict[str, dict[str, tuple[str, int, bool]]] = field(default_factory=dict)
    extras: dict[str, list[str]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


@dataclass
class _Job:
    """All that the processes share: they are forked when it is complete. `last`: stale groups put together from files
    that the processes make."""

    survey: Survey
    stale: list[Group]
    last: list[Group]
    stated: dict[str, list[Stated]]
    tree: Tree
    before: dict[str, str]
    links: Links
    bare: Links
    own: Agency | None
    assets: dict[str, tuple[str, bytes]]
    files: set[str]
    lines: Lines
    renderers: dict[str, tuple[Renderer, Renderer]] = field(default_factory=dict)


_job: _Job | None = None


def is_current(before: Manifest, common: str, on: date) -> bool:
    """Whether nothing at all has happened since: no change, no editor's action, no turn of the calendar."""
    if before.common != common or before.log != addresses.read_so_far(on) or on < before.day:
        return False
    # A page says "today" on the day of a turn and names the day on the next.
    return on == before.day or not (
        transitions(before.day - timedelta(days=1), on) or addresses.turns_of_editors(before.day, on)
    )


def export(out: Path, fresh: Path, options: Options, tell: Tell = lambda done, of: None) -> Summary:
    """Write the portal as it stands on the day into `fresh` and put it at `out`. The caller holds the place.

    Raises BrokenExportError when the tree is not whole, CannotRenderError for a page that fails, ProcessLostError,
    OSError, sqlite3.Error.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(as_of(options.on))
        stack.enter_context(keeping())
        stack.enter_context(translation.override(settings.LANGUAGE_CODE))
        common = addresses.common_mark(options.languages)
        before = Manifest.read(standing(out))
        if before and not options.full and is_current(before, common, options.on):
            return Summary(unchanged=len(before.addresses), seconds=_since(began), place=str(standing(out)))
        summary = _export(out, fresh, options, before, common, tell)
    summary.seconds, summary.peak_memory = _since(began), memory.peak_mb()
    return summary


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _export(out: Path, fresh: Path, options: Options, before: Manifest | None, common: str, tell: Tell) -> Summary:
    old = standing(out) if before and not options.full else None
    again = take_up(out, fresh, before.replaced if before and old else "")
    tree = Tree(fresh, old, again=again)
    with followed(tree, options.on, old if before and before.common == common else None):
        return _written(out, tree, options, before, common, tell)


def _written(out: Path, tree: Tree, options: Options, before: Manifest | None, common: str, tell: Tell) -> Summary:
    global _job  # noqa: PLW0603  forked processes find it here; a page's views could not be handed over
    fresh = tree.root
    job, manifest = _plan(options, before, common, tree)
    summary = Summary()
    broken: dict[str, str] = {}
    _job = job
    try:
        for made in _work(job, options.workers, tell):
            _take(made, manifest, summary, broken)
    finally:
        _job = None
    _keep(job, manifest, summary)
    _join(job, manifest, summary)
    for name, content in job.assets.values():
        tree.put(name, content)
    extras = {path for group in manifest.groups.values() for path in group.extras}
    broken |= _write_extras(tree, extras)
    index, summary.index_written = write_index(tree)
    needed = write_worker(tree, index, [name for name, _ in job.assets.values()])
    summary.removed = manifest.follow(before)
    redirects = write_redirects(tree, manifest.gone)
    own_files = [*(name for name, _ in job.assets.values()), *index, *needed]
    manifest.others = sorted({*own_files, *map(file_of, extras), *redirects})
    _drop(tree, manifest, before)
    findings = [f"{page}: {reason}" for page, reason in sorted(broken.items())]
    findings += check.findings(fresh, manifest, own_files, extras)
    if findings:
        raise BrokenExportError(findings)
    write_lines(fresh, job.lines)
    manifest.write(fresh)
    # A tree with little in common with the new one would only fill the disk.
    alike = tree.old is not None and not tree.copied and summary.unchanged > summary.written
    summary.place = str(put_in_place(fresh, out, keep=alike))
    return summary


def _drop(tree: Tree, manifest: Manifest, before: Manifest | None) -> None:
    """Take away what the tree before last held and this one should not."""
    files = manifest.files
    manifest.left = sorted(before.files - files) if before else []
    if before and tree.again:
        tree.drop({*before.left, *manifest.left} - files)


def _plan(options: Options, before: Manifest | None, common: str, tree: Tree) -> tuple[_Job, Manifest]:
    """What is to be made, and the manifest with all that will be there."""
    # Taken before anything is read: what is published meanwhile is read twice at worst, never missed.
    log = addresses.read_so_far(options.on)
    with memory.lasting():
        found = survey(options.on)
        groups = [group for part in addresses.PARTS for group in part(found)]
    groups += [twin for language in options.languages for twin in twins(list(groups), language)]
    kept = before.groups if before and before.common == common and not options.full else {}
    stale = [one for one in groups if one.name not in kept or kept[one.name].mark != one.mark]
    stated = {one.name: list(one.addresses()) for one in stale}
    manifest = Manifest(common, found.sequence, options.on, log)
    manifest.groups = {one.name: kept.get(one.name, GroupFiles(one.mark)) for one in groups}
    for one in stale:
        manifest.groups[one.name] = GroupFiles(one.mark, {each.address: "" for each in stated[one.name]})
    every, assets = manifest.addresses, addresses.assets()
    names = {address: name for address, (name, _content) in assets.items()}
    links = Links(every, names), Links(every, names, prefix=f"{site_root(settings.PORTAL_BASE_URL)}/")
    old = before.addresses if before and tree.old else {}
    files = {file_of(address) for address in every} | {*names.values(), INDEX}
    last = [one for one in stale if one.name == reverse("full_texts")]
    stale = [one for one in stale if one not in last]
    lines = lines_of_all(found, read_lines(tree.old) if kept and tree.old else {})
    return _Job(found, stale, last, stated, tree, old, *links, browse.own_agency(), assets, files, lines), manifest


def _take(made: _Made, manifest: Manifest, summary: Summary, broken: dict[str, str]) -> None:
    for name, files in made.files.items():
        group = manifest.groups[name]
        group.extras = made.extras.get(name, [])
        for address, (sha, size, written) in files.items():
            group.files[address] = sha
            page = file_of(address).endswith(".html")
            summary.pages_rendered += page
            summary.data_rendered += not page
            summary.written += written
            summary.unchanged += not written
            summary.bytes += size if written else 0
    broken |= made.broken


def _keep(job: _Job, manifest: Manifest, summary: Summary) -> None:
    stale = {group.name for group in (*job.stale, *job.last)}
    for name, group in manifest.groups.items():
        if name in stale:
            continue
        for address in group.files:
            if not job.tree.keep(file_of(address)):
                raise BrokenExportError([f"{address}: tệp của lần xuất trước không còn; hãy chạy lại với --full"])
            summary.unchanged += 1


def _join(job: _Job, manifest: Manifest, summary: Summary) -> None:
    """The full texts of all procedures, from the file of each: to read them all once more took a third of a small
    run."""
    for group in job.last:
        every, file, size = manifest.addresses, file_of(group.name), 0
        parts = [reverse("procedure_json", args=[row.slug]) for row in catalogue.entries(job.survey.on)]
        # Of files whose digests are known nothing has to be read to tell whether they are the same.
        sha = check.digest(repr([every[address] for address in parts]).encode())
        written = not (job.before.get(group.name) == sha and job.tree.keep(file))
        if written:
            size = job.tree.join(file, (job.tree.root / file_of(address) for address in parts))
        manifest.groups[group.name].files[group.name] = sha
        summary.data_rendered += 1
        summary.written += written
        summary.unchanged += not written
        summary.bytes += size


def _write_extras(tree: Tree, extras: Iterable[str]) -> dict[str, str]:
    """Pictures and documents that pages show; return what is missing."""
    missing = {}
    for path in sorted(extras):
        try:
            content = check.source_of_extra(path)()
        except LookupError as error:
            missing[path] = str(error)
        except OSError:
            missing[path] = "tệp không còn trên đĩa; hãy tải lên lại hoặc bỏ liên kết ấy"
        else:
            tree.put(file_of(path), content)
    return missing


# --- the processes ---------------------------------------------------------------------------------------------------


def _work(job: _Job, workers: int, tell: Tell) -> Iterator[_Made]:
    total = len(job.stale)
    spans = [(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK)]
    for done, made in enumerate(shared_out(_make, spans, workers), 1):
        yield made
        tell(min(done * CHUNK, total), total)


def _make(span: tuple[int, int]) -> _Made:
    job = _job
    assert job
    made = _Made()
    for language, some in groupby(job.stale[span[0] : span[1]], key=lambda one: one.language):
        with translation.override(language or settings.LANGUAGE_CODE):
            _make_some(job, made, list(some))
    return made


def _make_some(job: _Job, made: _Made, some: list[Group]) -> None:
    """Groups of one language, into `made`."""
    renderer, bare = _renderers(job, some[0].language)
    procedures = list(Procedure.objects.filter(pk__in=[one.procedure for one in some if one.procedure]))
    versions = not some[0].language
    found = answers(job.survey, job.lines, some, procedures)
    with read_ahead(texts(job.survey, job.own, procedures, versions)), given(found):
        for group in some:
            job.links.extras.clear()
            made.files[group.name] = {
                stated.address: _page(job, made, bare if stated.address == "/404.html" else renderer, stated)
                for stated in job.stated[group.name]
            }
            made.extras[group.name] = sorted(job.links.extras)


def _renderers(job: _Job, language: str) -> tuple[Renderer, Renderer]:
    """Who makes pages of this language, and who makes the one that must stand at any address."""
    if language not in job.renderers:
        job.renderers[language] = Renderer(job.links), Renderer(job.bare)
    return job.renderers[language]


def _page(job: _Job, made: _Made, renderer: Renderer, stated: Stated) -> tuple[str, int, bool]:
    address, file = stated.address, file_of(stated.address)
    renderer.links.broken.clear()
    found = renderer.render(stated)
    content, html = found.content, found.html
    if html is not None:
        wrong = sorted(renderer.links.broken)
        wrong += check.wrong_in(html, file, job.files, renderer.links, stated.rows)
        if wrong:
            made.broken[address] = ", ".join(wrong[:5])
    sha = check.digest(content)
    if job.before.get(address) == sha and job.tree.keep(file):
        return sha, len(content), False
    job.tree.write(file, content)
    return sha, len(content), True
