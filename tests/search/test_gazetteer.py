"""Places in a query: named today or formerly, they order hits and hide none."""

from datetime import date

import pytest

from cms.models import AgencyText
from cms.services import merge_agencies, scope_of_area
from cms.services.agencies import add_alias
from search import gazetteer
from search.backends.sqlite import SqliteBackend
from search.engine import search
from search.gazetteer import other_names, places_in
from search.parse import parse
from search.sync import sync
from tests.factories import enact, make_agency, make_procedure

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _no_places_of_another_test(monkeypatch):
    """Rolled-back tests give the same numbers again; a real database does not."""
    monkeypatch.setattr(gazetteer, "_read", None)


@pytest.fixture
def map_of_places():
    today = make_agency("Tỉnh Quảng Trị", "PROVINCE", short_name="Quảng Trị")
    old = make_agency("Tỉnh Quảng Bình", "PROVINCE", short_name="Quảng Bình")
    older = make_agency("Tỉnh Bình Trị Thiên", "PROVINCE", short_name="Bình Trị Thiên")
    merge_agencies(predecessors=[older], successor=old, on=date(1989, 7, 1), by=None)
    merge_agencies(predecessors=[old], successor=today, on=date(2025, 7, 1), by=None)
    commune = make_agency("Xã Phong Nha", "COMMUNE", parent=today, short_name="Phong Nha")
    add_alias(agency=today, text="Đất lửa")
    return today, old, commune


def named(text):
    return [slug for place in places_in(parse(text)) for slug in place.slugs]


@pytest.mark.parametrize(
    "typed",
    ["tỉnh Quảng Trị", "khai sinh quang tri", "đất đai Quảng Bình", "quang binh", "bình trị thiên", "đất lửa ở đâu"],
)
def test_names_of_today_of_yesterday_and_of_the_people_mean_todays_place(map_of_places, typed):
    assert named(typed) == [map_of_places[0].slug]


@pytest.mark.parametrize(("typed", "expected"), [("xa phong nha", True), ("phong nha", False), ("quảng trì", False)])
def test_a_communes_bare_name_and_contradicting_marks_name_no_place(map_of_places, typed, expected):
    assert bool(named(typed)) is expected


def test_a_place_is_not_required_and_brings_what_is_local_there_first(map_of_places, tmp_path):
    province = map_of_places[0]
    there, here = make_procedure("1.000002"), make_procedure("1.000001")
    for procedure, issuer in ((there, make_agency("Tỉnh Cà Mau", "PROVINCE")), (here, province)):
        issuer = type(issuer).objects.get(pk=issuer.pk)
        enact(procedure, "Hỗ trợ đò ngang", on=date(2025, 8, 1), issuer=issuer, scope=scope_of_area(issuer))
    sync(tmp_path / "search.sqlite3", DAY)
    engine = SqliteBackend(tmp_path / "search.sqlite3")
    for typed in ("hỗ trợ đò ngang quảng trị", "ho tro do ngang quang binh", "ho tro do ngang o dat lua"):
        assert [hit.code for hit in search(typed, engine=engine).hits] == ["1.000001", "1.000002"], typed


@pytest.mark.parametrize("place", ["quận 3", "huyện Hóc Môn", "huyen hoc mon", "thị trấn Sa Pa", "xã Vĩnh Chấp"])
def test_a_unit_nobody_has_entered_is_still_no_required_word(place, tmp_path):
    enact(make_procedure("1.000894"), "Đăng ký kết hôn", on=date(2025, 8, 1))
    sync(tmp_path / "search.sqlite3", DAY)
    found = search(f"đăng ký kết hôn {place}", engine=SqliteBackend(tmp_path / "search.sqlite3"))
    assert [hit.code for hit in found.hits] == ["1.000894"] and not found.is_loose


def test_words_after_a_kind_that_names_know_are_no_place(tmp_path):
    enact(make_procedure("1.000001"), "Cấp lại thẻ bảo hiểm xã hội một lần", on=date(2025, 8, 1))
    sync(tmp_path / "search.sqlite3", DAY)
    engine = SqliteBackend(tmp_path / "search.sqlite3")
    for typed in ("bảo hiểm xã hội một lần", "bhxh quận cấp lại thẻ"):
        ideas = search(typed, engine=engine).query.ideas
        assert not any(one.source == "place" for idea in ideas for one in idea.alternatives), typed


def test_former_names_stand_in_the_index_and_a_new_alias_is_followed(map_of_places, tmp_path):
    ministry = make_agency("Bộ Nông nghiệp và Môi trường")
    gone = make_agency("Bộ Tài nguyên và Môi trường")
    merge_agencies(predecessors=[gone], successor=ministry, on=date(2025, 3, 1), by=None)
    row = AgencyText(ordinal=1, role="COMPETENT", text="Bộ NNMT", kind="UNIT", agency=ministry)
    enact(make_procedure("1.000001"), "Cấp phép đo đạc", on=date(2025, 8, 1), details=[row], issuer=ministry)
    engine = SqliteBackend(tmp_path / "search.sqlite3")
    sync(engine.path, DAY)
    assert [hit.code for hit in search("do dac bo tai nguyen moi truong", engine=engine).hits] == ["1.000001"]
    assert sync(engine.path, DAY).rebuilt is False
    add_alias(agency=ministry, text="Bộ Ruộng Vườn")
    assert sync(engine.path, DAY).rebuilt is True
    assert search("đo đạc ruộng vườn", engine=engine).total == 1


def test_a_ring_of_successions_ends():
    first, second = make_agency("Sở A", "DEPARTMENT"), make_agency("Sở B", "DEPARTMENT")
    for old, new in ((first, second), (second, first)):
        merge_agencies(predecessors=[old], successor=new, on=date(2025, 7, 1), by=None)
    assert other_names() == {first.pk: ["Sở B"], second.pk: ["Sở A"]}
