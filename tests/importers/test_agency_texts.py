"""What a text in an agency field names: a unit, a class of units, or only a phrase."""

import json
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.calendar import today
from cms.models import Agency, AgencyAlias, AgencyClass, ClassMembership
from cms.services.agencies import add_agency
from cms.vocabulary import AgencyKind, AgencyTextKind
from importers.agency_names import is_empty, read_name, split_agencies
from importers.agency_texts import AgencyTexts
from importers.ministries import load_former_provinces, load_ministries
from importers.units import UnitRow, UnitsFile, import_units, read_units

UNITS = UnitsFile(
    provinces=[
        UnitRow("01", "Thành phố Hà Nội", "Hà Nội", "", ""),
        UnitRow("79", "Thành phố Hồ Chí Minh", "Hồ Chí Minh", "", ""),
        UnitRow("44", "Tỉnh Quảng Trị", "Quảng Trị", "", ""),
        UnitRow("40", "Tỉnh Nghệ An", "Nghệ An", "", ""),
        UnitRow("56", "Tỉnh Khánh Hoà", "Khánh Hoà", "", ""),
    ],
    communes=[
        UnitRow("00004", "Phường Ba Đình", "Ba Đình", "01", ""),
        UnitRow("1", "Xã Đông Hà", "Đông Hà", "44", ""),
        UnitRow("2", "Xã Đông Hà", "Đông Hà", "40", ""),
    ],
)


@pytest.fixture
def agencies(db):
    load_ministries()
    import_units(UNITS)
    load_former_provinces()
    return AgencyTexts()


def read(agencies, text):
    """The agency's or class's place in words, or the phrase's text."""
    agencies.ensure([text])
    found = agencies.resolve(text)
    if found.kind == AgencyTextKind.UNIT:
        parent = found.agency.get_parent()
        return f"{found.agency.name} < {parent.name if parent else ''}"
    return found.agency_class.key if found.kind == AgencyTextKind.CLASS else ""


