"""Enters the project's lists into the admin, and what may be done there by hand."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.models import Agency, CatalogueSnapshot, Decision, Procedure, ReceptionPoint
from cms.permissions import ContactPolicy, LookOnlyPolicy
from cms.services.reception import log_contact
from cms.viewsets import ProcedureGroup

for sealed in (Procedure, Decision, CatalogueSnapshot):
    register_permission_policy(sealed, LookOnlyPolicy(sealed))
register_permission_policy(Agency, ContactPolicy(Agency))
register_snippet(ProcedureGroup)


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
