"""The public pages say what the law and the sources say, in the words of the conventions."""

from datetime import date, timedelta

import pytest

from cms.calendar import today
from cms.models import (
    Case,
    Channel,
    Cost,
    Evidence,
    EvidenceGroup,
    LegalBasis,
    PartState,
    ProcessingTime,
    Replacement,
    Step,
)
from cms.selectors import load_contents
from cms.services import join_class, scope_of_agency, scope_of_class
from cms.vocabulary import Act, AgencyKind, DecisionAction, Part, Presence, ScopePart
from tests.factories import (
    add_item,
    draft_content,
    enact,
    make_agency,
    make_class,
    make_content,
    make_decision,
    make_procedure,
    publish,
    repeal,
    snapshot_of,
)

pytestmark = pytest.mark.django_db
TODAY = today()
LAST_YEAR = TODAY - timedelta(days=365)


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


def d(day):
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def birth():
    return make_procedure(code="1.001193", slug="dang-ky-khai-sinh")


def table(*costs, time=None):
    """One channel row, handed in in person, with its time and costs."""
    time = time or ProcessingTime(ordinal=1, row=1, reading_kind="UNIT", amount=7, unit="WORKING_DAY")
    return [Channel(ordinal=1, kind="IN_PERSON"), time, *costs]


def cost(**values):
    return Cost(**({"ordinal": 1, "row": 1, "reading_kind": "AMOUNT"} | values))


def test_home_shows_the_ways_in(client, birth):
    enact(birth, sector="Hộ tịch")
    text = page(client, "/")
    assert "Bạn cần làm thủ tục gì?" in text
    assert '<a href="/linh-vuc/ho-tich/">Hộ tịch</a>' in text
    assert "<strong>1</strong> thủ tục" in text


def test_an_empty_portal_still_answers(client):
    for address in ("/", "/co-quan/", "/linh-vuc/", "/quyet-dinh/", "/robots.txt"):
        page(client, address)


def test_a_procedure_says_since_when_and_by_which_decision(client, birth):
    decision = enact(birth, on=date(2025, 7, 1))
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert "Đăng ký khai sinh" in text
    assert "Có hiệu lực từ 01/07/2025" in text
    assert f'href="/quyet-dinh/{decision.slug}/"' in text
    assert "chưa có văn bản" not in text


def test_an_unknown_start_is_said_and_never_filled(client, birth):
    snapshot_of(birth, read_on=date(2026, 1, 15), decision_number="1872/QĐ-BTP")
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert "Chưa rõ ngày hiệu lực; có trên cổng từ 15/01/2026" in text
    assert "chưa có văn bản" in text
    assert "Máy đọc, chưa có cán bộ kiểm tra. Hỏi Một cửa trước khi đi." in text
    before = page(client, "/thu-tuc/dang-ky-khai-sinh/2025-12-31/")
    assert "Không rõ ngày này quy định thế nào" in before
    assert "bãi bỏ" not in before


def test_the_first_lines_answer_how_long_and_how_much(client, birth):
    enact(birth, details=table(cost(amount=10000)))
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert '7 ngày làm việc</span> <span class="note">(không tính thứ Bảy, Chủ nhật, ngày lễ)' in text
    assert "10.000 đồng" in text


@pytest.mark.parametrize(
    ("row", "expected", "never"),
    [
        (cost(reading_kind="FREE", text="Miễn phí"), ">Miễn phí<", "Có thể phải nộp"),
        (cost(amount=0), ">0 đồng<", "Miễn phí"),
        (cost(reading_kind="OTHER", text="Không quy định"), ">Không quy định<", "Miễn phí"),
        (
            cost(reading_kind="FREE", text="Miễn phí (20.000 đồng)", doubts="FREE_WITH_AMOUNT", reading="UNVERIFIED"),
            "Có thể phải nộp: “Miễn phí (20.000 đồng)”",
            ">Miễn phí<",
        ),
        (cost(amount=50, text="50 VNĐ", doubts="THOUSANDS"), "Có thể phải nộp: “50 VNĐ”", ">50 đồng<"),
        (
            cost(reading_kind="BRACKETED", amount=20000, reading="UNVERIFIED"),
            "Có thể phải nộp: 20.000 đồng",
            "Miễn phí",
        ),
    ],
)
def test_free_zero_not_stated_and_doubtful_are_four_things(client, birth, row, expected, never):
    enact(birth, details=table(row))
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert expected in text
    assert never not in text


