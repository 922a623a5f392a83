"""The state of publicity among the files: its table, all its rows as a workbook, and one page whose script shows the
rows behind each figure. Ten lists for each agency would be made anew with every decision."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cms.calendar import today
from cms.clocks import clock_words
from cms.models import Agency, PostingAct, Verification
from cms.selectors import browse
from cms.selectors.publicity import KINDS, Row, publicity, waiting
from cms.selectors.survey import Survey, mark_of
from cms.views.exported import Group, Stated
from cms.views.posted import Ledgers
from cms.views.publicity import ALL, LABELS, UNKNOWN, gap_labels

__all__ = ["DATA", "ROWS", "lists", "rows_data", "rows_page", "turning"]

ROWS = "/tinh-hinh-cong-khai/tung-dong/"
DATA = "/tinh-hinh-cong-khai/tung-dong.js"


def turning(on: date) -> list[Any]:
    """What the table rests on beside the change log and the calendar's turns: checks, sheets on walls, and decisions
    that wait, whose terms run. Three queries where none waits."""
    last = [model._default_manager.aggregate(last=Max("pk"))["last"] for model in (Verification, PostingAct)]
    return [*last, mark_of(waiting(on))]


def lists(survey: Survey) -> Iterator[Group]:
    """The table with its rows, and the page that shows them."""
    ledgers = Ledgers(survey.on)
    posted = [(pk, ledgers.cell(one)) for pk, one in sorted(ledgers.agencies.items())]
    mark = mark_of(publicity(survey.on), posted, survey.agencies_mark)
    files = [reverse("publicity"), reverse("publicity_file", args=[ALL, "cong-khai"]), DATA]
    yield Group("tinh-hinh-cong-khai", mark, lambda: [Stated(address) for address in files])
    yield Group(ROWS, "", lambda: [Stated(ROWS)])


def rows_page(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure, shown by a script: which, stands behind the # of the address."""
    file = reverse("publicity_file", args=[ALL, "cong-khai"])
    return render(request, "export/publicity_rows.html", {"data": DATA, "file": file})


def rows_data(request: HttpRequest) -> HttpResponse:
    """All rows as a script: agencies and kinds with their words, then for each row whose it is, which kinds hold it and
    what is said of it; sentences stand once."""
    found = publicity(today())
    words: dict[str, int] = {"": 0}
    agencies = Agency.objects.in_bulk({row.agency_id for row in found if row.agency_id})
    named = {pk: [one.slug, browse.label_of(one)] for pk, one in agencies.items()}
    data = {
        "kinds": [[kind, str(label)] for kind, label in LABELS.items()],
        "agencies": [*named.values(), [UNKNOWN, "nguồn chưa ghi cơ quan công bố"], [ALL, "mọi cơ quan"]],
        "rows": [_row(row, named, words) for row in found],
    }
    text = json.dumps(data | {"words": list(words)}, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(f"self.congKhai={text};\n", content_type="text/javascript; charset=utf-8")


def _row(row: Row, named: dict[int, list[str]], words: dict[str, int]) -> list[Any]:
    bits = sum(bool(holds(row)) << at for at, holds in enumerate(KINDS.values()))
    said = "; ".join(gap_labels(row)), clock_words(row.clock), clock_words(row.announce)
    slug = named[row.agency_id][0] if row.agency_id else UNKNOWN
    return [
        slug,
        bits,
        row.slug,
        row.code,
        row.name or row.decision,
        *(words.setdefault(one, len(words)) for one in said),
    ]
