"""What a page costs on a small server: queries and milliseconds of the home, agency and procedure pages, memory of a
gunicorn worker, and requests a second with and without kept pages, beside nginx serving the same page as a file.

Data: BENCH_PORTAL names a folder with a filled portal (it is copied); without it the sample is loaded.
wrk and nginx must be installed for the part that serves (Debian: apt install wrk nginx-light).
"""

import os
import re
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(tempfile.mkdtemp(prefix="portal-bench-pages-"))
PORTS = {"kept": 8471, "off": 8472, "nginx": 8473}
SECONDS, CONNECTIONS, ROUNDS, TRIED = 5, 8, 31, 40
AIM_KEPT, AIM_MILLISECONDS = 1_500, 50.0
SERVER = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "PORTAL_VAR": str(VAR),
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "127.0.0.1",
    "PORTAL_BASE_URL": "http://127.0.0.1:8471",
    "PORTAL_HTTPS": "0",
    **{f"PORTAL_{name}": "x" for name in ("OWNER", "RESPONSIBLE", "ADDRESS", "PHONE", "EMAIL")},
    "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
}


def manage(*arguments: str) -> None:
    """Run a command in the portal under test; stop the benchmark when it fails."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, env=os.environ | SERVER, check=True, stdout=subprocess.DEVNULL)


def fill() -> None:
    """A portal of its own: a copy of the one named, brought up to this version, or the sample."""
    given = os.environ.get("BENCH_PORTAL")
    if given:
        shutil.copytree(given, VAR, dirs_exist_ok=True)
    manage("migrate", "--verbosity", "0")
    if not given:
        manage("load_sample")
    manage("sync_search_index")
    manage("collectstatic", "--noinput", "--verbosity", "0")


def addresses() -> dict[str, str]:
    """The home page, a usual procedure, and the dearest agency of each level and procedure among a hundred tried."""
    from django.test import Client  # noqa: PLC0415  only after setup

    from cms.models import Agency, Procedure  # noqa: PLC0415
    from cms.vocabulary import AgencyKind  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})

    def cost(address: str) -> float:
        began = time.process_time()
        assert client.get(address).status_code == 200, address
        return time.process_time() - began

    procedures = list(Procedure.objects.order_by("pk"))
    tried = [one.get_absolute_url() for one in procedures[:: max(1, len(procedures) // TRIED)]]
    by_cost = sorted(tried, key=cost)
    found = {"home": "/", "procedure": by_cost[len(by_cost) // 2], "procedure, dearest": by_cost[-1]}
    for kind in (AgencyKind.MINISTRY, AgencyKind.PROVINCE, AgencyKind.COMMUNE):
        of_kind = [one.get_absolute_url() for one in Agency.objects.filter(kind=kind).order_by("pk")[:TRIED]]
        if of_kind:
            found[f"agency, {kind.value.lower()}"] = max(of_kind, key=cost)
    return found


def uncached(pages: dict[str, str]) -> bool:
    """Queries, median and worst milliseconds of each page, made anew each time; whether all keep to the aim."""
    from django.db import connection  # noqa: PLC0415  only after setup
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client, good = Client(headers={"host": "127.0.0.1"}), True
    for kind, address in pages.items():
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as queries:
            size = len(client.get(address).content)
        count = len(queries)
        took = []
        for _ in range(ROUNDS):
            began, cpu = time.perf_counter(), time.process_time()
            client.get(address)
            took.append((time.perf_counter() - began, time.process_time() - cpu))
        wall, cpu = (statistics.median(one[place] for one in took) * 1000 for place in (0, 1))
        good &= cpu <= AIM_MILLISECONDS
        print(
            f"{kind:20} {count:3} queries, median {wall:5.1f} ms ({cpu:5.1f} ms of processor), "
            f"worst {max(one[0] for one in took) * 1000:5.1f} ms, {size / 1024:5.1f} kB  {address}"
        )
    return good


def wait_for(port: int) -> None:
    """Return once something answers on the port."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def gunicorn(cache: str) -> subprocess.Popen[bytes]:
    """One worker with the shipped configuration; `cache` is the value of PORTAL_PAGE_CACHE."""
    port = PORTS["off" if cache == "off" else "kept"]
    options = ["-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{port}", "-w", "1", "--max-requests", "0"]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, "portal.wsgi"],
        cwd=ROOT,
        env=os.environ | SERVER | {"PORTAL_PAGE_CACHE": cache},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(port)
    return server


