"""Public pages of a procedure: the base text and one place's, today and on any day; its versions."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import local_day, today
from cms.jsonld import as_script, procedure_jsonld
from cms.models import Agency, Procedure, ValidityPeriod
from cms.qr import qr_svg
from cms.selectors import browse, show
from cms.selectors.keeping import kept_few
from cms.selectors.past_states import PastState, past_states_of
from cms.selectors.reception import reception_points
from cms.selectors.showing import Shown
from cms.values import UnreadableValue, read_date
from cms.views.facts import facts, takes_in
from cms.views.found import found_agency, found_procedure
from cms.views.plain import is_plain_file
from cms.views.sections import ROLES, channel_rows, is_name_only, missing_parts, sections, stands_apart
from cms.views.sheets import absolute
from cms.views.standing import (
    MOST_COMPARED,
    Link,
    address_of,
    difference_address,
    known_address,
    notices,
    since,
    source_of,
    until,
)
from cms.vocabulary import AdministrativeLevel, AgencyKind, Part, ScopeKind, ScopePart

# A name may have a thousand characters; the first screen of a phone must still answer. The whole name stands below.
LONGEST_HEADING = 200


@require_safe
def procedure(request: HttpRequest, identifier: str, on: date | None = None) -> HttpResponse:
    """The base text. Any other identifier leads on to the one address that never dies."""
    found = found_procedure(identifier)
    if found.slug != identifier:
        return HttpResponsePermanentRedirect(address_of(found, None, on))
    return procedure_page(request, found, None, on)


@require_safe
def place(request: HttpRequest, agency: str, identifier: str, on: date | None = None) -> HttpResponse:
    """The procedure as it holds at one agency."""
    where, found = found_agency(agency), found_procedure(identifier)
    if found.slug != identifier:
        return HttpResponsePermanentRedirect(address_of(found, where, on))
    return procedure_page(request, found, where, on)


def procedure_page(
    request: HttpRequest,
    procedure: Procedure,
    agency: Agency | None,
    on: date | None,
    known: datetime | None = None,
    **more: Any,
) -> HttpResponse:
    """The page of a procedure on a day, as the portal knew it at `known`; `more` goes before what it says itself."""
    now = today()
    shown, own = (show(procedure, agency, on or now, known), None) if known else shown_here(procedure, agency, on)
    successors: list[Link] = []
    # Successors are named once the text has an end; a text still open has none.
    if shown.ended or (shown.base and shown.base.valid_to):
        new = browse.successors_of(procedure)
        names = browse.names_of([one.pk for one in new], shown.on)
        successors = [Link(names.get(one.pk, str(one)), one.get_absolute_url()) for one in new]
    listed = shown.agency is None or shown.base is None or browse.is_listed(procedure, shown.agency, shown.on, known)
    context: dict[str, Any] = {
        "procedure": procedure,
        "agency": agency,
        "agency_label": browse.label_of(agency) if agency else "",
        "own": own,
        "shown": shown,
        "name": (name := _name(shown)),
        "short_name": name if len(name) <= LONGEST_HEADING else name[:LONGEST_HEADING].rsplit(" ", 1)[0] + " …",
        "notices": notices(shown, successors, now),
        "listed": listed or agency is None,
        "nearest": _nearest(shown, on) if agency and not listed else None,
        "on": now,
        "is_today": shown.on == now,
        "crumbs": _crumbs(shown),
        **_addresses(shown, agency, own, on, is_plain_file(request)),
    }
    if shown.base:
        context |= _text(shown, listed) if shown.agency or known else _text_for_all(_Said.of(shown))
        context["jsonld"] = as_script(procedure_jsonld(shown, settings.PORTAL_BASE_URL))
        context["place_level"] = _level(shown)
    context["notices"] = [*more.pop("before", ()), *context["notices"]]
    return render(request, "procedure.html", context | more)


def _addresses(
    shown: Shown, agency: Agency | None, own: Agency | None, on: date | None, plain_file: bool
) -> dict[str, Any]:
    """Where the page's other versions stand, and this one's own address with its code."""
    procedure = shown.procedure
    # A file outlives the day it was written on: where nothing stands, only the address without a day stays true.
    since_day = shown.stands_since or (None if on is None and plain_file else shown.on)
    version = absolute(address_of(procedure, shown.agency, since_day))
    past = on is not None and on < today() and shown.known is None
    then = ""
    if on and past:
        asked = urlencode({"ngay": on.isoformat(), "biet-den": on.isoformat()})
        # Among files the list of versions knows which of the portal's past pages that is.
        here = f"{reverse('versions', args=[procedure.slug])}?{asked}"
        then = here if plain_file else known_address(procedure, agency, on, on)
    return {
        "versions_address": reverse("versions", args=[procedure.slug]),
        "address": address_of(procedure, agency, on),
        "version_address": version,
        "qr": qr_svg(version),
        "base_address": address_of(procedure, None, shown.on if own else on),
        "then_address": then,
    }


def shown_here(procedure: Procedure, agency: Agency | None, on: date | None) -> tuple[Shown, Agency | None]:
    """What stands at an address, and whose rules those are where the address itself names nobody.

    Whose portal it is decides whose rules stand at the plain address; a day's address stays the text for all.
    """
    own = browse.own_agency() if agency is None and on is None else None
    shown = show(procedure, agency or own, on or today())
    if own and not (shown.local or (shown.base and shown.base.scope.kind != ScopeKind.NATION)):
        return show(procedure, None, shown.on), None
    return shown, own


def _nearest(shown: Shown, on: date | None) -> Link | None:
    """The page at who stands above the agency and has the procedure in its list."""
    assert shown.agency
    above = browse.nearest_listing(shown.procedure, shown.agency, shown.on)
    return Link(above.name, address_of(shown.procedure, above, on)) if above else None


def _name(shown: Shown) -> str:
    """The name as the text on the page states it; without a text, the last or next one."""
    if shown.text:
        return shown.text.content.name
    return browse.names_of([shown.procedure.pk], shown.on).get(shown.procedure.pk, str(shown.procedure))


def _level(shown: Shown) -> str:
    """Where "my place" leads to: the reader's commune, their province, or neither."""
    assert shown.text
    levels = shown.text.content.levels.split(",")
    if AdministrativeLevel.COMMUNE in levels or not any(levels):
        return "commune"
    return "province" if AdministrativeLevel.PROVINCE in levels else ""


