"""Which public addresses the procedures, agencies, lists and decisions have when the portal is written as files. They
are stated in groups: a group's pages rest on the same mark and are made anew together when it has changed."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse

from cms.models import Agency, Change, Decision, ValidityPeriod
from cms.selectors import addresses, browse, fees, gazette, news
from cms.selectors.survey import Line, Survey, mark_of
from cms.views import decisions as decision_pages
from cms.views import whats_new as news_pages
from cms.views.agencies import NO_SECTOR, SHORT_LIST, has_one_page, shared_address
from cms.views.exported_lists import lists
from cms.views.fees import BY_NAME, BY_SUM, DOUBT, FREE, ROWS_A_PAGE, SORTS
from cms.views.paging import PAGE_SIZE
from cms.views.sitemaps import PER_FILE, SECTIONS, section
from cms.views.standing import compared
from cms.views.stating import Group, Stated, data_files, newest_first, stated_one, stretched
from cms.views.tables import TABLES

__all__ = ["PARTS", "Group", "Stated"]


# --- procedures ------------------------------------------------------------------------------------------------------


def procedures(survey: Survey) -> Iterator[Group]:
    """Each procedure: today's text, its versions at each start, the right to refuse, its feed and its data."""
    shared = survey.agencies_mark
    for pk, slug in survey.slugs.items():
        mark = mark_of(survey.marks[pk], shared, *([survey.past_mark(pk)] if pk in survey.past else ()))
        yield Group(f"thu-tuc/{slug}", mark, lambda pk=pk, slug=slug: _of_procedure(survey, pk, slug), pk)  # type: ignore[misc]


def _of_procedure(survey: Survey, pk: int, slug: str) -> Iterator[Stated]:
    for name in ("procedure", "versions", "refusal", "procedure_feed"):
        yield Stated(reverse(name, args=[slug]))
    days = survey.days.get(pk, [])
    for day in days:
        yield Stated(reverse("procedure_on", args=[slug, day]))
        yield Stated(reverse("procedure_json_on", args=[slug, day]))
    yield from _compared(survey, pk, slug)
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
        past = survey.past_mark(pk) if pk in survey.past else ""
        mark = mark_of(survey.marks[pk], survey.agencies_mark, survey.reception_mark, past)
        name = f"co-quan/{agency}/thu-tuc/{slug}"
        yield Group(name, mark, lambda a=agency, s=slug, pk=pk: _at_place(survey, pk, a, s), pk, agencies[agency])  # type: ignore[misc]


def _at_place(survey: Survey, pk: int, agency: str, slug: str) -> Iterator[Stated]:
    yield Stated(reverse("place", args=[agency, slug]))
    yield Stated(reverse("refusal_at", args=[agency, slug]))
    for day in survey.days.get(pk, []):
        yield Stated(reverse("place_on", args=[agency, slug, day]))
        yield Stated(reverse("place_json_on", args=[agency, slug, day]))
    yield from _compared(survey, pk, agency, slug)


def _compared(survey: Survey, pk: int, *place: str) -> Iterator[Stated]:
    """Its versions beside each other, and what the portal showed of it before it learned better."""
    prefix = "place_" if len(place) > 1 else ""
    for before, after in compared(survey.starts.get(pk, [])):
        yield Stated(reverse(f"{prefix}difference", args=[*place, before, after]))
    for state in survey.past.get(pk, []):
        for day in state.days:
            yield Stated(reverse(f"{prefix or 'procedure_'}known", args=[*place, day, state.known]))
            yield Stated(reverse(f"{prefix or 'procedure_'}json_known", args=[*place, day, state.known]))


# --- agencies --------------------------------------------------------------------------------------------------------


def agencies(survey: Survey) -> Iterator[Group]:
    """Each agency's page; of all but communes also sectors, fees, data and feed of their own."""
    local: dict[str, set[str]] = defaultdict(set)
    for (agency, slug), _at in addresses.local_pages():
        local[agency].add(slug)
    for one in Agency.objects.order_by("path").iterator(chunk_size=2000):
        if shared := survey.shared_of(one):
            mark = mark_of(survey.agencies_mark, survey.reception_mark, shared)
            yield stated_one(one.get_absolute_url(), mark, agency=one.pk)
            continue
        rows, said = survey.listing(one)
        ended = bool(one.valid_to and survey.on >= one.valid_to)
        rows = [] if ended else rows
        announced = survey.announced(one) if one.kind in browse.CENTRAL else []
        mark = mark_of(
            said, [(row.said, row.sector, survey.sectors.get(row.sector)) for row in announced], sorted(local[one.slug])
        )
        mark = mark_of(mark, survey.agencies_mark, survey.reception_mark, ended)
        begun = one.valid_from is None or survey.on >= one.valid_from
        yield stated_one(one.get_absolute_url(), mark, len(rows) if has_one_page(one) and begun else None, one.pk)
        if not has_one_page(one):
            yield from _of_agency(survey, one, rows, announced, mark)


