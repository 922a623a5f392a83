"""References to older decisions that nobody has settled yet, what they may mean, and rows found by a few letters."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from cms.calendar import today
from cms.identifiers import find_codes
from cms.models import Decision, DecisionItem, PendingReference, Procedure, User, ValidityPeriod
from cms.selectors.browse import find_procedure, names_of
from cms.selectors.editing import procedures_matching
from cms.selectors.rights import Right, within
from cms.vocabulary import DecisionState

MOST = 12  # rows offered at once
_ITEM_NUMBER = re.compile(r"(?:mục|số thứ tự|stt|thủ tục số)\s*0*(\d+)", re.IGNORECASE)


def open_references(user: User) -> "QuerySet[PendingReference]":
    """Unsettled references of decisions of one's own agencies, drafts and public ones, the newest decision first."""
    rows = PendingReference.objects.filter(within(user, Right.VIEW, "item__decision__issuer__path"))
    unsettled = rows.filter(resolved_to=None, reason="").exclude(item__decision__state=DecisionState.ROLLED_BACK)
    return unsettled.select_related("item__decision__issuer").order_by("-item__decision", "item__ordinal", "pk")


def references_of(decision: Decision) -> list[PendingReference]:
    """All references of a decision, the unsettled first."""
    rows = PendingReference.objects.filter(item__decision=decision).select_related("item", "resolved_to")
    return sorted(rows.order_by("item__ordinal", "pk"), key=lambda row: not row.is_open)


def candidates(reference: PendingReference) -> list[tuple[Procedure, str]]:
    """Public procedures that a reference may mean, each with its name: by the cited decision's item, then by code, then
    by name. Offered, never taken by itself."""
    found: dict[int, Procedure] = {}
    number = _ITEM_NUMBER.search(reference.text)
    if number and reference.decision_number:
        cited = DecisionItem.objects.filter(decision__number=reference.decision_number, procedure__isnull=False)
        cited = cited.exclude(decision__state=DecisionState.ROLLED_BACK)
        label = Q(label__in=[number[1], number[1].zfill(2)]) | Q(label="", ordinal=int(number[1]))
        rows = cited.filter(label).select_related("procedure")[:MOST]
        found |= {row.procedure.pk: row.procedure for row in rows if row.procedure}
    for code in find_codes(reference.text):
        if one := find_procedure(code.text):
            found[one.pk] = one
    if not found and len(reference.text) > 12:
        name = reference.text if number is None else reference.item.name
        found |= {one.pk: one for one in procedures_like(name)} if name else {}
    return named(list(found.values())[:MOST])


def procedures_like(typed: str) -> "QuerySet[Any]":
    """Public procedures whose code, other identifier or name holds what was typed."""
    public = Procedure.objects.filter(pk__in=ValidityPeriod.objects.standing().values("procedure"))
    matching: QuerySet[Any] = procedures_matching(public, typed.strip()).order_by("pk")
    return matching


def named(procedures: list[Procedure]) -> list[tuple[Procedure, str]]:
    """Each procedure with the name it goes by today."""
    names = names_of([one.pk for one in procedures], today())
    return [(one, names.get(one.pk, str(one))) for one in procedures]


def decisions_like(user: User, typed: str) -> "QuerySet[Decision]":
    """Decisions that are public or of one's own agencies, by a piece of their number, newest first."""
    seen = Q(published_at__isnull=False) | within(user, Right.VIEW, "issuer__path")
    found = Decision.objects.filter(seen, number__icontains=typed.strip()).exclude(state=DecisionState.ROLLED_BACK)
    return found.select_related("issuer").order_by("-pk")
