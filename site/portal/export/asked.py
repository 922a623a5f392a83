"""What the pages of some groups ask for, read together before they are made: a query for forty costs what it does for
one."""

from collections import Counter
from collections.abc import Hashable
from datetime import date
from typing import Any

from cms.models import Agency, Procedure
from cms.selectors import ahead, show_many
from cms.selectors.keeping import question
from cms.selectors.listing import SectorCount, announced_counts, scopes_of, sector_counts
from cms.selectors.sharing import shared_list, shared_list_of, stands
from cms.selectors.showing import Shown
from cms.selectors.survey import Survey
from cms.text import sort_key
from cms.views import feeds
from cms.views.data import lines_of
from cms.views.exported import Group
from portal.export.lines import Lines

__all__ = ["answers", "texts"]


def texts(survey: Survey, own: Agency | None, procedures: list[Procedure], versions: bool) -> list[Shown]:
    """The texts these procedures' pages show, read together: today's and those of every version's first day."""
    days: dict[date, list[Procedure]] = {}
    for one in procedures:
        for day in {survey.on, *(survey.days.get(one.pk, []) if versions else ())}:
            days.setdefault(day, []).append(one)
    found = [shown for day, these in days.items() for shown in show_many(these, None, day)]
    if own and procedures:
        found += show_many(procedures, own, survey.on)
    return found


def answers(survey: Survey, lines: Lines, some: list[Group], procedures: list[Procedure]) -> dict[Hashable, Any]:
    """What else the pages and data of these groups ask for, read together."""
    on = survey.on
    agencies = list(Agency.objects.filter(pk__in=[one.agency for one in some if one.agency]))
    lists = survey.shared
    found: dict[Hashable, Any] = {question(shared_list, one.slug): one for one in lists.values()}
    found |= {question(lines_of, name): rows for name, rows in lines.items()}
    found |= ahead.of_procedures(procedures, on, feeds.MOST) if procedures else {}
    if agencies:
        found |= ahead.of_agencies(agencies, on)
        found |= {question(shared_list_of, one): survey.shared_of(one) for one in agencies}
        found |= {question(scopes_of, one, on): survey.scopes_of(one) for one in agencies}
        found |= _counts(survey, agencies)
    return found


def _counts(survey: Survey, agencies: list[Agency]) -> dict[Hashable, Any]:
    """How many procedures of each sector the agencies have and announced, from the lines that are in hand."""
    found: dict[Hashable, Any] = {}
    for one in agencies:
        lines = survey.listing(one)[0] if stands(one, survey.on) else []
        for ask, rows in (sector_counts, lines), (announced_counts, survey.announced(one)):
            counts = Counter(row.sector for row in rows)
            found[question(ask, one, survey.on)] = [
                SectorCount(slug, name := survey.sectors.get(slug, ""), sort_key(name) if slug else "", count)
                for slug, count in counts.items()
            ]
    return found
