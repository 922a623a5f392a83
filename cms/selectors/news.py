"""What is new, what comes and what has ended: read from the change log and from the calendar, because a text that comes
into force on a day writes no row on that day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from cms.calendar import end_of
from cms.models import (
    Agency,
    AgencyText,
    CatalogueSnapshot,
    Change,
    Decision,
    DecisionItem,
    Listing,
    Procedure,
    Replacement,
    Sector,
    ValidityPeriod,
)
from cms.selectors.browse import names_of
from cms.selectors.keeping import kept
from cms.selectors.showing import scopes_for
from cms.selectors.transitions import transitions
from cms.vocabulary import AgencyRole, ChangeKind, DecisionAction, ScopePart

# Putting an agency into a class and checking a text are the portal's own housekeeping, no news to a reader.
TOLD = (
    ChangeKind.PUBLISHED,
    ChangeKind.IMPORTED,
    ChangeKind.CORRECTED,
    ChangeKind.ROLLED_BACK,
    ChangeKind.MERGED,
    ChangeKind.CONTACT,
)
NAMED = 5
# Further ahead nothing is announced; a mistyped year must not stand on the page for ever as "coming".
HORIZON = timedelta(days=3660)


@dataclass
class News:
    """One row of the change log as people read it; `acts` say what the decision announced of this procedure."""

    sequence: int
    at: datetime
    kind: str
    procedure: Procedure | None
    name: str
    agency: Agency | None
    decision: Decision | None
    snapshot: CatalogueSnapshot | None
    acts: list[str] = field(default_factory=list)
    effective_from: date | None = None


@dataclass
class Happening:
    """All rows of the log written at one moment by one act: a decision published, a catalogue read."""

    sequence: int
    at: datetime
    kind: str
    procedures: int
    decision: Decision | None
    snapshot: CatalogueSnapshot | None
    first: list[News] = field(default_factory=list)


@dataclass(frozen=True)
class Turn:
    """On `day` a text opens, is followed by another, or ends. `what`: "opens", "changes", "ends".

    `continues`: a text of a wider scope holds on after this one's end, so the procedure itself has not gone.
    """

    day: date
    what: str
    procedure: Procedure
    name: str
    period: ValidityPeriod
    replaced: bool = False
    continues: bool = False


# --- the change log --------------------------------------------------------------------------------------------------


def of_agency(agency: Agency, on: date) -> Q:
    """Changes that concern an agency: its own, and those of procedures it lists or has announced."""
    listed = Listing.objects.standing().in_force_on(on).filter(scopes_for(agency, on, None)).values("procedure")
    named = AgencyText.objects.filter(agency=agency, role=AgencyRole.ANNOUNCING).values("content__procedure")
    return Q(agency=agency) | Q(procedure__in=listed) | Q(procedure__in=named)


def of_sector(sector: Sector) -> Q:
    """Changes of procedures that stand or stood in a sector."""
    periods = ValidityPeriod.objects.standing().filter(content__sector=sector)
    return Q(procedure__in=periods.values("procedure"))


def news(on: date, about: Q | None = None, most: int = 50) -> list[News]:
    """The newest rows of the log, at most so many. Five queries."""
    return _read(_told(about).order_by("-sequence")[:most], on)


@kept
def of_one(procedure: Procedure, on: date, most: int) -> list[News]:
    """The newest changes of one procedure."""
    return news(on, Q(procedure=procedure), most)


def told(procedures: Iterable[Procedure]) -> "QuerySet[Change]":
    """The rows of the log that speak of these procedures."""
    return _told(Q(procedure__in=list(procedures)))


def all_news(on: date, chunk: int = 500) -> Iterator[News]:
    """The whole log from its beginning, in chunks of a fixed number of queries."""
    after = 0
    while rows := list(_told(Q(sequence__gt=after)).order_by("sequence")[:chunk]):
        yield from _read(rows, on)
        after = rows[-1].sequence


def changes_on(procedure: Procedure, day: date) -> list[Change]:
    """What the portal recorded of a procedure within a day, in order."""
    rows = Change.objects.filter(procedure=procedure, kind__in=TOLD, at__gte=end_of(day - timedelta(days=1)))
    end = end_of(day)
    return list((rows.filter(at__lt=end) if end else rows).select_related("decision").order_by("sequence"))


def last_change() -> datetime | None:
    """When the portal last changed, None while it is empty."""
    return Change.objects.order_by("-sequence").values_list("at", flat=True).first()


def happenings() -> "QuerySet[Any, Any]":
    """The acts behind the log, newest first, for `read_happenings`."""
    rows = _told().order_by().values("at", "kind", "decision_id", "snapshot_id")
    return rows.annotate(found=Count("procedure", distinct=True), first=Min("sequence")).order_by("-at", "first")


def read_happenings(rows: Sequence[dict[str, Any]], on: date, named: int = NAMED) -> list[Happening]:
    """The acts with the first `named` procedures of each. The number of queries does not depend on how many."""
    decisions = Decision.objects.select_related("issuer").in_bulk([row["decision_id"] for row in rows])
    snapshots = CatalogueSnapshot.objects.in_bulk([row["snapshot_id"] for row in rows])
    spans = Q(pk__in=[])
    for row in rows:
        spans |= Q(sequence__gte=row["first"], sequence__lt=row["first"] + named, at=row["at"], kind=row["kind"])
    told = defaultdict(list)
    for one in _read(_told(spans).order_by("sequence"), on):
        told[one.at, one.kind, one.decision and one.decision.pk, one.snapshot and one.snapshot.pk].append(one)
    return [
        Happening(
            row["first"],
            row["at"],
            row["kind"],
            row["found"],
            decisions.get(row["decision_id"]),
            snapshots.get(row["snapshot_id"]),
            told[row["at"], row["kind"], row["decision_id"], row["snapshot_id"]],
        )
        for row in rows
    ]


def find_happening(sequence: int) -> "QuerySet[Change] | None":
    """All rows of the act that begins at this place in the log; None when none does."""
    first = _told().filter(sequence=sequence).first()
    if first is None:
        return None
    same = {"at": first.at, "kind": first.kind, "decision": first.decision_id, "snapshot": first.snapshot_id}
    rows = _told(Q(**{key: value for key, value in same.items() if value is not None}))
    return rows.order_by("sequence") if rows.order_by("sequence")[:1].get().sequence == sequence else None


def read_changes(rows: Iterable[Change], on: date) -> list[News]:
    """Rows of `find_happening` as people read them."""
    return _read(rows, on)


def _told(about: Q | None = None) -> "QuerySet[Change]":
    related = ("procedure", "agency", "decision__issuer", "snapshot")
    return Change.objects.filter(about or Q(), kind__in=TOLD).select_related(*related)


def _read(rows: Iterable[Change], on: date) -> list[News]:
    changes = list(rows)
    names = names_of((change.procedure_id for change in changes if change.procedure_id), on)
    acts, days = _announced(changes)
    return [
        News(
            change.sequence,
            change.at,
            change.kind,
            change.procedure,
            names.get(change.procedure_id or 0, str(change.procedure or change.agency or change.note)),
            change.agency,
            change.decision,
            change.snapshot,
            acts[change.decision_id, change.procedure_id],
            days.get((change.decision_id, change.procedure_id))
            or (change.decision.effective_from if change.decision else None),
        )
        for change in changes
    ]


_Key = tuple[int | None, int | None]


def _announced(changes: Iterable[Change]) -> tuple[dict[_Key, list[str]], dict[_Key, date]]:
    """What each decision announced of each procedure, and the day where an item has one of its own. Two queries."""
    decisions = {change.decision_id for change in changes if change.decision_id}
    acts: dict[_Key, list[str]] = defaultdict(list)
    days: dict[_Key, date] = {}
    items = DecisionItem.objects.filter(decision__in=decisions, procedure__isnull=False).order_by("ordinal")
    for decision, procedure, action, day in items.values_list("decision", "procedure", "action", "effective_from"):
        if action not in acts[decision, procedure]:
            acts[decision, procedure].append(action)
        if day:
            days[decision, procedure] = day
    for decision, old in Replacement.objects.filter(item__decision__in=decisions).values_list("item__decision", "old"):
        if not acts[decision, old]:
            acts[decision, old].append(DecisionAction.REPLACE)
    return acts, days


# --- the calendar ----------------------------------------------------------------------------------------------------


def coming(on: date) -> list[Turn]:
    """Texts that open, change or end after the day, the next first. A fixed number of queries."""
    turns = [one for one in transitions(on, on + HORIZON) if one.what == "period"]
    periods = _periods().filter(procedure__in={one.procedure_id for one in turns})
    opening: dict[tuple[Any, ...], ValidityPeriod] = {}
    ending: dict[tuple[Any, ...], ValidityPeriod] = {}
    for period in periods:
        key = (period.procedure_id, period.scope_id, period.part)
        opening[*key, period.holds_from] = period
        if period.valid_to:
            ending[*key, period.valid_to] = period
    names = names_of((one.procedure_id for one in turns if one.procedure_id), on)
    found = []
    for one in turns:
        place = (one.procedure_id, one.scope_id, one.part, one.day)
        opens, ends = opening.get(place), ending.get(place)
        if turning := opens or ends:
            what = "changes" if opens and ends else "opens" if opens else "ends"
            found.append(_turn(one.day, what, turning, names))
    return found


def ended(on: date) -> "QuerySet[ValidityPeriod]":
    """Base texts that ended by the day and were not followed by another, at once or after a gap, the latest first, for
    `read_ended`."""
    rows = ValidityPeriod.objects.standing().filter(part=ScopePart.BASE, holds_from__lte=on)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")))
    following = rows.filter(procedure=OuterRef("procedure"), scope=OuterRef("scope"))
    return _periods().filter(~Exists(following), part=ScopePart.BASE, valid_to__lte=on).order_by("-valid_to", "pk")


def read_ended(periods: Sequence[ValidityPeriod], on: date) -> list[Turn]:
    """Periods of `ended` as people read them."""
    names = names_of((period.procedure_id for period in periods), on)
    return [_turn(period.valid_to, "ends", period, names) for period in periods if period.valid_to]


def _periods() -> "QuerySet[ValidityPeriod]":
    acts = (f"{side}__item__decision" for side in ("opened_by", "closed_by"))
    related = ("procedure", "scope__agency", "scope__agency_class", "content", *acts)
    wider = ValidityPeriod.objects.standing().filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")),
        procedure=OuterRef("procedure"),
        part=ScopePart.BASE,
        holds_from__lte=OuterRef("valid_to"),
        scope__rank__lt=OuterRef("scope__rank"),
    )
    rows = ValidityPeriod.objects.standing().annotate(continues=Exists(wider))
    return rows.select_related(*related).order_by(F("holds_from"), "pk")


def _turn(day: date, what: str, period: ValidityPeriod, names: dict[int, str]) -> Turn:
    item = period.closed_by.item if period.closed_by else None
    name = period.content.name if what != "ends" else names.get(period.procedure_id, period.content.name)
    replaced = what == "ends" and item is not None and item.action == DecisionAction.REPLACE
    return Turn(day, what, period.procedure, name, period, replaced, getattr(period, "continues", False))
