"""Which tables are given away, column by column: the same definitions make the files and the public dictionary."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cms.models import ValidityPeriod
from cms.opendata import Column, Table
from cms.selectors.news import News
from cms.views.fee_lines import basis_of, exemption_of, words_of
from cms.views.standing import source_of
from cms.vocabulary import AgencyKind, ChangeKind, ChannelKind, DecisionAction, DecisionState


def full(address: str) -> str:
    """The whole address, as it stands outside the portal."""
    return f"{settings.PORTAL_BASE_URL}{address}"


def acts_of(row: News) -> str:
    """What the decision announced, in words."""
    return ", ".join(str(DecisionAction(act).label) for act in row.acts)


def subject_of(row: News) -> Any:
    """The thing a change is about: a procedure, else an agency, else the decision."""
    return row.procedure or row.agency or row.decision


def _sector(row: ValidityPeriod) -> str:
    return row.content.sector.name if row.content.sector else row.content.sector_text


class ProcedureTable(Table):
    """Procedures in force; rows of `catalogue.full_rows`."""

    slug = "thu-tuc"
    title = _("Thủ tục đang có hiệu lực")
    about = _("Mỗi dòng một thủ tục, theo bản chung.")
    code = Column("ma_thu_tuc", _("Mã thủ tục; trống là nguồn không có mã"), lambda row: row.procedure.code, "code")
    name = Column("ten", _("Tên thủ tục, như công bố"), lambda row: row.content.name)
    sector = Column("linh_vuc", _("Lĩnh vực"), _sector)
    levels = Column("cap_thuc_hien", _("Mã cấp thực hiện, cách nhau bằng dấu phẩy"), lambda row: row.content.levels)
    applicants = Column(
        "doi_tuong", _("Mã đối tượng thực hiện, cách nhau bằng dấu phẩy"), lambda row: row.content.applicant_types
    )
    announcing = Column("co_quan_cong_bo", _("Cơ quan công bố, như nguồn ghi"), lambda row: "; ".join(row.announcing))
    decision = Column(
        "so_quyet_dinh", _("Số quyết định công bố (đã có văn bản, hoặc số nguồn ghi)"),
        lambda row: source_of(row).number, "code",
    )  # fmt: skip
    online = Column(
        "truc_tuyen", _("Mã mức độ trực tuyến; trống là nguồn không ghi"), lambda row: row.content.online_level
    )
    valid_from = Column("hieu_luc_tu", _("Ngày có hiệu lực; trống là chưa rõ"), lambda row: row.valid_from, "day")
    holds_from = Column(
        "ap_dung_tu", _("Ngày có hiệu lực, hoặc ngày cổng đọc danh mục khi chưa rõ"), lambda row: row.holds_from, "day"
    )
    address = Column("dia_chi", _("Trang của thủ tục"), lambda row: full(row.procedure.get_absolute_url()))


class SectorTable(Table):
    """Sectors; rows of `browse.sectors`."""

    slug = "linh-vuc"
    title = _("Lĩnh vực")
    about = _("Mỗi dòng một lĩnh vực có thủ tục đang có hiệu lực.")
    name = Column("ten", _("Tên lĩnh vực"), lambda row: row.one.name)
    procedures = Column("so_thu_tuc", _("Số thủ tục đang có hiệu lực"), lambda row: row.procedures, "number")
    address = Column("dia_chi", _("Trang của lĩnh vực"), lambda row: full(row.one.get_absolute_url()))


class AgencyTable(Table):
    """Agencies; rows of (agency, name of the one above)."""

    slug = "co-quan"
    title = _("Cơ quan")
    about = _("Mỗi dòng một cơ quan, kể cả cơ quan đã kết thúc hoạt động.")
    name = Column("ten", _("Tên cơ quan"), lambda row: row[0].name)
    kind = Column("loai", _("Loại cơ quan"), lambda row: AgencyKind(row[0].kind).label)
    above = Column("thuoc", _("Cơ quan cấp trên trực tiếp"), lambda row: row[1])
    national_code = Column("ma_dinh_danh", _("Mã định danh điện tử"), lambda row: row[0].national_code, "code")
    unit_code = Column("ma_don_vi", _("Mã đơn vị hành chính"), lambda row: row[0].unit_code, "code")
    hotline = Column("duong_day_nong", _("Đường dây nóng"), lambda row: row[0].hotline, "code")
    valid_from = Column("co_tu", _("Có từ ngày; trống là chưa rõ"), lambda row: row[0].valid_from, "day")
    valid_to = Column("den_truoc", _("Đến trước ngày; trống là còn hoạt động"), lambda row: row[0].valid_to, "day")
    address = Column("dia_chi", _("Trang của cơ quan"), lambda row: full(row[0].get_absolute_url()))


class DecisionTable(Table):
    """Decisions in hand; rows of `gazette.public_decisions`."""

    slug = "quyet-dinh"
    title = _("Quyết định công bố")
    about = _("Mỗi dòng một quyết định đã có văn bản trên cổng.")
    number = Column("so", _("Số, ký hiệu"), lambda row: row.number, "code")
    signed_on = Column("ngay_ky", _("Ngày ký; trống là chưa rõ"), lambda row: row.signed_on, "day")
    issuer = Column(
        "co_quan_ban_hanh", _("Cơ quan ban hành, tên lúc ký"), lambda row: row.issuer_text or row.issuer.name
    )
    subject = Column("trich_yeu", _("Trích yếu"), lambda row: row.title)
    effective_from = Column(
        "hieu_luc_tu", _("Ngày có hiệu lực; trống là chưa rõ"), lambda row: row.effective_from, "day"
    )
    state = Column("tinh_trang", _("Tình trạng trên cổng"), lambda row: DecisionState(row.state).label)
    new = Column("moi", _("Số mục mới ban hành"), lambda row: row.enacted, "number")
    amended = Column("sua_doi", _("Số mục được sửa đổi, bổ sung"), lambda row: row.amended, "number")
    replaced = Column("thay_the", _("Số mục được thay thế"), lambda row: row.replaced, "number")
    repealed = Column("bai_bo", _("Số mục bị bãi bỏ"), lambda row: row.repealed, "number")
    address = Column("dia_chi", _("Trang của quyết định"), lambda row: full(row.get_absolute_url()))


FEE_SORTS = {
    "sum": _("có mức thu"),
    "free": _("miễn phí"),
    "doubt": _("chưa rõ"),
    "unstated": _("chưa công bố"),
}


class FeeTable(Table):
    """Fees; rows of `fees.fees_of`."""

    slug = "phi"
    title = _("Phí, lệ phí")
    about = _(
        "Mỗi dòng một mức thu của một thủ tục, theo trường hợp và cách nộp. Chưa rõ không bao giờ ghi là miễn phí."
    )
    code = Column("ma_thu_tuc", _("Mã thủ tục"), lambda row: row.listed.procedure.code, "code")
    name = Column("ten", _("Tên thủ tục"), lambda row: row.listed.content.name)
    case = Column("truong_hop", _("Trường hợp; trống là mọi trường hợp"), lambda row: row.case)
    channels = Column(
        "cach_nop", _("Cách nộp"), lambda row: "; ".join(str(ChannelKind(kind).label) for kind in row.channels)
    )
    sort = Column("xep_vao", _("Có mức thu, miễn phí, chưa rõ hay chưa công bố"), lambda row: FEE_SORTS[row.sort])
    amount = Column(
        "so_tien", _("Số tiền; chỉ ghi khi đọc được chắc chắn"),
        lambda row: row.cost.amount if row.cost and row.sort == "sum" else None, "money",
    )  # fmt: skip
    currency = Column(
        "tien", _("Đơn vị tiền (ISO 4217)"), lambda row: row.cost.currency if row.cost and row.sort == "sum" else ""
    )
    words = Column("muc_thu", _("Mức thu bằng lời, như trên trang"), lambda row: words_of(row).text)
    exemption = Column("mien_giam", _("Miễn, giảm, điều kiện kèm theo"), exemption_of)
    basis = Column("can_cu", _("Văn bản nguồn dẫn cho mức thu; không có thì quyết định công bố"), basis_of, "code")
    address = Column("dia_chi", _("Trang của thủ tục"), lambda row: full(row.listed.procedure.get_absolute_url()))


class ChangeTable(Table):
    """The change log; rows of `news.all_news`."""

    slug = "thay-doi"
    title = _("Nhật ký thay đổi")
    about = _("Mỗi dòng một thay đổi đã công khai, cũ trước mới sau.")
    sequence = Column("so_thu_tu", _("Số thứ tự trong nhật ký"), lambda row: row.sequence, "number")
    at = Column("luc", _("Thời điểm ghi nhận, có múi giờ"), lambda row: row.at)
    kind = Column("viec", _("Việc đã làm"), lambda row: ChangeKind(row.kind).label)
    acts = Column("cong_bo", _("Quyết định công bố thế nào"), acts_of)
    code = Column("ma_thu_tuc", _("Mã thủ tục"), lambda row: row.procedure and row.procedure.code, "code")
    name = Column("ten", _("Tên thủ tục hoặc cơ quan"), lambda row: row.name)
    decision = Column("so_quyet_dinh", _("Số quyết định"), lambda row: row.decision and row.decision.number, "code")
    address = Column(
        "dia_chi", _("Trang liên quan"), lambda row: full(one.get_absolute_url()) if (one := subject_of(row)) else ""
    )


class EventTable(Table):
    """Life events with their procedures; rows of (event, entry)."""

    slug = "su-kien"
    title = _("Sự kiện đời người, doanh nghiệp")
    about = _("Mỗi dòng một thủ tục của một sự kiện, việc thường gặp trước.")
    event = Column("su_kien", _("Sự kiện"), lambda row: row[0].name)
    code = Column("ma_thu_tuc", _("Mã thủ tục"), lambda row: row[1].code, "code")
    name = Column("ten", _("Tên thủ tục"), lambda row: row[1].name)
    address = Column("dia_chi", _("Trang của sự kiện"), lambda row: full(row[0].get_absolute_url()))


TABLES: dict[str, type[Table]] = {
    table.slug: table
    for table in (ProcedureTable, SectorTable, AgencyTable, DecisionTable, FeeTable, ChangeTable, EventTable)
}


def event_rows(events: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Each event with each of its procedures."""
    for one in events:
        for entry in one.rows:
            yield one.event, entry
