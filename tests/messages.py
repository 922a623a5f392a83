"""The texts people see and their English: `make messages` reads them out of code and templates into site/locale and
compiles what stands there; test_messages fails as long as one has no English. Babel does it without gettext's tools."""

import os
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = ROOT / "site" / "locale" / "en" / "LC_MESSAGES" / "django.po"
# What Wagtail ships without Vietnamese on the editors' path.
WAGTAIL = ROOT / "cms" / "locale" / "vi" / "LC_MESSAGES"
FOLDERS = ("cms", "importers", "search", "site")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}


def _messages_of(file):
    """What one file gives to be translated; a Django template is first made into something like Python."""
    if file.suffix == ".py":
        return extract("python", BytesIO(file.read_bytes()), KEYWORDS)
    if file.is_relative_to(ROOT / "site" / "templates"):
        jinja = next(one for one in settings.TEMPLATES if one["BACKEND"].endswith("Jinja2"))
        options = {"extensions": ",".join(jinja["OPTIONS"]["extensions"]), "silent": "false"}
        return extract("jinja2.ext:babel_extract", BytesIO(file.read_bytes()), KEYWORDS, options=options)
    lines = templatize(file.read_text("utf-8"), origin=str(file)).splitlines()
    return extract("python", BytesIO("\n".join(map(str.strip, lines)).encode()), KEYWORDS)


def extracted():
    """Every message of our own apps and templates, with the files it stands in."""
    found = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for file in sorted(one for folder in FOLDERS for one in (ROOT / folder).rglob("*")):
        if file.suffix in (".py", ".html"):
            for line, message, _comments, context in _messages_of(file):
                found.add(message, locations=[(file.relative_to(ROOT).as_posix(), line)], context=context)
    return found


def english(file=ENGLISH):
    """The messages as they are translated."""
    with file.open("rb") as stored:
        return read_po(stored, locale="en")


def main():
    kept = english()
    found = extracted()
    # The date of the first extraction stays, so that a run that finds nothing new changes nothing.
    found.creation_date = kept.creation_date
    kept.update(found, no_fuzzy_matching=True)
    with ENGLISH.open("wb") as text:
        write_po(text, kept, width=118, include_lineno=False, ignore_obsolete=True)
    with ENGLISH.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, kept)
    for ours in WAGTAIL.glob("*.po"):
        with ours.open("rb") as text, ours.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text, locale="vi"))
    missing = [one.id for one in kept if one.id and not all(one.string if isinstance(one.id, tuple) else [one.string])]
    print(f"{len(kept)} câu, {len(missing)} câu chưa có tiếng Anh", *missing, sep="\n")
    return 1 if missing else 0


if __name__ == "__main__":
    import django

    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    sys.exit(main())
