"""Prints an agency's whole booklet to a PDF file: hundreds of sheets take minutes, too long for a page request."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from cms.calendar import today
from cms.pdf import PdfUnavailableError
from cms.selectors import browse
from cms.views.printing import booklet_pdf


class Command(BaseCommand):
    """Exit codes: 0 written, 2 nothing written (unknown agency, nothing to print, file there already, no Pango)."""

    help = "In sổ tay thủ tục của một cơ quan ra tệp PDF: mục lục, mỗi thủ tục một tờ niêm yết."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose booklet, where to."""
        parser.add_argument("agency", metavar="CƠ_QUAN", help="địa chỉ (slug) của cơ quan, như trong /co-quan/…/")
        parser.add_argument("file", type=Path, metavar="TỆP.pdf", help="tệp PDF sẽ ghi")
        parser.add_argument("--sector", default="", metavar="LĨNH_VỰC", help="chỉ một lĩnh vực (slug)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make all of it, then write the file in one piece."""
        path: Path = options["file"]
        agency = browse.find_agency(options["agency"])
        if agency is None:
            raise CommandError(f"Không có cơ quan nào ở địa chỉ “{options['agency']}”.", returncode=2)
        if path.exists():
            raise CommandError(f"{path.name} đã có; không ghi đè. Hãy chọn tên khác.", returncode=2)
        self.stdout.write(f"Đang lập sổ tay của {agency.name}, có thể mất vài phút…")
        try:
            pdf, size = booklet_pdf(agency, today(), options["sector"])
        except (PdfUnavailableError, Http404) as error:
            raise CommandError(str(error), returncode=2) from error
        if not size:
            raise CommandError(f"Cổng chưa có danh mục thủ tục của {agency.name}; không có gì để in.", returncode=2)
        beside = path.with_name(f".{path.name}.moi")
        try:
            beside.write_bytes(pdf)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise CommandError(f"Không ghi được {path.name}: {error.strerror}.", returncode=2) from error
        self.stdout.write(f"Đã ghi {path.name}: {size} thủ tục, {len(pdf) / 1_000_000:.1f} MB.")
