"""The one command: what it makes once, what it leaves alone, and what it says when it cannot."""

import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from portal import bootstrap

ROOT = Path(__file__).resolve().parents[2]


def clean_environment(**more):
    # Under `make test` a make of ours would be a submake and say where it goes.
    ours = ("PORTAL_", "DJANGO_", "DATABASE_", "MAKE", "MFLAGS")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return {**kept, "PYTHONUTF8": "1", "DJANGO_SETTINGS_MODULE": "portal.settings.dev", **more}


def manage(*arguments, **variables):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def server_variables(var, **more):
    """All that portal.settings.production asks for."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_VAR": str(var),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "tthc.example.vn",
        "PORTAL_BASE_URL": "https://tthc.example.vn",
        "PORTAL_OWNER": "Ủy ban nhân dân tỉnh",
        "PORTAL_RESPONSIBLE": "Nguyễn Văn A",
        "PORTAL_ADDRESS": "Số 1 đường Trần Phú",
        "PORTAL_PHONE": "0200 000 000",
        "PORTAL_EMAIL": "tthc@example.vn",
        **more,
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_taken_port_is_named_before_any_work(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = manage("start", PORT=str(port), PORTAL_VAR=str(tmp_path))
    assert done.returncode == 1
    assert f"Cổng mạng {port} đang có chương trình khác dùng" in done.stderr
    assert not (tmp_path / "portal.sqlite3").exists()


def test_a_wrong_setting_is_one_plain_line(tmp_path):
    done = manage("start", PORT="tám nghìn", PORTAL_VAR=str(tmp_path))
    assert done.returncode == 2
    assert "Thiết lập chưa đúng: biến môi trường PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "PORTAL_BASE_URL"])
def test_a_server_starts_with_no_default_for_what_must_be_its_own(tmp_path, missing):
    given = server_variables(tmp_path)
    del given[missing]
    done = manage("check", **given)
    assert done.returncode == 2
    assert f"thiếu biến môi trường {missing}" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_OWNER", "", "PORTAL_OWNER (cơ quan chủ quản)"),
        ("PORTAL_RESPONSIBLE", "", "PORTAL_RESPONSIBLE (người chịu trách nhiệm nội dung)"),
        ("PORTAL_ADDRESS", "", "PORTAL_ADDRESS (địa chỉ liên hệ)"),
        ("PORTAL_PHONE", "", "PORTAL_PHONE (điện thoại)"),
        ("PORTAL_EMAIL", " ", "PORTAL_EMAIL (thư điện tử)"),
        ("SECRET_KEY", "django-insecure-" + "abcdefghij" * 5, "SECRET_KEY là khóa mẫu hoặc quá yếu"),
        ("SECRET_KEY", "k" * 50, "SECRET_KEY là khóa mẫu hoặc quá yếu"),
        ("SECRET_KEY", "only-for-tests", "SECRET_KEY là khóa mẫu hoặc quá yếu"),
        ("PORTAL_DEBUG", "1", "PORTAL_DEBUG đang bật"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS phải ghi rõ tên miền"),
    ],
)
def test_a_server_refuses_to_start_with_what_a_public_site_must_not_have(tmp_path, name, value, said):
    done = manage("check", **server_variables(tmp_path, **{name: value}))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_with_all_it_owes_passes_djangos_own_checklist(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **server_variables(tmp_path))
    assert done.returncode == 0, done.stderr


class RunningPortal:
    """`manage.py start` in a process of its own, until `close`."""

    def __init__(self, var):
        self.port = free_port()
        self.began = time.monotonic()
        self.log = var.parent / f"log-{self.port}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "start"],
                cwd=ROOT,
                env=clean_environment(PORT=str(self.port), PORTAL_VAR=str(var), PYTHONUNBUFFERED="1"),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def output(self):
        return self.log.read_text(encoding="utf-8")

    def wait(self, seconds):
        while "Cổng đang chạy" not in self.output():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() - self.began < seconds, self.output()
            time.sleep(0.1)
        return time.monotonic() - self.began

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def close(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.mark.slow
def test_the_second_start_is_quick_and_keeps_account_and_data(tmp_path):
    var = tmp_path / "var"
    first = RunningPortal(var)
    try:
        first.wait(180)
        assert re.search(r"mật khẩu: +\S{12,}", first.output())
        assert first.get("/quan-tri/login/") == 200
        assert first.get("/khong-co-trang-nay/") == 404
    finally:
        first.close()
    second = RunningPortal(var)
    try:
        assert second.wait(60) < 20
        assert "mật khẩu" not in second.output()
        assert "Nạp dữ liệu mẫu" not in second.output()
        assert "Cập nhật cơ sở dữ liệu" not in second.output()
    finally:
        second.close()


def test_pinned_packages_are_what_this_suite_runs_on():
    assert bootstrap.unmet_requirements() == []


def test_a_package_in_another_version_counts_as_unmet(tmp_path):
    listed = tmp_path / "requirements.txt"
    listed.write_text("# why\nDjango==1.0\npsycopg[binary]==0.1\nno-such-package==1\nother==2; sys_platform == 'x'\n")
    assert bootstrap.unmet_requirements(listed) == ["Django==1.0", "psycopg[binary]==0.1", "no-such-package==1"]


def test_changed_requirements_make_the_environment_stale(tmp_path, monkeypatch):
    runtime = tmp_path / "requirements.txt"
    runtime.write_text("a==1\n")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "RUNTIME", runtime)
    bootstrap.venv_python().parent.mkdir()
    bootstrap.venv_python().touch()
    assert not bootstrap.is_current(runtime)
    bootstrap._stamp(runtime).write_text(bootstrap._fingerprint(runtime))
    assert bootstrap.is_current(runtime)
    runtime.write_text("a==2\n")
    assert not bootstrap.is_current(runtime)


@pytest.fixture
def bare_checkout(tmp_path):
    """A checkout that needs one small package; its `.venv` is stamped as `make setup` leaves it, and empty."""
    portal = tmp_path / "site" / "portal"
    portal.mkdir(parents=True)
    shutil.copy(bootstrap.__file__, portal)
    (tmp_path / "requirements.txt").write_text("small-package==1.0\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    (tmp_path / "manage.py").write_text(
        "import sys\nsys.path.insert(0, 'site/portal')\nimport bootstrap\n"
        "bootstrap.enter_environment(sys.argv)\nimport small_package\nprint('serving', bootstrap.inside_venv())\n"
    )
    venv.create(tmp_path / ".venv", symlinks=True)
    texts = [(tmp_path / name).read_bytes() for name in ("requirements.txt", "requirements-dev.txt")]
    (tmp_path / ".venv" / "requirements-dev.sha256").write_text(hashlib.sha256(b"\0".join(texts)).hexdigest())
    return tmp_path


def start(checkout):
    return subprocess.run(
        [getattr(sys, "_base_executable", sys.executable), "manage.py", "start"],
        cwd=checkout,
        env=clean_environment(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(checkout)),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def write_small_package(folder):
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "small_package-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small_package.py", "")
        about = "small_package-1.0.dist-info"
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: small-package\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def test_a_machine_without_a_network_is_set_up_from_a_folder_of_wheels(bare_checkout):
    shutil.rmtree(bare_checkout / ".venv")
    shutil.copy(ROOT / "Makefile", bare_checkout)
    write_small_package(bare_checkout / "wheels")
    python = getattr(sys, "_base_executable", sys.executable)
    command = ["make", "setup", f"PYTHON={python}", "WHEELS=wheels"]
    # A proxy that answers nothing stands for the missing network.
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        command, cwd=bare_checkout, env=clean_environment(**nowhere), capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "serving True"), done.stderr


def write_pip(checkout, source):
    (packages,) = (checkout / ".venv" / "lib").glob("python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__main__.py").write_text(source)


def test_an_environment_that_cannot_be_mended_stops_instead_of_starting_over(bare_checkout):
    write_pip(bare_checkout, "")
    done = start(bare_checkout)
    assert (done.returncode, done.stdout.count("Cài thư viện")) == (2, 1)
    assert "vẫn thiếu thư viện dù đã cài: small-package==1.0" in done.stderr


def test_a_package_that_went_missing_is_installed_again(bare_checkout):
    write_small_package(bare_checkout)
    subprocess.run([bare_checkout / ".venv" / "bin" / "python", "-m", "ensurepip"], check=True, capture_output=True)
    done = start(bare_checkout)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "serving True"), done.stderr
    assert "Cài thư viện" not in start(bare_checkout).stdout


def test_an_old_python_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as caught:
        bootstrap.prepare()
    assert caught.value.code == 2
    assert "Python 3.9.2 quá cũ" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_first_account_is_a_person_with_one_name():
    user = get_user_model().objects.create_superuser("bientap", None, "x", full_name="Biên tập viên")
    assert user.get_full_name() == "Biên tập viên"


def test_a_busy_index_is_said_and_does_not_keep_the_portal_from_serving(monkeypatch, capsys):
    from django.core.management import CommandError

    from portal.management.commands import start

    def busy(*args, **kwargs):
        raise CommandError("Một lệnh cập nhật chỉ mục khác đang chạy.")

    monkeypatch.setattr(start, "call_command", busy)
    start.Command()._index()
    assert "Một lệnh cập nhật chỉ mục khác đang chạy." in capsys.readouterr().err
