"""Reads one uploaded decision; started by the upload in the admin, since a web process reads no files of others."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from importers.decisions.worker import read_batch


class Command(BaseCommand):
    """Exit code 0 also when the batch can't be read: it says so itself."""

    help = "Đọc một đợt nhập quyết định đang chờ (trang quản trị tự gọi sau khi tải tệp lên)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which batch."""
        parser.add_argument("batch", type=int, metavar="SỐ", help="số đợt nhập")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        """Read it and say what came of it."""
        done = read_batch(batch)
        if done is None:
            self.stdout.write(f"Đợt nhập số {batch} không chờ đọc; không làm gì.")
        else:
            self.stdout.write(f"Đợt nhập số {batch}: {done.get_state_display()}. {done.message}".strip())
