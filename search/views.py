"""The search page, which works without scripts, and the suggestions that scripts may fetch while typing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency, Scope
from cms.selectors.showing import scopes_for
from cms.vocabulary import AdministrativeLevel
from search.backends import Filters
from search.document import State
from search.engine import Facet, Results, search, suggest
from search.forms import ALL_STATES, LEVELS, STATES, read_request

__all__ = ["results", "suggestions"]

# More choices than this don't help a reader narrow anything.
MOST_CHOICES = 8
PARAMETERS = {"sector": "linh-vuc", "level": "cap", "agency": "co-quan"}
KINDS = {
    "sector": gettext_lazy("Lĩnh vực"),
    "level": gettext_lazy("Cấp thực hiện"),
    "agency": gettext_lazy("Cơ quan"),
}


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """/tim-kiem/?q=…: hits of one page, what to narrow them to, and a way on when there are none."""
    asked = read_request(request.GET.dict())
    place = Agency.objects.filter(slug=asked.place).first() if asked.place else None
    filters = replace(asked.filters, scopes=scope_keys(place, today())) if place else asked.filters
    found = search(asked.typed, filters, page=asked.page)
    address = partial(_address, found, place)
    context = {
        "results": found,
        "place": place,
        "choices": _choices(found, address),
        "chosen": _chosen(found, place, address),
        "kept": [(name, value) for name, value in _parameters(found.filters, place).items() if value],
        "address_all_states": address(**{"tinh-trang": ALL_STATES}),
        "address_first": address(),
        "address_unfiltered": address(**dict.fromkeys([*PARAMETERS.values(), "noi"], "")),
        "pages": [(number, address(trang=number)) for number in _page_numbers(found)],
        "hotline": (place and place.hotline) or settings.PORTAL_CONTACT["phone"],
    }
    response = render(request, "search/results.html", context, status=200 if found.available else 503)
    # A list of hits is not a page of its own: web search engines shall find the procedures themselves.
    response["X-Robots-Tag"] = "noindex"
    return response


def scope_keys(agency: Agency, on: date) -> tuple[str, ...]:
    """The scopes that hold for an agency on a day: what it offers is listed under one of them."""
    held = Scope.objects.filter(scopes_for(agency, on, None, prefix=""))
    return tuple(held.order_by("key").values_list("key", flat=True))


def _parameters(filters: Filters, place: Agency | None) -> dict[str, str]:
    state = next((name for name, value in STATES.items() if value == filters.state), "")
    level = next((name for name, value in LEVELS.items() if value == filters.level), "")
    where = place.slug if place else ""
    return {"noi": where, "linh-vuc": filters.sector, "cap": level, "co-quan": filters.agency, "tinh-trang": state}


def _address(found: Results, place: Agency | None, **changes: Any) -> str:
    """This search with something changed, from its first page on."""
    values = {"q": found.query.text, **_parameters(found.filters, place)} | changes
    kept = {name: str(value) for name, value in values.items() if value and (name, value) != ("trang", 1)}
    return f"{reverse('search')}?{urlencode(kept)}"


def _page_numbers(found: Results) -> list[int]:
    """The pages worth a link: first, last, and those around the present one."""
    near = range(max(1, found.page - 2), min(found.pages, found.page + 2) + 1)
    return sorted({1, found.pages, *near}) if found.pages > 1 else []


def _choices(found: Results, address: Callable[..., str]) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """For each kind of filter not chosen yet that can narrow: its name and (label, count, address) of its values."""
    groups = []
    for kind, parameter in PARAMETERS.items():
        values = found.facets.get(kind, [])
        if getattr(found.filters, kind) or len(values) < 2:
            continue
        rows = [(_label(kind, one), one.count, address(**{parameter: _value(kind, one)})) for one in values]
        groups.append((str(KINDS[kind]), rows[:MOST_CHOICES]))
    return groups


def _chosen(found: Results, place: Agency | None, address: Callable[..., str]) -> list[tuple[str, str]]:
    """What the hits are narrowed to: (label, address without it)."""
    rows = [(place.name, address(noi=""))] if place else []
    for kind, parameter in PARAMETERS.items():
        value = getattr(found.filters, kind)
        if value:
            named = (facet for facet in found.facets.get(kind, []) if facet.value == value)
            rows.append((_label(kind, next(named, Facet(value, value, 0))), address(**{parameter: ""})))
    if found.filters.state != State.IN_FORCE:
        label = State(found.filters.state).label if found.filters.state else _("Cả thủ tục sắp áp dụng và đã bãi bỏ")
        rows.append((str(label), address(**{"tinh-trang": ""})))
    return rows


def _label(kind: str, facet: Facet) -> str:
    return str(AdministrativeLevel(facet.value).label) if kind == "level" else facet.label


def _value(kind: str, facet: Facet) -> str:
    return next(name for name, value in LEVELS.items() if value == facet.value) if kind == "level" else facet.value


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """/tim-kiem/goi-y/?q=…: up to eight names, as JSON: {"q": typed, "goi_y": [{ten, ma, noi, url}]}."""
    typed = read_request(request.GET.dict()).typed
    rows = [{"ten": hit.name, "ma": hit.code, "noi": hit.where, "url": hit.url} for hit in suggest(typed)]
    response = JsonResponse({"q": typed[:200], "goi_y": rows}, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response
