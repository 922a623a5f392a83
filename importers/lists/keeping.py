"""The file between its preview and the word to take it in: kept for an hour in a folder of its own, so that what
nobody confirms is found and removed."""

import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from django.conf import settings

KEPT = 3600  # seconds


def keep(content: bytes) -> str:
    """Keep a file; the name it is found by. Files older than an hour go."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        with suppress(OSError):
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink()
    name = uuid4().hex
    (folder / name).write_bytes(content)
    return name


def kept(name: str) -> bytes:
    """The file of that name. Raises OSError when it is no longer kept."""
    return (_folder() / Path(name).name).read_bytes()


def drop(name: str) -> None:
    """The file is no longer needed."""
    with suppress(OSError):
        (_folder() / Path(name).name).unlink()


def _folder() -> Path:
    return Path(settings.PORTAL_VAR) / "danh-sach-cho-ghi"
