"""All lists of choices with their Vietnamese labels: where the law's terms meet their identifiers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgencyKind(TextChoices):
    """What kind of body an agency is."""

    GOVERNMENT = "GOVERNMENT", _("Chính phủ")
    MINISTRY = "MINISTRY", _("Bộ, cơ quan ngang Bộ")
    CENTRAL_UNIT = "CENTRAL_UNIT", _("Đơn vị thuộc Bộ")
    PROVINCE = "PROVINCE", _("Tỉnh, thành phố")
    DEPARTMENT = "DEPARTMENT", _("Sở, ban, ngành")
    DISTRICT = "DISTRICT", _("Cấp huyện (trước 01/07/2025)")
    COMMUNE = "COMMUNE", _("Xã, phường, đặc khu")
    OTHER = "OTHER", _("Cơ quan khác")


CENTRAL_KINDS = frozenset({AgencyKind.GOVERNMENT, AgencyKind.MINISTRY, AgencyKind.CENTRAL_UNIT})


class AdministrativeLevel(TextChoices):
    """Cấp thực hiện."""

    CENTRAL = "CENTRAL", _("Cấp bộ")
    PROVINCE = "PROVINCE", _("Cấp tỉnh")
    DISTRICT = "DISTRICT", _("Cấp huyện (trước 01/07/2025)")
    COMMUNE = "COMMUNE", _("Cấp xã")
    OTHER = "OTHER", _("Cơ quan khác")


class EventKind(TextChoices):
    """Whose situation an event is (CPSV-AP Life Event, Business Event)."""

    LIFE = "LIFE", _("Người dân")
    BUSINESS = "BUSINESS", _("Doanh nghiệp, hộ kinh doanh")


class ApplicantType(TextChoices):
    """Đối tượng thực hiện."""

    CITIZEN = "CITIZEN", _("Công dân Việt Nam")
    OVERSEAS = "OVERSEAS", _("Người Việt Nam định cư ở nước ngoài")
    FOREIGNER = "FOREIGNER", _("Người nước ngoài")
    OFFICIAL = "OFFICIAL", _("Cán bộ, công chức, viên chức")
    FOREIGN_RESIDENT = "FOREIGN_RESIDENT", _("Người nước ngoài cư trú tại Việt Nam")
    ENTERPRISE = "ENTERPRISE", _("Doanh nghiệp")
    VIETNAMESE_ENTERPRISE = "VIETNAMESE_ENTERPRISE", _("Doanh nghiệp Việt Nam")
    FOREIGN_ENTERPRISE = "FOREIGN_ENTERPRISE", _("Doanh nghiệp có vốn đầu tư nước ngoài")
    COOPERATIVE = "COOPERATIVE", _("Hợp tác xã")
    ORGANISATION = "ORGANISATION", _("Tổ chức (không gồm doanh nghiệp, hợp tác xã)")
    FOREIGN_ORGANISATION = "FOREIGN_ORGANISATION", _("Tổ chức nước ngoài")
    PARTY_MEMBER = "PARTY_MEMBER", _("Đảng viên")
    PARTY_ORGANISATION = "PARTY_ORGANISATION", _("Tổ chức Đảng")


class ChannelKind(TextChoices):
    """Cách thức nộp hồ sơ."""

    IN_PERSON = "IN_PERSON", _("Nộp trực tiếp")
    ONLINE = "ONLINE", _("Nộp qua mạng")
    POST = "POST", _("Gửi qua bưu điện")


class OnlineLevel(TextChoices):
    """Mức độ dịch vụ công trực tuyến (Decree 224/2026)."""

    FULL = "FULL", _("Làm hết qua mạng, không phải đến")
    PARTIAL = "PARTIAL", _("Nộp qua mạng, vẫn phải đến một lần trở lên")
    INFORMATION_ONLY = "INFORMATION_ONLY", _("Chỉ có thông tin")
    NONE = "NONE", _("Không có")


class TimeUnit(TextChoices):
    """Unit of a processing time; working and calendar days mean different things."""

    WORKING_DAY = "WORKING_DAY", _("ngày làm việc")
    DAY = "DAY", pgettext_lazy("đơn vị thời gian", "ngày")
    WORKING_HOUR = "WORKING_HOUR", _("giờ làm việc")
    HOUR = "HOUR", _("giờ")
    MINUTE = "MINUTE", _("phút")
    WEEK = "WEEK", _("tuần")
    MONTH = "MONTH", _("tháng")
    YEAR = "YEAR", _("năm")


class TimeReading(TextChoices):
    """How a time cell could be read. A bare number never gets a unit."""

    UNIT = "UNIT", _("Có số và đơn vị")
    NOT_STATED = "NOT_STATED", _("Cơ quan chưa công bố")
    BARE = "BARE", _("Chỉ có số, không có đơn vị")
    OTHER = "OTHER", _("Viết bằng lời")


class CostKind(TextChoices):
    """Phí or lệ phí (Law on fees and charges 97/2015/QH13)."""

    FEE = "FEE", _("Phí")
    CHARGE = "CHARGE", _("Lệ phí")
    UNKNOWN = "UNKNOWN", _("Phí, lệ phí")


class CostReading(TextChoices):
    """What a cost row says. Free, not stated and zero are three different things."""

    AMOUNT = "AMOUNT", _("Số tiền")
    FREE = "FREE", _("Miễn phí")
    NOT_PUBLISHED = "NOT_PUBLISHED", _("Cơ quan chưa công bố")
    BRACKETED = "BRACKETED", _("Số tiền ghi trong ngoặc")
    OTHER = "OTHER", _("Viết bằng lời")


class CostDoubt(TextChoices):
    """Why a cost row is not to be trusted as it stands: it is never shown or filtered as free and never summed."""

    GLUED = "GLUED", _("Số ngày và số tiền dính vào nhau")
    THOUSANDS = "THOUSANDS", _("Số tiền dưới 1.000 đồng, có thể ghi theo nghìn đồng")
    FREE_WITH_AMOUNT = "FREE_WITH_AMOUNT", _("Ghi miễn phí nhưng trong ngoặc có số tiền")
    UNBALANCED = "UNBALANCED", _("Dấu ngoặc mở không đóng")
    FREE_WITH_CLAUSE = "FREE_WITH_CLAUSE", _("Ghi miễn phí nhưng kèm điều kiện")
    FREE_BUT_DESCRIBED = "FREE_BUT_DESCRIBED", _("Ghi miễn phí nhưng phần mô tả có số tiền")


class Reading(TextChoices):
    """Whether a row's value was read with certainty from its source."""

    CERTAIN = "CERTAIN", _("Đọc chắc chắn")
    UNVERIFIED = "UNVERIFIED", _("Máy đọc, chưa có cán bộ kiểm tra")


