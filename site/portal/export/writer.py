"""The tree of files: written beside the one that is served and put in its place in one step, so that a run that is
killed, runs out of disk or finds itself wrong leaves the old one whole."""

import ctypes
import errno
import glob
import os
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from django.core.files import locks

from portal.export.manifest import FOLDER, identity_of

__all__ = [
    "ExportRunningError",
    "NotAnExportError",
    "Tree",
    "check_place",
    "not_written",
    "only_one",
    "put_in_place",
    "replace",
    "standing",
    "take_up",
]

COMPRESSED = (".html", ".xml", ".json", ".jsonl", ".csv", ".js", ".svg", ".txt", ".css")
LEAST = 500  # bytes; smaller files gain nothing
# Level 5 makes pages 4 % larger than 11 in a fortieth of the time; gzip serves the few readers without Brotli.
BROTLI, GZIP = 5, 6
# The one large page, all of which a first search waits for: a tenth smaller in half a second.
BEST, LARGE = 10, "tim-kiem/index.html"
LONG = 3, 4  # of a file of hundreds of megabytes: twice as fast, a tenth larger
_STYLED, _FAR = b"</style>", 100_000
_EXCHANGE, _HERE = 2, -100  # renameat2(2)


class ExportRunningError(RuntimeError):
    """Another export into this place is on."""


class NotAnExportError(RuntimeError):
    """The place holds something that is no export of ours, or lies where an export must not stand."""


# A system's own words are English.
_REASONS = {
    errno.ENOSPC: "đĩa đã đầy",
    errno.EDQUOT: "đã hết phần đĩa được cấp",
    errno.EFBIG: "đĩa không nhận tệp lớn thế",
    errno.EIO: "đĩa báo lỗi khi ghi, có thể đã đầy",
    errno.EACCES: "không có quyền ghi",
    errno.EPERM: "không có quyền ghi",
    errno.EROFS: "đĩa chỉ cho đọc",
    errno.ENOTDIR: "một phần của đường dẫn là tệp, không phải thư mục",
    errno.EEXIST: "một phần của đường dẫn là tệp, không phải thư mục",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.EINVAL: "đĩa không nhận tên tệp như thế",
}


