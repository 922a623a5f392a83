"""Writes. Only these functions write published rows; each is one transaction and names the legal act it performs."""

from cms.services.addresses import free_procedure_slug, free_slug
from cms.services.agencies import (
    add_agency,
    add_alias,
    join_class,
    merge_agencies,
    scope_nation,
    scope_of_agency,
    scope_of_area,
    scope_of_class,
)
from cms.services.changelog import Moment, take_moment, write_changes
from cms.services.contents import ContentDraft, write_contents
from cms.services.corrections import NothingStandsError, correct, correct_many, roll_back
from cms.services.joining import IdentityTakenError, join_identity
from cms.services.publishing import (
    PublishingBlockedError,
    approve_decision,
    bundle_hash,
    publish_decision,
    record_snapshot,
)
from cms.services.timeline import rebuild_for, rebuild_timeline, replay

__all__ = [
    "ContentDraft",
    "IdentityTakenError",
    "Moment",
    "NothingStandsError",
    "PublishingBlockedError",
    "add_agency",
    "add_alias",
    "approve_decision",
    "bundle_hash",
    "correct",
    "correct_many",
    "free_procedure_slug",
    "free_slug",
    "join_class",
    "join_identity",
    "merge_agencies",
    "publish_decision",
    "rebuild_for",
    "rebuild_timeline",
    "record_snapshot",
    "replay",
    "roll_back",
    "scope_nation",
    "scope_of_agency",
    "scope_of_area",
    "scope_of_class",
    "take_moment",
    "write_changes",
    "write_contents",
]
