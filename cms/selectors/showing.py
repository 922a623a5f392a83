"""What a procedure says for one agency on one day, as the portal knew it at one moment: the portal's own question."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from cms.models import (
    DETAIL_MODELS,
    Agency,
    AgencyText,
    ClassMembership,
    Detail,
    PartState,
    Procedure,
    ProcedureContent,
    ValidityPeriod,
    Verification,
)
from cms.selectors.canonical import canonical_content, canonical_hash, plain
from cms.vocabulary import Presence, ScopeKind, ScopePart


def scopes_for(agency: Agency | None, on: date, known: datetime | None, prefix: str = "scope__") -> Q:
    """The scopes that hold for the agency on that day: the nation, its classes, its area, itself. None: the nation."""
    nation = Q(**{f"{prefix}kind": ScopeKind.NATION})
    if agency is None:
        return nation
    memberships = ClassMembership.objects.in_force_on(on)
    memberships = memberships.standing() if known is None else memberships.known_on(known)
    classes = memberships.filter(agency=agency).values("agency_class")
    above = [agency.path[:end] for end in range(agency.steplen, len(agency.path) + 1, agency.steplen)]
    return (
        nation
        | Q(**{f"{prefix}kind": ScopeKind.CLASS, f"{prefix}agency_class__in": classes})
        | Q(**{f"{prefix}kind": ScopeKind.AREA, f"{prefix}agency__path__in": above})
        | Q(**{f"{prefix}kind": ScopeKind.AGENCY, f"{prefix}agency": agency})
    )


@dataclass
class ContentView:
    """A content with its parts and rows, loaded at once."""

    content: ProcedureContent
    parts: dict[str, PartState] = field(default_factory=dict)
    rows: dict[type[Detail], list[Any]] = field(default_factory=lambda: defaultdict(list))
    verified: set[str] = field(default_factory=set)

    def of(self, model_name: str) -> list[Any]:
        """The rows of one kind, e.g. `of("Step")`."""
        return next((rows for model, rows in self.rows.items() if model.__name__ == model_name), [])

    def presence(self, part: str) -> str:
        """Whether a part is stated, not published or not applicable."""
        state = self.parts.get(part)
        return state.presence if state else Presence.NOT_PUBLISHED

    def raw(self, part: str) -> str:
        """The words a part was read from."""
        state = self.parts.get(part)
        return state.raw_text if state else ""

    def words(self, part: str) -> str:
        """The part's own words where it is stated; "Không có thông tin" and the like are none."""
        return self.raw(part) if self.presence(part) == Presence.STATED else ""

    def is_verified(self, part: str) -> bool:
        """Whether an official has checked this part."""
        return part in self.verified

    def canonical(self) -> dict[str, Any]:
        """The content as plain values."""
        return canonical_content(self.content, self.parts.values(), self.rows)


@dataclass
class Shown:
    """The answer of `show`: base text, local parts, and where the day stands in the procedure's history."""

    procedure: Procedure
    agency: Agency | None
    on: date
    known: datetime | None
    periods: list[ValidityPeriod]
    base: ValidityPeriod | None = None
    local: dict[str, ValidityPeriod] = field(default_factory=dict)
    orphans: list[ValidityPeriod] = field(default_factory=list)
    contents: dict[int, ContentView] = field(default_factory=dict)

    @property
    def chosen(self) -> list[ValidityPeriod]:
        """The periods that answer: the base and the local parts."""
        return [period for period in [self.base, *self.local.values()] if period]

    @property
    def stands_since(self) -> date | None:
        """The first day on which exactly this was shown: the address of this version carries it."""
        if self.base is None:
            return None
        ended = [period.valid_to for period in self.periods if period.valid_to and period.valid_to <= self.on]
        return max([*(period.holds_from for period in self.chosen), *ended])

    @property
    def stands_until(self) -> date | None:
        """The day from which something else is shown, if one is published yet."""
        if self.base is None:
            return None
        starts = [period.holds_from for period in self.periods if period.holds_from > self.on]
        ends = [period.valid_to for period in self.periods if period.valid_to and period.valid_to > self.on]
        return min([*starts, *ends], default=None)

    @property
    def text(self) -> ContentView | None:
        """The base text, None when nothing is in force."""
        return self.contents[self.base.content_id] if self.base else None

    def local_text(self, part: str) -> ContentView | None:
        """The local part's text, if a local decision states it."""
        return self.contents[self.local[part].content_id] if part in self.local else None

    @property
    def history(self) -> list[ValidityPeriod]:
        """Base periods from first to last."""
        return [period for period in self.periods if period.part == ScopePart.BASE]

    @property
    def coming(self) -> ValidityPeriod | None:
        """The next base text, if one is already published."""
        return next((period for period in self.history if period.holds_from > self.on), None)

    @property
    def ended(self) -> ValidityPeriod | None:
        """The base text that ended before this day, when nothing is in force."""
        past = [period for period in self.history if period.valid_to and period.valid_to <= self.on]
        return past[-1] if past and not self.base else None

    @property
    def unknown_before(self) -> date | None:
        """The day before which nothing is known, because the first start is unknown and the day lies before it."""
        first = self.history[0] if self.history else None
        return first.holds_from if first and first.valid_from is None and self.on < first.holds_from else None

    def canonical(self) -> dict[str, Any]:
        """The whole answer as plain values; equal for ever for the same question with a past `known`."""
        chosen = ([self.base] if self.base else []) + [self.local[part] for part in sorted(self.local)]
        return {
            "procedure": self.procedure.code or self.procedure.slug,
            "agency": self.agency.slug if self.agency else None,
            "on": plain(self.on),
            "parts": [self._period(period) for period in chosen],
        }

    def _period(self, period: ValidityPeriod) -> dict[str, Any]:
        item, snapshot = period.opened_by.item, period.opened_by.snapshot
        return {
            "part": period.part,
            "scope": period.scope.key,
            "valid_from": plain(period.valid_from),
            "holds_from": plain(period.holds_from),
            "decision": [item.decision.number, plain(item.decision.signed_on), item.ordinal] if item else None,
            "snapshot": snapshot.sha256 if snapshot else None,
            **self.contents[period.content_id].canonical(),
        }

    @property
    def hash(self) -> str:
        """Proof of what was shown: SHA-256 of the canonical JSON."""
        return canonical_hash(self.canonical())