UNIT_TEXTS = [
    ("Bộ Công an", "Bộ Công an < Chính phủ"),
    ("BỘ CÔNG THƯƠNG", "Bộ Công Thương < Chính phủ"),
    ("Bộ xây dựng (Giao thông vận tải cũ)", "Bộ Xây dựng < Chính phủ"),
    ("Bộ NN và MT", "Bộ Nông nghiệp và Môi trường < Chính phủ"),
    ("Cục Thuế - Bộ tài chính", "Cục Thuế < Bộ Tài chính"),
    ("Chi cục Thuế doanh nghiệp lớn - Cục Thuế", "Chi cục Thuế doanh nghiệp lớn < Cục Thuế"),
    ("Cục y tế-Bộ Công an", "Cục y tế < Bộ Công an"),
    ("Cục Tác chiến/Bộ Tổng Tham mưu", "Cục Tác chiến < Bộ Tổng Tham mưu"),
    ("Cục Dân quân tự vệ thuộc Bộ Tổng Tham mưu", "Cục Dân quân tự vệ < Bộ Tổng Tham mưu"),
    ("Cục Kinh tế - Quản lý đầu tư xây dựng", "Cục Kinh tế - Quản lý đầu tư xây dựng < Bộ Xây dựng"),
    (
        "Cục Đo đạc, Bản đồ và Thông tin địa lý VN- Bộ NN và MT",
        "Cục Đo đạc, Bản đồ và Thông tin địa lý Việt Nam < Bộ Nông nghiệp và Môi trường",
    ),
    ("Cảng vụ hàng không miền Bắc", "Cảng vụ hàng không miền Bắc < Cục Hàng không Việt Nam"),
    ("Cảng vụ Hàng hải Nghệ An", "Cảng vụ Hàng hải Nghệ An < Cục Hàng hải và Đường thủy Việt Nam"),
    ("Chi cục Kiểm dịch thực vật vùng IX", "Chi cục Kiểm dịch thực vật vùng IX < Cục Trồng trọt và Bảo vệ thực vật"),
    ("Thanh tra Bộ Quốc phòng", "Thanh tra Bộ Quốc phòng < Bộ Quốc phòng"),
    ("Sở Tư pháp Thành phố Hà Nội", "Sở Tư pháp thành phố Hà Nội < Thành phố Hà Nội"),
    ("Sở Tài chính TP.Hồ Chí Minh", "Sở Tài chính thành phố Hồ Chí Minh < Thành phố Hồ Chí Minh"),
    ("Sở Giao thông công chánh - TP.HCM", "Sở Giao thông công chánh thành phố Hồ Chí Minh < Thành phố Hồ Chí Minh"),
    ("Sở Tài chính - tỉnh Khánh Hòa", "Sở Tài chính tỉnh Khánh Hoà < Tỉnh Khánh Hoà"),
    ("Công an tỉnh Quảng Bình", "Công an tỉnh Quảng Bình < Tỉnh Quảng Bình"),
    ("Ủy ban nhân dân tỉnh Quảng Trị", "Tỉnh Quảng Trị < "),
    ("UBND TP. Hà Nội", "Thành phố Hà Nội < "),
    ("UBND xã Đông Hà, tỉnh Nghệ An", "Xã Đông Hà < Tỉnh Nghệ An"),
]
CLASS_TEXTS = [
    ("Ủy ban nhân dân cấp xã", "commune/ubnd"),
    ("UBND cấp  xã", "commune/ubnd"),
    ("Uỷ ban Nhân dân cấp xã, phường, thị trấn", "commune/ubnd"),
    ("Ủy ban Nhân dân\xa0xã,\xa0phường,\xa0thị trấn.", "commune/ubnd"),
    ("UBND xã, phường, đặc khu", "commune/ubnd"),
    ("Ủy ban nhân dân tỉnh và thành phố trực thuộc Trung ương", "province/ubnd"),
    ("UBND tỉnh, thành phố", "province/ubnd"),
    ("UBND cấp huyện", "district/ubnd"),
    ("UBND cấp xã - tỉnh Quảng Trị", "commune/ubnd@44"),
    ("Công an cấp Xã", "commune/cong-an"),
    ("Công An Tỉnh", "province/cong-an"),
    ("Hội đồng nhân dân tỉnh", "province/hdnd"),
    ("Thuế tỉnh, thành phố", "province/thue"),
    ("Sở Tư Pháp", "province/so-tu-phap"),
    ("Sở Tài chính các tỉnh, thành phố", "province/so-tai-chinh"),
    ("Sở Văn hóa, Thể thao", "province/so-van-hoa-the-thao"),
    ("Văn phòng Sở Xây dựng", "province/van-phong-so-xay-dung"),
    ("Chi cục Kiểm lâm", "province/chi-cuc-kiem-lam"),
    ("Phòng Xuất nhập cảnh", "province/phong-quan-li-xuat-nhap-canh"),
    ("Chi cục Hải quan khu vực", "other/chi-cuc-hai-quan-khu-vuc"),
    ("Cảng vụ hàng hải", "other/cang-vu-hang-hai"),
    ("Thuế cơ sở", "other/thue-co-so"),
]
PHRASES = [
    "Chủ tịch UBND cấp xã",
    "Giám đốc Sở Tư pháp",
    "Cục Trưởng Cục Xe máy-Vận tải/Tổng cục Hậu cần-Kỹ thuật",
    "Bộ trưởng Bộ Quốc phòng",
    "Bộ trưởng",
    "Thủ tướng Chính phủ",
    "Cơ quan chức năng do Ủy ban nhân dân cấp tỉnh chỉ định",
    "Bộ, cơ quan ngang Bộ, cơ quan thuộc Chính phủ",
    "UBND cấp tỉnh hoặc cơ quan có thẩm quyền",
    "Ủy ban nhân dân cấp xã, cơ sở y tế địa phương",
    "Bộ phận Một cửa Sở Xây dựng",
    "Hải quan khu vực/ hải quan cửa khẩu",
    "Ban quản lý",
    "Công an",
    "Sở",
    "Đơn vị quản lý vận hành nhà ở",
    "Đối với bản sao có từ 02 trang trở lên",
    "Thanh tra Bộ",
    "Vụ Pháp chế",
    "Vụ Pháp chế - Bộ Không Có Thật",
    "UBND xã Đông Hà",
    "Xã Đông Hà",
    "UBND xã Không Có, tỉnh Nghệ An",
    "Công an xã Đông Hà tỉnh Nghệ An",
    "Sở Tài chính tỉnh Không Có",
    "Chi cục Không Biết vùng 3",
    "Hà Nội",
    "Không có thông tin",
    "",
    " \n ",
    "Sở " + "rất dài " * 60,
]


