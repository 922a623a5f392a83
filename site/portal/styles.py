"""The public pages' one style sheet, written into each page: on a slow line a second round to the server costs more
than the sheet itself (4.5 kB compressed), and nothing can be read without it. The policy allows it by its hash."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from markupsafe import Markup

__all__ = ["Stylesheet", "source_of", "stylesheet"]

NAME = "css/portal.css"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s*")


@dataclass(frozen=True)
class Stylesheet:
    """The text as it stands in a page, and its name in a Content-Security-Policy."""

    text: Markup
    source: str


def stylesheet() -> Stylesheet:
    """The sheet as it is now. Raises FileNotFoundError when the project's static folder lacks it."""
    found = finders.find(NAME)
    if not isinstance(found, str):
        raise FileNotFoundError(NAME)
    return _read(found, Path(found).stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: str, _changed: int) -> Stylesheet:
    text = _INDENT.sub("\n", _COMMENT.sub("", Path(path).read_text("utf-8"))).strip()
    return Stylesheet(Markup(text), source_of(text))


def source_of(text: str) -> str:
    """What a Content-Security-Policy calls a style sheet or a script that stands in the page itself."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
