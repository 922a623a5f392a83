"""Loads former and popular names of provinces, districts and communes, so that people find today's by them."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from importers.rows import UnusableFileError
from importers.unit_changes import import_unit_changes, read_unit_changes


class Command(BaseCommand):
    """Exit codes: 0 all is in, 1 some lines were left out (listed), 2 file unusable (nothing written)."""

    help = "Nạp tên cũ, tên quen gọi của tỉnh, huyện, xã từ tệp CSV (chạy lại không ghi gì thêm)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and a trial run."""
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="tệp CSV, cột theo docs/agencies.md")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và đếm, không ghi")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all, then write in one transaction."""
        try:
            found = read_unit_changes(options["file"])
        except UnusableFileError as error:
            self.stderr.write(self.style.ERROR(f"{error} Chưa ghi gì."))
            sys.exit(2)
        with transaction.atomic():
            report = import_unit_changes(found.changes)
            # Counting by doing, then undoing, is the only count that cannot differ from the real run.
            transaction.set_rollback(options["dry_run"])
        refused = [*found.refused, *report.refused]
        self.stdout.write(
            f"Đơn vị cũ mới ghi: {report.units}; lượt sáp nhập: {report.successions}; tên quen gọi: {report.names}; "
            f"đã có: {report.unchanged}; bị bỏ qua: {len(refused)}."
        )
        for line in refused:
            self.stderr.write(f"Bỏ qua: {line}")
        self.stdout.write(
            "Chạy thử: chưa ghi gì."
            if options["dry_run"]
            else "Xong. Chạy manage.py sync_search_index để tìm được theo tên cũ."
        )
        if refused:
            sys.exit(1)
