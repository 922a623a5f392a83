"""A portal with one of each kind of page, for the tests that look at all of them in a browser."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.rich_text import RichText

from cms.calendar import today
from cms.models import (
    ArticlePage,
    Channel,
    Cost,
    Evidence,
    EvidenceGroup,
    LegalBasis,
    LifeEvent,
    LinkedSite,
    NewsIndexPage,
    NewsPage,
    NoticePage,
    PortalLinks,
    ProcessingTime,
    ReceptionPoint,
    RootPage,
    SectionPage,
    Step,
)
from cms.services import join_class, scope_of_class
from cms.vocabulary import AgencyKind
from search.sync import sync
from tests.factories import enact, make_agency, make_class, make_procedure, repeal, snapshot_of

PAGES = [
    "/",
    "/co-quan/",
    "/co-quan/quang-tri/",
    "/co-quan/phong-nha/",
    "/co-quan/bo-tu-phap/",
    "/linh-vuc/",
    "/linh-vuc/ho-tich/",
    "/quyet-dinh/",
    "/quyet-dinh/1872-qd-btp/",
    "/thu-tuc/khai-sinh/",
    "/thu-tuc/khai-sinh/2020-01-01/",
    "/thu-tuc/khai-sinh/phien-ban/",
    "/thu-tuc/khai-tu/so-sanh/2020-01-01/2024-01-01/",
    f"/thu-tuc/khai-sinh/2026-01-15/tren-cong-ngay/{today()}/",
    "/tinh-hinh-cong-khai/",
    "/tinh-hinh-cong-khai/tat-ca/khong-tinh-duoc/",
    "/tinh-hinh-cong-khai/phong-nha/chua-niem-yet/",
    "/thu-tuc/khai-sinh/chon-noi/",
    "/thu-tuc/khai-sinh/chon-noi/quang-tri/",
    "/thu-tuc/khai-sinh/xem-ngay/?ngay=31/02/2026",
    "/thu-tuc/khai-tu/",
    "/thu-tuc/ket-hon/",
    "/co-quan/phong-nha/thu-tuc/khai-sinh/",
    "/chon-noi/",
    "/chon-noi/quang-tri/",
    "/bi-doi-them-giay/",
    "/thu-tuc/khai-sinh/bi-doi-them-giay/",
    "/co-quan/phong-nha/thu-tuc/khai-sinh/bi-doi-them-giay/",
    "/khong-co-trang-nay/",
    "/thu-tuc/",
    "/a-y/dd/",
    "/a-y/dd/dang-ky/",
    "/doi-tuong/",
    "/doi-tuong/cong-dan/",
    "/cap/xa/",
    "/su-kien/",
    "/su-kien/sinh-con/",
    "/co-gi-moi/",
    "/co-gi-moi/lan/2/",
    "/co-gi-moi/sap-ap-dung/",
    "/co-gi-moi/da-bai-bo/",
    "/phi/",
    "/linh-vuc/ho-tich/phi/",
    "/linh-vuc/ho-tich/phi/theo-muc-thu/",
    "/linh-vuc/ho-tich/phi/chua-ro/",
    "/co-quan/phong-nha/phi/",
    "/du-lieu-mo/",
    "/tim-kiem/",
    "/tim-kiem/?q=dang+ky",
    "/tim-kiem/?q=khong+co+gi",
    "/tim-kiem/?q=dang+ki+khai+sihn",
    "/luot-truy-cap/",
    "/tu-phap/",
    "/tu-phap/gioi-thieu/",
    "/tin-tuc/",
    "/tin-tuc/trang/2/",
    "/tin-tuc/doi-gio/",
    "/co-quan/phong-nha/in/",
    "/co-quan/phong-nha/in/danh-muc/",
    "/co-quan/phong-nha/in/thu-tuc/khai-sinh/",
    "/co-quan/phong-nha/in/so-tay/",
    "/en/",
    "/en/thu-tuc/khai-sinh/",
    "/en/co-quan/phong-nha/",
    "/en/tim-kiem/?q=dang+ky",
]


def full_text():
    return [
        Step(ordinal=1, label="Bước 1", text="Nộp hồ sơ. " * 300),
        Channel(ordinal=1, kind="IN_PERSON", description="Nộp tại Một cửa"),
        Channel(ordinal=2, kind="ONLINE"),
        ProcessingTime(ordinal=1, row=1, reading_kind="UNIT", amount=7, unit="WORKING_DAY"),
        ProcessingTime(ordinal=2, row=2, reading_kind="BARE", amount=5, text="5", reading="UNVERIFIED"),
        Cost(ordinal=1, row=1, reading_kind="AMOUNT", amount=8000, text="8.000 đồng"),
        Cost(ordinal=2, row=2, reading_kind="FREE", text="Miễn phí", clause="trừ bản sao", doubts="FREE_WITH_CLAUSE"),
        EvidenceGroup(ordinal=1, title="Trường hợp có yếu tố nước ngoài"),
        Evidence(ordinal=1, group=1, name="Tờ khai", originals=1, form_file="TK-01.docx"),
        Evidence(ordinal=2, group=1, name="Giấy chứng minh quan hệ. " * 40),
        LegalBasis(ordinal=1, number="60/2014/QH13", title="Luật Hộ tịch", issued_on=date(2014, 11, 20)),
    ]


@pytest.fixture
def portal(transactional_db, settings, tmp_path):
    """One of each: known and unknown starts, repealed, coming, a number without its document, a place of its own,
    editorial pages."""
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri", hotline="0233 1022")
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province, slug="phong-nha", hotline="0232 000")
    ministry = make_agency("Bộ Tư pháp", slug="bo-tu-phap")
    everyone = make_class()
    join_class(agency_class=everyone, agencies=[commune], on=date(2025, 7, 1))
    listed = scope_of_class(everyone)
    birth = make_procedure(code="1.001193", slug="khai-sinh")
    snapshot_of(
        birth,
        sector="Hộ tịch",
        listed=listed,
        details=full_text(),
        decision_number="1872/QĐ-BTP",
        applicant_types="CITIZEN",
        levels="COMMUNE",
    )
    LifeEvent.objects.update_or_create(slug="sinh-con", defaults={"name": "Sinh con", "codes": "1.001193"})
    death = make_procedure(slug="khai-tu")
    enact(death, "Đăng ký khai tử", issuer=ministry, sector="Hộ tịch", on=date(2024, 1, 1))
    repeal(death, on=today() - timedelta(days=3), issuer=ministry)
    wedding = make_procedure(slug="ket-hon")
    enact(wedding, "Đăng ký kết hôn", issuer=ministry, sector="Hộ tịch", on=date(2024, 1, 1), details=full_text())
    enact(wedding, "Đăng ký kết hôn (mới)", issuer=ministry, sector="Hộ tịch", on=today() + timedelta(days=9))
    ReceptionPoint.objects.create(agency=commune, name="Một cửa xã Phong Nha", address="Thôn Xuân Tiến", phone="0232 1")
    _editorial(province)
    settings.PORTAL_SEARCH_INDEX = tmp_path / "search.sqlite3"
    sync(settings.PORTAL_SEARCH_INDEX, today())


def _editorial(agency):
    root = RootPage.objects.get()
    title = "Giới thiệu Trung tâm Phục vụ hành chính công tỉnh"
    section = root.add_child(
        instance=SectionPage(title=title, slug="tu-phap", agency=agency, summary="Hộ tịch", show_in_menus=True)
    )
    words = RichText("<h2>Một cửa</h2><p>Làm việc từ thứ Hai đến thứ Sáu.</p><ul><li>Sáng</li><li>Chiều</li></ul>")
    link = {"text": "Cổng Dịch vụ công quốc gia", "address": "https://dichvucong.gov.vn/"}
    body = [("text", words), ("link", link)]
    section.add_child(instance=ArticlePage(title="Giới thiệu", body=body, show_in_menus=True))
    news = root.add_child(instance=NewsIndexPage(title="Tin tức", show_in_menus=True))
    for number in range(21):
        news.add_child(instance=NewsPage(title=f"Tin số {number}", first_published_at=timezone.now()))
    news.add_child(
        instance=NoticePage(
            title="Đổi giờ", body=body, first_published_at=timezone.now(), expire_at=timezone.now() + timedelta(days=2)
        )
    )
    links = PortalLinks.objects.create(hotline="1900 1234", hotline_hours="7h30–17h00")
    LinkedSite.objects.create(settings=links, title="Cổng Dịch vụ công quốc gia", address="https://dichvucong.gov.vn/")
