"""What an import leaves behind for an editor: which files were read, which rows need a look, what was kept apart.

Rows that were simply taken in or were already there leave no copy here: their text is in the content, their place in
its parts.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What became of one procedure of an import."""

    CREATED = "CREATED", _("Mới")
    AMENDED = "AMENDED", _("Sửa đổi, chưa rõ ngày")
    CORRECTED = "CORRECTED", _("Đính chính")
    UNCHANGED = "UNCHANGED", _("Không đổi")
    REFUSED = "REFUSED", _("Bị loại")
    ASKED = "ASKED", _("Chờ trả lời")


class Answer(models.TextChoices):
    """What an editor said of a row whose name a procedure of the portal has."""

    JOINED = "JOINED", "Là một, đã ghép"
    APART = "APART", "Là thủ tục khác"


class QuarantineReason(models.TextChoices):
    """Why a text is not believed to belong to its code."""

    OTHER_NAME = "OTHER_NAME", _("Tên khác với tên trong danh mục cho cùng mã")
    SAME_TEXT = "SAME_TEXT", _("Cùng tên, cùng các bước và cùng hồ sơ ở nhiều mã")
    READER = "READER", _("Trình đọc tệp không tin được nội dung")


class ImportBatch(models.Model):
    """One run that wrote something: its files, its counts, when and by whom."""

    at = models.DateTimeField(_("Lúc"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Người nhập")
    )
    files = models.JSONField(_("Các tệp"), default=list)
    counts = models.JSONField(_("Số liệu"), default=dict)

    class Meta:
        verbose_name = _("Lần nhập")
        verbose_name_plural = _("Các lần nhập")
        ordering = ["-at"]

    def __str__(self) -> str:
        return ", ".join(str(file.get("name", "")) for file in self.files)


class ImportRow(models.Model):
    """A row an editor should look at: refused, amended, corrected, or read with doubt."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    place = models.CharField(_("Nơi đọc"), max_length=500)
    code = models.CharField(_("Mã"), max_length=100, blank=True)
    name = models.TextField(_("Tên"), blank=True)
    outcome = models.CharField(_("Kết quả"), max_length=20, choices=Outcome)
    problems = models.JSONField(_("Điểm cần xem"), default=list)
    # Of a row that waits for an answer: by what the next run will know it again, and what an editor said.
    key = models.TextField(blank=True, editable=False)
    answer = models.CharField("Trả lời", max_length=10, choices=Answer, blank=True)
    procedure = models.ForeignKey(
        "cms.Procedure", models.PROTECT, null=True, related_name="+", verbose_name="Ghép vào thủ tục"
    )
    reason = models.TextField("Vì sao", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="Người trả lời"
    )
    answered_at = models.DateTimeField("Trả lời lúc", null=True)

    class Meta:
        verbose_name = _("Dòng cần xem")
        verbose_name_plural = _("Các dòng cần xem")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class QuarantinedRow(models.Model):
    """A text that came under a code it doesn't belong to: kept whole, shown to nobody but editors."""

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="quarantined")
    place = models.CharField(_("Nơi đọc"), max_length=500)
    code = models.CharField(_("Mã"), max_length=100, blank=True)
    name = models.TextField(_("Tên ghi trong tệp"))
    reason = models.CharField(_("Lý do"), max_length=20, choices=QuarantineReason)
    raw = models.JSONField(_("Nội dung đã đọc"), default=dict)
    content = models.ForeignKey(
        "cms.ProcedureContent",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Nội dung đã thu hồi"),
    )
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("Nội dung cách ly")
        verbose_name_plural = _("Nội dung cách ly")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["code", "digest"], name="quarantined_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class CatalogueName(models.Model):
    """The name a catalogue gives to a code: what a full record's name is compared with, now and in later runs."""

    code = models.CharField(_("Mã"), max_length=100, unique=True)
    name = models.TextField(_("Tên trong danh mục"))
    place = models.CharField(_("Nơi đọc"), max_length=500)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="catalogue_names")

    class Meta:
        verbose_name = _("Tên trong danh mục")
        verbose_name_plural = _("Các tên trong danh mục")

    def __str__(self) -> str:
        return self.name
