"""Whether the portal is well, in findings that a person can act on; one list for the page and the command."""

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from wagtail.models import Page, Revision

from cms import triggers
from cms.calendar import today
from cms.models import Change
from cms.selectors import transitions
from cms.values import format_date, format_number
from importers.models import ImportBatch
from portal.models import TimedJob
from portal.operations.jobs import JOBS
from search.backends import EngineDownError, IndexMissingError
from search.backends.sqlite_index import read_meta
from search.engine import elasticsearch
from search.indexing import in_force_count

KEPT_SECONDS = 10
OVERDUE = timedelta(minutes=30)
OLDEST_BACKUP = timedelta(days=7)
LOOK_AHEAD = timedelta(days=90)


class State(enum.Enum):
    """How bad: only BAD makes the portal unwell."""

    GOOD = "tốt"
    WARNING = "chú ý"
    BAD = "HỎNG"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it stands, and in words what was seen or must be done."""

    label: str
    state: State
    text: str

    def __str__(self) -> str:
        return f"{self.state.value:6} {self.label}: {self.text}"


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is bad."""
    return all(one.state is not State.BAD for one in findings)


def recent_findings() -> list[Finding]:
    """Findings at most ten seconds old: anyone may ask for the page, as often as they like."""
    found: list[Finding] | None = caches["default"].get("health")
    if found is None:
        found = findings(timezone.now())
        caches["default"].set("health", found, KEPT_SECONDS)
    return found


def findings(now: datetime) -> list[Finding]:
    """All findings, the worst first. Never raises: what can't be looked at is itself a finding."""
    found = [finding for label, probe in _PROBES for finding in _looked_at(label, probe, now)]
    return sorted(found, key=lambda one: list(State).index(one.state), reverse=True)


Seen = tuple[State, str]


def _looked_at(label: str, probe: Callable[[datetime], Iterator[Seen]], now: datetime) -> list[Finding]:
    try:
        return [Finding(label, *seen) for seen in probe(now)]
    except Exception as error:  # noqa: BLE001  whatever breaks is what this page is there to say
        return [Finding(label, State.BAD, f"không xem được ({type(error).__name__}: {error})")]


def _database(now: datetime) -> Iterator[Seen]:
    executor = MigrationExecutor(connection)
    if pending := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        yield State.BAD, f"còn {pending} bước cập nhật chưa chạy; hãy chạy: manage.py upgrade"
    if absent := triggers.missing(connection):
        yield State.BAD, f"thiếu {len(absent)} ràng buộc pháp lý; hãy chạy: manage.py migrate"
    if not pending and not absent:
        yield State.GOOD, f"{connection.vendor}, đủ ràng buộc; thay đổi mới nhất số {_last_change()}"


def _imports(now: datetime) -> Iterator[Seen]:
    last = ImportBatch.objects.order_by("-at").first()
    yield State.GOOD, f"{_moment(last.at)}, {len(last.files)} tệp" if last else "chưa có lần nhập nào"


def _index(now: datetime) -> Iterator[Seen]:
    path = Path(settings.PORTAL_SEARCH_INDEX)
    made = f", ghi lúc {_moment(datetime.fromtimestamp(path.stat().st_mtime, UTC))}" if path.exists() else ""
    yield _index_state(read_meta(path), made)


def _server(now: datetime) -> Iterator[Seen]:
    if not settings.PORTAL_ELASTICSEARCH_URL:
        return
    try:
        yield _index_state(elasticsearch().meta(), "")
    except IndexMissingError:
        yield _index_state({}, "")
    except EngineDownError as error:
        # Readers are served from the file meanwhile.
        yield State.WARNING, f"không trả lời ({error}); đang dùng chỉ mục tại máy. Hãy xem lại máy chủ Elasticsearch"


def _index_state(meta: dict[str, str], made: str) -> Seen:
    if not meta:
        return State.BAD, "chưa có hoặc hỏng; hãy chạy: manage.py sync_search_index --rebuild"
    on, count = today(), int(meta["count"])
    text = f"{format_number(count)} thủ tục đang áp dụng{made}"
    if int(meta["sequence"]) != _last_change() or meta["day"] != on.isoformat():
        late = f"chưa theo kịp thay đổi số {_last_change()}, lần chạy run_due tới sẽ cập nhật"
        return State.WARNING, f"{text}; {late}"
    if count != (there := in_force_count(on)):
        counted = f"cơ sở dữ liệu có {format_number(there)}"
        return State.BAD, f"{text}, {counted}; chạy: manage.py sync_search_index --rebuild"
    return State.GOOD, text


def _export(now: datetime) -> Iterator[Seen]:
    path = Path(settings.PORTAL_EXPORT)
    made = _moment(datetime.fromtimestamp(path.stat().st_mtime, UTC)) if path.exists() else "chưa có"
    yield State.GOOD, made


def _next_event(now: datetime) -> Iterator[Seen]:
    on = today()
    found = []
    if coming := transitions(on, on + LOOK_AHEAD):
        day = coming[0].day
        same = sum(one.day == day for one in coming)
        found.append(f"{format_date(day)}: {format_number(same)} điểm bắt đầu hoặc hết hiệu lực")
    page = Revision.page_revisions.filter(approved_go_live_at__gt=now).order_by("approved_go_live_at").first()
    if page and page.approved_go_live_at:
        found.append(f"{_moment(page.approved_go_live_at)}: đăng trang")
    expiring = Page.objects.live().filter(expire_at__gt=now).order_by("expire_at").first()
    if expiring and expiring.expire_at:
        found.append(f"{_moment(expiring.expire_at)}: gỡ trang “{expiring.title}”")
    yield State.GOOD, "; ".join(found) or f"không có gì trong {LOOK_AHEAD.days} ngày tới"


def _backup(now: datetime) -> Iterator[Seen]:
    row = TimedJob.objects.filter(name="backup").first()
    if row and row.failed_at:
        yield State.BAD, f"lần gần nhất hỏng, {_moment(row.failed_at)}: {row.error}"
    elif row is None or row.succeeded_at is None:
        yield State.WARNING, "chưa sao lưu lần nào; hãy chạy: manage.py backup TỆP"
    elif now - row.succeeded_at > OLDEST_BACKUP:
        yield State.WARNING, f"đã cũ, lần gần nhất {_moment(row.succeeded_at)}"
    else:
        yield State.GOOD, _moment(row.succeeded_at)


def _timed_work(now: datetime) -> Iterator[Seen]:
    rows = {row.name: row for row in TimedJob.objects.all()}
    late = [job.label for job in JOBS if job.is_due(now - OVERDUE, rows.get(job.name))]
    for job in JOBS:
        row = rows.get(job.name)
        if row and row.failed_at:
            yield State.BAD, f"“{job.label}” hỏng lúc {_moment(row.failed_at)}: {row.error}"
    if late:
        yield State.WARNING, f"quá hạn: {', '.join(late)}; hãy đặt manage.py run_due vào cron hay systemd"
    else:
        yield State.GOOD, f"{len(JOBS)} việc đúng hạn"


def _last_change() -> int:
    return Change.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%H:%M} ngày {format_date(local.date())}"


_PROBES: tuple[tuple[str, Callable[[datetime], Iterator[Seen]]], ...] = (
    ("Cơ sở dữ liệu", _database),
    ("Nhập danh mục gần nhất", _imports),
    ("Chỉ mục tìm kiếm", _index),
    ("Chỉ mục Elasticsearch", _server),
    ("Bản xuất tĩnh", _export),
    ("Sự kiện sắp tới", _next_event),
    ("Sao lưu gần nhất", _backup),
    ("Việc theo giờ", _timed_work),
)
