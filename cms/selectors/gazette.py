"""Announcing decisions as readers find them: those in hand, and those that so far only a catalogue cites by number."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cms.models import Change, Decision, DecisionItem, PendingReference, ValidityPeriod
from cms.selectors.browse import names_of
from cms.selectors.keeping import is_keeping, kept
from cms.text import slugify, sort_key
from cms.vocabulary import ChangeKind, DecisionAction, DecisionState, ScopePart

PUBLIC = (DecisionState.PUBLISHED, DecisionState.ROLLED_BACK)
_BY_KEY = attrgetter("pk")


@dataclass(frozen=True)
class CitedNumber:
    """A decision number that texts cite while its document is not in hand ("chưa có văn bản")."""

    number: str
    slug: str
    procedures: int


@dataclass
class ItemView:
    """A row of a decision's list, with the procedures it concerns and those that replace them."""

    item: DecisionItem
    name: str
    replaced: list[tuple[str, str]] = field(default_factory=list)
    replacing: list[tuple[str, str]] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    # What the references to older decisions were found to mean.
    meant: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class DecisionView:
    """A decision with its items by what they announce, in the order of DecisionAction."""

    decision: Decision
    rests_on: list[Decision]
    groups: list[tuple[str, list[ItemView]]]


@dataclass(frozen=True)
class Publication:
    """One time that a decision was made public, and taken back where it was: the moments, and for each the number in
    the log at which its act begins."""

    decision: Decision
    published: tuple[datetime, int] | None
    taken_back: tuple[datetime, int] | None


def shown_decisions() -> "QuerySet[Decision]":
    """Of each decision the publication that its page shows: the last. Earlier ones were all taken back before it."""
    public = Decision.objects.filter(state__in=PUBLIC)
    return public.exclude(Exists(public.filter(slug=OuterRef("slug"), published_at__gt=OuterRef("published_at"))))


def publications(decision: Decision) -> list[Publication]:
    """Each time a decision was made public, the last first; empty when once and for good. At most two queries."""
    rows = list(Decision.objects.filter(slug=decision.slug, state__in=PUBLIC).order_by("-published_at"))
    if all(one.state == DecisionState.PUBLISHED for one in rows):
        return []
    acts = Change.objects.filter(decision__in=rows, kind__in=(ChangeKind.PUBLISHED, ChangeKind.ROLLED_BACK))
    found: dict[tuple[int | None, str], tuple[datetime, int]] = {}
    for pk, kind, at, sequence in acts.order_by("sequence").values_list("decision", "kind", "at", "sequence"):
        found.setdefault((pk, kind), (at, sequence))
    kinds = (ChangeKind.PUBLISHED, ChangeKind.ROLLED_BACK)
    return [Publication(one, *(found.get((one.pk, kind)) for kind in kinds)) for one in rows]


def public_decisions() -> list[Decision]:
    """Decisions the portal has made public, each once, newest first, those without a day last, with how many items
    it has `enacted`, `amended`, `replaced` and `repealed`."""
    counts = {
        name: Count("items", filter=Q(items__action=action))
        for name, action in (
            ("enacted", DecisionAction.ENACT),
            ("amended", DecisionAction.AMEND),
            ("replaced", DecisionAction.REPLACE),
            ("repealed", DecisionAction.REPEAL),
        )
    }
    found = shown_decisions().select_related("issuer").annotate(**counts)
    return sorted(found, key=lambda one: (one.signed_on or date.min, one.number), reverse=True)


@kept
def cited_numbers() -> list[CitedNumber]:
    """Numbers cited by texts that stand or stood, whose decision is not in hand. Two queries."""
    known = set(Decision.objects.filter(state__in=PUBLIC).values_list("number", flat=True))
    standing = Q(withdrawn_at__isnull=True)
    rows = (
        ValidityPeriod.objects.filter(part=ScopePart.BASE)
        .exclude(content__decision_number="")
        .order_by("content__decision_number")
        .values("content__decision_number")
        .annotate(found=Count("procedure", distinct=True, filter=standing))
    )
    pairs = rows.values_list("content__decision_number", "found")
    cited = [CitedNumber(number, slugify(number), found) for number, found in pairs if number not in known]
    return sorted(cited, key=_by_issuer)


