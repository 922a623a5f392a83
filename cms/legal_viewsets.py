"""The admin's list of legal documents: central and provincial control officers and heads keep it, everybody looks."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.calendar import today
from cms.list_export import ExportedIndexView
from cms.models import LegalDocument
from cms.selectors.legal import documents_with_counts
from cms.values import format_date
from cms.viewsets import Grid, NamedFieldsInspectView


class LegalDocumentForm(WagtailAdminModelForm):
    """The number stays once the document is there: citations were joined to it by that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["number"].disabled = True
            self.fields["number"].help_text = "Không sửa được: các thủ tục đã nối với văn bản theo số này."


class FindDocumentForm(BaseFilterForm):
    """What was typed to find a document among a thousand."""

    q = forms.CharField(label="Số hoặc trích yếu", required=False)

    def filter(self, objects: Any) -> Any:
        """Documents whose number, or title, has it."""
        objects = super().filter(objects)
        if typed := self.cleaned_data.get("q"):
            self.is_searching, self.search_query = True, typed
            objects = objects.filter(Q(number__icontains=typed) | Q(title__icontains=typed))
        return objects


class FoundDocuments(ChooseView):
    """The chooser's window."""

    filter_form_class = FindDocumentForm


class FoundDocumentsResults(ChooseResultsView):
    """Its list alone."""

    filter_form_class = FindDocumentForm


class LegalDocumentChooser(SnippetChooserViewSet):
    """Chooses the document that changes another."""

    choose_view_class = FoundDocuments
    choose_results_view_class = FoundDocumentsResults


class LegalDocumentInspectView(NamedFieldsInspectView):
    """A document with what changed it and what it changes."""

    labels = {
        "changed": "Đã bị sửa đổi, thay thế",
        "changes_others": "Sửa đổi, thay thế văn bản khác",
        "resting": "Thủ tục bị ảnh hưởng",
    }

    def get_changed_display_value(self) -> Grid:
        """What later documents do to it."""
        rows = [
            (one.get_kind_display(), _link(one.by), format_date(day) if (day := one.starts) else "chưa rõ ngày")
            for one in self.object.changes.select_related("by")
        ]
        return Grid(["Thay đổi", "Bởi văn bản", "Từ ngày"], rows)

    def get_resting_display_value(self) -> SafeString:
        """Where the procedures stand that its changes touch."""
        address = f"{reverse('desk_impact')}?van-ban={self.object.pk}"
        return format_html('<a href="{}">Xem danh sách, số ngày còn lại</a>', address)

    def get_changes_others_display_value(self) -> Grid:
        """What it does to earlier ones."""
        rows = [
            (_link(one.document), one.get_kind_display()) for one in self.object.changing.select_related("document")
        ]
        return Grid(["Văn bản", "Thay đổi"], rows)


def _link(document: LegalDocument) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>', reverse("wagtailsnippets_cms_legaldocument:inspect", args=[document.pk]), document
    )


class LegalDocumentIndexView(ExportedIndexView):
    """The list, with the way to fill in many documents at once."""

    import_name = "legal_import"


class LegalDocumentViewSet(SnippetViewSet):
    """The register of legal documents."""

    model = LegalDocument
    index_view_class: Any = LegalDocumentIndexView
    inspect_view_enabled = True
    inspect_view_class = LegalDocumentInspectView
    inspect_view_fields = [
        *("number", "kind", "title", "issuer", "signed_on", "effective_from", "effective_to", "shortened", "source"),
        *("note", "changed", "changes_others", "resting"),
    ]
    copy_view_enabled = False
    chooser_viewset_class = LegalDocumentChooser
    icon = "doc-full-inverse"
    menu_label = "Văn bản pháp luật"
    base_url_path = "van-ban"
    add_to_admin_menu = True
    menu_order = 105
    list_per_page = 50
    list_filter = ["kind", "shortened"]
    search_fields = ["number", "title", "issuer"]
    search_backend_name = None
    list_display = [
        "number",
        Column("kind", label="Loại văn bản", accessor=lambda row: row.get_kind_display() or "–", sort_key="kind"),
        Column("title", label="Trích yếu", accessor=lambda row: Truncator(row.title).words(14)),
        *("effective_from", "effective_to"),
        Column("changed", label="Sửa đổi, thay thế", accessor=lambda row: row.changed),
        NumberColumn("resting", label="Thủ tục dựa vào", sort_key="resting"),
    ]
    list_export = [
        *("number", "get_kind_display", "title", "issuer", "signed_on", "effective_from", "effective_to", "shortened"),
        *("changed", "source", "note", "resting"),
    ]
    export_headings = {
        "get_kind_display": "Loại văn bản",
        "changed": "Sửa đổi, thay thế",
        "resting": "Thủ tục dựa vào",
    }
    _panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("kind")]),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("issuer"), FieldPanel("signed_on")]),
        FieldRowPanel([FieldPanel("effective_from"), FieldPanel("effective_to")]),
        *map(FieldPanel, ("shortened", "source", "note")),
        InlinePanel("changes", label="Thay đổi của văn bản này"),
    ]
    edit_handler = ObjectList(_panels, base_form_class=LegalDocumentForm)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """All of them, with how many procedures rest on each."""
        return documents_with_counts(today())
