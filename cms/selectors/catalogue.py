"""Lists of the whole catalogue as light rows: from A to Y, by audience, by level, by life event. A list of thousands of
names is read as columns, because building thousands of objects for sixty lines of a page is what made it slow."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q

from cms.models import AgencyText, LifeEvent, Sector, ValidityPeriod
from cms.selectors.browse import Counted
from cms.selectors.keeping import kept, kept_few
from cms.selectors.listing import base_periods
from cms.text import SKIP_PROCEDURE, first_words, letter_of, slugify
from cms.vocabulary import AgencyRole

_COLUMNS = (
    *("pk", "procedure_id", "procedure__slug", "procedure__code", "content__name", "content__sort_key"),
    *("scope__rank", "scope_id"),
)


class Entry(NamedTuple):
    """A procedure as a line of a list; `period_id` is the base text that stands."""

    period_id: int
    procedure_id: int
    slug: str
    code: str | None
    name: str
    sort_key: str

    @property
    def letter(self) -> str:
        """The letter it stands under, "Thủ tục" left out."""
        return letter_of(self.sort_key)

    @property
    def words(self) -> str:
        """Its first two words, "Thủ tục" left out."""
        return first_words(self.name, 2, SKIP_PROCEDURE)


@dataclass(frozen=True)
class WordGroup:
    """The procedures whose names begin with the same two words; `words` as written, spellings joined."""

    slug: str
    words: str
    rows: list[Entry]


@dataclass(frozen=True)
class Letter:
    """A letter and the rows under it, in order."""

    letter: str
    rows: list[Entry]

    @cached_property
    def groups(self) -> list[WordGroup]:
        """The rows by their first two words."""
        return word_groups(self.rows)


@dataclass(frozen=True)
class Event:
    """A life event with the procedures it calls for that are in force."""

    event: LifeEvent
    rows: list[Entry]


@kept
def entries(on: date, narrow: Q | None = None) -> list[Entry]:
    """Procedures in force on the day in Vietnamese order, each once by its widest text. One query."""
    found = base_periods(on).filter(narrow or Q()).select_related(None).values_list(*_COLUMNS)
    rows = list(found)
    best: dict[int, tuple[int, int]] = {}
    for row in rows:
        best[row[1]] = min(best.get(row[1], row[6:]), row[6:])
    return [Entry(*row[:6]) for row in rows if best[row[1]] == row[6:]]


def full_rows(periods: Iterable[int], chunk: int = 500) -> Iterator[list[ValidityPeriod]]:
    """These base texts with all a line of data needs, in the order given, in chunks: two queries each, however long.

    Each carries `announcing`, the names of the agencies that announced it.
    """
    wanted = list(periods)
    for start in range(0, len(wanted), chunk):
        yield _full_rows(tuple(wanted[start : start + chunk]))


# One list is given away as three files of procedures and three of fees, and stands on pages of fees.
@kept_few
def _full_rows(some: tuple[int, ...]) -> list[ValidityPeriod]:
    related = ("procedure", "content__sector", "opened_by__item__decision")
    found = ValidityPeriod.objects.select_related(*related).in_bulk(some)
    rows = [found[pk] for pk in some]
    named = AgencyText.objects.filter(content__in=[row.content_id for row in rows], role=AgencyRole.ANNOUNCING)
    texts: dict[int, list[str]] = defaultdict(list)
    for content, text in named.order_by("content", "ordinal").values_list("content", "text"):
        texts[content].append(text)
    for row in rows:
        row.announcing = texts[row.content_id]  # type: ignore[attr-defined]
    return rows


def _holds(field: str, code: str) -> Q:
    """Whether a list of codes kept as text, "A,B", holds this one."""
    return (
        Q(**{field: code})
        | Q(**{f"{field}__startswith": f"{code},"})
        | Q(**{f"{field}__endswith": f",{code}"})
        | Q(**{f"{field}__contains": f",{code},"})
    )


@kept
def for_applicants(applicant: str, on: date) -> list[Entry]:
    """Procedures for one kind of applicants (ApplicantType)."""
    return entries(on, _holds("content__applicant_types", applicant))


@kept
def at_level(level: str, on: date) -> list[Entry]:
    """Procedures carried out at one level (AdministrativeLevel)."""
    return entries(on, _holds("content__levels", level))


@kept
def of_sector(sector: Sector, on: date) -> list[Entry]:
    """Procedures of one sector."""
    return entries(on, Q(content__sector=sector))


@kept
def sectors_of(on: date) -> dict[int, str]:
    """The sector's name of every base text that stands in one, by the period's number. One query."""
    rows = base_periods(on).filter(content__sector__isnull=False).select_related(None).order_by()
    return dict(rows.values_list("pk", "content__sector__name"))


@kept
def counts_by_kind(on: date) -> tuple[Counter[str], Counter[str]]:
    """How many procedures in force each kind of applicants and each level has. One query."""
    columns = ("procedure_id", "content__applicant_types", "content__levels")
    applicants: set[tuple[int, str]] = set()
    levels: set[tuple[int, str]] = set()
    for pk, some, where in base_periods(on).select_related(None).order_by().values_list(*columns):
        applicants |= {(pk, code) for code in some.split(",") if code}
        levels |= {(pk, code) for code in where.split(",") if code}
    return Counter(code for _pk, code in applicants), Counter(code for _pk, code in levels)


@dataclass(frozen=True)
class Overview:
    """What is in force on a day, counted."""

    procedures: int
    sectors: list[Counted]
    applicants: Counter[str]


@kept
def overview(on: date) -> Overview:
    """How much there is: in all, by sector, by kind of applicants. Two queries, since the first page pays for each."""
    columns = ("procedure_id", "content__sector", "content__applicant_types")
    rows = set(base_periods(on).select_related(None).order_by().values_list(*columns))
    sectors = Counter(sector for _pk, sector in {row[:2] for row in rows} if sector)
    applicants = {(pk, code) for pk, _sector, codes in rows for code in codes.split(",") if code}
    found = Sector.objects.filter(pk__in=sectors).order_by("sort_key", "pk")
    return Overview(
        len({row[0] for row in rows}),
        [Counted(sector, sectors[sector.pk]) for sector in found],
        Counter(code for _pk, code in applicants),
    )


# --- A to Y ----------------------------------------------------------------------------------------------------------


@kept
def letters(on: date) -> list[tuple[str, int]]:
    """The letters names begin with and how many there are, in Vietnamese order. One query."""
    return list(Counter(row.letter for row in entries(on)).items())


@kept
def by_letter(on: date) -> list[Letter]:
    """The letters with what begins with them, in Vietnamese order. One query."""
    return [Letter(letter, list(rows)) for letter, rows in groupby(entries(on), key=lambda row: row.letter)]


def word_groups(rows: Iterable[Entry]) -> list[WordGroup]:
    """The rows by their first two words, in the order given; spellings that differ only in marks share an address."""
    by_words: dict[str, list[Entry]] = {}
    for row in rows:
        by_words.setdefault(row.words, []).append(row)
    groups: dict[str, list[Entry]] = {}
    for words, some in by_words.items():
        groups.setdefault(slugify(words) or "khac", []).extend(some)
    return [
        WordGroup(
            slug,
            " / ".join(dict.fromkeys(row.words.capitalize() for row in some)),
            sorted(some, key=lambda row: row.sort_key),
        )
        for slug, some in groups.items()
    ]


# --- life events -----------------------------------------------------------------------------------------------------


@kept
def life_events(on: date) -> list[Event]:
    """Life and business events with at least one procedure in force, in their order. Two queries."""
    return _with_procedures(list(LifeEvent.objects.all()), on)


def find_life_event(slug: str, on: date) -> Event | None:
    """The event at this address with its procedures in force, which may be none. Two queries."""
    event = LifeEvent.objects.filter(slug=slug).first()
    if event is None:
        return None
    return next(iter(_with_procedures([event], on)), Event(event, []))


def _with_procedures(events: list[LifeEvent], on: date) -> list[Event]:
    codes = {code for event in events for code in event.code_list}
    known = {row.code: row for row in entries(on, Q(procedure__code__in=codes))}
    found = [Event(event, [known[code] for code in event.code_list if code in known]) for event in events]
    return [one for one in found if one.rows]
