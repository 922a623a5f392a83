"""The search page, which works without scripts, and the suggestions that scripts may fetch while typing."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency, Scope, Sector
from cms.selectors.showing import scopes_for
from cms.views.found import NothingHereError
from search import statistics
from search.backends import Filters, IndexMissingError
from search.choices import chosen_facets, facet_words, groups_of
from search.engine import Results, backend, search, suggest
from search.facets import ALL_STATES, BY_PARAMETER
from search.forms import Asked, facets_in_address, read_request
from search.hits import Hit
from search.offers import grouped, lifted, near

__all__ = ["facet", "results", "suggestions"]


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """/tim-kiem/?q=…: hits of one page, what to narrow them to, and a way on when there are none."""
    return _page(request, read_request(request.GET.dict()))


@require_safe
def facet(request: HttpRequest, parameter: str, value: str, number: int = 1) -> HttpResponse:
    """/tim-kiem/<facet>/<value>/[trang/<n>/][?q=…]: one facet, all there is under it or what of it holds the text."""
    kind = BY_PARAMETER.get(parameter)
    if kind is None or not (_is_known(parameter, value) or (parameter == "tinh-trang" and value == ALL_STATES)):
        raise NothingHereError(_("Không có mục “%(value)s” để lọc.") % {"value": value})
    asked = read_request({"trang": str(number)} | request.GET.dict() | {parameter: value})
    return _page(request, asked)


def _is_known(parameter: str, value: str) -> bool:
    kind = BY_PARAMETER[parameter]
    if kind.is_closed:
        return bool(kind.indexed(value))
    model = Agency if kind.name == "agency" else Sector
    return model.objects.filter(slug=value).exists()


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    place = Agency.objects.filter(slug=asked.place).first() if asked.place else None
    filters = replace(asked.filters, scopes=scope_keys(place, today())) if place else asked.filters
    found = search(asked.typed, filters, page=asked.page, on=today())
    counted = (asked.typed, not found.total) if asked.page == 1 and found.available and filters == Filters() else None
    if counted:
        agent = request.headers.get("User-Agent", "")
        statistics.record(counted[0], zero=counted[1], on=today(), agent=agent)
    found.hits = grouped(_with_links(found.hits, place))
    address = Address(found.query.text, facets_in_address(filters), place.slug if place else "")
    context = {
        "results": found,
        "place": place,
        "heading": _heading(found, place),
        "groups": groups_of(found, address),
        "chosen": ([(place.name, address(noi=""))] if place else []) + chosen_facets(found, address),
        "form_address": address.path,
        "kept": sorted(address.query.items()),
        "address_all_states": address(**{"tinh-trang": ALL_STATES}),
        "address_first": address(),
        "address_unfiltered": Address(found.query.text)(),
        "meant": found.query.corrected,
        "address_meant": Address(found.query.corrected, facets_in_address(filters), place.slug if place else "")(),
        "lifted": _lifted(found, place, address),
        "near": _with_links(near(found), place),
        "pages": [(number, address(trang=number)) for number in _page_numbers(found)],
        "hotline": _hotline(found, place),
    }
    response = render(request, "search/results.html", context, status=200 if found.available else 503)
    # A list of hits is not a page of its own: web search engines shall find the procedures themselves.
    response["X-Robots-Tag"] = "noindex"
    # For whoever keeps this page: it is counted each time it is asked.
    response.counted = counted  # type: ignore[attr-defined]
    return response


def scope_keys(agency: Agency, on: date) -> tuple[str, ...]:
    """The scopes that hold for an agency on a day: what it offers is listed under one of them."""
    held = Scope.objects.filter(scopes_for(agency, on, None, prefix=""))
    return tuple(held.order_by("key").values_list("key", flat=True))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a search stands: `facets` are parameter → value. A single facet is a path, all else a query."""

    text: str
    facets: dict[str, str] | None = None
    place: str = ""

    def __call__(self, **changes: Any) -> str:
        """This search with something changed, from its first page on."""
        number = int(changes.pop("trang", 1))
        place = changes.pop("noi", self.place)
        facets = {name: value for name, value in {**(self.facets or {}), **changes}.items() if value}
        other = Address(self.text, facets, place)
        query = {"q": self.text} if self.text else {}
        query |= other.query
        path = other.path
        if number > 1 and other._is_path and not query:
            path = reverse("search_facet_page", args=[*next(iter(facets.items())), number])
        elif number > 1:
            query["trang"] = str(number)
        return f"{path}?{urlencode(query)}" if query else path

    @property
    def _is_path(self) -> bool:
        return len(self.facets or {}) == 1 and not self.place

    @property
    def path(self) -> str:
        """Where the form of this search leads."""
        if self._is_path:
            return reverse("search_facet", args=list(*(self.facets or {}).items()))
        return reverse("search")

    @property
    def query(self) -> dict[str, str]:
        """What the form must keep beside the text."""
        if self._is_path:
            return {}
        return ({"noi": self.place} if self.place else {}) | (self.facets or {})


def _with_links(hits: list[Hit], place: Agency | None) -> list[Hit]:
    """Hits that lead to the place's own page, and from what ended to what took its place."""
    wanted = sorted({pk for hit in hits if hit.state == "ENDED" for pk in hit.facts.successors})
    try:
        after = {one.id: Hit.of(one, hits[0].query) for one in backend().stored(wanted)} if wanted else {}
    except IndexMissingError:
        after = {}
    linked = []
    for hit in hits:
        successors = tuple((after[pk].name, after[pk].url) for pk in hit.facts.successors if pk in after)
        linked.append(replace(hit, place=place.slug if place else "", successors=successors))
    return linked


def _heading(found: Results, place: Agency | None) -> str:
    """What the page is about, for its title and first heading."""
    words = [facet_words(parameter, value, found) for parameter, value in facets_in_address(found.filters).items()]
    words += [place.name] if place else []
    return _("Tìm thủ tục") + (": " + "; ".join(words) if words else "")


def _lifted(found: Results, place: Agency | None, address: Address) -> tuple[str, int, str] | None:
    """The tightest filter of an empty answer: its words, what is found without it, and where."""
    offer = lifted(found)
    if offer is None:
        return None
    if offer.parameter == "noi":
        return (place.name if place else ""), offer.count, address(noi="")
    words = facet_words(offer.parameter, facets_in_address(found.filters)[offer.parameter], found)
    widest = ALL_STATES if offer.parameter == "tinh-trang" else ""
    return words, offer.count, address(**{offer.parameter: widest})


def _hotline(found: Results, place: Agency | None) -> str:
    """Whom to call: the place, else the agency chosen, else the portal's own."""
    agency = place or Agency.objects.filter(slug=found.filters.agency).first()
    return (agency.hotline if agency else "") or settings.PORTAL_CONTACT["phone"]


def _page_numbers(found: Results) -> list[int]:
    """The pages worth a link: first, last, and those around the present one."""
    near = range(max(1, found.page - 2), min(found.pages, found.page + 2) + 1)
    return sorted({1, found.pages, *near}) if found.pages > 1 else []


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """/tim-kiem/goi-y/?q=…: up to eight names, as JSON: {"q": typed, "goi_y": [{ten, ma, noi, url}]}."""
    typed = read_request(request.GET.dict()).typed
    rows = [{"ten": hit.name, "ma": hit.code, "noi": hit.where, "url": hit.url} for hit in suggest(typed)]
    response = JsonResponse({"q": typed[:200], "goi_y": rows}, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response
