"""What the portal showed on a past day, and what differs between two days: each a path, so that it can be cited."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import TIME_ZONE, end_of, today
from cms.models import Agency, Change, Procedure
from cms.qr import qr_svg
from cms.selectors import browse, show
from cms.selectors.comparing import Difference, compare
from cms.selectors.news import changes_on
from cms.selectors.showing import Shown
from cms.values import UnreadableValue, format_date, format_time, read_date
from cms.views.found import NothingHereError, found_agency, found_procedure
from cms.views.procedures import procedure_page
from cms.views.sheets import absolute
from cms.views.standing import Link, Notice, address_of, difference_address, since, source_of
from cms.vocabulary import ScopePart


@require_safe
def as_known(request: HttpRequest, identifier: str, on: date, known: date, agency: str | None = None) -> HttpResponse:
    """What the portal said at the end of the day `known` about the day `on`; the same for ever once that day is over.

    Raises NothingHereError for a day that has not come.
    """
    found, where = found_procedure(identifier), found_agency(agency) if agency else None
    if known > today():
        raise NothingHereError(_("Ngày %(day)s chưa đến, cổng chưa hiển thị gì.") % {"day": format_date(known)})
    moment = end_of(known)
    assert moment
    address = absolute(request.path)
    more = {"before": [_known_notice(found, where, on, known)], "version_address": address, "qr": qr_svg(address)}
    return procedure_page(request, found, where, on, moment, **more)


def _known_notice(procedure: Procedure, agency: Agency | None, on: date, known: date) -> Notice:
    days = {"known": format_date(known), "on": format_date(on)}
    words = _("Đây là điều cổng hiển thị vào cuối ngày %(known)s về quy định của ngày %(on)s.") % days
    if known == today():
        words += " " + _("Hôm nay chưa hết, trang này còn có thể thay đổi.")
    if acts := changes_on(procedure, known):
        said = "; ".join(map(_said, acts))
        words += " " + _("Trong ngày đó cổng ghi nhận: %(acts)s.") % {"acts": said}
    return Notice("info", words, [Link(_("Điều cổng biết bây giờ về ngày đó"), address_of(procedure, agency, on))])


def _said(change: Change) -> str:
    hour = format_time(change.at.astimezone(TIME_ZONE).time())
    number = f" {change.decision.number}" if change.decision else ""
    return f"{hour} {change.get_kind_display()}{number}"


@require_safe
def choose(request: HttpRequest, identifier: str) -> HttpResponse:
    """From two chosen days to the address of their difference; what can't be read leads back to the list."""
    found = found_procedure(identifier)
    try:
        days = [read_date(request.GET.get(name, "")) for name in ("truoc", "sau")]
    except UnreadableValue:
        return redirect("versions", found.slug)
    return redirect(difference_address(found, None, min(days), max(days)))


@require_safe
def difference(
    request: HttpRequest, identifier: str, before: date, after: date, agency: str | None = None
) -> HttpResponse:
    """What differs between two days, row by row and word by word; made to be printed."""
    found, where = found_procedure(identifier), found_agency(agency) if agency else None
    if found.slug != identifier or before > after:
        return redirect(difference_address(found, where, min(before, after), max(before, after)), permanent=True)
    sides = [show(found, where, day) for day in (before, after)]
    names = browse.names_of([found.pk], after)
    context = {
        "procedure": found,
        "name": names.get(found.pk, str(found)),
        "agency_label": browse.label_of(where) if where else "",
        "sides": [_side(one) for one in sides],
        "groups": differences(*sides),
        "address": absolute(request.path),
        "on": today(),
    }
    return render(request, "difference.html", context)


def differences(before: Shown, after: Shown) -> list[tuple[str, list[Difference]]]:
    """The differences of the base text, then of each local part, under the part's label; only parts that differ."""
    found = []
    for part in ScopePart:
        old, new = _canonical(before, part), _canonical(after, part)
        rows = compare(old, new)
        if rows:
            found.append((str(part.label), rows))
    return found


def _canonical(shown: Shown, part: str) -> dict[str, Any]:
    text = shown.text if part == ScopePart.BASE else shown.local_text(part)
    return text.canonical() if text else {}


def _side(shown: Shown) -> dict[str, Any]:
    """One of the two versions: its day, since when and by which decision it holds."""
    return {
        "day": shown.on,
        "address": address_of(shown.procedure, shown.agency, shown.on),
        "since": since(shown.base) if shown.base else "",
        "source": source_of(shown.base) if shown.base else None,
    }
