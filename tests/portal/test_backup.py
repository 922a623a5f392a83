"""A backup put back elsewhere is the same, row by row; what is no whole backup of ours is refused in plain words."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from datetime import date

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cms.models import Step
from portal.models import TimedJob
from portal.operations import archive
from portal.operations.backup import backup
from tests.factories import enact, make_agency, make_procedure, repeal
from tests.portal.test_start import ROOT, clean_environment, manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(settings, tmp_path):
    """A portal with published history and a file someone sent in, its name in Vietnamese."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "tài liệu").mkdir(parents=True)
    (settings.MEDIA_ROOT / "tài liệu" / "tờ khai.bin").write_bytes(os.urandom(200_000))
    ministry = make_agency("Bộ Tư pháp")
    for number in range(3):
        procedure = make_procedure()
        steps = [Step(ordinal=1, label="Bước 1", text="Nộp hồ sơ ‘tại’ Một cửa\n")]
        enact(procedure, f"Thủ tục {number}", issuer=ministry, decision_number=f"{number}/QĐ-BTP", details=steps)
    repeal(procedure, date(2026, 3, 1))


@pytest.fixture
def elsewhere(tmp_path):
    """Variables of an empty place on the same kind of database, and a function that reads all rows there."""
    place = {"PORTAL_VAR": str(tmp_path / "elsewhere")}
    if connection.vendor == "sqlite":
        yield place, lambda: rows_of(sqlite3.connect(tmp_path / "elsewhere" / "portal.sqlite3"))
        return
    made = connection.settings_dict
    name = f"{made['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    address = f"{made['USER']}:{made['PASSWORD']}@{made['HOST']}:{made['PORT']}/{name}"
    yield (
        {**place, "DATABASE_URL": f"postgres://{address}"},
        lambda: rows_of(psycopg.connect(f"postgresql://{address}")),
    )
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows_of(database):
    """Every row of every table, as text."""
    with closing(database):
        cursor = database.cursor()
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            if isinstance(database, sqlite3.Connection)
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        return {table: sorted(map(repr, cursor.execute(f'SELECT * FROM "{table}"').fetchall())) for table in tables}


def rows_here():
    if connection.vendor == "sqlite":
        return rows_of(sqlite3.connect(connection.settings_dict["NAME"]))
    made = connection.settings_dict
    return rows_of(psycopg.connect(host=made["HOST"], port=made["PORT"], user=made["USER"], dbname=made["NAME"]))


def files_below(folder):
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_what_is_restored_is_what_was_there_row_by_row_and_its_guards_hold(filled, elsewhere, tmp_path, capsys):
    place, rows_there = elsewhere
    original = rows_here()
    assert len(original["cms_validityperiod"]) >= 3
    call_command("backup", tmp_path / "out" / "all.zip")
    assert "1 tệp tải lên" in capsys.readouterr().out
    done = manage("restore", str(tmp_path / "out" / "all.zip"), **place)
    assert done.returncode == 0, done.stderr
    restored = rows_there()
    assert restored.keys() == original.keys()
    assert {table for table in original if restored[table] != original[table]} == set()
    assert files_below(tmp_path / "elsewhere" / "media") == files_below(tmp_path / "media")
    assert manage("check", "--database", "default", **place).returncode == 0
    assert "làm mới toàn bộ" in done.stdout
    again = manage("restore", str(tmp_path / "out" / "all.zip"), **place)
    assert again.returncode == 1
    assert "Chỉ phục hồi vào nơi trống" in again.stderr
    assert rows_there() == restored


