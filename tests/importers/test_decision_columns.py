"""Headers as provinces print them, and what a row's level is taken from."""

import pytest

from importers.decisions.columns import name_of
from importers.decisions.reading import read_decision
from tests.importers.decision_files import LAW, Described, H, as_csv, as_docx, top


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("Tên thủ tục hành chính (Mã số TTHC)", "name"),
        ("Mã số/Tên TTHC", "name"),
        ("Tên TTHC bị thay thế (mã số)", "old_name"),
        ("Địa điểm tiếp nhận và trả kết quả", "place"),
        ("Bộ phận tiếp nhận và trả kết quả", "place"),
        ("Cơ quan tiếp nhận và trả kết quả", "agency"),
        ("Tiếp nhận và trả kết quả qua BCCI (Có/Không)", "post_both"),
        ("Trả kết quả (x)", "post_return"),
        ("DVC trực tuyến toàn trình/một phần", "online_level"),
        ("Mức độ cung cấp DVCTT", "online_level"),
        ("Thời gian giải quyết sau khi cắt giảm", "processing_time_cut"),
        ("Số ngày cắt giảm", ""),
        ("Thời gian đã cắt giảm", ""),
        ("Nội dung sửa đổi, bổ sung", "note"),
        ("Tên VBQPPL quy định nội dung sửa đổi, bổ sung", "legal_bases"),
        ("UBND cấp xã (x)", "level_commune"),
    ],
)
def test_a_title_names_its_column(title, column):
    assert name_of(title) == column


HEADER = [
    ["Số TT", "Tên thủ tục (Mã số)", "Cấp thực hiện", H, "Thời gian giải quyết", "Qua BCCI", "Căn cứ"],
    ["", "", "Tỉnh", "Xã", "", "", ""],
]
ROWS = [
    ["1", "Trợ cấp nuôi ong (1.001776)", "", "✓", "10 ngày", "Có", LAW],
    ["2", "Nhận ong đi lạc (1.001739)", "", "✓", "02 ngày", "Không", LAW],
    # A page that repeats the upper row of the header only.
    HEADER[0],
    ["3", "Chuyển trại ong (2.000282)", "✓", "✓", "17 ngày", "Có", LAW],
]
TITLE = "công bố danh mục thủ tục hành chính chuẩn hóa thuộc thẩm quyền giải quyết của Sở Y tế, UBND cấp xã"


@pytest.mark.parametrize("write", [as_docx, as_csv])
def test_levels_stand_under_their_own_bare_names(write, tmp_path):
    described = Described("cấp", [*top(977, "ngày 02 tháng 3 năm 2026", TITLE), "DANH MỤC", HEADER + ROWS], [])
    items = read_decision([write(described, tmp_path / f"qd.{write.__name__[3:]}")]).items
    assert [item.levels for item in items] == [("COMMUNE",), ("COMMUNE",), ("PROVINCE", "COMMUNE")]
    assert [item.code for item in items] == ["1.001776", "1.001739", "2.000282"]
    assert [item.name for item in items] == ["Trợ cấp nuôi ong", "Nhận ong đi lạc", "Chuyển trại ong"]
    assert [item.values["post_receive"].text for item in items] == ["x", "", "x"]


def listed(tmp_path, title, agencies):
    rows = [["STT", "Tên TTHC", "Thời hạn", "Cơ quan thực hiện"]]
    rows += [[str(at), f"Việc thứ {at} của ong", "5 ngày", agency] for at, agency in enumerate(agencies, 1)]
    described = Described("cấp", [*top(978, "ngày 02 tháng 3 năm 2026", title), "DANH MỤC", rows], [])
    return read_decision([as_docx(described, tmp_path / "qd.docx")])


def test_a_title_of_several_levels_says_none_of_a_row_but_who_does_it_may(tmp_path):
    items = listed(tmp_path, TITLE, ["Sở Y tế", "UBND phường", "Trạm y tế"]).items
    assert [item.levels for item in items] == [("PROVINCE",), ("COMMUNE",), ()]
    assert [[problem.code for problem in item.problems] for item in items] == [[], [], ["NO_LEVEL"]]


def test_a_title_of_one_level_holds_for_every_row(tmp_path):
    title = "công bố danh mục thủ tục hành chính chuẩn hóa thực hiện tại cấp xã"
    assert [item.levels for item in listed(tmp_path, title, ["Trạm y tế"]).items] == [("COMMUNE",)]


def test_the_first_article_s_counts_by_kind_are_a_check(tmp_path):
    title = "02 thủ tục hành chính mới ban hành, 01 thủ tục hành chính bị bãi bỏ cấp xã"
    rows = [["STT", "Tên TTHC", "Thời hạn", "Căn cứ"], ["I", "Thủ tục hành chính mới ban hành", H, H]]
    rows += [["1", "Mở trại ong", "5 ngày", LAW], ["II", "Thủ tục hành chính bị bãi bỏ", H, H]]
    rows += [["1", "Đóng trại ong", "5 ngày", LAW]]
    described = Described("đếm", [*top(979, "ngày 02 tháng 3 năm 2026", title), "DANH MỤC", rows], [])
    reading = read_decision([as_docx(described, tmp_path / "qd.docx")])
    assert set(reading.counts.values()) == {(2, 1), (1, 1)}
    assert ["mới ban hành" in problem.message for problem in reading.problems if problem.code == "COUNT"] == [True]