def test_a_bare_number_never_gets_a_unit(client, birth):
    time = ProcessingTime(ordinal=1, row=1, reading_kind="BARE", amount=5, text="5", reading="UNVERIFIED")
    enact(birth, details=table(time=time))
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert "5, nguồn không ghi đơn vị" in text
    assert "5 ngày" not in text
    assert "Máy đọc, chưa có cán bộ kiểm tra" in text


def test_long_texts_and_the_law_are_folded_and_no_heading_is_empty(client, birth):
    papers = [EvidenceGroup(ordinal=1), Evidence(ordinal=1, group=1, name="Tờ khai. " * 300, originals=1)]
    enact(birth, details=[*papers, LegalBasis(ordinal=1, number="60/2014/QH13", title="Luật Hộ tịch")])
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    # The list of papers stands open; what is long in it folds by itself.
    papers = text.split('<h2 id="giay-to">')[1].split("</section>")[0]
    assert len(papers.split("<details")[0]) < 1000
    assert papers.count("Tờ khai.") > 300
    assert '<details><summary><h2 id="can-cu-ten">' in text
    assert "<details open" not in text
    # Nobody can go without it: said under its own heading. The rest: one list at the end.
    assert text.split('<h2 id="cach-nop">')[1].split("</section>")[0].count("Cơ quan chưa công bố phần này") == 1
    assert '<h2 id="ket-qua">' not in text
    assert "<p>Bạn nhận được gì; Ai được làm; Điều kiện;" in text.replace("Phải nộp bao nhiêu tiền; ", "")


def test_not_needed_differs_from_missing(client, birth):
    content = draft_content(birth, parts={Part.NAME: "Đăng ký khai sinh"}, details=table(cost(amount=10000)))
    content.part_states[0].part = Part.REQUIREMENTS
    content.part_states[0].presence = Presence.NOT_APPLICABLE
    content.part_states[0].raw_text = ""
    from cms.services import write_contents

    decision = make_decision(effective_from=LAST_YEAR)
    add_item(decision, birth, effects=[{"act": Act.OPEN, "content": write_contents(drafts=[content])[0]}])
    publish(decision)
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    # Read aloud, the heading and the agency's words for it are two things.
    assert '<h2 id="dieu-kien">Điều kiện<span class="unseen">,</span> <small>' in text
    assert "Không cần" in text


def test_a_repealed_procedure_names_its_successor(client, birth):
    new = make_procedure(slug="thu-tuc-moi")
    enact(birth, on=LAST_YEAR)
    enact(new, "Đăng ký khai sinh kiểu mới", on=LAST_YEAR)
    day = TODAY - timedelta(days=10)
    decision = make_decision(effective_from=day)
    item = add_item(decision, birth, DecisionAction.REPEAL, effects=[{"act": Act.CLOSE}])
    Replacement.objects.create(item=item, old=birth, new=new)
    publish(decision)
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert f"Đã bãi bỏ từ {d(day)}, không phải làm nữa. Nay làm theo:" in text
    assert '<a href="/thu-tuc/thu-tuc-moi/">Đăng ký khai sinh kiểu mới</a>' in text
    # The day before it still stood.
    assert "bãi bỏ" not in page(client, f"/thu-tuc/dang-ky-khai-sinh/{day - timedelta(days=30)}/")


def test_a_coming_version_is_announced_and_today_follows_the_old_one(client, birth):
    enact(birth, on=LAST_YEAR)
    day = TODAY + timedelta(days=30)
    enact(birth, "Đăng ký khai sinh, bản mới", on=day)
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert f"áp dụng từ {d(day)}; hôm nay vẫn theo bản cũ" in text
    assert f"/thu-tuc/dang-ky-khai-sinh/{day}/" in text
    assert "bản mới" in page(client, f"/thu-tuc/dang-ky-khai-sinh/{day}/")


