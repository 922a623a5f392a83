"""What a person at home needs from a procedure's page: no empty heading, nothing long open, their place and rights."""

import json
import random
import re
from datetime import date, time, timedelta

import pytest
from django.core.checks import run_checks
from django.urls import get_resolver

from cms.calendar import today
from cms.models import (
    AgencyText,
    Case,
    Channel,
    Cost,
    Evidence,
    EvidenceGroup,
    LegalBasis,
    OpeningHours,
    Output,
    ProcessingTime,
    ReceptionPoint,
    Requirement,
    Step,
)
from cms.services import join_class, scope_of_agency, scope_of_class
from cms.views.checklist import LONG_TEXT, checklist
from cms.vocabulary import Act, AgencyKind, Part, ScopePart
from tests.cms.reading import read
from tests.factories import (
    add_item,
    enact,
    make_agency,
    make_class,
    make_content,
    make_decision,
    make_procedure,
    publish,
    snapshot_of,
)

pytestmark = pytest.mark.django_db
TODAY = today()
BIRTH = "/thu-tuc/khai-sinh/"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


@pytest.fixture
def birth():
    return make_procedure(code="1.001193", slug="khai-sinh")


@pytest.fixture
def commune():
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    return make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province, slug="phong-nha", hotline="0232 000 111")


def time_limit(**values):
    return ProcessingTime(**({"ordinal": 1, "reading_kind": "UNIT", "amount": 7, "unit": "DAY"} | values))


def list_of(agency):
    """The list of a class that only this agency belongs to: who announces a text may list it for a class."""
    only = make_class(f"Riêng {agency.slug}")
    join_class(agency_class=only, agencies=[agency], on=date(2025, 7, 1))
    return scope_of_class(only)


def done_by(agency_class):
    named = {"kind": "CLASS", "agency_class": agency_class}
    return AgencyText(ordinal=1, role="IMPLEMENTING", text=agency_class.name, **named)


# --- headings and length ---------------------------------------------------------------------------------------------


