"""Lists by letter, audience, level and life event: complete, in Vietnamese order, each state a path."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from cms.models import LifeEvent
from cms.text import SKIP_PROCEDURE, first_words, letter_of, sort_key
from cms.views import lists
from cms.views.kinds import APPLICANTS, LEVELS
from cms.vocabulary import AdministrativeLevel, ApplicantType, DecisionAction
from tests.factories import add_item, enact, make_agency, make_content, make_decision, make_procedure, publish

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).resolve().parents[2] / "cms" / "data" / "life_events.json"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return " ".join(answer.content.decode().split("<main")[1].split())


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Thủ tục đăng ký", "Đ"),
        ("Ấn chỉ", "Â"),
        ("ưu đãi", "Ư"),
        ("2 bước", "0–9"),
        ("Zalo", "Z"),
        ("民", "#"),
        ("", "#"),
    ],
)
def test_a_sort_key_tells_the_letter(name, letter):
    assert letter_of(sort_key(name, skip=SKIP_PROCEDURE)) == letter


def test_the_first_two_words_leave_the_leading_phrase_out_but_never_the_whole_name():
    assert first_words("Thủ tục cấp lại, giấy phép", 2, SKIP_PROCEDURE) == "cấp lại"
    assert first_words("Thủ tục", 2, SKIP_PROCEDURE) == "Thủ tục"


def test_a_to_y_leads_two_words_deep_and_d_is_not_dd(client, monkeypatch):
    monkeypatch.setattr(lists, "SHORT_LIST", 2)
    for name in ("Thủ tục đăng ký khai sinh", "Đăng ký kết hôn", "Đăng tải tin", "Di dời nhà", "Cấp thẻ"):
        enact(make_procedure(), name)
    index = page(client, "/thu-tuc/")
    assert index.index('href="/a-y/c/"') < index.index('href="/a-y/d/"') < index.index('href="/a-y/dd/"')
    under = page(client, "/a-y/dd/")
    assert "Đăng ký</a>" in under and "Di dời" not in under and "khai sinh" not in under
    deep = page(client, "/a-y/dd/dang-ky/")
    assert deep.index("kết hôn") < deep.index("khai sinh") and "Đăng tải" not in deep
    assert "Di dời nhà" in page(client, "/a-y/d/")
    for missing in ("/a-y/q/", "/a-y/dd/xyz/", "/a-y/dd/dang-ky/tu/xyz/"):
        page(client, missing, 404)


def test_audience_and_level_hold_whole_codes_only(client):
    enact(make_procedure(), "Của công dân", applicant_types="CITIZEN", levels="COMMUNE")
    enact(
        make_procedure(),
        "Của người nước ngoài",
        applicant_types="ORGANISATION,FOREIGNER,CITIZEN",
        levels="PROVINCE,COMMUNE",
    )
    enact(make_procedure(), "Của người cư trú", applicant_types="FOREIGN_RESIDENT", levels="CENTRAL")
    text = page(client, "/doi-tuong/nguoi-nuoc-ngoai/")
    assert "Của người nước ngoài" in text and "cư trú" not in text
    text = page(client, "/doi-tuong/cong-dan/")
    assert "2 thủ tục" in text and "Của công dân" in text
    assert "2 thủ tục" in page(client, "/cap/xa/") and "1 thủ tục" in page(client, "/cap/bo/")
    assert "không có thủ tục nào" in page(client, "/cap/khac/")
    page(client, "/cap/phuong/", 404)
    assert "/doi-tuong/cong-dan/" in page(client, "/")


def test_every_kind_of_applicant_and_level_has_an_address():
    assert set(APPLICANTS.values()) == set(ApplicantType)
    assert set(LEVELS.values()) == set(AdministrativeLevel)


def test_a_life_event_shows_only_what_the_catalogue_holds_in_its_own_order(client):
    enact(make_procedure(code="1.001193", slug="khai-sinh"), "Đăng ký khai sinh")
    enact(make_procedure(code="1.004222", slug="thuong-tru"), "Đăng ký thường trú")
    LifeEvent.objects.all().delete()
    LifeEvent.objects.create(name="Sinh con", slug="sinh-con", codes="1.004222\n9.999999\n1.001193")
    LifeEvent.objects.create(name="Kết hôn", slug="ket-hon", codes="9.999998")
    text = page(client, "/su-kien/sinh-con/")
    assert text.index("thường trú") < text.index("khai sinh")
    assert "Kết hôn" not in page(client, "/su-kien/") and "Sinh con" in page(client, "/")
    assert "chưa có hoặc không còn hiệu lực" in page(client, "/su-kien/ket-hon/")
    page(client, "/su-kien/khong-co/", 404)


def test_the_shipped_life_events_are_planted_with_codes_that_can_be_read():
    shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert LifeEvent.objects.count() == len(shipped) == len({one["slug"] for one in shipped})
    for one in shipped:
        event = LifeEvent.objects.get(slug=one["slug"])
        assert event.code_list == one["codes"]
        event.full_clean()


def test_an_editor_adds_a_life_event_and_a_wrong_code_is_named(admin_client):
    address = reverse("wagtailsnippets_cms_lifeevent:add")
    values = {"name": "Đi học", "slug": "di-hoc", "kind": "LIFE", "position": "5"}
    answer = admin_client.post(address, values | {"codes": "1.001193\nkhai sinh"})
    assert "không phải mã thủ tục" in answer.content.decode()
    assert admin_client.post(address, values | {"codes": "1.001193"}).status_code == 302
    assert LifeEvent.objects.get(slug="di-hoc").code_list == ["1.001193"]


def test_decisions_say_how_many_are_new_amended_replaced_repealed(client):
    decision = make_decision(issuer=make_agency())
    for action, times in ((DecisionAction.ENACT, 2), (DecisionAction.AMEND, 1), (DecisionAction.REPEAL, 3)):
        for _ in range(times):
            procedure = make_procedure()
            act = {"act": "OPEN", "content": make_content(procedure)} if action != DecisionAction.REPEAL else None
            add_item(decision, procedure, action, effects=[act] if act else [])
    publish(decision)
    assert "2 mới ban hành, 1 sửa đổi, bổ sung, 3 bãi bỏ" in page(client, "/quyet-dinh/")


def test_the_sitemap_names_every_public_page_once_and_local_pages_only_where_they_differ(client):
    from cms.services import scope_of_agency
    from cms.vocabulary import AgencyKind

    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, slug="phong-nha")
    make_agency("Xã Khác", AgencyKind.COMMUNE, slug="xa-khac")
    enact(make_procedure(slug="chung"), "Chung", sector="Hộ tịch")
    enact(make_procedure(slug="rieng"), "Riêng", issuer=commune, scope=scope_of_agency(commune))
    make_procedure(slug="nhap")
    assert "Sitemap: http" in client.get("/robots.txt").content.decode()
    index = client.get("/sitemap.xml").content.decode()
    found = []
    for part in index.split("<loc>")[1:]:
        answer = client.get("/" + part.split("</loc>")[0].split("/", 3)[3])
        assert answer.status_code == 200
        found += [one.split("</loc>")[0].split("/", 3)[3] for one in answer.content.decode().split("<loc>")[1:]]
    assert len(found) == len(set(found))
    assert {"", "thu-tuc/chung/", "thu-tuc/rieng/", "co-quan/phong-nha/thu-tuc/rieng/", "linh-vuc/ho-tich/"} <= set(
        found
    )
    assert not [one for one in found if "xa-khac/thu-tuc" in one or "thu-tuc/nhap" in one]
    for address in found:
        assert client.get(f"/{address}").status_code == 200, address
    assert client.get("/so-do-trang/thu-tuc-2.xml").status_code == 404
