"""Provinces, communes and ministries: read from a dated file, written once, never guessed."""

import json
import time
from datetime import date

import pytest
from django.core.management import call_command

from cms.models import Agency, AgencyClass, AgencySuccession, ClassMembership
from cms.vocabulary import AgencyKind
from importers.ministries import issuer_of, issuers_by_mark, load_ministries
from importers.rows import UnusableFileError
from importers.units import import_units, read_units

pytestmark = pytest.mark.django_db


def unit(code, name, **values):
    kind = values.pop("kind", "Xã")
    return {"Code": code, "Name": name, "FullName": f"{kind} {name}"} | values


def province(code="22", name="Quảng Ninh", wards=(), kind="Tỉnh"):
    return unit(code, name, kind=kind, Wards=list(wards))


@pytest.fixture
def write(tmp_path):
    def write(data):
        path = tmp_path / "units.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
        return path

    return write


def run(path, *options):
    """The command's exit code."""
    try:
        call_command("import_units", str(path), *options)
    except SystemExit as stop:
        return stop.code
    return 0


SMALL = [
    province(wards=[unit("06652", "Bình Dân"), unit("06655", "Quảng Yên", kind="Phường")]),
    province("08", "Tuyên Quang", wards=[unit("02200", "Bình Dân")]),
]


def test_communes_hang_below_their_province_and_their_address_names_it(write):
    import_units(read_units(write(SMALL)))
    commune = Agency.objects.get(unit_code="02200")
    assert commune.get_parent().name == "Tỉnh Tuyên Quang"
    assert commune.slug == "xa-binh-dan-tinh-tuyen-quang"
    assert commune.valid_from == date(2025, 7, 1)
    assert Agency.objects.get(unit_code="08").valid_from is None
    assert Agency.find_problems() == ([], [], [], [], [])


def test_a_second_run_writes_nothing_and_says_so(write, capsys):
    path = write(SMALL)
    assert run(path) == 0
    rows = list(Agency.objects.order_by("path").values()), ClassMembership.objects.count()
    capsys.readouterr()
    assert run(path) == 0
    assert "không ghi gì" in capsys.readouterr().out
    assert (list(Agency.objects.order_by("path").values()), ClassMembership.objects.count()) == rows


def test_a_later_file_adds_what_is_new_to_a_province_that_is_there(write):
    import_units(read_units(write(SMALL)))
    SMALL_AND_ONE = [province(wards=[*SMALL[0]["Wards"], unit("07000", "Cô Tô", kind="Đặc khu")]), SMALL[1]]
    report = import_units(read_units(write(SMALL_AND_ONE)))
    assert (report.created, report.unchanged, report.joined) == (1, 5, 1)
    assert Agency.find_problems() == ([], [], [], [], [])


def test_a_dry_run_counts_as_a_real_run_and_leaves_no_trace(write, capsys):
    assert run(write(SMALL), "--dry-run") == 0
    assert "Đơn vị mới: 5" in capsys.readouterr().out
    assert not Agency.objects.exists()
    assert not AgencyClass.objects.exists()


def test_units_join_the_peoples_committees_of_their_level(write):
    import_units(read_units(write(SMALL)))
    members = {
        row.key: set(row.memberships.values_list("agency__unit_code", flat=True)) for row in AgencyClass.objects.all()
    }
    assert members == {"province/ubnd": {"22", "08"}, "commune/ubnd": {"06652", "06655", "02200"}}


def test_a_unit_renamed_in_the_file_is_shown_to_a_person_and_not_overwritten(write, capsys):
    import_units(read_units(write(SMALL)))
    renamed = [province(wards=[unit("06652", "Bình Dàn"), SMALL[0]["Wards"][1]]), SMALL[1]]
    assert run(write(renamed)) == 1
    assert "06652" in capsys.readouterr().err
    assert Agency.objects.get(unit_code="06652").name == "Xã Bình Dân"


