"""What waits for whom: the lists an editor starts the day with."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from cms.clocks import ClockState, clock_words
from cms.models import AgencyText, Decision, PendingReference, User, ValidityPeriod, Verification
from cms.selectors.impact import Care, Impact, impacts
from cms.selectors.postings import Need, Wall, keeping_ledgers, walls
from cms.selectors.references import open_references
from cms.selectors.review import authors_of, rule_for
from cms.selectors.rights import Right, is_editor, may, places_with, within
from cms.selectors.terms import decision_terms
from cms.values import format_date, format_number
from cms.vocabulary import AgencyRole, DecisionRoute, DecisionState, ScopePart

SOON = timedelta(days=5)
LONGEST = 10  # rows a list shows; how many there are stands in its heading
NEEDS = {Need.REPLACE: "phải thay", Need.HANG: "phải treo", Need.TAKE_DOWN: "phải gỡ"}
S = DecisionState


@dataclass(frozen=True)
class Task:
    """One line of a list: what it is, where to go, why it stands here."""

    text: str
    address: str
    note: str = ""


@dataclass
class WorkList:
    """One list; `count` is how many there are, of which the first are shown."""

    heading: str
    tasks: list[Task] = field(default_factory=list)
    count: int = 0

    @property
    def counted(self) -> str:
        """How many, as people write it: 2.545."""
        return format_number(self.count)

    @property
    def further(self) -> str:
        """How many are not shown."""
        return format_number(self.count - len(self.tasks))


def work_lists(user: User, on: date) -> list[WorkList]:
    """All lists of this person, empty ones too, so that "none" is an answer."""
    if not is_editor(user):
        return []
    ours = Decision.objects.filter(within(user, Right.VIEW, "issuer__path")).select_related("issuer")
    open_ones = ours.filter(published_at=None, route=DecisionRoute.REVIEWED)
    drafts = open_ones.filter(state__in=(S.DRAFT, S.RETURNED))
    soon, overdue = _by_term(list(open_ones.order_by("effective_from", "pk")), on)
    return [
        _decisions("Chờ tôi", [one for one in open_ones.order_by("pk") if waits_for(one, user)], _state),
        _terms("Sắp đến hạn", soon),
        _terms("Quá hạn", overdue),
        _decisions("Đang soạn, chưa xong", drafts.order_by("-pk"), _state),
        _references(open_references(user)),
        _periods("Nhập từ danh mục, chưa ai kiểm", unverified(user, on)),
        _sheets(user, on),
        _impacts([one for one in impacts(user, on) if one.care == Care.OPEN]),
        _periods("Phần riêng của ta bị văn bản trên sửa tới", touched_from_above(user, on)),
    ]


def waits_for(decision: Decision, user: User) -> bool:
    """Whether it is this person's turn."""
    if decision.state == S.IN_REVIEW:
        last = decision.step == decision.steps
        if not may(user, Right.APPROVE if last else Right.CHECK, decision.issuer):
            return False
        return user.pk not in authors_of(decision) or rule_for(decision.issuer).self_approval
    if decision.state == S.APPROVED:
        return decision.publish_at is None and may(user, Right.PUBLISH, decision.issuer)
    return decision.state == S.RETURNED and user.pk in authors_of(decision)


def unverified(user: User, on: date) -> "QuerySet[ValidityPeriod]":
    """Texts in force that a catalogue gave, of procedures our agencies announce, with no part verified."""
    ours = AgencyText.objects.filter(
        within(user, Right.VIEW, "agency__path"), content=OuterRef("content"), role=AgencyRole.ANNOUNCING
    )
    checked = Verification.objects.filter(content=OuterRef("content"))
    rows = ValidityPeriod.objects.standing().in_force_on(on).filter(opened_by__item=None, part=ScopePart.BASE)
    mine = rows if places_with(user, Right.VIEW) is None else rows.filter(Exists(ours))
    return mine.filter(~Exists(checked)).select_related("content", "procedure").order_by("content__sort_key")


def touched_from_above(user: User, on: date) -> "QuerySet[ValidityPeriod]":
    """Our texts and local parts under which a wider scope's whole text was opened since they were recorded."""
    above = ValidityPeriod.objects.standing().filter(
        procedure=OuterRef("procedure"),
        part=ScopePart.BASE,
        scope__rank__lt=OuterRef("scope__rank"),
        recorded_at__gt=OuterRef("recorded_at"),
        holds_from__gt=OuterRef("holds_from"),
    )
    places = within(user, Right.VIEW, "scope__agency__path") | within(
        user, Right.VIEW, "scope__agency_class__area__path"
    )
    rows = ValidityPeriod.objects.standing().filter(places, Exists(above), scope__rank__gt=0)
    still = Q(valid_to=None) | Q(valid_to__gt=on)
    return rows.filter(still).select_related("content", "procedure").order_by(F("recorded_at").desc())


