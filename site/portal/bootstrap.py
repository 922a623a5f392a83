"""Turns a bare Python into one that can run the portal: virtual environment, pinned packages, re-entry.

Standard library only, because it runs before anything is installed. `manage.py start` and the Makefile call it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
OLDEST_PYTHON = (3, 11)
# Set for the interpreter of `.venv` that takes over; one that finds it set never hands over again.
TAKEN_OVER = "PORTAL_TAKEN_OVER"


def stop(message: str, code: int = 2) -> NoReturn:
    """Print a plain Vietnamese message on standard error and leave with `code`."""
    print(message, file=sys.stderr, flush=True)
    raise SystemExit(code)


def use_utf8_output() -> None:
    """Let Vietnamese through on consoles with an old code page (Windows), instead of failing on the first accent."""
    for stream in (sys.stdout, sys.stderr):
        if (stream.encoding or "").lower().replace("-", "") != "utf8":
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def venv_python() -> Path:
    """Path of the interpreter inside the project's virtual environment, on any system."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside_venv() -> bool:
    """Whether the running interpreter is the project's own virtual environment."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def unmet_requirements(requirements: Path = RUNTIME, folders: list[str] | None = None) -> list[str]:
    """Pinned lines of a requirements file that the running interpreter does not have in that exact version.

    `folders`: where to look instead of the running interpreter's own path. Lines for another system (with a marker
    after `;`) are not looked at.
    """
    unmet = []
    path = sys.path if folders is None else folders
    for line in requirements.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^;\s]+)", line.strip())
        if match:
            found = next(iter(importlib.metadata.distributions(name=match[1], path=path)), None)
            if found is None or found.version != match[2]:
                unmet.append(line.strip())
    return unmet


def _venv_lacks(requirements: Path) -> list[str]:
    """What `.venv` lacks of a requirements file, whichever interpreter asks."""
    importlib.invalidate_caches()
    folders = [VENV / "Lib" / "site-packages"] if os.name == "nt" else (VENV / "lib").glob("python*/site-packages")
    return unmet_requirements(requirements, [str(folder) for folder in folders])


def _fingerprint(requirements: Path) -> str:
    texts = [RUNTIME.read_bytes()]
    if requirements != RUNTIME:
        texts.append(requirements.read_bytes())
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _stamp(requirements: Path) -> Path:
    return VENV / f"{requirements.stem}.sha256"


def is_current(requirements: Path) -> bool:
    """Whether the virtual environment already holds this requirements file as it is now: then pip is not run."""
    stamp = _stamp(requirements)
    if not venv_python().exists() or not stamp.exists():
        return False
    return stamp.read_text(encoding="ascii").strip() == _fingerprint(requirements)


def _check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        have, need = (".".join(map(str, version)) for version in (sys.version_info[:3], OLDEST_PYTHON))
        stop(
            f"Python {have} quá cũ: cổng cần Python {need} trở lên.\n"
            f"Hãy cài bản mới rồi chạy, ví dụ: python{need} manage.py start (hoặc: make run PYTHON=python{need})"
        )


def _create_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        stop(
            "Python này thiếu phần tạo môi trường riêng (venv).\n"
            "Trên Debian, Ubuntu hãy chạy: sudo apt install python3-venv, rồi chạy lại lệnh vừa rồi."
        )
    print("Tạo môi trường Python riêng trong .venv …", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"Không tạo được {VENV}: {error}\nHãy kiểm tra quyền ghi và chỗ trống trên đĩa rồi chạy lại.")


def _install(requirements: Path) -> None:
    print(f"Cài thư viện theo {requirements.name} (lần đầu mất một vài phút) …", flush=True)
    _stamp(requirements).unlink(missing_ok=True)
    done = subprocess.run(
        [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-12:])
        stop(
            f"{tail}\n\nKhông cài được thư viện theo {requirements.name} (pip báo lỗi như trên).\n"
            "Hãy kiểm tra kết nối mạng hoặc máy chủ ủy quyền (proxy), chỗ trống trên đĩa, rồi chạy lại. "
            "Nếu vẫn lỗi, xóa thư mục .venv rồi chạy lại."
        )
    _stamp(requirements).write_text(_fingerprint(requirements) + "\n", encoding="ascii")


def prepare(*, development: bool = False) -> None:
    """Make `.venv` hold exactly the pinned packages; a second call with unchanged files does nothing.

    A package that went missing or changed after an installation is put right. Leaves with code 2 and a Vietnamese
    reason when Python is too old, venv is missing or pip fails.
    """
    _check_python()
    requirements = DEVELOPMENT if development else RUNTIME
    current = is_current(requirements) or (not development and is_current(DEVELOPMENT))
    if current and not any(_venv_lacks(file) for file in {RUNTIME, requirements}):
        return
    if not venv_python().exists():
        if inside_venv():
            stop("Môi trường .venv bị hỏng. Hãy xóa thư mục .venv rồi chạy lại bằng Python của máy.")
        _create_venv()
    _install(requirements)


def enter_environment(arguments: list[str]) -> None:
    """Return when this interpreter can run the portal; otherwise prepare `.venv` and run `arguments` in it.

    Hands over at most once: an environment that still lacks a package ends with code 2 and says so.
    """
    _check_python()
    handed_over = os.environ.pop(TAKEN_OVER, "")
    if not unmet_requirements():
        return
    if not handed_over:
        prepare()
    if lacking := _venv_lacks(RUNTIME):
        stop(
            f"Môi trường .venv vẫn thiếu thư viện dù đã cài: {', '.join(lacking)}.\nHãy xóa thư mục .venv rồi chạy lại."
        )
    if handed_over:
        stop(f"Python của .venv ({sys.executable}) không thấy thư viện đã cài. Hãy xóa thư mục .venv rồi chạy lại.")
    environment = os.environ | {TAKEN_OVER: "1"}
    command = [str(venv_python()), *arguments]
    if os.name != "nt":
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    try:
        raise SystemExit(subprocess.call(command, env=environment))
    except KeyboardInterrupt:
        raise SystemExit(0) from None


if __name__ == "__main__":
    use_utf8_output()
    prepare(development="--dev" in sys.argv[1:])
