"""Searches through the web page at a steady rate on loopback: gunicorn with two workers on one side, a few threads with
kept connections on the other."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from scratch import ROOT

__all__ = ["at_a_steady_rate"]

PORT, WORKERS, THREADS, RATE = 8481, 2, 16, 100
HEADERS = {"Host": "127.0.0.1"}


def at_a_steady_rate(var: Path, queries: Sequence[str], seconds: int) -> bool:
    """Ask the search page of the portal in `var` `RATE` times a second; print what was reached; whether all of it was,
    without an error."""
    server = _serve(var)
    try:
        took, errors, elapsed = _ask(queries, seconds)
    finally:
        server.terminate()
        server.wait(30)
    took.sort()
    reached = len(took) / elapsed
    print(
        f"  web page: {len(took)} searches in {elapsed:.0f} s, {reached:.0f} a second of {RATE} asked, {errors} errors;"
        f" p50 {took[len(took) // 2] * 1000:.0f}, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms on the clock"
    )
    return not errors and reached >= RATE * 0.99


def _serve(var: Path) -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_VAR": str(var),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PORTAL_BASE_URL": f"http://127.0.0.1:{PORT}",
        "PORTAL_HTTPS": "0",
        **{f"PORTAL_{name}": "x" for name in ("OWNER", "RESPONSIBLE", "ADDRESS", "PHONE", "EMAIL")},
        # As it is served; what many ask alike is made once in each worker.
        "PORTAL_PAGE_CACHE": "memory",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    options = ["-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{PORT}", "-w", str(WORKERS), "--max-requests", "0"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "portal.wsgi"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                return server
        time.sleep(0.1)
    server.terminate()
    raise SystemExit(f"nothing answers on port {PORT}")


def _ask(queries: Sequence[str], seconds: int) -> tuple[list[float], int, float]:
    """(seconds of each good answer, errors, seconds in all): each thread takes the next moment of the common beat."""
    lock, began = threading.Lock(), time.perf_counter()
    turns = iter(range(RATE * seconds))
    took: list[float] = []
    errors: list[object] = []

    def work() -> None:
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        while True:
            with lock:
                turn = next(turns, None)
            if turn is None or time.perf_counter() - began > 2 * seconds:
                return
            time.sleep(max(0.0, began + turn / RATE - time.perf_counter()))
            sent = time.perf_counter()
            try:
                line.request("GET", f"/tim-kiem/?q={quote(queries[turn % len(queries)])}", headers=HEADERS)
                answer = line.getresponse()
                answer.read()
                (took if answer.status == 200 else errors).append(time.perf_counter() - sent)
            except (OSError, http.client.HTTPException) as error:
                errors.append(error)
                line.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return took, len(errors), time.perf_counter() - began
