"""Wagtail's own SQLite search, measured on the same texts and queries as ours, in a database in memory that is gone
after the run. Its models exist only where the main database is SQLite: import this only there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connections, models, router
from wagtail.search import index
from wagtail.search.backends.database.sqlite.sqlite import SQLiteSearchBackend
from wagtail.search.models import IndexEntry, SQLiteFTSIndexEntry

from search.document import Document
from search.evaluation import DEPTH, Searcher

__all__ = ["wagtail_stock"]

_ALIAS: Final = "anchor"
# How often SQLite looks at the clock while it works, in its own instructions: some milliseconds.
_STEPS: Final = 20_000
_CHUNK: Final = 500


class _ToAnchor:
    """Sends Wagtail's index and its content types to the database in memory: nothing is written to the portal's own."""

    def __init__(self, *kept: type[models.Model]) -> None:
        self.kept = kept

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str | None:
        """The alias for these models, no opinion on others."""
        return _ALIAS if model in self.kept else None

    db_for_write = db_for_read


@contextmanager
def wagtail_stock(documents: Sequence[Document], seconds: float) -> Iterator[Searcher]:
    """Wagtail's SQLite backend as it comes, over the same texts; a query is given up after so many seconds, because one
    common word costs it seconds."""
    texts = _texts_model()
    ours = _ToAnchor(texts, ContentType, IndexEntry, SQLiteFTSIndexEntry)
    connections.settings[_ALIAS] = {**connections.settings["default"], "NAME": ":memory:"}
    router.routers.insert(0, ours)
    try:
        _make_tables(texts)
        codes = {one.id: one.facts.code for one in documents}
        rows = [
            texts(pk=one.id, title=one.facts.name, body=f"{one.facts.code} {one.sector_text} {one.agency_text} "
                  f"{one.papers} {one.text}")
            for one in documents
        ]  # fmt: skip
        texts._default_manager.bulk_create(rows, batch_size=_CHUNK)
        backend = SQLiteSearchBackend({})
        for start in range(0, len(rows), _CHUNK):
            backend.add_bulk(texts, rows[start : start + _CHUNK])

        def ask(query: str) -> list[str] | None:
            with _no_longer_than(seconds) as in_time:
                try:
                    found = backend.search(query, texts)[:DEPTH]
                    return [codes[one.pk] for one in found]
                except OperationalError:
                    # Its own errors about what was typed count as nothing found; giving up counts apart.
                    return [] if in_time() else None

        yield Searcher("wagtail-sqlite", ask, lambda wanted: set(codes.values()) & set(wanted))
    finally:
        router.routers.remove(ours)
        connections[_ALIAS].close()
        del connections[_ALIAS], connections.settings[_ALIAS]
        ContentType.objects.clear_cache()
        del apps.all_models["search"]["anchortext"]
        apps.clear_cache()


def _texts_model() -> Any:
    """A table of titles and texts, known to Django only while it is needed: every `update_index` looks for the rows of
    every indexed model."""
    meta = type("Meta", (), {"app_label": "search", "managed": False, "db_table": "anchor_texts"})
    fields = {
        "__module__": __name__,
        "__qualname__": "AnchorText",
        "Meta": meta,
        "title": models.TextField(),
        "body": models.TextField(),
        "search_fields": [index.SearchField("title"), index.SearchField("body")],
    }
    return type("AnchorText", (index.Indexed, models.Model), fields)


def _make_tables(texts: Any) -> None:
    """The tables, and the triggers by which Wagtail's migrations fill its FTS5 table."""
    entries = IndexEntry._meta.db_table
    with connections[_ALIAS].schema_editor() as editor:
        for model in (texts, ContentType, IndexEntry):
            editor.create_model(model)
        editor.execute(f"CREATE VIRTUAL TABLE {entries}_fts USING fts5(autocomplete, body, title)")
        editor.execute(
            f"CREATE TRIGGER fill AFTER INSERT ON {entries} BEGIN INSERT INTO {entries}_fts"
            "(title, body, autocomplete, rowid) VALUES (NEW.title, NEW.body, NEW.autocomplete, NEW.id); END"
        )


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[Callable[[], bool]]:
    """Interrupt what SQLite does in the block when the time is over; gives a function that tells whether it is not."""
    until = monotonic() + seconds
    raw = connections[_ALIAS].connection
    raw.set_progress_handler(lambda: int(monotonic() > until), _STEPS)
    try:
        yield lambda: monotonic() <= until
    finally:
        raw.set_progress_handler(None, 0)
