"""What editors teach the search: the dictionary. The cursor of the index is no table: it lives in the index file,
because a cursor in the database could say that the index knows what a lost or swapped file does not."""

import hashlib
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.synonyms import Entry, phrases_of

__all__ = ["DictionaryEntry", "EntryKind"]


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


class DictionaryEntry(models.Model):
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
