"""Life and business events: situations in which people need several procedures at once (CPSV-AP Event)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.identifiers import read_code
from cms.vocabulary import EventKind


class LifeEvent(models.Model):
    """A situation with the codes of the procedures it calls for, in the order people meet them.

    Codes, not links: the list outlives a catalogue that is not loaded yet, and shows only what is in force.
    """

    name = models.CharField(gettext_lazy("Tên"), max_length=120)
    slug = models.SlugField(gettext_lazy("Địa chỉ"), max_length=80, unique=True)
    kind = models.CharField(gettext_lazy("Của ai"), max_length=10, choices=EventKind, default=EventKind.LIFE)
    position = models.PositiveSmallIntegerField(gettext_lazy("Thứ tự"), default=100)
    codes = models.TextField(
        gettext_lazy("Mã thủ tục"), help_text=gettext_lazy("Mỗi dòng một mã, việc thường gặp trước.")
    )

    class Meta:
        verbose_name = gettext_lazy("Sự kiện")
        verbose_name_plural = gettext_lazy("Sự kiện đời người, doanh nghiệp")
        ordering = ["-kind", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The event's public page."""
        return reverse("life_event", args=[self.slug])

    @property
    def code_list(self) -> list[str]:
        """The codes in their normal spelling, each once; what is no code is left out."""
        found = (read_code(line) for line in self.codes.split())
        return list(dict.fromkeys(code.text for code in found if code and not code.doubtful))

    def clean(self) -> None:
        """Refuses a line that is no procedure code, naming it."""
        for line in self.codes.split():
            code = read_code(line)
            if code is None or code.doubtful:
                raise ValidationError(
                    {"codes": _("“%(line)s” không phải mã thủ tục. Mỗi dòng một mã, ví dụ 1.001193.") % {"line": line}}
                )
