"""Published rows → documents of the index. One function makes a document, whether one procedure changed or all are
made anew, so that a followed index and a rebuilt one hold the same rows."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cms.identifiers import fold_decision_number, read_code
from cms.models import Agency, Change, Listing, ProcedureIdentifier, Replacement, Scope, Sector, ValidityPeriod
from cms.selectors import ContentView, base_periods, load_contents, transitions
from cms.values import format_date
from cms.views.sections import has_only_name
from cms.vocabulary import (
    AdministrativeLevel,
    AgencyKind,
    AgencyRole,
    CostReading,
    DecisionAction,
    DecisionState,
    Part,
    Presence,
    Reading,
    ScopePart,
    TimeReading,
)
from search.document import Document, Facts, State
from search.facets import UNKNOWN, facets_of_facts
from search.gazetteer import other_names

__all__ = [
    "Cursor",
    "documents",
    "facet_labels",
    "in_force_count",
    "names_version",
    "procedure_ids",
    "touched_since",
    "upto_now",
]

# Procedures loaded at once: bounded memory, and few enough for any database's limit of query parameters.
CHUNK = 250
# The first words of a text hold its subject; a national dossier's legal bases can run to 40,000 characters.
LONGEST_TEXT = 20_000
# A hit shows one line; the first pages of a text hold it nearly always, and all of it would double the index.
LONGEST_PASSAGES = 8_000
LONGEST_SORT = 160
# Whoever announces, decides or carries out: a citizen who narrows by an agency knows its name, not its role.
NAMED_ROLES = frozenset({AgencyRole.ANNOUNCING, AgencyRole.COMPETENT, AgencyRole.IMPLEMENTING})


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an index has followed: the last change, and the day whose transitions it has seen."""

    sequence: int
    day: date


def upto_now(on: date) -> Cursor:
    """The cursor of an index made from all that is published at this moment."""
    last = Change.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return Cursor(last or 0, on)


def touched_since(cursor: Cursor, upto: Cursor) -> list[int]:
    """Procedures that a change or a passing day touched between two cursors. Days may also run backwards: what an index
    made for a later day holds is then set right."""
    changed = Change.objects.filter(
        sequence__gt=cursor.sequence, sequence__lte=upto.sequence, procedure__isnull=False
    ).values_list("procedure_id", flat=True)
    first, last = sorted((cursor.day, upto.day))
    passed = (one.procedure_id for one in transitions(first, last))
    return sorted({pk for pk in changed if pk} | {pk for pk in passed if pk})


def procedure_ids() -> list[int]:
    """All procedures that have, had or will have a base text."""
    periods = ValidityPeriod.objects.standing().filter(part=ScopePart.BASE)
    return list(periods.order_by("procedure_id").values_list("procedure_id", flat=True).distinct())


def in_force_count(on: date) -> int:
    """How many procedures have a base text in force on the day: what the index must agree with."""
    return base_periods(on).order_by().values("procedure_id").distinct().count()


def documents(ids: Iterable[int], on: date) -> Iterator[Document]:
    """The documents of these procedures as of the day, in chunks; a procedure that never held gives none."""
    ordered = sorted(set(ids))
    names = other_names() if ordered else {}
    for start in range(0, len(ordered), CHUNK):
        yield from _chunk(ordered[start : start + CHUNK], on, names)


def _chunk(ids: list[int], on: date, names: dict[int, list[str]]) -> Iterator[Document]:
    chosen = _current(ids, on)
    views = load_contents([period.content for period, _ in chosen.values()])
    numbers = ProcedureIdentifier.objects.filter(procedure__in=ids)
    identifiers = _grouped(sorted(numbers, key=lambda row: (row.scheme, row.value)))
    listed: dict[int, set[str]] = defaultdict(set)
    listings = Listing.objects.standing().in_force_on(on).filter(procedure__in=ids)
    for procedure_id, scope_key in listings.values_list("procedure_id", "scope__key"):
        listed[procedure_id].add(scope_key)
    above = _above(views.values(), chosen.values())
    local = _local_agencies(listed)
    successors = _successors([pk for pk, (_period, state) in chosen.items() if state == State.ENDED])
    for pk in sorted(chosen):
        period, state = chosen[pk]
        document = _document(period, state, views[period.content_id], identifiers.get(pk, []))
        document.agency_text = " ".join(_agency_names(period, views[period.content_id], names, local.get(pk, ())))
        document.facts.successors = successors.get(pk, [])
        document.facets = _facets(period, document.facts, views[period.content_id], above, sorted(listed[pk]))
        yield document


