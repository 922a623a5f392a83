"""Writing a procedure's text: content, parts and rows in bulk, hashed before a period may point at them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from cms.models import DETAIL_MODELS, Detail, PartState, ProcedureContent
from cms.selectors.canonical import canonical_content, canonical_hash
from cms.text import SKIP_PROCEDURE, sort_key

BATCH = 1000


@dataclass
class ContentDraft:
    """A text with its parts and rows, not saved yet. `seal()` computes its hash."""

    content: ProcedureContent
    part_states: list[PartState] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)

    def seal(self) -> str:
        """Set the content's hash and its sort key; return the hash."""
        rows: dict[type[Detail], list[Any]] = defaultdict(list)
        for detail in self.details:
            rows[type(detail)].append(detail)
        self.content.hash = canonical_hash(canonical_content(self.content, self.part_states, rows))
        self.content.sort_key = sort_key(self.content.name, skip=SKIP_PROCEDURE)
        return self.content.hash


@transaction.atomic
def write_contents(*, drafts: Sequence[ContentDraft]) -> list[ProcedureContent]:
    """Write draft texts of saved procedures in bulk. They hold nothing until a decision or snapshot opens them."""
    for draft in drafts:
        if not draft.content.hash:
            draft.seal()
    ProcedureContent.objects.bulk_create([draft.content for draft in drafts], batch_size=BATCH)
    for draft in drafts:
        rows: list[PartState | Detail] = [*draft.part_states, *draft.details]
        for row in rows:
            row.content_id = draft.content.pk
    PartState.objects.bulk_create([state for draft in drafts for state in draft.part_states], batch_size=BATCH)
    _write_details(detail for draft in drafts for detail in draft.details)
    return [draft.content for draft in drafts]


def _write_details(details: Iterable[Detail]) -> None:
    rows: dict[type[Detail], list[Any]] = defaultdict(list)
    for detail in details:
        rows[type(detail)].append(detail)
    for model in DETAIL_MODELS:
        model._default_manager.bulk_create(rows[model], batch_size=BATCH)
