"""Enters the legal documents that texts cite into the register: run it after an import; again it changes nothing."""

from typing import Any

from django.core.management import BaseCommand

from cms.services import register_cited


class Command(BaseCommand):
    """`manage.py register_legal_documents`."""

    help = "Ghi vào sổ các văn bản pháp luật mà thủ tục dẫn; ngày hiệu lực do biên tập viên điền."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many were entered."""
        found = register_cited()
        self.stdout.write(
            f"Sổ văn bản pháp luật: thêm {found.made}, đã có {found.known}; "
            f"{found.unclear} căn cứ không ghi rõ số (hoặc thiếu cơ quan ban hành) nên không vào sổ."
        )
