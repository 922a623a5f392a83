"""Writing reception points: each edit stands in the change log, so that pages kept and sheets posted follow it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.db import transaction

from cms.models import Agency, Change, ClosedDays, OpeningHours, ReceptionPoint, User
from cms.opening import Closed
from cms.selectors.rights import Right
from cms.services.acts import require
from cms.services.changelog import take_moment, write_changes
from cms.vocabulary import ChangeKind

__all__ = ["PointDraft", "log_contact", "save_points"]


@dataclass(frozen=True)
class PointDraft:
    """A reception point as stated by a file. `hours`: ISO weekday (1 = Monday) → spans."""

    agency: Agency
    name: str
    address: str
    phone: str = ""
    email: str = ""
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    hours: Mapping[int, Sequence[tuple[time, time]]] = field(default_factory=dict)
    closed: Sequence[Closed] = ()

    @property
    def fields(self) -> dict[str, object]:
        """The columns of the point itself."""
        names = ("address", "phone", "email", "note", "valid_from", "valid_to")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def save_points(*, drafts: Iterable[PointDraft], by: User | None) -> tuple[int, int, int]:
    """Let the stated points stand; those of the same agency and name are changed, others stay.

    Returns (new, changed, unchanged). Raises NotAllowedError when `by` may not edit the contact of one's agency.
    """
    drafts = list(drafts)
    for agency in {draft.agency for draft in drafts} if by else ():
        require(by, Right.CONTACT, agency)  # type: ignore[arg-type]  # only asked of a person
    moment = take_moment(by)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    touched: dict[int, Agency] = {}
    for draft in drafts:
        done = _save(draft)
        counts[done] += 1
        if done != "unchanged":
            touched[draft.agency.pk] = draft.agency
    write_changes(moment, [Change(kind=ChangeKind.CONTACT, agency=agency) for agency in touched.values()])
    return counts["new"], counts["changed"], counts["unchanged"]


@transaction.atomic
def log_contact(*, agency: Agency, by: User | None, note: str = "") -> None:
    """Enter into the change log that an agency's contact was edited by hand."""
    write_changes(take_moment(by), [Change(kind=ChangeKind.CONTACT, agency=agency, note=note)])


def _save(draft: PointDraft) -> str:
    point = ReceptionPoint.objects.filter(agency=draft.agency, name=draft.name).first()
    if point and _same(point, draft):
        return "unchanged"
    done = "changed" if point else "new"
    point = point or ReceptionPoint(agency=draft.agency, name=draft.name)
    for name, value in draft.fields.items():
        setattr(point, name, value)
    point.save()
    OpeningHours.objects.filter(point=point).delete()
    ClosedDays.objects.filter(point=point).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(point=point, weekday=day, opens=opens, closes=closes)
        for day, spans in draft.hours.items()
        for opens, closes in spans
    )
    ClosedDays.objects.bulk_create(
        ClosedDays(point=point, first=one.first, last=one.last, reason=one.reason) for one in draft.closed
    )
    return done


def _same(point: ReceptionPoint, draft: PointDraft) -> bool:
    hours = sorted((day, *span) for day, spans in draft.hours.items() for span in spans)
    closed = sorted((one.first, one.last, one.reason) for one in draft.closed)
    return (
        all(getattr(point, name) == value for name, value in draft.fields.items())
        and sorted(OpeningHours.objects.filter(point=point).values_list("weekday", "opens", "closes")) == hours
        and sorted(ClosedDays.objects.filter(point=point).values_list("first", "last", "reason")) == closed
    )
