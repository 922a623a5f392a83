"""What the search page of the export carries in itself. On a slow line a round costs as much as 100 kB, so
all that any question needs comes with the page, and so does what hits show; only words are fetched beside it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from cms.text import slugify
from portal.export import search_rules
from portal.export.links import INDEX
from portal.export.searching import FOLDER, numbers
from portal.styles import source_of
from search.synonyms import dictionary
from search.words import bare, marked_words

__all__ = ["MOST", "Carried", "carried"]

# Procedures: what the hits of more than these show weighs more than one round, and is fetched for each page of hits.
MOST: Final = 4000
_SLUG: Final = 2
# The names of the files of hits, where none is fetched.
_HITS: Final = re.compile(r'"h":"[^"]*",')


class Carried(NamedTuple):
    """Scripts inside the page: before its text; just after it, what tells which files to fetch; what searches, at work
    while the last is still coming; what hits show."""

    first: Markup
    wordings: Markup
    engine: Markup
    rows: Markup

    @property
    def policy(self) -> str:
        """What lets just these run, as a directive of a Content-Security-Policy."""
        return " ".join(["script-src 'self'", *(source_of(one) for one in self)])


def carried(files: Mapping[str, bytes]) -> Carried:
    """The scripts of the search page for these files of the index."""
    parts = {name.removeprefix(FOLDER): content for name, content in files.items()}
    first, rows = files[INDEX].decode(), _rows(parts)
    wordings = f'timKiem.nap("w0",{_json(_wordings(_words(parts)))});\ntimKiem.asked();\n'
    arriving = search_rules.page_script("arriving")
    engine = [parts[name].decode() for name in sorted(parts) if name.startswith(("d/", "m/"))]
    if rows:
        first, engine = _HITS.sub("", first), ['timKiem.comes("n0");\n', *engine]
    engine.append(search_rules.page_script("page"))
    return Carried(*map(_inside, (first, arriving + wordings, "".join(engine), rows)))


def _inside(script: str) -> Markup:
    """A script as it may stand in a page: nothing in it ends it, or begins a comment."""
    return Markup(script.replace("</", "<\\/").replace("<!--", "<\\!--"))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _held(content: bytes) -> Any:
    return json.loads(content[content.index(b",") + 1 : content.rindex(b")")])


def _words(parts: Mapping[str, bytes]) -> set[str]:
    return {word for name, content in parts.items() if name.startswith("s/") for word in _held(content)["words"]}


def _wordings(known: set[str]) -> str:
    """Line by line phrases of the dictionary and the words of the index that they may stand for beside their own."""
    lines = set()
    for one in dictionary().entries:
        ways = [(one.phrases, one.official), *([(one.official, one.phrases)] if one.both_ways else [])]
        for phrases, official in ways:
            words = {word for text in official for word in _folded(text)} & known
            begun = _shortest(folded for text in phrases if words - set(folded := _folded(text)))
            if begun:
                further = sorted(word for word in words if not all(word in phrase.split() for phrase in begun))
                lines.add(f"{'|'.join(begun)}:{' '.join(further)}")
    return "\n".join(sorted(lines))


def _shortest(phrases: Iterable[Sequence[str]]) -> list[str]:
    """Without those that another is part of."""
    every = sorted({" ".join(phrase) for phrase in phrases})
    return [one for one in every if not any(f" {other} " in f" {one} " for other in every if other != one)]


def _folded(phrase: str) -> list[str]:
    return [bare(word) for word in marked_words(phrase)]


def _rows(parts: Mapping[str, bytes]) -> str:
    """What every hit shows, column by column, in the order of the procedures; nothing when they are too many."""
    rows = [row for name, content in parts.items() if name.startswith("h/") for row in _held(content)]
    if len(rows) > MOST:
        return ""
    rows.sort(key=lambda row: row[0])
    groups = {group: number for number, group in enumerate(dict.fromkeys([0, *(row[-2] for row in rows)]))}
    shown = [[*row[1:-2], groups[row[-2]]] for row in rows]
    for row in shown:
        row[_SLUG] = _rest_of_slug(row[0], row[_SLUG])
    columns = [_column([str(value) for value in values]) for values in zip(*shown, strict=True)]
    after = {at: row[-1] for at, row in enumerate(rows) if row[-1]}
    return f'timKiem.nap("n0",{_json({"columns": columns, "after": after})});\n'


def _rest_of_slug(name: str, slug: str) -> str:
    """What the name does not tell of its address: nothing, or "-2"; the whole where they differ."""
    told = slugify(name)
    return slug.removeprefix(told) if slug == told or slug.startswith(f"{told}-") else slug


def _column(values: Sequence[str]) -> list[Any]:
    """[values line by line, 0], or [the different ones, the commonest first; which of them each is]."""
    flat = [" ".join(value.splitlines()) for value in values]
    each = [value for value, _count in Counter(flat).most_common()]
    if 2 * len(each) > len(flat):
        return ["\n".join(flat), 0]
    which = {value: number for number, value in enumerate(each)}
    return ["\n".join(each), numbers(which[value] for value in flat)]
