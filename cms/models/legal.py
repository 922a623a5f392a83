"""The register of legal documents: what procedures rest on, since when each holds, and what later ones did to it. It is
kept by people as the law goes on, so it is edited in place; sealed texts stay, so citations hang beside them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from cms.legal_numbers import read_legal_number, register_key
from cms.models.details import LegalBasis
from cms.vocabulary import LegalChangeKind, LegalKind


class LegalDocument(ClusterableModel):
    """A legal document. A day that is empty is unknown; [effective_from, effective_to) are the days it holds."""

    number = models.CharField("Số, ký hiệu", max_length=200, help_text="Như trên văn bản, ví dụ 26/2025/NĐ-CP.")
    key = models.CharField(max_length=300, unique=True, editable=False)
    kind = models.CharField("Loại văn bản", max_length=20, choices=LegalKind, blank=True)
    title = models.TextField("Trích yếu", blank=True)
    issuer = models.CharField("Cơ quan ban hành", max_length=300, blank=True)
    signed_on = models.DateField("Ngày ký ban hành", null=True, blank=True)
    effective_from = models.DateField("Có hiệu lực từ ngày", null=True, blank=True, help_text="Để trống khi chưa rõ.")
    effective_to = models.DateField(
        "Hết hiệu lực từ ngày",
        null=True,
        blank=True,
        help_text="Ngày đầu tiên không còn hiệu lực. Để trống khi chưa rõ hoặc vẫn còn hiệu lực.",
    )
    shortened = models.BooleanField(
        "Ban hành theo trình tự, thủ tục rút gọn",
        default=False,
        help_text="Khi đó hạn công bố thủ tục là 3 ngày kể từ ngày ký văn bản này.",
    )
    source = models.URLField("Đường dẫn tới văn bản", max_length=500, blank=True)
    note = models.TextField("Ghi chú", blank=True)

    class Meta:
        verbose_name = "Văn bản pháp luật"
        verbose_name_plural = "Văn bản pháp luật"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="legal_document_lives_forward",
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gt=F("effective_from")),
                violation_error_message="“Hết hiệu lực từ ngày” phải sau “Có hiệu lực từ ngày”.",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def changed(self) -> str:
        """What later documents do to it, in one line."""
        return "; ".join(map(str, self.changes.all()))

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the key in step with the number."""
        read = read_legal_number(self.number)
        self.number = read.text if read else self.number
        self.key = register_key(self.number, self.issuer, self.signed_on) or self.key
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        """Refuse a number that does not name one document, and one that is in the register."""
        key = register_key(self.number, self.issuer, self.signed_on)
        if read_legal_number(self.number) is None:
            raise ValidationError({"number": "Số, ký hiệu chưa đủ. Hãy ghi như trên văn bản, ví dụ 26/2025/NĐ-CP."})
        if not key:
            wanted = "Số này năm nào, tỉnh nào cũng có. Hãy điền thêm ngày ký và cơ quan ban hành."
            raise ValidationError({"number": wanted})
        if LegalDocument.objects.filter(key=key).exclude(pk=self.pk).exists():
            raise ValidationError({"number": "Văn bản này đã có trong danh sách. Hãy tìm và sửa dòng đã có."})


class LegalChange(models.Model):
    """A later document amends, replaces or repeals this one: from `day`, else from when that one takes effect."""

    document = ParentalKey(LegalDocument, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField("Thay đổi", max_length=20, choices=LegalChangeKind)
    by = models.ForeignKey(LegalDocument, models.PROTECT, related_name="changing", verbose_name="Bởi văn bản")
    day = models.DateField(
        "Từ ngày", null=True, blank=True, help_text="Để trống thì tính từ ngày văn bản sửa đổi, thay thế có hiệu lực."
    )

    class Meta:
        verbose_name = "Thay đổi của văn bản"
        verbose_name_plural = "Thay đổi của văn bản"
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "kind", "by"],
                name="legal_change_once",
                violation_error_message="Thay đổi này đã có ở dòng khác.",
            ),
            models.CheckConstraint(
                name="changed_by_another",
                condition=~Q(document=F("by")),
                violation_error_message="Văn bản không tự sửa đổi, thay thế chính nó. Hãy chọn văn bản khác.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.by}"

    @property
    def starts(self) -> date | None:
        """The day it takes hold; None when that is unknown."""
        return self.day or self.by.effective_from


class LegalCitation(models.Model):
    """Which document of the register a legal basis names. Kept apart: the basis is sealed with its text."""

    basis = models.OneToOneField(LegalBasis, models.CASCADE, primary_key=True, related_name="citation")
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="citations")
