"""Decisions, their items and their effects: what the law does, apart from what a procedure says and when it holds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.models.agencies import Agency, Scope
from cms.vocabulary import Act, DecisionAction, DecisionKind, DecisionRoute, DecisionState, ScopePart

# What was published and taken back stays for ever as it was, and leaves its number and address to a new publication.
NOT_TAKEN_BACK = ~Q(state=DecisionState.ROLLED_BACK)


class Decision(models.Model):
    """A quyết định công bố: the bundle that is prepared, checked, approved and published as one. A decision of
    the law that was taken back and published anew is several of these (docs/decisions/0008)."""

    number = models.CharField(_("Số, ký hiệu"), max_length=100)
    # Of the decision in law: a publication that was taken back shares it with the one that came after.
    slug = models.SlugField(_("Địa chỉ"), max_length=120)
    title = models.TextField(_("Trích yếu"), blank=True)
    kind = models.CharField(_("Loại"), max_length=20, choices=DecisionKind, default=DecisionKind.MINISTRY)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="decisions", verbose_name=_("Cơ quan ban hành"))
    issuer_text = models.CharField(_("Tên cơ quan ban hành lúc ký"), max_length=300, blank=True)
    signer = models.CharField(_("Người ký"), max_length=150, blank=True)
    signed_on = models.DateField(_("Ngày ký"), null=True, blank=True)
    effective_from = models.DateField(_("Ngày có hiệu lực"), null=True, blank=True)
    rests_on = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="basis_of")
    state = models.CharField(
        _("Tình trạng"), max_length=20, choices=DecisionState, default=DecisionState.DRAFT, editable=False
    )
    route = models.CharField(max_length=20, choices=DecisionRoute, default=DecisionRoute.DIRECT, editable=False)
    # Made from the signed paper's file: the gate then blocks only what the portal itself could not publish rightly.
    from_file = models.BooleanField(default=False, editable=False)
    # The PDF of the paper with the signature, the one file of a decision that the public is given. It lies where no web
    # server hands it out by itself: before publication it is nobody's.
    signed_copy = models.FileField(upload_to="rieng/ban-da-ky/%Y/%m", blank=True, editable=False)
    signed_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Where it stands on its way: `step` of `steps`, both 0 while it is not under review.
    step = models.PositiveSmallIntegerField(default=0, editable=False)
    steps = models.PositiveSmallIntegerField(default=0, editable=False)
    submitted_hash = models.CharField(max_length=64, blank=True, editable=False)
    approved_hash = models.CharField(max_length=64, blank=True, editable=False)
    publish_at = models.DateTimeField("Hẹn công khai lúc", null=True, editable=False)
    # Counts the edits of the decision's own lines: a form that was opened before another's edit is told.
    version = models.PositiveIntegerField(default=0, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("Quyết định công bố")
        verbose_name_plural = _("Quyết định công bố")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "number", "signed_on"], condition=NOT_TAKEN_BACK, name="decision_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["issuer", "number"],
                condition=Q(signed_on__isnull=True) & NOT_TAKEN_BACK,
                name="undated_decision_once",
            ),
            models.UniqueConstraint(fields=["slug"], condition=NOT_TAKEN_BACK, name="decision_address_once"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The decision's public page."""
        return reverse("decision", args=[self.slug])


class DecisionItem(models.Model):
    """One row of the decision's lists; it may have several effects."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="items")
    section = models.CharField(_("Phần"), max_length=300, blank=True)
    ordinal = models.PositiveIntegerField(_("Thứ tự"))
    label = models.CharField(_("Số thứ tự in"), max_length=30, blank=True)
    action = models.CharField(_("Việc công bố"), max_length=20, choices=DecisionAction)
    procedure = models.ForeignKey("cms.Procedure", models.PROTECT, null=True, blank=True, related_name="items")
    name = models.TextField(_("Tên như in trong quyết định"), blank=True)
    code = models.CharField(_("Mã như in trong quyết định"), max_length=60, blank=True)
    effective_from = models.DateField(_("Có hiệu lực riêng từ"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["decision", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["decision", "ordinal"], name="item_ordinal_once")]


class Replacement(models.Model):
    """Old and new procedures of a replacing item; many to many (14 old procedures became 5)."""

    item = models.ForeignKey(DecisionItem, models.CASCADE, related_name="replacements")
    old = models.ForeignKey("cms.Procedure", models.PROTECT, related_name="replaced_by")
    new = models.ForeignKey("cms.Procedure", models.PROTECT, related_name="replaces")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "old", "new"], name="replacement_once")]


class PendingReference(models.Model):
    """A reference to an item of an older decision that can't be resolved yet: listed, never guessed."""

    item = models.ForeignKey(DecisionItem, models.CASCADE, related_name="pending_references")
    text = models.TextField()
    decision_number = models.CharField(max_length=100, blank=True)
    resolved_to = models.ForeignKey("cms.Procedure", models.PROTECT, null=True, blank=True, related_name="+")
    # Why it concerns no procedure of the portal; with it the reference is settled too.
    reason = models.TextField(blank=True, default="")

    @property
    def is_open(self) -> bool:
        """Whether an editor still has to say what it means."""
        return self.resolved_to_id is None and not self.reason


class CatalogueSnapshot(models.Model):
    """A catalogue file read on a day: what stands behind content while no decision is in hand."""

    file_name = models.CharField(_("Tên tệp"), max_length=300)
    sha256 = models.CharField(max_length=64)
    reader = models.CharField(max_length=40)
    read_on = models.DateField(_("Ngày đọc"))

    class Meta:
        verbose_name = _("Danh mục đã nhập")
        verbose_name_plural = _("Danh mục đã nhập")

    def __str__(self) -> str:
        return self.file_name


class Effect(models.Model):
    """What an item (or snapshot) does to a procedure, scope and part; recorded = published, withdrawn = fallen."""

    item = models.ForeignKey(DecisionItem, models.PROTECT, null=True, related_name="effects")
    snapshot = models.ForeignKey(CatalogueSnapshot, models.PROTECT, null=True, related_name="effects")
    procedure = models.ForeignKey("cms.Procedure", models.PROTECT, related_name="effects")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="effects")
    part = models.CharField(max_length=20, choices=ScopePart, default=ScopePart.BASE)
    act = models.CharField(max_length=10, choices=Act)
    content = models.ForeignKey("cms.ProcedureContent", models.PROTECT, null=True, related_name="effects")
    effective_from = models.DateField(null=True)
    # Set when published: the day it is replayed on, the day signed (or that day) and its place among the published.
    holds_from = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    sequence = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["procedure", "scope", "part"],
                condition=Q(recorded_at__isnull=False, withdrawn_at__isnull=True),
                name="effect_standing",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="effect_of_item_or_snapshot",
                condition=Q(item__isnull=False, snapshot__isnull=True) | Q(item__isnull=True, snapshot__isnull=False),
            ),
            models.CheckConstraint(
                name="only_open_has_content",
                condition=Q(act="OPEN", content__isnull=False) | (~Q(act="OPEN") & Q(content__isnull=True)),
            ),
            models.CheckConstraint(
                name="recorded_effect_has_its_day",
                condition=Q(recorded_at__isnull=True) | Q(holds_from__isnull=False, sequence__isnull=False),
            ),
        ]
