"""Lists of procedures by the ways people know: from A to Y two words deep, by who asks, by level, by life event."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.selectors import catalogue
from cms.selectors.catalogue import Entry
from cms.views.by_sector import Line, arranged, listed
from cms.views.data import downloads
from cms.views.found import NothingHereError
from cms.views.kinds import APPLICANTS, LEVELS
from cms.views.paging import Mark, stretch_of
from cms.views.standing import Link
from cms.vocabulary import AdministrativeLevel, ApplicantType, EventKind

# Letters are written in addresses as Telex types them, since "d" and "đ" are two.
_TELEX = {"Ă": "aw", "Â": "aa", "Đ": "dd", "Ê": "ee", "Ô": "oo", "Ơ": "ow", "Ư": "uw", "0–9": "so", "#": "khac"}
# Up to here a letter's procedures stand on its own page; beyond, their first two words lead on.
SHORT_LIST = 60


@dataclass(frozen=True)
class Way:
    """A way into a list, with how many procedures stand behind it."""

    text: str
    address: str
    procedures: int


def mark_of_entry(row: Entry) -> Mark:
    """What a light row is known by in a list from A to Y."""
    return Mark(row.slug, row.sort_key)


def letter_slug(letter: str) -> str:
    """A letter as part of an address: a, aw, aa, dd."""
    return _TELEX.get(letter, letter.lower())


# --- A to Y ----------------------------------------------------------------------------------------------------------


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """All procedures: the letters, and the other ways in."""
    now = today()
    found = catalogue.letters(now)
    by_applicant, by_level = catalogue.counts_by_kind(now)
    context = {
        "letters": [Way(letter, reverse("letter", args=[letter_slug(letter)]), count) for letter, count in found],
        "total": sum(count for _letter, count in found),
        "applicants": applicant_ways(by_applicant),
        "levels": level_ways(by_level),
        "files": downloads("thu-tuc"),
    }
    return render(request, "lists/procedures.html", context)


@require_safe
def letter(request: HttpRequest, slug: str, words: str | None = None, anchor: str = "") -> HttpResponse:
    """The procedures under one letter: by their first two words where they are many, then those words' own."""
    letters = catalogue.by_letter(today())
    found = next((one for one in letters if letter_slug(one.letter) == slug), None)
    if found is None:
        raise NothingHereError(_("Không có thủ tục nào bắt đầu bằng chữ này."))
    crumbs = [Link(_("Thủ tục A–Y"), reverse("procedures"))]
    here = reverse("letter", args=[slug])
    if words is not None:
        group = next((one for one in found.groups if one.slug == words), None)
        if group is None:
            raise NothingHereError(_("Không có thủ tục nào bắt đầu bằng hai từ này."))
        address = reverse("letter_words", args=[slug, words])
        title = f"{group.words} …"
        page = stretch_of(group.rows, anchor, address, mark_of_entry)
        above = [*crumbs, Link(found.letter, here)]
        return render(request, "lists/entries.html", {"title": title, "page": page, "crumbs": above})
    context = {
        "letter": found.letter,
        "total": len(found.rows),
        "rows": found.rows if len(found.rows) <= SHORT_LIST else [],
        "groups": [
            Way(one.words, reverse("letter_words", args=[slug, one.slug]), len(one.rows)) for one in found.groups
        ],
        "letters": [(one.letter, reverse("letter", args=[letter_slug(one.letter)])) for one in letters],
        "crumbs": crumbs,
    }
    return render(request, "lists/letter.html", context)


# --- by who asks, by level -------------------------------------------------------------------------------------------


def applicant_ways(counts: Counter[str]) -> list[Way]:
    """The kinds of applicants that have procedures, as counted."""
    found = [Way(str(one.label), reverse("applicant", args=[slug]), counts[one]) for slug, one in APPLICANTS.items()]
    return [way for way in found if way.procedures]


def level_ways(counts: Counter[str]) -> list[Way]:
    """The levels that have procedures, as counted."""
    found = [Way(str(one.label), reverse("level", args=[slug]), counts[one]) for slug, one in LEVELS.items()]
    return [way for way in found if way.procedures]


@require_safe
def applicants(request: HttpRequest) -> HttpResponse:
    """Who may ask for what."""
    return _index(request, _("Theo đối tượng"), applicant_ways(catalogue.counts_by_kind(today())[0]))


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """At which level procedures are carried out."""
    return _index(request, _("Theo cấp thực hiện"), level_ways(catalogue.counts_by_kind(today())[1]))


def _index(request: HttpRequest, title: str, ways: list[Way]) -> HttpResponse:
    return render(request, "lists/ways.html", {"title": title, "ways": ways})


@require_safe
def applicant(request: HttpRequest, slug: str, anchor: str = "") -> HttpResponse:
    """The procedures of one kind of applicants."""
    above = Link(_("Theo đối tượng"), reverse("applicants"))
    return _kind(request, "applicant", slug, anchor, APPLICANTS, catalogue.for_applicants, above)


@require_safe
def level(request: HttpRequest, slug: str, anchor: str = "") -> HttpResponse:
    """The procedures of one level."""
    above = Link(_("Theo cấp thực hiện"), reverse("levels"))
    return _kind(request, "level", slug, anchor, LEVELS, catalogue.at_level, above)


def _kind(
    request: HttpRequest,
    route: str,
    slug: str,
    anchor: str,
    kinds: dict[str, ApplicantType] | dict[str, AdministrativeLevel],
    read: Callable[[str, date], list[Entry]],
    above: Link,
) -> HttpResponse:
    if slug not in kinds:
        raise NothingHereError(_("Không có danh sách nào ở địa chỉ này."))
    now, address = today(), reverse(route, args=[slug])
    sectors = catalogue.sectors_of(now)
    rows = [Line(row.slug, row.code, row.name, sectors.get(row.period_id, "")) for row in read(kinds[slug], now)]
    folder = "doi-tuong" if route == "applicant" else "cap"
    context = {
        "title": str(kinds[slug].label),
        "listed": listed(arranged(rows), address, anchor),
        "crumbs": [above],
        "files": downloads(f"thu-tuc/{folder}/{slug}"),
    }
    return render(request, "lists/by_sector.html", context)


# --- life events -----------------------------------------------------------------------------------------------------


@require_safe
def life_events(request: HttpRequest) -> HttpResponse:
    """Situations in which people need several procedures."""
    found = catalogue.life_events(today())
    groups = [
        (EventKind(kind).label, [Way(one.event.name, one.event.get_absolute_url(), len(one.rows)) for one in some])
        for kind in EventKind.values
        if (some := [one for one in found if one.event.kind == kind])
    ]
    return render(request, "lists/life_events.html", {"groups": groups})


@require_safe
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    """One situation: its procedures in the order people meet them."""
    found = catalogue.find_life_event(slug, today())
    if found is None:
        raise NothingHereError(_("Không có sự kiện nào ở địa chỉ này."))
    context = {
        "event": found.event,
        "rows": found.rows,
        "crumbs": [Link(_("Sự kiện"), reverse("life_events"))],
        "files": downloads(f"thu-tuc/su-kien/{slug}"),
    }
    return render(request, "lists/life_event.html", context)
