"""A common way of searching, measured on the same texts and queries as ours, so that a figure says more than a number:
a plain weighted FTS5 table, in memory. The other one, Wagtail's own, stands in `wagtail_anchor`."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from cms.text import clean, fold_words
from search.document import Document
from search.evaluation import DEPTH, Searcher

__all__ = ["plain_table"]

# The weights anybody would begin with: name folded and as typed, then sector and agencies, papers, long text.
_PLAIN_WEIGHTS: Final = (10.0, 10.0, 2.0, 2.0, 1.0)


def plain_table(documents: Iterable[Document]) -> Searcher:
    """One FTS5 table of folded and exact columns, bm25 with weights, any of the words."""
    table = sqlite3.connect(":memory:")
    table.execute(
        "CREATE VIRTUAL TABLE plain USING fts5(code UNINDEXED, name, exact, sector, papers, text, "
        "tokenize = 'unicode61 remove_diacritics 0')"
    )
    codes = set()
    for one in documents:
        codes.add(one.facts.code)
        folded = [" ".join(fold_words(part)) for part in (f"{one.sector_text} {one.agency_text}", one.papers, one.text)]
        name = f"{one.facts.name} {one.facts.code}"
        row = [one.facts.code, " ".join(fold_words(name)), clean(name).lower(), *folded]
        table.execute("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?)", row)
    weights = ", ".join(map(str, (0.0, *_PLAIN_WEIGHTS)))

    def ask(query: str) -> list[str]:
        words = dict.fromkeys([*fold_words(query), *clean(query).lower().split()])
        match = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        sql = f"SELECT code FROM plain WHERE plain MATCH ? ORDER BY bm25(plain, {weights}) LIMIT {DEPTH}"
        return [code for (code,) in table.execute(sql, [match])] if match else []

    return Searcher("plain-fts5", ask, lambda wanted: codes & set(wanted))
