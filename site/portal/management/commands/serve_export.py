"""`manage.py serve_export [OUT]`: show an export as a plain web server would, to look at it before it goes out."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from whitenoise import WhiteNoise
from whitenoise.responders import Redirect

from portal.export.manifest import FOLDER
from portal.export.writer import standing

__all__ = ["Command", "application"]

# As in deploy/: the name changes with the content.
_NAMED = re.compile(r"\.[0-9a-f]{8,12}\.[a-z]+$")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """A look at pages needs no log."""


def application(tree: Path) -> WhiteNoise:
    """The tree as a WSGI application: compressed forms for who takes them, its own page for what is not there."""

    def missing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/html; charset=utf-8")])
        return [(tree / "404.html").read_bytes()]

    return _Plain(
        missing, root=str(tree), index_file=True, autorefresh=True, max_age=0, immutable_file_test=_named_by_content,
        mimetypes={".csv": "text/csv", ".jsonl": "application/x-ndjson"},
    )  # fmt: skip


def _named_by_content(path: str, url: str) -> bool:
    return bool(_NAMED.search(url))


class _Plain(WhiteNoise):
    """Looks for a file when it is asked for: tens of thousands take long to list, and the next export is seen."""

    def find_file(self, url: str) -> Any:
        """The file of an address, but not the export's own."""
        return None if url.startswith(f"/{FOLDER}/") else super().find_file(url)

    def find_file_at_path(self, path: str, url: str) -> Any:
        """`…/index.html`, which all links of an export name, is answered itself: a plain server leads nobody on."""
        if url.endswith(f"/{self.index_file}") and Path(path).is_file():
            return self.get_static_file(path, url)
        return super().find_file_at_path(path, url)

    @staticmethod
    def serve(static_file: Any, environ: dict[str, Any], start_response: Any) -> Any:
        """A question goes on with whom the missing slash is added to."""
        if isinstance(static_file, Redirect) and (query := environ.get("QUERY_STRING")):
            headers = Headers(static_file.response.headers)
            headers["Location"] = f"{headers['Location']}?{query}"
        return WhiteNoise.serve(static_file, environ, start_response)


class Command(BaseCommand):
    """Serves until it is stopped."""

    help = "Xem bản tĩnh tại 127.0.0.1 như trên một máy chủ web thường."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which tree, on which port."""
        parser.add_argument("out", nargs="?", type=Path, metavar="THƯ_MỤC", help="bản tĩnh; mặc định var/export")
        parser.add_argument("--port", type=int, default=8001, help="cổng mạng; mặc định 8001")

    def handle(self, *args: Any, out: Path | None, port: int, **options: Any) -> None:
        """Serve the tree."""
        tree = standing((out or Path(settings.PORTAL_EXPORT)).expanduser().resolve())
        if not (tree / FOLDER).is_dir():
            raise CommandError(f"{tree} không phải bản xuất của cổng. Hãy chạy: manage.py export_site {tree}")
        self.stdout.write(f"Bản tĩnh: http://127.0.0.1:{port}/ (Ctrl+C để dừng)")
        with make_server("127.0.0.1", port, application(tree), handler_class=_Quiet) as server:
            server.serve_forever()
