"""The first page, and what machines that visit the site may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.selectors import browse
from cms.selectors.pages import latest_news, standing_notices

MOST_SECTORS = 24
MOST_NEWS = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, how much there is, and the ways in: sectors, ministries, provinces."""
    now = today()
    sectors = browse.sectors(now)
    largest = sorted(sectors, key=lambda row: -row.procedures)[:MOST_SECTORS]
    context = {
        "totals": browse.totals(now),
        "sectors": sorted(largest, key=lambda row: row.one.sort_key),
        "all_sectors": len(sectors),
        "central": browse.central_agencies(now),
        "provinces": browse.provinces(now),
        "own": browse.own_agency(),
        "on": now,
        "notices": standing_notices(MOST_NEWS),
        "news": latest_news(MOST_NEWS),
    }
    return render(request, "home.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All may be read and kept, but the editors' side."""
    return HttpResponse("User-agent: *\nDisallow: /quan-tri/\n", content_type="text/plain; charset=utf-8")
