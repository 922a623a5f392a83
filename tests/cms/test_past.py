"""The past at a fixed address: what held, what the portal showed, and what differs between two days."""

from datetime import date, datetime, time, timedelta

import pytest

from cms.calendar import TIME_ZONE, today
from cms.models import Cost, Step
from cms.services import changelog, scope_of_agency
from cms.services.corrections import roll_back
from cms.vocabulary import Act, AgencyKind, DecisionAction, ScopePart
from tests.factories import add_item, enact, make_agency, make_content, make_decision, make_procedure, publish

pytestmark = pytest.mark.django_db


def steps(*texts):
    return [Step(ordinal=number, label=f"Bước {number}", text=text) for number, text in enumerate(texts, 1)]


@pytest.fixture
def on_day(monkeypatch):
    """Lets what follows be recorded at nine in the morning of a day."""

    class Clock:
        day = today()

        @classmethod
        def now(cls):
            return datetime.combine(cls.day, time(9), TIME_ZONE)

    monkeypatch.setattr(changelog.timezone, "now", Clock.now)
    return Clock


def test_a_difference_names_rows_and_words_and_says_nothing_of_what_stayed(client):
    birth = make_procedure(slug="khai-sinh")
    enact(birth, on=date(2024, 1, 1), details=steps("Nộp hồ sơ tại xã", "Nhận kết quả", "Ký sổ"))
    enact(birth, on=date(2025, 7, 1), details=steps("Nộp hồ sơ tại Một cửa", "Nhận kết quả"))
    page = client.get("/thu-tuc/khai-sinh/so-sanh/2024-01-01/2025-07-01/").content.decode()
    assert "<del>xã</del> <ins>Một cửa</ins>" in page
    assert "<del>Bước 3; Ký sổ</del>" in page
    assert "Nhận kết quả" not in page
    same = client.get("/thu-tuc/khai-sinh/so-sanh/2024-01-01/2024-05-05/").content.decode()
    assert "Hai bản giống hệt nhau" in same
    assert "<del>" not in same


def test_a_local_fee_stands_in_the_difference_of_its_place_only(client):
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    birth = make_procedure(slug="khai-sinh")
    enact(birth, on=date(2024, 1, 1))
    for day, amount in ((date(2024, 1, 1), 8000), (date(2025, 7, 1), 0)):
        cost = Cost(ordinal=1, reading_kind="AMOUNT", amount=amount, text=f"{amount} đồng")
        decision = make_decision(issuer=province, effective_from=day)
        content = make_content(birth, details=[cost])
        local = {"act": Act.OPEN, "content": content, "part": ScopePart.COST, "scope": scope_of_agency(province)}
        add_item(decision, birth, DecisionAction.AMEND, effects=[local])
        publish(decision)
    address = "thu-tuc/khai-sinh/so-sanh/2024-01-01/2025-07-01/"
    assert "<del>8.000; 8000</del> <ins>0; 0</ins>" in client.get(f"/co-quan/quang-tri/{address}").content.decode()
    assert "<del>" not in client.get(f"/{address}").content.decode()


def test_the_list_of_versions_leads_to_each_difference_and_chosen_days_to_a_path(client):
    birth = make_procedure(slug="khai-sinh")
    enact(birth, on=date(2024, 1, 1))
    enact(birth, "Tên mới", on=date(2025, 7, 1))
    address = "/thu-tuc/khai-sinh/so-sanh/2024-01-01/2025-07-01/"
    assert f'href="{address}"' in client.get("/thu-tuc/khai-sinh/phien-ban/").content.decode()
    chosen = client.get("/thu-tuc/khai-sinh/so-sanh/", {"truoc": "2025-07-01", "sau": "2024-01-01"})
    assert (chosen.status_code, chosen["Location"]) == (302, address)
    swapped = client.get("/thu-tuc/khai-sinh/so-sanh/2025-07-01/2024-01-01/")
    assert (swapped.status_code, swapped["Location"]) == (301, address)
    assert client.get("/thu-tuc/khai-sinh/so-sanh/", {"truoc": "hôm qua"})["Location"].endswith("/phien-ban/")


def test_what_the_portal_showed_on_a_day_outlives_a_decision_taken_back(client, on_day):
    birth = make_procedure(slug="khai-sinh")
    on_day.day = today() - timedelta(days=10)
    enact(birth, "Tên cũ", on=date(2024, 1, 1))
    on_day.day = today() - timedelta(days=5)
    wrong = enact(birth, "Tên sai", on=date(2025, 1, 1))
    on_day.day = today() - timedelta(days=2)
    roll_back(what=wrong, by=None)
    about = "/thu-tuc/khai-sinh/2025-02-02/tren-cong-ngay"
    page = client.get(f"{about}/{today() - timedelta(days=4)}/").content.decode()
    assert "Tên sai" in page
    assert "<h1" in page and "Tên cũ</h1>" not in page
    on_the_day = client.get(f"{about}/{today() - timedelta(days=5)}/").content.decode()
    assert f"9h00 Công khai quyết định {wrong.number}" in on_the_day
    assert "Tên cũ</h1>" in client.get(f"{about}/{today() - timedelta(days=1)}/").content.decode()
    assert "Hôm nay chưa hết" in client.get(f"{about}/{today()}/").content.decode()
    assert client.get(f"{about}/{today() + timedelta(days=1)}/").status_code == 404
