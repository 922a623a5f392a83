"""Printed pages as PDF, for offices whose browsers print badly. The HTML is the same that a browser prints; files are
taken from the static folder alone, so a text can make the server fetch nothing."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

try:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError:  # Pango, a system library, is not installed
    HTML = None

__all__ = ["PdfUnavailableError", "to_pdf"]

# Any address will do: only paths below STATIC_URL are looked at.
BASE = "http://portal.invalid/"


class PdfUnavailableError(RuntimeError):
    """This machine can't make PDFs; the message says what to install."""


def to_pdf(html: str) -> bytes:
    """The page as PDF, A4 as its style sheet says, with bookmarks, tagged, its text selectable (PDF/UA-1).

    Raises PdfUnavailableError when Pango is missing.
    """
    if HTML is None:
        raise PdfUnavailableError(
            _("Máy chủ chưa cài Pango nên chưa tạo được PDF. Hãy in từ trình duyệt, hoặc báo người quản trị cài Pango.")
        )
    pdf: bytes = HTML(string=html, base_url=BASE, url_fetcher=_fetcher()).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _fetcher() -> "URLFetcher":
    """Gives static files by their addresses and stops the printing at anything else."""

    class StaticFiles(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> "URLFetcherResponse":
            path, prefix = unquote(urlsplit(url).path), urlsplit(settings.STATIC_URL).path
            found = _static(path.removeprefix(prefix)) if path.startswith(prefix) else None
            if found is None:
                raise FatalURLFetchingError(f"not a static file: {url}")
            kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, found.read_bytes(), {"Content-Type": kind})

    return StaticFiles()


def _static(name: str) -> Path | None:
    """The file behind a static name: collected in production, else where the app keeps it."""
    root = Path(settings.STATIC_ROOT).resolve()
    collected = (root / name).resolve()
    if collected.is_relative_to(root) and collected.is_file():
        return collected
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else None
