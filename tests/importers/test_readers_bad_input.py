"""Files that are broken, hostile or not what they are called. Every message is Vietnamese and names the place."""

import json
import random
import re
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from importers.readers import detect, files, read
from importers.rows import UnusableFileError


def record(number, **fields):
    return {
        "ma_thu_tuc": f"1.{number:06}",
        "ten_thu_tuc": f"Thủ tục {number}",
        "so_quyet_dinh": "12/QĐ-BTP",
        "cap_thuc_hien": "Cấp xã",
        **fields,
    }


def jsonl(path, records):
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in records) + "\n", encoding="utf-8")
    return path


def refuses(path, *words):
    with pytest.raises(UnusableFileError) as error:
        read(path)
    message = str(error.value)
    assert path.name in message
    assert str(path.parent) not in message
    for word in words:
        assert word in message
    return message


def workbook(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_content_decides_and_not_the_name(tmp_path):
    path = jsonl(tmp_path / "danh-muc.xlsx", [record(1)])
    assert detect(path) == "catalogue"
    path = workbook(tmp_path / "du-lieu.json", [["Mã số", "Tên"], ["1.000001", "Một"]])
    assert detect(path) == "spreadsheet"


def test_a_broken_line_is_refused_with_its_number_and_the_rest_is_read(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [record(number) for number in range(1, 1001)])
    text = path.read_text(encoding="utf-8").split("\n")
    text[899] = text[899][:40]
    path.write_text("\n".join(text), encoding="utf-8")
    file = read(path)
    (problem,) = file.refused
    assert (len(file.rows), problem.severity, problem.place.line) == (999, "refused", 900)
    assert "JSON" in problem.message


def test_the_first_line_may_be_broken(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"ma_thu_tuc": \n' + json.dumps(record(2)) + "\n", encoding="utf-8")
    file = read(path)
    assert [row.code for row in file.rows] == ["1.000002"]
    assert [problem.place.line for problem in file.refused] == [1]


@pytest.mark.parametrize("line", ["[1, 2]", "12", '"chữ"', "[" * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_lines_that_are_no_record_are_refused(tmp_path, line):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record(1)) + "\n" + line + "\n", encoding="utf-8")
    file = read(path)
    assert ([row.code for row in file.rows], len(file.refused), file.refused[0].place.line) == (["1.000001"], 1, 2)


def test_an_endless_line_is_passed_over_in_little_memory(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(record(1)) + "\n" + '{"ma_thu_tuc": "')
        for _ in range(60):
            file.write("x" * 1_000_000)
        file.write('"}\n' + json.dumps(record(3)) + "\n")
    tracemalloc.start()
    result = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.code for row in result.rows] == ["1.000001", "1.000003"]
    assert [problem.place.line for problem in result.refused] == [2]
    assert peak < 40_000_000


def test_a_file_of_one_endless_line_is_unusable(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"ma_thu_tuc": "' + "x" * 6_000_000, encoding="utf-8")
    refuses(path)


def test_a_second_record_of_a_code_is_refused_with_both_places(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [record(1), record(2), record(1, cap_thuc_hien="Cấp tỉnh")])
    file = read(path)
    (problem,) = file.refused
    assert problem.place.line == 3
    assert "a.jsonl, dòng 1" in problem.message
    assert file.rows[0].levels == ("COMMUNE",)


def test_the_same_record_twice_counts_once(tmp_path):
    file = read(jsonl(tmp_path / "a.jsonl", [record(1), record(1)]))
    assert (len(file.rows), file.refused) == (1, [])
    assert [problem.code for problem in file.rows[0].problems] == ["DUPLICATE_SAME"]


def test_a_record_of_another_shape_is_refused(tmp_path):
    path = jsonl(
        tmp_path / "a.jsonl",
        [record(1), {"ten": "x"}, record(3, linh_vuc=["a"]), record(4, ten_thu_tuc=" "), record(5, linh_vuc=None)],
    )
    file = read(path)
    assert [row.code for row in file.rows] == ["1.000001", "1.000005"]
    assert [(problem.code, problem.place.line) for problem in file.refused] == [
        ("OTHER_FORM", 2), ("WRONG_SHAPE", 3), ("NO_NAME", 4),
    ]  # fmt: skip


def test_a_doubtful_code_joins_nothing(tmp_path):
    file = read(jsonl(tmp_path / "a.jsonl", [record(1, ma_thu_tuc=1.00422), record(2, ma_thu_tuc="abc")]))
    assert [row.code for row in file.rows] == [None, None]
    assert [row.problems[0].code for row in file.rows] == ["CODE_DOUBTFUL"] * 2
    assert "1.004220" in file.rows[0].problems[0].message


def test_a_local_code_rests_on_its_national_one(tmp_path):
    (row,) = read(jsonl(tmp_path / "a.jsonl", [record(1, ma_thu_tuc="1.004222.000.00.00.H17")])).rows
    assert (row.code, row.identifiers) == ("1.004222", {"LOCAL_CODE": ["1.004222.000.00.00.H17"]})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_known_encodings_read_alike(tmp_path, encoding):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record(1), ensure_ascii=False) + "\n", encoding=encoding)
    assert read(path).rows[0].name == "Thủ tục 1"


