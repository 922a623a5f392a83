"""Public pages of a procedure: the base text and one place's, today and on any day; its versions; choosing a place."""

from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.calendar import today
from cms.models import Agency, Procedure, ValidityPeriod
from cms.selectors import browse, show
from cms.selectors.showing import Shown
from cms.values import UnreadableValue, read_date
from cms.views.facts import facts
from cms.views.sections import ROLES, channel_rows, is_name_only, missing_parts, sections
from cms.views.standing import Link, address_of, notices, since, source_of, until
from cms.vocabulary import AgencyKind, ScopePart

# A name may have a thousand characters; the first screen of a phone must still answer. The whole name stands below.
LONGEST_HEADING = 200


def found_procedure(identifier: str) -> Procedure:
    """The procedure behind an identifier. Raises Http404 in words for people."""
    procedure = browse.find_procedure(identifier)
    if procedure is None:
        raise Http404(_("Không có thủ tục nào ở địa chỉ này."))
    return procedure


def found_agency(slug: str) -> Agency:
    """The agency at an address. Raises Http404 in words for people."""
    agency = browse.find_agency(slug)
    if agency is None:
        raise Http404(_("Không có cơ quan nào ở địa chỉ này."))
    return agency


def procedure(request: HttpRequest, identifier: str, on: date | None = None) -> HttpResponse:
    """The base text. Any other identifier leads on to the one address that never dies."""
    found = found_procedure(identifier)
    if found.slug != identifier:
        return HttpResponsePermanentRedirect(address_of(found, None, on))
    return _page(request, found, None, on)


def place(request: HttpRequest, agency: str, identifier: str, on: date | None = None) -> HttpResponse:
    """The procedure as it holds at one agency."""
    where, found = found_agency(agency), found_procedure(identifier)
    if found.slug != identifier:
        return HttpResponsePermanentRedirect(address_of(found, where, on))
    return _page(request, found, where, on)


def _page(request: HttpRequest, procedure: Procedure, agency: Agency | None, on: date | None) -> HttpResponse:
    now = today()
    shown = show(procedure, agency, on or now)
    successors: list[Link] = []
    # Successors are named once the text has an end; a text still open has none.
    if shown.ended or (shown.base and shown.base.valid_to):
        new = browse.successors_of(procedure)
        names = browse.names_of([one.pk for one in new], shown.on)
        successors = [Link(names.get(one.pk, str(one)), one.get_absolute_url()) for one in new]
    context: dict[str, Any] = {
        "procedure": procedure,
        "agency": agency,
        "agency_label": browse.label_of(agency) if agency else "",
        "shown": shown,
        "name": (name := _name(shown)),
        "short_name": name if len(name) <= LONGEST_HEADING else name[:LONGEST_HEADING].rsplit(" ", 1)[0] + " …",
        "notices": notices(shown, successors, now),
        "listed": agency is None or shown.base is None or browse.is_listed(procedure, agency, shown.on),
        "versions_address": reverse("versions", args=[procedure.slug]),
        "address": address_of(procedure, agency, on),
        "day_address": address_of(procedure, agency, shown.on),
        "is_today": shown.on == now,
        "crumbs": _crumbs(shown),
    }
    if shown.base:
        context |= _text(shown)
    if agency is None:
        context["provinces"] = browse.provinces(now)
    return render(request, "procedure.html", context)


def _name(shown: Shown) -> str:
    """The name as the text on the page states it; without a text, the last or next one."""
    if shown.text:
        return shown.text.content.name
    return browse.names_of([shown.procedure.pk], shown.on).get(shown.procedure.pk, str(shown.procedure))


