"""`manage.py export_site [OUT]`: the whole public portal as plain files, for any web server or a USB stick."""

import json
import os
import re
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import override_settings
from django.utils import translation
from tqdm import tqdm

from cms.calendar import as_of, today
from cms.models import Agency
from cms.selectors import browse
from cms.text import slugify
from cms.values import UnreadableValue, format_date, format_number, read_date
from portal.export.pack import LARGEST, TooLargeError, pack_of
from portal.export.processes import ProcessLostError
from portal.export.rendering import CannotRenderError
from portal.export.run import BrokenExportError, Options, Summary, export
from portal.export.stick import stick_of, write_zip
from portal.export.writer import (
    ExportRunningError,
    NotAnExportError,
    check_place,
    not_written,
    only_one,
    replace,
)
from portal.export.zipped import zip_tree

MOST_FINDINGS = 20
MOST_WORKERS = 64
MOST_NEAR = 5
MOST_YEARS = 50


class Command(BaseCommand):
    """Exit codes: 0 the export is in place; 1 failed, the old one stands as it was; 2 another export is on."""

    help = "Xuất cổng công khai thành tệp tĩnh; lần sau chỉ làm lại những gì đã đổi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, as which site, of which day."""
        parser.add_argument("out", nargs="?", type=Path, metavar="THƯ_MỤC", help="nơi ghi; mặc định var/export")
        parser.add_argument("--base-url", default="", help="địa chỉ công khai của bản tĩnh; mặc định PORTAL_BASE_URL")
        parser.add_argument(
            "--languages", default="", metavar="TIẾNG",
            help="các thứ tiếng, ví dụ “vi” hay “vi,en”; mặc định mọi thứ tiếng cổng có",
        )  # fmt: skip
        parser.add_argument("--on", default="", metavar="NGÀY", help="xuất như ngày này; mặc định hôm nay")
        parser.add_argument(
            "--workers", type=int, default=min(os.cpu_count() or 1, MOST_WORKERS), metavar="SỐ",
            help=f"số tiến trình làm trang, từ 1 đến {MOST_WORKERS}",
        )  # fmt: skip
        parser.add_argument("--full", action="store_true", help="làm lại mọi trang")
        parser.add_argument("--zip", action="store_true", help="đóng thêm thành THƯ_MỤC.zip")
        parser.add_argument(
            "--agency", default="", metavar="CƠ_QUAN",
            help="chỉ làm một tệp .html mang theo khi đi lưu động: thủ tục của cơ quan có tên này trong địa chỉ",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="in tóm tắt dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, then say what was done."""
        out: Path = (options["out"] or Path(settings.PORTAL_EXPORT)).expanduser().resolve()
        try:
            (self._pack if options["agency"] else self._export)(out, options)
        except (DatabaseError, sqlite3.Error) as error:
            raise CommandError(_not_read(error, out)) from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Đã dừng theo lệnh. Bản cũ ở {out} (nếu có) vẫn nguyên.", returncode=130) from error

    def _export(self, out: Path, options: dict[str, Any]) -> None:
        languages, base = _languages(options["languages"]), _base(options["base_url"])
        wanted = Options(_day(options["on"]), _workers(options["workers"]), options["full"], languages)
        try:
            check_place(out, settings.ROOT, settings.PORTAL_VAR)
            with (
                only_one(out) as fresh,
                override_settings(PORTAL_BASE_URL=base),
                tqdm(disable=not sys.stderr.isatty(), unit=" nhóm trang", leave=False) as bar,
            ):
                summary = export(out, fresh, wanted, _telling(bar))
                if options["zip"]:
                    self._zip(out, summary)
        except NotAnExportError as error:
            raise CommandError(str(error)) from error
        except ExportRunningError as error:
            raise CommandError(f"Đang có một lần xuất khác vào {out}. Hãy đợi xong.", returncode=2) from error
        except CannotRenderError as error:
            raise CommandError(f"Không làm được trang {error}. Bản cũ ở {out} vẫn nguyên.") from error
        except BrokenExportError as error:
            raise CommandError(_words_of(error, out)) from error
        except ProcessLostError as error:
            raise CommandError(
                f"Hệ thống đã dừng một tiến trình làm trang, thường vì thiếu bộ nhớ. Bản cũ ở {out} (nếu có) vẫn "
                "nguyên. Hãy chạy lại với số tiến trình ít hơn, chẳng hạn --workers 1."
            ) from error
        except OSError as error:
            raise CommandError(not_written(error, out)) from error
        self.stdout.write(json.dumps(asdict(summary)) if options["json"] else _sentence(summary))

    def _zip(self, out: Path, summary: Summary) -> None:
        packed = out.with_name(f"{out.name}.zip")
        try:
            replace(packed, lambda draft: zip_tree(Path(summary.place), draft))
        except OSError as error:
            raise CommandError(f"Bản mới đã ở {summary.place}. {not_written(error, packed)}") from error

    def _pack(self, out: Path, options: dict[str, Any]) -> None:
        """One place's procedures as `OUT/<slug>.html`; with --zip also the tree for a USB stick, `OUT/<slug>.zip`."""
        agency = Agency.objects.filter(slug=options["agency"]).first()
        if agency is None:
            raise CommandError(_unknown(options["agency"]))
        on, file = _day(options["on"]), out / f"{agency.slug}.html"
        try:
            check_place(out / agency.slug, settings.ROOT, settings.PORTAL_VAR)
            with as_of(on), translation.override(settings.LANGUAGE_CODE):
                content = pack_of(agency, on)
                stick = stick_of(agency, on) if options["zip"] else {}
            out.mkdir(parents=True, exist_ok=True)
            replace(file, lambda draft: draft.write_bytes(content))
            if stick:
                replace(file.with_suffix(".zip"), lambda draft: write_zip(stick, draft))
        except ValueError as error:
            raise CommandError(_empty(agency, on)) from error
        except TooLargeError as error:
            raise CommandError(
                f"Tệp của {agency.name} nặng {error.size / 1e6:.1f} MB, quá {LARGEST / 1e6:.0f} MB. "
                "Hãy xuất cả cổng rồi chép ra USB."
            ) from error
        except NotAnExportError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(not_written(error, out)) from error
        size = {"place": str(file), "bytes": len(content), "stick_files": len(stick)}
        more = f" Bản cho USB: {file.with_suffix('.zip')}, {len(stick)} tệp." if stick else ""
        said = f"Đã ghi {file}: {len(content) / 1e6:.1f} MB.{more}"
        self.stdout.write(json.dumps(size) if options["json"] else said)


def _unknown(typed: str) -> str:
    """That there is no such agency, with those of nearly this name."""
    near = Agency.objects.filter(slug__startswith=slugify(typed)).order_by("path")[:MOST_NEAR] if slugify(typed) else []
    offered = "; ".join(f"{one.slug} ({browse.label_of(one)})" for one in near)
    words = f"Không có cơ quan “{typed}”. Tên cần gõ là phần cuối địa chỉ trang của cơ quan ấy"
    return f"{words}, chẳng hạn: {offered}." if offered else f"{words}, như phuong-ha-long-tinh-quang-ninh."


def _empty(agency: Agency, on: date) -> str:
    """That an agency has no list on the day, with who stands in its place where it is no more."""
    if agency.valid_to and agency.valid_to <= on:
        after = "; ".join(f"{one.slug} ({browse.label_of(one)})" for one in browse.successors_of_agency(agency))
        ended = f"{agency.name} đã thôi hoạt động từ {format_date(agency.valid_to)}, nên không có gì để mang."
        return f"{ended} Nay là: {after}." if after else ended
    return f"Cổng chưa có danh mục thủ tục của {agency.name}, nên không có gì để mang."


def _base(typed: str) -> str:
    """The public address of the export, without a slash at the end."""
    base = (typed or settings.PORTAL_BASE_URL).rstrip("/")
    try:
        parts = urlsplit(base)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        fits = False
    if not fits or re.search(r"""[\s"'<>]""", base):
        raise CommandError(
            f"--base-url: “{base}” không phải địa chỉ công khai. Hãy viết đủ, không có ? và #, như "
            "https://thutuc.tinh.gov.vn hay https://tinh.gov.vn/thu-tuc"
        )
    return base


def _workers(typed: int) -> int:
    if not 1 <= typed <= MOST_WORKERS:
        raise CommandError(f"--workers: phải từ 1 đến {MOST_WORKERS}, đang là {typed}.")
    return typed


def _not_read(error: Exception, out: Path) -> str:
    """That the portal's data could not be read, why, and what to do."""
    stands = f"Bản cũ ở {out} (nếu có) vẫn nguyên."
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        behind = False
    if behind:
        return f"Cơ sở dữ liệu chưa theo kịp mã nguồn. {stands} Hãy chạy manage.py upgrade rồi xuất lại."
    if any(word in str(error) for word in ("locked", "busy")):
        return f"Cơ sở dữ liệu đang bị lệnh khác giữ. {stands} Hãy đợi lệnh ấy xong rồi xuất lại."
    if "full" in str(error):
        return f"Đĩa đã đầy, không ghi được chỉ mục tìm kiếm. {stands} Hãy dọn chỗ trống rồi xuất lại."
    said = str(error).partition("\n")[0]
    return f"Không đọc được dữ liệu của cổng ({said}). {stands} Hãy chạy manage.py health để biết vì sao."


def _day(typed: str) -> date:
    try:
        day = read_date(typed) if typed else today()
    except UnreadableValue as error:
        raise CommandError(f"--on: {error}") from error
    if day.year > today().year + MOST_YEARS:
        raise CommandError(f"--on: {typed} xa quá {MOST_YEARS} năm nữa. Hãy xem lại năm.")
    return day


def _languages(typed: str) -> tuple[str, ...]:
    """The languages beside the portal's own."""
    own, there = settings.LANGUAGE_CODE, [code for code, _name in settings.LANGUAGES]
    wanted = [one.strip() for one in typed.split(",")] if typed else there
    if unknown := [one for one in wanted if one not in there]:
        raise CommandError(f"--languages: cổng không có tiếng “{unknown[0]}”, chỉ có {', '.join(there)}.")
    if own not in wanted:
        raise CommandError(f"--languages: thiếu “{own}”, tiếng của mọi trang. Hãy viết --languages {own},{typed}")
    return tuple(one for one in there if one in wanted and one != own)


def _telling(bar: Any) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        bar.total = of
        bar.update(done - bar.n)

    return tell


def _words_of(error: BrokenExportError, out: Path) -> str:
    count = len(error.findings)
    lines = "\n".join(f"  {one}" for one in error.findings[:MOST_FINDINGS])
    return f"Bản mới không trọn vẹn nên không được thay vào {out}; bản cũ vẫn nguyên. {count} lỗi:\n{lines}"


def _sentence(summary: Summary) -> str:
    if not (summary.pages_rendered or summary.data_rendered or summary.removed):
        return f"Không có gì đổi: {format_number(summary.unchanged)} tệp giữ nguyên; {summary.seconds:.1f} giây."
    return (
        f"Đã xuất vào {summary.place}: làm {format_number(summary.pages_rendered)} trang, "
        f"{format_number(summary.data_rendered)} tệp dữ liệu, "
        f"ghi {format_number(summary.written)}, giữ {format_number(summary.unchanged)}, "
        f"bỏ {format_number(summary.removed)}; {summary.bytes / 1e6:.1f} MB, {summary.seconds:.1f} giây, "
        f"bộ nhớ nhiều nhất {summary.peak_memory} MB."
    )
