"""`manage.py load_dictionary`: the shipped dictionary into the database; safe to repeat, runs at every start."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.values import format_number
from search.dictionary_loading import load
from search.synonyms import SHIPPED, read_entries


class Command(BaseCommand):
    """Exit code 0; nothing is written when nothing changed."""

    help = "Nạp từ điển tìm kiếm đi kèm cổng; mục biên tập viên đã sửa được giữ nguyên."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print counts."""
        done = load(read_entries(SHIPPED))
        self.stdout.write(
            f"Từ điển tìm kiếm: thêm {format_number(done.added)}, làm mới {format_number(done.renewed)}, "
            f"bỏ {format_number(done.removed)}; giữ {format_number(done.edited)} mục biên tập viên đã sửa."
        )
