"""What is new, what is coming and what has ended, each on a page with an address of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.selectors import news
from cms.selectors.news import Happening, News, Turn
from cms.values import format_date
from cms.views.found import NothingHereError
from cms.views.paging import page_of, past_of
from cms.views.standing import Link, address_of, source_of
from cms.views.tables import acts_of, subject_of
from cms.vocabulary import ChangeKind, ScopePart

ACTS_A_PAGE = 20
TURNS_A_PAGE = 60


def states() -> list[tuple[str, str, str]]:
    """The three pages: (key, words, address)."""
    return [
        ("moi", _("Mới trên cổng"), reverse("whats_new")),
        ("sap-ap-dung", _("Sắp áp dụng"), reverse("coming")),
        ("da-bai-bo", _("Đã bãi bỏ"), reverse("ended")),
    ]


@require_safe
def whats_new(request: HttpRequest, number: int = 0) -> HttpResponse:
    """What was published, read, corrected or taken back, newest first."""
    now = today()
    page = past_of(news.happenings(), number, reverse("whats_new"), ACTS_A_PAGE)
    found = news.read_happenings(page.rows, now)
    context = {"page": page, "happenings": found, "words_of": words_of, "acts_of": acts_of}
    return render(request, "news/whats_new.html", context | {"state": "moi", "states": states()})


@require_safe
def happening(request: HttpRequest, sequence: int, number: int = 1) -> HttpResponse:
    """All that one act changed."""
    rows = news.find_happening(sequence)
    if rows is None:
        raise NothingHereError(_("Không có thay đổi nào ở địa chỉ này."))
    page = page_of(rows, number, reverse("happening", args=[sequence]))
    found = news.read_changes(page.rows, today())
    context = {
        "page": page,
        "rows": [(row, acts_of(row), subject_of(row)) for row in found],
        "first": found[0],
        "title": words_of(found[0]),
        "crumbs": [Link(_("Có gì mới"), reverse("whats_new"))],
    }
    return render(request, "news/happening.html", context)


def words_of(one: Happening | News) -> str:
    """What was done, in words: "Công khai quyết định 12/QĐ-BTP", "Nhập danh mục"."""
    done = str(ChangeKind(one.kind).label)
    return f"{done} {one.decision.number}" if one.decision else done


@require_safe
def coming(request: HttpRequest, number: int = 1) -> HttpResponse:
    """What will open, change or end, the next first."""
    page = page_of(news.coming(today()), number, reverse("coming"), TURNS_A_PAGE)
    return _turns(request, page.rows, page, "sap-ap-dung")


@require_safe
def ended(request: HttpRequest, number: int = 0) -> HttpResponse:
    """What was repealed or replaced, the latest first."""
    now = today()
    page = past_of(news.ended(now), number, reverse("ended"), TURNS_A_PAGE)
    return _turns(request, news.read_ended(page.rows, now), page, "da-bai-bo")


def _turns(request: HttpRequest, turns: object, page: object, state: str) -> HttpResponse:
    context = {
        "turns": turns,
        "page": page,
        "words_of": turn_words,
        "source_of": turn_source,
        "address_of": turn_address,
    }
    return render(request, "news/turns.html", context | {"state": state, "states": states()})


def turn_words(turn: Turn) -> str:
    """What happens on the day: "Bản mới áp dụng từ 01/07/2026"."""
    day = {"day": format_date(turn.day)}
    if turn.what == "changes":
        words = _("Bản mới áp dụng từ %(day)s; trước ngày ấy vẫn theo bản cũ") % day
    elif turn.what == "opens":
        words = _("Bắt đầu áp dụng từ %(day)s") % day
    elif turn.replaced:
        words = _("Được thay thế từ %(day)s") % day
    elif turn.period.part == ScopePart.BASE and not turn.continues:
        words = _("Bãi bỏ từ %(day)s, không phải làm nữa") % day
    else:
        words = _("Hết áp dụng từ %(day)s") % day
    return f"{words} ({where})" if (where := _where(turn)) else words


def _where(turn: Turn) -> str:
    """For whom and which part, where it is not the whole text for the whole country."""
    scope = turn.period.scope
    place = scope.agency.name if scope.agency else scope.agency_class.name if scope.agency_class else ""
    part = "" if turn.period.part == ScopePart.BASE else str(ScopePart(turn.period.part).label)
    return ", ".join(filter(None, (part.lower(), place)))


def turn_source(turn: Turn) -> Link | None:
    """The decision that does it, where there is one."""
    closing = turn.period.closed_by.item if turn.period.closed_by and turn.what == "ends" else None
    if closing:
        return Link(closing.decision.number, closing.decision.get_absolute_url())
    source = source_of(turn.period)
    return Link(source.number, source.address) if source.in_hand and turn.what != "ends" else None


def turn_address(turn: Turn) -> str:
    """The page of the text as it will be; of one that ended, the page that says so."""
    if turn.what == "ends":
        return address_of(turn.procedure)
    return address_of(turn.procedure, turn.period.scope.agency, turn.day)
