"""The figures of what was read, class by class, for the table in docs/catalogue-import.md and for comparing two
versions of the parser: whoever changes a rule sees at once how many rows it moves."""

from collections import Counter
from collections.abc import Iterable, Iterator

from cms.vocabulary import CostDoubt, CostReading, Presence, TimeReading
from importers.normalise import lost_parts
from importers.readers.catalogue import NAME as NATIONAL
from importers.rows import ProcedureRow, ReadFile


def figures(files: Iterable[ReadFile]) -> list[tuple[str, int]]:
    """Label and count of every class, in a fixed order; classes that no row is in are counted 0."""
    count: Counter[str] = Counter()
    labels = list(_labels())
    for file in files:
        count.update((f"files: {file.reader}", "files"))
        count["refused"] += len(file.refused)
        for row in file.rows:
            count.update(_of_row(row))
            if file.reader == NATIONAL:
                count["records that lose text when taken apart"] += bool(lost_parts(row))
        count.update(f"{problem.severity}: {problem.code}" for problem in file.problems())
    found = [label for label in sorted(count) if label not in labels]
    return [(label, count[label]) for label in [*labels, *found]]


def _labels() -> Iterator[str]:
    yield from (
        "files",
        "records",
        "catalogue rows",
        "refused",
        "records that lose text when taken apart",
        "channel rows",
    )
    yield from (f"time: {kind.value}" for kind in TimeReading)
    yield from (f"cost: {kind.value}" for kind in CostReading)
    yield from (f"doubtful fee: {doubt.value}" for doubt in CostDoubt)
    yield from (
        "cases",
        "papers",
        "papers with a form file",
        "papers not certain",
        "legal bases",
        "legal bases not certain",
    )
    yield from ("results", "steps", "parts not published", "parts not applicable")


def _of_row(row: ProcedureRow) -> Iterator[str]:
    yield "records" if row.source == "record" else "catalogue rows"
    yield from ("channel rows" for _ in row.channels)
    times = (channel.time for channel in row.channels if channel.time)
    yield from (f"time: {time.kind}" for time in (*times, *row.times))
    for cost in (*(cost for channel in row.channels for cost in channel.costs), *row.costs):
        yield f"cost: {cost.kind}"
        yield from (f"doubtful fee: {doubt}" for doubt in cost.doubts)
    for case in row.cases:
        yield "cases"
        for paper in case.papers:
            yield "papers"
            if paper.form_file:
                yield "papers with a form file"
            if not paper.certain:
                yield "papers not certain"
    for basis in row.legal_bases:
        yield "legal bases"
        if not basis.certain:
            yield "legal bases not certain"
    yield from ("results" for _ in row.outputs)
    yield from ("steps" for _ in row.steps)
    for part in row.parts.values():
        if part.presence == Presence.NOT_PUBLISHED:
            yield "parts not published"
        elif part.presence == Presence.NOT_APPLICABLE:
            yield "parts not applicable"
