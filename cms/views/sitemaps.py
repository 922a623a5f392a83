"""What machines that visit the site may read: robots.txt and sitemaps, at most 5,000 addresses each."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import local_day, today
from cms.selectors import addresses, catalogue
from cms.selectors.keeping import kept
from cms.views.found import NothingHereError
from cms.views.lists import applicant_ways, letter_slug, level_ways
from cms.views.tables import full

PER_FILE = 5000
MOST_FILES = 50_000  # of an index, by sitemaps.org
_XML = "application/xml; charset=utf-8"
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_PLAIN = (
    *("home", "procedures", "sectors", "agencies", "decisions", "applicants", "levels", "life_events", "fees"),
    *("whats_new", "coming", "ended", "open_data", "publicity"),
)

_Found = tuple[str, datetime | None]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """All may be read and kept, but the editors' side and prints, which are dear to make; where the sitemap is."""
    closed = ("/quan-tri/", "/co-quan/*/in/", "/en/co-quan/*/in/")
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in closed), f"Sitemap: {full(reverse('sitemaps'))}"]
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _lists() -> Iterator[_Found]:
    for name in _PLAIN:
        yield reverse(name), None
    for letter, _count in catalogue.letters(today()):
        yield reverse("letter", args=[letter_slug(letter)]), None
    applicants, levels = catalogue.counts_by_kind(today())
    for way in (*applicant_ways(applicants), *level_ways(levels)):
        yield way.address, None


def _named(route: str, rows: Callable[[], Iterable[tuple[tuple[str, ...], datetime | None]]]) -> Iterator[_Found]:
    for slugs, at in rows():
        yield reverse(route, args=slugs), at


SECTIONS: dict[str, Callable[[], Iterator[_Found]]] = {
    "danh-sach": _lists,
    "thu-tuc": lambda: _named("procedure", addresses.procedures),
    "tai-noi": lambda: _named("place", addresses.local_pages),
    "co-quan": lambda: _named("agency", addresses.agencies),
    "linh-vuc": lambda: _named("sector", addresses.sectors),
    "su-kien": lambda: _named("life_event", addresses.life_events),
    "quyet-dinh": lambda: _named("decision", addresses.decisions),
}


@kept
def section(name: str, on: date) -> list[_Found]:
    """The addresses of a kind as of a day, with when each last changed. Raises KeyError for a kind there is none of."""
    return list(SECTIONS[name]())


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The sitemaps there are."""
    lines = []
    for name in SECTIONS:
        for number in range(1, -(-len(section(name, today())) // PER_FILE) + 1):
            lines.append(f"<sitemap><loc>{escape(full(reverse('sitemap', args=[name, number])))}</loc></sitemap>")
    return _answer("sitemapindex", lines)


@require_safe
def sitemap(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One sitemap: the addresses of a kind, 5,000 to a file."""
    if name not in SECTIONS or not 1 <= number <= MOST_FILES:
        raise NothingHereError(_("Không có sơ đồ trang nào ở địa chỉ này."))
    found = section(name, today())[(number - 1) * PER_FILE : number * PER_FILE]
    if not found:
        raise NothingHereError(_("Không có sơ đồ trang nào ở địa chỉ này."))
    return _answer("urlset", (_line(address, at) for address, at in found))


def _line(address: str, at: datetime | None) -> str:
    day = f"<lastmod>{local_day(at).isoformat()}</lastmod>" if at else ""
    return f"<url><loc>{escape(settings.PORTAL_BASE_URL + address)}</loc>{day}</url>"


def _answer(root: str, lines: Iterable[str]) -> HttpResponse:
    body = "\n".join(lines)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_SPACE}>\n{body}\n</{root}>\n'
    return HttpResponse(text, content_type=_XML)
