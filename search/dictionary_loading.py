"""Brings the shipped dictionary into the table the editors work on. A new version of the portal renews the entries no
editor has touched, adds new ones and takes away those no longer shipped; an editor's word always stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from search.models import DictionaryEntry
from search.synonyms import Entry

__all__ = ["Loaded", "load", "save_entries"]

TEXTS = ("phrases", "official", "kind", "both_ways", "keeps", "note")


@dataclass(slots=True)
class Loaded:
    """What loading did: how many entries it added, renewed, removed, and left because an editor had changed them."""

    added: int = 0
    renewed: int = 0
    removed: int = 0
    edited: int = 0


@transaction.atomic
def load(entries: Iterable[Entry]) -> Loaded:
    """Bring the table in step with the shipped entries; all or nothing, and nothing written when nothing changed.

    Raises ValueError when two entries share a key.
    """
    wanted = _by_key(entries)
    held = {row.shipped_key: row for row in DictionaryEntry.objects.filter(shipped_key__isnull=False)}
    done, changed = Loaded(), []
    for key, row in held.items():
        fresh = wanted.get(key or "")
        if row.is_edited:
            done.edited += 1
        elif fresh is None:
            row.drop()
            done.removed += 1
        elif fresh.hash != row.hash:
            changed.append(_renewed(row, fresh))
    DictionaryEntry.objects.bulk_update(changed, [*TEXTS, "shipped_hash"])
    new = [row for key, row in wanted.items() if key not in held]
    DictionaryEntry.objects.bulk_create(new)
    done.added, done.renewed = len(new), len(changed)
    return done


def _by_key(entries: Iterable[Entry]) -> dict[str, DictionaryEntry]:
    wanted: dict[str, DictionaryEntry] = {}
    for entry in entries:
        if entry.key in wanted:
            raise ValueError(entry.key)
        wanted[entry.key] = row = DictionaryEntry.of(entry)
        row.shipped_key, row.shipped_hash = entry.key, row.hash
    return wanted


def _renewed(row: DictionaryEntry, fresh: DictionaryEntry) -> DictionaryEntry:
    for name in (*TEXTS, "shipped_hash"):
        setattr(row, name, getattr(fresh, name))
    return row


@transaction.atomic
def save_entries(rows: Iterable[DictionaryEntry]) -> tuple[int, int]:
    """Write entries of a list that an editor has handed in, whole; returns (new, changed).

    Raises ValidationError when one can't stand so.
    """
    new = changed = 0
    for row in rows:
        row.full_clean()
        fresh = row.pk is None
        new, changed = new + fresh, changed + (not fresh)
        row.save()
    return new, changed
