"""What the parsers of cells share: how a source says "nothing here", and how a parser says "I can't vouch for this".
Kept apart so that no parser imports another one for a word."""

import re
from dataclasses import dataclass

from cms.text import clean, fold

NO_INFORMATION = "Không có thông tin"
_NOTHING = frozenset({"", "khong co thong tin", "null", "none"})
_SHORT = 80  # characters; a longer cell says more than "nothing", and folding it costs time
_EDGE = " \t\n.,;:-–—*+•"


@dataclass(frozen=True)
class Note:
    """Something a parser can't vouch for; a reader turns it into a `rows.Problem` with its place.

    `severity`, `code` and `message` as in `rows.Problem`; `raw`: the words it is about.
    """

    code: str
    raw: str
    message: str
    severity: str = "doubtful"


def tidy(text: str) -> str:
    """The text fit for storing in one value: cleaned, without white space at its edges."""
    return clean(text).strip()


def is_not_published(text: str) -> bool:
    """Whether a cell is empty or says that the source has no information ("Không có thông tin", "--")."""
    return len(text) <= _SHORT and fold(text).strip(_EDGE) in _NOTHING


def plain(text: str) -> str:
    """Folded words without brackets, bullets and closing marks, for comparing with a fixed phrase; empty for a text too
    long to be one."""
    if len(text) > _SHORT:
        return ""
    return " ".join(re.sub(r"[^\w ]", " ", fold(text)).split())


def squeeze(text: str) -> str:
    """The text without white space: what must be equal before and after a cell was taken apart."""
    return "".join(text.split())
