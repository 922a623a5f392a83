"""What the search narrows to, as pages that need no script: one value of one kind, its procedures by sector. Levels,
sectors and applicants have lists of their own; combinations are the search page's, by its script."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.calendar import today
from cms.selectors import catalogue
from cms.selectors.keeping import kept
from cms.selectors.survey import Survey, mark_of
from cms.views.by_sector import Line, arranged, listed, pages_of, ways
from cms.views.exported import Group, Stated
from cms.views.paging import Stretch
from cms.views.standing import Link
from portal.export.carried import carried
from portal.export.links import INDEX
from portal.export.searching import current_files, index_path
from search.choices import facet_words
from search.document import State
from search.facets import KINDS

__all__ = ["lists", "page", "search_page"]

# The other kinds have lists of their own: portal.export.links leads there.
_KINDS = {kind.parameter: kind for kind in KINDS if kind.name in ("time", "cost", "online", "agency")}


class Narrowed(NamedTuple):
    """One value: its kind's parameter and its own name in addresses, in words, and its procedures."""

    parameter: str
    value: str
    label: str
    lines: list[Line]

    @property
    def address(self) -> str:
        """Where its list begins."""
        return reverse("search_facet", args=[self.parameter, self.value])

    @property
    def pages(self) -> list[tuple[str, Stretch]]:
        """Its pages with their addresses."""
        return pages_of(self.lines, self.address)


@kept
def narrowed(on: date) -> dict[tuple[str, str], Narrowed]:
    """Every value there is, by parameter and value: closed choices always, agencies that have procedures."""
    lines, held = _lines(on), _held()
    values = {(kind.parameter, value): kind.indexed(value) for kind in _KINDS.values() for value in kind.values}
    agencies = sorted(value for name, value in held if name == "agency")
    values |= {("co-quan", slug): slug for slug in agencies}
    found = {}
    for (parameter, value), indexed in values.items():
        there = held.get((_KINDS[parameter].name, indexed), set())
        some = [line for pk, line in lines.items() if pk in there]
        found[parameter, value] = Narrowed(parameter, value, facet_words(parameter, value), some)
    return found


def _held() -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    with closing(sqlite3.connect(index_path())) as connection:
        rows = connection.execute(
            "SELECT kind, value, facet.doc FROM facet JOIN doc ON id = facet.doc WHERE state = ?", [State.IN_FORCE]
        )
        for kind, value, doc in rows:
            found[kind, value].add(doc)
    return found


def _lines(on: date) -> dict[int, Line]:
    """The procedures in force by sector, then from A to Y. Two queries."""
    sectors = catalogue.sectors_of(on)
    found = {
        Line(row.slug, row.code, row.name, sectors.get(row.period_id, "")): row.procedure_id
        for row in catalogue.entries(on)
    }
    return {found[line]: line for line in arranged(found)}


def lists(survey: Survey) -> Iterator[Group]:
    """The search page with its ways in, and every value's pages."""
    every = narrowed(survey.on)
    # The page carries what the index's names tell.
    index = current_files()[INDEX].decode()
    counts = mark_of([(one.parameter, one.value, one.label, len(one.lines)) for one in every.values()], index)
    yield _group(reverse("search"), counts)
    for one in every.values():
        pages = one.pages
        for address, found in pages:
            first = ways(pages) if address == one.address else ()
            said = mark_of(one.label, found.rows, found.before, found.after, first)
            yield _group(address, said, len(found.rows))


def _group(address: str, mark: str, rows: int | None = None) -> Group:
    return Group(address, mark, lambda: [Stated(address, rows=rows)])


def search_page(request: HttpRequest) -> HttpResponse:
    """The search, with what can be chosen without typing; its header states what scripts it carries."""
    groups = [
        (str(_KINDS[parameter].label), [one for one in some if one.lines])
        for parameter, some in groupby(narrowed(today()).values(), key=lambda one: one.parameter)
    ]
    scripts = carried(current_files())
    answer = render(request, "export/search.html", {"groups": groups, "scripts": scripts})
    answer.headers["Content-Security-Policy"] = scripts.policy
    return answer


def page(request: HttpRequest, parameter: str, value: str, anchor: str = "") -> HttpResponse:
    """One page of one value's list. Raises KeyError for a value there is none of."""
    one = narrowed(today())[parameter, value]
    context = {
        "title": one.label,
        "kind": str(_KINDS[parameter].label),
        "listed": listed(one.lines, one.address, anchor),
        "narrow": f"{reverse('search')}?{parameter}={value}",
        "crumbs": [Link(_("Tìm thủ tục"), reverse("search"))],
    }
    return render(request, "export/facet.html", context)