@pytest.mark.parametrize(
    "identifier", ["1.001193", "1.001193.000.00.00.H17", "019D2BF7-4FC1-768B-9BA3-94BE4BCA58EE", "T-BPC-280421"]
)
def test_any_identifier_leads_to_the_one_address(client, birth, identifier):
    enact(birth)
    birth.identifiers.create(scheme="NATIONAL_UUID", value="019d2bf7-4fc1-768b-9ba3-94be4bca58ee")
    birth.identifiers.create(scheme="FORMER_CODE", value="T-BPC-280421")
    for tail in ("", "2026-01-31/", "phien-ban/"):
        answer = client.get(f"/thu-tuc/{identifier}/{tail}")
        assert answer.status_code == 301
        assert answer.url == f"/thu-tuc/dang-ky-khai-sinh/{tail}"


def test_a_draft_has_no_address_yet(client, birth):
    make_content(birth)
    page(client, "/thu-tuc/dang-ky-khai-sinh/", status=404)
    page(client, "/thu-tuc/1.001193/", status=404)


def test_versions_name_every_scope_day_and_decision(client, birth):
    enact(birth, on=date(2024, 1, 1))
    last = enact(birth, "Đăng ký khai sinh (sửa đổi)", on=date(2025, 7, 1))
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/phien-ban/")
    assert "Cả nước" in text
    assert "Có hiệu lực từ 01/01/2024" in text
    assert "Hết hiệu lực từ 01/07/2025" in text
    assert last.number in text


def test_a_typed_day_is_read_day_first_and_a_wrong_one_is_explained(client, birth):
    enact(birth)
    answer = client.get("/thu-tuc/dang-ky-khai-sinh/xem-ngay/?ngay=05/02/2026")
    assert (answer.status_code, answer.url) == (302, "/thu-tuc/dang-ky-khai-sinh/2026-02-05/")
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/xem-ngay/?ngay=31/02/2026", status=400)
    assert "Không có ngày “31/02/2026” trong lịch" in text
    page(client, "/thu-tuc/dang-ky-khai-sinh/2026-02-30/", status=404)


def test_choosing_a_place_needs_no_script(client, birth):
    enact(birth)
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE)
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province)
    answer = client.get(f"/thu-tuc/dang-ky-khai-sinh/chon-noi/?tinh={province.slug}")
    assert answer.url == f"/thu-tuc/dang-ky-khai-sinh/chon-noi/{province.slug}/"
    text = page(client, answer.url)
    assert f'href="/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/"' in text


def test_a_place_shows_its_own_fee_with_its_own_decision(client, birth):
    ministry = make_agency()
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE)
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province, hotline="0232 000 111")
    everyone = make_class()
    join_class(agency_class=everyone, agencies=[commune], on=date(2025, 7, 1))
    enact(birth, details=table(cost(amount=10000)), issuer=ministry, listed=scope_of_class(everyone))
    local = make_decision(issuer=province, number="12/QĐ-UBND", effective_from=date(2026, 1, 1))
    fee = make_content(birth, details=[cost(row=None, amount=5000)])
    effect = {"act": Act.OPEN, "content": fee, "part": ScopePart.COST, "scope": scope_of_agency(commune)}
    add_item(local, birth, effects=[effect])
    publish(local)
    text = page(client, f"/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/")
    assert "5.000 đồng" in text
    assert "10.000 đồng" not in text
    assert "12/QĐ-UBND" in text
    assert "0232 000 111" in text
    assert "10.000 đồng" in page(client, "/thu-tuc/dang-ky-khai-sinh/")


def test_a_place_that_does_not_list_the_procedure_says_so(client, birth):
    enact(birth)
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE)
    text = page(client, f"/co-quan/{commune.slug}/thu-tuc/1.001193/".replace("1.001193", "dang-ky-khai-sinh"))
    assert "không có thủ tục này. Hỏi Một cửa trước khi đi" in text
    answer = client.get(f"/co-quan/{commune.slug}/thu-tuc/1.001193/")
    assert answer.url == f"/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/"


def test_an_agency_shows_its_list_by_sector_and_who_stands_below(client, birth):
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE)
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, parent=province)
    everyone = make_class()
    join_class(agency_class=everyone, agencies=[commune], on=date(2025, 7, 1))
    enact(birth, sector="Hộ tịch", listed=scope_of_class(everyone))
    text = page(client, f"/co-quan/{commune.slug}/")
    assert "<h3>Hộ tịch" in text
    assert f'href="/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/"' in text
    above = page(client, f"/co-quan/{province.slug}/")
    assert "Xã Phong Nha" in above
    assert "Cổng chưa có danh mục thủ tục của cơ quan này" in above
    assert "Đăng ký khai sinh" in page(client, f"/co-quan/{commune.slug}/linh-vuc/ho-tich/")
    page(client, f"/co-quan/{commune.slug}/linh-vuc/dat-dai/", status=404)