class Presence(TextChoices):
    """Whether a part is there. Not applicable is not the same as missing."""

    STATED = "STATED", _("Đã công bố")
    NOT_PUBLISHED = "NOT_PUBLISHED", _("Cơ quan chưa công bố phần này")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Không cần")


class Part(TextChoices):
    """The parts of a procedure's text (Art. 8(2), Decree 63/2010/NĐ-CP), with the labels people see."""

    NAME = "NAME", _("Tên thủ tục")
    DECISION = "DECISION", _("Quyết định công bố")
    LEVEL = "LEVEL", _("Cấp thực hiện")
    KIND = "KIND", _("Loại thủ tục")
    SECTOR = "SECTOR", _("Lĩnh vực")
    APPLICANTS = "APPLICANTS", _("Ai được làm")
    STEPS = "STEPS", _("Các bước")
    CHANNELS = "CHANNELS", _("Nộp ở đâu, bằng cách nào")
    TIME = "TIME", _("Bao lâu có kết quả")
    COSTS = "COSTS", _("Phải nộp bao nhiêu tiền")
    EVIDENCE = "EVIDENCE", _("Giấy tờ cần chuẩn bị")
    AGENCIES = "AGENCIES", _("Cơ quan thực hiện")
    COMPETENT = "COMPETENT", _("Cơ quan có thẩm quyền")
    DELEGATED = "DELEGATED", _("Cơ quan được ủy quyền")
    COOPERATING = "COOPERATING", _("Cơ quan phối hợp")
    RECEPTION = "RECEPTION", _("Địa chỉ tiếp nhận hồ sơ")
    RESULT = "RESULT", _("Bạn nhận được gì")
    REQUIREMENTS = "REQUIREMENTS", _("Điều kiện")
    LEGAL_BASIS = "LEGAL_BASIS", _("Theo quy định nào")
    RELATED = "RELATED", _("Thủ tục liên quan")
    KEYWORDS = "KEYWORDS", _("Từ khóa")
    DESCRIPTION = "DESCRIPTION", _("Mô tả")


# Art. 8(2) Decree 63/2010/NĐ-CP: name, order of steps, manner, dossier, time limit, who, agency.
REQUIRED_PARTS = (
    Part.NAME,
    Part.STEPS,
    Part.CHANNELS,
    Part.EVIDENCE,
    Part.TIME,
    Part.APPLICANTS,
    Part.AGENCIES,
)