def real_like(draw):
    """The rows of a text as catalogues have them: any part may be missing, some are very long, some repeat."""

    def words(most=3000):
        return " ".join(["Giấy tờ"] * draw.choice([1, 4, 30, most // 8]))

    rows = []
    for ordinal in range(1, draw.choice([0, 1, 4]) + 1):
        rows.append(EvidenceGroup(ordinal=ordinal, title=draw.choice(["", words(4800)])))
        for number in range(draw.choice([0, 1, 12])):
            rows.append(Evidence(ordinal=ordinal * 20 + number, group=ordinal, name=words(), originals=1))
    if draw.random() < 0.5:
        rows += [Case(ordinal=1, case="a", title="Cấp lại"), time_limit(case="a"), time_limit(ordinal=2, amount=None)]
    for ordinal in range(1, draw.choice([0, 1, 3]) + 1):
        rows.append(Channel(ordinal=ordinal, kind="IN_PERSON", description=draw.choice(["", words()])))
        rows.append(Cost(ordinal=ordinal, row=ordinal, reading_kind="OTHER", text=draw.choice(["", words()])))
    rows += draw.choice([[], [Step(ordinal=1, text=words(9000))]])
    rows += draw.choice([[], [LegalBasis(ordinal=1, title=words())]])
    rows += draw.choice([[], [Requirement(ordinal=1, text=words())]])
    rows += draw.choice([[], [Output(ordinal=1, name=words())]])
    return rows


def test_no_heading_is_empty_and_no_long_text_stands_open(client, commune):
    draw = random.Random(4)
    wrong = {}
    for number in range(40):
        found = make_procedure(slug=f"thu-tuc-{number}-x")
        parts = {Part.NAME: "Đăng ký"} | draw.choice(
            [{}, {Part.RECEPTION: "Trụ sở Ủy ban"}, {Part.RELATED: "x" * 2500}]
        )
        snapshot_of(found, "Đăng ký", details=real_like(draw), parts=parts)
        for address in (f"/thu-tuc/{found.slug}/", f"/co-quan/phong-nha/thu-tuc/{found.slug}/"):
            headings, empty, opened = read(page(client, address))
            assert headings
            # The two ends of a long list add their labels to the 2,000 characters of the text itself.
            long = {name: size for name, size in opened.items() if size > LONG_TEXT + 300}
            if empty or long:
                wrong[address] = (empty, long)
    assert not wrong


def test_agencies_and_what_is_chosen_have_no_empty_heading(client, commune, birth):
    enact(birth)
    for address in ("/co-quan/", "/co-quan/phong-nha/", "/co-quan/quang-tri/", "/chon-noi/", "/chon-noi/quang-tri/",
                    f"{BIRTH}bi-doi-them-giay/", "/bi-doi-them-giay/", f"{BIRTH}chon-noi/"):  # fmt: skip
        assert read(page(client, address))[1] == [], address


def test_a_long_list_opens_as_far_as_a_phone_reads_and_counts_the_rest():
    papers = [Evidence(ordinal=number, name=f"{number} " + "giấy " * 60) for number in range(1, 21)]
    opened, rest = checklist([("", papers)])
    assert sum(len(paper.text) for paper in opened.papers) <= LONG_TEXT
    assert (rest.folded, len(opened.papers) + len(rest.papers)) == (True, 20)
    assert rest.title == f"Còn {len(rest.papers)} giấy tờ nữa"


def test_what_everybody_brings_stands_before_the_cases_and_long_cases_fold():
    case = [Evidence(ordinal=1, name="Giấy của trường hợp này. " * 15) for _ in range(9)]
    common, first = checklist([("Trường hợp cấp lại", case), ("", [Evidence(ordinal=3, name="- Tờ khai")])])
    assert (common.title, common.folded, common.papers[0].text) == ("", False, "Tờ khai")
    assert (first.title, first.folded) == ("Trường hợp cấp lại", True)


def test_a_paper_of_a_page_shows_its_beginning_and_folds_the_whole():
    [one] = checklist([("", [Evidence(ordinal=1, name="Giấy tờ chứng minh " * 200)])])
    assert len(one.papers[0].text) <= 203
    assert one.papers[0].whole == ("Giấy tờ chứng minh " * 200).strip()


def test_fees_name_the_case_they_hold_for(client, birth):
    rows = [
        Case(ordinal=1, case="a", title="Đăng ký quá hạn"),
        Channel(ordinal=1, kind="IN_PERSON"),
        Cost(ordinal=1, row=1, case="a", reading_kind="AMOUNT", amount=8000, clause="miễn cho hộ nghèo"),
        Cost(ordinal=2, row=1, reading_kind="FREE", text="Miễn phí"),
    ]
    enact(birth, details=rows)
    assert "Đăng ký quá hạn; miễn cho hộ nghèo" in page(client, BIRTH)


# --- places ----------------------------------------------------------------------------------------------------------


def test_a_counter_is_named_only_for_what_the_commune_lists(client, commune, birth):
    office = make_class()
    join_class(agency_class=office, agencies=[commune], on=date(2025, 7, 1))
    snapshot_of(birth, details=[done_by(office), time_limit()], listed=scope_of_class(office))
    other = make_procedure(slug="khac")
    snapshot_of(other, details=[done_by(office), time_limit()])
    assert "Một cửa / Trung tâm" in page(client, f"/co-quan/phong-nha{BIRTH}")
    assert "Một cửa / Trung tâm" not in page(client, "/co-quan/phong-nha/thu-tuc/khac/")


def test_a_class_of_another_area_is_not_this_communes_counter(client, commune, birth):
    elsewhere = make_class(
        "Ủy ban nhân dân cấp xã - tỉnh Lào Cai", area=make_agency("Tỉnh Lào Cai", AgencyKind.PROVINCE)
    )
    snapshot_of(birth, details=[done_by(elsewhere), time_limit()], listed=list_of(commune))
    assert "Một cửa / Trung tâm" not in page(client, f"/co-quan/phong-nha{BIRTH}")


def test_a_place_shows_its_counter_with_address_hours_and_phone(client, commune, birth):
    office = make_class()
    join_class(agency_class=office, agencies=[commune], on=date(2025, 7, 1))
    snapshot_of(birth, details=[done_by(office), time_limit()], listed=scope_of_class(office))
    point = ReceptionPoint.objects.create(agency=commune, name="Trung tâm xã", address="Thôn 2", phone="0232 9")
    OpeningHours.objects.create(point=point, weekday=1, opens=time(7, 30), closes=time(11, 30))
    for address in (f"/co-quan/phong-nha{BIRTH}", "/co-quan/phong-nha/"):
        text = page(client, address)
        for words in ("Trung tâm xã", "Thôn 2", "tel:02329", "7h30"):
            assert words in text, (address, words)


def test_a_local_reception_text_stands_among_the_first_lines(client, commune, birth):
    ministry = make_agency()
    enact(birth, details=[time_limit()], issuer=ministry, listed=list_of(commune))
    local = make_decision(issuer=commune.get_parent(), effective_from=date(2026, 1, 1))
    place = make_content(birth, details=[], parts={Part.RECEPTION: "Nhà văn hóa thôn Trằm"})
    effect = {"act": Act.OPEN, "content": place, "part": ScopePart.PLACE, "scope": scope_of_agency(commune)}
    add_item(local, birth, effects=[effect])
    publish(local)
    first = page(client, f"/co-quan/phong-nha{BIRTH}").split('<dl class="facts">')[1].split("</dl>")[0]
    assert "Nhà văn hóa thôn Trằm" in first


def test_a_name_alone_keeps_its_address_of_reception(client, birth):
    enact(birth, details=[], parts={Part.NAME: "Đăng ký khai sinh", Part.RECEPTION: "Số 1 đường Hùng Vương"})
    text = page(client, BIRTH)
    assert "mới chỉ có tên" in text
    assert "Số 1 đường Hùng Vương" in text


def test_a_commune_without_the_procedure_leads_to_its_province_that_has_it(client, commune, birth):
    enact(birth, listed=list_of(commune.get_parent()))
    text = page(client, f"/co-quan/phong-nha{BIRTH}")
    assert f'Có trong danh mục của: <a href="/co-quan/quang-tri{BIRTH}">Tỉnh Quảng Trị</a>' in text


def test_a_commune_is_named_with_its_province_wherever_it_is_named(client, commune, birth):
    enact(birth, sector="Hộ tịch", listed=list_of(commune))
    label = "Xã Phong Nha, tỉnh Quảng Trị"
    agency = page(client, "/co-quan/phong-nha/")
    assert f"<title>{label} –" in agency
    assert f"<h1>{label}</h1>" in agency
    assert label in page(client, f"/co-quan/phong-nha{BIRTH}").split("<h1")[0].split("</title>")[1]
    assert f"{label} –" in page(client, "/co-quan/phong-nha/linh-vuc/ho-tich/")
    assert label in page(client, f"/co-quan/phong-nha{BIRTH}xem-ngay/")


def test_a_place_is_chosen_once_by_plain_links(client, commune):
    assert 'href="/chon-noi/quang-tri/"' in page(client, "/chon-noi/")
    chosen = page(client, "/chon-noi/quang-tri/")
    assert '<a href="/co-quan/phong-nha/" data-place="phong-nha">' in chosen
    assert not client.cookies


@pytest.mark.parametrize("address", ["/chon-noi/phong-nha/", f"{BIRTH}chon-noi/phong-nha/", "/chon-noi/khong-co/"])
def test_what_is_no_province_is_not_found(client, commune, birth, address):
    enact(birth)
    page(client, address, status=404)


def test_public_pages_only_answer_to_reading(client, commune, birth):
    enact(birth)
    values = {"agency": "phong-nha", "identifier": "khai-sinh", "province": "quang-tri", "slug": "phong-nha"}
    checked = 0
    for pattern in get_resolver("cms.urls").url_patterns:
        names = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
        if set(names) <= set(values):
            address = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: values[name[1]], str(pattern.pattern))
            assert client.post(f"/{address}").status_code == 405, address
            checked += 1
    assert checked > 15


# --- versions --------------------------------------------------------------------------------------------------------


def test_a_coming_version_with_an_end_says_from_when_to_when(client, birth):
    first, last = TODAY + timedelta(days=10), TODAY + timedelta(days=40)
    enact(birth, on=first)
    enact(birth, "Đăng ký khai sinh, bản sau", on=last)
    text = page(client, f"{BIRTH}phien-ban/")
    assert f"Áp dụng từ {first:%d/%m/%Y} đến hết {last - timedelta(days=1):%d/%m/%Y}" in text
    assert "Hết hiệu lực từ" not in text
    assert "<p> · " not in text
    assert "<p>·" not in text


# --- the right to refuse ---------------------------------------------------------------------------------------------


def test_a_paper_not_on_the_list_may_be_refused_with_the_version_in_hand(client, commune, birth):
    papers = [EvidenceGroup(ordinal=1), Evidence(ordinal=1, group=1, name="Giấy chứng sinh")]
    decision = enact(birth, on=date(2025, 7, 1), details=papers, listed=list_of(commune))
    assert f'href="{BIRTH}bi-doi-them-giay/"' in page(client, BIRTH)
    assert f'href="/co-quan/phong-nha{BIRTH}bi-doi-them-giay/"' in page(client, f"/co-quan/phong-nha{BIRTH}")
    text = page(client, f"/co-quan/phong-nha{BIRTH}bi-doi-them-giay/")
    for words in ("khoản 2 Điều 21 Nghị định số 63/2010/NĐ-CP", "0232 000 111", "1.001193", decision.number,
                  "Có hiệu lực từ 01/07/2025", f"/co-quan/phong-nha{BIRTH}{TODAY}/", "Giấy chứng sinh"):  # fmt: skip
        assert words in text, words


def test_without_an_agencys_hotline_the_portals_is_given(client, settings, birth):
    enact(birth)
    settings.PORTAL_CONTACT = settings.PORTAL_CONTACT | {"phone": "0232 1022"}
    assert "0232 1022" in page(client, f"{BIRTH}bi-doi-them-giay/")
    assert client.get("/thu-tuc/1.001193/bi-doi-them-giay/").url == f"{BIRTH}bi-doi-them-giay/"


# --- for machines ----------------------------------------------------------------------------------------------------


def linked_data(client, address):
    html = client.get(address).content.decode()
    return json.loads(html.split('<script type="application/ld+json">')[1].split("</script>")[0])


def test_the_page_holds_its_facts_as_linked_data(client, commune, birth):
    rows = [
        Channel(ordinal=1, kind="IN_PERSON"),
        Channel(ordinal=2, kind="ONLINE"),
        Cost(ordinal=1, row=1, reading_kind="AMOUNT", amount=8000),
        Cost(ordinal=2, row=2, reading_kind="FREE", text="Miễn phí", doubts="FREE_WITH_AMOUNT", reading="UNVERIFIED"),
        Output(ordinal=1, name="Giấy khai sinh"),
    ]
    name = "Khai sinh </script><b>"
    decision = enact(birth, name, on=date(2025, 7, 1), details=rows, listed=list_of(commune))
    found = linked_data(client, f"/co-quan/phong-nha{BIRTH}")
    assert (found["@type"], found["identifier"], found["name"]) == (
        "GovernmentService",
        "1.001193",
        name,
    )
    assert found["provider"][0]["name"] == "Xã Phong Nha, tỉnh Quảng Trị"
    assert found["provider"][0]["telephone"] == "0232 000 111"
    assert found["areaServed"] == {"@type": "AdministrativeArea", "name": "Xã Phong Nha, tỉnh Quảng Trị"}
    assert [one["name"] for one in found["availableChannel"]] == ["Nộp trực tiếp", "Nộp qua mạng"]
    # A doubtful "free" is no offer.
    assert found["offers"] == [{"@type": "Offer", "price": "8000", "priceCurrency": "VND"}]
    law = found["subjectOf"]
    assert (law["@type"], law["legislationIdentifier"]) == ("LegislationObject", decision.number)
    assert (law["legislationDate"], law["legislationDateOfApplicability"]) == ("2025-06-20", "2025-07-01")


def test_linked_data_is_the_same_on_the_english_page(client, birth):
    enact(birth, details=[Channel(ordinal=1, kind="IN_PERSON")])
    assert linked_data(client, f"/en{BIRTH}") == linked_data(client, BIRTH)


def test_linked_data_states_nothing_that_is_not_known(client, birth):
    snapshot_of(birth, details=[time_limit()])
    found = linked_data(client, BIRTH)
    assert not {"offers", "provider", "subjectOf", "availableChannel"} & set(found)
    assert found["areaServed"]["name"] == "Việt Nam"


# --- whose portal it is ----------------------------------------------------------------------------------------------


def test_the_portals_agency_sets_scope_header_hotline_and_choice_of_place(client, settings, commune, birth):
    province = commune.get_parent()
    type(province).objects.filter(pk=province.pk).update(hotline="0233 1022")
    settings.PORTAL_AGENCY = "quang-tri"
    enact(
        birth,
        details=[Channel(ordinal=1, kind="IN_PERSON"), Cost(ordinal=1, row=1, reading_kind="AMOUNT", amount=10000)],
    )
    assert "bản chung cả nước" not in page(client, BIRTH)
    local = make_decision(issuer=province, effective_from=date(2026, 1, 1))
    fee = make_content(birth, details=[Cost(ordinal=1, reading_kind="AMOUNT", amount=5000)])
    effect = {"act": Act.OPEN, "content": fee, "part": ScopePart.COST, "scope": scope_of_agency(province)}
    add_item(local, birth, effects=[effect])
    publish(local)
    text = page(client, BIRTH)
    assert "5.000 đồng" in text
    assert f'<a href="{BIRTH}{TODAY}/">bản chung cả nước</a>' in text
    assert '<span class="brand-owner">Tỉnh Quảng Trị</span>' in text
    assert "tel:02331022" in text
    assert "10.000 đồng" in page(client, f"{BIRTH}{TODAY}/")
    assert "Xã Phong Nha" in page(client, "/chon-noi/")


def test_a_misspelt_portal_agency_is_an_error_that_names_the_nearest(settings, commune):
    settings.PORTAL_AGENCY = "quang-try"
    [error] = [one for one in run_checks() if one.id == "portal.E004"]
    assert "quang-try" in error.msg
    assert "quang-tri" in error.hint
    settings.PORTAL_AGENCY = "quang-tri"
    assert not [one for one in run_checks() if one.id == "portal.E004"]


def test_a_fee_of_one_case_names_its_case_in_linked_data(client, birth):
    rows = [
        Channel(ordinal=1, kind="IN_PERSON"),
        Case(ordinal=1, case="tre-han", title="Đăng ký quá hạn"),
        Cost(ordinal=1, row=1, reading_kind="AMOUNT", amount=8000, case="tre-han"),
        Cost(ordinal=2, row=1, reading_kind="FREE", text="Miễn phí"),
    ]
    enact(birth, details=rows)
    found = linked_data(client, BIRTH)["offers"]
    assert [(one["price"], one.get("name")) for one in found] == [("8000", "Đăng ký quá hạn"), ("0", None)]