def _above(views: Iterable[ContentView], chosen: Iterable[tuple[ValidityPeriod, str]]) -> dict[str, list[str]]:
    """Tree path → slugs of the agency there and of those above it: choosing a ministry finds what its parts do. The
    government alone is above nearly all, and narrows nothing."""
    paths = {row.agency.path for view in views for row in view.of("AgencyText") if row.agency}
    paths |= {issuer.path for period, _state in chosen if (issuer := _issuer(period))}
    step = Agency.steplen
    ways = {path: [path[:end] for end in range(step, len(path) + 1, step)] for path in paths}
    wanted = {path for way in ways.values() for path in way}
    named = Agency.objects.filter(path__in=wanted).exclude(kind=AgencyKind.GOVERNMENT, numchild__gt=0)
    slugs = dict(named.values_list("path", "slug"))
    return {path: [slugs[each] for each in way if each in slugs] for path, way in ways.items()}


def _local_agencies(listed: dict[int, set[str]]) -> dict[int, list[Agency]]:
    """Procedure → the agencies and areas it is listed for by name; a class of the whole nation names no place."""
    keys = {key for some in listed.values() for key in some}
    scopes = Scope.objects.filter(key__in=keys).select_related("agency", "agency_class__area")
    places = {one.key: one.agency or (one.agency_class.area if one.agency_class else None) for one in scopes}
    return {pk: [place for key in sorted(some) if (place := places.get(key))] for pk, some in listed.items()}


def _agency_names(
    period: ValidityPeriod, view: ContentView, other: dict[int, list[str]], local: Iterable[Agency]
) -> list[str]:
    """All names a reader may know its agencies by: as written, where it is listed, then former and popular ones."""
    rows = sorted(view.of("AgencyText"), key=lambda row: row.ordinal)
    bodies = {row.agency_id: None for row in rows if row.agency_id} | {place.pk: None for place in local}
    if issuer := _issuer(period):
        bodies[issuer.pk] = None
    names = [row.text for row in rows] + [place.name for place in local]
    return list(dict.fromkeys([*names, *(name for pk in bodies for name in other.get(pk, ()))]))


def names_version() -> str:
    """What the other names of agencies come to; no change of a procedure tells when one is added."""
    text = json.dumps(sorted(other_names().items()), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _successors(ids: list[int]) -> dict[int, list[int]]:
    """For ended procedures, those that published decisions put in their place."""
    rows = Replacement.objects.filter(old__in=ids, item__decision__state=DecisionState.PUBLISHED)
    found: dict[int, list[int]] = defaultdict(list)
    for old, new in rows.order_by("old", "new").values_list("old", "new").distinct():
        found[old].append(new)
    return found


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.procedure_id].append(row)
    return groups


def _current(ids: list[int], on: date) -> dict[int, tuple[ValidityPeriod, str]]:
    """For each procedure the base text to show: the widest in force, else the next to come, else the last to end."""
    chosen: dict[int, tuple[ValidityPeriod, str]] = {}
    in_force = base_periods(on).select_related("opened_by__item__decision__issuer").order_by()
    for period in sorted(in_force.filter(procedure__in=ids), key=_widest_first):
        chosen.setdefault(period.procedure_id, (period, State.IN_FORCE))
    left = [pk for pk in ids if pk not in chosen]
    if not left:
        return chosen
    others = ValidityPeriod.objects.standing().filter(part=ScopePart.BASE, procedure__in=left)
    joined = ("procedure", "scope", "content__sector", "opened_by__item__decision__issuer", "closed_by__item")
    rows = list(others.select_related(*joined))
    coming = (period for period in rows if period.holds_from > on)
    ended = (period for period in rows if period.holds_from <= on)
    for period in sorted(coming, key=lambda one: (one.holds_from, *_widest_first(one))):
        chosen.setdefault(period.procedure_id, (period, State.COMING))
    for period in sorted(ended, key=lambda one: (-(one.valid_to or date.max).toordinal(), *_widest_first(one))):
        chosen.setdefault(period.procedure_id, (period, State.ENDED))
    return chosen


