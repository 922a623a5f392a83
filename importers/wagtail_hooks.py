"""Enters the lists of imports into the admin, to be looked at."""

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from cms.permissions import LookOnlyPolicy
from importers.models import ImportBatch, ImportRow, QuarantinedRow
from importers.viewsets import ImportGroup

for kept in (ImportBatch, ImportRow, QuarantinedRow):
    register_permission_policy(kept, LookOnlyPolicy(kept))
register_snippet(ImportGroup)
