"""Procedures and what they say: a procedure is an identity, its name and text are content, sealed once published."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.vocabulary import IdentifierScheme, OnlineLevel, Part, Presence


class Sector(models.Model):
    """Lĩnh vực: the field of administration a procedure belongs to."""

    name = models.CharField(_("Tên"), max_length=300)
    slug = models.SlugField(_("Địa chỉ"), max_length=120, unique=True)
    match_key = models.CharField(max_length=300, unique=True, editable=False)
    sort_key = models.CharField(max_length=600, db_index=True, editable=False)

    class Meta:
        verbose_name = _("Lĩnh vực")
        verbose_name_plural = _("Lĩnh vực")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The sector's public page."""
        return reverse("sector", args=[self.slug])


class Procedure(models.Model):
    """The identity of a procedure: an address that never dies and the national code, if it has one."""

    slug = models.SlugField(_("Địa chỉ"), max_length=120, unique=True)
    code = models.CharField(_("Mã thủ tục"), max_length=60, unique=True, null=True, blank=True)

    class Meta:
        verbose_name = _("Thủ tục hành chính")
        verbose_name_plural = _("Thủ tục hành chính")

    def __str__(self) -> str:
        return self.code or self.slug

    def get_absolute_url(self) -> str:
        """The procedure's public page: the base text."""
        return reverse("procedure", args=[self.slug])


class ProcedureIdentifier(models.Model):
    """Another code of a procedure: the national portal's UUID, a code with a locality's suffix, a former code."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=20, choices=IdentifierScheme)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once")]


class ProcedureContent(models.Model):
    """What a procedure says, as one sealed text; without a period pointing at it, a draft."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="contents")
    name = models.TextField(_("Tên thủ tục"))
    sort_key = models.CharField(max_length=800, editable=False, blank=True)
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="contents")
    sector_text = models.CharField(_("Lĩnh vực như công bố"), max_length=300, blank=True)
    levels = models.CharField(_("Cấp thực hiện"), max_length=100, blank=True)
    applicant_types = models.CharField(_("Ai được làm"), max_length=200, blank=True)
    procedure_kind = models.CharField(_("Loại thủ tục"), max_length=200, blank=True)
    cited_decision = models.CharField(_("Số quyết định như ghi trong nguồn"), max_length=200, blank=True)
    decision_number = models.CharField(_("Số quyết định"), max_length=100, blank=True, db_index=True)
    dossier_sets = models.CharField(_("Số lượng hồ sơ"), max_length=100, blank=True)
    online_level = models.CharField(_("Mức độ trực tuyến"), max_length=20, choices=OnlineLevel, blank=True)
    online_reason = models.TextField(_("Lý do chỉ một phần"), blank=True)
    online_provision = models.TextField(_("Quy định chuyên ngành"), blank=True)
    regardless_of_residence = models.BooleanField(_("Không phụ thuộc địa giới"), null=True, blank=True)
    hash = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("Nội dung thủ tục")
        verbose_name_plural = _("Nội dung thủ tục")

    def __str__(self) -> str:
        return self.name


class PartState(models.Model):
    """Whether a part of the content is there, and the words it was read from, with their place."""

    content = models.ForeignKey(ProcedureContent, models.CASCADE, related_name="part_states")
    part = models.CharField(max_length=20, choices=Part)
    presence = models.CharField(max_length=20, choices=Presence)
    raw_text = models.TextField(blank=True)
    source_cell = models.CharField(max_length=300, blank=True)
    source_item = models.ForeignKey("cms.DecisionItem", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content", "part"], name="part_state_once")]


class Verification(models.Model):
    """An official checked this part against the source. Append-only, outside the content's hash."""

    content = models.ForeignKey(ProcedureContent, models.PROTECT, related_name="verifications")
    part = models.CharField(max_length=20, choices=Part)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
