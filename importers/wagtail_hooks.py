"""Enters the lists of imports into the admin, to be looked at, and the page that takes reception points."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.permissions import LookOnlyPolicy
from cms.selectors.rights import is_editor
from importers.answers import open_questions
from importers.lists.catalogue import CatalogueScreen
from importers.lists.legal import LegalScreen
from importers.lists.reception import ReceptionScreen
from importers.lists.screen import ListScreen
from importers.models import ImportBatch, ImportRow, QuarantinedRow
from importers.screens.catalogue_questions import catalogue_questions
from importers.views import reception_template
from importers.viewsets import ImportGroup

for kept in (ImportBatch, ImportRow, QuarantinedRow):
    register_permission_policy(kept, LookOnlyPolicy(kept))
register_snippet(ImportGroup)


@hooks.register("register_admin_urls")
def import_addresses() -> list[URLPattern | URLResolver]:
    """Where decisions and lists are handed in."""
    return [
        path("nhap-quyet-dinh/", include("importers.screens.urls")),
        path("nhap-noi-tiep-nhan/", ReceptionScreen().as_view(), name="reception_import"),
        path("nhap-noi-tiep-nhan/mau.xlsx", reception_template, name="reception_template"),
        path("nhap-danh-muc/", CatalogueScreen().as_view(), name="catalogue_import"),
        path("cau-hoi-danh-muc/", catalogue_questions, name="catalogue_questions"),
        path("nhap-van-ban/", LegalScreen().as_view(), name="legal_import"),
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


class ListMenuItem(MenuItem):
    """The way to a list's page, shown to those who may use it."""

    def __init__(self, screen: ListScreen[Any], order: int) -> None:
        super().__init__(screen.title, reverse(screen.address), icon_name="upload", order=order)
        self.screen = screen

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may hand in such a list."""
        return self.screen.allowed(request.user)


@hooks.register("register_admin_menu_item")
def reception_menu_item() -> MenuItem:
    """The menu entry of reception points; registers have the way at the head of their lists."""
    return ListMenuItem(ReceptionScreen(), order=115)


@hooks.register("register_admin_menu_item")
def catalogue_menu_item() -> MenuItem:
    """The menu entry of catalogues, which no list shows."""
    return ListMenuItem(CatalogueScreen(), order=114)


class QuestionsMenuItem(MenuItem):
    """Shown to those who may answer, while something is asked."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may answer and a row waits."""
        return CatalogueScreen().allowed(request.user) and open_questions().exists()


@hooks.register("register_admin_menu_item")
def questions_menu_item() -> MenuItem:
    """The menu entry of rows whose name a procedure has."""
    return QuestionsMenuItem("Câu hỏi danh mục", reverse("catalogue_questions"), icon_name="help", order=113)
