"""The state of publicity: for every procedure in force which of the parts the law asks for are there, whether an
official has checked it, and how its clock stands. One number of queries, however many procedures; every
figure is its rows."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cms.clocks import Clock, ClockState, publishing
from cms.models import (
    Agency,
    AgencyText,
    Channel,
    Cost,
    Decision,
    Detail,
    Evidence,
    Output,
    PartState,
    ProcedureContent,
    ProcessingTime,
    Requirement,
    Step,
    ValidityPeriod,
    Verification,
)
from cms.selectors.keeping import kept
from cms.selectors.listing import base_periods
from cms.selectors.terms import announce_clock, decision_terms, grounds, publish_clock
from cms.vocabulary import (
    CONDITIONAL_PARTS,
    REQUIRED_PARTS,
    AgencyRole,
    DecisionKind,
    DecisionState,
    Part,
    Presence,
)

# What is left of an editor's empty paragraph is no text.
_MARKUP = re.compile(r"<[^>]*>|&nbsp;|&#160;|[\s\u00a0\u200b\ufeff]")
_ROWS: dict[Part, type[Detail]] = {
    Part.STEPS: Step,
    Part.CHANNELS: Channel,
    Part.EVIDENCE: Evidence,
    Part.TIME: ProcessingTime,
    Part.COSTS: Cost,
    Part.RESULT: Output,
    Part.REQUIREMENTS: Requirement,
}
PARTS = (*REQUIRED_PARTS, *CONDITIONAL_PARTS)
# The fourth conditional part: forms hang on the papers they are for.
FORM = "FORM"
# Whose texts are asked about: those in force on a day, or these.
_Held = Q | Exists
WAITING = (DecisionState.DRAFT, DecisionState.IN_REVIEW, DecisionState.RETURNED, DecisionState.APPROVED)


def is_empty_text(text: str) -> bool:
    """Whether rich text says nothing: only marks, spaces and empty paragraphs."""
    return not _MARKUP.sub("", text)


@dataclass(frozen=True)
class Row:
    """One procedure in force, or one item of a decision that is signed and not public yet (`slug` empty)."""

    agency_id: int | None
    slug: str
    code: str
    name: str
    decision: str
    gaps: tuple[str, ...]
    verified: bool
    clock: Clock
    announce: Clock

    @property
    def published(self) -> bool:
        """Whether it is public."""
        return bool(self.slug)

    @property
    def has_required(self) -> bool:
        """Whether the seven parts every procedure needs are there."""
        return self.published and not any(gap in REQUIRED_PARTS for gap in self.gaps)

    @property
    def complete(self) -> bool:
        """Whether all eleven are there, or said not to apply."""
        return self.published and not self.gaps


# What is counted, by the word its address uses.
KINDS: dict[str, Any] = {
    "cong-khai": lambda row: row.published,
    "du-7-phan": lambda row: row.has_required,
    "du-phan": lambda row: row.complete,
    "chua-kiem": lambda row: row.published and not row.verified,
    "qua-han": lambda row: row.clock.is_late,
    "sap-han": lambda row: row.clock.state == ClockState.SOON,
    "khong-tinh-duoc": lambda row: row.clock.state == ClockState.UNKNOWN,
    "cong-bo-qua-han": lambda row: row.announce.is_late,
    "cong-bo-sap-han": lambda row: row.announce.state == ClockState.SOON,
    "cong-bo-khong-tinh-duoc": lambda row: row.announce.state == ClockState.UNKNOWN,
}


@dataclass(frozen=True)
class Counts:
    """One line of the table: an agency (None: no source names one; or the sum) and its figures by kind."""

    agency: Agency | None
    figures: dict[str, int]


@kept
def publicity(on: date) -> list[Row]:
    """All rows of the day: procedures in force, then signed decisions that wait to be published."""
    periods = list(
        base_periods(on).order_by("content__sort_key", "procedure_id").select_related(None).values_list(
            "content_id", "procedure__slug", "procedure__code", "content__name", "content__applicant_types",
            "content__decision_number", "opened_by__item__decision",
        )
    )  # fmt: skip
    decisions = Decision.objects.filter(published_at__isnull=False).in_bulk()
    held = _in_force(on)
    stated, not_needed, verified = _stated(held), _not_needed(held), _verified(on)
    announcing = dict(_texts(held, AgencyRole.ANNOUNCING).filter(agency__isnull=False).values_list("content", "agency"))
    rests_on = grounds({content for content, *_rest, decision in periods if decision})
    rows = []
    for content, slug, code, name, applicants, number, decision_id in periods:
        decision = decisions.get(decision_id)
        have = stated[content] | not_needed[content]
        have |= {Part.NAME} if not is_empty_text(name) else set()
        have |= {Part.APPLICANTS} if applicants else set()
        agency = decision.issuer_id if decision else announcing.get(content)
        gaps = tuple(part for part in (*PARTS, FORM) if part not in have)
        cited = decision.number if decision else number
        checked = decision is not None or content in verified
        announce = announce_clock(decision, rests_on.get(content, []), on)
        publish = _clock(decision, on, shortened=announce.shortened)
        rows.append(Row(agency, slug, code or "", name, cited, gaps, checked, publish, announce))
    return rows + waiting(on)


def with_required(contents: Collection[int]) -> set[int]:
    """Which of these texts have all seven parts that every procedure needs. Twelve queries."""
    held = Q(content__in=contents)
    stated, not_needed = _stated(held), _not_needed(held)
    texts = ProcedureContent.objects.filter(pk__in=contents).values_list("pk", "name", "applicant_types")
    found = set()
    for pk, name, applicants in texts:
        have = stated[pk] | not_needed[pk]
        have |= {Part.NAME} if not is_empty_text(name) else set()
        have |= {Part.APPLICANTS} if applicants else set()
        if have.issuperset(REQUIRED_PARTS):
            found.add(pk)
    return found


def _clock(decision: Decision | None, on: date, *, shortened: bool = False) -> Clock:
    """How publishing stands against its term; without a decision in hand it can't be told."""
    if decision is None:
        return publishing(kind=DecisionKind.MINISTRY, signed_on=None, published_on=None, on=on)
    return publish_clock(decision, on, shortened=shortened)


