"""`manage.py evaluate_search`: the figures of an engine on judged queries; see docs/search.md for every formula."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from cms.calendar import today
from search.anchors import plain_table
from search.backends import EngineDownError, IndexMissingError
from search.document import Document, State
from search.evaluation import ENGINES, FIGURES, SITE_ENGINES, Figures, Report, ask_all
from search.indexing import documents, procedure_ids
from search.judged import Judged, JudgedFileError, read_judged

FAILED, UNUSABLE = 1, 2
# Codes of no procedure here are listed up to so many; the rest is in the JSON file.
LISTED = 20
# Hits that are compared with the server's.
TOP = 3
ANCHOR_SECONDS = 1.0


class Command(BaseCommand):
    """Exit codes: 0 measured; 1 no index, or judged codes missing from it (all of them, or any with --strict);
    2 the file of queries cannot be used."""

    help = "Chấm điểm tìm kiếm bằng các câu hỏi đã có đáp án (tệp TSV: id, class, query, expected)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the engine, and what to do with the figures."""
        parser.add_argument("queries", type=Path, metavar="CÂU_HỎI.tsv", help="tệp câu hỏi đã chấm")
        parser.add_argument(
            "--engine", choices=sorted({*ENGINES, *SITE_ENGINES}), default="sqlite", help="máy tìm được chấm"
        )
        parser.add_argument("--site", type=Path, metavar="THƯ_MỤC", help="bản tĩnh được chấm (--engine export)")
        parser.add_argument("--json", type=Path, metavar="TỆP", help="ghi mọi con số ra tệp này")
        parser.add_argument("--strict", action="store_true", help="mã không có trong chỉ mục thì thoát với mã 1")
        parser.add_argument("--anchors", action="store_true", help="đo thêm hai cách tìm thông thường để so")
        parser.add_argument(
            "--anchor-seconds", type=_seconds, default=ANCHOR_SECONDS, metavar="GIÂY",
            help="mỗi câu cho bộ tìm kiếm SQLite của Wagtail nhiều nhất bấy nhiêu giây",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, write; ends with the exit code when it isn't 0."""
        path: Path = options["queries"]
        try:
            judged = read_judged(path)
        except JudgedFileError as error:
            raise CommandError(_("Không dùng được %(problem)s.") % {"problem": error}, returncode=UNUSABLE) from error
        try:
            reports = [self._asked(options["engine"], options["site"], judged)]
        except IndexMissingError as error:
            raise CommandError(
                _("Chưa có chỉ mục %(engine)s dùng được. Hãy chạy: manage.py sync_search_index")
                % {"engine": options["engine"]},
                returncode=FAILED,
            ) from error
        except EngineDownError as error:
            raise CommandError(
                _("Elasticsearch không trả lời kịp. Hãy kiểm tra máy chủ ở PORTAL_ELASTICSEARCH_URL rồi chạy lại."),
                returncode=FAILED,
            ) from error
        if options["anchors"]:
            reports += self._anchors(judged, options["anchor_seconds"])
        for report in reports:
            self.stdout.write(_table(report))
        if options["json"]:
            self._write(options["json"], path, reports)
        self._tell_missing(path, judged, reports[0], strict=options["strict"])

    def _asked(self, name: str, site: Path | None, judged: list[Judged]) -> Report:
        if name in ENGINES:
            return ask_all(ENGINES[name](), judged)
        if site is None:
            raise CommandError(_("Hãy cho biết bản tĩnh nào: --site THƯ_MỤC"), returncode=UNUSABLE)
        heads: dict[str, list[str]] = {}
        try:
            with SITE_ENGINES[name](site) as searcher:

                def ask(query: str) -> list[str]:
                    heads[query] = list(searcher.ask(query) or ())
                    return heads[query]

                report = ask_all(replace(searcher, ask=ask), judged)
        except LookupError as error:
            raise CommandError(
                _("Thiếu công cụ để chấm bản tĩnh: %(tool)s.") % {"tool": error}, returncode=FAILED
            ) from error
        self._compare(heads)
        return report

    def _compare(self, heads: dict[str, list[str]]) -> None:
        """Say how many queries have the same top three as on the server."""
        server = ENGINES["sqlite"]()
        same = sum(list(server.ask(query) or ())[:TOP] == codes[:TOP] for query, codes in heads.items())
        counts = {"same": same, "all": len(heads), "share": 100 * same / max(len(heads), 1)}
        self.stdout.write(_("Ba kết quả đầu giống trên máy chủ: %(same)d trong %(all)d câu (%(share).1f %%).") % counts)

    def _anchors(self, judged: list[Judged], seconds: float) -> list[Report]:
        texts: list[Document] = [one for one in documents(procedure_ids(), today()) if one.state == State.IN_FORCE]
        found = [ask_all(plain_table(texts), judged)]
        if connection.vendor != "sqlite":
            self.stderr.write(_("Bộ tìm kiếm SQLite của Wagtail chỉ đo được khi cơ sở dữ liệu chính là SQLite."))
            return found
        from search.wagtail_anchor import wagtail_stock  # noqa: PLC0415  its models exist only on SQLite

        with wagtail_stock(texts, seconds) as stock:
            return [*found, ask_all(stock, judged)]

    def _write(self, target: Path, path: Path, reports: list[Report]) -> None:
        first, *others = reports
        content = {"file": path.name, **first.as_json(), "anchors": [one.as_json() for one in others]}
        try:
            target.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(
                _("Không ghi được %(file)s: %(problem)s. Hãy chọn nơi khác.")
                % {"file": target, "problem": error.strerror},
                returncode=FAILED,
            ) from error

    def _tell_missing(self, path: Path, judged: list[Judged], report: Report, *, strict: bool) -> None:
        wanted = sum(len(one.expected) for one in judged)
        for one, code in report.missing[:LISTED]:
            place = {"file": path.name, "line": one.line, "id": one.id, "code": code}
            self.stderr.write(_("%(file)s, dòng %(line)d (%(id)s): mã %(code)s không có trong chỉ mục") % place)
        if not report.missing:
            return
        counts = {"missing": len(report.missing), "wanted": wanted}
        said = (
            _("%(missing)d trong %(wanted)d mã đã chấm không có trong chỉ mục, nên các con số thấp hơn thực.") % counts
        )
        if strict or len(report.missing) == wanted:
            raise CommandError(said + " " + _("Hãy nạp đủ danh mục hoặc sửa tệp câu hỏi."), returncode=FAILED)
        self.stderr.write(said)


def _seconds(typed: str) -> float:
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value < 3600:
        raise ArgumentTypeError(_("phải là số giây lớn hơn 0"))
    return value


def _table(report: Report) -> str:
    heads = ("", _("câu"), *FIGURES, "p50 ms", "p95 ms")
    rows = [heads, *(_cells(kind, figures) for kind, figures in report.classes.items())]
    rows.append(_cells(_("tất cả"), report.overall))
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    counts = {"empty": report.overall.empty, "right": report.overall.empty_right}
    lines.append(_("Câu không được thấy gì (không tính ở trên): đúng %(right)d trong %(empty)d.") % counts)
    if report.overall.late:
        counts = {"late": report.overall.late, "in_time": report.overall.queries - report.overall.late}
        lines.append(_("Trả lời kịp %(in_time)d câu; quá hạn %(late)d câu (tính là không thấy gì).") % counts)
    return "\n".join([f"== {report.name}", *lines, ""])


def _cells(label: str, figures: Figures) -> tuple[str, ...]:
    shown = ["–" if value is None else f"{value:.4f}" for value in figures.values.values()]
    times = ["–" if value is None else f"{value:.1f}" for value in (figures.p50_ms, figures.p95_ms)]
    return (label, str(figures.queries), *shown, *times)
