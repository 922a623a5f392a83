"""The posting ledger (sổ niêm yết): which sheet hangs at which place since when, put there by whom. Taken down is
written once beside it; nothing is ever deleted, so that the wall of any past day can be told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cms.models.agencies import Agency
from cms.models.procedures import Procedure, ProcedureContent
from cms.models.reception import ReceptionPoint
from cms.vocabulary import PostingActKind, TakenDown


class Posting(models.Model):
    """One sheet at one place. `point` None: the agency's own seat, for agencies that state no reception point.

    `version` names exactly what the sheet says (`cms.selectors.postings.Version.key`), `version_day` is the day in its
    printed address, `content` the base text on it.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="postings")
    point = models.ForeignKey(ReceptionPoint, models.PROTECT, null=True, related_name="postings")
    board = models.CharField(max_length=100, blank=True)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="postings")
    content = models.ForeignKey(ProcedureContent, models.PROTECT, related_name="postings")
    version = models.CharField(max_length=500)
    version_day = models.DateField()
    hung_on = models.DateField()
    hung_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    taken_down_on = models.DateField(null=True)
    taken_down_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=20, choices=TakenDown, blank=True)

    class Meta:
        verbose_name = "Tờ niêm yết"
        verbose_name_plural = "Sổ niêm yết"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "point", "procedure"],
                condition=Q(taken_down_on__isnull=True, point__isnull=False),
                name="one_sheet_at_a_point",
            ),
            models.UniqueConstraint(
                fields=["agency", "procedure"],
                condition=Q(taken_down_on__isnull=True, point__isnull=True),
                name="one_sheet_at_the_seat",
            ),
            models.CheckConstraint(
                name="taken_down_after_hung",
                condition=Q(taken_down_on__isnull=True) | Q(taken_down_on__gte=F("hung_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}, {self.agency}"


class PostingAct(models.Model):
    """Somebody hung sheets, took some down or went round a place to check it. Append-only; `on` is the day it was done,
    `at` the moment it was entered, `sheets` how many."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="posting_acts")
    point = models.ForeignKey(ReceptionPoint, models.PROTECT, null=True, related_name="posting_acts")
    kind = models.CharField(max_length=20, choices=PostingActKind)
    sheets = models.PositiveIntegerField()
    on = models.DateField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["agency", "point"], name="posting_act_of_place")]
