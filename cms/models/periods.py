"""When and where content holds: rows computed from the effects, never edited, only withdrawn and written anew."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cms.models.agencies import Scope
from cms.models.decisions import Effect
from cms.models.procedures import Procedure, ProcedureContent
from cms.querysets import StandingQuerySet
from cms.vocabulary import ScopePart


class Period(models.Model):
    """Half-open [holds_from, valid_to) on the law's clock, [recorded_at, withdrawn_at) on the portal's."""

    valid_from = models.DateField(null=True)
    holds_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(Effect, models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Effect, models.PROTECT, null=True, related_name="+")

    objects = StandingQuerySet.as_manager()

    class Meta:
        abstract = True


class ValidityPeriod(Period):
    """This content holds for this procedure, scope and part between two days."""

    content = models.ForeignKey(ProcedureContent, models.PROTECT, related_name="periods")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="periods")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="periods")
    part = models.CharField(max_length=20, choices=ScopePart)

    class Meta:
        indexes = [
            models.Index(fields=["procedure", "holds_from"], name="period_of_procedure"),
            models.Index(fields=["holds_from"], condition=Q(withdrawn_at__isnull=True), name="period_opens"),
            models.Index(fields=["valid_to"], condition=Q(withdrawn_at__isnull=True), name="period_ends"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "scope", "part"],
                condition=Q(withdrawn_at__isnull=True, valid_to__isnull=True),
                name="one_open_period",
            ),
            models.CheckConstraint(
                name="period_lives_forward", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("holds_from"))
            ),
            models.CheckConstraint(
                name="period_starts_when_valid", condition=Q(valid_from__isnull=True) | Q(valid_from=F("holds_from"))
            ),
            models.CheckConstraint(
                name="period_withdrawn_after_recorded",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("recorded_at")),
            ),
        ]


class Listing(Period):
    """This procedure stands in the list of these agencies between two days."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="listings")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="listings")

    class Meta:
        indexes = [
            models.Index(fields=["scope", "holds_from"], name="listing_of_scope"),
            models.Index(fields=["procedure", "holds_from"], name="listing_of_procedure"),
            models.Index(fields=["holds_from"], condition=Q(withdrawn_at__isnull=True), name="listing_opens"),
            models.Index(fields=["valid_to"], condition=Q(withdrawn_at__isnull=True), name="listing_ends"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "scope"],
                condition=Q(withdrawn_at__isnull=True, valid_to__isnull=True),
                name="one_open_listing",
            ),
            models.CheckConstraint(
                name="listing_lives_forward", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("holds_from"))
            ),
        ]