# The four parts the same article asks for where the procedure has them: result, conditions, fee; forms go with papers.
CONDITIONAL_PARTS = (Part.RESULT, Part.REQUIREMENTS, Part.COSTS)


class ScopePart(TextChoices):
    """What a validity period holds: the whole text, or one local part that a council or chairman sets."""

    BASE = "BASE", _("Toàn văn")
    TIME = "TIME", _("Thời hạn")
    COST = "COST", _("Phí, lệ phí")
    PLACE = "PLACE", _("Nơi tiếp nhận")
    LEGAL_BASIS = "LEGAL_BASIS", _("Căn cứ pháp lý")
    ONLINE_LEVEL = "ONLINE_LEVEL", _("Mức độ trực tuyến")
    UNIT = "UNIT", _("Đơn vị thực hiện")


class ScopeKind(TextChoices):
    """For whom a text holds; the order of the kinds is their rank (design.md 2)."""

    NATION = "N", _("Cả nước")
    CLASS = "C", _("Một loại cơ quan")
    AREA = "A", _("Một địa bàn")
    AGENCY = "U", _("Một cơ quan")


class Act(TextChoices):
    """What an effect does to a procedure or to an agency's list."""

    OPEN = "OPEN", _("Bắt đầu áp dụng")
    CLOSE = "CLOSE", _("Hết áp dụng")
    LIST = "LIST", _("Đưa vào danh mục")
    DELIST = "DELIST", _("Đưa ra khỏi danh mục")


class DecisionAction(TextChoices):
    """The act as the decision announces it (Art. 14, Decree 63/2010/NĐ-CP)."""

    ENACT = "ENACT", _("Mới ban hành")
    AMEND = "AMEND", _("Được sửa đổi, bổ sung")
    REPLACE = "REPLACE", _("Được thay thế")
    REPEAL = "REPEAL", _("Bị bãi bỏ")
    CORRECT = "CORRECT", _("Đính chính")
    STANDARDISE = "STANDARDISE", _("Chuẩn hóa")


class DecisionKind(TextChoices):
    """Who may sign what: a ministry announces the text, a province the list and its own procedures (Art. 13)."""

    MINISTRY = "MINISTRY", _("Quyết định công bố của Bộ")
    PROVINCE = "PROVINCE", _("Quyết định công bố của tỉnh")
    OTHER = "OTHER", _("Quyết định khác")


class LegalKind(TextChoices):
    """Kind of a legal document."""

    LAW = "LAW", "Luật, bộ luật"
    ORDINANCE = "ORDINANCE", "Pháp lệnh"
    RESOLUTION = "RESOLUTION", "Nghị quyết"
    DECREE = "DECREE", "Nghị định"
    DECISION = "DECISION", "Quyết định"
    DIRECTIVE = "DIRECTIVE", "Chỉ thị"
    CIRCULAR = "CIRCULAR", "Thông tư"
    JOINT_CIRCULAR = "JOINT_CIRCULAR", "Thông tư liên tịch"
    OTHER = "OTHER", "Văn bản khác"


class LegalChangeKind(TextChoices):
    """What a later legal document does to an earlier one."""

    AMENDED = "AMENDED", "Được sửa đổi, bổ sung"
    REPLACED = "REPLACED", "Bị thay thế"
    REPEALED = "REPEALED", "Bị bãi bỏ"


class DecisionState(TextChoices):
    """Where a decision stands on its way to the public."""

    DRAFT = "DRAFT", _("Bản nháp")
    IN_REVIEW = "IN_REVIEW", "Đang trình duyệt"
    RETURNED = "RETURNED", "Bị trả lại"
    APPROVED = "APPROVED", _("Đã duyệt")
    PUBLISHED = "PUBLISHED", _("Đã công khai")
    ROLLED_BACK = "ROLLED_BACK", _("Đã thu hồi")


class DecisionRoute(TextChoices):
    """How a decision came to be approved: by people step by step, or at once by a command that an operator ran."""

    DIRECT = "DIRECT", "Nhập thẳng"
    REVIEWED = "REVIEWED", "Trình duyệt"


class EditorRole(TextChoices):
    """What a person does for an agency and all below it."""

    DRAFTER = "DRAFTER", "Người soạn"
    CONTROL = "CONTROL", "Cán bộ kiểm soát thủ tục"
    HEAD = "HEAD", "Người đứng đầu"
    ADMIN = "ADMIN", "Quản trị"
    CLERK = "CLERK", "Cán bộ một cửa"
    READER = "READER", "Chỉ xem"


