"""The whole catalogue on one day as light rows with marks: whoever keeps made pages (the export) compares marks to know
which to make anew. A mark changes when anything a page says of a procedure changes, and only then; reading all of it
takes a dozen queries however many procedures there are."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Max
from wagtail.models import Page

from cms.models import (
    Agency,
    AgencyClass,
    AgencySuccession,
    AgencyText,
    Change,
    ClassMembership,
    ClosedDays,
    LifeEvent,
    Listing,
    OpeningHours,
    Procedure,
    ReceptionPoint,
    Replacement,
    Scope,
    ValidityPeriod,
)
from cms.selectors.addresses import local_pages
from cms.selectors.browse import CENTRAL, names_of
from cms.selectors.pages import standing_notices
from cms.selectors.past_states import PastState, past_states
from cms.selectors.sharing import SharedList, named, stands
from cms.vocabulary import AgencyKind, AgencyRole, ScopeKind, ScopePart

MOST_NOTICES = 1000

__all__ = ["Line", "Survey", "mark_of", "survey"]


def mark_of(*values: Any) -> str:
    """A short mark of these values: equal values, equal marks, on every machine."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:20]


class Line(NamedTuple):
    """A text in force, as a line of a list."""

    period: int
    procedure: int
    slug: str
    code: str | None
    name: str
    sort_key: str
    sector: str
    applicants: str
    levels: str
    decision_number: str
    content: int
    rank: int
    scope: int
    holds_from: date

    @property
    def said(self) -> tuple[str, str | None, str]:
        """What a list says of it."""
        return self.slug, self.code, self.name


_COLUMNS = (
    *("pk", "procedure_id", "procedure__slug", "procedure__code", "content__name", "content__sort_key"),
    *("content__sector__slug", "content__applicant_types", "content__levels", "content__decision_number"),
    *("content_id", "scope__rank", "scope_id", "holds_from"),
)


def _texts(row: tuple[Any, ...]) -> Iterable[Any]:
    """The columns of a line; only a code may be missing, a sector's address is then empty."""
    return ("" if value is None and at != 3 else value for at, value in enumerate(row))


