"""Who works for which agency, how many steps its decisions take, and who did what to them: a log for reading."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cms.models.agencies import Agency
from cms.models.decisions import Decision
from cms.vocabulary import AccountActKind, DecisionActKind, EditorRole

MOST_STEPS = 3


class Membership(models.Model):
    """A person's role at an agency; it covers the agency and all below it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="Người")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="editors", verbose_name="Cơ quan")
    role = models.CharField("Vai trò", max_length=20, choices=EditorRole)

    class Meta:
        verbose_name = "Phân quyền"
        verbose_name_plural = "Phân quyền"
        constraints = [models.UniqueConstraint(fields=["user", "agency", "role"], name="membership_role_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.agency}"


class ApprovalRule(models.Model):
    """How decisions of an agency, and of those below it that state none, are approved."""

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="approval_rule", verbose_name="Cơ quan")
    steps = models.PositiveSmallIntegerField(
        "Số bước duyệt",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_STEPS)],
        help_text="1: chỉ người đứng đầu duyệt. 2 hoặc 3: cán bộ kiểm soát thông qua trước, người đứng đầu duyệt sau.",
    )
    self_approval = models.BooleanField(
        "Cho một người tự duyệt việc mình soạn",
        default=False,
        help_text="Chỉ dành cho nơi có một cán bộ; mỗi lần tự duyệt đều được ghi lại.",
    )

    class Meta:
        verbose_name = "Cách duyệt"
        verbose_name_plural = "Cách duyệt"
        constraints = [
            models.CheckConstraint(name="one_to_three_steps", condition=models.Q(steps__gte=1, steps__lte=MOST_STEPS))
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.steps}"


class DecisionAct(models.Model):
    """Somebody did something to a decision. Append-only; `changed` holds [what, before, after] lists in words."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=20, choices=DecisionActKind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    step = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    changed = models.JSONField(default=list)
    # The same person prepared and approved.
    self_approved = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]


class Waiver(models.Model):
    """A warning of the gate that somebody answered for: who, why. Append-only; `subject` is the finding's own key."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="waivers")
    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "rule", "subject"], name="waived_once")]


class AccountAct(models.Model):
    """An administrator did something to a person's account. Append-only; an account is locked, never deleted."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="account_acts")
    kind = models.CharField(max_length=20, choices=AccountActKind)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
