"""The admin's screens for search: the dictionary and the pinned results, each with a preview of what saving would
change, and the statistics, from which an entry is two clicks away."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import (
    CreateView,
    PreviewOnCreateView,
    PreviewOnEditView,
    SnippetViewSet,
    SnippetViewSetGroup,
)
from wagtail.utils.decorators import xframe_options_sameorigin_override

from cms.calendar import today
from cms.list_export import ExportedIndexView
from search import statistics
from search.models import DictionaryEntry, PinnedResult
from search.pin_form import PinForm
from search.preview import Change, changed_by_entry, changed_by_pin

__all__ = ["SearchGroup"]

PERIODS = (7, 30, 90)
USUAL_PERIOD = 30
# One season of an errand (admission, tax returns); longer needs a better name or dictionary entry.
USUAL_PIN = timedelta(days=90)
MAY_ADD = "search.add_dictionaryentry"


class PreviewsChanges:
    """Shows what saving the form would change, instead of a public page of the row."""

    note: Any = ""

    def changes(self, row: Any) -> list[Change]:
        """The changes to show."""
        raise NotImplementedError

    @method_decorator(xframe_options_sameorigin_override)
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The preview of the form as it stands."""
        form = self.get_form(self._get_form_data(self._get_form_state()))  # type: ignore[attr-defined]
        if not self.validate_form(form):  # type: ignore[attr-defined]
            return self.error_response()  # type: ignore[attr-defined,no-any-return]
        row = form.save(commit=False)
        context = {"changes": self.changes(row), "note": self.note, "stylesheet": static("search/preview.css")}
        return render(request, "search_admin/preview.html", context)


# --- dictionary ------------------------------------------------------------------------------------------------------


class EntryChanges(PreviewsChanges):
    """For an entry."""

    def changes(self, row: DictionaryEntry) -> list[Change]:
        """For its phrases and for recent queries that hold them."""
        return changed_by_entry(row, today())


class EntryPreviewOnCreate(EntryChanges, PreviewOnCreateView):  # type: ignore[misc]
    """A new entry."""


class EntryPreviewOnEdit(EntryChanges, PreviewOnEditView):  # type: ignore[misc]
    """An entry that stands."""


class EntryCreateView(CreateView):  # type: ignore[misc]
    """A new entry; the statistics hand over what people typed."""

    def get_initial_form_instance(self) -> DictionaryEntry:
        """An entry that holds the phrases of the address, to be completed."""
        row: DictionaryEntry = super().get_initial_form_instance() or DictionaryEntry()
        row.phrases = self.request.GET.get("phrases", "")[: statistics.LONGEST]
        return row


DICTIONARY = "wagtailsnippets_search_dictionaryentry"


class DictionaryIndexView(ExportedIndexView):
    """The dictionary as a list, with the way to hand in many entries."""

    import_name = "dictionary_import"


class DictionaryViewSet(SnippetViewSet):  # type: ignore[misc]
    """The dictionary."""

    model = DictionaryEntry
    icon = "list-ul"
    menu_label = gettext_lazy("Từ điển")
    base_url_path = "tim-kiem/tu-dien"
    admin_url_namespace = DICTIONARY
    index_view_class = DictionaryIndexView
    add_view_class = EntryCreateView
    preview_on_add_view_class = EntryPreviewOnCreate
    preview_on_edit_view_class = EntryPreviewOnEdit
    search_fields = ["phrases", "official", "note"]
    search_backend_name = None
    list_display = [
        "__str__",
        Column("official", label=gettext_lazy("Nghĩa là"), accessor=lambda row: "; ".join(row.entry.official)),
        Column("get_kind_display", label=gettext_lazy("Loại"), sort_key="kind"),
        BooleanColumn("active", label=gettext_lazy("Đang dùng"), sort_key="active"),
        Column("origin", label=gettext_lazy("Nguồn")),
        Column("changed_at", label=gettext_lazy("Sửa lần cuối"), sort_key="changed_at"),
    ]
    list_filter = ["kind", "active", "both_ways", "keeps"]
    list_per_page = 50
    list_export = ["phrases", "official", "get_kind_display", "both_ways", "keeps", "note", "active"]
    export_headings = {"get_kind_display": gettext_lazy("loại")}
    export_filename = "tu-dien-tim-kiem"
    panels = [
        FieldPanel("phrases"),
        FieldPanel("official"),
        FieldPanel("kind"),
        MultiFieldPanel(
            [FieldPanel("both_ways"), FieldPanel("keeps"), FieldPanel("active")], heading=gettext_lazy("Cách dùng")
        ),
        FieldPanel("note"),
    ]


