"""What is new, coming and ended, as pages and as Atom: from the log and the calendar, with ids that stay."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from cms.calendar import today
from cms.models import Change
from cms.services import join_class, scope_of_agency, scope_of_class
from cms.vocabulary import AgencyKind
from tests.factories import enact, make_agency, make_class, make_procedure, repeal, snapshot_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = today()


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def feed(client, address):
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def test_an_act_stands_once_with_its_first_procedures_and_leads_to_all(client):
    procedures = [make_procedure(slug=f"so-{number}") for number in range(3)]
    for number, procedure in enumerate(procedures):
        enact(procedure, f"Thủ tục số {number}")
    text = page(client, "/co-gi-moi/")
    assert text.index("Thủ tục số 2") < text.index("Thủ tục số 0") and text.count("Mới ban hành") == 3
    first = Change.objects.filter(procedure=procedures[0]).first()
    text = page(client, f"/co-gi-moi/lan/{first.sequence}/")
    assert "Thủ tục số 0" in text and "Mới ban hành" in text and "Thủ tục số 1" not in text
    assert client.get("/co-gi-moi/lan/99999/").status_code == 404


def test_what_comes_says_when_and_what_ended_says_how(client):
    coming, changing, ended, leaving = (make_procedure(slug=name) for name in ("sap-co", "doi-ban", "het", "sap-het"))
    day = TODAY + timedelta(days=9)
    enact(coming, "Sắp có", on=day)
    enact(changing, "Bản cũ")
    enact(changing, "Bản mới", on=day)
    enact(ended, "Đã hết")
    repeal(ended, on=TODAY - timedelta(days=3))
    enact(leaving, "Sắp hết")
    repeal(leaving, on=day)
    text = page(client, "/co-gi-moi/sap-ap-dung/").split("<main")[1]
    said = f"{day:%d/%m/%Y}"
    assert f"Bắt đầu áp dụng từ {said}" in text and f"Bản mới áp dụng từ {said}" in text
    assert f"Bãi bỏ từ {said}" in text and "Đã hết" not in text
    assert f'href="/thu-tuc/doi-ban/{day.isoformat()}/"' in text
    text = page(client, "/co-gi-moi/da-bai-bo/").split("<main")[1]
    assert "Đã hết" in text and "Sắp hết" not in text and "Bản cũ" not in text


def test_a_feed_has_ids_that_stay_moments_of_the_log_and_links_both_ways(client, settings):
    settings.PORTAL_BASE_URL = "https://tthc.example.vn"
    procedure = make_procedure(code="1.001193", slug="khai-sinh")
    enact(procedure, "Đăng ký khai sinh & tử")
    before = client.get("/co-gi-moi/atom.xml").content
    assert before == client.get("/co-gi-moi/atom.xml").content
    root = feed(client, "/co-gi-moi/atom.xml")
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://tthc.example.vn/co-gi-moi/atom.xml",
        "alternate": "https://tthc.example.vn/co-gi-moi/",
    }
    change = Change.objects.get(procedure=procedure)
    entry = root.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}id").text == f"tag:tthc.example.vn,2026:thay-doi/{change.sequence}"
    assert entry.find(f"{ATOM}title").text == "Mới ban hành: Đăng ký khai sinh & tử"
    assert entry.find(f"{ATOM}updated").text == root.find(f"{ATOM}updated").text == change.at.isoformat()
    enact(make_procedure(), "Việc khác")
    ids = [one.find(f"{ATOM}id").text for one in feed(client, "/co-gi-moi/atom.xml").findall(f"{ATOM}entry")]
    assert entry.find(f"{ATOM}id").text in ids and len(ids) == 2


def test_an_empty_portal_has_a_feed_that_stands_still(client):
    assert client.get("/co-gi-moi/atom.xml").content == client.get("/co-gi-moi/atom.xml").content
    assert "chưa ghi nhận thay đổi nào" in page(client, "/co-gi-moi/")


def test_feeds_of_agency_sector_and_procedure_hold_only_their_own_and_pages_name_them(client):
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, slug="phong-nha")
    everyone = make_class()
    join_class(agency_class=everyone, agencies=[commune], on=TODAY - timedelta(days=99))
    listed = make_procedure(slug="co-lam")
    snapshot_of(listed, "Có làm", sector="Hộ tịch", listed=scope_of_class(everyone), read_on=TODAY)
    enact(make_procedure(slug="khong-lam"), "Không làm", sector="Đất đai")
    for address in ("/co-quan/phong-nha/", "/linh-vuc/ho-tich/", "/thu-tuc/co-lam/"):
        titles = [one.find(f"{ATOM}title").text for one in feed(client, f"{address}atom.xml").findall(f"{ATOM}entry")]
        assert titles == ["Nhập danh mục: Có làm"], address
        assert 'type="application/atom+xml" title' in page(client, address)
        assert f'href="{address}atom.xml"' in page(client, address)
    for address in ("/co-quan/x/atom.xml", "/linh-vuc/x/atom.xml", "/thu-tuc/x/atom.xml"):
        assert client.get(address).status_code == 404


def test_a_procedure_that_came_back_after_a_gap_is_not_said_to_be_repealed(client):
    procedure = make_procedure(slug="tro-lai")
    enact(procedure, "Thủ tục trở lại", on=date(2024, 1, 1))
    repeal(procedure, on=date(2025, 1, 1))
    assert "Thủ tục trở lại" in page(client, "/co-gi-moi/da-bai-bo/").split("<main")[1]
    enact(procedure, "Thủ tục trở lại", on=date(2026, 1, 1))
    assert "Thủ tục trở lại" not in page(client, "/co-gi-moi/da-bai-bo/").split("<main")[1]


def test_the_end_of_a_places_own_text_is_no_repeal_while_the_national_one_stands(client):
    province = make_agency("Tỉnh Lạng Sơn", AgencyKind.PROVINCE)
    both, own = make_procedure(slug="ca-hai"), make_procedure(slug="rieng")
    enact(both, "Có bản chung", on=date(2024, 1, 1))
    for procedure in (both, own):
        enact(procedure, on=date(2024, 1, 1), scope=scope_of_agency(province), issuer=province)
        repeal(procedure, on=date(2025, 1, 1), scope=scope_of_agency(province), issuer=province)
    text = page(client, "/co-gi-moi/da-bai-bo/").split("<main")[1]
    assert text.count("Hết áp dụng từ 01/01/2025 (Tỉnh Lạng Sơn)") == 1
    assert text.count("Bãi bỏ từ 01/01/2025, không phải làm nữa (Tỉnh Lạng Sơn)") == 1