def test_sectors_stand_from_a_to_y(client):
    for name in ("Đất đai", "Chứng thực", "Hộ tịch"):
        enact(make_procedure(), sector=name)
    text = page(client, "/linh-vuc/")
    assert text.index("Chứng thực") < text.index("Đất đai") < text.index("Hộ tịch")
    assert "Đăng ký khai sinh" in page(client, "/linh-vuc/dat-dai/")
    page(client, "/linh-vuc/dat-dai/tu/xyz/", status=404)
    # Where pages once were numbered.
    assert client.get("/linh-vuc/dat-dai/trang/2/").url == "/linh-vuc/dat-dai/"


def test_a_decision_lists_what_it_does_by_action(client, birth):
    enact(birth, on=LAST_YEAR)
    decision = repeal(birth, on=TODAY)
    text = page(client, f"/quyet-dinh/{decision.slug}/")
    assert "Bị bãi bỏ" in text
    assert '<a href="/thu-tuc/dang-ky-khai-sinh/">Đăng ký khai sinh</a>' in text
    assert decision.number in page(client, "/quyet-dinh/")


def test_a_draft_decision_is_not_public(client, birth):
    decision = make_decision(number="99/QĐ-BTP")
    page(client, f"/quyet-dinh/{decision.slug}/", status=404)
    assert "99/QĐ-BTP" not in page(client, "/quyet-dinh/")


def test_a_number_only_cited_has_a_page_until_its_document_comes(client, birth):
    snapshot_of(birth, decision_number="1872/QĐ-BTP")
    assert "1872/QĐ-BTP" in page(client, "/quyet-dinh/")
    text = page(client, "/quyet-dinh/1872-qd-btp/")
    assert "Chưa có văn bản." in text
    assert "Đăng ký khai sinh" in text
    page(client, "/quyet-dinh/1873-qd-btp/", status=404)


def test_a_name_alone_is_said_to_be_all_there_is(client, birth):
    enact(birth, details=[])
    text = page(client, "/thu-tuc/dang-ky-khai-sinh/")
    assert "mới chỉ có tên của thủ tục này" in text
    assert '<h2 id="giay-to">' not in text


def test_not_found_helps_on_in_vietnamese(client, settings):
    settings.PORTAL_CONTACT = settings.PORTAL_CONTACT | {"phone": "0232 1022"}
    text = page(client, "/thu-tuc/khong-co/", status=404)
    assert 'role="search"' in text
    assert "0232 1022" in text


def test_the_main_words_have_english_ones(client):
    text = page(client, "/en/")
    assert "Which procedure do you need?" in text


def test_a_part_said_to_have_no_information_has_no_heading_of_its_own(client):
    found = make_procedure()
    snapshot_of(
        found,
        "Đăng ký tạm trú",
        parts={Part.NAME: "Đăng ký tạm trú", Part.STEPS: "Nộp rồi chờ."},
        details=[Step(ordinal=1, text="Nộp rồi chờ.")],
    )
    content = found.contents.get()
    assert "Không có thông tin" not in page(client, found.get_absolute_url())
    view = load_contents([content])[content.pk]
    view.parts[Part.RELATED] = PartState(part=Part.RELATED, presence="NOT_PUBLISHED", raw_text="Không có thông tin")
    assert (view.words(Part.RELATED), view.words(Part.STEPS)) == ("", "Nộp rồi chờ.")


def test_times_that_differ_by_case_name_their_cases(client):
    found = make_procedure()
    details = [
        Case(ordinal=1, case="a", title="Không phải vận hành thử nghiệm"),
        Case(ordinal=2, case="b", title="Các trường hợp còn lại"),
        ProcessingTime(ordinal=1, case="a", reading_kind="UNIT", amount=15, unit="DAY"),
        ProcessingTime(ordinal=2, case="b", reading_kind="UNIT", amount=22, unit="WORKING_DAY"),
    ]
    enact(found, "Cấp giấy phép môi trường", details=details)
    text = page(client, found.get_absolute_url())
    assert "Không phải vận hành thử nghiệm" in text
    assert "Các trường hợp còn lại; không tính thứ Bảy" in text
