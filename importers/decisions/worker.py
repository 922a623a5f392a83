"""Reading an uploaded decision outside the web process: a process of its own claims the batch, reads it within limits,
and leaves it ready for review or says why not. One that dies leaves a batch that can be read again."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from importers.decisions.bounded import LIMITS, ROOT, Limits, read_bounded
from importers.decisions.child import LONGEST_NAME
from importers.decisions.rows import DecisionFile, RefusedKindError
from importers.decisions.staging import stage
from importers.models import BatchState, DecisionBatch
from importers.rows import UnusableFileError

log = logging.getLogger(__name__)

# No sign of life for so long: the reader is gone (a restart, a full machine).
SILENCE = timedelta(minutes=2)
# Uploaded so long ago and not begun: whoever should have started it is gone.
UNSTARTED = timedelta(minutes=1)
DIED = "Việc đọc tệp bị dừng giữa chừng (máy khởi động lại hoặc hết bộ nhớ). Hãy bấm Đọc lại."
BROKEN = (
    "Máy không đưa được quyết định này vào đợt duyệt. Hãy bấm Đọc lại; nếu vẫn vậy, báo người vận hành xem nhật ký."
)


def start(batch: DecisionBatch) -> None:
    """Start a process that reads the batch and outlives the request. Raises OSError when none can be started."""
    subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "read_decision_batch", str(batch.pk)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )


def read_batch(pk: int, *, limits: Limits = LIMITS) -> DecisionBatch | None:
    """Read a waiting batch and set it down for review, or say on it why that can't be. None: another process has it,
    or it waits no more."""
    waiting = DecisionBatch.objects.filter(pk=pk, state=BatchState.WAITING)
    if not waiting.update(state=BatchState.READING, progress=0, heard_at=timezone.now(), message=""):
        return None
    batch = DecisionBatch.objects.get(pk=pk)
    try:
        _read(batch, limits)
    except (UnusableFileError, RefusedKindError) as error:
        _refuse(batch, str(error))
    except Exception:
        log.exception("batch %s", pk)
        _refuse(batch, BROKEN)
        raise
    return DecisionBatch.objects.get(pk=pk)


def read_again(batch: DecisionBatch) -> bool:
    """Let a batch that could not be read, or whose reader is gone, wait for reading again; whether it does."""
    stuck = DecisionBatch.objects.filter(pk=batch.pk, state=BatchState.READING, heard_at__lt=timezone.now() - SILENCE)
    again = DecisionBatch.objects.filter(pk=batch.pk, state__in=(BatchState.REFUSED, BatchState.WAITING)) | stuck
    return bool(again.update(state=BatchState.WAITING, progress=0, message=""))


def catch_up(now: datetime) -> int:
    """For run_due: read what nobody began, and say of what died that it did. Returns how many were looked after."""
    died = DecisionBatch.objects.filter(state=BatchState.READING, heard_at__lt=now - SILENCE)
    done = died.update(state=BatchState.REFUSED, message=DIED)
    for batch in DecisionBatch.objects.filter(state=BatchState.WAITING, at__lt=now - UNSTARTED):
        # Not here: other timed work must not wait for a reading.
        start(batch)
        done += 1
    return done


def _read(batch: DecisionBatch, limits: Limits) -> None:
    with tempfile.TemporaryDirectory(prefix="dot-nhap-") as folder:
        handed, unpacked, forms = (Path(folder) / name for name in ("vao", "tep", "mau"))
        for one in (handed, unpacked, forms):
            one.mkdir()
        reading, paths = read_bounded(
            list(_copied(batch, handed)),
            unpack=unpacked,
            forms=forms,
            progress=lambda percent: _hear(batch, percent),
            limits=limits,
        )
        _hear(batch, 99)
        handed_in = [one.file for one in batch.files.all() if one.file]
        made, fresh = stage(reading, by=batch.by, paths=_in_order(reading.files, paths), into=batch, forms=forms)
    if not fresh:
        raise UnusableFileError(
            f"Các tệp này đã được nhập trước đây, là đợt nhập số {made.pk} ({made.get_state_display()}). "
            "Hãy mở đợt đó làm tiếp."
        )
    kept = set(batch.files.values_list("file", flat=True))
    for file in handed_in:
        if file.name and file.name not in kept:
            file.storage.delete(file.name)


def _copied(batch: DecisionBatch, folder: Path) -> Iterable[Path]:
    """The files under the names they came with, since messages tell those."""
    for number, file in enumerate(batch.files.all()):
        name = Path(file.name.replace("\\", "/")).name or "tep"
        place = folder / str(number)
        place.mkdir()
        target = place / (Path(name).stem[:LONGEST_NAME] + Path(name).suffix[:8])
        with file.file.open("rb") as stored, target.open("wb") as copy:
            shutil.copyfileobj(stored, copy)
        yield target


def _in_order(files: Iterable[DecisionFile], paths: Iterable[Path]) -> list[Path]:
    """Each read file's own copy: a file handed in twice was read once."""
    by_name: dict[str, list[Path]] = {}
    for path in paths:
        by_name.setdefault(path.name, []).append(path)
    return [by_name[file.name].pop(0) for file in files]


def _hear(batch: DecisionBatch, percent: int) -> None:
    DecisionBatch.objects.filter(pk=batch.pk, state=BatchState.READING).update(
        progress=percent, heard_at=timezone.now()
    )


def _refuse(batch: DecisionBatch, message: str) -> None:
    DecisionBatch.objects.filter(pk=batch.pk).update(state=BatchState.REFUSED, message=message)
