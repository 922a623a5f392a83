"""Loads reception points with their hours from a workbook, and writes the empty workbook to fill in."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms.services.reception import save_points
from importers.reception import read_reception_points, write_template
from importers.rows import UnusableFileError


class Command(BaseCommand):
    """Exit codes: 0 all is in, 1 some rows were left out (listed), 2 file unusable (nothing written)."""

    help = "Nạp nơi tiếp nhận, giờ làm việc, ngày nghỉ từ tệp .xlsx (chạy lại không ghi gì thêm)."

    def add_arguments(self, parser: CommandParser) -> None:
        """A workbook to read, or one to write."""
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE.xlsx", help="tệp đã điền")
        parser.add_argument("--template", type=Path, metavar="FILE.xlsx", help="ghi ra tệp mẫu để điền")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và đếm, không ghi")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all, then write in one transaction."""
        path, template = options["file"], options["template"]
        if (path is None) == (template is None):
            raise CommandError("Hãy cho biết một tệp đã điền, hoặc --template TỆP.xlsx để lấy tệp mẫu.", returncode=2)
        if template:
            self._write_template(template)
            return
        try:
            found = read_reception_points(path)
        except UnusableFileError as error:
            raise CommandError(f"{error} Chưa ghi gì.", returncode=2) from error
        with transaction.atomic():
            new, changed, unchanged = save_points(drafts=found.drafts, by=None)
            # Counting by doing, then undoing, is the only count that cannot differ from the real run.
            transaction.set_rollback(options["dry_run"])
        self.stdout.write(f"Nơi tiếp nhận mới: {new}; đổi: {changed}; giữ nguyên: {unchanged}.")
        for line in found.refused:
            self.stderr.write(f"Bỏ qua: {line}")
        if options["dry_run"]:
            self.stdout.write("Chạy thử: chưa ghi gì.")
        if found.refused:
            sys.exit(1)

    def _write_template(self, path: Path) -> None:
        if path.exists():
            raise CommandError(f"{path.name} đã có; không ghi đè. Hãy chọn tên khác.", returncode=2)
        try:
            write_template(path)
        except OSError as error:
            message = f"Không ghi được {path.name}: {error.strerror}. Hãy chọn thư mục khác."
            raise CommandError(message, returncode=2) from error
        self.stdout.write(f"Đã ghi tệp mẫu {path.name}.")
