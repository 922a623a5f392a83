"""The admin's list of counters where papers are handed in; it is exported as it can be handed in again."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.list_export import ExportedIndexView
from cms.models import ClosedDays, ReceptionPoint
from cms.opening import WEEKDAYS
from cms.role_viewsets import CoveredDeleteView, CoveredEditView, CoveredForm
from cms.values import format_date, format_time
from cms.vocabulary import AgencyKind


class ReceptionPointIndexView(ExportedIndexView):
    """The list, with the way to hand in a filled-in one."""

    import_name = "reception_import"

    def as_spreadsheet(self, queryset: "QuerySet[Any]", spreadsheet_format: str) -> HttpResponseBase:
        """The rows with their hours."""
        rows = queryset.select_related("agency").prefetch_related("hours", "closed_days")
        return super().as_spreadsheet(rows, spreadsheet_format)


def _code(row: ReceptionPoint) -> str:
    return row.agency.unit_code or row.agency.national_code or ""


def _province(row: ReceptionPoint) -> str:
    """Only where no code tells which agency of that name it is."""
    if _code(row):
        return ""
    return next((one.name for one in row.agency.get_ancestors() if one.kind == AgencyKind.PROVINCE), "")


def _hours(weekday: int) -> Callable[[ReceptionPoint], str]:
    def said(row: ReceptionPoint) -> str:
        spans = sorted((one.opens, one.closes) for one in row.hours.all() if one.weekday == weekday)
        return "; ".join(f"{format_time(opens)}-{format_time(closes)}" for opens, closes in spans) or "nghỉ"

    return said


def _closed(row: ReceptionPoint) -> str:
    def said(one: ClosedDays) -> str:
        days = dict.fromkeys((format_date(one.first), format_date(one.last)))
        return "-".join(days) + (f": {one.reason}" if one.reason else "")

    return "; ".join(map(said, row.closed_days.all()))


class ReceptionPointViewSet(SnippetViewSet):
    """Counters where papers are handed in, edited in place."""

    model = ReceptionPoint
    index_view_class = ReceptionPointIndexView
    icon = "home"
    menu_label = gettext_lazy("Nơi tiếp nhận")
    base_url_path = "noi-tiep-nhan"
    list_display = ["name", "agency", "address", "phone", "valid_to"]
    search_fields = ["name", "address", "agency__name", "agency__match_key"]
    search_backend_name = None
    # The columns in which the same list is handed in again (importers.reception).
    list_export = [
        Column("code", label="Mã cơ quan", accessor=_code),
        Column("agency", label="Tên cơ quan", accessor="agency.name"),
        Column("province", label="Tỉnh, thành phố", accessor=_province),
        *("name", "address", "phone", "email"),
        *(Column(f"day{number}", label=str(label), accessor=_hours(number)) for number, label in WEEKDAYS.items()),
        Column("closed", label="Ngày nghỉ", accessor=_closed),
        *("note", "valid_from", "valid_to"),
    ]
    export_headings = {"valid_from": "Có từ ngày", "valid_to": "Đến trước ngày"}
    list_per_page = 50
    edit_view_class = CoveredEditView
    delete_view_class = CoveredDeleteView
    _panels = [
        FieldPanel("agency"),
        *map(FieldPanel, ("name", "address")),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        FieldPanel("note"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
        InlinePanel("hours", label=gettext_lazy("Giờ làm việc")),
        InlinePanel("closed_days", label=gettext_lazy("Ngày nghỉ")),
    ]
    edit_handler = ObjectList(_panels, base_form_class=CoveredForm)
