"""The command as a person runs it: what it prints, how it ends, what its report and log hold, and no two at once."""

import json
import logging
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from openpyxl import Workbook

from cms.models import CatalogueSnapshot, Change, Effect, Procedure
from importers.labels import distinct_names
from importers.locking import LOCK, ImportRunningError, only_import
from importers.models import ImportBatch, QuarantinedRow
from tests.importers.pages import page, write_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """Runs the command; returns exit code, what was printed, what was complained of."""

    def run(*arguments):
        out, err = StringIO(), StringIO()
        try:
            call_command("import_catalogue", *map(str, arguments), stdout=out, stderr=err, no_color=True)
        except SystemExit as stop:
            return stop.code, out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    yield run
    logger = logging.getLogger("importers")
    for handler in list(logger.handlers):
        handler.close()
        logger.removeHandler(handler)
    logger.propagate = True


def workbook(path, rows):
    book = Workbook()
    sheet = book.active
    sheet.append(["DANH SÁCH THỦ TỤC HÀNH CHÍNH"])
    sheet.merge_cells("A1:E1")
    sheet.append(["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"])
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_the_counts_are_printed_and_a_second_run_says_that_it_wrote_nothing(run, tmp_path):
    path = write_pages(tmp_path / "pages.jsonl", 3)
    code, out, err = run(path)
    assert (code, err) == (0, "")
    summary = "đọc 3; mới 3; sửa đổi 0; đính chính 0; không đổi 0; cách ly 0; bị loại 0; chờ trả lời 0; nghi ngờ 0."
    assert summary in out
    assert Procedure.objects.count() == 3
    code, out, _ = run(path)
    assert code == 0
    assert "không đổi 3" in out
    assert "không ghi gì" in out
    assert ImportBatch.objects.count() == CatalogueSnapshot.objects.count() == 1


def test_a_dry_run_writes_nothing_at_all(run, tmp_path):
    code, out, _ = run(write_pages(tmp_path / "pages.jsonl"), "--dry-run")
    assert (code, Procedure.objects.count(), Change.objects.count()) == (0, 0, 0)
    assert "mới 3" in out
    assert "Chạy thử" in out


def test_a_broken_record_is_left_out_with_its_place_and_the_rest_is_written(run, tmp_path):
    path = write_pages(tmp_path / "pages.jsonl", 1000, lines={900: '{"ma_thu_tuc": "1.000900", "ten'})
    report = tmp_path / "report.json"
    code, out, err = run(path, "--report", report)
    assert code == 1
    assert "pages.jsonl, dòng 900" in err
    assert "mới 999" in out
    assert Procedure.objects.count() == 999
    told = json.loads(report.read_text("utf-8"))
    (entry,) = [entry for entry in told["entries"] if entry["severity"] == "refused"]
    assert (entry["file"], entry["line"], entry["raw"][:14]) == ("pages.jsonl", 900, '{"ma_thu_tuc":')
    assert told["counts"]["created"] == 999
    assert told["wrote"]


def test_the_report_names_cell_part_raw_text_and_what_was_made_of_it(run, tmp_path):
    channels = "Hình thức nộpThời gianPhí, lệ phíMô tảTrực tiếp5Miễn phí"
    line = json.dumps(page(1, cach_thuc_thuc_hien=channels), ensure_ascii=False)
    report = tmp_path / "report.json"
    code, out, _ = run(write_pages(tmp_path / "pages.jsonl", 1, lines={1: line}), "--report", report)
    assert code == 0
    assert "nghi ngờ 1" in out
    (entry,) = [entry for entry in json.loads(report.read_text("utf-8"))["entries"] if entry["severity"] == "doubtful"]
    assert (entry["code"], entry["line"], entry["cell"], entry["part"]) == (
        "1.000001",
        1,
        "cach_thuc_thuc_hien",
        "CHANNELS",
    )
    assert "5" in entry["raw"]
    assert entry["made_of_it"]


def test_records_and_lists_together_set_foreign_texts_apart(run, tmp_path):
    pages = write_pages(tmp_path / "pages.jsonl", 3)
    rows = [
        ["1.000001", "Tên thật của thủ tục", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch"],
        ["1.000002", "CẤP GIẤY XÁC NHẬN LOẠI 2 (1.000002)", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch"],
        ["1.000009", "Chỉ có tên", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã\nSở Tư Pháp", "Hộ tịch"],
    ]
    code, out, err = run(pages, workbook(tmp_path / "list.xlsx", rows))
    assert code == 0
    assert "mới 4" in out
    assert "Cách ly: pages.jsonl, dòng 1: 1.000001" in err
    assert QuarantinedRow.objects.get().raw["steps"][0]["label"] == "Bước 1"
    opened = Effect.objects.filter(procedure__code="1.000001", act="OPEN").get()
    assert opened.content.name == "Tên thật của thủ tục"
    assert set(CatalogueSnapshot.objects.values_list("file_name", flat=True)) == {"pages.jsonl", "list.xlsx"}


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path):
    paths = [tmp_path / "a" / "p.jsonl", tmp_path / "b" / "p.jsonl", tmp_path / "q.jsonl"]
    assert distinct_names(paths) == ["a/p.jsonl", "b/p.jsonl", "q.jsonl"]


def test_two_files_of_one_name_are_both_kept_with_their_places(run, tmp_path):
    for folder, number in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        line = json.dumps(page(number), ensure_ascii=False)
        write_pages(tmp_path / folder / "p.jsonl", 1, lines={1: line})
    assert run(tmp_path / "a" / "p.jsonl", tmp_path / "b" / "p.jsonl")[0] == 0
    assert set(CatalogueSnapshot.objects.values_list("file_name", flat=True)) == {"a/p.jsonl", "b/p.jsonl"}


def test_a_report_that_can_not_be_written_stops_the_import_before_it_begins(run, tmp_path):
    code, _, err = run(write_pages(tmp_path / "pages.jsonl"), "--report", tmp_path / "none" / "report.json")
    assert code == 2
    assert "Không ghi được báo cáo" in err
    assert not Procedure.objects.exists()


def test_the_log_marks_the_beginning_and_the_end_of_the_write(run, tmp_path):
    log = settings.PORTAL_VAR / "log" / "import.log"
    before = log.read_text("utf-8").count("ghi:") if log.exists() else 0
    run(write_pages(tmp_path / "pages.jsonl"))
    run(tmp_path / "pages.jsonl")
    lines = [line for line in log.read_text("utf-8").splitlines() if "ghi:" in line][before:]
    assert [line.split("ghi: ")[1] for line in lines] == ["bắt đầu", "xong"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one connection may take its own PostgreSQL lock twice")
def test_a_second_import_is_told_at_once_that_another_is_running(run, tmp_path):
    path = write_pages(tmp_path / "pages.jsonl")
    with only_import():
        code, _, err = run(path)
    assert code == 2
    assert "Đang có một lần nhập khác" in err
    assert not Procedure.objects.exists()
    assert run(path)[0] == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks a file beside the database")
def test_a_second_connection_does_not_get_the_postgresql_lock():
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            with pytest.raises(ImportRunningError), only_import():
                pass
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        with only_import():
            pass
    finally:
        other.close()
