"""What an editor sees of imports: each run that wrote something, rows that need a look, texts set apart. All of it is
only read: what is wrong is put right in its source, or by a decision."""

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cms.viewsets import Grid, NamedFieldsInspectView, ReadingViewSet
from importers.models import ImportBatch, ImportRow, QuarantinedRow
from importers.report import LABELS


class BatchInspectView(NamedFieldsInspectView):
    """A run with its files and counts."""

    def get_files_display_value(self) -> Grid:
        """The files it read."""
        rows = [(file["name"], file["reader"], file["rows"]) for file in self.object.files]
        return Grid([_("Tệp"), _("Trình đọc"), _("Số dòng")], rows)

    def get_counts_display_value(self) -> Grid:
        """What came of them."""
        rows = [(label, self.object.counts.get(name, 0)) for name, label in LABELS.items()]
        return Grid([_("Việc"), _("Số thủ tục")], rows)


class BatchViewSet(ReadingViewSet):
    """Runs of the importer."""

    model = ImportBatch
    icon = "download"
    menu_label = gettext_lazy("Các lần nhập")
    base_url_path = "lan-nhap"
    inspect_view_class = BatchInspectView
    inspect_view_fields = ["at", "by", "files", "counts"]
    list_display = ["__str__", "at", "by"]
    search_backend_name = None


class RowInspectView(NamedFieldsInspectView):
    """A row with its problems."""

    def get_problems_display_value(self) -> Grid:
        """What to look at, with the words that stood there."""
        rows = [(one["part"], one["message"], one["raw"]) for one in self.object.problems]
        return Grid([_("Phần"), _("Điểm cần xem"), _("Nguyên văn")], rows)


class RowViewSet(ReadingViewSet):
    """Rows refused, amended, corrected or read with doubt."""

    model = ImportRow
    icon = "warning"
    menu_label = gettext_lazy("Dòng cần xem")
    base_url_path = "dong-can-xem"
    inspect_view_class = RowInspectView
    inspect_view_fields = [
        *("code", "name", "outcome", "place", "batch", "problems"),
        *("answer", "procedure", "reason", "answered_by", "answered_at"),
    ]
    list_display = ["code", "name", "outcome", "place"]
    list_filter = ["outcome", "answer", "batch"]
    search_fields = ["code", "name", "place"]
    search_backend_name = None


class QuarantineInspectView(NamedFieldsInspectView):
    """A text set apart, as it was read."""

    def get_raw_display_value(self) -> SafeString:
        """The whole row."""
        text: Any = json.dumps(self.object.raw, ensure_ascii=False, indent=1)
        return format_html("<pre>{}</pre>", text)


class QuarantineViewSet(ReadingViewSet):
    """Texts that came under a code they don't belong to."""

    model = QuarantinedRow
    icon = "lock"
    menu_label = gettext_lazy("Nội dung cách ly")
    base_url_path = "cach-ly"
    inspect_view_class = QuarantineInspectView
    inspect_view_fields = ["code", "name", "reason", "place", "batch", "content", "raw"]
    list_display = ["code", "name", "reason", "place"]
    list_filter = ["reason"]
    search_fields = ["code", "name", "place"]
    search_backend_name = None


class ImportGroup(SnippetViewSetGroup):
    """The menu entry that holds them."""

    items = (BatchViewSet, RowViewSet, QuarantineViewSet)
    menu_label = gettext_lazy("Nhập dữ liệu")
    menu_icon = "download"
    menu_order = 110
