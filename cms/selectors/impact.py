"""The impact list: a legal document changes from a day, so these procedures rest on what no longer stands as it was. A
few queries however many procedures; what is already in hand is marked, so that the list shows what is left to do."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cms.clocks import Clock, announcing
from cms.models import AgencyText, Decision, Effect, LegalCitation, LegalDocument, User, ValidityPeriod
from cms.selectors.legal import ENDING, dated_changes
from cms.selectors.rights import Right, places_with, within
from cms.selectors.terms import day_count
from cms.values import format_date
from cms.vocabulary import AgencyRole, DecisionKind

# Changes longer past are history: what still rests on them stands in the register.
BACK = timedelta(days=365)


class Care(StrEnum):
    """What has been done for a procedure whose ground changes."""

    OPEN = "open"
    DRAFTED = "drafted"
    DONE = "done"


@dataclass(frozen=True)
class Turn:
    """A document changes from a day (None: unknown), by another one where the register names it."""

    document: LegalDocument
    said: str
    day: date | None
    ends: bool
    by: LegalDocument | None = None


@dataclass(frozen=True)
class Impact:
    """A procedure that rests on a document that changes. `days_left`: until that day, negative when it has passed."""

    turn: Turn
    period: ValidityPeriod
    care: Care
    note: str
    draft: Decision | None
    days_left: int | None
    clock: Clock


def turns(on: date, document: int | None = None) -> list[Turn]:
    """The changes of documents from a year ago on, those of an unknown day too. Two queries."""
    changes = dated_changes().filter(Q(on_day__gte=on - BACK) | Q(on_day=None))
    ended = LegalDocument.objects.filter(effective_to__gte=on - BACK)
    if document is not None:
        changes, ended = changes.filter(document=document), ended.filter(pk=document)
    found = [
        Turn(
            one.document,
            f"{one.get_kind_display().lower()} bởi {one.by.number}",
            one.starts,
            one.kind in ENDING,
            one.by,
        )
        for one in changes
    ]
    named = {turn.document.pk for turn in found if turn.ends}
    return found + [Turn(one, "hết hiệu lực", one.effective_to, True) for one in ended if one.pk not in named]


def impacts(user: User, on: date, document: int | None = None) -> list[Impact]:
    """Procedures that rest on documents that change, fewest days left first, unknown days last. Six queries."""
    found = turns(on, document)
    periods = _resting({turn.document.pk for turn in found}, user, on)
    cited = _cited({turn.by.pk for turn in found if turn.by})
    drafts = _drafts()
    rows = []
    for turn in found:
        resting = _current(periods[turn.document.pk], turn, on)
        for period in resting:
            care, note, draft = _care(turn, period, cited, drafts)
            left = (turn.day - on).days if turn.day else None
            rows.append(Impact(turn, period, care, note, draft, left, _clock(turn, period, on)))
    unknown = 10**9
    return sorted(
        rows,
        key=lambda row: (
            unknown if row.days_left is None else row.days_left,
            row.turn.document.number,
            row.period.content.sort_key,
        ),
    )


def _resting(documents: set[int], user: User, on: date) -> dict[int, list[ValidityPeriod]]:
    """Standing periods by the document their text cites: those that hold or will, and those ended within the year."""
    links = LegalCitation.objects.filter(document__in=documents)
    contents: dict[int, set[int]] = defaultdict(set)
    for content, document in links.values_list("basis__content", "document").distinct():
        contents[content].add(document)
    rows: Any = ValidityPeriod.objects.standing().filter(Q(valid_to=None) | Q(valid_to__gt=on - BACK))
    cited = links.values("basis__content")
    rows = rows.filter(_ours(user), content__in=cited).select_related("content", "procedure", "scope")
    found: dict[int, list[ValidityPeriod]] = defaultdict(list)
    for row in rows.order_by("holds_from", "pk"):
        for document in contents[row.content_id]:
            found[document].append(row)
    return found


def _ours(user: User) -> Q:
    """Procedures our agencies announce, by their text, scope or decision; everything for those who see everything."""
    if places_with(user, Right.VIEW) is None:
        return Q()
    named = AgencyText.objects.filter(
        within(user, Right.VIEW, "agency__path"), content=OuterRef("content"), role=AgencyRole.ANNOUNCING
    )
    scoped = within(user, Right.VIEW, "scope__agency__path")
    return Exists(named) | scoped | within(user, Right.VIEW, "opened_by__item__decision__issuer__path")


def _current(periods: Iterable[ValidityPeriod], turn: Turn, on: date) -> list[ValidityPeriod]:
    """One period for each procedure, scope and part: the last that rests on the document. One that ended before the
    change was signed or began has nothing to do with it."""
    last: dict[tuple[int, int, str], ValidityPeriod] = {}
    for row in periods:
        last[row.procedure_id, row.scope_id, row.part] = row
    begun = min((day for day in (turn.day, turn.by.signed_on if turn.by else None) if day), default=on)
    return [row for row in last.values() if row.valid_to is None or row.valid_to >= min(begun, on)]


def _cited(documents: set[int]) -> set[tuple[int, int]]:
    """(content, document) of the texts that cite the changing documents."""
    links = LegalCitation.objects.filter(document__in=documents)
    return set(links.values_list("basis__content", "document"))


def _drafts() -> dict[int, Decision]:
    """By procedure, the decision being prepared that touches it."""
    rows = Effect.objects.filter(item__decision__published_at=None, item__isnull=False)
    return {row.procedure_id: row.item.decision for row in rows.select_related("item__decision") if row.item}


def _care(
    turn: Turn, period: ValidityPeriod, cited: set[tuple[int, int]], drafts: dict[int, Decision]
) -> tuple[Care, str, Decision | None]:
    if period.valid_to is not None:
        return Care.DONE, f"đã có bản khác, hoặc hết áp dụng, từ {format_date(period.valid_to)}", None
    if turn.by and (period.content_id, turn.by.pk) in cited:
        return Care.DONE, f"nội dung đã dẫn {turn.by.number}", None
    renewed = turn.day and period.valid_from and period.valid_from >= turn.day
    if renewed and not turn.ends:
        return Care.DONE, "nội dung được công bố lại sau thay đổi", None
    if draft := drafts.get(period.procedure_id):
        return Care.DRAFTED, f"đang soạn trong quyết định {draft.number}", draft
    return Care.OPEN, "", None


def _clock(turn: Turn, period: ValidityPeriod, on: date) -> Clock:
    """The term to announce what the change asks for: the ministry's for texts of the whole country."""
    kind = DecisionKind.PROVINCE if period.scope.rank else DecisionKind.MINISTRY
    shortened = turn.by.signed_on if turn.by and turn.by.shortened else None
    return announcing(
        kind=kind, text_effective=turn.day, signed_on=None, on=on, shortened_signed=shortened, count=day_count()
    )