def _text(shown: Shown) -> dict[str, Any]:
    assert shown.base and shown.text
    name_only = is_name_only(shown)
    parts = [one for one in sections(shown) if not name_only or one.part in ROLES]
    return {
        "content": shown.text.content,
        "name_only": name_only,
        "facts": [] if name_only else facts(shown),
        "sections": parts,
        "missing": [] if name_only else missing_parts(shown, parts),
        "channel_rows": channel_rows(shown),
        "hides_time": ScopePart.TIME in shown.local,
        "hides_cost": ScopePart.COST in shown.local,
        "source": source_of(shown.base),
        "since": since(shown.base),
        "local_sources": [(str(ScopePart(part).label), source_of(row)) for part, row in sorted(shown.local.items())],
        # A text that came from a catalogue was read by a machine; one that came with its decision was approved.
        "machine_read": shown.base.opened_by.item is None and not shown.text.verified,
    }


def _crumbs(shown: Shown) -> list[Link]:
    if shown.agency:
        return [
            Link(_("Cơ quan"), reverse("agencies")),
            Link(shown.agency.name, shown.agency.get_absolute_url()),
        ]
    sector = shown.text.content.sector if shown.text else None
    found = [Link(_("Lĩnh vực"), reverse("sectors"))]
    return [*found, Link(sector.name, sector.get_absolute_url())] if sector else found


# --- versions and days -----------------------------------------------------------------------------------------------


def versions(request: HttpRequest, identifier: str) -> HttpResponse:
    """All texts the procedure had, has and will have, for whom, since when and by which decision."""
    found = found_procedure(identifier)
    if found.slug != identifier:
        return HttpResponsePermanentRedirect(reverse("versions", args=[found.slug]))
    now = today()
    periods = browse.versions_of(found)
    groups = [
        (_for_whom(rows[0]), [_version(found, row, now) for row in rows])
        for rows in (list(rows) for _key, rows in groupby(periods, key=lambda row: (row.scope_id, row.part)))
    ]
    names = browse.names_of([found.pk], now)
    context = {"procedure": found, "name": names.get(found.pk, str(found)), "groups": groups}
    return render(request, "versions.html", context)


def _version(procedure: Procedure, row: ValidityPeriod, now: date) -> dict[str, Any]:
    agency = row.scope.agency
    return {
        "name": row.content.name,
        "since": since(row),
        "until": until(row, now),
        "current": row.holds_from <= now and (row.valid_to is None or row.valid_to > now),
        "coming": row.holds_from > now,
        "source": source_of(row),
        "address": address_of(procedure, agency, row.holds_from),
    }


def _for_whom(row: ValidityPeriod) -> str:
    scope = row.scope
    where = scope.agency.name if scope.agency else scope.agency_class.name if scope.agency_class else _("Cả nước")
    return where if row.part == ScopePart.BASE else f"{where}: {ScopePart(row.part).label}"


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
        "name": names.get(found.pk, str(found)),
        "typed": typed,
        "error": error,
        "back": address_of(found, where),
    }
    return render(request, "choose_day.html", context, status=400 if error else 200)


# --- choosing a place ------------------------------------------------------------------------------------------------


def choose_place(request: HttpRequest, identifier: str, province: str | None = None) -> HttpResponse:
    """First the province, then the commune, by plain links; the form on the procedure's page arrives here by `tinh`."""
    found = found_procedure(identifier)
    chosen = request.GET.get("tinh", "")
    if chosen and province is None:
        return redirect("choose_commune", found.slug, found_agency(chosen).slug)
    now = today()
    names = browse.names_of([found.pk], now)
    context = {"procedure": found, "name": names.get(found.pk, str(found)), "address_of": _addresses(found)}
    if province is None:
        return render(request, "choose_place.html", context | {"province": None, "provinces": browse.provinces(now)})
    where = found_agency(province)
    below = browse.below(where, now)
    groups = [(AgencyKind(kind).label, below[kind]) for kind in below]
    return render(request, "choose_place.html", context | {"province": where, "groups": groups})


def _addresses(procedure: Procedure) -> Callable[[Agency], str]:
    return lambda agency: address_of(procedure, agency)
