"""Headers, sheets and annexes as offices make them: what a row's level, unit and day are taken from."""

from datetime import date

import openpyxl
import pytest
import xlwt

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


SHEETS = {
    "Cấp tỉnh": [
        ["1", 1.002286, "Thuê ong", 2, 50, date(2026, 7, 1)],
        ["2", "1.004222", "Trả ong", 2.5, "Không", None],
    ],
    "Cấp xã": [["1", "1.012345", "Mượn ong", "Trong ngày", "Không", "01/8/2026"]],
    "Ghi chú": [],
}
ANNEX_OF = "(Ban hành kèm theo Quyết định số 812/QĐ-UBND ngày 05/6/2026 của Chủ tịch UBND tỉnh Bến Sông)"
TITLES = ["STT", "Mã TTHC", "Tên TTHC", "Thời hạn (ngày làm việc)", "Phí (nghìn đồng)", "Ngày hiệu lực"]


def sheet_rows(rows):
    return [["DANH MỤC THỦ TỤC HÀNH CHÍNH ĐƯỢC SỬA ĐỔI, BỔ SUNG"], [ANNEX_OF], [], TITLES, *rows]


def as_book(path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in sheet_rows(rows):
            sheet.append(row)
    book.save(path.with_suffix(".xlsx"))
    # The bytes tell what a file is, not its name.
    return path.with_suffix(".xlsx").rename(path.with_suffix(".xls"))


def as_old_book(path):
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in SHEETS.items():
        sheet = book.add_sheet(name)
        for line, row in enumerate(sheet_rows(rows)):
            for column, value in enumerate(row):
                sheet.write(line, column, value, day if isinstance(value, date) else xlwt.Style.default_style)
    book.save(path.with_suffix(".xls"))
    return path.with_suffix(".xls")


@pytest.mark.parametrize("write", [as_book, as_old_book])
def test_a_workbook_says_by_its_sheets_titles_and_cells(write, tmp_path):
    reading = read_decision([write(tmp_path / "qd")])
    items = reading.items
    assert [item.levels for item in items] == [("PROVINCE",), ("PROVINCE",), ("COMMUNE",)]
    times = [(item.values["processing_time"].text, item.values["processing_time"].raw) for item in items]
    assert times == [("2 ngày làm việc", "2"), ("2,5 ngày làm việc", "2.5"), ("Trong ngày", "")]
    assert [item.values["fees"].text for item in items] == ["50 nghìn đồng", "Không", "Không"]
    assert [item.effective_from for item in items] == [date(2026, 7, 1), None, date(2026, 8, 1)]
    assert (reading.head.number, reading.head.signed_on) == ("812/QĐ-UBND", date(2026, 6, 5))
    assert reading.head.issuer == "Chủ tịch UBND tỉnh Bến Sông"