def _decisions(heading: str, rows: Iterable[Decision], note: Any) -> WorkList:
    found = list(rows)
    tasks = [
        Task(f"{one.number} – {one.issuer.name}", reverse("desk_decision", args=[one.pk]), note(one))
        for one in found[:LONGEST]
    ]
    return WorkList(heading, tasks, len(found))


def _periods(heading: str, rows: "QuerySet[ValidityPeriod]") -> WorkList:
    shown = [
        Task(
            row.content.name,
            reverse("wagtailsnippets_cms_procedure:inspect", args=[row.procedure_id]),
            str(ScopePart(row.part).label),
        )
        for row in rows[:LONGEST]
    ]
    return WorkList(heading, shown, rows.count())


def _references(rows: "QuerySet[PendingReference]") -> WorkList:
    shown = [
        Task(
            row.text,
            reverse("desk_reference", args=[row.pk]),
            f"{row.item.decision.number}, mục {row.item.label or row.item.ordinal}",
        )
        for row in rows[:LONGEST]
    ]
    return WorkList("Dẫn chiếu chờ xác định", shown, rows.count())


def _sheets(user: User, on: date) -> WorkList:
    """Places of ours where sheets must be replaced, hung or taken down, now or soon."""
    waiting = [
        (wall, words) for wall in walls(list(keeping_ledgers(user, Right.POST)), on) if (words := needs_of(wall))
    ]
    tasks = [
        Task(
            f"{wall.agency.name} – {wall.name}",
            reverse("desk_wall", args=[wall.agency.pk, wall.point.pk if wall.point else 0]),
            words,
        )
        for wall, words in waiting[:LONGEST]
    ]
    return WorkList("Niêm yết phải thay", tasks, len(waiting))


def needs_of(wall: Wall) -> str:
    """What has to be done at a place, in words; nothing when nothing has."""
    counts, days = wall.counts, [row.day for row in wall.rows if row.day]
    words = [f"{counts[need]} {said}" for need, said in NEEDS.items() if counts[need]]
    return "; ".join(words + ([f"thay đổi tiếp từ {format_date(min(days))}"] if days else []))


def _impacts(rows: list[Impact]) -> WorkList:
    shown = [
        Task(
            row.period.content.name,
            f"{reverse('desk_impact')}?van-ban={row.turn.document.pk}",
            f"{row.turn.document.number} {row.turn.said}"
            + (f" từ {format_date(row.turn.day)}" if row.turn.day else ", chưa rõ từ ngày nào"),
        )
        for row in rows[:LONGEST]
    ]
    return WorkList("Thủ tục dựa vào văn bản thay đổi", shown, len(rows))


def _state(decision: Decision) -> str:
    step = f", bước {decision.step}/{decision.steps}" if decision.state == S.IN_REVIEW else ""
    return f"{decision.get_state_display()}{step}"


def _by_term(decisions: list[Decision], on: date) -> tuple[list[tuple[Decision, str]], list[tuple[Decision, str]]]:
    """Decisions with a term that ends soon, and those with one that has passed, each with what that is."""
    soon, overdue = [], []
    found = decision_terms(decisions, on)
    for row in decisions:
        terms = found[row.pk]
        late = [f"công khai {clock_words(terms.publish)}"] if terms.publish.state == ClockState.LATE else []
        near = [f"công khai {clock_words(terms.publish)}"] if terms.publish.state == ClockState.SOON else []
        # The decision is announced once it is signed: until then its items' clocks run.
        announce = [clock for _item, clock in terms.items if clock.due]
        late += [f"công bố {clock_words(one)}" for one in announce if one.state == ClockState.LATE][:1]
        near += [f"công bố {clock_words(one)}" for one in announce if one.state == ClockState.SOON][:1]
        if row.effective_from:
            words = f"có hiệu lực từ {format_date(row.effective_from)}"
            late += [words] if row.effective_from <= on else []
            near += [words] if on < row.effective_from <= on + SOON else []
        if late:
            overdue.append((row, "; ".join([_state(row), *late])))
        elif near:
            soon.append((row, "; ".join([_state(row), *near])))
    return soon, overdue


def _terms(heading: str, rows: list[tuple[Decision, str]]) -> WorkList:
    tasks = [
        Task(f"{one.number} – {one.issuer.name}", reverse("desk_decision", args=[one.pk]), note)
        for one, note in rows[:LONGEST]
    ]
    return WorkList(heading, tasks, len(rows))
