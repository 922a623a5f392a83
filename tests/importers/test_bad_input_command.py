"""Files that can't be used end the command with a reason and a place in Vietnamese, and leave the portal as it was."""

import zipfile
from io import StringIO

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from cms.models import Change, Procedure
from importers.models import ImportBatch
from tests.importers.pages import write_pages

pytestmark = pytest.mark.django_db


def run(*paths):
    """Exit code and complaints."""
    err = StringIO()
    try:
        call_command("import_catalogue", *map(str, paths), stdout=StringIO(), stderr=err, no_color=True)
    except SystemExit as stop:
        return stop.code, err.getvalue()
    return 0, err.getvalue()


def missing(path):
    pass


def empty(path):
    path.write_bytes(b"")


def a_picture_called_workbook(path):
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


def bytes_called_jsonl(path):
    path.write_bytes(b'{"ma_thu_tuc": "1.000001", "ten_thu_tuc": "\xc3\xdc\xd0\xb7\xff"}\n')


def a_bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)


def without_its_column(path):
    book = Workbook()
    book.active.append(["Mã số", "Lĩnh vực"])
    book.active.append(["1.000001", "Hộ tịch"])
    book.save(path)


def another_form(path):
    path.write_text('{"mon_an": "phở"}\n{"mon_an": "bún"}\n', "utf-8")


def broken_json(path):
    path.write_text('[{"ma_thu_tuc": "1.000001", "ten_thu_tuc": "Tên"},\n', "utf-8")


@pytest.mark.parametrize(
    ("make", "name", "reason"),
    [
        (missing, "pages.jsonl", "không tìm thấy"),
        (empty, "pages.jsonl", "tệp rỗng"),
        (a_picture_called_workbook, "list.xlsx", "tệp ảnh"),
        (bytes_called_jsonl, "pages.jsonl", "byte thứ"),
        (a_bomb, "list.xlsx", "quá lớn"),
        (without_its_column, "list.xlsx", "Tên"),
        (another_form, "pages.jsonl", "không nhận ra"),
        (broken_json, "pages.json", "dòng 2"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_file_that_can_not_be_used_stops_all_and_writes_nothing(tmp_path, make, name, reason):
    good = write_pages(tmp_path / "good.jsonl")
    make(tmp_path / name)
    code, err = run(good, tmp_path / name)
    assert code == 2
    assert name in err
    assert reason in err
    assert "Chưa ghi gì" in err
    assert (Procedure.objects.count(), Change.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


def test_an_endless_line_is_left_out_and_its_neighbours_are_written(tmp_path):
    path = write_pages(tmp_path / "pages.jsonl", 3, lines={2: '{"ma_thu_tuc": "' + "1" * 6_000_000})
    code, err = run(path)
    assert code == 1
    assert "dòng 2" in err
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000001", "1.000003"}


def test_a_formula_is_no_name_and_its_row_is_left_out_with_its_cell(tmp_path):
    book = Workbook()
    book.active.append(["Mã số", "Tên", "Cơ quan thực hiện", "Lĩnh vực"])
    book.active.append(["1.000001", '="Đăng ký "&"khai sinh"', "", ""])
    book.active.append(["1.000002", "Đăng ký kết hôn", "", ""])
    book.save(tmp_path / "list.xlsx")
    code, err = run(tmp_path / "list.xlsx")
    assert code == 1
    assert "B2" in err or "dòng 2" in err
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000002"}
