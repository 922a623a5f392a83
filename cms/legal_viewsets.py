"""The admin's register of legal documents: their days, what changes them, and which procedures rest on them."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.list_export import ExportedIndexView
from cms.models import LegalDocument
from cms.selectors.legal import find_documents
from cms.values import format_date


class LegalIndexView(ExportedIndexView):
    """Documents, found by number in any spelling or by words of the title."""

    def search_queryset(self, queryset: Any) -> Any:
        """Numbers are looked up as people write them."""
        return find_documents(queryset, self.search_query) if self.is_searching else queryset


def _resting(row: LegalDocument) -> SafeString:
    return format_html('<a href="{}">Thủ tục căn cứ vào</a>', reverse("desk_legal_document", args=[row.pk]))


class LegalDocumentViewSet(SnippetViewSet):
    """The register."""

    model = LegalDocument
    icon = "openquote"
    menu_label = "Văn bản pháp luật"
    menu_order = 120
    add_to_admin_menu = True
    base_url_path = "van-ban"
    copy_view_enabled = False
    list_per_page = 50
    index_view_class = LegalIndexView
    search_fields = ["number"]
    search_backend_name = None
    list_display = [
        "number",
        Column("title", label="Trích yếu", accessor=lambda row: row.title[:150]),
        Column("issued_on", label="Ban hành", accessor=lambda row: format_date(row.issued_on), sort_key="issued_on"),
        Column(
            "effective_from",
            label="Hiệu lực từ",
            accessor=lambda row: format_date(row.effective_from) if row.effective_from else "chưa rõ",
            sort_key="effective_from",
        ),
        Column("ended_on", label="Hết hiệu lực", accessor=lambda row: format_date(row.ended_on), sort_key="ended_on"),
        Column("resting", label="Ảnh hưởng", accessor=_resting),
    ]
    list_export = ["number", "issuer", "title", "issued_on", "effective_from", "ended_on", "shortened", "address"]
    export_filename = "van-ban-phap-luat"
    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("issuer")]),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("issued_on"), FieldPanel("effective_from"), FieldPanel("ended_on")]),
        FieldPanel("shortened"),
        FieldPanel("address"),
        InlinePanel(
            "changes",
            label="Bị văn bản khác tác động",
            heading="Bị sửa đổi, thay thế, bãi bỏ bởi",
            panels=[
                FieldRowPanel([FieldPanel("kind"), FieldPanel("by")]),
                FieldRowPanel([FieldPanel("from_day"), FieldPanel("provision")]),
            ],
        ),
    ]
