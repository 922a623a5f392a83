"""Former and popular names of places: read from a dated file, written once, and found by."""

from datetime import date

import pytest
from django.core.management import call_command

from cms.models import Agency, AgencyAlias, AgencySuccession, Change
from importers.unit_changes import COLUMNS
from tests.factories import make_agency

pytestmark = pytest.mark.django_db

HEADER = ",".join(COLUMNS)
GOOD = [
    "Huyện Hóc Môn,huyen,Thành phố Hồ Chí Minh,,01/07/2025,Nghị quyết 203/2025/QH15",
    'Xã Tân Hiệp,xa,"Huyện Hóc Môn, TP. Hồ Chí Minh",26737,2025-07-01,Nghị quyết 1685/NQ-UBTVQH15',
    'Xã Đông Thạnh,xa,"Huyện Hóc Môn, TP. Hồ Chí Minh",26737;26740,01/07/2025,Nghị quyết 1685/NQ-UBTVQH15',
    "Sài Gòn,ten-goi,,79,,",
]


@pytest.fixture
def city():
    city = make_agency("Thành phố Hồ Chí Minh", "PROVINCE", short_name="Hồ Chí Minh", unit_code="79")
    for name, code in (("Xã Đông Thạnh", "26737"), ("Xã Bà Điểm", "26740")):
        make_agency(name, "COMMUNE", parent=city, unit_code=code, valid_from=date(2025, 7, 1))
    return city


@pytest.fixture
def run(tmp_path, capsys):
    def run(*lines, header=HEADER, options=(), encoding="utf-8-sig"):
        path = tmp_path / "doi-ten.csv"
        path.write_text("\n".join([header, *lines]), encoding)
        code = 0
        try:
            call_command("import_unit_changes", str(path), *options)
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_former_units_stand_below_their_parents_ended_with_their_successors(city, run):
    code, said = run(*GOOD)
    assert (code, "Đơn vị cũ mới ghi: 3; lượt sáp nhập: 3; tên quen gọi: 1" in said) == (0, True), said
    old = Agency.objects.get(name="Xã Đông Thạnh", unit_code=None)
    assert old.get_parent().name == "Huyện Hóc Môn" and old.get_parent().get_parent() == city
    assert old.valid_to == date(2025, 7, 1)
    assert sorted(row.successor.unit_code for row in old.successions.all()) == ["26737", "26740"]
    assert old.successions.first().source == "Nghị quyết 1685/NQ-UBTVQH15"
    # The commune of today that bears the same name is another, and stands.
    assert Agency.objects.get(unit_code="26737").valid_to is None
    assert AgencyAlias.objects.get(agency=city).text == "Sài Gòn"
    assert Agency.find_problems() == ([], [], [], [], [])


def counts():
    return [model.objects.count() for model in (Agency, AgencySuccession, AgencyAlias, Change)]


def test_a_second_run_and_a_trial_run_write_nothing(city, run):
    before = counts()
    assert "Chạy thử" in run(*GOOD, options=["--dry-run"])[1]
    assert counts() == before
    run(*GOOD)
    before = counts()
    code, said = run(*GOOD)
    assert (code, counts()) == (0, before)
    assert "đã có: 4" in said


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",huyen,Thành phố Hồ Chí Minh,,01/07/2025,NQ 1", "ten_cu"),
        ("Quận 3,quan,Thành phố Hồ Chí Minh,26740,01/07/2025,NQ 1", "loai"),
        ("Quận 3,huyen,,26740,01/07/2025,NQ 1", "thuoc"),
        ("Quận 3,huyen,Tỉnh Không Có,26740,01/07/2025,NQ 1", "thuoc"),
        ('Xã A,xa,"Huyện Lạ, TP. Hồ Chí Minh",26740,01/07/2025,NQ 1', "thuoc"),
        ("Xã A,xa,TP. Hồ Chí Minh,99999,01/07/2025,NQ 1", "nay_la"),
        ("Xã A,xa,TP. Hồ Chí Minh,,01/07/2025,NQ 1", "nay_la"),
        ("Quận 3,huyen,TP. Hồ Chí Minh,26740,31/02/2025,NQ 1", "ngay"),
        ("Quận 3,huyen,TP. Hồ Chí Minh,26740,,NQ 1", "ngay"),
        ("Quận 3,huyen,TP. Hồ Chí Minh,26740,01/07/2025,", "van_ban"),
    ],
)
def test_a_bad_line_is_named_with_its_column_and_the_others_go_in(city, run, line, column):
    code, said = run(line, GOOD[3])
    assert code == 1
    assert "Bỏ qua: Dòng 2" in said and f"cột {column}" in said
    assert AgencyAlias.objects.count() == 1 and AgencySuccession.objects.count() == 0


def test_a_unit_held_with_another_day_is_left_as_it_is(city, run):
    run(*GOOD)
    code, said = run(GOOD[0].replace("01/07/2025", "01/01/2024"))
    assert code == 1 and "Giữ nguyên, cần người xem" in said
    assert Agency.objects.get(name="Huyện Hóc Môn").valid_to == date(2025, 7, 1)


@pytest.mark.parametrize("given", [{"header": "a,b"}, {"encoding": "utf-16"}, {"header": ""}])
def test_an_unusable_file_writes_nothing(city, run, given):
    before = counts()
    code, said = run(*GOOD, **given)
    assert (code, counts()) == (2, before)
    assert "Chưa ghi gì" in said


def test_semicolons_as_spreadsheets_here_write_them_are_read(city, run):
    code, said = run("Sài Gòn;ten-goi;;79;;", header=";".join(COLUMNS))
    assert code == 0 and AgencyAlias.objects.count() == 1, said


def test_a_former_province_goes_before_the_one_that_stands_under_its_name(city, run):
    former = make_agency("Tỉnh Lâm Đồng", "PROVINCE", valid_to=date(2025, 7, 1))
    make_agency("Tỉnh Lâm Đồng", "PROVINCE", unit_code="68", valid_from=date(2025, 7, 1))
    code, said = run("Huyện Di Linh,huyen,Tỉnh Lâm Đồng,,01/07/2025,Nghị quyết 202/2025/QH15")
    assert code == 0, said
    assert Agency.objects.get(name="Huyện Di Linh").get_parent() == former
