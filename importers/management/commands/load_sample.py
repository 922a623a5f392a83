"""Loads the sample procedures, decisions and places that ship with the portal."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cms.services import PublishingBlockedError
from importers.rows import UnusableFileError
from importers.sample import SampleError, SampleReport, load_sample

SHOWN = 20


class Command(BaseCommand):
    """Exit codes: 0 all is in, 1 a decision could not be published, 2 a file is wrong (in both nothing is written)."""

    help = "Nạp dữ liệu mẫu: gần một trăm thủ tục có thật, quyết định và địa bàn (chạy lại không ghi gì thêm)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all in one transaction and print the counts."""
        try:
            report = load_sample()
        except (SampleError, UnusableFileError) as error:
            self._fail(str(error).splitlines(), "Dữ liệu mẫu có lỗi, chưa ghi gì. Hãy sửa rồi chạy lại.", 2)
        except PublishingBlockedError as error:
            self._fail(error.messages, "Không công khai được quyết định mẫu, chưa ghi gì.", 1)
        else:
            self._print(report)

    def _fail(self, lines: list[str], last: str, code: int) -> None:
        for line in lines:
            self.stderr.write(line)
        self.stderr.write(self.style.ERROR(last))
        sys.exit(code)

    def _print(self, report: SampleReport) -> None:
        if report.skipped:
            shown = ", ".join(report.skipped[:SHOWN]) + (" …" if len(report.skipped) > SHOWN else "")
            self.stdout.write(f"Bỏ qua {len(report.skipped)} thủ tục đã có trong cổng từ nguồn khác: {shown}")
        if not report.wrote:
            self.stdout.write("Dữ liệu mẫu không có gì mới, không ghi gì.")
            return
        self.stdout.write(
            f"Đã nạp dữ liệu mẫu: {report.procedures} thủ tục, {report.decisions} quyết định với {report.items} mục, "
            f"{report.agencies} cơ quan."
        )