def shared_lists(survey: Survey) -> Iterator[Group]:
    """Lists that many agencies have alike: by sector, and as data."""
    for shared in survey.shared.values():
        rows, said = survey.listing_of(shared.scopes)
        base, mark = shared_address(shared), mark_of(said, shared.label)
        short = len(rows) <= SHORT_LIST
        yield stated_one(base, mark, len(rows) if short else None)
        for sector in [] if short else dict.fromkeys(row.sector for row in rows):
            some = [row for row in rows if row.sector == sector]
            names = shared.label, survey.sectors.get(sector, "")
            yield from stretched(shared_address(shared, sector or NO_SECTOR), some, *names)
        whole = mark_of(survey.marks_of(rows), shared.slug, shared.one)
        for table in ("thu-tuc", "phi"):
            path, source = f"{table}/danh-muc-chung/{shared.slug}", f"{table}/co-quan/{shared.one}"
            yield Group(f"du-lieu/{path}", whole, lambda p=path, s=source: data_files(p, s))  # type: ignore[misc]


def _of_agency(survey: Survey, one: Agency, rows: list[Line], announced: list[Line], mark: str) -> Iterator[Group]:
    if len(rows) > SHORT_LIST:
        yield from _sectors_of(survey, one, rows, "agency_sector", mark)
    if len(announced) > SHORT_LIST:
        yield from _sectors_of(survey, one, announced, "announced_sector", mark)
    listed = rows or announced
    whole = mark_of(survey.marks_of(listed), mark)
    yield stated_one(reverse("agency_feed", args=[one.slug]), mark_of(whole, _told(survey, listed)))
    if listed:
        yield Group(f"du-lieu/co-quan/{one.slug}", whole, lambda: data_files(f"thu-tuc/co-quan/{one.slug}"))
        yield Group(f"du-lieu/phi/co-quan/{one.slug}", whole, lambda: data_files(f"phi/co-quan/{one.slug}"))
        base = reverse("agency_fees", args=[one.slug])
        where = one if rows else None
        yield Group(base, whole, lambda: _fee_pages(survey, base, listed, where))


def _told(survey: Survey, rows: list[Line]) -> str:
    """What a feed of these rests on: names and changes of their procedures, also of texts that have ended."""
    return mark_of(sorted(survey.marks[row.procedure] for row in rows))


def _sectors_of(survey: Survey, one: Agency, rows: list[Line], route: str, mark: str) -> Iterator[Group]:
    for sector in dict.fromkeys(row.sector for row in rows):
        some = [row for row in rows if row.sector == sector]
        yield from stretched(reverse(route, args=[one.slug, sector or NO_SECTOR]), some, mark)


# --- fees ------------------------------------------------------------------------------------------------------------


