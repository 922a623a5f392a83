"""A database made before a guard existed: plain migrate puts it right, everything that serves refuses until then."""

import sqlite3
from contextlib import closing
from copy import copy

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import pre_migrate

from cms import triggers
from cms.models import Decision
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


@pytest.mark.django_db(transaction=True)
def test_a_migration_rebuilds_a_table_that_the_guards_of_another_read():
    longer = copy(old := Decision._meta.get_field("state"))
    longer.max_length += 1
    pre_migrate.send(apps.get_app_config("cms"), using="default", plan=["one"])
    for change in ((old, longer), (longer, old)):
        with connection.schema_editor() as editor:
            editor.alter_field(Decision, *change)
    triggers.install_after_migrate("default")
    assert triggers.missing(connection) == []


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
