"""Enters the project's lists into the admin, and what may be done there by hand."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.documents.models import Document
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.desk.panels import AccountsItem, DeskItem, WorkPanel
from cms.legal_viewsets import LegalDocumentViewSet
from cms.models import (
    Agency,
    ApprovalRule,
    CatalogueSnapshot,
    Decision,
    LegalDocument,
    Membership,
    Procedure,
    ReceptionPoint,
)
from cms.permissions import DecisionPolicy, LookOnlyPolicy, RegisterPolicy, SubtreePolicy
from cms.role_viewsets import RolesGroup
from cms.selectors import forms
from cms.selectors.rights import Right
from cms.services.reception import log_contact
from cms.viewsets import ProcedureGroup

CONTACT = {"view": Right.VIEW, "change": Right.CONTACT}
ALL_CONTACTS = {**CONTACT, "add": Right.CONTACT, "delete": Right.CONTACT}
ADMINISTERED = dict.fromkeys(("view", "add", "change", "delete"), Right.ADMINISTER)
for sealed in (Procedure, CatalogueSnapshot):
    register_permission_policy(sealed, LookOnlyPolicy(sealed))
register_permission_policy(Decision, DecisionPolicy(Decision, agency="issuer", rights={"view": Right.VIEW}))
register_permission_policy(Agency, SubtreePolicy(Agency, agency="", rights=CONTACT))
register_permission_policy(ReceptionPoint, SubtreePolicy(ReceptionPoint, agency="agency", rights=ALL_CONTACTS))
register_permission_policy(Membership, SubtreePolicy(Membership, agency="agency", rights=ADMINISTERED))
register_permission_policy(ApprovalRule, SubtreePolicy(ApprovalRule, agency="agency", rights=ADMINISTERED))
register_permission_policy(LegalDocument, RegisterPolicy(LegalDocument))
register_snippet(ProcedureGroup)
register_snippet(LegalDocumentViewSet)
register_snippet(RolesGroup)


@hooks.register("register_admin_urls")
def desk_addresses() -> list[Any]:
    """The editors' desk."""
    return [path("soan/", include("cms.desk.urls"))]


@hooks.register("register_admin_menu_item")
def desk_entry() -> MenuItem:
    """Its place in the menu."""
    return DeskItem("Bàn soạn quyết định", reverse("desk"), icon_name="edit", order=50)


@hooks.register("register_admin_menu_item")
def ledgers_entry() -> MenuItem:
    """The posting ledger."""
    return DeskItem("Sổ niêm yết", reverse("desk_ledgers"), name="posting-ledger", icon_name="clipboard-list", order=55)


@hooks.register("register_admin_menu_item")
def accounts_entry() -> MenuItem:
    """Accounts of one's own agencies."""
    return AccountsItem("Tài khoản", reverse("desk_accounts"), icon_name="user", order=155)


@hooks.register("construct_main_menu")
def without_english_help(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's help leads to its English pages; docs/editors.md is ours."""
    items[:] = [item for item in items if item.name != "help"]


@hooks.register("construct_homepage_panels")
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """The first thing on the home page: what waits for me."""
    panels.insert(0, WorkPanel(request.user))


@hooks.register("insert_global_admin_css")
def desk_style() -> str:
    """The desk's few rules."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/desk.css"))


@hooks.register("before_serve_document")
def without_forms_of_drafts(document: Document, request: HttpRequest) -> None:
    """Editors see the forms of a draft, everybody those that were made public. Raises Http404."""
    if not (forms.is_public(document) or request.user.has_perm("wagtailadmin.access_admin")):
        raise Http404


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def note_contact_edited(request: HttpRequest, instance: Model) -> None:
    """An agency's contact or counter was edited: pages kept must follow, so it stands in the change log."""
    if isinstance(instance, Agency):
        log_contact(agency=instance, by=_editor(request))
    elif isinstance(instance, ReceptionPoint):
        log_contact(agency=instance.agency, by=_editor(request), note=instance.name)


@hooks.register("after_delete_snippet")
def note_contact_deleted(request: HttpRequest, instances: Iterable[Model]) -> None:
    """The same for counters that were deleted."""
    for instance in instances:
        note_contact_edited(request, instance)


def _editor(request: HttpRequest) -> Any:
    return request.user