def _fee_pages(survey: Survey, base: str, rows: list[Line], agency: Agency | None) -> Iterator[Stated]:
    found = ValidityPeriod.objects.select_related("procedure", "content").in_bulk([row.period for row in rows])
    sorts = [fee.sort for fee in fees.fees_of([found[row.period] for row in rows], survey.on, agency)]
    for view in (BY_NAME, BY_SUM, FREE, DOUBT):
        place = base if view == BY_NAME else f"{base}{view}/"
        for number in range(1, max(1, -(-sorts.count(SORTS[view]) // ROWS_A_PAGE)) + 1):
            yield Stated(place if number == 1 else f"{place}trang/{number}/")


# --- sectors ---------------------------------------------------------------------------------------------------------


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
        yield from stretched(reverse("sector", args=[slug]), some, name)
        whole = mark_of(survey.marks_of(some), name)
        yield stated_one(reverse("sector_feed", args=[slug]), mark_of(ever[slug], name))
        yield Group(f"du-lieu/linh-vuc/{slug}", whole, lambda s=slug: data_files(f"thu-tuc/linh-vuc/{s}"))  # type: ignore[misc]
        yield Group(f"du-lieu/phi/linh-vuc/{slug}", whole, lambda s=slug: data_files(f"phi/linh-vuc/{s}"))  # type: ignore[misc]
        base = reverse("sector_fees", args=[slug])
        yield Group(base, whole, lambda b=base, r=some: _fee_pages(survey, b, r, None))  # type: ignore[misc]


# --- decisions, news, what stands once -------------------------------------------------------------------------------


def decisions(survey: Survey) -> Iterator[Group]:
    """Each decision in hand with its signed copy, each number that is only cited, and the list of both."""
    in_hand = gazette.public_decisions()
    yield from _in_hand(survey, in_hand)
    cited: dict[str, list[gazette.CitedNumber]] = defaultdict(list)
    for number in gazette.cited_numbers():
        cited[number.slug].append(number)
    for slug, these in cited.items():
        wanted = {number.number for number in these}
        rows = survey.each_once(row for row in survey.standing if row.decision_number in wanted)
        yield stated_one(reverse("decision", args=[slug]), mark_of(sorted(wanted), [row.said for row in rows]))
    counts = ("enacted", "amended", "replaced", "repealed")
    said: list[Any] = [
        (
            one.number,
            one.signed_on,
            one.title,
            one.issuer.name,
            one.issuer_text,
            *(getattr(one, name) for name in counts),
        )
        for one in in_hand
    ]
    listed = [*said, *((number.number, number.procedures) for these in cited.values() for number in these)]
    yield from newest_first(reverse("decisions"), listed, decision_pages.PAGE_SIZE)


def _in_hand(survey: Survey, found: list[Decision]) -> Iterator[Group]:
    procedures, pending = gazette.told_by_address()
    numbers = {one.pk: (one.number, one.state) for one in found}
    for one in found:
        names = sorted((pk, survey.names.get(pk), survey.slugs.get(pk)) for pk in procedures[one.slug])
        rests = list(one.rests_on.order_by("pk").values_list("pk", flat=True))
        state = (
            one.state,
            one.published_at,
            one.number,
            one.title,
            [numbers.get(pk) for pk in rests],
            pending[one.slug],
        )
        yield stated_one(one.get_absolute_url(), mark_of(names, state, one.signed_sha256, survey.agencies_mark))
        if one.signed_sha256:
            yield stated_one(reverse("signed_copy", args=[one.slug]), one.signed_sha256)


def _numbered(base: str, total: int, size: int, mark: str) -> Iterator[Group]:
    for number in range(1, max(1, -(-total // size)) + 1):
        yield stated_one(base if number == 1 else f"{base}trang/{number}/", mark_of(mark, total))


def whats_new(survey: Survey) -> Iterator[Group]:
    """What is new, coming and ended; each act with all it changed."""
    acts = list(news.happenings())
    told = _changed(survey)
    said = [(act, told[_act(act)][: news.NAMED]) for act in acts]
    yield from newest_first(reverse("whats_new"), said, news_pages.ACTS_A_PAGE)
    coming = [(one.day, one.what, one.period.pk, survey.marks.get(one.procedure.pk)) for one in news.coming(survey.on)]
    mark = mark_of(coming, survey.agencies_mark)
    yield from _numbered(reverse("coming"), len(coming), news_pages.TURNS_A_PAGE, mark)
    ended = news.ended(survey.on).values_list("pk", "procedure")
    turns = [(pk, survey.marks.get(procedure), survey.names.get(procedure)) for pk, procedure in ended]
    yield from newest_first(reverse("ended"), turns, news_pages.TURNS_A_PAGE, survey.agencies_mark)
    for act in acts:
        changed = told[_act(act)]
        base = reverse("happening", args=[act["first"]])
        count = max(1, -(-len(changed) // PAGE_SIZE))
        for number in range(1, count + 1):
            mark = mark_of(changed[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], count, act["found"])
            yield stated_one(base if number == 1 else f"{base}trang/{number}/", mark)


def _act(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["at"], row["kind"], row["decision_id"], row["snapshot_id"]


def _changed(survey: Survey) -> dict[tuple[Any, ...], list[Any]]:
    """What each act of the log changed, with the names of today. One query."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    rows = Change.objects.filter(kind__in=news.TOLD).order_by("sequence")
    columns = ("at", "kind", "decision_id", "snapshot_id", "sequence", "procedure_id", "agency__name")
    for *act, sequence, pk, agency in rows.values_list(*columns).iterator(chunk_size=5000):
        found[tuple(act)].append((sequence, pk, agency, survey.names.get(pk)))
    return found


_ONCE = ("home", "procedures", "sectors", "agencies", "fees", "feed", "sitemaps")
# What rests on no procedure.
_STILL = ("my_place", "refusal_right", "open_data", "robots")


def once(survey: Survey) -> Iterator[Group]:
    """What there is one of: the first page, ways in, choosing a place, open data in whole, what machines read."""
    everything = survey.everything
    for name in _ONCE:
        yield stated_one(reverse(name), everything)
    for name in _STILL:
        yield stated_one(reverse(name), survey.agencies_mark)
    for province in [*browse.provinces(survey.on), None]:
        slug = province.slug if province else "tat-ca"
        yield stated_one(reverse("my_place_in", args=[slug]), survey.agencies_mark)
    for name in TABLES:
        yield Group(f"du-lieu/{name}", everything, lambda n=name: data_files(n))  # type: ignore[misc]
    yield stated_one(reverse("full_texts"), everything)
    for name in SECTIONS:
        for number in range(1, -(-len(section(name, survey.on)) // PER_FILE) + 1):
            yield stated_one(reverse("sitemap", args=[name, number]), everything)


PARTS: tuple[Callable[[Survey], Iterator[Group]], ...] = (
    *(once, lists, sectors, agencies, shared_lists, decisions, whats_new, procedures, local_pages),
)
