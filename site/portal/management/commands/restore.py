"""`manage.py restore FILE`: a backup back into an empty place; nothing that is there is ever written over."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from cms import triggers
from cms.locking import LockTakenError
from cms.values import format_number
from portal.operations.archive import ArchiveError
from portal.operations.backup import PlaceNotEmptyError, restore
from portal.operations.databases import DatabaseToolError


class Command(BaseCommand):
    """Exit codes: 0 all of it is in place; 1 refused or failed, the place is as before; 2 another run is on."""

    help = "Phục hồi một bản sao lưu vào nơi trống (chưa có cơ sở dữ liệu, chưa có tệp tải lên)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, metavar="TỆP", help="tệp do lệnh backup ghi ra")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Restore, then make what a backup leaves out."""
        began = time.monotonic()
        try:
            manifest = restore(file.absolute())
        except LockTakenError as error:
            raise CommandError("Đang có một lần sao lưu hay phục hồi khác chạy. Hãy đợi xong.", returncode=2) from error
        except (ArchiveError, PlaceNotEmptyError, DatabaseToolError) as error:
            raise CommandError(str(error)) from error
        except (OSError, DatabaseError) as error:
            raise CommandError(
                f"Không phục hồi được: {error}. Hãy kiểm tra quyền ghi, chỗ trống trên đĩa rồi chạy lại."
            ) from error
        self.stdout.write(
            f"Đã phục hồi bản sao lưu lúc {manifest['made_at']}: {format_number(len(manifest['counts']))} bảng, "
            f"{format_number(sum(manifest['counts'].values()))} dòng, {format_number(len(manifest['files']) - 1)} tệp "
            f"tải lên; {time.monotonic() - began:.1f} giây."
        )
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()) or triggers.missing(connection):
            self.stdout.write("Bản sao lưu thuộc bản cũ hơn. Hãy chạy tiếp: manage.py upgrade")
        else:
            call_command("sync_search_index", rebuild=True, stdout=self.stdout, stderr=self.stderr)
