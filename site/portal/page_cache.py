"""Whole public pages, kept for the next reader until anything published changes or the day does.

The address of a kept page holds the number of the last change, of the last editor's action in the CMS and the day, so
nothing has to be thrown away in time: a page made before a change is simply never asked for again. Searches are kept
too, since many ask the same; their address also holds the version of the index. What looks personal is not kept.
"""

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_plus

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.calendar import today
from cms.models import Change
from search import statistics

# Bytes of one kept answer. Long ones (a province's list) are kept packed: unpacking takes a hundredth of making them.
LARGEST = 200_000
PACKED_FROM = 60_000
LONGEST_SEARCH = 120
# Changes are numbered under a lock that lasts until they are committed. Wagtail's log entries are not: one may appear
# below another already seen, so they are counted too.
_LAST = (
    f"SELECT (SELECT MAX(sequence) FROM {Change._meta.db_table}), "
    f"(SELECT MAX(id) FROM {PageLogEntry._meta.db_table}), (SELECT COUNT(*) FROM {PageLogEntry._meta.db_table}), "
    f"(SELECT MAX(id) FROM {ModelLogEntry._meta.db_table}), (SELECT COUNT(*) FROM {ModelLogEntry._meta.db_table})"
)


class PageCacheMiddleware:
    """Keeps answers to GET without a query string from people who are not signed in; leaves all else alone.

    A view whose answer depends on a cookie must say so (`Vary: Cookie`); then it is not kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if settings.PORTAL_PAGE_CACHE == "off":
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The kept page, or a new one, kept if it may be."""
        key = self._key(request) if may_be_asked(request) else None
        if key is None:
            return self.get_response(request)
        if (kept := caches["pages"].get(key)) is not None:
            content, headers, packed, counted = kept
            if counted:
                agent = request.headers.get("User-Agent", "")
                statistics.record(counted[0], zero=counted[1], on=today(), agent=agent)
            return HttpResponse(zlib.decompress(content) if packed else content, headers=headers)
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and may_be_kept(response):
            _keep(key, response)
        return response

    def _key(self, request: HttpRequest) -> str | None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(_LAST)
                last = cursor.fetchone()
        except DatabaseError:
            return None
        # get_host refuses hosts that are not ours before their page could be kept.
        index = _index_version() if request.META.get("QUERY_STRING") else None
        place = (request.scheme, request.get_host(), request.get_full_path(), today(), last, index)
        return hashlib.sha256(repr(place).encode()).hexdigest()


def _keep(key: str, response: HttpResponse) -> None:
    packed = len(response.content) > PACKED_FROM
    content = zlib.compress(response.content, 6) if packed else response.content
    if len(content) <= LARGEST:
        # A search is counted each time it is asked, also when its page is kept.
        counted = getattr(response, "counted", None)
        caches["pages"].set(key, (content, dict(response.items()), packed, counted))


def may_be_asked(request: HttpRequest) -> bool:
    """Whether an answer to this request could be meant for everyone."""
    theirs = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    plain = not request.META.get("QUERY_STRING") or _is_common_search(request)
    return request.method == "GET" and plain and not theirs


def _is_common_search(request: HttpRequest) -> bool:
    """A search that others may ask too: short, and nothing in it looks like one person's own. Kept in memory only."""
    query = unquote_plus(request.META["QUERY_STRING"])
    searching = request.path_info == reverse("search") and settings.PORTAL_PAGE_CACHE == "memory"
    return searching and len(query) <= LONGEST_SEARCH and not statistics.looks_personal(query)


def _index_version() -> tuple[int, int, int] | None:
    try:
        about = Path(settings.PORTAL_SEARCH_INDEX).stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size, about.st_ino


def may_be_kept(response: HttpResponse) -> bool:
    """Whether this answer is the same for everyone who asks."""
    own = {"no-store", "no-cache", "private", "max-age=0"} & set(_words(response, "Cache-Control"))
    return (
        response.status_code == 200
        and not response.cookies
        and not own
        and "cookie" not in _words(response, "Vary")
        and "'nonce-" not in response.headers.get("Content-Security-Policy", "")
    )


def _words(response: HttpResponse, header: str) -> list[str]:
    return [word.strip().lower() for word in response.headers.get(header, "").split(",")]
