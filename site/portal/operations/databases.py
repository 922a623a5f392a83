"""A copy of the whole main database and its way back: SQLite's backup API, pg_dump and pg_restore."""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

Counts = dict[str, int]
OTHER_COUNTS = "Số dòng sau khi phục hồi khác với bảng kê của bản sao lưu. Hãy dùng bản khác."


class DatabaseToolError(Exception):
    """Copying the database or putting it back failed; the message is for people."""


def is_empty() -> bool:
    """Whether the database has no tables: only then may a backup be put there."""
    return not connection.introspection.table_names()


def dump(target: Path) -> Counts:
    """Write the database as it is at one moment to `target`, while others go on writing; return rows per table.

    Raises DatabaseToolError.
    """
    return _dump_postgresql(target) if connection.vendor == "postgresql" else _dump_sqlite(target)


def load(source: Path, counts: Counts) -> None:
    """Put a dump into the empty database, in one step: all of it or none. Raises DatabaseToolError."""
    if connection.vendor == "postgresql":
        _load_postgresql(source, counts)
    elif _check_sqlite(source) != counts:
        raise DatabaseToolError(OTHER_COUNTS)
    else:
        _place_sqlite(source)


def _dump_sqlite(target: Path) -> Counts:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        # The copy must be one file: a log beside it would stay behind.
        copy.execute("PRAGMA journal_mode=DELETE")
        return _sqlite_counts(copy)


def _sqlite_counts(database: sqlite3.Connection) -> Counts:
    cursor = database.cursor()
    names = cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return _counts(cursor, [name for (name,) in names.fetchall()])


def _counts(cursor: Any, tables: list[str]) -> Counts:
    found = {}
    for table in sorted(tables):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        found[table] = cursor.fetchone()[0]
    return found


def _check_sqlite(source: Path) -> Counts:
    try:
        with closing(sqlite3.connect(source)) as copy:
            (answer,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if answer != "ok":
                raise DatabaseToolError(f"Cơ sở dữ liệu trong bản sao lưu bị hỏng: {answer}. Hãy dùng bản khác.")
            return _sqlite_counts(copy)
    except sqlite3.DatabaseError as error:
        raise DatabaseToolError(f"Cơ sở dữ liệu trong bản sao lưu bị hỏng: {error}. Hãy dùng bản khác.") from error


def _place_sqlite(source: Path) -> None:
    connection.close()
    path = Path(str(connection.settings_dict["NAME"]))
    beside = path.with_name(f".{path.name}.restoring")
    shutil.move(source, beside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    beside.replace(path)


def _dump_postgresql(target: Path) -> Counts:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        options = ["-Fc", "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}", "-f", str(target)]
        _tool("pg_dump", options, [])
        return _counts(cursor, connection.introspection.table_names(cursor))


def _load_postgresql(source: Path, counts: Counts) -> None:
    """As a script for psql, because pg_restore commits before anything could be counted: the counts end the script."""
    script, check = source.with_suffix(".sql"), source.with_suffix(".check.sql")
    _run("pg_restore", ["--no-owner", "--no-privileges", "-f", str(script), str(source)])
    # Names as PostgreSQL writes them, so that both sides are one text; a name's quotes are doubled by format().
    check.write_text(
        "DO $check$ DECLARE one record; found bigint; given jsonb := $given$"
        + json.dumps(counts)
        + """$given$; BEGIN
        FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('SELECT count(*) FROM public.%I', one.name) INTO found;
            IF given -> one.name IS DISTINCT FROM to_jsonb(found) THEN RAISE EXCEPTION 'OTHER_COUNTS %', one.name;
            END IF;
            given := given - one.name;
        END LOOP;
        IF given <> '{}' THEN RAISE EXCEPTION 'OTHER_COUNTS %', given; END IF;
        END $check$;""",
        encoding="utf-8",
    )
    options = ["-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-f", str(script), "-f", str(check), "-d"]
    try:
        _tool("psql", options, [])
    except DatabaseToolError as error:
        if "OTHER_COUNTS" in str(error):
            raise DatabaseToolError(OTHER_COUNTS) from error
        raise


def _tool(program: str, options: list[str], files: list[str]) -> None:
    """Run a program of PostgreSQL's on the portal's database."""
    command, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, options)
    _run(program, [*command[1:], *files], secrets)


def _run(program: str, arguments: list[str], secrets: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(
            [program, *arguments],
            env=os.environ | (secrets or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise DatabaseToolError(
            f"Máy này không có chương trình {program}. Hãy cài gói postgresql-client cùng bản với máy chủ PostgreSQL."
        ) from error
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise DatabaseToolError(f"{program} báo lỗi:\n{tail}")
