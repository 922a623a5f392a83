"""Every address of the export: what the parts of the portal state, editors' pages, and what only an export has."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Site

from cms.models import Change, ClosedDays
from cms.models.pages import NewsIndexPage, NoticePage
from cms.selectors import pages
from cms.selectors.survey import Survey, mark_of
from cms.views import exported
from cms.views.exported import Group, Stated
from portal.export import facets, publicity
from portal.export.offline import PAGE
from search.models import DictionaryEntry

__all__ = [
    "NEEDS_SERVER",
    "PARTS",
    "assets",
    "code_mark",
    "common_mark",
    "log_of_editors",
    "read_so_far",
    "turns_of_editors",
]

_CODE = ("*.py", "*.html", "*.css", "*.js", "*.mo", "*.json")


def log_of_editors() -> list[Any]:
    """How far editors' actions, the change log and the dictionary have come: [sequence, page action, model action,
    entries, last change of one]."""
    tables = (Change, "sequence"), (PageLogEntry, "id"), (ModelLogEntry, "id")
    selects = ", ".join(f"(SELECT MAX({column}) FROM {model._meta.db_table})" for model, column in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selects}")
        found = list(cursor.fetchone())
    words = DictionaryEntry.objects.aggregate(count=Count("pk"), last=Max("changed_at"))
    return [*found, words["count"], str(words["last"])]


def read_so_far(on: date) -> list[Any]:
    """How far all that an export reads has come: equal on two days, nothing but the calendar may have changed it."""
    return [*log_of_editors(), *publicity.turning(on)]


def editors_pages(survey: Survey) -> Iterator[Group]:
    """The pages of Wagtail's tree that are public; its root is the portal's own first page."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return
    log = log_of_editors()
    found = Page.objects.live().public().descendant_of(site.root_page).order_by("path")
    for page in found.specific():
        parts = page.get_url_parts()
        if parts and parts[2]:
            mark = mark_of(log[1:3], survey.editors_mark)
            further = page.further_pages if isinstance(page, NewsIndexPage) else []
            yield Group(parts[2], mark, _stating(parts[2], *(parts[2] + name for name in further)))


def _stating(*places: str) -> Callable[[], list[Stated]]:
    return lambda: [Stated(address) for address in places]


def own(survey: Survey) -> Iterator[Group]:
    """What only an export has."""
    for address in ("/404.html", PAGE):
        yield Group(address, "", _stating(address))


# Public addresses that no file can answer, by the name of their pattern, and why.
NEEDS_SERVER = {
    "health": "says how the server is",
    "visits": "counts what the server answered today",
    "search_suggest": "answers what is being typed; among files a script does",
    "agency_on": "a list for each of endless days; the days of each procedure stand with its versions",
    **dict.fromkeys(
        (
            f"print_{what}{form}"
            for what in ("list", "list_sector", "booklet", "booklet_sector", "sheet", "sheet_on")
            for form in ("", "_pdf")
        ),
        "a print bears the day it is made on; the browser prints every page",
    ),
    "print_counter": "leads to prints",
    **dict.fromkeys(
        ("posted", "not_posted", "posted_file"),
        "3,000 ledgers of 300 rows change with every sheet hung up; the table says how many are posted",
    ),
}

PARTS: tuple[Callable[[Survey], Iterator[Group]], ...] = (
    *exported.PARTS,
    editors_pages,
    facets.lists,
    publicity.lists,
    own,
)


def code_mark() -> str:
    """Changes with every version of the code, the templates and the static files."""
    digest = hashlib.sha256()
    roots = [settings.ROOT / name for name in ("cms", "search", "site")]
    for root in roots:
        for path in sorted({path for pattern in _CODE for path in root.rglob(pattern)}):
            digest.update(f"{path.relative_to(settings.ROOT).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def common_mark(*options: Any) -> str:
    """Changes with what stands on every page: the code, the settings shown, menu and foot."""
    foot = pages.foot()
    sites = [(one.title, one.address) for one in foot.sites]
    menu = [(page.title, page.url_path) for page in pages.menu()]
    shown = (settings.PORTAL_BASE_URL, settings.PORTAL_AGENCY, settings.PORTAL_CONTACT, settings.WAGTAIL_SITE_NAME)
    licence = settings.PORTAL_DATA_LICENCE
    return mark_of(code_mark(), shown, licence, foot.hotline, foot.hotline_hours, sites, menu, options)


def assets() -> dict[str, tuple[str, bytes]]:
    """Scripts and icons: /static/js/a.js → (static/js/a.1f0c….js, content). The name changes with the content, so that
    a browser may keep it for ever."""
    folder = settings.SITE / "static"
    found = {}
    # The scripts of the search go into its index, in one file.
    for path in sorted(one for part in ("js", "icons") for one in (folder / part).glob("*") if one.is_file()):
        content, name = path.read_bytes(), path.relative_to(folder)
        short = hashlib.sha256(content).hexdigest()[:12]
        named = name.with_name(f"{name.stem}.{short}{name.suffix}").as_posix()
        found[f"/static/{name.as_posix()}"] = (f"static/{named}", content)
    return found


def turns_of_editors(after: date, upto: date) -> bool:
    """Whether a day off or a notice has passed between two days."""
    off = ClosedDays.objects.filter(last__gte=after, last__lte=upto).exists()
    expired = NoticePage.objects.filter(expire_at__date__gte=after, expire_at__date__lte=upto).exists()
    return off or expired
