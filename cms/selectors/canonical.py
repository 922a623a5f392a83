"""The canonical form of what was published: plain values in a fixed order, so that equal texts have equal hashes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from cms.models import DETAIL_MODELS, Agency, AgencyClass, AgencyText, Detail, PartState, ProcedureContent

CONTENT_FIELDS = (
    "name",
    "sector_text",
    "levels",
    "applicant_types",
    "procedure_kind",
    "cited_decision",
    "decision_number",
    "dossier_sets",
    "online_level",
    "online_reason",
    "online_provision",
    "regardless_of_residence",
)
PART_FIELDS = ("part", "presence", "raw_text")
DETAIL_FIELDS: dict[type[Detail], tuple[str, ...]] = {
    model: tuple(
        field.name
        for field in model._meta.concrete_fields
        if field.name not in ("id", "content", "agency", "agency_class")
    )
    for model in DETAIL_MODELS
}


def plain(value: Any) -> Any:
    """A value as JSON knows it: ISO dates, decimals without trailing zeros, agencies and classes by their key."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Agency):
        return value.slug
    if isinstance(value, AgencyClass):
        return value.key
    return value


def _row(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    return {field: plain(getattr(row, field)) for field in fields}


def detail_row(row: Detail) -> dict[str, Any]:
    """One detail as plain values, without its database identity."""
    found = _row(row, DETAIL_FIELDS[type(row)])
    if isinstance(row, AgencyText):
        found |= {"agency": plain(row.agency), "agency_class": plain(row.agency_class)}
    return found


def canonical_content(
    content: ProcedureContent, part_states: Iterable[PartState], details: Mapping[type[Detail], Iterable[Detail]]
) -> dict[str, Any]:
    """The content with its parts and rows as plain values; works on rows that are not saved yet."""
    return {
        "content": _row(content, CONTENT_FIELDS),
        "parts": sorted((_row(state, PART_FIELDS) for state in part_states), key=lambda state: state["part"]),
        "rows": {
            model.__name__: [detail_row(row) for row in sorted(details.get(model, ()), key=lambda row: row.ordinal)]
            for model in DETAIL_MODELS
            if details.get(model)
        },
    }


def canonical_json(value: Any) -> str:
    """The canonical JSON: sorted keys, no spaces, UTF-8 without escapes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_hash(value: Any) -> str:
    """SHA-256 over the canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
