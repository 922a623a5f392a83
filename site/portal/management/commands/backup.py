"""`manage.py backup FILE`: the database and the media in one archive, while the portal goes on serving."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from cms.locking import LockTakenError
from cms.values import format_number
from portal.operations import jobs
from portal.operations.archive import NameTakenError
from portal.operations.backup import backup
from portal.operations.databases import DatabaseToolError


class Command(BaseCommand):
    """Exit codes: 0 the archive is whole and in place; 1 failed, no file of that name was made; 2 another run is on."""

    help = "Sao lưu cơ sở dữ liệu và tệp tải lên vào một tệp .zip; cổng vẫn chạy trong lúc sao lưu."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument(
            "file", type=Path, metavar="TỆP", help="tệp sẽ ghi, ví dụ sao-luu/2026-07-01.zip; chưa được có"
        )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write the archive, then say what is in it."""
        began, started = time.monotonic(), timezone.now()
        try:
            manifest = backup(file.absolute())
        except LockTakenError as error:
            raise CommandError("Đang có một lần sao lưu hay phục hồi khác chạy. Hãy đợi xong.", returncode=2) from error
        except NameTakenError as error:
            raise CommandError(f"Tệp {file} đã có; lệnh này không ghi đè. Hãy chọn tên khác.") from error
        except (OSError, DatabaseError, DatabaseToolError) as error:
            message = f"Không sao lưu được vào {file}: {error}"
            self._record(started, message)
            raise CommandError(f"{message}. Hãy kiểm tra quyền ghi, chỗ trống trên đĩa rồi chạy lại.") from error
        self._record(started, "")
        media = len(manifest["files"]) - 1
        self.stdout.write(
            f"Đã sao lưu vào {file}: {format_number(len(manifest['counts']))} bảng, "
            f"{format_number(sum(manifest['counts'].values()))} dòng, {format_number(media)} tệp tải lên; "
            f"{file.stat().st_size / 2**20:.1f} MB, {time.monotonic() - began:.1f} giây."
        )

    def _record(self, started: Any, error: str) -> None:
        # A database from before this version has no table for it yet, and `upgrade` backs it up all the same.
        try:
            jobs.record("backup", started, error)
        except DatabaseError as failure:
            self.stderr.write(f"Không ghi lại được lần sao lưu này trong cơ sở dữ liệu: {failure}")
