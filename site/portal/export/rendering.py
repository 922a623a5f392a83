"""The bytes of an address, made by the same views as on the server: no network, no session, no reader."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern

from cms.views.agencies import shared_page
from cms.views.exported import Stated
from cms.views.furniture import Furniture
from portal.export import facets, publicity
from portal.export.languages import parted
from portal.export.links import Links
from portal.export.offline import PAGE
from portal.styles import stylesheet

__all__ = ["OWN", "CannotRenderError", "Made", "Renderer", "policy"]

_CHARSET = '<meta charset="utf-8">'
_STYLED = "</style>"
# Stated in the page too: a file opened from a disk has no server to say it.
_POLICY = (
    "default-src 'none'; {scripts}; style-src 'self' {style}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"
)
_HEADER, _SCRIPTS = "Content-Security-Policy", "script-src 'self'"
_SHARED = re.compile(r"(?:/[a-z]{2})?/danh-muc-chung/([^/]+)/(?:linh-vuc/([^/]+)/(?:tu/([^/]+)/)?)?")
_FACET = re.compile(r"/tim-kiem/([^/]+)/([^/]+)/(?:tu/([^/]+)/)?")


class CannotRenderError(RuntimeError):
    """A stated address gives no page."""

    def __init__(self, address: str, reason: str) -> None:
        # As they are: an error that comes out of another process is made again from them.
        super().__init__(address, reason)

    def __str__(self) -> str:
        return ": ".join(self.args)


def _not_found(request: HttpRequest) -> HttpResponse:
    return render(request, "404.html")


def _offline(request: HttpRequest) -> HttpResponse:
    return render(request, "export/offline.html")


# Pages that only an export has, or has in another form.
OWN: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/tim-kiem/": facets.search_page,
    PAGE: _offline,
    "/404.html": _not_found,
    publicity.ROWS: publicity.rows_page,
    publicity.DATA: publicity.rows_data,
}


def _host() -> str:
    """A host the portal answers for; pages ask for it, files never show it."""
    named = (one.lstrip(".") for one in settings.ALLOWED_HOSTS if one != "*")
    return next((one for one in named if one), "localhost")


def policy(scripts: str = _SCRIPTS) -> str:
    """The Content-Security-Policy of an exported page, without what only a header may say. `scripts`: its directive for
    scripts, where a page of ours carries some in itself."""
    return _POLICY.format(scripts=scripts, style=stylesheet().source)


@dataclass(frozen=True, slots=True)
class Made:
    """What stands at an address: the file's bytes, and of a page what comes after its style sheet."""

    content: bytes
    html: str | None = None


class Renderer:
    """Makes pages one after another; what stands around every page is read once."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self._factory = RequestFactory(SERVER_NAME=_host(), SERVER_PORT="443")
        self._furniture = Furniture(self._request("/"), written={})
        self._last: tuple[str, Made] = "", Made(b"")
        self._heads: dict[tuple[str, ...], bytes] = {}

    def _request(self, address: str) -> HttpRequest:
        request = self._factory.get(address, secure=True)
        request.user = AnonymousUser()
        values: dict[str, Any] = {"is_plain_file": True, "written": self.links.addresses}
        values["furniture"] = getattr(self, "_furniture", None)
        vars(request).update(values)
        return request

    def render(self, stated: Stated) -> Made:
        """The content of an address. Raises CannotRenderError when the view answers anything but 200."""
        source = stated.source or stated.address
        # A procedure's data of today are those of the day since when they stand, made just before.
        if source == self._last[0] and stated.source:
            return self._last[1]
        content = self._made(source, stated)
        self._last = source, content
        return content

    def _made(self, source: str, stated: Stated) -> Made:
        response = self._answer(source)
        if response.status_code != 200:
            raise CannotRenderError(source, str(response.status_code))
        kind = response.headers.get("Content-Type", "")
        content = _content(response)
        if not kind.startswith("text/html"):
            return Made(content)
        head, style, rest = content.decode().partition(_STYLED)
        if not style:
            head, rest = "", head
        html = self.links.rewrite(rest, stated.address)
        scripts = response.headers.get(_HEADER, _SCRIPTS)
        return Made(self._head(f"{head}{style}", stated.address, scripts) + html.encode(), html)

    def _head(self, head: str, address: str, scripts: str) -> bytes:
        # Two thirds of a page: the same on all but for the way up to the root.
        key = self.links.up_from(address), head, scripts
        if key not in self._heads:
            said = f'{_CHARSET}\n    <meta http-equiv="{_HEADER}" content="{policy(scripts)}">'
            self._heads[key] = self.links.rewrite(head.replace(_CHARSET, said, 1), address).encode()
        return self._heads[key]

    def _answer(self, source: str) -> HttpResponseBase:
        request = self._request(source)
        if own := OWN.get(source):
            return own(request)
        if facet := _FACET.fullmatch(source):
            return facets.page(request, *facet.groups(default=""))
        if shared := _SHARED.fullmatch(source):
            return shared_page(request, *shared.groups(default=""))
        match = _resolved(source)
        request.resolver_match = match
        try:
            answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        except Exception as error:
            raise CannotRenderError(source, f"{type(error).__name__}: {error}") from error
        if callable(later := getattr(answer, "render", None)):
            answer = later()
        return answer


@lru_cache(maxsize=256)
def _below(language: str | None, first: str) -> URLResolver:
    """The addresses that may begin so: to try all hundred of the portal costs as much as to fill a template."""
    return URLResolver(RegexPattern("^/"), list(_beginning(get_resolver().url_patterns, first)))


def _beginning(patterns: Iterable[URLPattern | URLResolver], first: str) -> Iterator[URLPattern | URLResolver]:
    for one in patterns:
        route = str(one.pattern)
        if isinstance(one, URLResolver) and (not route or isinstance(one.pattern, LocalePrefixPattern)):
            some = list(_beginning(one.url_patterns, first))
            yield URLResolver(one.pattern, some, one.default_kwargs, one.app_name, one.namespace)
            continue
        literal = route.partition("<")[0]
        if isinstance(one.pattern, RegexPattern) or literal.startswith(first) or first.startswith(literal):
            yield one


def _resolved(path: str) -> ResolverMatch:
    language, plain = parted(path)
    first = plain[1:].partition("/")[0]
    return _below(language, f"{first}/" if "/" in plain[1:] else first).resolve(path)


def _content(response: HttpResponseBase) -> bytes:
    # Never closed: that would tell Django a request has ended, and it would close the database.
    parts: Any = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    return b"".join(parts)
