"""How soon the exported portal answers its first question on a slow line: the figures of Chromium's slow-3G profile and
a processor four times slower, cold, the median of three. The limit is 6 s from asking to the hits; ratios follow.

    python benchmarks/bench_slow_line.py OUT [--http2] [QUESTION …]

`asked`: the very first page is the search, with the question in its address. `open`: the search page was opened a few
seconds ago, nothing before it. `visited`: a procedure was read before, for half a minute, by someone who came from
elsewhere; the worker has then fetched what every search needs. The server is slow, not the browser: what DevTools slow
down leaves out the worker. A browser asks a server for six files at a time; `--http2` puts Caddy before it, as https
would be.
"""

import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
django.setup()

from benchmarks.bench_phone import ARGUMENTS, SLOW_3G  # noqa: E402  the checkout is not installed
from portal.management.commands.serve_export import application  # noqa: E402

LIMIT = 6_000  # ms
TYPING = 5  # s
READING = 30  # s
PACKET = 1_460  # bytes
QUESTIONS = ["khai sinh", "1.004222", "cap lai giay phep lai xe", "ho chieu", "mat the can cuoc xin cap lai o dau"]
STARTING = 5  # s
CADDY = """{{
    admin off
    auto_https disable_redirects
    skip_install_trust
}}
{address} {{
    tls internal
    reverse_proxy 127.0.0.1:{behind} {{
        flush_interval -1
    }}
}}
"""
# The first hits are there to read.
DONE = "[data-search=first], [data-search=done]"
SEARCH = "tim-kiem/"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class SlowLine:
    """A tree behind one slow line: each answer begins after a round, and all share what goes through at once."""

    def __init__(self, tree: Path) -> None:
        """`sent`: bytes so far."""
        self._answer, self._line, self._free = application(tree), threading.Lock(), time.monotonic()
        self.sent = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """A WSGI application."""
        time.sleep(SLOW_3G["latency"] / 1000)
        return self._slowed(self._answer(environ, start_response))

    def _slowed(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        for part in parts:
            for start in range(0, len(part), PACKET):
                packet = part[start : start + PACKET]
                with self._line:
                    self.sent += len(packet)
                    self._free = max(self._free, time.monotonic()) + len(packet) / SLOW_3G["downloadThroughput"]
                    due = self._free
                time.sleep(max(0.0, due - time.monotonic()))
                yield packet


def first_answer(browser: Browser, line: SlowLine, root: str, question: str, visited: str) -> tuple[float, int]:
    """Milliseconds to the hits of the first question, and the bytes that came over the line for them. `visited`: the
    page that was open before."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN", ignore_https_errors=True)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    try:
        if visited:
            page.goto(f"{root}/{visited}", timeout=60_000)
            page.wait_for_timeout((TYPING if visited == SEARCH else READING) * 1000)
        began, before = time.monotonic(), line.sent
        if visited == SEARCH:
            page.fill("#q", question)
            page.press("#q", "Enter")
        else:
            page.goto(f"{root}/tim-kiem/?q={quote(question)}", wait_until="commit", timeout=60_000)
        page.wait_for_selector(DONE, timeout=60_000)
        return (time.monotonic() - began) * 1000, line.sent - before
    finally:
        context.close()


@contextmanager
def answering(line: SlowLine, http2: bool) -> Iterator[str]:
    """The line's address, plain or behind a server that speaks HTTP/2."""
    server = _Threaded(("127.0.0.1", 0), _Quiet)
    server.set_app(line)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if not http2:
        yield f"http://127.0.0.1:{server.server_port}"
        return
    with TemporaryDirectory() as folder:
        config, own = Path(folder) / "Caddyfile", {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        address = f"https://localhost:{server.server_port + 1}"
        config.write_text(CADDY.format(address=address, behind=server.server_port))
        command = ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
        caddy = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | own)
        try:
            time.sleep(STARTING)
            yield address
        finally:
            caddy.terminate()
            caddy.wait()


def main() -> int:
    """Print a line a question and way; 1 when the median of one is later than the limit."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 0
    tree, *questions = (one for one in sys.argv[1:] if one != "--http2")
    with answering(line := SlowLine(Path(tree).resolve()), "--http2" in sys.argv) as root:
        return measured(Path(tree).resolve(), line, root, questions or QUESTIONS)


def measured(tree: Path, line: SlowLine, root: str, questions: list[str]) -> int:
    """As `main`, for a tree that answers."""
    visited = min((tree / "thu-tuc").glob("*/index.html")).relative_to(tree).as_posix()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; limit {LIMIT} ms")
    late = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*ARGUMENTS, "--ignore-certificate-errors"]
        )
        for way, before in (("asked", ""), ("open", SEARCH), ("visited", visited)):
            for question in questions:
                runs = [first_answer(browser, line, root, question, before) for _ in range(3)]
                median = statistics.median(taken for taken, _ in runs)
                late += median > LIMIT
                share = f"{median:6.0f} ms = {median / LIMIT:.2f} of the limit"
                best = min(taken for taken, _ in runs)
                print(f"{way:8} {question:30} {share}, best {best:6.0f}; {runs[0][1] / 1000:.0f} kB", flush=True)
        browser.close()
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
