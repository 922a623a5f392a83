"""Fills the register of legal documents by hand; `run_due` does the same for each newly published text."""

from typing import Any

from django.core.management.base import BaseCommand

from cms.services import register_documents


class Command(BaseCommand):
    """register_legal_documents."""

    help = "Nối căn cứ pháp lý của các thủ tục công khai với sổ văn bản pháp luật; chạy lại không đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was linked, and what could not be."""
        done = register_documents()
        self.stdout.write(
            f"Nối {done.linked} căn cứ, thêm {done.made} văn bản. Chưa nối được: {done.unread} căn cứ không có số đầy "
            f"đủ, {done.several} căn cứ có số mà nhiều văn bản cùng mang (thiếu năm hoặc cơ quan ban hành)."
        )
