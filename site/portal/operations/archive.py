"""The one file a backup is: a zip of the database, the media and a manifest that says what must be in it.

Nothing in an archive is believed: names, sizes and sums are compared with the manifest before a byte is put in place.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = "cong-thu-tuc-hanh-chinh/1"
MEDIA = "media/"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
LARGEST_MANIFEST = 64 * 1024 * 1024
BLOCK = 1024 * 1024
ENCRYPTED = 0x1


class ArchiveError(Exception):
    """The file is no backup of a portal, or not a whole one; the message is for people."""


class NameTakenError(Exception):
    """There is a file of that name."""


@contextmanager
def writing(path: Path) -> Iterator[zipfile.ZipFile]:
    """A new archive, written beside and renamed when whole, so that a kill leaves no half of one under its name.

    Only its owner may read it: it holds accounts. Raises NameTakenError rather than writing over an older one.
    """
    if path.exists():
        raise NameTakenError(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as file:
            part.chmod(0o600)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def add(archive: zipfile.ZipFile, name: str, source: Path) -> dict[str, Any]:
    """Put a file in; return its entry of the manifest: size in bytes and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, archive.open(name, "w", force_zip64=True) as target:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return {"size": size, "sha256": digest.hexdigest()}


def add_manifest(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Put the manifest in, last: it names all that stands before it."""
    archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **manifest}, ensure_ascii=False, indent=1))


@contextmanager
def reading(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """An archive and its manifest, names and sizes already compared. Raises ArchiveError in words for people."""
    if not path.is_file():
        raise ArchiveError(f"Không có tệp {path}.")
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            _compare_names(archive, manifest)
            yield archive, manifest
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ArchiveError(
            f"Tệp {path.name} không phải bản sao lưu, hoặc bị cắt cụt hay hỏng. Hãy chép lại tệp hoặc dùng bản khác."
        ) from error


def extract(archive: zipfile.ZipFile, manifest: dict[str, Any], folder: Path) -> None:
    """Write every file of the manifest below `folder`, comparing size and sum. Raises ArchiveError when one differs."""
    for name, entry in manifest["files"].items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, target.open("xb") as file:
            found = _copy(source, file, entry["size"])
        if found != entry["sha256"]:
            raise ArchiveError(f"“{name}” trong bản sao lưu khác với lúc ghi (sai mã kiểm tra). Hãy dùng bản khác.")


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> str:
    """Copy at most `size` bytes, however many the packed file would unfold to; return the SHA-256 of what was there."""
    digest, left = hashlib.sha256(), size
    while left and (block := source.read(min(BLOCK, left))):
        digest.update(block)
        target.write(block)
        left -= len(block)
    if left or source.read(1):
        digest.update(b"another size")
    return digest.hexdigest()


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    foreign = ArchiveError("Tệp này không phải bản sao lưu do lệnh backup của cổng ghi ra.")
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LARGEST_MANIFEST:
            raise foreign
        manifest = json.loads(archive.read(info))
        entries = manifest["files"]
        if manifest["format"] != FORMAT or not all(
            isinstance(one["size"], int) and isinstance(one["sha256"], str) for one in entries.values()
        ):
            raise foreign
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise foreign from error
    return dict(manifest)


def _compare_names(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    names = [one.filename for one in archive.infolist() if one.filename != MANIFEST]
    if any(one.flag_bits & ENCRYPTED for one in archive.infolist()):
        raise ArchiveError("Tệp này đặt mật khẩu nên không phải bản sao lưu do lệnh backup của cổng ghi ra.")
    for name in {*names, *manifest["files"]}:
        if not _stays_inside(name):
            raise ArchiveError(f"Bản sao lưu có tên tệp lạ hoặc chỉ ra ngoài thư mục: “{name}”. Đã từ chối tệp này.")
    if sorted(names) != sorted(manifest["files"]):
        raise ArchiveError(
            "Các tệp trong bản sao lưu không khớp với bảng kê của nó. Tệp này không đáng tin, đã từ chối."
        )


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    known = name in DATABASE.values() or name.startswith(MEDIA)
    plain = not path.is_absolute() and ".." not in path.parts and str(path) == name
    return known and plain and not set(name) & set("\\:\0")
