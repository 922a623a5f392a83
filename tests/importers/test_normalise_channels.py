"""Submission tables taken apart. The cells are made up in the shape of real ones."""

import time
from decimal import Decimal

import pytest

from cms.vocabulary import CostDoubt, TimeReading
from importers.normalise import describes_fee, lost_parts, read_time, sums_in, take_apart_channels
from importers.normalise.channels import HEADER
from importers.normalise.conserve import join_channels
from importers.normalise.words import squeeze
from importers.rows import PartRow, Place, ProcedureRow


def rows_of(cell):
    return take_apart_channels(HEADER + cell)[0]


def only(cell):
    (row,) = rows_of(cell)
    return row


def test_a_row_is_cut_into_channel_time_fee_and_description():
    row = only("Trực tuyến7 Ngày làm việc230,000 VNĐ(đồng/lần)Nộp tại cổng.")
    assert (row.kind, row.time.kind, row.time.amount, row.time.unit) == ("ONLINE", "UNIT", 7, "WORKING_DAY")
    (head,) = row.costs
    assert (head.kind, head.amount, head.currency, head.clause, head.certain) == (
        "AMOUNT", 230000, "VND", "đồng/lần", True,
    )  # fmt: skip
    assert row.description == "Nộp tại cổng."


def test_a_channel_named_in_a_description_begins_no_row():
    cell = "Trực tiếp5 NgàyMiễn phíTrực tuyến: nộp ở cổng. Trực tiếp tại xã\nDịch vụ bưu chính\t02 Ngày làm việc"
    assert len(rows_of(cell)) == 1


def test_a_bare_number_never_gets_a_unit():
    row = only("Trực tuyến5Miễn phí")
    assert (row.time.kind, row.time.amount, row.time.unit) == (TimeReading.BARE, 5, "")


def test_a_time_glued_to_a_fee_is_cut_nowhere():
    row = only("Trực tuyến120 VNĐ(20.000đ/tờ khai)")
    head, bracketed = row.costs
    assert (row.time.kind, row.time.amount, row.time.text) == (TimeReading.BARE, None, "")
    assert (head.amount, head.text, head.doubts, head.certain) == (None, "120 VNĐ", (CostDoubt.GLUED,), False)
    assert (bracketed.amount, bracketed.certain) == (20000, False)


@pytest.mark.parametrize(
    ("fee", "doubts"),
    [
        ("Miễn phí", ()),
        ("Miễn phí(Không có.)", ()),
        ("Miễn phí((Không thu phí))", ()),
        ("Miễn phí(Không quy định)", (CostDoubt.FREE_WITH_CLAUSE,)),
        ("Miễn phí(theo quyết định của Hội đồng nhân dân)", (CostDoubt.FREE_WITH_CLAUSE,)),
        ("Miễn phí(50.000 đồng/giấy)", (CostDoubt.FREE_WITH_AMOUNT,)),
        ("Miễn phí(", (CostDoubt.UNBALANCED,)),
        ("Miễn phíLệ phí cấp giấy là 50.000 đồng.", (CostDoubt.FREE_BUT_DESCRIBED,)),
        ("20 VNĐ", (CostDoubt.THOUSANDS,)),
        ("0 VNĐ", ()),
        ("20 USD", ()),
    ],
)
def test_doubts_of_a_fee(fee, doubts):
    head = only("Trực tiếp5 Ngày" + fee).costs[0]
    assert head.doubts == doubts
    assert head.certain is not bool(doubts)


def test_sums_in_brackets_are_unverified_rows_with_their_clause():
    row = only("Trực tiếp5 NgàyMiễn phí(- Dưới 5 tấn: 50.000 đồng; - Trên 5 tấn: 1,5 triệu đồng)")
    assert [(cost.amount, cost.clause, cost.certain) for cost in row.costs[1:]] == [
        (50000, "- Dưới 5 tấn: 50.000 đồng", False),
        (1500000, "- Trên 5 tấn: 1,5 triệu đồng", False),
    ]


def test_an_open_bracket_keeps_the_rest_as_one_clause():
    row = only("Trực tiếp5 Ngày2,000,000 VNĐ(đồng (1.000 đồng)và tiếp theo")
    (head,) = row.costs
    assert (head.amount, head.clause, head.doubts) == (2000000, "đồng (1.000 đồng)và tiếp theo", ("UNBALANCED",))
    assert row.description == ""


