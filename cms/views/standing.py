"""Where a procedure stands on the day asked for: in force since when and by which decision, coming, ended, or unknown.
Unknown stays unknown: a missing date is said, never filled with the day of import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models import Agency, Procedure, ValidityPeriod
from cms.selectors import Shown, browse
from cms.text import slugify
from cms.values import format_date
from cms.vocabulary import DecisionAction

# Versions of which every two are compared in files: 15 pages at most.
MOST_COMPARED = 6


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    text: str
    address: str


@dataclass
class Notice:
    """A sentence above the text. `kind`: "info", "warning" or "ended", each with its own words and shape."""

    kind: str
    text: str
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """What stands behind a text: a decision in hand, or a number as its source cites it."""

    number: str
    address: str = ""
    signed_on: date | None = None
    in_hand: bool = False


def address_of(procedure: Procedure, agency: Agency | None = None, day: date | None = None) -> str:
    """The page of a procedure, at an agency or as base text, today or on a day."""
    parts = [agency.slug] if agency else []
    parts.append(procedure.slug)
    name = "place" if agency else "procedure"
    return reverse(f"{name}_on", args=[*parts, day]) if day else reverse(name, args=parts)


def difference_address(procedure: Procedure, agency: Agency | None, before: date, after: date) -> str:
    """The page that sets what held on two days beside each other."""
    place = [agency.slug] if agency else []
    return reverse("place_difference" if agency else "difference", args=[*place, procedure.slug, before, after])


def compared(days: Sequence[date]) -> list[tuple[date, date]]:
    """Which versions are set beside each other when the portal is written as files: each and the next one, all pairs
    where they are few."""
    return list(combinations(days, 2) if len(days) <= MOST_COMPARED else pairwise(days))


def known_address(procedure: Procedure, agency: Agency | None, on: date, known: date) -> str:
    """The page of what the portal showed at the end of the day `known` about the day `on`."""
    place = [agency.slug] if agency else []
    return reverse("place_known" if agency else "procedure_known", args=[*place, procedure.slug, on, known])


def source_of(period: ValidityPeriod) -> Source:
    """The decision that opened the period, else the number its text cites."""
    item = period.opened_by.item
    if item:
        decision = item.decision
        return Source(decision.number, decision.get_absolute_url(), decision.signed_on, in_hand=True)
    number = period.content.decision_number
    if number:
        return Source(number, reverse("decision", args=[slugify(number)]))
    return Source(period.content.cited_decision)


def since(period: ValidityPeriod, today: date | None = None) -> str:
    """Since when the text holds, or that this is not known; with `today`, a text to come says from when to when."""
    if today and period.holds_from > today:
        days = {"first": format_date(period.holds_from)}
        if not period.valid_to:
            return _("Áp dụng từ %(first)s") % days
        days["last"] = format_date(period.valid_to - timedelta(days=1))
        return _("Áp dụng từ %(first)s đến hết %(last)s") % days
    if period.valid_from:
        return _("Có hiệu lực từ %(day)s") % {"day": format_date(period.valid_from)}
    return _("Chưa rõ ngày hiệu lực; có trên cổng từ %(day)s") % {"day": format_date(period.holds_from)}


def until(period: ValidityPeriod, today: date) -> str:
    """Until when it held, or that it is still open; nothing for a text that has yet to come."""
    if period.holds_from > today:
        return ""
    if period.valid_to:
        return _("Hết hiệu lực từ %(day)s") % {"day": format_date(period.valid_to)}
    return _("Đang áp dụng, chưa có ngày hết hiệu lực")


def notices(shown: Shown, successors: list[Link], today: date) -> list[Notice]:
    """All that must be said before the text."""
    found = []
    if shown.on != today:
        day = format_date(shown.on)
        now = Link(_("Xem bản hôm nay"), address_of(shown.procedure, shown.agency))
        found.append(Notice("info", _day_seen(shown, today) % {"day": day}, [now]))
    if shown.unknown_before:
        found.append(_unknown(shown, shown.unknown_before))
    elif shown.base is None and shown.ended:
        found.append(_ended(shown, shown.ended, successors))
    if superseded := _superseded(shown, today):
        found.append(superseded)
    elif shown.coming and not shown.unknown_before:
        found.append(_coming(shown, shown.coming, today))
    elif shown.base and shown.base.valid_to:
        day = format_date(shown.base.valid_to)
        found.append(Notice("warning", _("Chỉ áp dụng đến hết ngày trước %(day)s.") % {"day": day}, successors))
    if shown.base is None and not found_reason(shown):
        found.append(_nothing(shown))
    return found


def _superseded(shown: Shown, today: date) -> Notice | None:
    """That another version stands in the place of the past day's: what an old sheet's QR code opens with."""
    day = shown.stands_until
    if day is None or day > today:
        return None
    now = Link(_("Xem bản từ %(day)s") % {"day": format_date(day)}, address_of(shown.procedure, shown.agency, day))
    opened = [period for period in shown.periods if period.holds_from == day]
    sources = {source.number: source for source in map(source_of, opened) if source.number}
    if not opened:
        return None
    links = [now, *(Link(source.number, source.address) for source in sources.values() if source.address)]
    words = {"day": format_date(day), "decision": ", ".join(sources)}
    if any(period.valid_from is None for period in opened):
        # The day is that on which the portal read the other text; since when it holds, no source has said.
        text = _("Bản này không còn là bản mới nhất: cổng có bản khác từ %(day)s, chưa rõ ngày hiệu lực.") % words
        if sources:
            text += " " + _("Theo quyết định số %(decision)s.") % words
        return Notice("ended", text, links)
    if sources:
        return Notice("ended", _("Bản này đã được thay thế từ %(day)s bởi quyết định số %(decision)s.") % words, links)
    return Notice("ended", _("Bản này đã được thay thế từ %(day)s.") % words, links)


def found_reason(shown: Shown) -> bool:
    """Whether the history itself says why nothing is in force."""
    return bool(shown.unknown_before or shown.ended or shown.coming)


def _unknown(shown: Shown, day: date) -> Notice:
    words = _("Không rõ ngày này quy định thế nào: cổng chỉ có số liệu từ %(day)s.") % {"day": format_date(day)}
    link = Link(_("Xem bản từ %(day)s") % {"day": format_date(day)}, address_of(shown.procedure, shown.agency, day))
    return Notice("warning", words, [link])


def _ended(shown: Shown, last: ValidityPeriod, successors: list[Link]) -> Notice:
    assert last.valid_to
    day = {"day": format_date(last.valid_to)}
    item = last.closed_by.item if last.closed_by else None
    if item and item.action == DecisionAction.REPLACE:
        words = _("Đã được thay thế từ %(day)s, không làm theo bản này nữa.") % day
    else:
        words = _("Đã bãi bỏ từ %(day)s, không phải làm nữa.") % day
    if successors:
        words += " " + _("Nay làm theo:")
    before = Link(_("Xem bản cuối cùng còn hiệu lực"), address_of(shown.procedure, shown.agency, last.holds_from))
    return Notice("ended", words, [*successors, before])


def _day_seen(shown: Shown, today: date) -> str:
    """What the page of another day is; of a day to come nobody knows more than what is published by now."""
    if shown.on > today:
        return _("Bạn đang xem ngày %(day)s, theo những gì đã công bố đến hôm nay.")
    if shown.base is None:
        return _("Bạn đang xem ngày %(day)s.")
    return _("Đây là quy định của ngày %(day)s.")


def _coming(shown: Shown, coming: ValidityPeriod, today: date) -> Notice:
    day = format_date(coming.holds_from)
    link = Link(_("Xem bản mới"), address_of(shown.procedure, shown.agency, coming.holds_from))
    if coming.holds_from <= today:
        return Notice("info", _("Từ %(day)s đã có bản mới.") % {"day": day}, [link])
    if shown.base:
        return Notice("warning", _("Bản mới: áp dụng từ %(day)s; hôm nay vẫn theo bản cũ.") % {"day": day}, [link])
    return Notice("warning", _("Áp dụng từ %(day)s; hôm nay chưa áp dụng.") % {"day": day}, [link])


def _nothing(shown: Shown) -> Notice:
    base = Link(_("Xem các bản của thủ tục này"), reverse("versions", args=[shown.procedure.slug]))
    if shown.agency:
        words = _("Cổng không có số liệu về thủ tục này tại %(agency)s.") % {"agency": browse.label_of(shown.agency)}
    else:
        words = _("Cổng không có văn bản nào của thủ tục này còn được giữ là đúng. Hỏi Một cửa trước khi đi.")
    return Notice("warning", words, [base])
