"""Which public addresses the procedures, agencies, lists and decisions have when the portal is written as files. They
are stated in groups: a group's pages rest on the same mark and are made anew together when it has changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse

from cms.models import Agency, Decision, ValidityPeriod
from cms.selectors import addresses, browse, catalogue, fees, gazette, news
from cms.selectors.catalogue import Entry
from cms.selectors.survey import Line, Survey, mark_of
from cms.text import letter_of
from cms.views import decisions as decision_pages
from cms.views import whats_new as news_pages
from cms.views.agencies import NO_SECTOR, SHORT_LIST, has_one_page
from cms.views.data import FORMS
from cms.views.fees import BY_NAME, BY_SUM, DOUBT, FREE, ROWS_A_PAGE, SORTS
from cms.views.kinds import APPLICANTS, LEVELS
from cms.views.lists import letter_slug
from cms.views.paging import PAGE_SIZE
from cms.views.sitemaps import PER_FILE, SECTIONS
from cms.views.tables import TABLES

__all__ = ["PARTS", "Group", "Stated"]


class Stated(NamedTuple):
    """An address there is. `source`: from which address its content comes, where it is another; `rows`: how many
    procedures its page lists, where it is a list."""

    address: str
    source: str = ""
    rows: int | None = None


class Group(NamedTuple):
    """Addresses that rest on one mark. `procedure` and `agency`: whose text they show, to be read ahead."""

    name: str
    mark: str
    addresses: Callable[[], Iterable[Stated]]
    procedure: int = 0
    agency: int = 0


def _one(address: str, mark: str, rows: int | None = None, agency: int = 0) -> Group:
    return Group(address, mark, lambda: [Stated(address, rows=rows)], agency=agency)


def _files(path: str) -> list[Stated]:
    return [Stated(f"{reverse('open_data_files')}{path}.{form}") for form in FORMS]


def _chunks(base: str, rows: list[Line], mark: str = "") -> Iterator[Group]:
    """A list in pages, each resting on its own lines; the last page's number stands on every one."""
    count = max(1, -(-len(rows) // PAGE_SIZE))
    for number in range(1, count + 1):
        some = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        address = base if number == 1 else f"{base}trang/{number}/"
        said = mark_of(mark, [row.said for row in some], count, len(rows) if number == 1 else 0)
        yield _one(address, said, len(some))


# --- procedures ------------------------------------------------------------------------------------------------------


def procedures(survey: Survey) -> Iterator[Group]:
    """Each procedure: today's text, its versions at each start, the right to refuse, its feed and its data."""
    shared = survey.agencies_mark
    for pk, slug in survey.slugs.items():
        mark = mark_of(survey.marks[pk], shared)
        yield Group(f"thu-tuc/{slug}", mark, lambda pk=pk, slug=slug: _of_procedure(survey, pk, slug), pk)  # type: ignore[misc]


def _of_procedure(survey: Survey, pk: int, slug: str) -> Iterator[Stated]:
    for name in ("procedure", "versions", "refusal", "procedure_feed"):
        yield Stated(reverse(name, args=[slug]))
    days = survey.days.get(pk, [])
    for day in days:
        yield Stated(reverse("procedure_on", args=[slug, day]))
        yield Stated(reverse("procedure_json_on", args=[slug, day]))
    # What stands since a day is the same text as of that day, and stays so.
    past = [day for day in days if day <= survey.on]
    source = reverse("procedure_json_on", args=[slug, past[-1]]) if past else ""
    if past or days:
        yield Stated(
            reverse("procedure_json", args=[slug]), source or reverse("procedure_json_on", args=[slug, days[0]])
        )


def local_pages(survey: Survey) -> Iterator[Group]:
    """A procedure at a place that has a text of its own."""
    pairs = {slugs for slugs, _at in addresses.local_pages()}
    by_slug = {slug: pk for pk, slug in survey.slugs.items()}
    agencies = dict(Agency.objects.filter(slug__in={agency for agency, _slug in pairs}).values_list("slug", "pk"))
    for agency, slug in sorted(pairs):
        pk = by_slug[slug]
        mark = mark_of(survey.marks[pk], survey.agencies_mark, survey.reception_mark)
        name = f"co-quan/{agency}/thu-tuc/{slug}"
        yield Group(name, mark, lambda a=agency, s=slug, pk=pk: _at_place(survey, pk, a, s), pk, agencies[agency])  # type: ignore[misc]


def _at_place(survey: Survey, pk: int, agency: str, slug: str) -> Iterator[Stated]:
    yield Stated(reverse("place", args=[agency, slug]))
    yield Stated(reverse("refusal_at", args=[agency, slug]))
    for day in survey.days.get(pk, []):
        yield Stated(reverse("place_on", args=[agency, slug, day]))
        yield Stated(reverse("place_json_on", args=[agency, slug, day]))


# --- agencies --------------------------------------------------------------------------------------------------------


def agencies(survey: Survey) -> Iterator[Group]:
    """Each agency's page; of all but communes also sectors, fees, data and feed of their own."""
    local: dict[str, set[str]] = defaultdict(set)
    for (agency, slug), _at in addresses.local_pages():
        local[agency].add(slug)
    for one in Agency.objects.order_by("path").iterator(chunk_size=2000):
        rows, said = survey.listing(one)
        ended = bool(one.valid_to and survey.on >= one.valid_to)
        rows = [] if ended else rows
        announced = survey.announced(one) if one.kind in browse.CENTRAL else []
        mark = mark_of(
            said, [(row.said, row.sector, survey.sectors.get(row.sector)) for row in announced], sorted(local[one.slug])
        )
        mark = mark_of(mark, survey.agencies_mark, survey.reception_mark, ended)
        begun = one.valid_from is None or survey.on >= one.valid_from
        yield _one(one.get_absolute_url(), mark, len(rows) if has_one_page(one) and begun else None, one.pk)
        if not has_one_page(one):
            yield from _of_agency(survey, one, rows, announced, mark)


def _of_agency(survey: Survey, one: Agency, rows: list[Line], announced: list[Line], mark: str) -> Iterator[Group]:
    if len(rows) > SHORT_LIST:
        yield from _sectors_of(survey, one, rows, "agency_sector", mark)
    if len(announced) > SHORT_LIST:
        yield from _sectors_of(survey, one, announced, "announced_sector", mark)
    listed = rows or announced
    whole = mark_of(survey.marks_of(listed), mark)
    yield _one(reverse("agency_feed", args=[one.slug]), mark_of(whole, _told(survey, listed)))
    if listed:
        yield Group(f"du-lieu/co-quan/{one.slug}", whole, lambda: _files(f"thu-tuc/co-quan/{one.slug}"))
        yield Group(f"du-lieu/phi/co-quan/{one.slug}", whole, lambda: _files(f"phi/co-quan/{one.slug}"))
        base = reverse("agency_fees", args=[one.slug])
        where = one if rows else None
        yield Group(base, whole, lambda: _fee_pages(survey, base, listed, where))


def _told(survey: Survey, rows: list[Line]) -> str:
    """What a feed of these rests on: names and changes of their procedures, also of texts that have ended."""
    return mark_of(sorted(survey.marks[row.procedure] for row in rows))


def _sectors_of(survey: Survey, one: Agency, rows: list[Line], route: str, mark: str) -> Iterator[Group]:
    for sector in dict.fromkeys(row.sector for row in rows):
        some = [row for row in rows if row.sector == sector]
        yield from _chunks(reverse(route, args=[one.slug, sector or NO_SECTOR]), some, mark)


# --- fees ------------------------------------------------------------------------------------------------------------


def _fee_pages(survey: Survey, base: str, rows: list[Line], agency: Agency | None) -> Iterator[Stated]:
    found = ValidityPeriod.objects.select_related("procedure", "content").in_bulk([row.period for row in rows])
    sorts = [fee.sort for fee in fees.fees_of([found[row.period] for row in rows], survey.on, agency)]
    for view in (BY_NAME, BY_SUM, FREE, DOUBT):
        place = base if view == BY_NAME else f"{base}{view}/"
        for number in range(1, max(1, -(-sorts.count(SORTS[view]) // ROWS_A_PAGE)) + 1):
            yield Stated(place if number == 1 else f"{place}trang/{number}/")


# --- sectors and other lists -----------------------------------------------------------------------------------------


def sectors(survey: Survey) -> Iterator[Group]:
    """Each sector: its list, fees, data and feed."""
    rows: dict[str, list[Line]] = defaultdict(list)
    for row in survey.standing:
        rows[row.sector].append(row)
    ever: dict[str, list[str]] = defaultdict(list)
    pairs = ValidityPeriod.objects.standing().order_by("procedure").values_list("content__sector__slug", "procedure_id")
    for slug, pk in sorted(set(pairs), key=str):
        ever[slug].append(survey.marks[pk])
    for (slug,), _at in addresses.sectors():
        some = survey.each_once(rows[slug])
        name = survey.sectors.get(slug, "")
        yield from _chunks(reverse("sector", args=[slug]), some, name)
        whole = mark_of(survey.marks_of(some), name)
        yield _one(reverse("sector_feed", args=[slug]), mark_of(ever[slug], name))
        yield Group(f"du-lieu/linh-vuc/{slug}", whole, lambda s=slug: _files(f"thu-tuc/linh-vuc/{s}"))  # type: ignore[misc]
        yield Group(f"du-lieu/phi/linh-vuc/{slug}", whole, lambda s=slug: _files(f"phi/linh-vuc/{s}"))  # type: ignore[misc]
        base = reverse("sector_fees", args=[slug])
        yield Group(base, whole, lambda b=base, r=some: _fee_pages(survey, b, r, None))  # type: ignore[misc]


def _holding(rows: Iterable[Line], column: str, code: str) -> list[Line]:
    return [row for row in rows if code in getattr(row, column).split(",")]


def lists(survey: Survey) -> Iterator[Group]:
    """By letter and first words, by who asks, by level, by life event."""
    everything = survey.in_force
    letters = [(letter, list(rows)) for letter, rows in groupby(everything, key=lambda row: letter_of(row.sort_key))]
    shared = mark_of([letter for letter, _rows in letters])
    for letter, rows in letters:
        slug = letter_slug(letter)
        yield _one(reverse("letter", args=[slug]), mark_of(shared, [row.said for row in rows]))
        lines = {row.period: row for row in rows}
        for group in catalogue.word_groups(Entry(*row[:6]) for row in rows):
            some = [lines[one.period_id] for one in group.rows]
            yield from _chunks(reverse("letter_words", args=[slug, group.slug]), some, group.words)
    for route, column, folder, kinds in (
        ("applicant", "applicants", "doi-tuong", APPLICANTS),
        ("level", "levels", "cap", LEVELS),
    ):
        for slug, code in kinds.items():
            some = survey.each_once(_holding(survey.standing, column, code))
            if some:
                yield from _chunks(reverse(route, args=[slug]), some)
                yield Group(
                    f"du-lieu/{folder}/{slug}",
                    survey.marks_of(some),
                    lambda f=folder, s=slug: _files(f"thu-tuc/{f}/{s}"),  # type: ignore[misc]
                )
    for event in catalogue.life_events(survey.on):
        slug = event.event.slug
        said = [(row.slug, row.name, row.code, survey.marks[row.procedure_id]) for row in event.rows]
        mark = mark_of(survey.events_mark, said)
        yield _one(event.event.get_absolute_url(), mark)
        yield Group(f"du-lieu/su-kien/{slug}", mark, lambda s=slug: _files(f"thu-tuc/su-kien/{s}"))  # type: ignore[misc]


# --- decisions, news, what stands once -------------------------------------------------------------------------------


def decisions(survey: Survey) -> Iterator[Group]:
    """Each decision in hand, and each number that is only cited."""
    procedures: dict[int, set[int]] = defaultdict(set)
    pairs = Decision.objects.values_list(
        "pk", "items__procedure", "items__replacements__old", "items__replacements__new"
    )
    for pk, *found in pairs:
        procedures[pk] |= {one for one in found if one}
    in_hand = gazette.public_decisions()
    numbers = {one.pk: (one.number, one.state) for one in in_hand}
    for one in in_hand:
        names = sorted((pk, survey.names.get(pk), survey.slugs.get(pk)) for pk in procedures[one.pk])
        rests = list(one.rests_on.order_by("pk").values_list("pk", flat=True))
        state = (one.state, one.published_at, one.number, one.title, [numbers.get(pk) for pk in rests])
        yield _one(one.get_absolute_url(), mark_of(names, state, survey.agencies_mark))
    cited: dict[str, list[gazette.CitedNumber]] = defaultdict(list)
    for number in gazette.cited_numbers():
        cited[number.slug].append(number)
    for slug, these in cited.items():
        wanted = {number.number for number in these}
        rows = survey.each_once(row for row in survey.standing if row.decision_number in wanted)
        yield _one(reverse("decision", args=[slug]), mark_of(sorted(wanted), [row.said for row in rows]))
    total = len(in_hand) + sum(len(these) for these in cited.values())
    yield from _numbered(reverse("decisions"), total, decision_pages.PAGE_SIZE, survey.everything)


def _numbered(base: str, total: int, size: int, mark: str) -> Iterator[Group]:
    for number in range(1, max(1, -(-total // size)) + 1):
        yield _one(base if number == 1 else f"{base}trang/{number}/", mark_of(mark, total))


def whats_new(survey: Survey) -> Iterator[Group]:
    """What is new, coming and ended; each act with all it changed."""
    everything = survey.everything
    acts = list(news.happenings())
    yield from _numbered(reverse("whats_new"), len(acts), news_pages.ACTS_A_PAGE, everything)
    yield from _numbered(reverse("coming"), len(news.coming(survey.on)), news_pages.TURNS_A_PAGE, everything)
    yield from _numbered(reverse("ended"), news.ended(survey.on).count(), news_pages.TURNS_A_PAGE, everything)
    for act in acts:
        rows = news.find_happening(act["first"])
        changed = list(rows.values_list("sequence", "procedure_id", "agency__name")) if rows is not None else []
        base = reverse("happening", args=[act["first"]])
        count = max(1, -(-len(changed) // PAGE_SIZE))
        for number in range(1, count + 1):
            some = changed[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
            mark = mark_of(some, [survey.names.get(pk) for _sequence, pk, _name in some], count, act["found"])
            yield _one(base if number == 1 else f"{base}trang/{number}/", mark)


_ONCE = (
    *("home", "procedures", "sectors", "agencies", "applicants", "levels", "life_events", "fees", "my_place"),
    *("refusal_right", "open_data", "feed", "robots", "sitemaps"),
)


def once(survey: Survey) -> Iterator[Group]:
    """What there is one of: the first page, ways in, choosing a place, open data in whole, what machines read."""
    everything = survey.everything
    for name in _ONCE:
        yield _one(reverse(name), everything)
    for province in [*browse.provinces(survey.on), None]:
        slug = province.slug if province else "tat-ca"
        yield _one(reverse("my_place_in", args=[slug]), survey.agencies_mark)
    for name in TABLES:
        yield Group(f"du-lieu/{name}", everything, lambda n=name: _files(n))  # type: ignore[misc]
    yield _one(reverse("full_texts"), everything)
    for name, read in SECTIONS.items():
        count = sum(1 for _one_address in read())
        for number in range(1, -(-count // PER_FILE) + 1):
            yield _one(reverse("sitemap", args=[name, number]), everything)


PARTS: tuple[Callable[[Survey], Iterator[Group]], ...] = (
    *(once, lists, sectors, agencies, decisions, whats_new, procedures, local_pages),
)
