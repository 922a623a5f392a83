"""What the operator's own work leaves behind: when each timed job last ran, and how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TimedJob(models.Model):
    """One job by its name in `portal.operations.jobs`. A job that never ran has no row.

    `failed_at` is empty again after a success; `error` is the reason of the last failure, for people.
    """

    name = models.CharField(_("Việc"), max_length=50, unique=True)
    started_at = models.DateTimeField(_("Chạy lần cuối"))
    succeeded_at = models.DateTimeField(_("Lần xong gần nhất, tính lúc bắt đầu"), null=True)
    failed_at = models.DateTimeField(_("Hỏng lúc"), null=True)
    error = models.TextField(_("Lý do"), blank=True)

    class Meta:
        verbose_name = _("Việc theo giờ")
        verbose_name_plural = _("Các việc theo giờ")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VisitMinute(models.Model):
    """Pages read in one minute. Nothing about who read them is kept."""

    minute = models.DateTimeField(_("Phút"), unique=True)
    count = models.PositiveIntegerField(_("Lượt"), default=0)


class VisitDay(models.Model):
    """Pages read on one day in Viet Nam."""

    day = models.DateField(_("Ngày"), unique=True)
    count = models.PositiveBigIntegerField(_("Lượt"), default=0)
