"""Facets: what counts under a value, and that every count is what choosing the value gives."""

from datetime import date
from decimal import Decimal

import pytest

from cms.models import AgencyText, Cost, ProcessingTime
from search.backends import Filters
from search.backends.sqlite import SqliteBackend
from search.document import Facts
from search.engine import search
from search.facets import KINDS, facets_of_facts
from search.sync import sync
from tests.factories import enact, make_agency, make_procedure, repeal

DAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("facts", "shortest"),
    [
        ({"times": [["1", "WORKING_DAY"]]}, 1),
        ({"times": [["8", "WORKING_HOUR"]]}, 1),
        ({"times": [["30", "MINUTE"]]}, 1),
        ({"times": [["1.5", "DAY"]]}, 3),
        ({"times": [["3", "WORKING_DAY"], ["15", "DAY"]]}, 15),
        ({"times": [["2", "WEEK"]]}, 15),
        ({"times": [["1", "MONTH"]]}, 30),
        ({"times": [["1", "YEAR"]]}, None),
        ({"times": [["1", "DAY"]], "doubtful_time": True}, None),
        ({"times": [["1", "DAY"]], "unpublished_time": True}, None),
        ({"times": [["1", "DAY"]], "time_texts": ["Trong ngày"]}, None),
        ({"bare_times": ["5"]}, None),
        ({}, None),
    ],
)
def test_a_time_counts_from_the_first_limit_it_surely_keeps(facts, shortest):
    limits = [int(value) for kind, value in facets_of_facts(Facts(**facts)) if kind == "time"]
    assert min(limits, default=None) == shortest


@pytest.mark.parametrize(
    "doubt",
    [
        {"doubtful_cost": True},
        {"costs": [["5000", "VND"]]},
        {"cost_texts": ["Theo quy định của tỉnh"]},
        {"unpublished_cost": True},
        {"free": False},
    ],
)
def test_only_what_is_wholly_and_surely_free_counts_as_free(doubt):
    assert ("cost", "FREE") in facets_of_facts(Facts(free=True))
    assert ("cost", "FREE") not in facets_of_facts(Facts(**{"free": True, **doubt}))


def test_the_district_level_of_the_past_is_no_choice():
    assert facets_of_facts(Facts(levels=["DISTRICT", "COMMUNE"])) == {("level", "COMMUNE")}


def five_days():
    return ProcessingTime(ordinal=1, reading_kind="UNIT", amount=Decimal(5), unit="WORKING_DAY")


def free():
    return Cost(ordinal=1, reading_kind="FREE")


@pytest.fixture
def catalogue(db, tmp_path):
    ministry = make_agency("Bộ Công an")
    part = make_agency("Cục Quản lý xuất nhập cảnh", "CENTRAL_UNIT", parent=ministry)
    named = AgencyText(ordinal=1, role="IMPLEMENTING", text=part.name, kind="UNIT", agency=part)
    texts = [
        ("Cấp hộ chiếu", [five_days(), named], {"levels": "CENTRAL", "applicant_types": "CITIZEN,OVERSEAS"}),
        ("Cấp giấy thông hành", [five_days(), free()], {"levels": "PROVINCE,DISTRICT", "applicant_types": "CITIZEN"}),
        ("Cấp thị thực", [free()], {"levels": "CENTRAL", "online_level": "FULL", "applicant_types": "FOREIGNER"}),
    ]
    for name, details, values in texts:
        enact(make_procedure(), name, issuer=ministry, details=details, sector="Xuất nhập cảnh", **values)
    enact(make_procedure(), "Cấp thẻ", on=date(2027, 1, 1), issuer=ministry)
    old = make_procedure()
    enact(old, "Cấp sổ", issuer=ministry, on=date(2025, 8, 1))
    repeal(old, on=date(2026, 1, 1), issuer=ministry)
    sync(tmp_path / "search.sqlite3", DAY)
    return SqliteBackend(tmp_path / "search.sqlite3")


def test_every_count_is_what_choosing_gives_with_text_or_without(catalogue):
    for typed in ("", "cap", "ho chieu"):
        for before in (Filters(audience="CITIZEN"), Filters(state=""), Filters(level="CENTRAL", online="UNKNOWN")):
            facets = search(typed, before, engine=catalogue).facets
            for kind in KINDS:
                for facet in facets[kind.name]:
                    values = {name: getattr(before, name) for name in Filters.__dataclass_fields__}
                    chosen = Filters(**values | {kind.name: facet.value})
                    # Neither text nor facet asks for nothing yet: then only choices are shown.
                    expected = 0 if not typed and chosen == Filters() else facet.count
                    assert search(typed, chosen, engine=catalogue).total == expected, (typed, kind.name, facet)


def test_a_ministry_counts_what_its_parts_do(catalogue):
    found = {facet.label: facet.count for facet in search("", engine=catalogue).facets["agency"]}
    assert found == {"Bộ Công an": 3, "Cục Quản lý xuất nhập cảnh": 1}


def test_without_text_all_under_the_filters_are_listed_by_name(catalogue):
    names = [hit.name for hit in search("", Filters(state=""), engine=catalogue).hits]
    assert names == ["Cấp giấy thông hành", "Cấp hộ chiếu", "Cấp sổ", "Cấp thẻ", "Cấp thị thực"]
    assert [hit.name for hit in search("", Filters(cost="FREE"), engine=catalogue).hits] == [
        "Cấp giấy thông hành",
        "Cấp thị thực",
    ]


def test_an_online_level_no_source_states_is_a_value_of_its_own(catalogue):
    found = {facet.value: facet.count for facet in search("", engine=catalogue).facets["online"]}
    assert found == {"UNKNOWN": 2, "FULL": 1}
