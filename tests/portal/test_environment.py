"""Variables from outside: read exactly, refused with their name, secrets never shown."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings import databases, environment
from portal.settings.secrets import kept_secret


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("có", True), ("0", False), ("", False), ("OFF", False)])
def test_a_flag_reads_common_words(monkeypatch, value, expected):
    monkeypatch.setenv("X", value)
    assert environment.flag("X", default=not expected) is expected


def test_a_misspelt_flag_is_refused_rather_than_taken_for_no(monkeypatch):
    monkeypatch.setenv("X", "ture")
    with pytest.raises(ImproperlyConfigured, match="X phải là 1 hoặc 0"):
        environment.flag("X", default=True)


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "80.5", "٣"])
def test_a_port_that_is_no_port_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match="PORT phải là số nguyên"):
        environment.integer("PORT", 8000, least=1, most=65535)


@pytest.mark.parametrize("value", ["http://search:9200/", "https://u:p@search.local", "http://[::1]:9200"])
def test_an_address_of_a_server_is_taken_without_its_last_slash(monkeypatch, value):
    monkeypatch.setenv("X", value)
    assert environment.address("X") == value.rstrip("/")


@pytest.mark.parametrize("value", ["search:9200", "ftp://u:secret@h", "http://u:secret@h:port", "http://", "//h"])
def test_what_is_no_address_is_refused_and_its_password_not_repeated(monkeypatch, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X phải có dạng") as refused:
        environment.address("X")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("value", ["Portal", "a_b", "a/b", "-a", "cổng", "a*"])
def test_a_name_a_server_would_refuse_or_read_as_a_pattern_is_refused(monkeypatch, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X chỉ gồm"):
        environment.short_name("X", "portal")


def test_a_required_variable_that_is_missing_is_named(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", " ")
    with pytest.raises(ImproperlyConfigured, match="thiếu biến môi trường SECRET_KEY"):
        environment.required("SECRET_KEY")


def test_a_folder_that_cannot_be_made_is_refused_with_its_name(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "file" / "var"))
    with pytest.raises(ImproperlyConfigured, match="PORTAL_VAR"):
        environment.folder("PORTAL_VAR", tmp_path)


def test_a_postgresql_address_is_taken_apart():
    found = databases.from_url("postgres://ng%C6%B0%E1%BB%9Di:p%40ss@db.local:5433/portal?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "người",
        "p@ss",
        "db.local",
        "5433",
        "portal",
    )
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_sqlite_address_names_a_file():
    assert databases.from_url("sqlite:////srv/portal.sqlite3")["NAME"] == "/srv/portal.sqlite3"


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/db", "postgres://u:secret@h:port/db", "postgres://u:secret@h/", "x"]
)
def test_an_unknown_database_address_is_refused_without_showing_its_password(url):
    with pytest.raises(ImproperlyConfigured) as caught:
        databases.from_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.django_db
def test_sqlite_runs_with_its_guards_on(django_db_setup):
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    with connection.cursor() as cursor:
        answers = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("foreign_keys", "journal_mode")]
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == databases.SQLITE_WAIT_SECONDS * 1000
    assert answers == [1, "wal"]


def test_a_laptop_keeps_one_secret_that_only_its_owner_reads(tmp_path):
    first = kept_secret(tmp_path / "secret-key")
    assert kept_secret(tmp_path / "secret-key") == first
    assert len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