def test_a_cell_may_hold_several_heads_each_with_its_bracket():
    row = only("Trực tiếp5 Ngày10,000 VNĐ(một)20,000 VNĐ(hai)Nộp tại xã")
    assert [(cost.amount, cost.clause) for cost in row.costs] == [(10000, "một"), (20000, "hai")]
    assert row.description == "Nộp tại xã"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("từ 5.000 đến 10.000 đồng", [(10000, "VND")]),
        ("10USD/giấy", [(10, "USD")]),
        ("20.000Đ, 30 nghìn đồng", [(20000, "VND"), (30000, "VND")]),
        ("300 000 đồng", [(300000, "VND")]),
        ("15.000.0000 đồng", []),
        ("230.000/lần", []),
        ("đồng thời 02 đồng chí", []),
        ("khoản 2 điều 5", []),
    ],
)
def test_a_sum_has_a_currency_and_readable_groups(text, found):
    assert [(one.amount, one.currency) for one in sums_in(text)] == found


def test_a_fee_is_described_only_in_one_sentence_with_its_word():
    assert describes_fee("Lệ phí: 10.000 đồng/lần")
    assert not describes_fee("Không thu lệ phí. Vốn tối thiểu 10.000.000 đồng")
    assert not describes_fee("Vốn tối thiểu 10.000.000 đồng")


@pytest.mark.parametrize(
    ("description", "doubted"),
    [
        ("Phí: Thông tư số 1/2016/TT-BTC của Bộ trưởng Bộ Tài chính", True),
        ("Các loại lệ phí được quy định tại văn bản khác", True),
        ("Nộp phí theo biểu mức của tỉnh", True),
        ("Không thu lệ phí theo Thông tư số 1/2016/TT-BTC", False),
        ("Không phải nộp phí theo quy định", False),
        ("Được miễn phí theo quy định", False),
        ("Nộp lệ phí trước. Hồ sơ theo quy định tại Thông tư khác", False),
        ("Hồ sơ theo quy định", False),
    ],
)
def test_a_free_head_whose_description_sends_to_a_fee_rule_is_doubtful(description, doubted):
    (head,) = only(f"Trực tiếp3 NgàyMiễn phí{description}").costs
    assert head.doubts == ((CostDoubt.FREE_BUT_DESCRIBED,) if doubted else ())
    assert head.certain is not doubted


@pytest.mark.parametrize(
    ("text", "kind", "amount", "unit"),
    [
        ("07 Ngày làm việc", "UNIT", 7, "WORKING_DAY"),
        ("0.5 Giờ", "UNIT", Decimal("0.5"), "HOUR"),
        ("", "NOT_STATED", None, ""),
        ("Không có thông tin", "NOT_STATED", None, ""),
        ("Không quy định", "OTHER", None, ""),
        ("10-25", "OTHER", None, ""),
        ("3", "BARE", 3, ""),
    ],
)
def test_times(text, kind, amount, unit):
    row = read_time(text)
    assert (row.kind, row.amount, row.unit, row.text) == (kind, amount, unit, text)


def test_words_that_are_no_table_stay_raw_and_are_reported():
    rows, notes = take_apart_channels("Nộp hồ sơ tại xã")
    assert rows == []
    assert [note.code for note in notes] == ["CHANNELS_UNREADABLE"]
    assert take_apart_channels("Không có thông tin") == ([], [])


def record_with(cell):
    row = ProcedureRow(Place("f"), "1.000001", "x", channels=rows_of(cell))
    row.parts["CHANNELS"] = PartRow("CHANNELS", "STATED", HEADER + cell, Place("f"))
    return row


def test_the_rows_put_together_give_the_cell_again():
    cell = "Trực tuyến120 VNĐ(a)Dịch vụ bưu chính5Miễn phí(b (c)Trực tiếpKhông có thông tin0 VNĐ()mô tả (d)"
    assert squeeze(join_channels(rows_of(cell))) == squeeze(cell)
    assert lost_parts(record_with(cell)) == []


def test_a_lost_word_is_noticed():
    row = record_with("Trực tiếp5 NgàyMiễn phí(Không)Nộp tại xã")
    row.channels[0].description = "Nộp tại"
    assert lost_parts(row) == ["CHANNELS"]
    row = record_with("Trực tiếp5 NgàyMiễn phí(Không)Nộp tại xã")
    row.channels[0].costs[0].clause = ""
    assert lost_parts(row) == ["CHANNELS"]


def test_a_long_cell_takes_time_in_proportion():
    def seconds(times):
        cell = "Trực tiếp5 Ngày10,000 VNĐ(" + "Trực tuyến 1.000.000 phí (" * times + ")"
        started = time.perf_counter()
        rows_of(cell)
        return time.perf_counter() - started

    seconds(100)
    assert seconds(8000) < 40 * max(seconds(800), 0.005)
