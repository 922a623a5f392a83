"""A place's procedures as a small tree for a USB stick, for computers without a line: one page to begin at with list
and search, the whole text of each procedure, and the forms it names."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote

from django.template.loader import render_to_string

from cms.models import Agency
from cms.selectors import browse
from cms.views.sheets import Sheet
from portal.export.pack import LEFT_OUT, STALE_DAYS, groups_of, page_of, plain_text, script_of

__all__ = ["ENTRANCE", "stick_of", "write_zip"]

ENTRANCE: Final = "Mở tại đây.html"
# Short, in plain letters and of one case: older sticks cut long names, and tell no capitals.
_PAGE, _FORM, _STYLE, _SCRIPT = "tt/{:04}.html", "mau/{:04}-{}.{}", "tt/kieu.css", "tt/ngay.js"
_EXTENSION = re.compile(r"[a-z0-9]{1,5}")


def stick_of(agency: Agency, on: date) -> dict[str, bytes]:
    """Every file of the tree, the one to begin at first. Raises ValueError when the agency has no procedures."""
    groups = groups_of(agency, on)
    numbered = {pk: number for number, pk in enumerate((pk for _g, some in groups for pk, _sheet in some), 1)}
    pages = {pk: _PAGE.format(number) for pk, number in numbered.items()}
    script = script_of(list(numbered), on)
    files = {ENTRANCE: page_of(agency, groups, on, script, LEFT_OUT[-1], pages)}
    files |= {_STYLE: plain_text("css", "pack.css").encode(), _SCRIPT: plain_text("js", "day.js").encode()}
    for _group, some in groups:
        for pk, sheet in some:
            forms = dict(_forms(sheet, numbered[pk]))
            files[pages[pk]] = _page(agency, sheet, on, {name: file for file, (name, _content) in forms.items()})
            files |= {file: content for file, (_name, content) in forms.items()}
    return files


def _forms(sheet: Sheet, number: int) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """The forms the portal holds: file in the tree → name and content."""
    held = [(one.name, one.document) for one in sheet.forms if one.document]
    for place, (name, document) in enumerate(held, 1):
        extension = document.file_extension.lower()
        try:
            with document.file.open("rb") as handle:
                content: bytes = handle.read()
        except OSError:
            # Its file is lost: the form is named, as one the portal does not hold.
            continue
        yield _FORM.format(number, place, extension if _EXTENSION.fullmatch(extension) else "bin"), (name, content)


def _page(agency: Agency, sheet: Sheet, on: date, forms: Mapping[str, str]) -> bytes:
    context = {
        "agency_label": browse.label_of(agency),
        "sheet": sheet,
        "forms": [(one.name, forms.get(one.name, "")) for one in sheet.forms],
        "on": on,
        "stale_days": STALE_DAYS,
        "entrance": quote(ENTRANCE),
    }
    return render_to_string("export/stick.html", context).encode()


def write_zip(files: Mapping[str, bytes], to: Path) -> None:
    """The tree as a zip to unpack on the stick; equal trees give equal bytes. Raises OSError."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
