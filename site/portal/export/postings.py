"""Who holds each word of the search, as the index of the export writes it, kept from one export to the next: a decision
of ten items touches the words it names, and to reckon all others again took a seventh of such a run."""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from portal.export import search_rules
from portal.export.manifest import FOLDER
from search.backends.sqlite_postings import SHORT
from search.words import bare

__all__ = ["Postings", "kept_postings", "numbers", "postings_of", "read_numbers", "steps", "write_postings"]

_DIGITS: Final = "".join(chr(code) for code in range(32, 127) if chr(code) not in '"\\')
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_BASE: Final = 46
_FILE: Final = "tu.json"
_STORED: Final = (
    "SELECT doc.id, doc.words, doc.around, fts.sector, fts.agency, papers FROM doc JOIN fts ON fts.rowid = id "
    "ORDER BY id"
)

# A procedure that holds a word: its number, how much it says it, whether beside the name, and (place, spelling) in it.
_Row = tuple[int, int, bool, list[tuple[int, str]]]


@dataclass
class Postings:
    """`docs`: procedure → [mark of its text, its words]; `words`: word → who holds it, as in the index's files."""

    docs: dict[int, list[str]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)


def numbers(values: Iterable[int]) -> str:
    """Numbers from 0 on as text that compresses well: digits of base 46, the last one marked by its character."""
    found = []
    for value in values:
        while value >= _BASE:
            found.append(_DIGITS[_BASE + value % _BASE])
            value //= _BASE
        found.append(_DIGITS[value])
    return "".join(found)


def steps(values: Iterable[int]) -> str:
    """Rising numbers as the steps between them."""
    before, found = 0, []
    for value in values:
        found.append(value - before)
        before = value
    return numbers(found)


def read_numbers(text: str) -> list[int]:
    """What `numbers` wrote."""
    found, value, factor = [], 0, 1
    for digit in text:
        one = _VALUES[digit]
        if one < _BASE:
            found.append(value + one * factor)
            value, factor = 0, 1
        else:
            value += (one - _BASE) * factor
            factor *= _BASE
    return found


def kept_postings(tree: Path | None) -> Postings:
    """What an export has kept; nothing where it has kept none."""
    try:
        found = json.loads((tree / FOLDER / _FILE).read_text("utf-8")) if tree else {"docs": {}, "words": {}}
        return Postings({int(pk): [*one] for pk, one in found["docs"].items()}, found["words"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Postings()


def write_postings(tree: Path, words: Postings) -> None:
    """Keep them for the next export. Raises OSError."""
    text = json.dumps({"docs": words.docs, "words": words.words}, ensure_ascii=False, separators=(",", ":"))
    (tree / FOLDER / _FILE).write_text(text, "utf-8")


def postings_of(connection: sqlite3.Connection, kept: Postings) -> Postings:
    """For each folded word its spellings in names, and who holds it: procedure, places in the name, and how much
    sector, agencies and papers say it. Only words of procedures that are not as `kept` says are reckoned. Raises
    sqlite3.Error."""
    docs: dict[int, list[str]] = {}
    fresh: dict[str, list[_Row]] = defaultdict(list)
    for pk, *columns in connection.execute(_STORED):
        mark = hashlib.blake2b(repr(columns).encode(), digest_size=8).hexdigest()
        if (one := kept.docs.get(pk)) and one[0] == mark:
            docs[pk] = one
            continue
        rows = dict(_rows_of(pk, columns))
        docs[pk] = [mark, " ".join(sorted(rows))]
        for word, row in rows.items():
            fresh[word].append(row)
    changed = {pk for pk, one in kept.docs.items() if docs.get(pk) is not one}
    touched = fresh.keys() | {word for pk in changed for word in kept.docs[pk][1].split(" ")}
    words = {word: posting for word, posting in kept.words.items() if word not in touched}
    for word in sorted(touched):
        stood = [row for row in _rows(kept.words[word]) if row[0] not in changed] if word in kept.words else []
        if rows_now := sorted([*stood, *fresh.get(word, ())]):
            words[word] = _posting(rows_now)
    return Postings(docs, words)


def _rows_of(pk: int, columns: list[str]) -> Iterator[tuple[str, _Row]]:
    """The words of one procedure."""
    name, around, *further = columns
    spots: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for place, marked in enumerate(name.split()):
        spots[bare(marked)].append((place, marked))
    said: Mapping[str, int] = search_rules.amounts(dict(zip(SHORT[1:], further, strict=True)))
    beside = set(around.split())
    for word in {*spots, *said}:
        yield word, (pk, said.get(word, 0), word in beside, spots.get(word, []))


def _posting(rows: list[_Row]) -> list[str]:
    spellings = sorted({marked for *_rest, spots in rows for _place, marked in spots})
    which = {marked: number for number, marked in enumerate(spellings)}
    said = [(amount * 2 + beside) * 4 + min(len(spots), 3) for _pk, amount, beside, spots in rows]
    places = []
    for *_rest, spots in rows:
        places += [len(spots)] if len(spots) > 2 else []
        places += [place * len(spellings) + which[marked] for place, marked in spots]
    return [" ".join(spellings), steps(row[0] for row in rows), numbers(said), numbers(places)]


def _rows(posting: list[str]) -> Iterator[_Row]:
    """What `_posting` wrote."""
    spellings, places, pk = posting[0].split(), iter(read_numbers(posting[3])), 0
    for step, said in zip(read_numbers(posting[1]), read_numbers(posting[2]), strict=True):
        pk += step
        count = said % 4
        count = next(places) if count > 2 else count
        spots = [divmod(next(places), len(spellings)) for _ in range(count)]
        yield pk, said // 8, bool(said // 4 % 2), [(place, spellings[which]) for place, which in spots]
