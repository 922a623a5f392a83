"""Loads provinces, communes, ministries and the classes of UBND: the ground that decisions and listings stand on."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from importers.ministries import load_former_provinces, load_ministries
from importers.rows import UnusableFileError
from importers.units import UnitsFile, UnitsReport, import_units, read_units


class Command(BaseCommand):
    """Exit codes: 0 all is in, 1 some units were left out or differ (listed), 2 file unusable (nothing written)."""

    help = "Nạp bộ, ngành; và từ FILE: tỉnh, thành phố, xã, phường, đặc khu (chạy lại không ghi gì thêm)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file may be left out: then only the ministries are loaded."""
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="tệp JSON đơn vị hành chính (vn-units)")
        parser.add_argument("--dry-run", action="store_true", help="chỉ đọc và đếm, không ghi")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all, then write in one transaction."""
        path, dry_run = options["file"], options["dry_run"]
        try:
            units = read_units(path) if path else UnitsFile()
        except UnusableFileError as error:
            self.stderr.write(self.style.ERROR(f"{error} Chưa ghi gì."))
            sys.exit(2)
        with transaction.atomic():
            ministries = load_ministries()
            report = import_units(units) if path else UnitsReport()
            former = load_former_provinces()
            # Counting by doing, then undoing, is the only count that cannot differ from the real run.
            transaction.set_rollback(dry_run)
        self._print(units, report, ministries, former, dry_run)
        if units.refused or report.differing:
            sys.exit(1)

    def _print(self, units: UnitsFile, report: UnitsReport, ministries: int, former: int, dry_run: bool) -> None:
        provinces, communes = len(units.provinces), len(units.communes)
        self.stdout.write(f"Đọc: {provinces} tỉnh, thành phố; {communes} xã, phường, đặc khu.")
        self.stdout.write(
            f"Đơn vị mới: {report.created}; đã có: {report.unchanged}; khác với cổng: {len(report.differing)}; "
            f"bị bỏ qua: {len(units.refused)}."
        )
        self.stdout.write(f"Bộ, ngành mới: {ministries}; tỉnh cũ mới nạp: {former}.")
        self.stdout.write(f"Vào các loại cơ quan (UBND cấp tỉnh, cấp xã, …): {report.joined} lượt.")
        for line in units.refused:
            self.stderr.write(f"Bỏ qua: {line}")
        for line in report.differing:
            self.stderr.write(f"Giữ nguyên, cần người xem: {line}")
        if not (report.wrote or ministries or former):
            self.stdout.write("Không có gì mới, không ghi gì.")
        elif dry_run:
            self.stdout.write("Chạy thử: chưa ghi gì.")
        else:
            self.stdout.write("Đã ghi xong.")
