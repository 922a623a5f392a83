"""A copy of the whole main database and its way back: SQLite's backup API, pg_dump and pg_restore."""

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
        _tool("pg_restore", ["--single-transaction", "--no-owner", "--no-privileges", "-d"], [str(source)])
        with connection.cursor() as cursor:
            found = _counts(cursor, connection.introspection.table_names(cursor))
    else:
        found = _check_sqlite(source)
    if found != counts:
        raise DatabaseToolError("Số dòng sau khi phục hồi khác với bảng kê của bản sao lưu. Hãy dùng bản khác.")
    if connection.vendor == "sqlite":
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


def _tool(program: str, options: list[str], files: list[str]) -> None:
    command, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, options)
    try:
        done = subprocess.run(
            [program, *command[1:], *files],
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
