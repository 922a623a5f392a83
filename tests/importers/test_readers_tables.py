"""Catalogues as tables: where the header stands, how columns are found, and what a cell can't be trusted with."""

import pytest
from openpyxl import Workbook

from importers.readers import read
from importers.rows import UnusableFileError

HEADER = ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"]


def save(path, rows, merge=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    book.active.title = "Danh mục"
    book.save(path)
    return path


def test_the_header_need_not_be_first_and_columns_need_no_order(tmp_path):
    rows = [
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [],
        ["Lĩnh vực", "STT", "TÊN  TTHC", "Mã TTHC"],
        ["Hộ tịch", 1, " Khai sinh ", "1.000001"],
    ]
    (row,) = read(save(tmp_path / "a.xlsx", rows, ["A1:D1"])).rows
    assert (row.code, row.name, row.sector, row.source) == ("1.000001", "Khai sinh", "Hộ tịch", "catalogue")
    assert str(row.place) == "a.xlsx, Danh mục, dòng 4"
    assert row.parts["SECTOR"].place.cell == "ô A4"


def test_agencies_stand_one_a_line(tmp_path):
    rows = [HEADER, ["1.000001", "Một", "Bộ Tài chính", "Thuế tỉnh, thành phố\nThuế cơ sở\n", "Thuế"]]
    (row,) = read(save(tmp_path / "a.xlsx", rows)).rows
    assert row.agencies == {"IMPLEMENTING": ["Thuế tỉnh, thành phố", "Thuế cơ sở"], "ANNOUNCING": ["Bộ Tài chính"]}


def test_a_cell_merged_down_holds_for_all_its_rows(tmp_path):
    rows = [HEADER, ["1.000001", "Một", "", "", "Hộ tịch"], ["1.000002", "Hai", "", "", None]]
    file = read(save(tmp_path / "a.xlsx", rows, ["E2:E3"]))
    assert [row.sector for row in file.rows] == ["Hộ tịch", "Hộ tịch"]


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path):
    path = save(tmp_path / "a.xlsx", [["Tên", "Lĩnh vực"], ["Một", "Hai"]])
    with pytest.raises(UnusableFileError, match=r"a\.xlsx.*Danh mục.*“Mã số”.*Tên, Lĩnh vực"):
        read(path)


def test_a_formula_is_no_value(tmp_path):
    rows = [HEADER, ['="1."&"000001"', "Một"], ["1.000002", "Hai", "", "=D9", "Thuế"], ["1.000003", "Ba"]]
    file = read(save(tmp_path / "a.xlsx", rows))
    (refused,) = file.refused
    assert (refused.code, refused.place.cell) == ("FORMULA", "ô A2")
    assert [row.code for row in file.rows] == ["1.000002", "1.000003"]
    (problem,) = file.rows[0].problems
    assert (problem.severity, problem.code, problem.place.cell) == ("doubtful", "FORMULA", "ô D3")
    assert "IMPLEMENTING" not in file.rows[0].agencies


def test_a_number_is_no_certain_code(tmp_path):
    (row,) = read(save(tmp_path / "a.xlsx", [HEADER, [1.00422, "Một"]])).rows
    (problem,) = row.problems
    assert (row.code, problem.code) == (None, "CODE_DOUBTFUL")
    assert "1.004220" in problem.message


@pytest.mark.parametrize(
    "name", ["1.000001 - Khai sinh", "Khai sinh (1.000001)", "Khai sinh (Mã TTHC: 1.000001)", "Khai sinh - 1.000001"]
)
def test_the_code_repeated_in_the_name_is_dropped_visibly(tmp_path, name):
    (row,) = read(save(tmp_path / "a.xlsx", [HEADER, ["1.000001", name]])).rows
    assert row.name == "Khai sinh"
    assert [(problem.severity, problem.code) for problem in row.problems] == [("repaired", "CODE_IN_NAME")]


def test_rows_without_a_name_and_repeated_codes_are_refused(tmp_path):
    rows = [HEADER, ["1.000001", None], [None] * 5, ["1.000002", "Hai"], ["1.000002", "Khác"], ["1.000002", "Hai"]]
    file = read(save(tmp_path / "a.xlsx", rows))
    assert [(problem.code, problem.place.line) for problem in file.refused] == [("NO_NAME", 2), ("DUPLICATE_CODE", 5)]
    assert [problem.code for problem in file.rows[0].problems] == ["DUPLICATE_SAME"]


def test_a_workbook_may_hold_sheets_that_are_no_list(tmp_path):
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(["1.000001", "Một"])
    book.create_sheet("Trống")
    book.create_sheet("Ghi chú").append(["Chỉ là ghi chú"])
    book.save(tmp_path / "a.xlsx")
    file = read(tmp_path / "a.xlsx")
    assert len(file.rows) == 1
    assert [(problem.code, problem.place.sheet) for problem in file.refused] == [("NO_HEADER", "Ghi chú")]


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16")])
def test_csv_is_read_with_its_own_separator(tmp_path, separator, encoding):
    lines = [
        ["Danh mục"],
        ["Mã số", "Tên", "Cơ quan thực hiện"],
        ["1.000001", '"Khai\nsinh"', '"Sở A\nSở B"'],
        ["=1+1", "Hai", ""],
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(separator.join(line) for line in lines) + "\n", encoding=encoding)
    file = read(path)
    (row,) = file.rows
    assert (file.reader, row.code, row.name, row.agencies) == (
        "csv", "1.000001", "Khai sinh", {"IMPLEMENTING": ["Sở A", "Sở B"]},
    )  # fmt: skip
    assert [problem.code for problem in file.refused] == ["FORMULA"]
