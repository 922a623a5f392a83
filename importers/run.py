"""One import from read files to a report: stage, compare, write, and compare again if somebody published meanwhile."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from django.db import transaction

from cms.calendar import today
from cms.models import User
from cms.vocabulary import AgencyTextKind
from importers.agency_texts import AgencyTexts
from importers.answers import said_apart
from importers.apply import ChangedMeanwhileError, Writing, write
from importers.compare import Comparer, Plan
from importers.drafts import DraftMaker
from importers.keeping import what_to_keep
from importers.questions import questions
from importers.report import Report
from importers.rows import ReadFile
from importers.staging import stage
from importers.standing import find_standing, state_of_the_portal, vouched_names

# Another publication in the seconds between is rare; four in a row means that something else is wrong.
TRIES = 4
log = logging.getLogger("importers.run")
# Wraps what is counted, e.g. in a progress bar: (values, how many, what is being done).
Progress = Callable[[Iterable[Plan], int, str], Iterable[Plan]]


def silent(plans: Iterable[Plan], total: int, doing: str) -> Iterable[Plan]:
    """No progress shown."""
    return plans


def run_import(
    *,
    files: Sequence[ReadFile],
    by: User | None = None,
    on: date | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
    apart: Collection[str] = (),
) -> Report:
    """Bring the files' procedures into the portal (nhập danh mục); `on`: the day they count as read, today by default.
    `apart`: codes and identifiers that an editor has said are procedures of their own, whatever their names, beside
    those said so in the admin.

    Nothing is written when nothing is new or `dry_run` is set. Raises ChangedMeanwhileError when others published
    again and again in between.
    """
    texts = [text for file in files for row in file.rows for named in row.agencies.values() for text in named]
    for attempt in range(TRIES):
        state = state_of_the_portal()
        vouched = vouched_names()
        staged = stage(files, vouched)
        standing = find_standing([item.key for item in staged.items])
        asked = questions(staged.items, standing, {*apart, *said_apart()})
        compared = Comparer(DraftMaker(_agencies(texts)), vouched, asked).compare(staged.items, standing)
        plans = list(progress(compared, len(staged.items), "So sánh"))
        report = Report.of(files, staged, plans, dry_run)
        kept = what_to_keep(staged, plans, vouched)
        work = Writing(plans, files, texts, state, on or today(), by, report.counts, kept)
        report.has_news = not work.is_empty()
        if dry_run or work.is_empty():
            return report
        try:
            write(work, progress)
        except ChangedMeanwhileError:
            log.warning("cổng vừa có thay đổi khác; so sánh lại (lần %d)", attempt + 2)
            continue
        report.wrote = True
        return report
    raise ChangedMeanwhileError


def _agencies(texts: Sequence[str]) -> AgencyTexts:
    """Whoever knows what the texts name, as it will be once the write has created the units that are still missing.

    A text's hash holds the address of the agency it names. So the units are created on trial and taken back: the write
    creates the same ones, with the same addresses, because the portal's state is looked at again before.
    """
    agencies = AgencyTexts()
    named = [agencies.resolve(text) for text in set(texts)]
    if all(one.agency or one.agency_class for one in named if one.kind != AgencyTextKind.PHRASE):
        return agencies
    with transaction.atomic():
        agencies.ensure(texts)
        transaction.set_rollback(True)
    return agencies
