"""People who edit: one full name, a post and an agency, because first and last names do not fit Vietnamese names."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An editor's account."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("Họ và tên"), max_length=150, blank=True)
    post = models.CharField(_("Chức vụ"), max_length=150, blank=True)
    agency = models.ForeignKey(
        "cms.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Cơ quan")
    )

    class Meta:
        verbose_name = _("Người dùng")
        verbose_name_plural = _("Người dùng")

    def get_full_name(self) -> str:
        """The name as the person writes it."""
        return self.full_name

    def get_short_name(self) -> str:
        """The given name, which stands last in Vietnamese."""
        return self.full_name.rsplit(" ", 1)[-1]
