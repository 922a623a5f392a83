"""What a hit says of time and money: short, and never more certain than its source."""

from datetime import date
from decimal import Decimal

import pytest

from cms.models import AgencyText, Cost, ProcessingTime
from search.backends.sqlite import SqliteBackend
from search.document import Facts
from search.engine import search
from search.hits import highlighted, how_long, how_much
from search.parse import parse
from search.sync import sync
from tests.factories import enact, make_procedure


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"times": [["7", "WORKING_DAY"]]}, "7 ngày làm việc"),
        ({"times": [["3", "WORKING_DAY"], ["7", "WORKING_DAY"]]}, "từ 3 đến 7 ngày làm việc"),
        ({"times": [["1", "MONTH"], ["7", "WORKING_DAY"]]}, "7 ngày làm việc hoặc 1 tháng"),
        ({"bare_times": ["5"]}, "5 (nguồn không ghi ngày hay giờ)"),
        ({"doubtful_time": True}, "Chưa rõ, xem trong thủ tục"),
        ({"times": [["7", "DAY"]], "doubtful_time": True}, "7 ngày; có mức chưa rõ"),
        ({"time_texts": ["Trong ngày"]}, "Trong ngày"),
        ({}, "Cơ quan chưa công bố phần này"),
    ],
)
def test_how_long(facts, text):
    assert how_long(Facts(**facts)) == text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"free": True}, "Miễn phí"),
        ({"free": True, "doubtful_cost": True}, "Có thể phải nộp tiền, xem trong thủ tục"),
        ({"costs": [["10000", "VND"]]}, "10.000 đồng"),
        ({"costs": [["5000", "VND"], ["10000", "VND"]]}, "từ 5.000 đến 10.000 đồng"),
        ({"costs": [["10000", "VND"]], "free": True}, "10.000 đồng; có trường hợp miễn phí"),
        ({"costs": [["10000", "VND"]], "doubtful_cost": True, "free": True}, "10.000 đồng; có khoản chưa rõ"),
        ({"costs": [["10000", "VND"], ["25", "USD"]]}, "Nhiều mức, xem trong thủ tục"),
        ({"no_cost_applies": True}, "Không phải nộp"),
        ({}, "Cơ quan chưa công bố phần này"),
    ],
)
def test_how_much(facts, text):
    assert how_much(Facts(**facts)) == text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"reading_kind": "FREE", "doubts": "FREE_WITH_AMOUNT"},
        {"reading_kind": "FREE", "reading": "UNVERIFIED"},
        {"reading_kind": "FREE", "clause": "trừ trường hợp cấp lại"},
        {"reading_kind": "BRACKETED", "amount": Decimal(5000)},
        {"reading_kind": "AMOUNT", "amount": Decimal(120), "doubts": "GLUED,THOUSANDS"},
    ],
)
def test_a_doubtful_fee_beside_a_free_row_is_never_free_and_never_an_amount(tmp_path, row):
    enact(make_procedure(), details=[Cost(ordinal=1, reading_kind="FREE"), Cost(ordinal=2, **row)])
    sync(tmp_path / "search.sqlite3", date(2026, 7, 1))
    (hit,) = search("khai sinh", engine=SqliteBackend(tmp_path / "search.sqlite3")).hits
    assert hit.cost == "Có thể phải nộp tiền, xem trong thủ tục"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"reading_kind": "BARE", "amount": Decimal(120)}, "120 (nguồn không ghi ngày hay giờ)"),
        ({"reading_kind": "BARE", "amount": None}, "Chưa rõ, xem trong thủ tục"),
        ({"reading_kind": "UNIT", "amount": 5, "unit": "DAY", "reading": "UNVERIFIED"}, "Chưa rõ, xem trong thủ tục"),
        ({"reading_kind": "NOT_STATED", "text": "Không có thông tin"}, "Cơ quan chưa công bố phần này"),
    ],
)
def test_a_time_that_could_not_be_read_gets_no_unit_and_no_number(tmp_path, row, text):
    enact(make_procedure(), details=[ProcessingTime(ordinal=1, **row)])
    sync(tmp_path / "search.sqlite3", date(2026, 7, 1))
    (hit,) = search("khai sinh", engine=SqliteBackend(tmp_path / "search.sqlite3")).hits
    assert hit.time == text


@pytest.mark.django_db
def test_a_hit_says_where_how_long_how_much(tmp_path):
    details = [
        AgencyText(ordinal=1, role="IMPLEMENTING", text="Ủy ban nhân dân cấp xã", kind="PHRASE"),
        AgencyText(ordinal=2, role="ANNOUNCING", text="Bộ Tư pháp", kind="PHRASE"),
        ProcessingTime(ordinal=1, reading_kind="UNIT", amount=Decimal("1.50"), unit="DAY"),
        Cost(ordinal=1, reading_kind="AMOUNT", amount=Decimal("8000.00")),
    ]
    enact(make_procedure("1.001193"), details=details, levels="PROVINCE,COMMUNE", sector="Hộ tịch")
    sync(tmp_path / "search.sqlite3", date(2026, 7, 1))
    (hit,) = search("bo tu phap khai sinh", engine=SqliteBackend(tmp_path / "search.sqlite3")).hits
    assert (hit.where, hit.time, hit.cost) == ("Ủy ban nhân dân cấp xã", "1,5 ngày", "8.000 đồng")
    assert (hit.code, hit.sector, hit.levels) == ("1.001193", "Hộ tịch", ["Cấp xã", "Cấp tỉnh"])
    assert hit.announced_by == "Bộ Tư pháp"


def test_words_are_marked_on_the_original_text_and_nothing_is_markup():
    assert highlighted("Đăng ký <b>khai sinh</b> & khai tử", parse("khai sinh")) == (
        "Đăng ký &lt;b&gt;<mark>khai sinh</mark>&lt;/b&gt; &amp; <mark>khai</mark> tử"
    )
