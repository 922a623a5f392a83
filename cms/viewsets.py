"""The admin's lists of agencies, procedures, decisions and imported files, in Vietnamese; sealed rows are only read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic.models import InspectView
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.calendar import local_day
from cms.list_export import ExportedIndexView
from cms.models import Agency, CatalogueSnapshot, Decision, LifeEvent, Procedure
from cms.reception_viewsets import ReceptionPointViewSet
from cms.role_viewsets import CoveredEditView, CoveredObject
from cms.selectors import browse, editing
from cms.selectors.rights import Right, may
from cms.values import format_date
from cms.vocabulary import ScopePart


class Grid(Component):
    """A small table inside an inspect page."""

    def __init__(self, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.heads, self.rows = heads, rows

    def render_html(self, parent_context: Any = None) -> SafeString:
        """The table, or a dash when it has no rows."""
        lines = [
            format_html("<tr>{}</tr>", format_html_join("", "<td>{}</td>", ((cell,) for cell in row)))
            for row in self.rows
        ]
        if not lines:
            return SafeString("–")
        heads = format_html_join("", '<th scope="col">{}</th>', ((head,) for head in self.heads))
        body = format_html_join("", "{}", ((line,) for line in lines))
        return format_html(
            '<div class="desk-wide"><table class="listing"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
            heads,
            body,
        )


def _link(address: str, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, text)


class NamedFieldsInspectView(InspectView):
    """An inspect page whose computed fields carry Vietnamese labels."""

    labels: dict[str, Any] = {}

    def get_field_label(self, field_name: str, field: Any) -> str:
        """The label stated here, else the model's."""
        if field_name in self.labels:
            return str(self.labels[field_name])
        label: str = super().get_field_label(field_name, field)
        return label

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """The value as people write it: a dash for none, yes and no in words, days as 05/02/2026."""
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return "Có" if value else "Không"
        if isinstance(value, date):
            return format_date(value)
        return "–" if value in (None, "") else value

    def get_public_address_display_value(self) -> SafeString:
        """A link to the public page."""
        address = self.object.get_absolute_url()
        return _link(address, address)


class ReadingViewSet(SnippetViewSet):
    """A list that is looked at, not edited."""

    inspect_view_enabled = True
    copy_view_enabled = False
    index_view_class: Any = ExportedIndexView
    list_per_page = 50
    # The list shows exactly these rows, with what their columns need.
    rows: Callable[[], "QuerySet[Any]"] | None = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any] | None":
        """The rows of the list."""
        return type(self).rows() if type(self).rows else None  # type: ignore[misc]


# --- agencies --------------------------------------------------------------------------------------------------------


class AgencyInspectView(NamedFieldsInspectView):
    """An agency with its place in the tree."""

    labels = {"public_address": gettext_lazy("Trang công khai"), "above": gettext_lazy("Thuộc")}

    def get_above_display_value(self) -> str:
        """Who stands above it."""
        return ", ".join(one.name for one in browse.above(self.object)) or "–"


class AgencyViewSet(ReadingViewSet):
    """Agencies; their contact can be changed."""

    model = Agency
    icon = "site"
    menu_label = gettext_lazy("Cơ quan")
    base_url_path = "co-quan"
    list_display = ["name", "kind", "national_code", "unit_code", "hotline", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "national_code", "unit_code", "match_key"]
    search_backend_name = None
    ordering = "sort_key"
    inspect_view_class = AgencyInspectView
    edit_view_class = CoveredEditView
    inspect_view_fields = [
        *("name", "short_name", "kind", "above", "national_code", "unit_code", "valid_from", "valid_to", "hotline"),
        "public_address",
    ]
    # The name stays: decisions cite it, and the keys it is matched and sorted by are made with it.
    panels = [FieldPanel("short_name"), FieldPanel("hotline")]


# --- procedures ------------------------------------------------------------------------------------------------------


