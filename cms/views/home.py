"""The first page: search, and every way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.selectors import browse, catalogue, news
from cms.selectors.pages import latest_news, standing_notices
from cms.views.lists import applicant_ways
from cms.views.whats_new import words_of

MOST_SECTORS = 24
MOST_NEWS = 5
MOST_CHANGES = 3
MOST_EVENTS = 10


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, how much there is, and the ways in: events, audiences, sectors, ministries, provinces, what is new."""
    now = today()
    found = catalogue.overview(now)
    largest = sorted(found.sectors, key=lambda row: -row.procedures)[:MOST_SECTORS]
    provinces = browse.provinces(now)
    events = catalogue.life_events(now)
    context = {
        "procedures": found.procedures,
        "communes": browse.count_communes(now),
        "sectors": sorted(largest, key=lambda row: row.one.sort_key),
        "all_sectors": len(found.sectors),
        "central": browse.central_agencies(now),
        "provinces": provinces,
        "events": events[:MOST_EVENTS],
        "all_events": len(events),
        "applicants": applicant_ways(found.applicants),
        "changes": news.read_happenings(list(news.happenings()[:MOST_CHANGES]), now, named=1),
        "words_of": words_of,
        "own": browse.own_agency(),
        "on": now,
        "notices": standing_notices(MOST_NEWS),
        "news": latest_news(MOST_NEWS),
    }
    return render(request, "home.html", context)