@dataclass(frozen=True)
class _Said:
    """A text without a place, known by where it stands: what it says is the same on each day it holds."""

    periods: tuple[int, ...]
    language: str | None
    day: date
    shown: Shown = field(compare=False)

    @classmethod
    def of(cls, shown: Shown) -> "_Said":
        return cls(tuple(period.pk for period in shown.chosen), get_language(), today(), shown)


@kept_few
def _text_for_all(said: _Said) -> dict[str, Any]:
    """`_text`, for the pages of today and of the day since when it stands."""
    return _text(said.shown, listed=True)


def _text(shown: Shown, listed: bool) -> dict[str, Any]:
    assert shown.base and shown.text
    name_only = is_name_only(shown)
    parts = [one for one in sections(shown) if not name_only or one.part in ROLES or one.part == Part.RECEPTION]
    # A commune's counter is shown for what it takes in; elsewhere the list says that papers go there.
    # Counters are kept as they are now: a page of what was known then shows none.
    served = shown.agency and listed and (takes_in(shown) or shown.agency.kind != AgencyKind.COMMUNE)
    served = served and shown.known is None
    points = reception_points(shown.agency, shown.on) if shown.agency and served else []
    return {
        "content": shown.text.content,
        "name_only": name_only,
        "facts": [] if name_only else facts(shown, points, listed),
        "points": points,
        "sections": parts,
        "missing": [] if name_only else missing_parts(shown, parts),
        "channel_rows": (rows := channel_rows(shown)),
        # A column is left away where a section of its own says it.
        "hides_time": stands_apart(shown, Part.TIME) and not any(row.times for row in rows),
        "hides_cost": stands_apart(shown, Part.COSTS) and not any(row.costs for row in rows),
        "source": source_of(shown.base),
        "since": since(shown.base),
        "since_known": shown.base.valid_from is not None,
        "local_sources": [(str(ScopePart(part).label), source_of(row)) for part, row in sorted(shown.local.items())],
        # A text that came from a catalogue was read by a machine; one that came with its decision was approved.
        "machine_read": shown.base.opened_by.item is None and not shown.text.verified,
        "written": {},
    }


