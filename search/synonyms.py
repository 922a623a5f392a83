"""What people say and what the official names say: "sổ đỏ", "vk", "GPLX". The dictionary is plain data that meets a
query word by word when it is asked, so an editor's change holds from the next search on, without a new index. Nothing
here needs the database but `dictionary()`, which reads the editors' entries and notices when they have changed."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.db import connection

from search.words import bare, fits, marked_words

__all__ = [
    "COLUMNS",
    "KINDS",
    "SHIPPED",
    "Dictionary",
    "Entry",
    "dictionary",
    "phrases_of",
    "read_entries",
    "read_version",
    "shipped",
]

KINDS: Final = ("abbreviation", "colloquial", "former", "teencode", "filler", "slip")
SHIPPED: Final = Path(__file__).parent / "data" / "dictionary.tsv"
COLUMNS: Final = ("phrases", "official", "kind", "both_ways", "keeps", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of knowledge about words.

    `phrases`: what people type, any of them (NFC, with marks where they matter); `official`: what it means in official
    words, each an alternative, empty for filler; `both_ways`: the official words also mean the phrases; `keeps`: what
    was typed also remains an alternative; `note`: for the editor.
    """

    phrases: tuple[str, ...]
    official: tuple[str, ...] = ()
    kind: str = "colloquial"
    both_ways: bool = False
    keeps: bool = True
    note: str = ""

    @property
    def key(self) -> str:
        """What stays the same when a shipped entry is mended: its kind and its first phrase."""
        return f"{self.kind}:{self.phrases[0].lower()}"

    @property
    def reversed(self) -> "Entry":
        """The entry read from its official side."""
        return Entry(self.official, self.phrases, self.kind, True, True, self.note)


class Dictionary:
    """Entries, found by the words of a query."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._found: dict[tuple[str, ...], list[tuple[tuple[str, ...], Entry]]] = {}
        # The longest phrase by its first word: nearly all words of a query begin no phrase and cost one look.
        self._longest: dict[str, int] = {}
        self.entries = tuple(entries)
        for entry in self.entries:
            self._add(entry)
            if entry.both_ways:
                self._add(entry.reversed)

    def _add(self, entry: Entry) -> None:
        for phrase in entry.phrases:
            marked = tuple(marked_words(phrase))
            if marked:
                folded = tuple(map(bare, marked))
                self._found.setdefault(folded, []).append((marked, entry))
                self._longest[folded[0]] = max(len(folded), self._longest.get(folded[0], 0))

    def matches(self, words: Sequence[tuple[str, str]], at: int) -> list[tuple[int, Entry]]:
        """What stands in a query from word `at` on: (how many words, entry), the longest first.

        `words`: folded and typed form of each word, as `search.parse.Word` has them. Marks that were typed must not
        contradict those of the phrase; marks that were not typed are not missed. Filler of one syllable is met only as
        it is written: without its marks "bị" may be the end of "thiết bị", "có" the "cơ" of "cơ quan".
        """
        longest = min(self._longest.get(words[at][0], 0), len(words) - at)
        found: list[tuple[int, Entry]] = []
        for length in range(longest, 0, -1):
            here = words[at : at + length]
            for marked, entry in self._found.get(tuple(folded for folded, _ in here), ()):
                exact = length == 1 and entry.kind == "filler"
                agree = all(
                    typed == mark if exact else fits(typed, mark) for (_, typed), mark in zip(here, marked, strict=True)
                )
                if agree and not any(entry is other for _, other in found):
                    found.append((length, entry))
        return found


def read_entries(path: Path) -> list[Entry]:
    """The entries of a tab-separated file with a header line and the columns of `COLUMNS`; several phrases in a cell
    are parted by "|", and "1" means yes. Raises ValueError that names the line which cannot be read."""
    lines = unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError(f"{path.name}:1: {COLUMNS}")
    entries = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or cells[2] not in KINDS or not phrases_of(cells[0]):
            raise ValueError(f"{path.name}:{number}: {line}")
        phrases, official, kind, both_ways, keeps, note = cells
        entries.append(
            Entry(phrases_of(phrases), phrases_of(official), kind, both_ways == "1", keeps == "1", note.strip())
        )
    return entries


def phrases_of(cell: str) -> tuple[str, ...]:
    """The phrases of one cell, parted by "|" or line ends."""
    return tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in re.split(r"[|\n]", cell)))))


@cache
def shipped() -> Dictionary:
    """The dictionary that comes with the portal."""
    return Dictionary(read_entries(SHIPPED))


def read_version(sql: str) -> tuple[Any, ...]:
    """What one row of numbers says of a table's state. Asked in each search, so without the machinery of querysets,
    which takes ten times as long as the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchone())


# The editors' dictionary as this process last read it, with the version it had. One assignment replaces both, so
# threads see an old pair or a new one.
_read: tuple[Any, Dictionary] | None = None


def dictionary() -> Dictionary:
    """The dictionary in force: the editors' entries, or those shipped while none are loaded.

    Costs one small query a call: how many entries there are and when the last one changed. That is how several web
    processes notice an editor's change without telling each other.
    """
    global _read  # noqa: PLW0603  (one dictionary a process is the purpose)
    # Looked up by name: `parse` reads this module and must not need models.
    rows = apps.get_model("search", "DictionaryEntry").objects.all()
    version = read_version("SELECT count(*), max(changed_at) FROM search_dictionaryentry")
    if not version[0]:
        return shipped()
    held = _read
    if held is None or held[0] != version:
        # Every collation of PostgreSQL orders phrases in its own way.
        ordered = sorted(rows.filter(active=True).order_by(), key=lambda row: (row.phrases, row.pk))
        held = _read = (version, Dictionary(row.entry for row in ordered))
    return held[1]
