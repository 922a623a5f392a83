"""Agencies and the classes they belong to, dated: a dissolved province stays, and what it published keeps its name."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from cms.querysets import StandingQuerySet
from cms.vocabulary import AdministrativeLevel, AgencyKind, ScopeKind


class Agency(MP_Node):
    """A body that announces, receives or decides; its place in the tree is who stands above it."""

    name = models.CharField(_("Tên"), max_length=300)
    short_name = models.CharField(_("Tên gọn"), max_length=200, blank=True)
    slug = models.SlugField(_("Địa chỉ"), max_length=120, unique=True)
    kind = models.CharField(_("Loại"), max_length=20, choices=AgencyKind)
    national_code = models.CharField(_("Mã định danh"), max_length=40, null=True, blank=True, unique=True)
    unit_code = models.CharField(_("Mã đơn vị hành chính"), max_length=10, null=True, blank=True, unique=True)
    match_key = models.CharField(max_length=300, db_index=True, editable=False)
    sort_key = models.CharField(max_length=600, db_index=True, editable=False)
    valid_from = models.DateField(_("Có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("Đến trước ngày"), null=True, blank=True)
    hotline = models.CharField(_("Đường dây nóng"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("Cơ quan")
        verbose_name_plural = _("Cơ quan")
        constraints = [
            models.CheckConstraint(
                name="agency_lives_forward", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The agency's public page."""
        return reverse("agency", args=[self.slug])


class AgencyAlias(models.Model):
    """Another spelling or a former name of an agency, as found in a source."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="aliases")
    text = models.CharField(_("Cách viết"), max_length=300)
    match_key = models.CharField(max_length=300, db_index=True)

    class Meta:
        verbose_name = _("Cách viết khác")
        verbose_name_plural = _("Cách viết khác")
        constraints = [models.UniqueConstraint(fields=["agency", "text"], name="alias_once_per_agency")]

    def __str__(self) -> str:
        return self.text


class AgencySuccession(models.Model):
    """From this day the successor stands where the predecessor stood (63 provinces became 34)."""

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, models.PROTECT, related_name="precessions")
    on = models.DateField(_("Từ ngày"))
    source = models.CharField(_("Nguồn"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(name="succession_of_another", condition=~Q(predecessor=F("successor"))),
        ]


class AgencyClass(models.Model):
    """A kind of units named as one, e.g. "Ủy ban nhân dân cấp xã", everywhere or in one area."""

    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(_("Tên"), max_length=300)
    level = models.CharField(_("Cấp"), max_length=20, choices=AdministrativeLevel)
    function = models.CharField(_("Ngành"), max_length=200)
    area = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="classes_in_area")
    match_key = models.CharField(max_length=300, db_index=True)

    class Meta:
        verbose_name = _("Loại cơ quan")
        verbose_name_plural = _("Loại cơ quan")

    def __str__(self) -> str:
        return self.name


class ClassMembership(models.Model):
    """An agency belongs to a class between two days; on both clocks, so that yesterday's answer can be given again."""

    agency_class = models.ForeignKey(AgencyClass, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    holds_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "agency_class"], name="membership_of_agency")]
        constraints = [
            models.CheckConstraint(
                name="membership_lives_forward", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("holds_from"))
            )
        ]


class Scope(models.Model):
    """For whom a text holds. `key` is the whole identity: "N", "C:<class>", "A:<agency>", "U:<agency>"."""

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=1, choices=ScopeKind)
    rank = models.PositiveSmallIntegerField()
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="scopes")
    agency_class = models.ForeignKey(AgencyClass, models.PROTECT, null=True, related_name="scopes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scope_kind_fits_target",
                condition=(
                    Q(kind="N", rank=0, agency__isnull=True, agency_class__isnull=True)
                    | Q(kind="C", rank__in=[1, 3], agency__isnull=True, agency_class__isnull=False)
                    | Q(kind="A", rank=2, agency__isnull=False, agency_class__isnull=True)
                    | Q(kind="U", rank=4, agency__isnull=False, agency_class__isnull=True)
                ),
            )
        ]

    def __str__(self) -> str:
        return self.key