# --- pinned results --------------------------------------------------------------------------------------------------


class PinChanges(PreviewsChanges):
    """For a pin."""

    note = gettext_lazy("Cột bên phải là những ngày ghim còn hiệu lực. Trang tìm kiếm ghi rõ đây là kết quả ghim.")

    def changes(self, row: PinnedResult) -> list[Change]:
        """For its queries."""
        return changed_by_pin(row)


class PinPreviewOnCreate(PinChanges, PreviewOnCreateView):  # type: ignore[misc]
    """A new pin."""


class PinPreviewOnEdit(PinChanges, PreviewOnEditView):  # type: ignore[misc]
    """A pin that stands."""


class PinCreateView(CreateView):  # type: ignore[misc]
    """A new pin keeps who made it."""

    def get_initial_form_instance(self) -> PinnedResult:
        """A pin from today on, with an end proposed: without its days there is no preview."""
        return PinnedResult(valid_from=today(), valid_until=today() + USUAL_PIN)

    def save_instance(self) -> PinnedResult:
        """Note who pins."""
        self.form.instance.made_by = self.request.user
        row: PinnedResult = super().save_instance()
        return row


class PinViewSet(SnippetViewSet):  # type: ignore[misc]
    """Pinned results."""

    model = PinnedResult
    icon = "thumbtack"
    menu_label = gettext_lazy("Kết quả ghim")
    base_url_path = "tim-kiem/ghim"
    index_view_class = ExportedIndexView
    add_view_class = PinCreateView
    preview_on_add_view_class = PinPreviewOnCreate
    preview_on_edit_view_class = PinPreviewOnEdit
    search_fields = ["queries", "reason", "procedure__code"]
    search_backend_name = None
    list_display = [
        "__str__",
        Column("name", label=gettext_lazy("Thủ tục"), accessor="procedure_name"),
        Column("valid_from", label=gettext_lazy("Từ ngày"), sort_key="valid_from"),
        Column("valid_until", label=gettext_lazy("Đến hết ngày"), sort_key="valid_until"),
        Column("reason", label=gettext_lazy("Lý do")),
        Column("made_by", label=gettext_lazy("Người ghim")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("queries"),
            FieldPanel("procedure"),
            FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
            FieldPanel("reason"),
        ],
        base_form_class=PinForm,
    )


# --- statistics ------------------------------------------------------------------------------------------------------


class StatisticsView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """What people asked, and what found nothing."""

    template_name = "search_admin/statistics.html"
    page_title = gettext_lazy("Thống kê tìm kiếm")
    header_icon = "search"
    breadcrumbs_items = [
        {"url": reverse_lazy("wagtailadmin_home"), "label": gettext_lazy("Trang quản trị")},
        {"url": "", "label": page_title},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who may look at the counts."""
        if not request.user.has_perm("search.view_searchcount"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Two tables over the days chosen."""
        asked = self.request.GET.get("ngay", "")
        period = int(asked) if asked in map(str, PERIODS) else USUAL_PERIOD
        since = today() - timedelta(days=period)
        tables = [
            (_("Tìm nhiều nhưng không thấy gì"), self._rows(statistics.top(since, zero=True))),
            (_("Tìm nhiều nhất"), self._rows(statistics.top(since))),
        ]
        return super().get_context_data(**kwargs) | {"tables": tables, "periods": PERIODS, "period": period}

    def _rows(self, counted: Sequence[tuple[str, int]]) -> list[tuple[str, int, str]]:
        address = reverse(f"{DICTIONARY}:add") if self.request.user.has_perm(MAY_ADD) else ""
        return [(query, times, address and f"{address}?{urlencode({'phrases': query})}") for query, times in counted]


class StatisticsViewSet(ViewSet):  # type: ignore[misc]
    """The statistics."""

    name = "tim-kiem-thong-ke"
    icon = "view"
    menu_label = gettext_lazy("Thống kê")

    def get_urlpatterns(self) -> list[URLPattern]:
        """One page."""
        return [path("", StatisticsView.as_view(), name="index")]


class SearchGroup(SnippetViewSetGroup):  # type: ignore[misc]
    """The menu entry that holds them."""

    items = (DictionaryViewSet, PinViewSet, StatisticsViewSet)
    menu_label = gettext_lazy("Tìm kiếm")
    menu_icon = "search"
    menu_order = 200
