"""Lists in .xlsx or .csv before they are taken in: django-import-export says line by line what is new, what changes and
where, what stays. It writes nothing; the write is cms.services'."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html_join
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, Resource
from import_export.results import RowResult
from tablib import Dataset

from cms.models import ClosedDays, OpeningHours, ReceptionPoint
from cms.opening import Closed
from cms.selectors.comparing import words_between
from cms.services.reception import PointDraft
from cms.values import format_date, format_time
from importers.reception import COLUMNS

SHOWN = [key for key in COLUMNS if key not in ("code", "province")]
_TAGS = {"same": "span", "gone": "del", "come": "ins"}


@dataclass
class Line:
    """A row as its columns read, and the thing it is about."""

    about: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.texts.get('agency', '')}: {self.about}"


class _Text(Field):
    """A column that is a text by its key."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        """What stands there."""
        return instance.texts.get(self.attribute, "") if instance else ""


class WordDiff(Diff):
    """Differences word by word, every word escaped, with nothing but <ins> and <del>: no styles of its own."""

    def as_html(self) -> list[str]:
        """One piece of HTML for each column."""
        found: list[str] = []
        for before, after in zip(self.left, self.right, strict=True):
            words = words_between("" if self.new else before, after)
            found.append(format_html_join(" ", "<{0}>{1}</{0}>", ((_TAGS[word.kind], word.text) for word in words)))
        return found


class PointResource(Resource):
    """Reception points as a file states them, against those that stand."""

    class Meta:
        instance_loader_class = BaseInstanceLoader
        skip_unchanged = True
        report_skipped = True
        store_instance = True

    def __init__(self, drafts: Sequence[PointDraft]) -> None:
        super().__init__()
        self.drafts = drafts
        for key in SHOWN:
            self.fields[key] = _Text(attribute=key, column_name=COLUMNS[key])
        rows = ReceptionPoint.objects.filter(agency__in={draft.agency.pk for draft in drafts})
        self.standing = {(row.agency_id, row.name): row for row in rows}

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Ours."""
        return WordDiff

    def preview(self) -> list[RowResult]:
        """A result for each draft, in their order: new, changed with its differences, or unchanged."""
        data = Dataset(*[[number] for number in range(len(self.drafts))], headers=["draft"])
        rows: list[RowResult] = self.import_data(data, dry_run=True, raise_errors=True, use_transactions=False).rows
        return rows

    def get_instance(self, instance_loader: Any, row: Any) -> Line | None:
        """The point that stands, as texts."""
        draft = self.drafts[row["draft"]]
        point = self.standing.get((draft.agency.pk, draft.name))
        if point is None:
            return None
        hours: dict[int, list[Any]] = {}
        for one in OpeningHours.objects.filter(point=point).order_by("weekday", "opens"):
            hours.setdefault(one.weekday, []).append((one.opens, one.closes))
        closed = [Closed(one.first, one.last, one.reason) for one in ClosedDays.objects.filter(point=point)]
        own = {name: getattr(point, name) for name in draft.fields}
        return Line(
            point.name, _texts(PointDraft(agency=draft.agency, name=point.name, hours=hours, closed=closed, **own))
        )

    def init_instance(self, row: Any = None) -> Line:
        """A point that is not there yet."""
        return Line()

    def import_instance(self, instance: Line, row: Any, **kwargs: Any) -> None:
        """What the file says."""
        draft = self.drafts[row["draft"]]
        instance.about, instance.texts = draft.name, _texts(draft)

    def skip_row(self, instance: Line, original: Line, row: Any, import_validation_errors: Any = None) -> bool:
        """Whether it reads the same."""
        return instance.texts == original.texts

    def validate_instance(self, instance: Line, *args: Any, **kwargs: Any) -> None:
        """The reader has looked at every cell."""

    def save_instance(self, instance: Line, *args: Any, **kwargs: Any) -> None:
        """Never: cms.services writes."""

    def save_m2m(self, *args: Any, **kwargs: Any) -> None:
        """Nor this."""


def _texts(draft: PointDraft) -> dict[str, str]:
    texts = {"agency": draft.agency.name, "name": draft.name}
    for name in ("address", "phone", "email", "note"):
        texts[name] = getattr(draft, name)
    for name in ("valid_from", "valid_to"):
        day = getattr(draft, name)
        texts[name] = format_date(day) if day else ""
    for number in range(1, 8):
        spans = sorted(draft.hours.get(number, ()))
        texts[f"day{number}"] = "; ".join(f"{format_time(one)}-{format_time(other)}" for one, other in spans) or "nghỉ"

    texts["closed"] = "; ".join(sorted(str(one) for one in draft.closed))
    return texts
