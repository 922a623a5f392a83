"""The language of a page is told by its address alone: Vietnamese at the plain one, English below /en/. So a page can
be kept, exported and shared, no cookie is needed, and nobody gets another language than the one linked to."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

__all__ = ["LanguageMiddleware", "other_languages"]


class LanguageMiddleware:
    """Activates the language of the address; the admin then takes the editor's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the address's language."""
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def other_languages(path: str) -> list[tuple[str, str, str]]:
    """(code, own name, address) of the same page in each other language."""
    spoken = translation.get_language_from_path(path)
    # One slash before it: two would name another site ("/en//elsewhere.example/").
    plain = "/" + (path.removeprefix(f"/{spoken}") if spoken else path).lstrip("/\\")
    return [
        (code, name, plain if code == settings.LANGUAGE_CODE else f"/{code}{plain}")
        for code, name in settings.LANGUAGES
        if code != (spoken or settings.LANGUAGE_CODE)
    ]
