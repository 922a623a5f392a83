"""A decision file on its way to the portal: what was read of it stays as it was read, beside what an editor made of it,
until it becomes a draft decision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.vocabulary import DecisionAction


class BatchState(models.TextChoices):
    """Where a read decision stands."""

    WAITING = "WAITING", _("Chờ đọc")
    READING = "READING", _("Đang đọc")
    REFUSED = "REFUSED", _("Không đọc được")
    REVIEW = "REVIEW", _("Chờ duyệt từng mục")
    APPLIED = "APPLIED", _("Đã thành quyết định trên cổng")
    TAKEN_BACK = "TAKEN_BACK", _("Đã thu hồi")


class RowState(models.TextChoices):
    """What the editor has made of a row; one that was read with doubt waits for a person."""

    CLEAN = "CLEAN", _("Đọc rõ")
    DOUBTFUL = "DOUBTFUL", _("Cần xem")
    REFUSED = "REFUSED", _("Không nhận được")
    ACCEPTED = "ACCEPTED", _("Đã nhận")
    LEFT_OUT = "LEFT_OUT", _("Bỏ ra")


class DecisionBatch(models.Model):
    """The files of one decision, its head as the editor has it, and how far it has come. `head` and the rows' `row`
    hold `importers.decisions.rows` as JSON; `version` counts every change, so that two editors don't overwrite."""

    at = models.DateTimeField(_("Lúc"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Người nhập")
    )
    # Whose decision it is, and so who may work on it; empty only while nobody has said and the file does not tell.
    agency = models.ForeignKey(
        "cms.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Cơ quan ban hành")
    )
    state = models.CharField(_("Tình trạng"), max_length=20, choices=BatchState, default=BatchState.WAITING)
    # How much has been read, in per cent, and when the reading last gave a sign of life.
    progress = models.PositiveSmallIntegerField(default=0, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    digest = models.CharField(max_length=64, db_index=True, editable=False)
    head = models.JSONField(_("Phần đầu quyết định"), default=dict)
    read_head = models.JSONField(default=dict, editable=False)
    counts = models.JSONField(_("Số đếm ghi trong quyết định"), default=dict)
    problems = models.JSONField(_("Điểm cần xem"), default=list)
    message = models.TextField(_("Lý do không đọc được"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    decision = models.OneToOneField(
        "cms.Decision", models.SET_NULL, null=True, blank=True, related_name="batch", verbose_name=_("Quyết định")
    )

    class Meta:
        verbose_name = _("Quyết định đang nhập")
        verbose_name_plural = _("Quyết định đang nhập")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.head.get("number") or ", ".join(file.name for file in self.files.all()) or f"#{self.pk}"

    def left_out(self) -> "models.QuerySet[DecisionRow]":
        """The procedures that an editor left out of the decision, with who and why."""
        return self.rows.filter(state=RowState.LEFT_OUT, parent=None).select_related("checked_by")


class DecisionBatchFile(models.Model):
    """One file of the batch, kept as it came: what is published can be held against it for ever."""

    batch = models.ForeignKey(DecisionBatch, models.CASCADE, related_name="files")
    name = models.CharField(_("Tên tệp"), max_length=300)
    sha256 = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=10, default="source")
    reader = models.CharField(max_length=20, blank=True)
    file = models.FileField(upload_to="rieng/quyet-dinh/%Y/%m", blank=True)

    class Meta:
        ordering = ["pk"]


class DecisionFormFile(models.Model):
    """A form cut out of a file of the batch; `name`: SHA-1 of its content and ending. No document before the draft."""

    batch = models.ForeignKey(DecisionBatch, models.CASCADE, related_name="form_files")
    name = models.CharField(max_length=60)
    file = models.FileField(upload_to="rieng/mau-don/%Y/%m")

    class Meta:
        ordering = ["pk"]


class DecisionRow(models.Model):
    """One row of the decision's lists. `read`: as the reader gave it, never changed; `row`: as it will be applied."""

    batch = models.ForeignKey(DecisionBatch, models.CASCADE, related_name="rows")
    ordinal = models.PositiveIntegerField(_("Thứ tự"))
    parent = models.PositiveIntegerField(null=True, blank=True)
    label = models.CharField(_("Số in"), max_length=30, blank=True)
    action = models.CharField(_("Việc công bố"), max_length=20, choices=DecisionAction, blank=True)
    code = models.CharField(_("Mã"), max_length=100, blank=True)
    name = models.TextField(_("Tên"))
    place = models.CharField(_("Nơi đọc"), max_length=500)
    state = models.CharField(_("Tình trạng"), max_length=20, choices=RowState)
    read = models.JSONField(default=dict, editable=False)
    row = models.JSONField(default=dict)
    # The editor's answer to a missing code: this procedure; none and `apart`: a procedure of its own.
    procedure = models.ForeignKey(
        "cms.Procedure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Thủ tục trên cổng")
    )
    apart = models.BooleanField(_("Là thủ tục khác"), default=False)
    # [{"procedure", "code", "name", "score"}], the likeliest first; score 0–100.
    proposals = models.JSONField(default=list)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    # Why an editor left it out.
    reason = models.TextField(_("Lý do bỏ ra"), blank=True)

    class Meta:
        verbose_name = _("Mục của quyết định đang nhập")
        verbose_name_plural = _("Mục của quyết định đang nhập")
        ordering = ["batch", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["batch", "ordinal"], name="decision_row_once")]

    def __str__(self) -> str:
        return f"{self.label or self.ordinal}. {self.name}"