class ProcedureIndexView(ExportedIndexView):
    """Procedures under their latest name, found by name, code or address."""

    def search_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Names are texts of their own, so they are looked up there."""
        return editing.procedures_matching(queryset, self.search_query) if self.is_searching else queryset

    def as_spreadsheet(self, queryset: "QuerySet[Any]", spreadsheet_format: str) -> HttpResponseBase:
        """The rows as a catalogue states them, so that the file can be handed in again."""
        return super().as_spreadsheet(editing.as_catalogue(queryset), spreadsheet_format)


class ProcedureInspectView(NamedFieldsInspectView):
    """A procedure with its identifiers and versions."""

    labels = {
        "latest_name": gettext_lazy("Tên"),
        "other_codes": gettext_lazy("Mã khác"),
        "versions": gettext_lazy("Các bản"),
        "public_address": gettext_lazy("Trang công khai"),
    }

    def get_latest_name_display_value(self) -> str:
        """The name of the text written last."""
        return editing.procedures_by_name().get(pk=self.object.pk).latest_name or "–"

    def get_other_codes_display_value(self) -> str:
        """Its other identifiers, each with its kind."""
        return "; ".join(f"{one.get_scheme_display()}: {one.value}" for one in self.object.identifiers.all()) or "–"

    def get_versions_display_value(self) -> Grid:
        """Its standing periods."""
        rows = []
        for row in browse.versions_of(self.object):
            who = row.scope.agency or row.scope.agency_class or _("Cả nước")
            start = format_date(row.valid_from) if row.valid_from else _("chưa rõ")
            end = format_date(row.valid_to) if row.valid_to else "–"
            item = row.opened_by.item
            source = item.decision.number if item else str(row.opened_by.snapshot)
            rows.append((who, ScopePart(row.part).label, row.content.name, start, end, source))
        return Grid([_("Phạm vi"), _("Phần"), _("Tên"), _("Từ ngày"), _("Đến trước"), _("Nguồn")], rows)


PROCEDURES = "wagtailsnippets_cms_procedure"


class ProcedureViewSet(ReadingViewSet):
    """Procedures."""

    model = Procedure
    icon = "doc-full"
    menu_label = gettext_lazy("Thủ tục")
    base_url_path = "thu-tuc"
    admin_url_namespace = PROCEDURES
    index_view_class = ProcedureIndexView
    inspect_view_class = ProcedureInspectView
    inspect_view_fields = ["latest_name", "code", "slug", "other_codes", "public_address", "versions"]
    search_fields = ["code", "slug"]
    search_backend_name = None
    list_display = [
        Column("code", label=gettext_lazy("Mã thủ tục"), accessor=lambda row: row.code or "–", sort_key="code"),
        TitleColumn("latest_name", label=gettext_lazy("Tên"), url_name=f"{PROCEDURES}:inspect"),
        Column("latest_sector", label=gettext_lazy("Lĩnh vực")),
        "slug",
    ]
    # The columns of a catalogue, as importers.readers.spreadsheet knows them.
    list_export = [
        Column("code", label="Mã thủ tục", accessor="code"),
        Column("latest_name", label="Tên", accessor="latest_name"),
        Column("sector", label="Lĩnh vực", accessor="stated_sector"),
        Column("issuer", label="Cơ quan ban hành", accessor="stated_issuer"),
        Column("agencies", label="Cơ quan thực hiện", accessor="stated_agencies"),
        "slug",
    ]
    rows = staticmethod(editing.procedures_by_name)


# --- decisions and files ---------------------------------------------------------------------------------------------


class DecisionInspectView(CoveredObject, NamedFieldsInspectView):
    """A decision with its items."""

    permission_required = "view"

    labels = {
        "items": gettext_lazy("Các mục"),
        "rests_on": gettext_lazy("Căn cứ quyết định"),
        "published_at": "Công khai lúc",
        "desk": "Bàn soạn",
    }

    def get_published_at_display_value(self) -> str:
        """When it became public."""
        at = self.object.published_at
        return format_date(local_day(at)) if at else "chưa công khai"

    def get_desk_display_value(self) -> SafeString:
        """The way to where it is written and approved, for its own people."""
        if not may(self.request.user, Right.VIEW, self.object.issuer):
            return SafeString("–")
        return _link(reverse("desk_decision", args=[self.object.pk]), "Mở trên bàn soạn")

    def get_rests_on_display_value(self) -> str:
        """The numbers of the decisions it rests on."""
        return ", ".join(self.object.rests_on.order_by("number").values_list("number", flat=True)) or "–"

    def get_items_display_value(self) -> Grid:
        """All items in their order."""
        rows = [
            (
                item.label or item.ordinal,
                item.get_action_display(),
                item.name or item.procedure,
                _link(reverse(f"{PROCEDURES}:inspect", args=[item.procedure_id]), str(item.procedure))
                if item.procedure_id
                else item.code or "–",
            )
            for item in editing.items_of(self.object)
        ]
        return Grid([_("Số"), _("Việc công bố"), _("Tên như in"), _("Thủ tục")], rows)


class DecisionViewSet(ReadingViewSet):
    """Decisions, drafts too."""

    model = Decision
    icon = "clipboard-list"
    menu_label = gettext_lazy("Quyết định")
    base_url_path = "quyet-dinh"
    inspect_view_class = DecisionInspectView
    inspect_view_fields = [
        *("number", "title", "kind", "issuer", "issuer_text", "signer", "signed_on", "effective_from", "state"),
        *("rests_on", "published_at", "desk", "items"),
    ]
    search_fields = ["number", "title", "issuer__name"]
    search_backend_name = None
    list_filter = ["state", "kind"]
    list_display = [
        *("number", "issuer", "signed_on", "effective_from", "state"),
        NumberColumn("item_count", label=gettext_lazy("Số mục")),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """One's own, and everybody's public ones."""
        seen = policy_registry.get_by_type(Decision).instances_user_has_permission_for(request.user, "view")
        return editing.decisions_with_counts().filter(pk__in=seen.values("pk"))


class SnapshotViewSet(ReadingViewSet):
    """Catalogue files that were imported."""

    model = CatalogueSnapshot
    icon = "download"
    menu_label = gettext_lazy("Danh mục đã nhập")
    base_url_path = "danh-muc"
    inspect_view_fields = ["file_name", "read_on", "reader", "sha256"]
    list_display = ["file_name", "read_on", NumberColumn("effect_count", label=gettext_lazy("Số thay đổi"))]
    search_fields = ["file_name"]
    search_backend_name = None
    rows = staticmethod(editing.snapshots_with_counts)


class LifeEventViewSet(SnippetViewSet):
    """Life and business events, edited in place."""

    model = LifeEvent
    index_view_class = ExportedIndexView
    icon = "user"
    menu_label = gettext_lazy("Sự kiện")
    base_url_path = "su-kien"
    list_display = ["name", "kind", "position"]
    list_filter = ["kind"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("kind"), FieldPanel("position"), FieldPanel("codes")]


class ProcedureGroup(SnippetViewSetGroup):
    """The menu entry that holds them."""

    items = (ProcedureViewSet, DecisionViewSet, AgencyViewSet, ReceptionPointViewSet, LifeEventViewSet, SnapshotViewSet)
    menu_label = gettext_lazy("Thủ tục")
    menu_icon = "clipboard-list"
    menu_order = 100