def not_written(error: OSError, out: Path) -> str:
    """That nothing could be written at `out`, why, and what to do."""
    reason = _REASONS.get(error.errno or 0, f"lỗi hệ thống {error.errno or ''}: {error.strerror or error}")
    return (
        f"Không ghi được vào {out}: {reason}. Bản cũ (nếu có) vẫn nguyên. "
        "Hãy kiểm tra quyền ghi, chỗ trống trên đĩa rồi chạy lại."
    )


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a draft beside the file, then put it in its place; a failure leaves the old. Raises OSError."""
    draft = path.with_name(f".{path.name}.moi")
    try:
        write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class Tree:
    """A tree being written. `old`: the one it will replace; what did not change is linked from there. `packed`: whether
    files get compressed forms. `again`: whether `root` is the tree that `old` replaced, most of it the same files;
    `copied`: whether the disk knew no second names, so that what is kept stands twice."""

    def __init__(self, root: Path, old: Path | None, *, packed: bool = True, again: bool = False) -> None:
        self.root, self.old, self.packed, self.again, self.copied = root, old, packed, again, False
        self._folders: set[str] = set()

    def _path(self, file: str) -> str:
        folder = file.rpartition("/")[0]
        if folder not in self._folders:
            _make_folder(f"{self.root}/{folder}")
            self._folders.add(folder)
        return f"{self.root}/{file}"

    def _free(self, file: str) -> str:
        """Where a file will stand. What stood there goes, for it may be a name of a file that is being served."""
        path = self._path(file)
        if self.again:
            _unlink(path)
        return path

    def write(self, file: str, content: bytes) -> None:
        """Write one file and its compressed forms. Raises OSError."""
        path = self._free(file)
        _put(path, content)
        if self.packed and len(content) >= LEAST and file.endswith(COMPRESSED):
            for form, packed in zip((".br", ".gz"), _packed(content, BEST if file == LARGE else BROTLI), strict=True):
                _put(f"{path}{form}", packed)

    def join(self, file: str, lines: Iterable[Path]) -> int:
        """Write a file that has these files as its lines, with its compressed forms: however long, memory holds one
        line. Return its size. Raises OSError."""
        path = self._free(file)
        packers, size = (brotli.Compressor(quality=LONG[0]), zlib.compressobj(LONG[1], wbits=31)), 0
        with open(path, "xb") as plain, open(f"{path}.br", "xb") as br, open(f"{path}.gz", "xb") as gz:  # noqa: PTH123
            for line in lines:
                content = line.read_bytes() + b"\n"
                size += plain.write(content)
                br.write(packers[0].process(content))
                gz.write(packers[1].compress(content))
            br.write(packers[0].finish())
            gz.write(packers[1].flush())
        return size

    def put(self, file: str, content: bytes) -> bool:
        """`write`, unless the old tree holds the same; return whether it was written. Raises OSError."""
        old = self.old / file if self.old else None
        if old and old.is_file() and old.read_bytes() == content and self.keep(file):
            return False
        self.write(file, content)
        return True

    def keep(self, file: str) -> bool:
        """Take a file over from the old tree with its compressed forms; False when it is not there any more."""
        if self.old is None:
            return False
        old = f"{self.old}/{file}"
        # Forms are written with their file, so they are the same too.
        if self.again and _is_same(old, f"{self.root}/{file}"):
            return True
        path = self._free(file)
        try:
            self.copied |= not _link(old, path)
            if file.endswith(COMPRESSED):
                for form in (".br", ".gz"):
                    _link(f"{old}{form}", f"{path}{form}")
        except FileNotFoundError:
            return os.path.exists(path)  # noqa: PTH110  small files have no forms
        return True

    def drop(self, files: Iterable[str]) -> None:
        """Take away what the tree should not hold any more, and folders that are empty then."""
        for file in files:
            _unlink(f"{self.root}/{file}")
            folder = file.rpartition("/")[0]
            with suppress(OSError):
                while folder:
                    (self.root / folder).rmdir()
                    folder = folder.rpartition("/")[0]


# A procedure's data stand at two addresses, one after the other.
@lru_cache(maxsize=4)
def _packed(content: bytes, quality: int) -> tuple[bytes, bytes]:
    # Half of a page is its style sheet, the same on all: packed once, and each page goes on from there.
    head = content[: content.find(_STYLED) + len(_STYLED)] if _STYLED in content[:_FAR] else b""
    begun, packer = _begun(head)
    packer = packer.copy()
    packed = begun + packer.compress(content[len(head) :]) + packer.flush()
    return brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality), packed


@lru_cache(maxsize=32)
def _begun(head: bytes) -> tuple[bytes, Any]:
    packer = zlib.compressobj(GZIP, wbits=31)
    return packer.compress(head), packer


def _make_folder(path: str) -> None:
    # Path and makedirs ask more of the system than the folder itself costs.
    try:
        os.mkdir(path)  # noqa: PTH102
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103


def _put(path: str, content: bytes) -> None:
    # A new file, never one with a second name in the tree that is being served. Written without Python's buffers,
    # which cost more than the writing: an export has a hundred thousand small files.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samestat(os.stat(one), os.stat(other))  # noqa: PTH116
    except OSError:
        return False


def _unlink(path: str) -> None:
    for form in ("", ".br", ".gz"):
        with suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(f"{path}{form}")  # noqa: PTH108


def _link(old: str, new: str) -> bool:
    """Give a file a second name; where there are none copy it and say False."""
    try:
        os.link(old, new)
    except OSError as error:
        # FAT and some network disks have no second names.
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EACCES):
            raise
        shutil.copyfile(old, new)
        return False
    return True


# --- the place -------------------------------------------------------------------------------------------------------


def check_place(out: Path, project: Path, var: Path) -> None:
    """Raise NotAnExportError unless an export may stand at `out`: outside the project but for its `var` folder, not
    above either, in no other export, no disk's root, and empty, missing or an export of ours."""
    inside = out.is_relative_to(project) and not (out.is_relative_to(var) and out != var)
    if inside or project.is_relative_to(out) or var.is_relative_to(out):
        raise NotAnExportError(f"{out} nằm trong thư mục mã nguồn hoặc chứa nó. Hãy chọn một thư mục ở chỗ khác.")
    if around := next((one for one in out.parents if (one / FOLDER).is_dir()), None):
        raise NotAnExportError(f"{out} nằm trong bản xuất {around}, nơi lần xuất sau thay tất cả. Hãy chọn chỗ khác.")
    if out.is_mount():
        raise NotAnExportError(f"{out} là gốc của một ổ đĩa nên không thể thay. Hãy chọn một thư mục trong ổ đĩa ấy.")
    if out.exists() and not out.is_dir():
        raise NotAnExportError(f"{out} là một tệp, không phải thư mục. Hãy chọn tên khác.")
    if out.is_dir() and any(out.iterdir()) and not (out / FOLDER).is_dir():
        raise NotAnExportError(
            f"{out} có sẵn tệp và không phải bản xuất của cổng, nên không bị thay. Hãy chọn thư mục trống."
        )


