"""A database made before a guard existed: plain migrate puts it right, everything that serves refuses until then."""

import sqlite3
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cms import triggers
from tests.portal.test_start import manage


def without_one_guard():
    guard = next(one for one in triggers.guards() if one.name == "cms_change_delete")
    end = "" if connection.vendor == "sqlite" else f" ON {guard.table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {guard.name}{end}")
    assert triggers.missing(connection) == [guard.name]


@pytest.mark.django_db(transaction=True)
def test_migrate_with_its_checks_on_makes_a_missing_guard_anew():
    without_one_guard()
    with pytest.raises(CommandError, match="cms_change_delete"):
        call_command("check", databases=["default"])
    call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
    assert triggers.missing(connection) == []
    call_command("check", databases=["default"])


@pytest.mark.slow
def test_start_makes_a_missing_guard_anew_before_it_serves(tmp_path):
    place = {"PORTAL_VAR": str(tmp_path)}
    assert manage("start", "--chi-chuan-bi", **place).returncode == 0
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as database:
        database.execute("DROP TRIGGER cms_change_delete")
    assert manage("check", "--database", "default", **place).returncode == 1
    done = manage("start", "--chi-chuan-bi", **place)
    assert (done.returncode, "Cập nhật cơ sở dữ liệu" in done.stdout) == (0, True), done.stderr
    assert manage("check", "--database", "default", **place).returncode == 0