def _widest_first(period: ValidityPeriod) -> tuple[int, str, int]:
    return (period.scope.rank, period.scope.key, period.pk)


def _document(
    period: ValidityPeriod, state: str, view: ContentView, identifiers: list[ProcedureIdentifier]
) -> Document:
    agencies = sorted(view.of("AgencyText"), key=lambda row: row.ordinal)
    texts = [
        *(row.title for row in view.of("Case")),
        *(f"{row.label} {row.text}" for row in view.of("Step")),
        *(row.text for row in view.of("Requirement")),
        *(f"{row.number} {row.title}" for row in view.of("LegalBasis")),
        view.raw(Part.KEYWORDS),
        view.raw(Part.DESCRIPTION),
    ]
    papers = [f"{row.name} {row.form_file}" for row in view.of("Evidence")]
    papers += [row.name for row in view.of("Output")]
    facts = _facts(period, state, view, agencies)
    return Document(
        id=period.procedure_id,
        state=state,
        facts=facts,
        sector_text=facts.sector,
        papers=" ".join(papers)[:LONGEST_TEXT],
        text=" ".join(filter(None, texts))[:LONGEST_TEXT],
        sort=period.content.sort_key[:LONGEST_SORT],
        passages=_passages(view),
        keys=_keys(period, identifiers),
    )


def _passages(view: ContentView) -> list[list[str]]:
    """What stands in papers, steps, conditions and legal bases, line by line, in the words of the source."""
    lines = [
        *((Part.EVIDENCE, f"{row.name} {row.form_file}") for row in view.of("Evidence")),
        *((Part.RESULT, row.name) for row in view.of("Output")),
        *((Part.STEPS, f"{row.label} {row.text}") for row in view.of("Step")),
        *((Part.REQUIREMENTS, row.text) for row in view.of("Requirement")),
        *((Part.LEGAL_BASIS, f"{row.number} {row.title}") for row in view.of("LegalBasis")),
    ]
    found, left = [], LONGEST_PASSAGES
    for part, line in lines:
        text = " ".join(line.split())[:left]
        if text:
            found.append([str(part), text])
            left -= len(text)
    return found


def _levels(text: str) -> list[str]:
    """The level codes of a content, nearest to the citizen first."""
    codes = {part.strip() for part in text.split(",")}
    nearest = (level for level in reversed(AdministrativeLevel.values) if level != AdministrativeLevel.OTHER)
    return [level for level in (*nearest, AdministrativeLevel.OTHER) if level in codes]


def _issuer(period: ValidityPeriod) -> Agency | None:
    item = period.opened_by.item
    return item.decision.issuer if item else None


def _facts(period: ValidityPeriod, state: str, view: ContentView, agencies: list[Any]) -> Facts:
    content = view.content
    announced = [row.text for row in agencies if row.role == AgencyRole.ANNOUNCING]
    issuer = _issuer(period)
    facts = Facts(
        name=" ".join(content.name.split()),
        code=period.procedure.code or "",
        slug=period.procedure.slug,
        sector=content.sector_text or (content.sector.name if content.sector else ""),
        levels=_levels(content.levels),
        announced_by=announced[0] if announced else (issuer.name if issuer else ""),
        carried_out_by=list(
            dict.fromkeys(row.text.strip(" .;") for row in agencies if row.role == AgencyRole.IMPLEMENTING)
        ),
        starts=format_date(period.holds_from) if state == State.COMING else "",
        ends=format_date(period.valid_to) if state == State.ENDED and period.valid_to else "",
        name_only=has_only_name(view),
        replaced=state == State.ENDED and _was_replaced(period),
    )
    _add_times(facts, view)
    _add_costs(facts, view)
    return facts


def _was_replaced(period: ValidityPeriod) -> bool:
    item = period.closed_by.item if period.closed_by else None
    return bool(item and item.action == DecisionAction.REPLACE)


