"""Writes. Only these functions write published rows; each is one transaction and names the legal act it performs."""

from cms.services.accounts import create_account, lock_account, new_setup_link, reset_second_factor
from cms.services.acts import NotAllowedError, require
from cms.services.addresses import decision_slug, free_procedure_slug, free_slug
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
from cms.services.bundle import bundle_hash
from cms.services.changelog import Moment, take_moment, write_changes
from cms.services.contents import ContentDraft, write_contents
from cms.services.corrections import NothingStandsError, correct, correct_many, roll_back
from cms.services.drafting import (
    EditedMeanwhileError,
    ItemDraft,
    begin_decision,
    remove_item,
    save_decision,
    save_item,
    save_text,
)
from cms.services.forms import drop_unnamed_forms, keep_forms
from cms.services.joining import IdentityTakenError, join_identity
from cms.services.legal import LegalDraft, Registered, register_documents, save_documents
from cms.services.postings import check_round, hang_sheets, take_down
from cms.services.publishing import (
    PublishingBlockedError,
    approve_decision,
    publish_decision,
    record_snapshot,
)
from cms.services.readiness import RULES, Finding, Severity, readiness, waive, waive_rule
from cms.services.references import correct_reference, reopen_reference, resolve_reference
from cms.services.rehearsal import rehearsed
from cms.services.review import (
    EditedSinceError,
    SelfApprovalError,
    WrongStateError,
    comment,
    pass_step,
    publish_due,
    publish_now,
    schedule,
    send_back,
    submit,
    take_back,
)
from cms.services.roles import grant, revoke, set_rule
from cms.services.timeline import rebuild_for, rebuild_timeline, replay

__all__ = [
    "RULES",
    "ContentDraft",
    "EditedMeanwhileError",
    "EditedSinceError",
    "Finding",
    "IdentityTakenError",
    "ItemDraft",
    "LegalDraft",
    "Moment",
    "NotAllowedError",
    "NothingStandsError",
    "PublishingBlockedError",
    "Registered",
    "SelfApprovalError",
    "Severity",
    "WrongStateError",
    "add_agency",
    "add_alias",
    "approve_decision",
    "begin_decision",
    "bundle_hash",
    "check_round",
    "comment",
    "correct",
    "correct_many",
    "correct_reference",
    "create_account",
    "decision_slug",
    "drop_unnamed_forms",
    "free_procedure_slug",
    "free_slug",
    "grant",
    "hang_sheets",
    "join_class",
    "join_identity",
    "keep_forms",
    "lock_account",
    "merge_agencies",
    "new_setup_link",
    "pass_step",
    "publish_decision",
    "publish_due",
    "publish_now",
    "readiness",
    "rebuild_for",
    "rebuild_timeline",
    "record_snapshot",
    "register_documents",
    "rehearsed",
    "remove_item",
    "reopen_reference",
    "replay",
    "require",
    "reset_second_factor",
    "resolve_reference",
    "revoke",
    "roll_back",
    "save_decision",
    "save_documents",
    "save_item",
    "save_text",
    "schedule",
    "scope_nation",
    "scope_of_agency",
    "scope_of_area",
    "scope_of_class",
    "send_back",
    "set_rule",
    "submit",
    "take_back",
    "take_down",
    "take_moment",
    "waive",
    "waive_rule",
    "write_changes",
    "write_contents",
]