def waiting(on: date) -> list[Row]:
    """Items of signed decisions that are not public: only the decision's number is given, drafts stay drafts."""
    found = Decision.objects.filter(state__in=WAITING, signed_on__lte=on, published_at__isnull=True)
    decisions = sorted(found, key=lambda one: (one.number, one.pk))
    terms = decision_terms(decisions, on)
    return [
        Row(one.issuer_id, "", "", "", one.number, (), False, terms[one.pk].publish, announce)
        for one in decisions
        for _item, announce in terms[one.pk].items
    ]


def _in_force(on: date, model_field: str = "content") -> Exists:
    periods: Any = ValidityPeriod.objects.standing().in_force_on(on).filter(part="BASE")
    return Exists(periods.filter(content=OuterRef(model_field)))


def _texts(held: _Held, role: str) -> Any:
    return AgencyText.objects.filter(held, role=role).order_by("content", "ordinal")


def _stated(held: _Held) -> dict[int, set[str]]:
    """Which parts a text states, in rows or in words that are not only marks. Ten queries."""
    found: dict[int, set[str]] = defaultdict(set)
    for part, model in _ROWS.items():
        _note(found, part, model._default_manager.filter(held))
    _note(found, FORM, Evidence.objects.filter(held).exclude(form_file=""))
    _note(found, Part.AGENCIES, _texts(held, AgencyRole.IMPLEMENTING))
    words = PartState.objects.filter(held, part__in=PARTS).exclude(raw_text="").order_by()
    # Only texts that may be marks and nothing else are read: all of them together are tens of megabytes.
    doubtful = Q(raw_text__contains="<") | Q(raw_text__contains="&") | Q(raw_text__startswith=" ")
    doubtful |= Q(raw_text__startswith="\n") | Q(raw_text__startswith="\u00a0") | Q(raw_text__startswith="\u200b")
    for content, named in words.exclude(doubtful).values_list("content", "part"):
        found[content].add(named)
    for content, named, raw in words.filter(doubtful).values_list("content", "part", "raw_text"):
        if not is_empty_text(raw):
            found[content].add(named)
    return found


def _note(found: dict[int, set[str]], part: str, rows: Any) -> None:
    for content in rows.order_by().values_list("content", flat=True).distinct():
        found[content].add(part)


def _not_needed(held: _Held) -> dict[int, set[str]]:
    """Parts a text says do not apply; without papers there is no form."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = PartState.objects.filter(held, presence=Presence.NOT_APPLICABLE)
    for content, part in rows.values_list("content", "part"):
        found[content] |= {part, FORM} if part == Part.EVIDENCE else {part}
    return found


def _verified(on: date) -> set[int]:
    rows = Verification.objects.filter(_in_force(on)).order_by()
    return set(rows.values_list("content", flat=True).distinct())


def count(rows: Iterable[Row]) -> dict[str, int]:
    """The figures of these rows by kind."""
    figures = dict.fromkeys(KINDS, 0)
    for row in rows:
        for kind, holds in KINDS.items():
            figures[kind] += holds(row)
    return figures


def by_agency(rows: Iterable[Row]) -> list[Counts]:
    """The figures of each agency in Vietnamese order; those no source names one for at the end. One query."""
    groups: dict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.agency_id].append(row)
    agencies = Agency.objects.filter(pk__in=[pk for pk in groups if pk]).order_by("sort_key", "pk")
    lines = [Counts(agency, count(groups[agency.pk])) for agency in agencies]
    return lines + ([Counts(None, count(groups[None]))] if None in groups else [])
