"""What editors teach the search (dictionary, pinned results) and what it counts. The cursor of the index is no table:
it lives in the index file, because one in the database could say that the index knows what a lost file does not."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import PreviewableMixin

from cms.models import Procedure
from search.synonyms import Entry, phrases_of
from search.words import folded_text

__all__ = ["DictionaryEntry", "EntryKind", "PinnedResult", "SearchCount"]


class EntryKind(models.TextChoices):
    """Why two wordings belong together."""

    ABBREVIATION = "abbreviation", _("Viết tắt")
    COLLOQUIAL = "colloquial", _("Cách nói thường ngày")
    FORMER = "former", _("Tên cũ")
    TEENCODE = "teencode", _("Viết tắt khi nhắn tin")
    FILLER = "filler", _("Từ đệm, không phải nội dung tìm")
    SLIP = "slip", _("Viết sai thường gặp")


class EntryQuerySet(models.QuerySet["DictionaryEntry"]):
    """Entries of the dictionary."""

    def update(self, **values: Any) -> int:
        """Change rows; the time of the change is written too, because by it every web process notices."""
        return super().update(**({"changed_at": timezone.now()} | values))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Remove editors' own entries; shipped ones are switched off, or the next version would bring them back."""
        self.filter(shipped_key__isnull=False).update(active=False)
        return super(EntryQuerySet, self.filter(shipped_key__isnull=True)).delete()


class DictionaryEntry(PreviewableMixin, models.Model):  # type: ignore[misc]
    """One entry of the dictionary as editors see it; `search.synonyms.Entry` says what each field means.

    `shipped_key` and `shipped_hash`: which line of the shipped dictionary it came from and what it said then; an entry
    whose own hash differs was edited, and is left alone when a new version is loaded.
    """

    phrases = models.TextField(_("người dân gõ"), help_text=_("Mỗi dòng một cách gõ. Có dấu thì ghi đủ dấu."))
    official = models.TextField(
        _("nghĩa là"),
        blank=True,
        help_text=_("Từ ngữ đúng như trong tên thủ tục hoặc giấy tờ, mỗi dòng một cách. Từ đệm thì để trống."),
    )
    kind = models.CharField(_("loại"), max_length=20, choices=EntryKind, default=EntryKind.COLLOQUIAL)
    both_ways = models.BooleanField(
        _("hiểu cả hai chiều"), default=False, help_text=_("Gõ từ chính thức cũng tìm được cách gọi thường ngày.")
    )
    keeps = models.BooleanField(
        _("vẫn tìm cả từ đã gõ"), default=True, help_text=_("Bỏ chọn khi từ đã gõ chỉ có nghĩa như ở trên.")
    )
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    active = models.BooleanField(_("đang dùng"), default=True)
    shipped_key = models.CharField(max_length=200, unique=True, null=True, editable=False)
    shipped_hash = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("sửa lần cuối"), auto_now=True, db_index=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục từ điển")
        verbose_name_plural = _("Từ điển tìm kiếm")
        ordering = ["phrases", "pk"]

    def __str__(self) -> str:
        return self.phrases.replace("\n", ", ")[:80]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove it, or switch it off when it was shipped."""
        return type(self).objects.filter(pk=self.pk).delete()

    def drop(self) -> None:
        """Remove it for good, shipped or not: it is no longer shipped."""
        super().delete()

    @classmethod
    def of(cls, entry: Entry) -> "DictionaryEntry":
        """An unsaved row that says what an entry says."""
        return cls(
            phrases="\n".join(entry.phrases),
            official="\n".join(entry.official),
            kind=entry.kind,
            both_ways=entry.both_ways,
            keeps=entry.keeps,
            note=entry.note,
        )

    @property
    def entry(self) -> Entry:
        """What the search reads."""
        return Entry(
            phrases_of(self.phrases), phrases_of(self.official), self.kind, self.both_ways, self.keeps, self.note
        )

    @property
    def hash(self) -> str:
        """What it says, in short; any edit changes it."""
        return hashlib.sha256(repr((self.entry, self.active)).encode()).hexdigest()

    @property
    def is_edited(self) -> bool:
        """Whether an editor changed what was shipped."""
        return self.shipped_key is not None and self.hash != self.shipped_hash

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        if self.shipped_key is None:
            return str(_("Tự thêm"))
        return str(_("Đi kèm, đã sửa")) if self.is_edited else str(_("Đi kèm"))


class PinnedResult(PreviewableMixin, models.Model):  # type: ignore[misc]
    """A procedure that editors put first for some queries, from a day to a day, both included: a pin nobody takes away
    would stand long after its reason has gone."""

    queries = models.TextField(
        _("khi người dân gõ"),
        help_text=_("Mỗi dòng một câu. So cả câu, không kể dấu và chữ hoa."),
    )
    folded = models.TextField(editable=False)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="pins", verbose_name=_("đưa lên đầu thủ tục")
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_until = models.DateField(_("đến hết ngày"))
    reason = models.CharField(_("lý do"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("người ghim"),
    )

    class Meta:
        verbose_name = _("kết quả ghim")
        verbose_name_plural = _("Kết quả ghim")
        ordering = ["-valid_until", "pk"]

    def __str__(self) -> str:
        return self.queries.replace("\n", ", ")[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what is compared beside what was written."""
        self.folded = "".join(f"\n{folded_text(query)}\n" for query in phrases_of(self.queries))
        super().save(*args, **kwargs)

    @property
    def procedure_name(self) -> str:
        """The name of the procedure as written last, with its code."""
        content = self.procedure.contents.order_by("-pk").first()
        return " ".join(filter(None, [self.procedure.code, content.name if content else ""]))

    def clean(self) -> None:
        """Refuse a pin that ends before it begins, or is for no words."""
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("Ngày cuối đứng trước ngày đầu. Hãy chọn ngày sau đó.")})
        if self.queries and not any(map(folded_text, phrases_of(self.queries))):
            raise ValidationError({"queries": _("Chưa có chữ nào để so. Hãy ghi ít nhất một câu người dân gõ.")})


class SearchCount(models.Model):
    """How often a query was asked on a day, and whether it found nothing. Nothing here tells who asked: no address, no
    session, no time of day."""

    day = models.DateField(pgettext_lazy("thời điểm", "ngày"))
    query = models.CharField(_("câu tìm, bỏ dấu"), max_length=80)
    zero = models.BooleanField(_("không thấy gì"))
    count = models.PositiveIntegerField(_("số lần"), default=0)

    class Meta:
        verbose_name = _("lượt tìm")
        verbose_name_plural = _("Lượt tìm")
        constraints = [models.UniqueConstraint(fields=["day", "query", "zero"], name="search_count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.query} ({self.count})"
