"""Enters the lists of imports into the admin, to be looked at, and the page that takes reception points."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.permissions import LookOnlyPolicy
from cms.selectors.rights import is_editor
from importers.models import ImportBatch, ImportRow, QuarantinedRow
from importers.views import may_import_reception, reception_import, reception_template
from importers.viewsets import ImportGroup

for kept in (ImportBatch, ImportRow, QuarantinedRow):
    register_permission_policy(kept, LookOnlyPolicy(kept))
register_snippet(ImportGroup)


@hooks.register("register_admin_urls")
def import_addresses() -> list[URLPattern | URLResolver]:
    """Where decisions and reception points are handed in."""
    return [
        path("nhap-quyet-dinh/", include("importers.screens.urls")),
        path("nhap-noi-tiep-nhan/", reception_import, name="reception_import"),
        path("nhap-noi-tiep-nhan/mau.xlsx", reception_template, name="reception_template"),
    ]


class DecisionsMenuItem(MenuItem):
    """Shown to those with a role."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person has a role."""
        return is_editor(request.user)


@hooks.register("register_admin_menu_item")
def decisions_menu_item() -> MenuItem:
    """The menu entry of decisions from files."""
    return DecisionsMenuItem("Nhập quyết định", reverse("desk_imports"), icon_name="doc-full-inverse", order=51)


class ReceptionMenuItem(MenuItem):
    """Shown to those who may use it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may hand in reception points."""
        return may_import_reception(request)


@hooks.register("register_admin_menu_item")
def reception_menu_item() -> MenuItem:
    """The menu entry."""
    return ReceptionMenuItem(_("Nhập nơi tiếp nhận"), reverse("reception_import"), icon_name="upload", order=115)
