"""The change log: one row per published change, written in the same transaction; others read it by cursor."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models.agencies import Agency
from cms.models.decisions import CatalogueSnapshot, Decision
from cms.models.procedures import Procedure
from cms.vocabulary import ChangeKind


class Change(models.Model):
    """What changed, when, by whom. `sequence` has no gaps that a cursor could fall into: it is taken under a lock."""

    sequence = models.BigIntegerField(unique=True)
    kind = models.CharField(_("Việc"), max_length=20, choices=ChangeKind)
    procedure = models.ForeignKey(Procedure, models.PROTECT, null=True, related_name="changes")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="changes")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="changes")
    snapshot = models.ForeignKey(CatalogueSnapshot, models.PROTECT, null=True, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["procedure", "sequence"], name="change_of_procedure")]