def test_tone_placement_alone_is_no_other_name(write):
    import_units(read_units(write([province("38", "Thanh Hoá")])))
    assert import_units(read_units(write([province("38", "Thanh Hóa")]))).differing == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("không phải json", "dòng 1"),
        ('[\n{"Code": }]', "dòng 2"),
        ('{"Code": "01"}', "danh sách"),
        ("[]", "không có tỉnh"),
        ("[" * 100_000, "quá sâu"),
        ('[{"Code": "01"}]', "thiếu khóa “Name”, “FullName”"),
    ],
)
def test_an_unusable_file_says_where_it_broke_and_writes_nothing(write, capsys, data, words):
    path = write(data)
    with pytest.raises(UnusableFileError, match=words):
        read_units(path)
    assert run(path) == 2
    assert not Agency.objects.exists()
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_or_not_text_is_unusable(tmp_path):
    assert run(tmp_path / "absent.json") == 2
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00[")
    assert run(tmp_path / "bytes.json") == 2


def test_a_unit_with_a_missing_key_is_left_out_with_its_place_and_the_rest_is_written(write, capsys):
    broken = [province(wards=[{"Code": "1", "Name": "A"}, unit("2", "B"), "C"])]
    assert run(write(broken)) == 1
    errors = capsys.readouterr().err
    assert "xã thứ 1: thiếu khóa “FullName”" in errors
    assert "xã thứ 3" in errors
    assert set(Agency.objects.filter(kind=AgencyKind.COMMUNE).values_list("unit_code", flat=True)) == {"2"}


def test_a_code_that_stands_twice_leaves_out_both_and_a_province_takes_its_communes_along(write):
    units = read_units(write([province(wards=[unit("1", "A"), unit("1", "B")]), SMALL[1]]))
    assert len(units.refused) == 2
    assert [row.code for row in units.communes] == ["02200"]
    units = read_units(write([*SMALL, province("08", "Hà Giang", wards=[unit("3", "C")])]))
    assert [row.code for row in units.provinces] == ["22"]
    assert {row.code for row in units.communes} == {"06652", "06655"}
    assert len(units.refused) == 4


def test_a_name_or_code_that_no_column_holds_is_left_out(write):
    wards = [unit("1", "A" * 201), unit("12345678901", "B"), unit("2", "C")]
    units = read_units(write([province(wards=wards)]))
    assert [row.code for row in units.communes] == ["2"]
    assert len(units.refused) == 2


def test_a_commune_that_names_another_province_is_left_out(write):
    units = read_units(write([province(wards=[unit("1", "A", ProvinceCode="08")])]))
    assert units.communes == []
    assert "mã tỉnh 08" in units.refused[0]


def test_the_real_file_gives_34_provinces_and_3321_communes_in_seconds(shared_data):
    path = next((shared_data / "vn-units").glob("*.json"))
    began = time.monotonic()
    units = read_units(path)
    report = import_units(units)
    assert time.monotonic() - began < 15
    assert units.refused == []
    assert (len(units.provinces), len(units.communes), report.created) == (34, 3321, 3355)
    assert AgencyClass.objects.get(key="commune/ubnd").memberships.count() == 3321
    assert Agency.find_problems() == ([], [], [], [], [])
    assert not Agency.objects.filter(kind=AgencyKind.COMMUNE).exclude(name__regex="^(Xã|Phường|Đặc khu) ").exists()
    again = import_units(units)
    assert (again.created, again.joined, again.differing, again.unchanged) == (0, 0, [], 3355)


def test_ministries_of_before_and_after_march_2025_stand_side_by_side():
    assert load_ministries() == 25
    assert load_ministries() == 0
    ministries = Agency.objects.filter(kind=AgencyKind.MINISTRY)
    assert ministries.filter(valid_to=None).count() == 17
    former = ministries.get(name="Bộ Giao thông vận tải")
    assert former.valid_to == date(2025, 3, 1)
    assert former.successions.get().successor.name == "Bộ Xây dựng"
    assert {row.get_parent().kind for row in ministries} == {AgencyKind.GOVERNMENT}


def test_former_provinces_lead_to_the_one_they_became_part_of(shared_data):
    assert run(next((shared_data / "vn-units").glob("*.json"))) == 0
    rows = AgencySuccession.objects.filter(predecessor__kind=AgencyKind.PROVINCE)
    assert rows.count() == 29
    assert rows.get(predecessor__name="Tỉnh Quảng Bình").successor.name == "Tỉnh Quảng Trị"
    # 63 before: the 29 that ended and the 34 that stand.
    assert Agency.objects.filter(kind=AgencyKind.PROVINCE).count() == 63
    assert not ClassMembership.objects.filter(agency__name="Tỉnh Quảng Bình").exists()


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("2304/QĐ-BTC", "Bộ Tài chính"),
        ("3713/QD-BTP", "Bộ Tư pháp"),
        ("5230/QĐ-BCA-C06", "Bộ Công an"),
        ("3085/QĐ-BNN-TT", "Bộ Nông nghiệp và Phát triển nông thôn"),
        ("SỐ 64/QĐ-NHNN", "Ngân hàng Nhà nước Việt Nam"),
        ("3218/QĐ-UBND", None),
        ("1681", None),
        ("12/QĐ-BNNNMT", None),
        ("", None),
    ],
)
def test_a_decision_number_leads_to_the_ministry_it_names_or_to_none(number, name):
    load_ministries()
    issuer = issuer_of(number)
    assert (issuer.name if issuer else None) == name
    assert issuer_of(number, issuers_by_mark()) == issuer
