"""Reading with an end: a decision is read by a process of its own that is stopped when it takes too long or too much
memory. What becomes of it is said in Vietnamese, and nothing of it can harm the portal."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from importers.decisions.plain import from_plain
from importers.decisions.rows import DecisionReading, RefusedKindError
from importers.rows import UnusableFileError

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 3 * 1024**3  # bytes of addresses, LibreOffice's too; a real list of 500 rows takes 0.4
SECONDS = 240  # of processor time; the largest real decision takes under 20
PATIENCE = 2 * SECONDS  # by the clock, on a machine that has more to do
PICTURE_SECONDS = 20
_LOOK_EVERY = 0.2
_QUIET = {"PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore", "OPENBLAS_NUM_THREADS": "1"}
# How libraries say that memory ran out, where they end the process themselves.
_NO_MEMORY = ("MemoryError", "SystemError", "failed to map", "Memory allocation", "allocate memory", "bad_alloc")


@dataclass(frozen=True)
class Limits:
    """How much one reading may take: bytes, seconds of processor time, seconds by the clock."""

    memory: int = MEMORY
    seconds: int = SECONDS
    patience: float = PATIENCE


LIMITS = Limits()


def read_bounded(
    paths: Sequence[Path],
    *,
    number: str = "",
    signed_on: date | None = None,
    unpack: Path | None = None,
    forms: Path | None = None,
    progress: Callable[[int], None] | None = None,
    limits: Limits = LIMITS,
) -> tuple[DecisionReading, list[Path]]:
    """`reading.read_decision` within limits; also the files read, one by one. `unpack`: an empty folder into which
    archives are taken apart; without it an archive stays one file. `forms`: as there. `progress` is told per cent, at
    least every second.

    Raises RefusedKindError and UnusableFileError; the latter also when a limit is hit or the reader breaks.
    """
    names = ", ".join(path.name for path in paths)
    job = {
        "paths": [str(path.resolve()) for path in paths],
        "number": number,
        "signed_on": signed_on.isoformat() if signed_on else "",
        "unpack": str(unpack) if unpack else "",
        "forms": str(forms.resolve()) if forms else "",
    }
    answer = _run(job, names, limits, progress)
    return from_plain(DecisionReading, answer["reading"]), [Path(one) for one in answer["paths"]]


def picture_of_page(path: Path, page: int) -> bytes:
    """A page of a PDF (from 1) as PNG. Raises UnusableFileError."""
    with tempfile.TemporaryDirectory(prefix="trang-") as folder:
        picture = Path(folder) / "trang.png"
        job = {"paths": [str(path)], "page": page, "picture": str(picture)}
        _run(job, path.name, Limits(seconds=PICTURE_SECONDS, patience=2 * PICTURE_SECONDS), None)
        return picture.read_bytes()


def _run(job: dict[str, Any], names: str, limits: Limits, progress: Callable[[int], None] | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="doc-quyet-dinh-") as folder:
        place = Path(folder)
        told, given, said = place / "progress", place / "answer.json", place / "said.txt"
        job |= {"progress": str(told), "answer": str(given), "memory": limits.memory, "seconds": limits.seconds}
        (place / "job.json").write_text(json.dumps(job), "utf-8")
        with said.open("wb") as errors:
            code = _wait(_start(place / "job.json", folder, errors), told, limits, progress)
        answer: dict[str, Any] = json.loads(given.read_text("utf-8")) if given.exists() and code == 0 else {}
        if not answer:
            last = said.read_text("utf-8", "replace")[-2000:]
            log.error("reading %s ended with %s: %s", names, code, last)
            answer = {"memory": True} if any(mark in last for mark in _NO_MEMORY) else {}
    if "refused" in answer:
        raise RefusedKindError(answer["refused"], answer["kind"])
    if reason := answer.get("unusable") or _why(answer, code, names, limits):
        raise UnusableFileError(reason)
    return answer


def _start(job: Path, folder: str, errors: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "importers.decisions.child", str(job)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": folder, **_QUIET},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        # What it starts itself (LibreOffice) is stopped with it.
        start_new_session=os.name == "posix",
    )


def _wait(
    process: "subprocess.Popen[bytes]", told: Path, limits: Limits, progress: Callable[[int], None] | None
) -> int | None:
    """The exit code, None when it was stopped because the time was over."""
    begun, heard = time.monotonic(), 0.0
    try:
        while (code := process.poll()) is None:
            if time.monotonic() - begun > limits.patience:
                return None
            if progress and time.monotonic() - heard > 1:
                heard = time.monotonic()
                progress(_percent(told))
            time.sleep(_LOOK_EVERY)
        return code
    finally:
        _stop(process)


def _percent(told: Path) -> int:
    try:
        return int(told.read_text("ascii") or 0)
    except (OSError, ValueError):
        return 0


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process and what it started, whether it still runs or not."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _why(answer: dict[str, Any], code: int | None, names: str, limits: Limits) -> str:
    """Why there is no reading, in words for the editor; empty when there is one."""
    if answer.get("memory"):
        return (
            f"{names}: đọc tệp này cần hơn {limits.memory // 1024**2:,} MB bộ nhớ nên máy đã dừng. ".replace(",", ".")
            + "Hãy tách tệp thành nhiều phần, hoặc nén ảnh trong tệp rồi tải lại."
        )
    if answer:
        return ""
    too_long = {None} | {-getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)}
    if code in too_long:
        return (
            f"{names}: đọc tệp này quá {limits.seconds} giây hoặc quá sức máy nên máy đã dừng. "
            "Hãy tách tệp thành nhiều phần, hoặc dùng bản Word."
        )
    return f"{names}: trình đọc hỏng giữa chừng với tệp này. Hãy thử bản Word, hoặc báo người vận hành xem nhật ký máy."
