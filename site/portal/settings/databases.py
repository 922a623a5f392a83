"""Reads DATABASE_URL, and gives SQLite the options without which imports and readers stand in each other's way."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

POSTGRESQL_SCHEMES = {"postgres", "postgresql"}
# A writer waits for another this long before it gives up: the first import of all ministries' files was seen to
# write for 32 s on two busy cores.
SQLITE_WAIT_SECONDS = 60


def sqlite(path: Path | str) -> dict[str, Any]:
    """Settings of one SQLite file: write-ahead log, foreign keys on, and transactions that take the write lock at once.

    IMMEDIATE because a transaction that reads first and writes later fails without waiting when another wrote.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Opening the file anew for each request costs more than answering a kept page.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": SQLITE_WAIT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;",
        },
    }


def from_url(url: str) -> dict[str, Any]:
    """Settings from `postgres://user:password@host:port/name?sslmode=require` or `sqlite:///path`.

    Raises ImproperlyConfigured for anything else. The message never repeats the URL: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("DATABASE_URL không đọc được; hãy kiểm tra máy chủ và số cổng.") from error
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme == "sqlite" and name:
        return sqlite(name)
    if parts.scheme not in POSTGRESQL_SCHEMES or not name:
        raise ImproperlyConfigured(
            "DATABASE_URL phải có dạng postgres://người_dùng:mật_khẩu@máy_chủ:5432/tên_cơ_sở_dữ_liệu "
            "hoặc sqlite:///đường_dẫn."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
