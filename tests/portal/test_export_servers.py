"""The exported portal behind the web servers whose configurations are handed out, each really run."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings

from portal.export.run import Options, export
from portal.export.writer import only_one
from tests.factories import enact, make_agency, make_procedure

DEPLOY = Path(django_settings.ROOT) / "deploy"


@pytest.fixture
def tree(db, settings, tmp_path):
    """A small export; its folder."""
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    make_agency("Bộ Tư pháp")
    enact(make_procedure(code="1.001193", slug="khai-sinh"), sector="Hộ tịch")
    out = tmp_path / "export"
    with only_one(out) as fresh:
        export(out, fresh, Options(date(2026, 3, 2), languages=("en",)))
    return out


# What no file answers, and where it leads.
VERSIONS = "/thu-tuc/khai-sinh/phien-ban/"
ELSEWHERE = (
    ("/thu-tuc/khai-sinh/2026-01-05/", f"{VERSIONS}?ngay=2026-01-05"),
    ("/en/thu-tuc/khai-sinh/2026-01-05/", f"{VERSIONS}?ngay=2026-01-05"),
    ("/thu-tuc/khai-sinh/2026-01-05/tren-cong-ngay/2026-02-02/", f"{VERSIONS}?ngay=2026-01-05&biet-den=2026-02-02"),
    ("/thu-tuc/khai-sinh/so-sanh/2020-01-01/2026-02-02/", f"{VERSIONS}?truoc=2020-01-01&sau=2026-02-02"),
    ("/co-quan/bo-tu-phap/thu-tuc/khai-sinh/", "/thu-tuc/khai-sinh/"),
    ("/en/co-quan/bo-tu-phap/thu-tuc/khai-sinh/", "/en/thu-tuc/khai-sinh/"),
    ("/en/thu-tuc/khai-sinh/phien-ban/", VERSIONS),
    ("/linh-vuc/ho-tich/trang/2/", "/linh-vuc/ho-tich/"),
    ("/tim-kiem/linh-vuc/ho-tich/", "/linh-vuc/ho-tich/"),
    ("/tim-kiem/thoi-han/7/trang/2/", "/tim-kiem/thoi-han/7/"),
    ("/tinh-hinh-cong-khai/bo-tu-phap/chua-kiem/", "/tinh-hinh-cong-khai/tung-dong/#bo-tu-phap/chua-kiem"),
    ("/en/tinh-hinh-cong-khai/tat-ca/cong-khai.xlsx", "/tinh-hinh-cong-khai/tat-ca/cong-khai.xlsx"),
)
# A question goes on with whom it is led elsewhere, but where the target asks something of its own.
ASKED = (
    ("/tim-kiem?q=khai%20sinh&cap=xa", "/tim-kiem/?q=khai%20sinh&cap=xa"),
    ("/en/tim-kiem/?q=khai%20sinh", "/tim-kiem/?q=khai%20sinh"),
    ("/thu-tuc/khai-sinh/2026-01-05/?utm=zalo", f"{VERSIONS}?ngay=2026-01-05"),
)


def needed(program):
    """The program's path; without it the test is skipped, in CI it fails."""
    found = shutil.which(program) or (f"/usr/sbin/{program}" if Path(f"/usr/sbin/{program}").exists() else "")
    if not found:
        assert not os.environ.get("CI"), f"CI installs {program}"
        pytest.skip(f"{program} is not installed")
    return found


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port, path, accept=""):
    """(status, headers) of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept-Encoding": accept, "Host": "tthc.example.vn"})
    answer = connection.getresponse()
    answer.read()
    return answer.status, dict(answer.getheaders())


def run(command, port, folder):
    """The running server, once it answers."""
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    log = (folder / "log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    for _again in range(200):
        try:
            ask(port, "/")
            return process
        except OSError:
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
    process.kill()
    raise AssertionError((folder / "log").read_text())


def configured(name, tree, folder, address, instead):
    """The configuration handed out, for this tree and address; everything else as it stands."""
    text = (DEPLOY / name).read_text("utf-8").replace("/srv/portal/export", str(tree))
    assert address in text
    path = folder / name
    path.write_text(text.replace(address, instead))
    return path


@pytest.mark.parametrize("server", ["nginx", "caddy"])
def test_the_export_behind_a_plain_server(tree, tmp_path, server):
    program, port = needed(server), free_port()
    if server == "nginx":
        site = configured("nginx-export.conf", tree, tmp_path, "listen 80;", f"listen {port};")
        main = tmp_path / "nginx.conf"
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temps = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
        main.write_text(
            f"daemon off; pid {tmp_path}/pid; error_log stderr; user root; events {{}}\n"
            f"http {{ include /etc/nginx/mime.types; access_log off; {temps} include {site}; }}\n"
        )
        command = [program, "-p", str(tmp_path), "-c", str(main)]
    else:
        site = configured("Caddyfile", tree, tmp_path, "tthc.example.vn {", f"http://:{port} {{")
        site.write_text("{\n\tadmin off\n}\n" + site.read_text())
        command = [program, "run", "--config", str(site), "--adapter", "caddyfile"]
    process = run(command, port, tmp_path)
    try:
        page = "/thu-tuc/khai-sinh/"
        status, headers = ask(port, page, "gzip")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert headers["Content-Encoding"] == "gzip"
        assert headers["X-Content-Type-Options"] == "nosniff"
        for old, status, new in (("/thu-tuc/1.001193/", 301, page), *((old, 302, new) for old, new in ELSEWHERE)):
            answer, headers = ask(port, old)
            where = urlsplit(headers["Location"])
            assert (answer, where._replace(scheme="", netloc="").geturl()) == (status, new), old
        for old, new in ASKED:
            answer, headers = ask(port, old)
            where = urlsplit(headers["Location"])
            assert (answer // 100, where._replace(scheme="", netloc="").geturl()) == (3, new), old
        assert ask(port, "/khong-co/")[0] == ask(port, "/khong-co?q=a")[0] == 404
        ours = ("web.config", "_redirects", "caddy-redirects", "caddy-elsewhere", "nginx-elsewhere.map")
        for hidden in ("/.cong-xuat/manifest.json", *(f"/{name}" for name in ours)):
            assert ask(port, hidden)[0] == 404, hidden
        script = next((tree / "static" / "js").glob("*.js")).relative_to(tree)
        assert "max-age" in ask(port, f"/{script}")[1]["Cache-Control"]
    finally:
        process.terminate()
        process.wait(20)


def iis_leads(config, tree, address):
    """Where a rewrite rule sends an address that is no other number of a procedure; None when none does."""
    path, _mark, query = address.partition("?")
    for rule in config.findall("rewrite/rules/rule")[1:]:
        captured = None
        for condition in rule.iter("add"):
            if condition.get("matchType") == "IsFile":
                name = condition.get("input").replace("{REQUEST_FILENAME}", f"{tree}{path}")
                holds = Path(name).is_file() != (condition.get("negate") == "true") and not name.endswith("//")
            else:
                assert condition.get("input") == "{PATH_INFO}"
                captured = re.search(condition.get("pattern"), path, re.IGNORECASE)
                holds = captured is not None
            if not holds:
                break
        else:
            action = rule.find("action")
            target = re.sub(r"\{C:(\d)\}", lambda match, found=captured: found[int(match[1])], action.get("url"))
            return f"{target}?{query}" if query and action.get("appendQueryString") == "true" else target
    return None


def test_what_iis_is_told_is_xml_with_every_redirect_and_the_page_for_what_is_missing(tree):
    config = ET.parse(tree / "web.config").getroot().find("system.webServer")
    pairs = {one.get("key"): one.get("value") for one in config.iter("add") if one.get("key")}
    assert pairs == {"/thu-tuc/1.001193/": "/thu-tuc/khai-sinh/"}
    assert config.find("rewrite/rules/rule/action").get("redirectType") == "Permanent"
    # Read as IIS reads it: the first rule whose conditions hold.
    for old, new in (*ELSEWHERE, *ASKED, ("/thu-tuc/khai-sinh/", None), ("/khong-co/", None), (VERSIONS, None)):
        assert iis_leads(config, tree, old) == new, old
    assert config.find("httpErrors/error").get("path") == "404.html"
    assert ".cong-xuat" in {one.get("segment") for one in config.iter("add")}