def test_the_manifest_names_versions_engine_counts_and_sums(filled, tmp_path):
    backup(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        manifest = json.loads(file.read("manifest.json"))
    assert manifest["engine"] == connection.vendor
    assert manifest["counts"]["cms_procedure"] == 3
    assert "cms.0001_initial" in manifest["migrations"]
    assert manifest["versions"]["django"].startswith("5.2")
    assert {len(entry["sha256"]) for entry in manifest["files"].values()} == {64}
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip", "media"]


def test_a_backup_is_never_written_over_and_its_last_run_is_stored(filled, tmp_path):
    call_command("backup", tmp_path / "a.zip")
    before = (tmp_path / "a.zip").read_bytes()
    assert TimedJob.objects.get(name="backup").failed_at is None
    with pytest.raises(CommandError, match="không ghi đè"):
        call_command("backup", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == before
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="Không sao lưu được"):
        call_command("backup", tmp_path / "file" / "b.zip")
    assert TimedJob.objects.get(name="backup").failed_at is not None


def changed(path, target, change):
    """A copy of an archive, each entry (name, bytes) passed through `change`, which may drop or add some."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        entries = {name: old.read(name) for name in old.namelist()}
        change(entries)
        for name, content in entries.items():
            new.writestr(name, content)
    return target


def edited(entries, **values):
    manifest = json.loads(entries["manifest.json"])
    manifest.update(values)
    entries["manifest.json"] = json.dumps(manifest)
    return manifest


def with_entry(name):
    def change(entries):
        files = json.loads(entries["manifest.json"])["files"]
        entries[name] = b"x"
        digest = archive.hashlib.sha256(b"x").hexdigest()
        edited(entries, files={**files, name: {"size": 1, "sha256": digest}})

    return change


def bomb(entries):
    (name,) = set(entries) & set(archive.DATABASE.values())
    entries[name] = bytes(50_000_000)


def other_bytes(entries):
    name = next(one for one in entries if one.startswith("media/"))
    entries[name] = bytes(len(entries[name]))


BAD = {
    "climbing out": (with_entry("media/../../evil"), "chỉ ra ngoài thư mục"),
    "absolute": (with_entry("/etc/evil"), "chỉ ra ngoài thư mục"),
    "of Windows": (with_entry("media/..\\evil"), "chỉ ra ngoài thư mục"),
    "beside the media": (with_entry("secret-key"), "tên tệp lạ"),
    "not in the manifest": (lambda entries: entries.update({"media/more": b"x"}), "không khớp với bảng kê"),
    "bytes changed": (other_bytes, "sai mã kiểm tra"),
    "a bomb": (bomb, "sai mã kiểm tra"),
    "no manifest": (lambda entries: entries.pop("manifest.json"), "không phải bản sao lưu"),
    "manifest of another program": (lambda entries: edited(entries, format="x"), "không phải bản sao lưu"),
    "manifest is a list": (lambda entries: entries.update({"manifest.json": "[]"}), "không phải bản sao lưu"),
    "other engine": (lambda entries: edited(entries, engine="oracle"), "không có cơ sở dữ liệu"),
    "newer version": (lambda entries: edited(entries, migrations=["cms.9999_future"]), "bản mới hơn"),
    "counts differ": (lambda entries: edited(entries, counts={"cms_procedure": 1}), "Số dòng sau khi phục hồi khác"),
}


def test_archives_that_are_not_whole_or_not_ours_are_refused_and_leave_nothing(filled, elsewhere, tmp_path):
    place, _ = elsewhere
    backup(tmp_path / "good.zip")
    content = (tmp_path / "good.zip").read_bytes()
    bad = {
        "cut": (content[: len(content) // 2], "bị cắt cụt"),
        "text": (b"x" * 100, "bị cắt cụt"),
        "": (b"", "cắt cụt"),
    }
    for name, (change, said) in BAD.items():
        bad[name] = (changed(tmp_path / "good.zip", tmp_path / "made.zip", change).read_bytes(), said)
    files = []
    for number, (given, said) in enumerate(bad.values()):
        files.append((tmp_path / f"bad-{number}.zip", said))
        files[-1][0].write_bytes(given)
    script = tmp_path / "all.py"
    script.write_text(REFUSALS)
    done = subprocess.run(
        [sys.executable, script, *(str(file) for file, _ in files)],
        env=clean_environment(PYTHONPATH=f"{ROOT}:{ROOT / 'site'}", **place),
        capture_output=True,
        text=True,
        timeout=120,
    )
    answers = json.loads(done.stdout)
    assert [
        (name, said, answer)
        for (name, (_, said)), answer in zip(bad.items(), answers, strict=True)
        if said not in answer
    ] == []
    assert [name for name, answer in zip(bad, answers, strict=True) if answer.endswith("BUT NOT EMPTY")] == []
    assert not (tmp_path / "evil").exists()
    assert files_below(tmp_path / "elsewhere").keys() <= {"portal.sqlite3", "portal.sqlite3.backup-lock", "secret-key"}


REFUSALS = """
import json, sys, django
django.setup()
from django.core.management import CommandError, call_command
said = []
for file in sys.argv[1:]:
    try:
        call_command("restore", file)
        said.append("restored")
    except CommandError as error:
        said.append(str(error))
    from portal.operations import databases
    if not databases.is_empty():
        said[-1] += " BUT NOT EMPTY"
print(json.dumps(said))
"""


def test_killed_runs_leave_no_half_archive_and_no_half_portal_and_may_be_repeated(
    filled, elsewhere, settings, tmp_path
):
    place, rows_there = elsewhere
    (settings.MEDIA_ROOT / "big").write_bytes(os.urandom(40_000_000))
    here = {"PORTAL_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}"}
    if connection.vendor == "postgresql":
        here["DATABASE_URL"] = place["DATABASE_URL"].removesuffix("_restored")
    assert killed("backup", tmp_path / "out" / "a.zip", watch=tmp_path / "out" / ".a.zip.part", **here)
    assert not (tmp_path / "out" / "a.zip").exists()
    assert manage("backup", str(tmp_path / "out" / "a.zip"), **here).returncode == 0
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["a.zip"]
    original = rows_here()
    assert killed("restore", tmp_path / "out" / "a.zip", watch=tmp_path / "elsewhere" / ".restoring" / "media", **place)
    # As a kill between the two renames leaves it.
    (tmp_path / "elsewhere" / "media").mkdir()
    (tmp_path / "elsewhere" / "media" / "half").touch()
    done = manage("restore", str(tmp_path / "out" / "a.zip"), **place)
    assert done.returncode == 0, done.stderr
    there = rows_there()
    assert {name for name in there if there[name] != original[name]} <= {"portal_timedjob"}
    assert files_below(tmp_path / "elsewhere" / "media") == files_below(tmp_path / "media")


def killed(command, file, *, watch, **place):
    """Start a command, kill it as soon as `watch` exists; whether it was killed in time."""
    running = subprocess.Popen(
        [sys.executable, "manage.py", command, str(file)], cwd=ROOT, env=clean_environment(**place)
    )
    while not watch.exists():
        assert running.poll() is None
        time.sleep(0.001)
    running.send_signal(signal.SIGKILL)
    return running.wait() == -signal.SIGKILL


def test_upgrade_backs_up_migrates_checks_and_indexes(filled, settings, tmp_path, capsys):
    settings.PORTAL_SEARCH_INDEX = tmp_path / "index.sqlite3"
    call_command("upgrade", backup=tmp_path / "before.zip")
    assert (tmp_path / "before.zip").exists()
    assert (tmp_path / "index.sqlite3").exists()
    assert "Đã nâng cấp xong" in capsys.readouterr().out


def test_a_failed_upgrade_says_where_it_stopped_and_how_to_go_back(filled, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.PORTAL_SEARCH_INDEX = tmp_path / "file" / "index.sqlite3"
    with pytest.raises(CommandError) as caught:
        call_command("upgrade", backup=tmp_path / "before.zip", stdout=io.StringIO())
    assert "dừng ở bước lập chỉ mục tìm kiếm" in str(caught.value)
    assert f"manage.py restore {tmp_path / 'before.zip'}" in str(caught.value)
    with pytest.raises(CommandError, match=r"dừng ở bước sao lưu[\s\S]*Chưa có gì bị thay đổi"):
        call_command("upgrade", backup=tmp_path / "before.zip", stdout=io.StringIO())


def test_an_upgrade_of_an_empty_database_that_stops_half_way_says_what_may_be_there(elsewhere):
    place, _ = elsewhere
    script = """
import django
from unittest import mock
django.setup()
from django.core.management import CommandError, call_command
from portal.management.commands.upgrade import Command
whole = call_command
def half(name, *args, **options):
    if name == "migrate":
        whole(name, "contenttypes", interactive=False, verbosity=0)
        raise CommandError("hết chỗ")
    return whole(name, *args, **options)
with mock.patch("portal.management.commands.upgrade.call_command", half):
    try:
        call_command("upgrade")
    except CommandError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(PYTHONPATH=f"{ROOT}:{ROOT / 'site'}", **place),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "dừng ở bước cập nhật cơ sở dữ liệu" in done.stdout, done.stderr
    assert "Chưa có gì bị thay đổi" not in done.stdout
    assert "có thể đã có một phần bảng" in done.stdout
