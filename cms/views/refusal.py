""" "Bị đòi giấy không có trong danh sách?": the right to refuse what is not published, whom to call, and the version to
show at the counter, printed on one sheet."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.models import Agency
from cms.selectors import browse
from cms.views.found import found_agency, found_procedure
from cms.views.plain import is_plain_file
from cms.views.procedures import shown_here
from cms.views.sections import groups_of_evidence, is_name_only
from cms.views.standing import Link, address_of, since, source_of


@require_safe
def refusal(request: HttpRequest, identifier: str | None = None, agency: str | None = None) -> HttpResponse:
    """The right in general, or for one procedure (at one agency) with its version of today."""
    if identifier is None:
        return render(request, "refusal.html", {"procedure": None, "agency": browse.own_agency(), "crumbs": []})
    found, where = found_procedure(identifier), found_agency(agency) if agency else None
    if found.slug != identifier:
        args = [where.slug, found.slug] if where else [found.slug]
        return HttpResponsePermanentRedirect(reverse("refusal_at" if where else "refusal", args=args))
    now = today()
    # The same rules as on the page that led here: those of whose portal it is, where it has any.
    shown, own = shown_here(found, where, None)
    names = browse.names_of([found.pk], now)
    context: dict[str, Any] = {
        "procedure": found,
        "agency": where or browse.own_agency(),
        "label": _label(where),
        "name": shown.text.content.name if shown.text else names.get(found.pk, str(found)),
        "shown": shown,
        "day": None if is_plain_file(request) else now,
        "back": address_of(found, where),
        "version_address": address_of(found, where or own, shown.stands_since if is_plain_file(request) else now),
        "papers": [],
    }
    if shown.base and shown.text:
        context |= {"since": since(shown.base), "source": source_of(shown.base), "name_only": is_name_only(shown)}
        context["papers"] = sorted(groups_of_evidence(shown.text), key=lambda group: bool(group[0].strip()))
        context["machine_read"] = shown.base.opened_by.item is None and not shown.text.verified
    context["crumbs"] = [Link(_("Thủ tục"), context["back"])]
    return render(request, "refusal.html", context)


def _label(agency: Agency | None) -> str:
    return browse.label_of(agency) if agency else ""
