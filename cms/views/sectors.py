"""Public pages of sectors: all from A to Z, and the procedures of one."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.calendar import today
from cms.selectors import browse, catalogue
from cms.views.data import downloads
from cms.views.found import found_sector
from cms.views.lists import mark_of_entry
from cms.views.paging import stretch_of
from cms.views.standing import Link


@require_safe
def sectors(request: HttpRequest) -> HttpResponse:
    """All sectors with procedures in force, under their first letters."""
    found = browse.sectors(today())
    letters = [(letter, list(rows)) for letter, rows in groupby(found, key=lambda row: row.one.name[:1].upper())]
    return render(request, "sectors.html", {"letters": letters, "files": downloads("linh-vuc")})


@require_safe
def sector(request: HttpRequest, slug: str, anchor: str = "") -> HttpResponse:
    """The procedures of one sector, in pages."""
    found = found_sector(slug)
    rows = catalogue.of_sector(found, today())
    context = {
        "sector": found,
        "page": stretch_of(rows, anchor, reverse("sector", args=[slug]), mark_of_entry),
        "crumbs": [Link(_("Lĩnh vực"), reverse("sectors"))],
        "files": downloads(f"thu-tuc/linh-vuc/{slug}"),
    }
    return render(request, "sector.html", context)
