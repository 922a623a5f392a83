"""Whether a written tree is whole: every link leads to a file or outside, lists hold the rows they should, nothing of
the editors' side shows, every file is there."""

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

from django.conf import settings
from django.urls import reverse
from wagtail.documents import get_document_model

from cms.selectors.forms import is_public
from portal.export.links import Links, file_of, leads_to
from portal.export.manifest import Manifest

__all__ = ["digest", "findings", "source_of_extra", "wrong_in"]

_MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
_PROCEDURE = re.compile(r'href="[^"]*\bthu-tuc/[^/"]+/index\.html"')
_EXTRAS = ("media/", "tai-lieu/")
# As portal.urls and deploy/nginx.conf: these are handed out by views alone.
_KEPT_BACK = ("rieng/", "documents/", "../", "/")


def digest(content: bytes) -> str:
    """What tells two contents apart."""
    return hashlib.sha256(content).hexdigest()


def wrong_in(html: str, file: str, files: Collection[str], links: Links, rows: int | None) -> list[str]:
    """What is wrong with a written page, in words."""
    found = []
    # From pages of one depth the same link up to the root and down again leads to the same file.
    up = "../" * file.count("/")
    fine = links.fine.setdefault(up, set())
    for target in leads_to(html, file, fine):
        name = target.removeprefix(links.prefix or "\0").removeprefix("./")
        if name not in files and not name.startswith(_EXTRAS):
            found.append(f"liên kết tới {target} không có tệp")
        elif up:
            fine.add(f"{up}{target}")
    admin = reverse("wagtailadmin_home")
    if f'"{admin}' in html or f"{settings.PORTAL_BASE_URL}{admin}" in html:
        found.append(f"có địa chỉ của trang biên tập ({admin})")
    if rows is not None:
        main = _MAIN.search(html)
        listed = len(_PROCEDURE.findall(main[0] if main else ""))
        if listed != rows:
            found.append(f"liệt kê {listed} thủ tục, dữ liệu có {rows}")
    return found


def findings(tree: Path, manifest: Manifest, assets: Iterable[str], extras: Iterable[str]) -> list[str]:
    """Files that should be there and are not, and two addresses that would be one file where case does not count."""
    names = [*map(file_of, manifest.addresses), *assets, *map(file_of, extras)]
    missing = [f"thiếu tệp {name}" for name in names if not os.path.isfile(f"{tree}/{name}")]  # noqa: PTH113  170,000
    folded: dict[str, str] = {}
    clashes = [
        f"hai tệp chỉ khác chữ hoa, chữ thường, nhiều ổ đĩa coi là một: {folded[name.lower()]} và {name}; hãy đổi tên "
        "một tệp trong trang quản trị (Hình ảnh hoặc Tài liệu) rồi xuất lại"
        for name in names
        if folded.setdefault(name.lower(), name) != name
    ]
    return missing + clashes


def source_of_extra(path: str) -> Callable[[], bytes]:
    """How to read a picture or a document that a page leads to. Reading raises OSError or LookupError, as for what the
    portal itself keeps from the public."""

    def read() -> bytes:
        if path.startswith(settings.MEDIA_URL):
            name = normpath(unquote(path.removeprefix(settings.MEDIA_URL)))
            if name.startswith(_KEPT_BACK):
                raise LookupError(f"{path} không dành cho công chúng; hãy bỏ liên kết ấy")
            return (Path(settings.MEDIA_ROOT) / name).read_bytes()
        document = get_document_model().objects.filter(pk=int(path.split("/")[2])).first()
        if document is None:
            raise LookupError(f"không có tài liệu {path}")
        if not is_public(document):
            raise LookupError(f"{path} là mẫu đơn của dự thảo; hãy bỏ liên kết ấy hoặc công khai quyết định trước")
        with document.file.open("rb") as handle:
            content: bytes = handle.read()
        return content

    return read