def _beside(out: Path, word: str) -> Path:
    return out.with_name(f".{out.name}.{word}")


@contextmanager
def only_one(out: Path) -> Iterator[Path]:
    """Hold the place for one export and give the folder to write into. Raises ExportRunningError, OSError."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with _beside(out, "khoa").open("a") as handle:
        if not locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB):
            raise ExportRunningError
        try:
            recover(out)
            fresh = _beside(out, "moi")
            if fresh.exists() and any(fresh.iterdir()):
                raise NotAnExportError(f"{fresh} không phải do cổng ghi nên không bị xóa. Hãy đổi tên hoặc dời nó đi.")
            (fresh / FOLDER).mkdir(parents=True)
            yield fresh
        finally:
            if (_beside(out, "moi") / FOLDER).is_dir():
                _clear(_beside(out, "moi"))
            locks.unlock(handle)


def recover(out: Path) -> None:
    """Clear what a killed run left: a tree half written, or an old one moved aside and not yet replaced."""
    aside, fresh = _beside(out, "cu"), _beside(out, "moi")
    if aside.exists() and not out.exists():
        aside.rename(out)
    for left in (aside, fresh):
        if (left / FOLDER).is_dir():
            _clear(left)


def take_up(out: Path, fresh: Path, replaced: str) -> bool:
    """Put the tree that the standing one replaced in the place of the fresh one, so that only what changed since is
    linked or written; return whether it is there. `replaced`: the identity it must have, "" for none. From then on it
    is a tree half written, which the next run clears when this one is killed. Raises OSError."""
    last = _beside(out, "truoc")
    if not (last / FOLDER).is_dir():
        return False
    if not replaced or identity_of(last) != replaced:
        _clear(last)
        return False
    shutil.rmtree(fresh)
    last.rename(fresh)
    for left in (fresh / FOLDER).iterdir():
        left.unlink()
    return True


def _retire(tree: Path, out: Path, keep: bool) -> None:
    """Clear a tree that was replaced, or keep it for `take_up`."""
    if keep:
        with suppress(OSError):
            tree.rename(_beside(out, "truoc"))
            return
    _clear(tree)


def _clear(tree: Path) -> None:
    """Delete a tree of ours, its mark last: what a kill, or a server that holds files open, leaves is known as ours."""
    for one in tree.iterdir():
        if one.name != FOLDER and one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        elif one.name != FOLDER:
            with suppress(OSError):
                one.unlink()
    if all(one.name == FOLDER for one in tree.iterdir()):
        shutil.rmtree(tree, ignore_errors=True)


def standing(out: Path) -> Path:
    """Where the export of this place stands: at `out`, or where the file beside it says."""
    try:
        name = _pointer(out).read_text("utf-8").strip()
    except OSError:
        return out
    named = out.with_name(name) if name.startswith(f"{out.name}-") and "/" not in name else out
    return named if (named / FOLDER).is_dir() else out


def _pointer(out: Path) -> Path:
    return out.with_name(f"{out.name}.hien-hanh")


def _forget(out: Path, but: Path) -> None:
    """Delete what stood elsewhere while files were held open, as far as it can be, but for one."""
    for one in out.parent.glob(f"{glob.escape(out.name)}-*"):
        if one.name.removeprefix(f"{out.name}-").isdecimal() and one != but and (one / FOLDER).is_dir():
            _clear(one)


def put_in_place(fresh: Path, out: Path, keep: bool = False) -> Path:
    """Put the new tree where the old one stands; return where it stands now. `keep`: leave the old one for `take_up`.
    Raises OSError.

    On Linux the two change places in one step. Elsewhere two renames do it, and where a server holds files open
    (Windows) a file beside it, `<name>.hien-hanh`, names the folder that holds the new tree.
    """
    aside = _beside(out, "cu")
    if not out.exists():
        fresh.rename(out)
        return out
    if _exchange(fresh, out):
        _retire(fresh, out, keep)
        return _settled(out)
    try:
        out.rename(aside)
        fresh.rename(out)
    except PermissionError:
        if not out.exists():
            aside.rename(out)
        return _point(fresh, out)
    _retire(aside, out, keep)
    return _settled(out)


def _settled(out: Path) -> Path:
    _pointer(out).unlink(missing_ok=True)
    _forget(out, out)
    return out


def _point(fresh: Path, out: Path) -> Path:
    number = 1
    while (named := out.with_name(f"{out.name}-{number}")).exists():
        number += 1
    fresh.rename(named)
    replace(_pointer(out), lambda draft: draft.write_text(f"{named.name}\n", "utf-8"))
    _forget(out, named)
    return named


def _exchange(one: Path, other: Path) -> bool:
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
