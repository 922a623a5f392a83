"""`manage.py upgrade`, after new code was put in place: backup, migrate, check, index; and the way back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.management import BaseCommand, CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError
from django.utils import timezone

from portal.operations import databases

FIRST = "sao lưu"


class Command(BaseCommand):
    """Exit codes: 0 upgraded; 1 a step failed: the message names it and says how to go back."""

    help = "Nâng cấp sau khi cài bản mới: sao lưu, cập nhật cơ sở dữ liệu, kiểm tra, lập lại chỉ mục."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the backup goes."""
        parser.add_argument(
            "--backup", type=Path, metavar="TỆP", help="tệp sao lưu; mặc định: var/backups/<lúc chạy>.zip"
        )

    def handle(self, *args: Any, backup: Path | None, **options: Any) -> None:
        """Run the steps in order, stopping at the first that fails."""
        file: Path | None = None
        step = FIRST
        try:
            if not databases.is_empty():
                name = f"truoc-nang-cap-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
                target = (backup or settings.PORTAL_BACKUPS / name).absolute()
                self._say("Sao lưu …")
                call_command("backup", target, stdout=self.stdout, stderr=self.stderr)
                file = target
            step = "cập nhật cơ sở dữ liệu"
            self._say("Cập nhật cơ sở dữ liệu …")
            call_command("migrate", interactive=False, verbosity=0)
            step = "nạp từ điển tìm kiếm"
            call_command("load_dictionary", stdout=self.stdout, stderr=self.stderr)
            step = "kiểm tra"
            self._say("Kiểm tra …")
            call_command("check", databases=["default"], stdout=self.stdout, stderr=self.stderr)
            step = "gom tệp tĩnh"
            self._static()
            caches["pages"].clear()
            step = "lập chỉ mục tìm kiếm"
            call_command("sync_search_index", rebuild=True, stdout=self.stdout, stderr=self.stderr)
        except (CommandError, SystemCheckError, DatabaseError, OSError) as error:
            raise CommandError(f"Nâng cấp dừng ở bước {step}: {error}\n{self._way_back(file, step)}") from error
        self._say("Đã nâng cấp xong. Hãy khởi động lại cổng.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _static(self) -> None:
        # A laptop serves them from their folders.
        if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
            self._say("Gom tệp tĩnh …")
            call_command("collectstatic", interactive=False, verbosity=0)

    def _way_back(self, file: Path | None, step: str) -> str:
        if step == FIRST:
            return "Chưa có gì bị thay đổi. Hãy sửa nguyên nhân rồi chạy lại: manage.py upgrade"
        if file is None:
            return (
                "Trước đó cơ sở dữ liệu trống nên không có bản sao lưu; nay có thể đã có một phần bảng. Hãy sửa nguyên "
                "nhân rồi chạy lại: manage.py upgrade (nó làm tiếp). Nếu muốn phục hồi một bản sao lưu: hãy trỏ "
                "PORTAL_VAR, DATABASE_URL vào nơi mới, trống."
            )
        return (
            "Sửa được nguyên nhân thì chạy lại: manage.py upgrade (chạy lại bao nhiêu lần cũng được).\n"
            "Để quay lại bản cũ: dừng cổng; cài lại mã của bản cũ; trỏ PORTAL_VAR vào một thư mục mới (PostgreSQL: "
            f"DATABASE_URL vào một cơ sở dữ liệu mới, trống); chạy: manage.py restore {file}"
        )
