"""The portal as on a server: gunicorn with the shipped configuration, production settings, collected static files."""

import gzip
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from tests.portal.test_start import ROOT, clean_environment, free_port, manage, server_variables

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="gunicorn does not run on Windows")]


def start(variables, port):
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{port}", "portal.wsgi"],
        cwd=ROOT,
        env=clean_environment(PYTHONPATH=f"{ROOT}:{ROOT / 'site'}", **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def get(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "tthc.example.vn", **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    found = server_variables(tmp_path_factory.mktemp("var"), PORTAL_HTTPS="0")
    done = manage("upgrade", **found)
    assert done.returncode == 0, done.stderr
    return found


def test_a_server_serves_pages_compressed_hashed_files_and_its_health(variables):
    port = free_port()
    server = start(variables, port)
    try:
        while True:
            assert server.poll() is None, server.stdout.read()
            try:
                status, _, health = get(port, "/suc-khoe/")
                break
            except OSError:
                time.sleep(0.2)
        assert (status, "Cơ sở dữ liệu" in health.decode()) == (200, True)
        assert get(port, "/suc-khoe/", **{"X-Forwarded-For": "203.0.113.7"})[2] == b"ok"
        page = get(port, "/")[2]
        assert get(port, "/")[2] == page
        assert "@media" in page.decode()
        (script,) = set(re.findall(r"/static/js/suggest\.[0-9a-f]{12}\.js", page.decode()))
        status, headers, content = get(port, script, **{"Accept-Encoding": "gzip"})
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        assert "immutable" in headers["Cache-Control"]
        assert b"addEventListener" in gzip.decompress(content)
        assert get(port, "/khong-co/")[0] == 404
        assert get(port, "/", Host="evil.example")[0] == 400
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_a_server_that_lacks_a_setting_or_a_guard_of_its_database_does_not_start(variables):
    without = {key: value for key, value in variables.items() if key != "PORTAL_OWNER"}
    output, _ = start(without, free_port()).communicate(timeout=60)
    assert "PORTAL_OWNER (cơ quan chủ quản)" in output
    with closing(sqlite3.connect(f"{variables['PORTAL_VAR']}/portal.sqlite3")) as database:
        database.execute("DROP TRIGGER cms_change_delete")
    server = start(variables, free_port())
    output, _ = server.communicate(timeout=60)
    assert server.returncode == 1
    assert "cms_change_delete" in output
