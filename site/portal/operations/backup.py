"""Backup and restore of all that can't be made again: the main database and the media, in one archive.

The search index, collected static files and the export are left out: commands make them anew.
"""

import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import wagtail
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cms.locking import only_one
from cms.values import format_number
from portal.operations import archive, databases
from portal.operations.archive import ArchiveError

# Any constant known to all callers; another than the other locks'.
LOCK = 7_405_2013


class PlaceNotEmptyError(Exception):
    """There is data where a backup was to go; the message is for people."""


def backup(path: Path) -> dict[str, Any]:
    """Write the archive and return its manifest. Others may go on reading and writing.

    Raises archive.NameTakenError, databases.DatabaseToolError, cms.locking.LockTakenError and OSError.
    """
    with (
        only_one(LOCK, "backup"),
        archive.writing(path) as target,
        _workplace(path.parent / f".{path.name}.tmp") as room,
    ):
        name = archive.DATABASE[connection.vendor]
        counts = databases.dump(room / name)
        files = {name: archive.add(target, name, room / name)}
        media = Path(settings.MEDIA_ROOT)
        for file in sorted(one for one in media.rglob("*") if one.is_file()):
            entry = archive.MEDIA + file.relative_to(media).as_posix()
            files[entry] = archive.add(target, entry, file)
        manifest = {**_versions(), "counts": counts, "files": files}
        archive.add_manifest(target, manifest)
    return manifest


def restore(path: Path) -> dict[str, Any]:
    """Put an archive into an empty place and return its manifest; a killed run may simply be repeated.

    Raises ArchiveError, PlaceNotEmptyError, databases.DatabaseToolError, cms.locking.LockTakenError and OSError.
    """
    room = Path(settings.PORTAL_VAR) / ".restoring"
    with only_one(LOCK, "backup"), archive.reading(path) as (source, manifest):
        _refuse_what_does_not_fit(manifest)
        _refuse_full_place(unfinished=room.exists())
        with _workplace(room):
            archive.extract(source, manifest, room)
            media = Path(settings.MEDIA_ROOT)
            # Left by a run that was killed before the database was in place: only an empty place gets this far.
            shutil.rmtree(media, ignore_errors=True)
            (room / archive.MEDIA).mkdir(exist_ok=True)
            (room / archive.MEDIA).rename(media)
            # Last: a place is full once its database is there.
            try:
                databases.load(room / archive.DATABASE[connection.vendor], manifest["counts"])
            except BaseException:
                shutil.rmtree(media)
                raise
    return manifest


def _versions() -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "versions": {"python": platform.python_version(), "django": django.__version__, "wagtail": wagtail.__version__},
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
    }


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """An empty folder under a fixed name, so that a killed run's leavings go with the next run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_what_does_not_fit(manifest: dict[str, Any]) -> None:
    engine = manifest.get("engine")
    if engine not in archive.DATABASE or archive.DATABASE[engine] not in manifest["files"]:
        raise ArchiveError("Bản sao lưu không có cơ sở dữ liệu bên trong.")
    if engine != connection.vendor:
        raise ArchiveError(
            f"Bản sao lưu là của {engine}, còn nơi này dùng {connection.vendor}. "
            "Hãy đặt DATABASE_URL trỏ tới một cơ sở dữ liệu trống cùng loại rồi chạy lại."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    newer = [one for one in manifest.get("migrations", []) if one not in known]
    if newer:
        raise ArchiveError(
            f"Bản sao lưu thuộc bản mới hơn bản đang cài ({len(newer)} bước cập nhật chưa biết, ví dụ {newer[0]}). "
            "Hãy cài bản mới hơn rồi phục hồi."
        )
    size = sum(entry["size"] for entry in manifest["files"].values())
    free = shutil.disk_usage(settings.PORTAL_VAR).free
    if size > free:
        needed, have = (format_number(number // 2**20) for number in (size, free))
        raise ArchiveError(f"Không đủ chỗ trên đĩa: cần {needed} MB, còn {have} MB.")


def _refuse_full_place(*, unfinished: bool) -> None:
    media = Path(settings.MEDIA_ROOT)
    if not databases.is_empty():
        found = f"cơ sở dữ liệu {connection.settings_dict['NAME']} đã có bảng"
    elif not unfinished and media.exists() and any(media.iterdir()):
        found = f"thư mục {media} đã có tệp"
    else:
        return
    raise PlaceNotEmptyError(
        f"Chỉ phục hồi vào nơi trống: {found}. Lệnh này không ghi đè, không xóa gì. Hãy đặt PORTAL_VAR vào một thư mục "
        "mới (và DATABASE_URL vào một cơ sở dữ liệu mới nếu dùng PostgreSQL), hoặc đổi tên thư mục var rồi chạy lại."
    )