def test_an_unknown_encoding_names_the_byte(tmp_path):
    path = tmp_path / "a.jsonl"
    good = json.dumps(record(1), ensure_ascii=False).encode() + b"\n"
    path.write_bytes(good * 20_000 + b'{"ten": "Th\xfb t\xf4c"}\n')
    message = refuses(path, "UTF-8")
    assert int(re.search(r"byte thứ (\d+)", message)[1]) == len(good) * 20_000 + len(b'{"ten": "Th') + 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "rỗng"),
        (b" \n\n", "rỗng"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, ".xlsx"),
        (b"\x00\x01\x02\x03abc", "không phải tệp chữ"),
        (b"PK\x03\x04 not a real archive", "hỏng"),
        (b"<html><body>Loi 502</body></html>", "Mã số"),
        (b'{"a": 1}', "ma_thu_tuc"),
        (b'[{"ma_thu_tuc": "1.000001",\n "ten_thu_tuc"', "dòng 2"),
        (b"[]", "ma_thu_tuc"),
    ],
)
def test_what_is_no_catalogue_is_named(tmp_path, content, word):
    path = tmp_path / "tep.bin"
    path.write_bytes(content)
    refuses(path, word)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    refuses(tmp_path / "khong-co.jsonl", "không tìm thấy")
    refuses(tmp_path, "không mở được")


def test_a_form_nobody_reads_is_told_what_is_needed(tmp_path):
    refuses(jsonl(tmp_path / "a.json", [{"title": "x", "Trình tự thực hiện": "y"}]), "không nhận ra", "ma_thu_tuc")


def test_a_packed_bomb_is_not_opened(tmp_path):
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(100):
                sheet.write(b" " * 1_000_000)
    tracemalloc.start()
    refuses(path, "100 MB")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_bomb_of_nested_entities_is_not_expanded(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["Mã số", "Tên"], ["1.000001", "Một"]])
    bomb = tmp_path / "b.xlsx"
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    ) + "]>"  # fmt: skip
    refuses(changed(path, bomb, "xl/workbook.xml", lambda data: entities.encode() + data), "hỏng")


def changed(path, target, name, change):
    """A copy of a workbook with one of its files changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry == name else data)
    return target


def test_far_cells_and_endless_merges_cost_no_memory(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["Mã số", "Tên"], ["1.000001", "Một"]])

    def far(data):
        cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
        merged = b'<mergeCells count="1"><mergeCell ref="A4:XFD1048576"/></mergeCells>'
        return data.replace(b"</sheetData>", cell + merged)

    file = read(changed(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", far))
    assert [row.code for row in file.rows] == ["1.000001"]


def test_damaged_files_are_read_or_named_but_never_crash(tmp_path):
    book = workbook(tmp_path / "a.xlsx", [["Mã số", "Tên"], ["1.000001", "Một"], ["1.000002", "Hai"]]).read_bytes()
    text = jsonl(tmp_path / "a.jsonl", [record(1), record(2)]).read_bytes()
    rng = random.Random(7)
    for turn in range(300):
        data = bytearray(rng.choice((book, text)))
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / "hong"
        path.write_bytes(data[: rng.randint(1, len(data))] if turn % 3 == 0 else data)
        try:
            read(path)
        except UnusableFileError as error:
            assert "hong" in str(error)


def test_an_archive_that_is_no_workbook_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    refuses(path, "Word")


def test_limits_are_above_real_records():
    assert files.MAX_RECORD > 20 * 200_000


def test_an_archive_of_an_unknown_version_is_named(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["Mã thủ tục", "Tên thủ tục"], ["1.004222", "Đăng ký thường trú"]])
    content = path.read_bytes()
    # Central directory header: signature, version made by, version needed.
    at = content.index(b"PK\x01\x02") + 6
    path.write_bytes(content[:at] + b"\x99\x00" + content[at + 2 :])
    refuses(path, "tệp nén hỏng")