def test_a_text_that_names_one_body_is_that_unit(agencies):
    assert {text: read(agencies, text) for text, _ in UNIT_TEXTS} == dict(UNIT_TEXTS)


def test_a_text_that_names_a_kind_of_body_is_a_class(agencies):
    assert {text: read(agencies, text) for text, _ in CLASS_TEXTS} == dict(CLASS_TEXTS)


def test_a_post_a_description_or_anything_uncertain_stays_a_phrase(agencies):
    before = Agency.objects.count(), AgencyClass.objects.count()
    assert {text: read(agencies, text) for text in PHRASES} == dict.fromkeys(PHRASES, "")
    assert (Agency.objects.count(), AgencyClass.objects.count()) == before


def test_no_class_or_phrase_becomes_a_unit(agencies):
    before = Agency.objects.count()
    made = agencies.ensure([text for text, _ in CLASS_TEXTS] + PHRASES)
    assert made["units"] == 0
    assert Agency.objects.count() == before


def test_ensure_creates_once_and_the_commonest_spelling_becomes_the_name(agencies):
    texts = ["cục quản lý giá - Bộ Tài chính", *["Cục Quản lý giá - Bộ tài chính"] * 2, "Công An tỉnh", "Công an tỉnh"]
    texts.append("Công an tỉnh")
    made = agencies.ensure(texts)
    assert (made["units"], made["classes"]) == (1, 1)
    unit = Agency.objects.get(name="Cục Quản lý giá")
    assert unit.kind == AgencyKind.CENTRAL_UNIT
    assert set(unit.aliases.values_list("text", flat=True)) == set(texts[:2])
    assert AgencyClass.objects.get(key="province/cong-an").name == "Công an cấp tỉnh"
    assert AgencyTexts().ensure(texts) == {"units": 0, "classes": 0, "aliases": 0, "memberships": 0}
    assert Agency.find_problems() == ([], [], [], [], [])


def test_a_bare_name_that_parts_of_two_ministries_may_bear_is_not_taken_for_the_one_known(agencies):
    agencies.ensure(["Vụ Pháp chế - Bộ Tài chính"])
    assert agencies.resolve("Vụ Pháp chế - Bộ tài chính").agency.name == "Vụ Pháp chế"
    assert AgencyTexts().resolve("Vụ Pháp chế").kind == AgencyTextKind.PHRASE


def test_a_spelling_that_an_editor_adds_is_understood(agencies):
    AgencyAlias.objects.create(
        agency=Agency.objects.get(name="Bộ Tài chính"), text="Ngành Tài chính", match_key="nganh tai chinh"
    )
    assert AgencyTexts().resolve("Ngành tài chính").agency.name == "Bộ Tài chính"


def test_a_class_is_resolved_at_the_places_of_its_level_and_at_known_departments(agencies):
    agencies.ensure(["Sở Tư pháp", "Công an cấp xã", "Sở Tư pháp Thành phố Hà Nội", "UBND cấp xã - tỉnh Quảng Trị"])

    def members(key):
        rows = ClassMembership.objects.standing().filter(agency_class__key=key)
        return sorted(rows.values_list("agency__name", flat=True))

    provinces = sorted(row.name for row in UNITS.provinces)
    assert members("province/so-tu-phap") == sorted([*provinces, "Sở Tư pháp thành phố Hà Nội"])
    assert members("commune/cong-an") == ["Phường Ba Đình", "Xã Đông Hà", "Xã Đông Hà"]
    assert members("commune/ubnd@44") == ["Xã Đông Hà"]


def test_members_join_a_class_from_the_day_they_stand_and_those_that_have_ended_do_not(agencies):
    now, july, model = today(), date(2026, 7, 1), date(2025, 7, 1)
    commune = Agency.objects.get(name="Phường Ba Đình")
    Agency.objects.filter(pk=commune.pk).update(valid_from=july)
    days = {"Đã hết": (None, now), "Hết từ lâu": (None, model), "Sắp hết": (None, now + timedelta(days=9))}
    for name, (start, end) in days.items():
        add_agency(name=name, kind=AgencyKind.COMMUNE, valid_from=start, valid_to=end)
    AgencyTexts().ensure(["Công an cấp xã"])
    rows = ClassMembership.objects.standing().filter(agency_class__key="commune/cong-an")
    joined = dict(rows.values_list("agency__name", "holds_from"))
    assert joined == {"Phường Ba Đình": july, "Xã Đông Hà": model, "Sắp hết": model}
    # The merger's end of a membership is not undone when another class makes all classes be looked at again.
    rows.filter(agency__name="Sắp hết").update(withdrawn_at=timezone.now())
    ending = Agency.objects.get(name="Sắp hết")
    row = AgencyClass.objects.get(key="commune/cong-an")
    ClassMembership.objects.create(
        agency_class=row, agency=ending, holds_from=model, valid_to=ending.valid_to, recorded_at=timezone.now()
    )
    AgencyTexts().ensure(["Trạm y tế cấp xã"])
    assert rows.get(agency=ending).valid_to == ending.valid_to


