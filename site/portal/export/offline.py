"""What lets the exported portal work with the network off: the worker that keeps visited pages, and the page shown for
those that were not."""

import json
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from portal.export.links import INDEX
from portal.export.writer import Tree

__all__ = ["PAGE", "WORKER", "write_worker"]

# At the root of the tree: a worker may keep only what lies below it.
WORKER = "khong-mang.js"
PAGE = "/khong-co-mang/"
_PAGES = ("index.html", "khong-co-mang/index.html", "tim-kiem/index.html", INDEX)
# What the search needs before any word is asked for.
_FIRST = ("m/0.", "d/0.")


def write_worker(tree: Tree, index: Iterable[str], assets: Iterable[str]) -> list[str]:
    """Write the worker for these files of the index and scripts; return the files that it needs, itself among them.
    Raises OSError."""
    names = sorted(index)
    first = [name for name in names if name.removeprefix("tim-kiem/").startswith(_FIRST)]
    scripts = sorted(name for name in assets if name.endswith((".js", ".svg")))
    head = {
        "always": (needed := [*_PAGES, *first, *scripts]),
        "size": sum(_weight(tree, name) for name in names),
        "words": {code: _words(code) for code, _name in settings.LANGUAGES},
    }
    text = (settings.SITE / "static" / "js" / "worker" / "worker.js").read_text("utf-8")
    stated = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    content = f'self.giuLai={stated};\nself.importScripts("{INDEX}");\n{text}'.encode()
    tree.put(WORKER, content)
    return [WORKER, *needed]


def _weight(tree: Tree, name: str) -> int:
    """Bytes on the line: of the compressed form where there is one."""
    packed = tree.root / f"{name}.gz"
    return (packed if packed.exists() else tree.root / name).stat().st_size


def _words(language: str) -> dict[str, str]:
    with translation.override(language):
        return {"kept": _("Không có mạng. Đây là bản máy này đã lưu ngày {day}; quy định có thể đã đổi từ đó.")}