class DecisionActKind(TextChoices):
    """What people did to a decision on its way to the public."""

    CREATED = "CREATED", "Lập"
    EDITED = "EDITED", "Sửa"
    SUBMITTED = "SUBMITTED", "Trình duyệt"
    COMMENTED = "COMMENTED", "Góp ý"
    RETURNED = "RETURNED", "Trả lại"
    PASSED = "PASSED", "Thông qua một bước"
    APPROVED = "APPROVED", "Duyệt"
    DIRECT = "DIRECT", "Duyệt thẳng, không qua các bước"
    VOIDED = "VOIDED", "Mất hiệu lực duyệt"
    WAIVED = "WAIVED", "Bỏ qua cảnh báo"
    SCHEDULED = "SCHEDULED", "Hẹn giờ công khai"
    UNSCHEDULED = "UNSCHEDULED", "Bỏ hẹn giờ"
    FAILED = "FAILED", "Không công khai được theo hẹn"
    PUBLISHED = "PUBLISHED", "Công khai"
    ROLLED_BACK = "ROLLED_BACK", "Thu hồi"
    RESOLVED = "RESOLVED", "Xác định dẫn chiếu sau khi công khai"


class AccountActKind(TextChoices):
    """What an administrator did to somebody's account."""

    CREATED = "CREATED", "Lập tài khoản"
    LINKED = "LINKED", "Cấp liên kết đặt mật khẩu"
    LOCKED = "LOCKED", "Khóa"
    UNLOCKED = "UNLOCKED", "Mở khóa"
    FACTOR_RESET = "FACTOR_RESET", "Gỡ xác nhận hai bước"
    GRANTED = "GRANTED", "Cấp vai trò"
    REVOKED = "REVOKED", "Thu vai trò"


class PostingActKind(TextChoices):
    """What a clerk did at a place where sheets hang."""

    HUNG = "HUNG", "Treo"
    TAKEN_DOWN = "TAKEN_DOWN", "Gỡ"
    CHECKED = "CHECKED", "Kiểm tra bảng"


class TakenDown(TextChoices):
    """Why a sheet no longer hangs."""

    REPLACED = "REPLACED", "Thay bằng bản khác"
    REMOVED = "REMOVED", "Gỡ"
    MISSING = "MISSING", "Không thấy khi kiểm tra"


class AgencyRole(TextChoices):
    """In which role an agency stands in a procedure's text."""

    IMPLEMENTING = "IMPLEMENTING", _("Cơ quan thực hiện")
    COMPETENT = "COMPETENT", _("Cơ quan có thẩm quyền")
    DELEGATED = "DELEGATED", _("Cơ quan được ủy quyền")
    COOPERATING = "COOPERATING", _("Cơ quan phối hợp")
    ANNOUNCING = "ANNOUNCING", _("Cơ quan công bố")


class AgencyTextKind(TextChoices):
    """What an agency text names: one unit, a class of units resolved per province, or only a phrase."""

    UNIT = "UNIT", _("Một cơ quan")
    CLASS = "CLASS", _("Một loại cơ quan")
    PHRASE = "PHRASE", _("Câu chữ")


class ChangeKind(TextChoices):
    """What happened to published rows."""

    PUBLISHED = "PUBLISHED", _("Công khai quyết định")
    IMPORTED = "IMPORTED", _("Nhập danh mục")
    CORRECTED = "CORRECTED", _("Đính chính")
    ROLLED_BACK = "ROLLED_BACK", _("Thu hồi")
    MERGED = "MERGED", _("Sáp nhập cơ quan")
    JOINED = "JOINED", _("Xếp cơ quan vào loại")
    VERIFIED = "VERIFIED", _("Cán bộ đã kiểm")
    CONTACT = "CONTACT", _("Đổi nơi tiếp nhận, liên hệ")
    CODED = "CODED", _("Ghép mã")
    POSTED = "POSTED", _("Niêm yết")


class IdentifierScheme(TextChoices):
    """Other codes a procedure is known by."""

    NATIONAL_UUID = "NATIONAL_UUID", _("Mã trên Cổng Dịch vụ công quốc gia")
    LOCAL_CODE = "LOCAL_CODE", _("Mã kèm địa phương")
    FORMER_CODE = "FORMER_CODE", _("Mã cũ")
    OTHER = "OTHER", _("Mã khác")
