"""What the portal already holds of the procedures a file speaks of, read in few queries, to be compared with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from cms.models import (
    Agency,
    AgencyClass,
    AgencyText,
    Change,
    Effect,
    Listing,
    PartState,
    Procedure,
    ProcedureIdentifier,
    Sector,
    ValidityPeriod,
)
from cms.text import match_key
from cms.vocabulary import Act, AgencyRole, Part, Presence, ScopeKind, ScopePart
from importers.models import CatalogueName, ImportBatch
from importers.staging import Key

T = TypeVar("T")
CHUNK = 500
NATION = "N"
# What a catalogue's columns give; a text that states more is a full record.
LISTED_PARTS = (Part.NAME, Part.SECTOR, Part.AGENCIES)


@dataclass(slots=True)
class Standing:
    """What stands for one procedure in the nation's base text and in agencies' lists."""

    procedure_id: int
    has_code: bool = False
    by_decision: bool = False
    effect_id: int | None = None
    content_id: int | None = None
    hash: str = ""
    name: str = ""
    number: str = ""
    name_only: bool = True
    states_agencies: bool = False
    listed: set[str] = field(default_factory=set)
    listed_by_decision: set[str] = field(default_factory=set)


def state_of_the_portal() -> tuple[int | None, ...]:
    """A mark that changes with every write the comparison rests on: equal marks, equal ground."""
    return (
        Change.objects.order_by("-sequence").values_list("sequence", flat=True).first(),
        Procedure.objects.order_by("-pk").values_list("pk", flat=True).first(),
        Sector.objects.order_by("-pk").values_list("pk", flat=True).first(),
        Agency.objects.order_by("-pk").values_list("pk", flat=True).first(),
        AgencyClass.objects.order_by("-pk").values_list("pk", flat=True).first(),
        ImportBatch.objects.order_by("-pk").values_list("pk", flat=True).first(),
    )


def vouched_names() -> dict[str, str]:
    """The names catalogues gave so far, by code."""
    return dict(CatalogueName.objects.values_list("code", "name"))


def find_standing(keys: Sequence[Key]) -> dict[Key, Standing]:
    """What stands for these procedures; those the portal doesn't know are not in it."""
    found: dict[Key, Standing] = {}
    for kind, values in _by_kind(keys).items():
        pairs = _named(values) if kind == "name" else _identified(kind, values)
        found |= {(kind, value): Standing(pk) for value, pk in pairs}
    for chunk in _chunks(found.values()):
        by_id = {standing.procedure_id: standing for standing in chunk}
        for pk in Procedure.objects.filter(pk__in=by_id, code__isnull=False).values_list("pk", flat=True):
            by_id[pk].has_code = True
        _read_texts(by_id)
        _read_lists(by_id)
    return found


def taken_identifiers(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Which of these identifiers (scheme, value) belong to a procedure already, and to which."""
    taken: dict[tuple[str, str], int] = {}
    for chunk in _chunks({value for _, value in wanted}):
        rows = ProcedureIdentifier.objects.filter(value__in=chunk).values_list("scheme", "value", "procedure_id")
        taken |= {(scheme, value): pk for scheme, value, pk in rows}
    return taken


def _by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, value in keys:
        kinds.setdefault(kind, []).append(value)
    return kinds


def _identified(kind: str, values: list[str]) -> Iterator[tuple[str, int]]:
    for chunk in _chunks(values):
        if kind == "code":
            yield from Procedure.objects.filter(code__in=chunk).values_list("code", "pk")  # type: ignore[misc]
        else:
            rows = ProcedureIdentifier.objects.filter(scheme=kind, value__in=chunk)
            yield from rows.values_list("value", "procedure_id")


def _named(values: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Procedures with neither a code nor an identifier, by their name; a list without codes is small."""
    wanted = set(values)
    nameless = {"procedure__code__isnull": True, "procedure__identifiers__isnull": True}
    rows = ValidityPeriod.objects.standing().filter(scope__key=NATION, **nameless)
    for name, pk in rows.values_list("content__name", "procedure_id"):
        if (key := match_key(name)) in wanted:
            yield key, pk


def _read_texts(by_id: dict[int, Standing]) -> None:
    effects = Effect.objects.filter(
        procedure__in=by_id,
        scope__key=NATION,
        part=ScopePart.BASE,
        act__in=(Act.OPEN, Act.CLOSE),
        recorded_at__isnull=False,
        withdrawn_at__isnull=True,
    ).order_by("holds_from", "sequence", "pk")
    texts = ("content_id", "content__hash", "content__name", "content__decision_number", "content__cited_decision")
    by_content: dict[int, Standing] = {}
    for procedure, pk, item, content, digest, name, number, cited in effects.values_list(
        "procedure_id", "pk", "item_id", *texts
    ):
        standing = by_id[procedure]
        if standing.by_decision and item is None:
            continue
        standing.by_decision = item is not None
        standing.effect_id, standing.content_id, standing.hash = pk, content, digest or ""
        standing.name, standing.number = name or "", number or cited or ""
    by_content = {standing.content_id: standing for standing in by_id.values() if standing.content_id}
    fuller = PartState.objects.filter(content__in=by_content, presence=Presence.STATED).exclude(part__in=LISTED_PARTS)
    for pk in fuller.values_list("content_id", flat=True).distinct():
        by_content[pk].name_only = False
    named = AgencyText.objects.filter(content__in=by_content, role=AgencyRole.IMPLEMENTING)
    for pk in named.values_list("content_id", flat=True).distinct():
        by_content[pk].states_agencies = True


def _read_lists(by_id: dict[int, Standing]) -> None:
    rows = Listing.objects.standing().filter(
        procedure__in=by_id, valid_to__isnull=True, scope__kind__in=(ScopeKind.AGENCY, ScopeKind.CLASS)
    )
    for procedure, agency, group, item in rows.values_list(
        "procedure_id", "scope__agency__slug", "scope__agency_class__key", "opened_by__item_id"
    ):
        standing = by_id[procedure]
        target = f"U:{agency}" if agency else f"C:{group}"
        (standing.listed if item is None else standing.listed_by_decision).add(target)


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