def _by_issuer(cited: CitedNumber) -> tuple[str, int, str]:
    """After whom the number's ending names, then by the number itself: 2/… before 10/…."""
    head, _slash, ending = cited.number.partition("/")
    return sort_key(ending), int(head) if head.isdecimal() else 0, cited.number


@kept
def _addresses() -> frozenset[str]:
    return frozenset(shown_decisions().values_list("slug", flat=True))


def find_decision(slug: str) -> Decision | None:
    """The public decision at this address, as last published; drafts have none."""
    # Of a portal's decisions most are only cited: who makes all their pages need not look each up.
    if is_keeping() and slug not in _addresses():
        return None
    return shown_decisions().filter(slug=slug).select_related("issuer").first()


def told_by_address() -> tuple[dict[str, set[int]], dict[str, list[Any]]]:
    """By address, the procedures that its decision's page names and the older items referred to: of every time it was
    made public. Two queries."""
    procedures: dict[str, set[int]] = defaultdict(set)
    columns = ("slug", "items__procedure", "items__replacements__old", "items__replacements__new")
    for slug, *named in Decision.objects.filter(state__in=PUBLIC).values_list(*columns):
        procedures[slug] |= {one for one in named if one}
    references: dict[str, list[Any]] = defaultdict(list)
    rows = PendingReference.objects.filter(item__decision__state__in=PUBLIC).order_by("pk")
    for slug, *row in rows.values_list("item__decision__slug", "text", "resolved_to", "reason"):
        references[slug].append(row)
    return procedures, references


def decision_numbered(slug: str) -> Decision | None:
    """The public decision whose number gives this address, for addresses from before its document came."""
    found = Decision.objects.filter(state__in=PUBLIC, slug__startswith=slug).order_by("pk")
    return next((one for one in found if slugify(one.number) == slug), None)


def decision_view(decision: Decision, on: date) -> DecisionView:
    """The decision with all its items. The number of queries does not depend on how many."""
    items = list(
        decision.items.select_related("procedure").prefetch_related(
            "replacements__old", "replacements__new", "pending_references__resolved_to"
        )
    )
    involved = {item.procedure_id for item in items if item.procedure_id}
    for item in items:
        involved |= {pk for one in item.replacements.all() for pk in (one.old_id, one.new_id)}
        involved |= {one.resolved_to_id for one in item.pending_references.all() if one.resolved_to_id}
    names = names_of(involved, on)
    groups: dict[str, list[ItemView]] = defaultdict(list)
    for item in items:
        groups[item.action].append(_item_view(item, names))
    ordered = [(action, groups[action]) for action in DecisionAction.values if action in groups]
    rests_on = sorted(decision.rests_on.filter(state__in=PUBLIC), key=lambda one: (one.number, one.pk))
    return DecisionView(decision, rests_on, ordered)


def _item_view(item: DecisionItem, names: dict[int, str]) -> ItemView:
    def pair(procedure: object) -> tuple[str, str]:
        return procedure.slug, names.get(procedure.pk, str(procedure))  # type: ignore[attr-defined]

    name = item.name or names.get(item.procedure_id or 0, "") or str(item.procedure or item.code)
    references = sorted(item.pending_references.all(), key=_BY_KEY)
    view = ItemView(item, name, pending=[one.text for one in references if one.is_open])
    for one in sorted(item.replacements.all(), key=_BY_KEY):
        if one.old_id != item.procedure_id and pair(one.old) not in view.replaced:
            view.replaced.append(pair(one.old))
        if one.new_id != item.procedure_id and pair(one.new) not in view.replacing:
            view.replacing.append(pair(one.new))
    for reference in references:
        if reference.resolved_to_id and reference.resolved_to_id != item.procedure_id:
            meant = pair(reference.resolved_to)
            view.meant += [meant] if meant not in view.replaced + view.meant else []
    return view
