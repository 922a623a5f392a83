"""The public pages claim nothing that their source does not say: about places, days, or parts nobody published."""

from datetime import date

import pytest

from cms.models import AgencyText, Channel, Evidence, ProcessingTime
from cms.services import scope_of_agency
from cms.vocabulary import AgencyKind, AgencyRole
from tests.factories import enact, make_agency, make_class, make_procedure, snapshot_of

pytestmark = pytest.mark.django_db
ADDRESS = "/thu-tuc/dang-ky-khai-sinh/"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


@pytest.fixture
def birth():
    return make_procedure(code="1.001193", slug="dang-ky-khai-sinh")


def implemented_by(agency_class=None, agency=None, text="Ủy ban nhân dân cấp xã"):
    kind = "CLASS" if agency_class else "UNIT" if agency else "PHRASE"
    named = {"kind": kind, "agency_class": agency_class, "agency": agency}
    return AgencyText(ordinal=1, role=AgencyRole.IMPLEMENTING, text=text, **named)


def test_a_name_with_its_agencies_is_still_only_a_name(client, birth):
    enact(birth, sector="Hộ tịch", details=[implemented_by(make_class())])
    text = page(client, ADDRESS)
    assert "mới chỉ có tên của thủ tục này" in text
    assert "Ủy ban nhân dân cấp xã" in text
    assert "Cơ quan chưa công bố" not in text


def test_a_time_glued_to_a_sum_is_said_to_be_unclear(client, birth):
    time = ProcessingTime(ordinal=1, row=1, reading_kind="BARE", text="", reading="UNVERIFIED")
    enact(birth, details=[Channel(ordinal=1, kind="IN_PERSON"), time])
    text = page(client, ADDRESS)
    words = '<span class="doubt">Chưa rõ: số ngày và số tiền dính vào nhau trong nguồn</span>'
    # Among the first lines, and in the table of channels.
    assert text.count(words) == 2


def test_a_past_day_says_nothing_about_today(client):
    found = make_procedure()
    enact(found, "Bản cũ", on=date(2024, 1, 1))
    enact(found, "Bản mới", on=date(2025, 6, 1))
    text = page(client, f"{found.get_absolute_url()}2025-03-01/")
    assert "Bản này đã được thay thế từ 01/06/2025 bởi quyết định số" in text
    assert "hôm nay vẫn theo bản cũ" not in text
    assert "Bạn đang xem ngày 01/01/2020." in page(client, f"{found.get_absolute_url()}2020-01-01/")
    assert "theo những gì đã công bố đến hôm nay" in page(client, f"{found.get_absolute_url()}2090-01-01/")


def test_the_police_are_not_turned_into_the_communes_counter_and_a_commune_is_named_with_its_province(client):
    province = make_agency("Tỉnh Lạng Sơn", AgencyKind.PROVINCE)
    commune = make_agency("Xã Tân Tiến", AgencyKind.COMMUNE, parent=province)
    found, other = make_procedure(), make_procedure()
    police = make_class("Công an cấp xã", function="cong-an")
    office = make_class()
    for procedure, who in ((found, police), (other, office)):
        row = AgencyText(ordinal=1, role="IMPLEMENTING", text=who.name, kind="CLASS", agency_class=who)
        time = ProcessingTime(ordinal=1, reading_kind="UNIT", amount=7, unit="DAY")
        snapshot_of(procedure, "Đăng ký", details=[row, time], listed=scope_of_agency(commune))
    here = page(client, f"/co-quan/{commune.slug}/thu-tuc/{found.slug}/")
    assert "Xã Tân Tiến, tỉnh Lạng Sơn" in here
    assert "Một cửa / Trung tâm" not in here
    assert "Một cửa / Trung tâm" in page(client, f"/co-quan/{commune.slug}/thu-tuc/{other.slug}/")


def test_a_text_read_later_from_a_catalogue_is_not_said_to_hold_since_the_day_it_was_read(client):
    found = make_procedure()
    snapshot_of(found, "Bản cũ", read_on=date(2026, 1, 15))
    snapshot_of(found, "Bản mới", read_on=date(2026, 6, 1))
    text = page(client, f"{found.get_absolute_url()}2026-03-01/")
    assert "đã được thay thế từ" not in text
    assert "cổng có bản khác từ 01/06/2026, chưa rõ ngày hiệu lực" in text


def test_the_right_to_refuse_rests_on_the_same_papers_as_the_page_that_leads_to_it(client, settings, birth):
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    settings.PORTAL_AGENCY = "quang-tri"
    enact(birth, details=[Evidence(ordinal=1, group=0, name="Giấy của bản chung")])
    local = [Evidence(ordinal=1, group=0, name="Giấy của tỉnh")]
    enact(birth, details=local, scope=scope_of_agency(province), issuer=province)
    for address in (ADDRESS, f"{ADDRESS}bi-doi-them-giay/"):
        text = page(client, address)
        assert "Giấy của tỉnh" in text and "Giấy của bản chung" not in text
