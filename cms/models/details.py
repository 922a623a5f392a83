"""The rows a procedure's text is made of: all hang on the content, are sealed with it, and name their case by key."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models.agencies import Agency, AgencyClass
from cms.models.procedures import ProcedureContent
from cms.vocabulary import (
    AgencyRole,
    AgencyTextKind,
    ChannelKind,
    CostDoubt,
    CostKind,
    CostReading,
    Reading,
    TimeReading,
    TimeUnit,
)


class Detail(models.Model):
    """A row of a content, in the order it was announced."""

    content = models.ForeignKey(ProcedureContent, models.CASCADE)
    ordinal = models.PositiveSmallIntegerField()
    case = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True
        ordering = ["content", "ordinal"]


class Case(Detail):
    """Trường hợp: a sub-case (9.1) or a group of papers with its own conditions."""

    title = models.TextField()


class Step(Detail):
    """One step of the trình tự thực hiện."""

    label = models.CharField(_("Bước"), max_length=60, blank=True)
    text = models.TextField(_("Nội dung"))


class Channel(Detail):
    """One way of handing in the file, as a row of the announced table; times and costs name it by `row`."""

    kind = models.CharField(_("Hình thức nộp"), max_length=20, choices=ChannelKind)
    description = models.TextField(_("Mô tả"), blank=True)


class ProcessingTime(Detail):
    """Thời hạn giải quyết of one channel row (`row`, its ordinal): amount and unit, or the text as announced."""

    row = models.PositiveSmallIntegerField(null=True)
    reading_kind = models.CharField(max_length=20, choices=TimeReading)
    amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    unit = models.CharField(max_length=20, choices=TimeUnit, blank=True)
    text = models.TextField(_("Như công bố"), blank=True)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.CERTAIN)


class Cost(Detail):
    """Phí, lệ phí of one channel row (`row`, its ordinal): a sum (đồng unless `currency` says else) or a statement."""

    row = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=20, choices=CostKind, default=CostKind.UNKNOWN)
    reading_kind = models.CharField(max_length=20, choices=CostReading)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="VND")
    clause = models.TextField(_("Điều khoản kèm theo"), blank=True)
    text = models.TextField(_("Như công bố"), blank=True)
    doubts = models.CharField(max_length=120, blank=True)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.CERTAIN)

    @property
    def doubt_labels(self) -> list[str]:
        """Why this row is not to be trusted, in words."""
        return [str(CostDoubt(doubt).label) for doubt in self.doubts.split(",") if doubt]


class EvidenceGroup(Detail):
    """Papers asked for in one case; title empty where there is only one list."""

    title = models.TextField(blank=True)


class Evidence(Detail):
    """A paper to bring, with how many originals and copies; `group` is its group's ordinal."""

    group = models.PositiveSmallIntegerField()
    name = models.TextField(_("Tên giấy tờ"))
    form_file = models.CharField(_("Mẫu đơn, tờ khai"), max_length=500, blank=True)
    originals = models.PositiveSmallIntegerField(_("Bản chính"), null=True)
    copies = models.PositiveSmallIntegerField(_("Bản sao"), null=True)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.CERTAIN)


class FormTemplate(Detail):
    """Mẫu đơn, tờ khai behind the announced text. `file_hash`: SHA-1 of its file, as Wagtail knows its documents; the
    text is sealed with it, so that a form of the same name elsewhere never takes its place."""

    title = models.CharField(_("Tên mẫu"), max_length=500)
    file_hash = models.CharField(max_length=40, editable=False)


class Requirement(Detail):
    """Yêu cầu, điều kiện."""

    text = models.TextField()


class LegalBasis(Detail):
    """A legal text the procedure rests on, as cited; issuer and day may be missing in the source."""

    number = models.CharField(_("Số, ký hiệu"), max_length=200, blank=True)
    title = models.TextField(_("Trích yếu"), blank=True)
    issued_on = models.DateField(_("Ngày ban hành"), null=True)
    issuer = models.CharField(_("Cơ quan ban hành"), max_length=300, blank=True)
    reading = models.CharField(max_length=20, choices=Reading, default=Reading.CERTAIN)


class Output(Detail):
    """Kết quả: what the applicant receives."""

    name = models.TextField()
    code = models.CharField(max_length=60, blank=True)


class AgencyText(Detail):
    """An agency named in the text: a unit, a class of units, or only a phrase; the words stay as announced."""

    role = models.CharField(max_length=20, choices=AgencyRole)
    text = models.TextField()
    kind = models.CharField(max_length=10, choices=AgencyTextKind)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    agency_class = models.ForeignKey(AgencyClass, models.PROTECT, null=True, related_name="+")


class InternalStep(Detail):
    """Quy trình nội bộ: one step inside the office, by whom and how long."""

    text = models.TextField("Việc")
    who = models.CharField("Đơn vị hoặc chức danh", max_length=300, blank=True)
    time = models.CharField("Thời gian", max_length=100, blank=True)


# In the order people read them; selectors, hashing, sealing and comparing all walk this one list.
DETAIL_MODELS: tuple[type[Detail], ...] = (
    Case,
    Step,
    Channel,
    ProcessingTime,
    Cost,
    EvidenceGroup,
    Evidence,
    FormTemplate,
    Requirement,
    LegalBasis,
    Output,
    AgencyText,
    InternalStep,
)
