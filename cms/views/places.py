"""Choosing a place, once for all ("Xã/phường của tôi") or for one procedure: province, then commune, by plain links.
What was chosen stays on the reader's device; the server is told nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency
from cms.selectors import browse
from cms.views.found import NothingHereError, found_agency, found_procedure
from cms.views.standing import address_of
from cms.vocabulary import AgencyKind


@require_safe
def my_place(request: HttpRequest, province: str | None = None) -> HttpResponse:
    """The reader's commune, whatever they look for: each leads to its own page."""
    context = {"procedure": None, "address_of": lambda agency: agency.get_absolute_url()}
    return _choice(request, context, province)


@require_safe
def choose_place(request: HttpRequest, identifier: str, province: str | None = None) -> HttpResponse:
    """The place of one procedure; an old form arrives here by `tinh`."""
    found = found_procedure(identifier)
    chosen = request.GET.get("tinh", "")
    if chosen and province is None:
        return redirect("choose_commune", found.slug, found_agency(chosen).slug)
    names = browse.names_of([found.pk], today())
    context = {
        "procedure": found,
        "name": names.get(found.pk, str(found)),
        "address_of": lambda agency: address_of(found, agency),
    }
    return _choice(request, context, province)


def _choice(request: HttpRequest, context: dict[str, Any], province: str | None) -> HttpResponse:
    now = today()
    own = browse.own_agency() if province is None else None
    # A province's portal begins with its own communes; the other provinces are one step away.
    where = _province(province) if province else own and browse.province_of(own)
    if where is None:
        return render(request, "choose_place.html", context | {"province": None, "provinces": browse.provinces(now)})
    below = browse.below(where, now)
    groups = [(AgencyKind(kind).label, below[kind]) for kind in below]
    return render(request, "choose_place.html", context | {"province": where, "groups": groups})


def _province(slug: str) -> Agency | None:
    """The province at this address, None for "all of them". Raises NothingHereError for anything else."""
    if slug == "tat-ca":
        return None
    found = found_agency(slug)
    if found.kind != AgencyKind.PROVINCE:
        raise NothingHereError(_("Ở địa chỉ này phải là một tỉnh hoặc thành phố."))
    return found