def show(procedure: Procedure, agency: Agency | None, on: date, known: datetime | None = None) -> Shown:
    """What `procedure` says at `agency` on the day `on`, as the portal knew it at `known` (None: as it stands now).

    BASE comes from the highest rank that holds for the agency; each local part from the highest rank that states it.
    Without an agency it is the national text, or, where only places have one, the widest of them. A local part without
    a base is an orphan: listed, never shown as in force. The number of queries does not depend on how many periods.
    """
    ready = _ready.get()
    if ready and known is None and (found := ready.get((procedure.pk, agency.pk if agency else None, on))):
        return found
    return show_many([procedure], agency, on, known)[0]


_ready: ContextVar[dict[tuple[int, int | None, date], Shown] | None] = ContextVar("answers read ahead", default=None)


@contextmanager
def read_ahead(answers: Iterable[Shown]) -> Iterator[None]:
    """Inside, `show` gives these answers without asking again: read for many at once, 16 queries cost what 1 does."""
    token = _ready.set({(one.procedure.pk, one.agency.pk if one.agency else None, one.on): one for one in answers})
    try:
        yield
    finally:
        _ready.reset(token)


def show_many(
    procedures: Sequence[Procedure], agency: Agency | None, on: date, known: datetime | None = None
) -> list[Shown]:
    """`show` for each of several procedures, in as many queries as for one."""
    periods = ValidityPeriod.objects.filter(procedure__in=procedures)
    periods = periods.standing() if known is None else periods.known_on(known)
    if agency is not None:
        periods = periods.filter(scopes_for(agency, on, known))
    found: dict[int, list[ValidityPeriod]] = {one.pk: [] for one in procedures}
    for period in periods.select_related(
        "scope", "content__sector", "opened_by__item__decision", "opened_by__snapshot"
    ).order_by("holds_from", "scope__rank", "scope_id", "part"):
        found[period.procedure_id].append(period)
    shown = [_chosen(one, agency, on, known, found[one.pk]) for one in procedures]
    chosen = [period for one in shown for period in one.chosen]
    contents = load_contents([period.content for period in chosen])
    for one in shown:
        one.contents = {period.content_id: contents[period.content_id] for period in one.chosen}
    return shown


def _chosen(
    procedure: Procedure, agency: Agency | None, on: date, known: datetime | None, periods: list[ValidityPeriod]
) -> Shown:
    """The base and local parts that answer, their texts not loaded yet."""
    if agency is None:
        periods = _widest(periods, on)
    shown = Shown(procedure, agency, on, known, periods)
    best: dict[str, ValidityPeriod] = {}
    for period in periods:
        if _holds(period, on) and (period.part not in best or best[period.part].scope.rank < period.scope.rank):
            best[period.part] = period
    shown.base = best.pop(ScopePart.BASE, None)
    if shown.base:
        shown.local = best
    else:
        shown.orphans = list(best.values())
    return shown


def _widest(periods: list[ValidityPeriod], on: date) -> list[ValidityPeriod]:
    """Without a place: the scope of the widest base text in force on the day, else of the widest there ever was."""
    based = [period for period in periods if period.part == ScopePart.BASE]
    based = [period for period in based if _holds(period, on)] or based or periods
    widest = min(((period.scope.rank, period.scope_id) for period in based), default=None)
    return [period for period in periods if (period.scope.rank, period.scope_id) == widest]


def _holds(period: ValidityPeriod, on: date) -> bool:
    return period.holds_from <= on and (period.valid_to is None or period.valid_to > on)


def load_contents(contents: Iterable[ProcedureContent]) -> dict[int, ContentView]:
    """Load all parts and rows of these contents: one query for each kind of row, however many contents."""
    views = {content.pk: ContentView(content) for content in contents}
    for state in PartState.objects.filter(content__in=views):
        views[state.content_id].parts[state.part] = state
    for content_id, part in Verification.objects.filter(content__in=views).values_list("content", "part"):
        views[content_id].verified.add(part)
    for model in DETAIL_MODELS:
        rows: QuerySet[Any] = model._default_manager.filter(content__in=views).order_by("content", "ordinal")
        if model is AgencyText:
            rows = rows.select_related("agency", "agency_class__area")
        for row in rows:
            views[row.content_id].rows[model].append(row)
    return views