def _crumbs(shown: Shown) -> list[Link]:
    if shown.agency:
        return [
            Link(_("Cơ quan"), reverse("agencies")),
            Link(browse.label_of(shown.agency), shown.agency.get_absolute_url()),
        ]
    sector = shown.text.content.sector if shown.text else None
    found = [Link(_("Lĩnh vực"), reverse("sectors"))]
    return [*found, Link(sector.name, sector.get_absolute_url())] if sector else found


# --- versions and days -----------------------------------------------------------------------------------------------


@require_safe
def versions(request: HttpRequest, identifier: str) -> HttpResponse:
    """All texts the procedure had, has and will have, for whom, since when and by which decision."""
    found = found_procedure(identifier)
    if found.slug != identifier:
        return HttpResponsePermanentRedirect(reverse("versions", args=[found.slug]))
    now = today()
    periods = browse.versions_of(found)
    groups = [
        (
            _for_whom(rows[0]),
            [_version(found, row, older, now) for row, older in zip(rows, [*rows[1:], None], strict=True)],
        )
        for rows in (list(rows) for _key, rows in groupby(periods, key=lambda row: (row.scope_id, row.part)))
    ]
    names = browse.names_of([found.pk], now)
    context = {
        "procedure": found,
        "name": names.get(found.pk, str(found)),
        "groups": groups,
        "days": (days := sorted({row.holds_from for row in periods})),
        "turns": sorted({*days, *(row.valid_to for row in periods if row.valid_to)}),
        "known_since": min((local_day(row.recorded_at) for row in periods), default=None),
        "all_compared": len(days) <= MOST_COMPARED,
        "past": [_past(found, state) for state in past_states_of(found)],
    }
    return render(request, "versions.html", context)


def _version(procedure: Procedure, row: ValidityPeriod, older: ValidityPeriod | None, now: date) -> dict[str, Any]:
    agency = row.scope.agency
    both = (older.holds_from, row.holds_from) if older else None
    return {
        "name": row.content.name,
        "since": since(row, now),
        "until": until(row, now),
        "current": row.holds_from <= now and (row.valid_to is None or row.valid_to > now),
        "coming": row.holds_from > now,
        "source": source_of(row),
        "address": address_of(procedure, agency, row.holds_from),
        "difference": difference_address(procedure, agency, *both) if both else "",
    }


def _past(procedure: Procedure, state: PastState) -> dict[str, Any]:
    links = [(day, known_address(procedure, None, day, state.known)) for day in state.days]
    return {"known": state.known, "until": state.until, "links": links}


def _for_whom(row: ValidityPeriod) -> str:
    scope = row.scope
    where = (
        browse.label_of(scope.agency)
        if scope.agency
        else scope.agency_class.name
        if scope.agency_class
        else _("Cả nước")
    )
    return where if row.part == ScopePart.BASE else f"{where}: {ScopePart(row.part).label}"


@require_safe
def choose_day(request: HttpRequest, identifier: str, agency: str | None = None) -> HttpResponse:
    """From the typed day to that day's address; what can't be read as a day is said, with the form again."""
    found = found_procedure(identifier)
    where = found_agency(agency) if agency else None
    typed = request.GET.get("ngay", "")
    error = ""
    if typed:
        try:
            return redirect(address_of(found, where, read_date(typed)))
        except UnreadableValue as unreadable:
            error = str(unreadable)
    names = browse.names_of([found.pk], today())
    context = {
        "procedure": found,
        "agency": where,
        "agency_label": browse.label_of(where) if where else "",
        "name": names.get(found.pk, str(found)),
        "typed": typed,
        "error": error,
        "back": address_of(found, where),
    }
    return render(request, "choose_day.html", context, status=400 if error else 200)
