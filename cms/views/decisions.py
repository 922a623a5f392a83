"""Public pages of announcing decisions, those in hand and those that are only cited by number so far."""

from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Decision
from cms.selectors import browse, gazette
from cms.values import citation, format_date, format_time
from cms.views.data import downloads
from cms.views.found import NothingHereError
from cms.views.paging import past_of
from cms.views.standing import Link
from cms.vocabulary import DecisionAction, DecisionState

PAGE_SIZE = 100


@require_safe
def decisions(request: HttpRequest, number: int = 0) -> HttpResponse:
    """Decisions in hand, newest first, then the numbers without a document."""
    in_hand, cited = gazette.public_decisions(), gazette.cited_numbers()
    page = past_of([*in_hand, *cited], number, reverse("decisions"), PAGE_SIZE)
    context = {
        "page": page,
        "in_hand": [row for row in page.rows if not isinstance(row, gazette.CitedNumber)],
        "cited": [row for row in page.rows if isinstance(row, gazette.CitedNumber)],
        "in_hand_count": len(in_hand),
        "cited_count": len(cited),
        "counts": _counts,
        "files": downloads("quyet-dinh"),
    }
    return render(request, "decisions.html", context)


def _counts(row: Decision) -> str:
    """What a decision announces, counted: "2 mới ban hành, 1 bị bãi bỏ"; nothing for what it does not hold."""
    counted = (
        (row.enacted, _("mới ban hành")),  # type: ignore[attr-defined]
        (row.amended, _("sửa đổi, bổ sung")),  # type: ignore[attr-defined]
        (row.replaced, _("thay thế")),  # type: ignore[attr-defined]
        (row.repealed, _("bãi bỏ")),  # type: ignore[attr-defined]
    )
    return ", ".join(f"{number} {words}" for number, words in counted if number)


@require_safe
def decision(request: HttpRequest, slug: str) -> HttpResponse:
    """One decision with its items by action, or the page of a number without a document."""
    found = gazette.find_decision(slug)
    if found is None:
        return _cited(request, slug)
    view = gazette.decision_view(found, today())
    issuer = found.issuer_text or found.issuer.name
    context = {
        "decision": found,
        "citation": citation(found.number, found.signed_on, issuer, found.title),
        "groups": _labelled(view),
        "rests_on": view.rests_on,
        "rolled_back": found.state == DecisionState.ROLLED_BACK,
        "publications": [
            (_told(one.published), _told(one.taken_back), _groups(one.decision) if one.decision.pk != found.pk else [])
            for one in gazette.publications(found)
        ],
        "crumbs": _crumbs(),
    }
    return render(request, "decision.html", context)


def _labelled(view: gazette.DecisionView) -> list[tuple[str, list[gazette.ItemView]]]:
    return [(str(DecisionAction(action).label), rows) for action, rows in view.groups]


def _groups(earlier: Decision) -> list[tuple[str, list[gazette.ItemView]]]:
    return _labelled(gazette.decision_view(earlier, today()))


def _told(act: tuple[datetime, int] | None) -> Link | None:
    """The moment of an act, leading to all that it changed."""
    if act is None:
        return None
    at, sequence = act
    words = _("%(time)s ngày %(day)s") % {"time": format_time(localtime(at).time()), "day": format_date(at)}
    return Link(words, reverse("happening", args=[sequence]))


@require_safe
def signed_copy(request: HttpRequest, slug: str) -> FileResponse:
    """The PDF of the signed paper, of a decision that is public. Raises NothingHereError where there is none."""
    found = gazette.find_decision(slug)
    if found is None or not found.signed_copy:
        raise NothingHereError(_("Không có bản đã ký của quyết định này ở đây."))
    name = f"{found.slug}.pdf"
    return FileResponse(found.signed_copy.open("rb"), filename=name, content_type="application/pdf")


def _cited(request: HttpRequest, slug: str) -> HttpResponse:
    cited = [one for one in gazette.cited_numbers() if one.slug == slug]
    if not cited:
        if later := gazette.decision_numbered(slug):
            return HttpResponsePermanentRedirect(later.get_absolute_url())
        raise NothingHereError(_("Không có quyết định nào ở địa chỉ này."))
    numbers = [one.number for one in cited]
    rows = browse.procedures_citing(numbers, today())
    context = {"number": ", ".join(numbers), "rows": rows, "crumbs": _crumbs()}
    return render(request, "decision_cited.html", context)


def _crumbs() -> list[Link]:
    return [Link(_("Quyết định"), reverse("decisions"))]