def test_a_class_that_ended_before_the_two_level_model_has_no_members(agencies):
    agencies.ensure(["Sở Giao thông vận tải", "UBND cấp huyện", "Cục Hải quan tỉnh, thành phố"])
    assert AgencyClass.objects.filter(memberships=None).count() == 3


def test_long_class_names_that_begin_alike_stay_two_classes(agencies):
    begin = "Ban quản lý khu công nghiệp, khu kinh tế, khu chế xuất, khu công nghệ cao, khu nông nghiệp công nghệ cao"
    made = agencies.ensure([f"{begin} các tỉnh, thành phố", f"{begin} và cửa khẩu các tỉnh, thành phố"])
    assert made["classes"] == 2


def test_resolving_asks_the_database_nothing(agencies, django_assert_num_queries):
    texts = [text for text, _ in UNIT_TEXTS + CLASS_TEXTS] + PHRASES
    agencies.ensure(texts)
    with django_assert_num_queries(0):
        for text in texts:
            agencies.resolve(text)


def test_without_ensure_the_kind_is_known_and_nothing_is_written(agencies):
    found = agencies.resolve("Cục Thuế - Bộ Tài chính")
    assert (found.kind, found.agency) == (AgencyTextKind.UNIT, None)
    assert agencies.count_kinds(["Sở Tư pháp", "Sở Tư Pháp", "Bộ Công an", "Bộ trưởng", "", "Không có thông tin"]) == {
        AgencyTextKind.UNIT: (1, 1),
        AgencyTextKind.CLASS: (2, 2),
        AgencyTextKind.PHRASE: (1, 1),
    }


@pytest.mark.parametrize(
    "names",
    [
        ["Bộ Văn hóa, Thể thao và Du lịch", "Bộ Xây dựng"],
        ["Thuế tỉnh, thành phố", "Thuế cơ sở", "Cục Thuế - Bộ tài chính"],
        ["Cục cảnh sát quản lý hành chính về trật tự, xã hội", "Công an tỉnh"],
        ["Uỷ ban Nhân dân cấp xã, phường, thị trấn", "Sở Xây dựng"],
        ["Cục Quản lý Đê điều và Phòng, Chống thiên tai - Bộ NN và MT", "Cục Đo đạc, Bản đồ và Thông tin địa lý VN"],
        ["Ban quản lý khu công nghiệp, khu kinh tế, khu chế xuất các tỉnh, thành phố", "Sở Tài chính"],
        ["Quốc Hội", "Thủ tướng Chính phủ", "Bộ trưởng"],
        ["Chủ tịch UBND cấp xã", "Cơ quan quản lý đất đai cấp xã"],
        ["Hội đồng nhân dân cấp tỉnh", "Bộ, Cơ quan ngang Bộ"],
        ["Bộ, cơ quan ngang Bộ, cơ quan thuộc Chính phủ"],
        ["Ủy ban nhân dân cấp xã, cơ sở y tế địa phương"],
        ["UBND xã Đông Hà, tỉnh Nghệ An"],
    ],
)
def test_a_list_is_cut_between_names_and_never_inside_one(names):
    assert split_agencies(", ".join(names)) == names


def test_lines_are_agencies_whatever_commas_they_hold():
    assert split_agencies("Sở Tư pháp, Sở Nội vụ\n\n Bộ Công an ") == ["Sở Tư pháp, Sở Nội vụ", "Bộ Công an"]
    assert split_agencies("") == split_agencies(" , ;") == []


