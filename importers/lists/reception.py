"""Reception points of an office as a list."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.models import ClosedDays, OpeningHours, ReceptionPoint
from cms.opening import Closed
from cms.selectors.rights import Right, may, places_with
from cms.services.reception import PointDraft, save_points
from cms.values import format_date, format_time
from importers.lists.resource import Line, ListResource
from importers.lists.screen import ListScreen
from importers.lists.table import ListFile
from importers.reception import COLUMNS, read_reception_points


class PointResource(ListResource[PointDraft]):
    """Reception points as a file states them, against those that stand."""

    columns = {key: label for key, label in COLUMNS.items() if key not in ("code", "province")}

    def __init__(self, drafts: Sequence[PointDraft]) -> None:
        super().__init__(drafts)
        rows = ReceptionPoint.objects.filter(agency__in={draft.agency.pk for draft in drafts})
        self.points = {(row.agency_id, row.name): row for row in rows}

    def standing(self, draft: PointDraft) -> Line | None:
        """The point that stands, as texts."""
        point = self.points.get((draft.agency.pk, draft.name))
        if point is None:
            return None
        hours: dict[int, list[Any]] = {}
        for one in OpeningHours.objects.filter(point=point).order_by("weekday", "opens"):
            hours.setdefault(one.weekday, []).append((one.opens, one.closes))
        closed = [Closed(one.first, one.last, one.reason) for one in ClosedDays.objects.filter(point=point)]
        own: dict[str, Any] = {name: getattr(point, name) for name in draft.fields}
        return self.stated(PointDraft(agency=draft.agency, name=point.name, hours=hours, closed=closed, **own))

    def stated(self, draft: PointDraft) -> Line:
        """What the file says."""
        return Line(f"{draft.agency.name}: {draft.name}", _texts(draft))


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


class ReceptionScreen(ListScreen[PointDraft]):
    """Rows of agencies whose contact this person may not edit are refused like any other bad row."""

    address = "reception_import"
    title = _("Nhập nơi tiếp nhận")
    lead = _(
        "Mỗi dòng một nơi tiếp nhận, mỗi cột một ngày trong tuần. Nơi đã có được sửa theo tệp; nơi không có trong tệp "
        "giữ nguyên."
    )
    thing = _("Nơi tiếp nhận")
    right = Right.CONTACT
    helps = ((_("Tải tệp mẫu để điền"), "reception_template"),)
    resource = PointResource

    def allowed(self, user: Any) -> bool:
        """Whoever may edit the contact of some agency."""
        return places_with(user, Right.CONTACT) != []

    def read(self, path: Path, user: Any) -> ListFile[PointDraft]:
        """The points of one's own agencies."""
        found = read_reception_points(path)
        mine = {draft.agency.pk: may(user, Right.CONTACT, draft.agency) for draft in found.drafts}
        found.refused += [
            f"“{draft.name}” của {draft.agency.name}: tài khoản không có quyền sửa liên hệ ở đó. "
            "Hãy bỏ dòng này, hoặc nhờ cơ quan đó nhập."
            for draft in found.drafts
            if not mine[draft.agency.pk]
        ]
        found.drafts = [draft for draft in found.drafts if mine[draft.agency.pk]]
        return found

    def write(self, found: ListFile[PointDraft], user: Any) -> tuple[int, int, int]:
        """Through the change log."""
        return save_points(drafts=found.drafts, by=user)
