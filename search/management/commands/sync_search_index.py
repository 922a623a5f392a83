"""`manage.py sync_search_index`: safe to repeat, to kill and to run from cron; see docs/search.md."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.calendar import today
from cms.values import format_date, format_number
from search.backends import EngineDownError, Index
from search.backends.elasticsearch import connect
from search.backends.elasticsearch_index import ElasticsearchIndex
from search.backends.sqlite_index import IndexBusyError, SqliteIndex, only_one
from search.sync import CountsDisagreeError, Synced, sync_into

FAILED, BUSY = 1, 2


class Command(BaseCommand):
    """Exit codes: 0 done; 1 failed, the old index stands; 2 another run is at work, nothing done."""

    help = "Cập nhật chỉ mục tìm kiếm theo nhật ký thay đổi và theo ngày; --rebuild làm lại từ đầu."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--rebuild`."""
        parser.add_argument("--rebuild", action="store_true", help="làm lại toàn bộ chỉ mục bên cạnh rồi thay")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring every index of this portal up to date, one after the other, and print counts of each."""
        path = Path(settings.PORTAL_SEARCH_INDEX)
        try:
            with only_one(path):
                self._sync("SQLite", SqliteIndex(path), options["rebuild"])
                if settings.PORTAL_ELASTICSEARCH_URL:
                    client = connect(settings.PORTAL_ELASTICSEARCH_URL)
                    server = ElasticsearchIndex(client, settings.PORTAL_ELASTICSEARCH_PREFIX)
                    self._sync("Elasticsearch", server, options["rebuild"])
        except IndexBusyError as error:
            raise CommandError(
                "Một lệnh cập nhật chỉ mục khác đang chạy. Hãy đợi lệnh đó xong rồi chạy lại nếu cần.", returncode=BUSY
            ) from error
        except EngineDownError as error:
            raise CommandError(
                f"Elasticsearch không trả lời hoặc báo lỗi ({error}). Chỉ mục SQLite đã cập nhật xong và vẫn trả lời. "
                "Hãy kiểm tra máy chủ ở PORTAL_ELASTICSEARCH_URL rồi chạy lại.",
                returncode=FAILED,
            ) from error
        except (OSError, sqlite3.Error) as error:
            raise CommandError(
                f"Không ghi được chỉ mục {path}: {error}. Hãy kiểm tra quyền ghi và chỗ trống của đĩa rồi chạy lại.",
                returncode=FAILED,
            ) from error

    def _sync(self, name: str, index: Index, anew: bool) -> None:
        started = time.monotonic()
        try:
            done = sync_into(index, today(), anew=anew)
        except CountsDisagreeError as error:
            raise CommandError(
                f"Chỉ mục {name} có {format_number(error.indexed)} thủ tục đang áp dụng, cơ sở dữ liệu có "
                f"{format_number(error.in_force)}. Chỉ mục cũ được giữ nguyên. "
                "Hãy chạy: manage.py sync_search_index --rebuild",
                returncode=FAILED,
            ) from error
        self.stdout.write(_report(name, done, time.monotonic() - started))


def _report(name: str, done: Synced, seconds: float) -> str:
    what = "làm mới toàn bộ" if done.rebuilt else "cập nhật"
    return (
        f"Chỉ mục tìm kiếm {name}: {what}; ghi {format_number(done.written)}, bỏ {format_number(done.removed)}, "
        f"đang áp dụng {format_number(done.in_force)} thủ tục; "
        f"đến thay đổi số {done.cursor.sequence}, ngày {format_date(done.cursor.day)}; {seconds:.1f} giây."
    )
