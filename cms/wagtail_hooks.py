"""Enters the project's lists into the admin, and what may be done there by hand."""

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.models import Agency, CatalogueSnapshot, Decision, Procedure
from cms.permissions import ContactPolicy, LookOnlyPolicy
from cms.viewsets import ProcedureGroup

for sealed in (Procedure, Decision, CatalogueSnapshot):
    register_permission_policy(sealed, LookOnlyPolicy(sealed))
register_permission_policy(Agency, ContactPolicy(Agency))
register_snippet(ProcedureGroup)