def test_a_name_known_beforehand_is_not_cut():
    text = "Trung tâm Thông tin, Văn phòng và Thư viện, Bộ Công an"
    assert split_agencies(text)[0] == "Trung tâm Thông tin"
    assert split_agencies(text, ["Trung tâm Thông tin, Văn phòng và Thư viện"])[1] == "Bộ Công an"


def test_hostile_texts_are_read_in_no_time():
    began = time.monotonic()
    for text in ("Bộ - " * 20_000, "Sở, " * 20_000, "Cục (cũ) " * 20_000, "(" * 100_000, "tỉnh, thành phố " * 10_000):
        read_name(text)
        split_agencies(text)
    assert time.monotonic() - began < 10


@pytest.fixture(scope="module")
def real_texts():
    """All agency texts of the national and Defence records, cut into single agencies."""

    def gather(shared_data):
        texts = []
        for folder in ("dvcqg-ministries", "bqp-structured"):
            for line in (shared_data / folder / "procedures.jsonl").read_text("utf-8").splitlines():
                record = json.loads(line)
                fields = record | record.get("content", {}) | record.get("metadata", {})
                cells = [value for key, value in fields.items() if key.startswith(("co_quan_", "cơ_quan_")) and value]
                texts += [text for cell in cells for text in split_agencies(cell)]
        return texts

    return gather


def test_the_real_texts_fall_into_three_kinds_and_nothing_is_lost(agencies, shared_data, real_texts):
    texts = [text for text in real_texts(shared_data) if not is_empty(text)]
    counts = agencies.count_kinds(texts)
    assert sum(number for number, _ in counts.values()) == len(texts)
    # data/README.md: classes and bare "Sở" in 454 + 174 records, posts in 84; many cells name several.
    assert counts[AgencyTextKind.CLASS][0] >= 454
    assert counts[AgencyTextKind.UNIT][0] > counts[AgencyTextKind.PHRASE][0] > 84
    agencies.ensure(texts)
    unresolved = [
        text
        for text in set(texts)
        for found in [agencies.resolve(text)]
        if found.kind != AgencyTextKind.PHRASE and not (found.agency or found.agency_class)
    ]
    assert unresolved == []
    assert sum(agencies.ensure(texts).values()) == 0
    assert agencies.count_kinds(texts) == counts
    assert Agency.find_problems() == ([], [], [], [], [])


def test_no_real_phrase_names_a_ministry_and_no_real_post_is_a_unit(agencies, shared_data, real_texts):
    kinds = {text: agencies.resolve(text).kind for text in Counter(real_texts(shared_data))}
    posts = ("chủ tịch", "giám đốc", "bộ trưởng", "thủ tướng", "lãnh đạo", "người đứng đầu")
    for text, kind in kinds.items():
        if text.lower().startswith(posts):
            assert kind == AgencyTextKind.PHRASE, text
        if text.lower().startswith(("cơ quan", "các ", "tổ chức", "đơn vị")):
            assert kind == AgencyTextKind.PHRASE, text


def test_the_table_counts_every_agency_cell_of_the_files(agencies, tmp_path, capsys):
    path = tmp_path / "records.jsonl"
    record = {"co_quan_thuc_hien": "Thuế tỉnh, thành phố, Bộ Công an", "content": {"cơ_quan_phối_hợp": "Bộ trưởng"}}
    path.write_text(json.dumps(record) + "\n", "utf-8")
    call_command("agency_texts_table", str(path), "--list")
    printed = capsys.readouterr().out
    assert "| all | 1 (1) | 1 (1) | 1 (1) |" in printed
    assert "PHRASE\tBộ trưởng" in printed
    path.write_text("hỏng", "utf-8")
    with pytest.raises(SystemExit) as stop:
        call_command("agency_texts_table", str(path))
    assert stop.value.code == 2


def test_the_table_in_the_docs_is_what_the_command_prints(agencies, shared_data, capsys):
    import_units(read_units(next((shared_data / "vn-units").glob("*.json"))))
    ministries = shared_data / "dvcqg-ministries"
    paths = [ministries / "procedures.jsonl", shared_data / "bqp-structured" / "procedures.jsonl"]
    paths += sorted((ministries / "xlsx-catalogues").glob("*.xlsx"))
    call_command("agency_texts_table", *map(str, paths))
    docs = (Path(__file__).parents[2] / "docs" / "agencies.md").read_text("utf-8")
    for line in capsys.readouterr().out.splitlines():
        assert line in docs