def _add_times(facts: Facts, view: ContentView) -> None:
    """A number without a unit stays one; a cell nobody could read, or a reading nobody has checked, leaves a doubt."""
    rows = view.of("ProcessingTime")
    read = [row for row in rows if row.amount is not None and row.reading == Reading.CERTAIN]
    stated = {(row.amount, row.unit) for row in read if row.reading_kind == TimeReading.UNIT}
    facts.times = [[_plain(amount), unit] for amount, unit in sorted(stated, key=lambda one: (one[1], one[0]))]
    bare = {row.amount for row in rows if row.reading_kind == TimeReading.BARE and row.amount is not None}
    facts.bare_times = [_plain(amount) for amount in sorted(bare)][:3]
    facts.doubtful_time = any(
        (row.reading_kind == TimeReading.UNIT and row not in read)
        or (row.reading_kind == TimeReading.BARE and row.amount is None)
        for row in rows
    )
    facts.unpublished_time = any(row.reading_kind == TimeReading.NOT_STATED for row in rows)
    words = dict.fromkeys(" ".join(row.text.split()) for row in rows if row.reading_kind == TimeReading.OTHER)
    facts.time_texts = [text for text in words if text][:1]


def _plain(amount: Decimal) -> str:
    """A number as text, the same whatever the database gave for it: "1.5", "8000"."""
    return f"{amount.normalize():f}"


def _add_costs(facts: Facts, view: ContentView) -> None:
    """A fee that is doubtful in any way, stands in brackets, or is free on a condition makes the whole answer doubtful:
    never free."""
    rows = view.of("Cost")
    facts.no_cost_applies = not rows and view.presence(Part.COSTS) == Presence.NOT_APPLICABLE
    doubtful = [
        row
        for row in rows
        if row.doubts
        or row.reading != Reading.CERTAIN
        or row.reading_kind == CostReading.BRACKETED
        or (row.reading_kind == CostReading.FREE and row.clause)
    ]
    certain = [row for row in rows if row not in doubtful]
    amounts = {
        (row.currency, row.amount)
        for row in certain
        if row.reading_kind == CostReading.AMOUNT and row.amount is not None
    }
    facts.doubtful_cost = bool(doubtful)
    facts.unpublished_cost = any(row.reading_kind == CostReading.NOT_PUBLISHED for row in rows)
    facts.costs = [[_plain(amount), currency] for currency, amount in sorted(amounts)]
    facts.free = any(row.reading_kind == CostReading.FREE for row in certain)
    words = dict.fromkeys(" ".join(row.text.split()) for row in certain if row.reading_kind == CostReading.OTHER)
    facts.cost_texts = [text for text in words if text][:1]


def _keys(period: ValidityPeriod, identifiers: list[ProcedureIdentifier]) -> list[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for value in filter(None, [period.procedure.code, *(row.value for row in identifiers)]):
        found.add(("code", value.upper()))
        reading = read_code(value)
        if reading and not reading.doubtful:
            found |= {("code", code) for code in (reading.text, reading.base) if code}
            if reading.base:
                found.add(("digits", reading.base.replace(".", "")))
    item = period.opened_by.item
    numbers = {period.content.decision_number, period.content.cited_decision, item.decision.number if item else ""}
    found |= {("decision", folded) for number in numbers if (folded := fold_decision_number(number))}
    return sorted(found)


def _facets(
    period: ValidityPeriod, facts: Facts, view: ContentView, above: dict[str, list[str]], listed: list[str]
) -> list[tuple[str, str]]:
    found = facets_of_facts(facts)
    content = period.content
    if content.sector:
        found.add(("sector", content.sector.slug))
    named = [row.agency for row in view.of("AgencyText") if row.agency and row.role in NAMED_ROLES]
    if issuer := _issuer(period):
        named.append(issuer)
    found |= {("agency", slug) for agency in named for slug in above[agency.path]}
    found |= {("audience", code) for part in content.applicant_types.split(",") if (code := part.strip())}
    found.add(("online", content.online_level or UNKNOWN))
    found |= {("scope", key) for key in listed}
    return sorted(found)


def facet_labels(sectors: Iterable[str], agencies: Iterable[str]) -> dict[tuple[str, str], str]:
    """The names behind facet values (slugs) as they are now. An agency's or sector's name may be edited without a
    change of any procedure, so they are never part of a document."""
    named = Sector.objects.filter(slug__in=list(sectors)).values_list("slug", "name")
    labels = {("sector", slug): name for slug, name in named}
    bodies = Agency.objects.filter(slug__in=list(agencies)).values_list("slug", "name")
    return labels | {("agency", slug): name for slug, name in bodies}
