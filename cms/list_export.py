"""Every list of the admin as xlsx and csv: the columns of the screen, all rows that were searched and filtered for.

Through django-import-export's Resource, the way the open data are made (cms.opendata): CSV that spreadsheets open in
Vietnamese, nothing that they would run as a formula. Wagtail's own export leaves such cells in its CSV as they are.
"""

from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify as plain_name
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.admin.ui.tables import Column as ListColumn
from wagtail.admin.widgets.button import Button
from wagtail.coreutils import multigetattr
from wagtail.snippets.views.snippets import IndexView

from cms.opendata import Column, Table, as_csv, as_workbook
from cms.text import fold

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListTable(Table):
    """A list as a table: one column for each of the screen's."""

    def __init__(self, slug: str, columns: list[Column]) -> None:
        super().__init__()
        self.slug = slug
        self.fields = {column.column_name: column for column in columns}


class ExportedIndexView(IndexView):
    """A list that can be taken along."""

    show_export_buttons = True
    # The name of the address at which the same list is taken in again.
    import_name = ""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The way to the import, for those who may change the list."""
        buttons: list[Button] = super().header_more_buttons
        if self.import_name and self.permission_policy.user_has_permission(self.request.user, "change"):
            buttons.append(Button("Nhập từ tệp", url=reverse(self.import_name), icon_name="upload", priority=90))
        return buttons

    @cached_property
    def export_table(self) -> ListTable:
        """The columns that `list_export` names or holds, else those on the screen."""
        if self.list_export:
            pairs = [
                (str(one.label), one.get_value)
                if isinstance(one, ListColumn)
                else (self.get_heading(self.model.objects.all(), one), _field(one))
                for one in self.list_export
            ]
        else:
            shown = [one for one in self.columns if not isinstance(one, BulkActionsCheckboxColumn)]
            pairs = [(str(one.label or one.name), one.get_value) for one in shown if hasattr(one, "get_value")]
        slug = plain_name(fold(str(self.model._meta.verbose_name_plural)))[:30]
        return ListTable(slug, [Column(label, label, _plain(read)) for label, read in pairs])

    def as_spreadsheet(self, queryset: Any, spreadsheet_format: str) -> HttpResponseBase:
        """The rows as a file."""
        table = self.export_table
        name = f"{table.slug}.{spreadsheet_format}"
        if spreadsheet_format == self.FORMAT_CSV:
            answer = StreamingHttpResponse(as_csv(table, queryset), content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
        return FileResponse(
            as_workbook(table, queryset, {}), as_attachment=True, filename=name, content_type=SPREADSHEET
        )


def _field(name: str) -> Any:
    return lambda row: multigetattr(row, name)


def _plain(read: Any) -> Any:
    """Values as a person reads them: yes and no in words, lists in one line, as on the screen."""

    def said(row: Any) -> Any:
        value = read(row)
        if isinstance(value, bool):
            return "Có" if value else "Không"
        return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value

    return said
