"""The register of legal documents that procedures rest on: when each takes effect and ends, what amends or replaces it.
Texts cite a document by its number; nothing in a sealed text points here, so the register can grow beside them."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from cms.identifiers import fold_decision_number
from cms.text import match_key
from cms.vocabulary import LegalChangeKind

# Provinces and communes number by themselves: the same number stands on many papers.
_LOCAL = ("UBND", "HDND", "HĐND")


def is_local_number(number: str) -> bool:
    """Whether a number names a document only together with who issued it (12/2024/QĐ-UBND, 20/2025/NQ-HĐND)."""
    return any(mark in number.upper() for mark in _LOCAL)


class LegalDocumentQuerySet(models.QuerySet[Any]):
    """Named states of legal documents."""

    def ended_on(self, day: date) -> Self:
        """Documents known to be no longer in force on the day: by their own end, repealed or replaced."""
        by = LegalChange.objects.filter(Q(kind__in=LegalChangeKind.ending()), LegalChange.since(day))
        return self.filter(Q(ended_on__lte=day) | Q(pk__in=by.values("document")))


class LegalDocument(ClusterableModel):
    """A law, decree, circular, resolution … as it is known; a day that is not known stays empty, never guessed."""

    number = models.CharField("Số, ký hiệu", max_length=120, help_text="Như in trên văn bản: 63/2010/NĐ-CP")
    issuer = models.CharField(
        "Cơ quan ban hành",
        max_length=300,
        blank=True,
        help_text="Bắt buộc với văn bản của HĐND, UBND: số có thể trùng.",
    )
    title = models.TextField("Trích yếu", blank=True)
    issued_on = models.DateField("Ngày ban hành", null=True, blank=True)
    effective_from = models.DateField("Có hiệu lực từ", null=True, blank=True)
    ended_on = models.DateField(
        "Hết hiệu lực từ", null=True, blank=True, help_text="Nếu do văn bản khác thì ghi ở dưới, không cần ghi ở đây."
    )
    shortened = models.BooleanField(
        "Ban hành theo trình tự rút gọn",
        default=False,
        help_text="Hạn công bố tính từ ngày ký, không từ ngày hiệu lực.",
    )
    address = models.URLField("Nơi đọc toàn văn", blank=True)
    # What all spellings of the number share, and who issued it where the number alone does not tell.
    number_key = models.CharField(max_length=120, editable=False)
    issuer_key = models.CharField(max_length=300, editable=False, blank=True)

    objects = models.Manager.from_queryset(LegalDocumentQuerySet)()

    class Meta:
        verbose_name = "Văn bản pháp luật"
        verbose_name_plural = "Văn bản pháp luật"
        ordering = ["number_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["number_key", "issuer_key"],
                name="legal_document_once",
                violation_error_message="Văn bản này đã có trong sổ. Hãy sửa dòng có sẵn.",
            ),
            models.CheckConstraint(
                name="legal_document_ends_after_it_began",
                condition=Q(ended_on__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(ended_on__gt=F("effective_from")),
                violation_error_message="“Hết hiệu lực từ” phải sau “Có hiệu lực từ”.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.issuer})" if self.issuer_key else self.number

    def clean(self) -> None:
        """Makes the keys, so that a second entry of one document is refused on the form. Raises ValidationError."""
        self.set_keys()

    def set_keys(self) -> None:
        """What the document is found by, from its number and, where the number is not enough, its issuer."""
        self.number_key = fold_decision_number(self.number)
        self.issuer_key = match_key(self.issuer) if is_local_number(self.number) else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the keys in step."""
        self.set_keys()
        super().save(*args, **kwargs)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """The keys first: constraints are judged by them."""
        self.set_keys()
        super().full_clean(*args, **kwargs)


class LegalChange(models.Model):
    """A document amends, replaces or repeals another from a day on; without a day, from its own first day in force."""

    document = ParentalKey(
        LegalDocument, on_delete=models.PROTECT, related_name="changes", verbose_name="Văn bản bị tác động"
    )
    by = models.ForeignKey(
        LegalDocument, models.PROTECT, related_name="changes_made", verbose_name="Bị tác động bởi văn bản"
    )
    kind = models.CharField("Cách tác động", max_length=10, choices=LegalChangeKind)
    from_day = models.DateField(
        "Từ ngày", null=True, blank=True, help_text="Để trống: từ ngày văn bản kia có hiệu lực."
    )
    provision = models.CharField("Điều khoản bị tác động", max_length=300, blank=True)

    class Meta:
        verbose_name = "Tác động của văn bản khác"
        verbose_name_plural = "Tác động của văn bản khác"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "by", "kind"], name="legal_change_once"),
            models.CheckConstraint(
                name="no_document_changes_itself",
                condition=~Q(document=F("by")),
                violation_error_message="Văn bản không tự sửa đổi, thay thế chính nó.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by.number} {self.get_kind_display().lower()} {self.document.number}"

    @property
    def day(self) -> date | None:
        """The day from which it holds; None when neither it nor the other document's first day is known."""
        return self.from_day or self.by.effective_from

    @staticmethod
    def since(day: date) -> Q:
        """Changes that have taken hold by the day."""
        return Q(from_day__lte=day) | Q(from_day__isnull=True, by__effective_from__lte=day)
