"""What a page must not claim: more than the source says, or about today what was true on another day."""

from datetime import date

import pytest

from cms.models import AgencyText, Channel, ProcessingTime
from cms.vocabulary import AgencyKind
from tests.factories import enact, make_agency, make_class, make_procedure, snapshot_of

pytestmark = pytest.mark.django_db


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_listed_name_says_that_only_the_name_is_here_and_who_does_it(client):
    found = make_procedure()
    commune = AgencyText(ordinal=1, role="IMPLEMENTING", text="Ủy ban nhân dân cấp xã", kind="PHRASE")
    snapshot_of(found, "Đăng ký khai sinh", details=[commune])
    text = page(client, found.get_absolute_url())
    assert "Cổng mới chỉ có tên của thủ tục này" in text
    assert "Ủy ban nhân dân cấp xã" in text
    assert "Cơ quan chưa công bố phần này" not in text


def test_a_time_glued_to_a_sum_is_said_to_be_unclear_not_left_blank(client):
    found = make_procedure()
    details = [
        Channel(ordinal=1, kind="IN_PERSON"),
        ProcessingTime(ordinal=1, row=1, reading_kind="BARE", text="", reading="UNVERIFIED"),
    ]
    snapshot_of(found, "Kiểm định xe", details=details)
    assert "Chưa rõ: số ngày và số tiền dính vào nhau trong nguồn" in page(client, found.get_absolute_url())


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
        snapshot_of(procedure, "Đăng ký", details=[row, time])
    here = page(client, f"/co-quan/{commune.slug}/thu-tuc/{found.slug}/")
    assert "Xã Tân Tiến, tỉnh Lạng Sơn" in here
    assert "Một cửa / Trung tâm" not in here
    assert "Một cửa / Trung tâm" in page(client, f"/co-quan/{commune.slug}/thu-tuc/{other.slug}/")