def nginx(page: bytes) -> subprocess.Popen[bytes]:
    """One worker of nginx with the page as a file."""
    folder = VAR / "nginx"
    folder.mkdir()
    folder.chmod(0o755)
    VAR.chmod(0o755)
    (folder / "page.html").write_bytes(page)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;\n"
        "events { worker_connections 256; }\n"
        "http { access_log off; types { text/html html; } "
        f"server {{ listen 127.0.0.1:{PORTS['nginx']}; root {folder}; }} }}\n"
    )
    server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")])
    wait_for(PORTS["nginx"])
    return server


def memory(server: subprocess.Popen[bytes]) -> str:
    """Megabytes of the worker below a gunicorn master: resident, and its fair share of what both hold."""
    found = Path(f"/proc/{worker_of(server)}/smaps_rollup").read_text()
    resident, fair = (int(re.search(rf"^{name}: +(\d+) kB", found, re.M)[1]) / 1024 for name in ("Rss", "Pss"))
    return f"{resident:.0f} MB resident, {fair:.0f} MB as its share"


def worker_of(server: subprocess.Popen[bytes]) -> int:
    """The process that does the work below a master."""
    return int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0])


def processor_seconds(process: int) -> float:
    """Seconds of processor the process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pressed(server: subprocess.Popen[bytes], port: int, address: str) -> tuple[float, float]:
    """Requests a second under wrk, by the clock and by the worker's own processor time, which is what it would do on a
    core of its own. Stops the benchmark when an answer was no success."""
    worker = worker_of(server)
    before = processor_seconds(worker)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{address}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    used = processor_seconds(worker) - before
    return float(re.search(r"Requests/sec: +([\d.]+)", said)[1]), int(re.search(r"(\d+) requests in", said)[1]) / used


def served(address: str) -> bool:
    """Requests a second from one worker without and with kept pages, and from nginx; whether the aim was reached."""
    rates = {}
    for cache in ("off", "memory", "files"):
        server = gunicorn(cache)
        port = PORTS["off" if cache == "off" else "kept"]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}") as answer:
                page = answer.read()
            clock, rates[cache] = pressed(server, port, address)
            print(
                f"gunicorn, kept pages {cache:7} {clock:8,.0f} requests/s a worker by the clock, "
                f"{rates[cache]:8,.0f} a second of its processor time; {memory(server)}"
            )
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(40)
    server = nginx(page)
    try:
        clock, rates["nginx"] = pressed(server, PORTS["nginx"], "/page.html")
    finally:
        server.terminate()
        server.wait(10)
    print(f"nginx, the same page as a file {clock:8,.0f} by the clock, {rates['nginx']:8,.0f} of processor time")
    print(
        f"kept pages in memory: {rates['memory'] / rates['off']:.1f} times as many as without, "
        f"1/{rates['nginx'] / rates['memory']:.0f} of nginx; aim {AIM_KEPT:,} requests/s"
    )
    return rates["memory"] >= AIM_KEPT


def main() -> int:
    """Measure; 1 when an aim was missed."""
    fill()
    os.environ.update(SERVER, PORTAL_PAGE_CACHE="off")
    for folder in (ROOT, ROOT / "site"):
        sys.path.insert(0, str(folder))
    import django  # noqa: PLC0415  the settings come first

    django.setup()
    from scratch import machine  # noqa: PLC0415

    from cms.models import Agency, Procedure  # noqa: PLC0415

    pages = addresses()
    print(f"{machine()}; load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    print(f"{Procedure.objects.count():,} procedures, {Agency.objects.count():,} agencies; SQLite")
    good = uncached(pages)
    if shutil.which("wrk") and shutil.which("nginx"):
        good &= served(pages["procedure"])
    else:
        print("not served: wrk or nginx is not installed (Debian: apt install wrk nginx-light)")
    print(f"load at the end {os.getloadavg()[0]:.1f}; {'all aims reached' if good else 'an aim was MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        code = main()
    finally:
        shutil.rmtree(VAR, ignore_errors=True)
    raise SystemExit(code)
