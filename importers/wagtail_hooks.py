"""Enters the lists of imports into the admin, to be looked at, and the page that takes reception points."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.permissions import LookOnlyPolicy
from importers.models import ImportBatch, ImportRow, QuarantinedRow
from importers.views import may_import_reception, reception_import, reception_template
from importers.viewsets import ImportGroup

for kept in (ImportBatch, ImportRow, QuarantinedRow):
    register_permission_policy(kept, LookOnlyPolicy(kept))
register_snippet(ImportGroup)


@hooks.register("register_admin_urls")
def reception_addresses() -> list[URLPattern]:
    """Where reception points are handed in."""
    return [
        path("nhap-noi-tiep-nhan/", reception_import, name="reception_import"),
        path("nhap-noi-tiep-nhan/mau.xlsx", reception_template, name="reception_template"),
    ]


class ReceptionMenuItem(MenuItem):
    """Shown to those who may use it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may hand in reception points."""
        return may_import_reception(request)


@hooks.register("register_admin_menu_item")
def reception_menu_item() -> MenuItem:
    """The menu entry."""
    return ReceptionMenuItem(_("Nhập nơi tiếp nhận"), reverse("reception_import"), icon_name="upload", order=115)
