"""A place's procedures as one file, for rounds to hamlets without a line: a phone opens it from its storage, where
links between files are dead, so lists, texts, search and the day they are of all stand in it."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from markupsafe import Markup

from cms.models import Agency
from cms.selectors import agency_list, browse, show_many
from cms.views.agencies import by_sector
from cms.views.sheets import Sheet, sheet_of
from cms.vocabulary import Part
from portal.export import search_rules
from portal.export.searching import SIZES_ALONE, index_files
from portal.styles import source_of
from search.backends import sqlite_index
from search.indexing import documents

__all__ = [
    "LARGEST",
    "LEFT_OUT",
    "STALE_DAYS",
    "TooLargeError",
    "groups_of",
    "pack_of",
    "page_of",
    "plain_text",
    "script_of",
]

LARGEST: Final = 5_000_000  # bytes: what a plain phone opens at once, and a chat message carries
STALE_DAYS: Final = 30
# What is left out, step by step, when all of it is too large: what people need least at home goes first.
LEFT_OUT: Final = (
    *((), (Part.LEGAL_BASIS,), (Part.LEGAL_BASIS, Part.REQUIREMENTS)),
    (Part.LEGAL_BASIS, Part.REQUIREMENTS, Part.STEPS),
)
_POLICY: Final = "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
# Facets are not needed among one place's procedures; hits stand in the page itself.
_PARTS: Final = ("m", "d", "s", "k")


class TooLargeError(RuntimeError):
    """Even with the least in it the file is larger than `LARGEST`. `size`: bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(str(size))
        self.size = size


_Groups = Sequence[tuple[Any, Sequence[tuple[int, Sheet]]]]


def groups_of(agency: Agency, on: date) -> _Groups:
    """An agency's procedures as sheets, by sector, each with its number. Raises ValueError when it has none."""
    groups = [
        (
            group,
            [
                (one.procedure.pk, sheet_of(one))
                for one in show_many([row.procedure for row in group.rows], agency, on)
                if one.base
            ],
        )
        for group in by_sector(agency_list(agency, on).rows)
    ]
    if not any(sheets for _group, sheets in groups):
        raise ValueError(agency.slug)
    return groups


def pack_of(agency: Agency, on: date) -> bytes:
    """The one file of an agency's procedures as of the day. Raises TooLargeError, ValueError when it has none."""
    groups = groups_of(agency, on)
    script = script_of([pk for _group, sheets in groups for pk, _sheet in sheets], on)
    size = 0
    for left_out in LEFT_OUT:
        made = page_of(agency, groups, on, script, left_out)
        if (size := len(made)) <= LARGEST:
            return made
    raise TooLargeError(size)


def page_of(
    agency: Agency,
    groups: _Groups,
    on: date,
    script: str,
    left_out: Collection[str],
    pages: Mapping[int, str] | None = None,
) -> bytes:
    """The page with list and search; `pages`: where each procedure's whole text stands beside it, if anywhere."""
    style = plain_text("css", "pack.css")
    context = {
        "agency": agency,
        "agency_label": browse.label_of(agency),
        "portal_name": settings.WAGTAIL_SITE_NAME,
        "groups": groups,
        "count": sum(len(sheets) for _group, sheets in groups),
        "on": on,
        "stale_days": STALE_DAYS,
        "left_out": left_out,
        "pages": pages or {},
        "style": Markup(style),
        "script": Markup(script),
        "policy": _POLICY.format(style=source_of(style), script=source_of(script)),
    }
    lines = render_to_string("export/pack.html", context).splitlines()
    # Indentation is a tenth of so long a page; the script's lines are kept as they were hashed.
    return ("\n".join(line if "</script>" in line else line.strip() for line in lines if line.strip()) + "\n").encode()


def plain_text(kind: str, name: str) -> str:
    """A script or style sheet of ours without indentation and empty lines."""
    text = (settings.SITE / "static" / kind / name).read_text("utf-8")
    return "".join(line.strip() + "\n" for line in text.splitlines() if line.strip())


def script_of(ids: Sequence[int], on: date) -> str:
    """The search with an index of these procedures only, and the page's own script, for one inline element."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tim.sqlite3"
        with sqlite_index.rebuild(path, documents(ids, on)) as writing:
            writing.set_meta()
        files = index_files(path, alone=True)
    entry = {"buckets": list(SIZES_ALONE)}
    head = f"self.timKiem={{mucLuc:{json.dumps(entry)}}};\n{search_rules.loader_script()}"
    parts = [
        content.decode() for name, content in files.items() if name.split("/")[1] in _PARTS and name.count("/") > 1
    ]
    whole = "".join([head, *parts, search_rules.page_script("pack")])
    lines = [line for line in whole.splitlines() if line.strip()]
    return "\n".join(lines).replace("</", "<\\/")
