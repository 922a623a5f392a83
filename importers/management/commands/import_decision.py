"""Brings a decision from its files to the portal: read, staged for review, public on demand (docs/decision-import)."""

import sys
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand
from django.db import DatabaseError
from tqdm import tqdm

from cms.values import UnreadableValue, format_number, read_date
from importers.agency_texts import AgencyTexts
from importers.decisions import report as reports
from importers.decisions.applying import apply, publish
from importers.decisions.bounded import read_bounded
from importers.decisions.issuers import find_issuer
from importers.decisions.obstacles import obstacles
from importers.decisions.plain import from_plain
from importers.decisions.rows import DecisionHead, DecisionReading, RefusedKindError
from importers.decisions.staging import digest_of, stage, standing_batch
from importers.locking import ImportRunningError, only_import
from importers.management.commands.import_catalogue import keep_log
from importers.models import BatchState, DecisionBatch, RowState
from importers.rows import UnusableFileError

REFUSED_ROWS, UNUSABLE = 1, 2
SHOWN = 20


class Command(BaseCommand):
    """Exit codes: 0 all taken in, 1 something stands in the way (rows refused, questions open), 2 nothing usable."""

    help = "Đọc một quyết định công bố (Word, PDF, Excel, thư mục hay tệp zip), đưa vào đợt duyệt, hoặc công khai luôn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, what a draft leaves blank, and how far to go."""
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="TỆP", help="tệp, thư mục hay zip của MỘT quyết định"
        )
        parser.add_argument("--number", default="", metavar="SỐ", help="số quyết định, khi tệp để trống")
        parser.add_argument("--date", type=_day, metavar="NGÀY", help="ngày ký, khi tệp để trống (20/11/2026)")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và báo cáo; không ghi gì")
        parser.add_argument("--report", type=Path, metavar="TỆP.json", help="ghi báo cáo đầy đủ ra tệp này")
        parser.add_argument("--publish", action="store_true", help="không còn gì vướng thì duyệt và công khai luôn")
        parser.add_argument(
            "--leave-out-refused", action="store_true",
            help="cùng --publish: bỏ ra các mục không nhận được hoặc còn câu hỏi, công khai phần còn lại",
        )  # fmt: skip

    def handle(self, *args: Any, paths: list[Path], dry_run: bool, report: Path | None, **options: Any) -> None:
        """Read, stage, publish, report; ends the process with the exit code when it isn't 0."""
        keep_log()
        if report and (report.is_dir() or not report.absolute().parent.is_dir()):
            self._stop(f"Không ghi được báo cáo vào {report}. Hãy chọn một tệp trong thư mục đã có.")
        with tempfile.TemporaryDirectory(prefix="mau-don-") as folder:
            self._handle(paths, dry_run, report, Path(folder), options)

    def _handle(
        self, paths: list[Path], dry_run: bool, report: Path | None, forms: Path, options: dict[str, Any]
    ) -> None:
        try:
            reading = self._read(paths, options["number"], options["date"], None if dry_run else forms)
        except (UnusableFileError, RefusedKindError) as error:
            if report:
                reports.write(report, reports.of_nothing(paths, error, dry_run=dry_run))
            self._stop(str(error))
        for line in reports.lines_for_a_person(list(reading.all_problems())):
            self.stderr.write(line)
        counts = reports.counts_of(reading)
        self.stdout.write(
            f"Đã đọc {format_number(counts['procedures'])} thủ tục, "
            f"{format_number(counts['subcases'])} trường hợp con; "
            f"không nhận được {format_number(counts['refused'])}, cần xem {format_number(counts['doubtful'])}."
        )
        code, more = (self._look(reading), {}) if dry_run else self._write(reading, paths, forms, options)
        if report:
            reports.write(report, reports.as_report(reading, dry_run=dry_run, **more))
        if code:
            sys.exit(code)

    def _read(self, paths: list[Path], number: str, signed_on: date | None, forms: Path | None) -> DecisionReading:
        with tqdm(desc="Đọc", total=100, unit=" %", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
            reading, _ = read_bounded(
                paths,
                number=number,
                signed_on=signed_on,
                forms=forms,
                progress=lambda percent: _move(bar, percent),
            )
            return reading

    def _look(self, reading: DecisionReading) -> int:
        try:
            held = standing_batch(digest_of(reading.files))
        except DatabaseError:  # a portal that has no tables yet can still read
            held = None
        self.stdout.write(f"Cổng đã có đợt nhập này: {held}." if held else "Chạy thử: chưa ghi gì vào cổng.")
        return REFUSED_ROWS if any(item.is_refused() for item in reading.items) else 0

    def _write(
        self, reading: DecisionReading, paths: list[Path], forms: Path, options: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        try:
            with only_import():
                files = [path for path in paths if path.is_file()]
                kept = files if len(files) == len(reading.files) else ()
                batch, fresh = stage(reading, by=None, paths=kept, forms=forms)
        except ImportRunningError as error:
            self._stop(str(error))
        self.stdout.write(f"Đợt nhập số {batch.pk}: {batch.get_state_display()}." if fresh else _already(batch))
        issuer = find_issuer(from_plain(DecisionHead, batch.head), AgencyTexts())
        if options["publish"] and options["leave_out_refused"]:
            self._leave_out(batch)
        waiting = obstacles(batch, issuer=issuer) if batch.state == BatchState.REVIEW else []
        more = {"batch": batch.pk, "obstacles": waiting, "published": False}
        refused = batch.rows.filter(state=RowState.REFUSED).exists()
        if not options["publish"] or batch.state != BatchState.REVIEW:
            self._tell("Còn vướng", waiting)
            return (REFUSED_ROWS if refused else 0), more
        if waiting:
            self._tell("Chưa công khai, còn vướng", waiting)
            return REFUSED_ROWS, more
        return self._publish(batch, more)

    def _publish(self, batch: DecisionBatch, more: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        try:
            apply(batch=batch, by=None)
            batch.refresh_from_db()
            decision = publish(batch=batch, by=None)
        except ValidationError as error:
            self._tell("Chưa công khai", error.messages)
            return REFUSED_ROWS, more | {"obstacles": error.messages}
        self.stdout.write(f"Đã công khai quyết định {decision.number}: {decision.get_absolute_url()}")
        return 0, more | {"published": True}

    def _leave_out(self, batch: DecisionBatch) -> None:
        """Leave refused rows and open questions out on the word of whoever runs the command, and say which."""
        open_rows = [
            row
            for row in batch.rows.all()
            if row.state == RowState.REFUSED
            or (row.state == RowState.DOUBTFUL and any(one["severity"] == "asked" for one in row.row["problems"]))
        ]
        for row in open_rows:
            family = batch.rows.filter(pk=row.pk) | batch.rows.filter(parent=row.ordinal)
            family.update(state=RowState.LEFT_OUT)
            self.stdout.write(f"Bỏ ra: mục {row.label or row.ordinal}, {row.name[:80]} ({row.place}).")

    def _tell(self, label: str, lines: list[str]) -> None:
        for line in lines[:SHOWN]:
            self.stderr.write(f"{label}: {line}")
        if len(lines) > SHOWN:
            self.stderr.write(f"{label}: còn {len(lines) - SHOWN} điều nữa, xem tệp báo cáo (--report).")

    def _stop(self, message: str) -> None:
        self.stderr.write(self.style.ERROR(message))
        self.stderr.write("Chưa ghi gì vào cổng.")
        sys.exit(UNUSABLE)


def _move(bar: "tqdm[Any]", percent: int) -> None:
    bar.update(percent - bar.n)


def _already(batch: DecisionBatch) -> str:
    return f"Các tệp này đã là đợt nhập số {batch.pk} ({batch.get_state_display()}); không ghi gì mới."


def _day(typed: str) -> date:
    try:
        return read_date(typed)
    except UnreadableValue as error:
        raise ValueError(str(error)) from error
