"""What the pages of many procedures or agencies ask for, read together: a query for forty costs what it does for one.
The answers are handed to the `kept` selectors through `given`."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Window
from django.db.models.functions import RowNumber

from cms.models import Agency, Change, Procedure
from cms.selectors import browse, news, reception
from cms.selectors.keeping import question
from cms.selectors.past_states import past_states, past_states_of
from cms.vocabulary import AgencyKind

__all__ = ["of_agencies", "of_procedures"]


def of_procedures(procedures: Sequence[Procedure], on: date, most: int) -> dict[Hashable, Any]:
    """Each procedure by its address, its versions, and its `most` newest changes as read on the day,
    what the portal showed before. Eight queries."""
    answers: dict[Hashable, Any] = {question(browse.find_procedure, one.slug): one for one in procedures}
    versions = browse.versions_of_many(procedures)
    past = past_states(one.pk for one in procedures)
    told: dict[int | None, list[news.News]] = defaultdict(list)
    for row in news.read_changes(_newest(procedures, most), on):
        told[row.procedure.pk if row.procedure else None].append(row)
    for one in procedures:
        answers[question(browse.versions_of, one)] = versions[one.pk]
        answers[question(past_states_of, one)] = past.get(one.pk, [])
        answers[question(news.of_one, one, on, most)] = told[one.pk]
    return answers


def _newest(procedures: Sequence[Procedure], most: int) -> Iterable[Change]:
    place = Window(RowNumber(), partition_by="procedure", order_by="-sequence")
    rows = news.told(procedures).annotate(place=place).filter(place__lte=most)
    return rows.order_by("-sequence")


def of_agencies(agencies: Sequence[Agency], on: date) -> dict[Hashable, Any]:
    """Each agency by its address, who stands above it, its label and its counters. Four queries."""
    answers: dict[Hashable, Any] = {question(browse.find_agency, one.slug): one for one in agencies}
    paths = {one.path[:end] for one in agencies for end in range(one.steplen, len(one.path), one.steplen)}
    above = {one.path: one for one in Agency.objects.filter(path__in=paths)}
    points = reception.points_of_many(agencies, on)
    for one in agencies:
        line = [above[one.path[:end]] for end in range(one.steplen, len(one.path), one.steplen)]
        answers[question(browse.above, one)] = line
        if one.kind != AgencyKind.COMMUNE or line:
            answers[question(browse.label_of, one)] = browse.labelled(one, line[-1] if line else None)
        if one.kind not in reception.SERVED_ABOVE or points[one.pk]:
            answers[question(reception.reception_points, one, on)] = points[one.pk]
    return answers
