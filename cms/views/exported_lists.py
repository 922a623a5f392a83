"""The addresses of lists an export holds: by letter and first words, by who asks, by level, by life event."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.urls import reverse

from cms.models import LifeEvent
from cms.selectors import catalogue
from cms.selectors.catalogue import Entry
from cms.selectors.survey import Line, Survey, mark_of
from cms.text import letter_of
from cms.views.by_sector import Line as SectorLine
from cms.views.by_sector import arranged, pages_of, ways
from cms.views.kinds import APPLICANTS, LEVELS
from cms.views.lists import SHORT_LIST, letter_slug
from cms.views.stating import Group, data_files, stated_one, stretched

__all__ = ["lists"]


def _holding(rows: Iterable[Line], column: str, code: str) -> list[Line]:
    return [row for row in rows if code in getattr(row, column).split(",")]


def lists(survey: Survey) -> Iterator[Group]:
    """By letter and first words, by who asks, by level, by life event."""
    yield from _letters(survey)
    yield from _by_sector(survey)
    held = {one.event.slug: one.rows for one in catalogue.life_events(survey.on)}
    counts = []
    for slug in LifeEvent.objects.values_list("slug", flat=True):
        said = [(row.slug, row.name, row.code, survey.marks[row.procedure_id]) for row in held.get(slug, [])]
        mark = mark_of(survey.events_mark, said)
        yield stated_one(reverse("life_event", args=[slug]), mark)
        counts.append((slug, len(said)))
        yield Group(f"du-lieu/su-kien/{slug}", mark, lambda s=slug: data_files(f"thu-tuc/su-kien/{s}"))  # type: ignore[misc]
    yield stated_one(reverse("life_events"), mark_of(survey.events_mark, counts))


def _letters(survey: Survey) -> Iterator[Group]:
    """A letter's page has its rows where they are few, else the ways to their first two words."""
    found = [(letter, list(rows)) for letter, rows in groupby(survey.in_force, key=lambda row: letter_of(row.sort_key))]
    shared = mark_of([letter for letter, _rows in found])
    for letter, rows in found:
        slug = letter_slug(letter)
        if len(rows) <= SHORT_LIST:
            yield stated_one(reverse("letter", args=[slug]), mark_of(shared, [row.said for row in rows]))
            continue
        lines = {row.period: row for row in rows}
        groups = catalogue.word_groups(Entry(*row[:6]) for row in rows)
        counts = [(one.slug, one.words, len(one.rows)) for one in groups]
        yield stated_one(reverse("letter", args=[slug]), mark_of(shared, counts))
        for group in groups:
            some = [lines[one.period_id] for one in group.rows]
            yield from stretched(reverse("letter_words", args=[slug, group.slug]), some, group.words)


def _by_sector(survey: Survey) -> Iterator[Group]:
    for route, column, folder, kinds in (
        ("applicant", "applicants", "doi-tuong", APPLICANTS),
        ("level", "levels", "cap", LEVELS),
    ):
        counts = []
        for slug, code in kinds.items():
            some = survey.each_once(_holding(survey.standing, column, code))
            counts.append((slug, len(some)))
            if not some:
                continue
            base = reverse(route, args=[slug])
            rows = [SectorLine(row.slug, row.code, row.name, survey.sectors.get(row.sector, "")) for row in some]
            pages = pages_of(arranged(rows), base)
            for address, page in pages:
                first = ways(pages) if address == base else ()
                yield stated_one(
                    address, mark_of(page.rows, page.total, page.before, page.after, first), len(page.rows)
                )
            yield Group(
                f"du-lieu/{folder}/{slug}",
                survey.marks_of(some),
                lambda f=folder, s=slug: data_files(f"thu-tuc/{f}/{s}"),  # type: ignore[misc]
            )
        yield stated_one(reverse(f"{route}s"), mark_of(counts))
