"""Where people hand in papers: the one-stop shop's counters, with their hours. Not published text under a decision but
a fact of daily life, so it is edited in place; each edit stands in the change log."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from cms.models.agencies import Agency
from cms.opening import WEEKDAYS


class ReceptionPoint(ClusterableModel):
    """A counter of an agency's one-stop shop (bộ phận một cửa, Trung tâm Phục vụ hành chính công)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="reception_points", verbose_name=_("Cơ quan"))
    name = models.CharField(_("Tên nơi tiếp nhận"), max_length=300)
    address = models.CharField(
        _("Địa chỉ"), max_length=500, help_text=_("Số nhà, thôn/tổ dân phố, xã/phường/đặc khu, tỉnh/thành phố")
    )
    phone = models.CharField(_("Điện thoại"), max_length=60, blank=True)
    email = models.EmailField(_("Thư điện tử"), blank=True)
    note = models.CharField(_("Ghi chú"), max_length=500, blank=True)
    valid_from = models.DateField(_("Có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("Đến trước ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("Nơi tiếp nhận")
        verbose_name_plural = _("Nơi tiếp nhận")
        ordering = ["agency__sort_key", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="reception_point_once",
                violation_error_message=_("Cơ quan này đã có nơi tiếp nhận cùng tên. Hãy sửa nơi đó hoặc đổi tên."),
            ),
            models.CheckConstraint(
                name="reception_point_lives_forward",
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message=_("“Đến trước ngày” phải sau “Có từ ngày”."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One span of one weekday; a day without a span is a day off."""

    point = ParentalKey(ReceptionPoint, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("Thứ"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("Mở cửa"))
    closes = models.TimeField(_("Đóng cửa"))

    class Meta:
        verbose_name = _("Giờ làm việc")
        verbose_name_plural = _("Giờ làm việc")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="opening_hours_forward",
                condition=Q(closes__gt=F("opens")),
                violation_error_message=_("Giờ đóng phải sau giờ mở."),
            )
        ]


class ClosedDays(models.Model):
    """Days on which the place is closed besides its weekly days off and the public holidays."""

    point = ParentalKey(ReceptionPoint, on_delete=models.CASCADE, related_name="closed_days")
    first = models.DateField(_("Từ ngày"))
    last = models.DateField(_("Đến hết ngày"))
    reason = models.CharField(_("Lý do"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Ngày nghỉ")
        verbose_name_plural = _("Ngày nghỉ")
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                name="closed_days_forward",
                condition=Q(last__gte=F("first")),
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            )
        ]
