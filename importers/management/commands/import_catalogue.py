"""Brings catalogue files into the portal: read all, compare with what stands, write once (docs/catalogue-import.md)."""

import logging
import logging.handlers
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.db import transaction
from tqdm import tqdm

from cms.models import Procedure
from cms.services import IdentityTakenError, join_identity
from cms.values import format_number
from importers.apply import ChangedMeanwhileError
from importers.compare import Plan
from importers.labels import distinct_names, rename
from importers.locking import ImportRunningError, only_import
from importers.readers import read
from importers.report import Report
from importers.rows import ReadFile, UnusableFileError
from importers.run import run_import

UNUSABLE = 2


class Command(BaseCommand):
    """Exit codes: 0 all taken in, 1 some records refused or asked about (the rest written), 2 nothing written."""

    help = "Nạp danh mục thủ tục hành chính từ tệp (cổng quốc gia, Excel danh mục, Bộ Quốc phòng, công an tỉnh …)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, and whether to write."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="TỆP", help="một hay nhiều tệp danh mục")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc, so sánh và báo cáo; không ghi gì")
        parser.add_argument(
            "--join", action="append", default=[], metavar="MÃ=ĐỊA-CHỈ",
            help="mã này là của thủ tục có địa chỉ này trên cổng (cùng tên, người biên tập đồng ý ghép)",
        )  # fmt: skip
        parser.add_argument(
            "--apart", action="append", default=[], metavar="MÃ", help="mã này là thủ tục khác, dù cùng tên"
        )
        parser.add_argument("--report", type=Path, metavar="TỆP.json", help="ghi báo cáo đầy đủ ra tệp này")

    def handle(self, *args: Any, paths: list[Path], dry_run: bool, report: Path | None, **options: Any) -> None:
        """Read, compare, write, report; ends the process with the exit code when it isn't 0."""
        keep_log()
        try:
            _check_report(report)
            with only_import():
                files = self._read(paths)
                self._join(options["join"], dry_run)
                apart = options["apart"]
                outcome = run_import(files=files, dry_run=dry_run, progress=self._progress, apart=apart)
        except (UnusableFileError, ImportRunningError, IdentityTakenError) as error:
            self._stop(str(error))
        except ChangedMeanwhileError:
            self._stop("Có người liên tục công khai nội dung trong lúc nhập. Hãy chạy lại sau ít phút.")
        if report:
            outcome.write(report)
        self._tell(outcome)
        if outcome.exit_code:
            sys.exit(outcome.exit_code)

    def _read(self, paths: list[Path]) -> list[ReadFile]:
        files: list[ReadFile] = []
        paths = list(dict.fromkeys(path.absolute() for path in paths))
        for path, name in zip(paths, distinct_names(paths), strict=True):
            file = rename(read(path), name)
            files.append(file)
            rows = format_number(len(file.rows))
            self.stdout.write(f"Đã đọc {file.file}: {rows} dòng, bị loại {format_number(len(file.refused))}.")
        return files

    def _join(self, answers: list[str], dry_run: bool) -> None:
        """Write what the editor has answered, all or nothing; it stays whatever becomes of the files."""
        if answers and dry_run:
            raise UnusableFileError("--join ghi vào cổng, không dùng cùng --dry-run. Hãy bỏ một trong hai.")
        with transaction.atomic():
            for answer in answers:
                key, _, slug = answer.rpartition("=")
                procedure = Procedure.objects.filter(slug=slug.strip()).first()
                if not key or procedure is None:
                    raise UnusableFileError(
                        f"--join {answer}: cần MÃ=ĐỊA-CHỈ, với địa chỉ của một thủ tục đang có trên cổng, "
                        "ví dụ 1.004222=dang-ky-thuong-tru."
                    )
                join_identity(procedure=procedure, key=key, by=None)
                self.stdout.write(f"Đã ghép mã {key.strip()} vào thủ tục {procedure.slug}.")

    def _progress(self, plans: Iterable[Plan], total: int, doing: str) -> Iterable[Plan]:
        if sys.stderr.isatty():
            bar: Iterable[Plan] = tqdm(plans, total=total, desc=doing, unit=" thủ tục", file=sys.stderr)
            return bar
        self.stdout.write(f"{doing} {format_number(total)} thủ tục …")
        return plans

    def _tell(self, outcome: Report) -> None:
        for line in outcome.lines():
            self.stderr.write(line)
        self.stdout.write(f"Kết quả: {outcome.summary()}.")
        if outcome.dry_run:
            self.stdout.write("Chạy thử: chưa ghi gì vào cổng.")
        elif not outcome.wrote:
            self.stdout.write("Không có gì mới, không ghi gì.")

    def _stop(self, message: str) -> None:
        self.stderr.write(self.style.ERROR(message))
        self.stderr.write("Chưa ghi gì vào cổng.")
        sys.exit(UNUSABLE)


def _check_report(path: Path | None) -> None:
    """Look before the work begins whether the report can be written at its end."""
    if path and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise UnusableFileError(f"Không ghi được báo cáo vào {path}. Hãy chọn một tệp trong thư mục đã có.")


def keep_log() -> None:
    """Note in log/import.log when a write begins and ends, so that a broken run can be told from a whole one."""
    logger = logging.getLogger("importers")
    if any(isinstance(handler, logging.handlers.RotatingFileHandler) for handler in logger.handlers):
        return
    folder = settings.PORTAL_VAR / "log"
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "import.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("{asctime} {process} {levelname} {message}", style="{"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    # The terminal hears the same in the command's own words.
    logger.propagate = False