@dataclass
class Survey:
    """`slugs`: addresses of the public procedures; `marks`: what their pages rest on; `days`: those of versions;
    `starts`: those on which one begins."""

    on: date
    slugs: dict[int, str]
    marks: dict[int, str]
    days: dict[int, list[date]]
    starts: dict[int, list[date]]
    sequence: int
    sectors: dict[str, str]

    @cached_property
    def standing(self) -> list[Line]:
        """All base texts in force, in Vietnamese order; a procedure once for each scope."""
        rows = ValidityPeriod.objects.in_force_on(self.on).standing().filter(part=ScopePart.BASE)
        ordered: Iterable[tuple[Any, ...]] = rows.order_by("content__sort_key", "procedure_id").values_list(*_COLUMNS)
        return [Line._make(_texts(row)) for row in ordered]

    def each_once(self, rows: Iterable[Line]) -> list[Line]:
        """Each procedure once, by its widest text, as `catalogue.entries`."""
        found = list(rows)
        best: dict[int, tuple[int, int]] = {}
        for row in found:
            best[row.procedure] = min(best.get(row.procedure, (row.rank, row.scope)), (row.rank, row.scope))
        return [row for row in found if best[row.procedure] == (row.rank, row.scope)]

    @cached_property
    def in_force(self) -> list[Line]:
        """Every procedure in force, once."""
        return self.each_once(self.standing)

    def marks_of(self, rows: Iterable[Line]) -> str:
        """The mark of all that is known of these procedures."""
        return mark_of([(row.period, self.marks.get(row.procedure)) for row in rows])

    @cached_property
    def names(self) -> dict[int, str]:
        """The name of every procedure, as `names_of`."""
        return names_of(self.slugs, self.on)

    @cached_property
    def everything(self) -> str:
        """Changes with whatever is published and with every day on which something begins or ends."""
        return mark_of(
            self.sequence, sorted(self.marks.items()), self.agencies_mark, self.events_mark, self.editors_mark
        )

    @cached_property
    def agencies_mark(self) -> str:
        """Changes with any agency, class or succession, and on the day an agency begins or ends."""
        columns = ("pk", "path", "slug", "name", "kind", "sort_key", "hotline", "valid_from", "valid_to")
        agencies = list(Agency.objects.order_by("path").values_list(*columns))
        states = [_state(row[-2], row[-1], self.on) for row in agencies]
        classes = list(AgencyClass.objects.order_by("pk").values_list("pk", "name", "level", "function", "area_id"))
        after = list(AgencySuccession.objects.order_by("pk").values_list("predecessor", "successor"))
        return mark_of(agencies, states, classes, after)

    @cached_property
    def editors_mark(self) -> str:
        """Changes with any editors' page, and when a notice expires."""
        live = Page.objects.live().public().order_by("pk").values_list("pk", "last_published_at", "url_path", "title")
        return mark_of(list(live), [one.pk for one in standing_notices(MOST_NOTICES)])

    @cached_property
    def events_mark(self) -> str:
        """Changes with any life event."""
        return mark_of(list(LifeEvent.objects.order_by("pk").values_list()))

    @cached_property
    def reception_mark(self) -> str:
        """Changes with any counter or its hours, and on the day a day off is past."""
        hours = list(OpeningHours.objects.order_by("pk").values_list())
        off = list(ClosedDays.objects.order_by("pk").values_list())
        past = [[value < self.on for value in row if isinstance(value, date)] for row in off]
        return mark_of(list(ReceptionPoint.objects.order_by("pk").values_list()), hours, off, past)

    @cached_property
    def past(self) -> dict[int, list[PastState]]:
        """What the portal showed of each procedure before it learned better."""
        return past_states()

    def past_mark(self, procedure: int) -> str:
        """Changes with what the pages of the procedure's past states rest on."""
        return mark_of([(one[:3], [_state(*span, self.on) for span in one.spans]) for one in self.past[procedure]])

    # --- lists of agencies -------------------------------------------------------------------------------------------

    @cached_property
    def _scopes(self) -> dict[str, dict[Any, set[int]]]:
        """Scopes by what they name: the nation, a class, an area's path, an agency."""
        found: dict[str, dict[Any, set[int]]] = defaultdict(lambda: defaultdict(set))
        for pk, kind, agency, path, group in Scope.objects.values_list(
            "pk", "kind", "agency_id", "agency__path", "agency_class_id"
        ):
            key = {ScopeKind.CLASS: group, ScopeKind.AREA: path, ScopeKind.AGENCY: agency}.get(ScopeKind(kind))
            found[kind][key].add(pk)
        return found

    @cached_property
    def _classes(self) -> dict[int, set[int]]:
        rows = ClassMembership.objects.in_force_on(self.on).standing().values_list("agency_id", "agency_class_id")
        found: dict[int, set[int]] = defaultdict(set)
        for agency, group in rows:
            found[agency].add(group)
        return found

    @cached_property
    def _listed(self) -> dict[int, set[int]]:
        rows = Listing.objects.in_force_on(self.on).standing().values_list("scope_id", "procedure_id")
        found: dict[int, set[int]] = defaultdict(set)
        for scope, procedure in rows:
            found[scope].add(procedure)
        return found

    @cached_property
    def _announced(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        rows = AgencyText.objects.filter(role=AgencyRole.ANNOUNCING, agency__isnull=False)
        for agency, content in rows.values_list("agency_id", "content_id"):
            found[agency].add(content)
        return found

    @cached_property
    def _lists(self) -> dict[frozenset[int], tuple[list[Line], str]]:
        return {}

    def scopes_of(self, agency: Agency) -> frozenset[int]:
        """The scopes that hold for the agency, as `listing.scopes_of`."""
        scopes = set(self._scopes[ScopeKind.NATION][None])
        for group in self._classes[agency.pk]:
            scopes |= self._scopes[ScopeKind.CLASS].get(group, set())
        for end in range(agency.steplen, len(agency.path) + 1, agency.steplen):
            scopes |= self._scopes[ScopeKind.AREA].get(agency.path[:end], set())
        return frozenset(scopes | self._scopes[ScopeKind.AGENCY].get(agency.pk, set()))

    def listing(self, agency: Agency) -> tuple[list[Line], str]:
        """The agency's list as `listing_of`, with the mark of what it says. Agencies with one list share its rows."""
        return self.listing_of(self.scopes_of(agency))

    def listing_of(self, key: frozenset[int]) -> tuple[list[Line], str]:
        """`listing` of all agencies for which just these scopes hold."""
        if key not in self._lists:
            listed = set().union(*(self._listed.get(one, set()) for one in key))
            rows = [row for row in self.standing if row.scope in key and row.procedure in listed]
            best: dict[int, Line] = {}
            for row in rows:
                kept = best.setdefault(row.procedure, row)
                if (-row.rank, row.holds_from, row.scope) < (-kept.rank, kept.holds_from, kept.scope):
                    best[row.procedure] = row
            rows = [row for row in rows if best[row.procedure] is row]
            said = [(row.said, row.sector, self.sectors.get(row.sector)) for row in rows]
            self._lists[key] = rows, mark_of(said)
        return self._lists[key]

    @cached_property
    def _with_own_text(self) -> frozenset[str]:
        return frozenset(agency for (agency, _slug), _at in local_pages())

    @cached_property
    def shared(self) -> dict[frozenset[int], SharedList]:
        """Lists that two agencies or more have alike, by their scopes. Ministries have lists of their own."""
        groups: dict[frozenset[int], list[Agency]] = defaultdict(list)
        provinces: dict[str, str] = {}
        for one in Agency.objects.order_by("path"):
            if one.kind == AgencyKind.PROVINCE:
                provinces[one.path] = one.name
            if one.kind not in CENTRAL and one.slug not in self._with_own_text and stands(one, self.on):
                groups[self.scopes_of(one)].append(one)
        alike = [(scopes, some) for scopes, some in groups.items() if len(some) > 1 and self.listing(some[0])[0]]
        return named((scopes, some, _province_of(some, provinces)) for scopes, some in alike)

    def shared_of(self, agency: Agency) -> SharedList | None:
        """The list the agency shares with others, if any."""
        if agency.kind in CENTRAL or agency.slug in self._with_own_text or not stands(agency, self.on):
            return None
        return self.shared.get(self.scopes_of(agency))

    def announced(self, agency: Agency) -> list[Line]:
        """What a ministry announced, as `procedures_announced_by`."""
        contents = self._announced.get(agency.pk, set())
        return self.each_once(row for row in self.standing if row.content in contents) if contents else []


def _province_of(agencies: list[Agency], provinces: dict[str, str]) -> str:
    """The province all of these stand below, or ""."""
    above = {next((path for path in provinces if one.path.startswith(path)), "") for one in agencies}
    below = all(one.path not in provinces for one in agencies)
    return provinces.get(above.pop(), "") if len(above) == 1 and below else ""


def _state(first: date | None, last: date | None, on: date) -> tuple[int, int]:
    """Where the day stands to a span: before, on or after its first day and its end. On the day itself a page says
    "today", on the next "the text of that day", so three states are told apart."""
    return tuple(0 if day is None else (on > day) - (on < day) + 2 for day in (first, last))  # type: ignore[return-value]


def survey(on: date) -> Survey:
    """Read the catalogue as it stands on the day. A dozen queries in all, most of them at the first need."""
    changed = dict(
        Change.objects.filter(procedure__isnull=False).order_by().values_list("procedure").annotate(Max("sequence"))
    )
    periods: dict[int, list[Any]] = defaultdict(list)
    days: dict[int, set[date]] = defaultdict(set)
    starts: dict[int, set[date]] = defaultdict(set)
    names: dict[int, set[str]] = defaultdict(set)
    columns = ("procedure_id", "pk", "holds_from", "valid_to", "content__sector__slug", "content__sector__name")
    sectors: dict[str, str] = {}
    for procedure, pk, first, last, slug, name in (
        ValidityPeriod.objects.standing().order_by("pk").values_list(*columns).iterator(chunk_size=5000)
    ):
        periods[procedure].append((pk, _state(first, last, on), slug, name))
        days[procedure] |= {first, last} if last else {first}
        starts[procedure].add(first)
        if slug:
            sectors[slug] = name
    for procedure, pk, first, last in (
        Listing.objects.standing().order_by("pk").values_list("procedure_id", "pk", "holds_from", "valid_to")
    ):
        periods[procedure].append((pk, _state(first, last, on)))
    public = ValidityPeriod.objects.order_by().values("procedure")
    slugs = dict(Procedure.objects.filter(pk__in=public).order_by("pk").values_list("pk", "slug"))
    codes = dict(Procedure.objects.values_list("pk", "code"))
    for old, new in Replacement.objects.values_list("old", "new"):
        names[old].add(str((slugs.get(new), changed.get(new), periods.get(new))))
    marks = {
        pk: mark_of(slug, codes.get(pk), changed.get(pk), periods.get(pk), sorted(names[pk]))
        for pk, slug in slugs.items()
    }
    last_sequence = Change.objects.aggregate(last=Max("sequence"))["last"] or 0
    return Survey(on, slugs, marks, _in_order(days), _in_order(starts), last_sequence, sectors)


def _in_order(days: Mapping[int, Iterable[date]]) -> dict[int, list[date]]:
    return {pk: sorted(found) for pk, found in days.items()}
