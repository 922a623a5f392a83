"""What strangers' files showed when they were first read: kinds of change in a column, traces of Word's editing, what a
spreadsheet hides, stamps over the text, the name of a ministry over two lines."""

import re
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from importers.decisions.reading import read_decision
from importers.rows import UnusableFileError
from tests.importers.decision_files import (
    RELATIONS,
    TYPES,
    WORD,
    Described,
    H,
    V,
    as_csv,
    as_docx,
    as_html,
    as_pdf,
    as_xlsx,
    top,
)
from tests.importers.decision_scans import scan

TITLE = "công bố danh mục thủ tục hành chính mới ban hành, sửa đổi, bổ sung và bị bãi bỏ cấp tỉnh"
HEADER = ["STT", "Tên TTHC", "Thời hạn giải quyết", "Toàn trình", "Một phần"]


def _written(table, write, path, title=TITLE):
    described = Described("", [*top(7, "ngày 3 tháng 5 năm 2026", title), table], [])
    return read_decision([write(described, path)])


@pytest.mark.parametrize("ticked", [False, True])
def test_a_column_tells_the_kind_of_change_of_each_row(tmp_path, ticked):
    kinds = ["Ban hành mới", "Sửa đổi, bổ sung", "Bãi bỏ"]
    if ticked:
        table = [["STT", "Tên TTHC", "Thời hạn", "Hình thức công bố", H, H], [V, V, V, *kinds]]
        table += [
            [str(at), f"Đăng ký thuyền {at}", "3 ngày", *("x" if at == one else "" for one in (1, 2, 3))]
            for at in (1, 2, 3)
        ]
    else:
        table = [["STT", "Tên TTHC", "Thời hạn", "Hình thức công bố"]]
        table += [[str(at), f"Đăng ký thuyền {at}", "3 ngày", kind] for at, kind in enumerate(kinds, 1)]
    table.append(["4", "Đăng ký thuyền 4", "3 ngày", *(["x", "x", ""] if ticked else ["Mới ban hành hoặc bãi bỏ"])])
    items = _written(table, as_docx, tmp_path / "a.docx").items
    assert [item.action for item in items] == ["ENACT", "AMEND", "REPEAL", ""]


def test_what_word_neither_shows_nor_prints_is_not_read(tmp_path):
    def cell(inner):
        return f"<w:tc><w:p>{inner}</w:p></w:tc>"

    def plain(text):
        return cell(f"<w:r><w:t>{text}</w:t></w:r>")

    box = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'
    name = "<w:r><w:t>Cấp phép đò</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> hỏi lại sở</w:t></w:r>"
    rows = [
        "".join(map(plain, HEADER)),
        f"{plain('1')}{cell(name)}{plain('2 ngày')}{cell(box.format('F0A8'))}{cell(box.format('F0FE'))}",
        '<w:trPr><w:del w:id="1" w:author="a"/></w:trPr>' + "".join(map(plain, ["2", "Đã xóa", "1 ngày", "x", ""])),
        "".join(map(plain, ["2", "Cấp phép phà", "4 ngày", "☒", "☐"])),
    ]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in top(7, "ngày 3 tháng 5 năm 2026", TITLE))
    body += f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    with ZipFile(tmp_path / "a.docx", "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    items = read_decision([tmp_path / "a.docx"]).items
    assert [item.name for item in items] == ["Cấp phép đò", "Cấp phép phà"]
    assert [item.values["online_level"].text for item in items] == ["PARTIAL", "FULL"]
    assert not any(item.values["online_level"].doubt for item in items)


def test_rows_that_a_spreadsheet_hides_are_doubtful(tmp_path):
    import openpyxl

    rows = [[str(at), f"Cấp phép đò {at}", "2 ngày", "x", ""] for at in (1, 2)]
    _written([HEADER, *rows], as_xlsx, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book.active
    sheet.row_dimensions[sheet.max_row].hidden = True
    old = book.create_sheet("Cũ")
    old.sheet_state = "hidden"
    for row in [HEADER, ["1", "Bản cũ", "9 ngày", "x", ""]]:
        old.append(row)
    book.save(tmp_path / "a.xlsx")
    shown = read_decision([tmp_path / "a.xlsx"]).items
    assert [(item.name, "ẩn" in item.values["name"].doubt) for item in shown] == [
        ("Cấp phép đò 1", False),
        ("Cấp phép đò 2", True),
        ("Bản cũ", True),
    ]


def test_a_sector_merged_down_is_carried_in_text_tables_with_a_doubt(tmp_path):
    table = [["Lĩnh vực", "TT", "Tên thủ tục", "Thời hạn"], ["Chợ", "1", "Mở chợ", "2 ngày"], ["", "2", "Dời chợ", "3"]]
    items = _written(table, as_csv, tmp_path / "a.csv").items
    assert [item.sector for item in items] == ["Chợ", "Chợ"]
    assert [[one.code for one in item.problems if one.code == "SECTOR"] for item in items] == [[], ["SECTOR"]]


def test_words_printed_over_one_another_are_doubtful(tmp_path):
    from weasyprint import HTML

    rows = [[str(at), f"Cấp phép đò ngang số {at}", "2 ngày", "x", ""] for at in range(1, 6)]
    html = as_html(Described("", [*top(7, "ngày 3 tháng 5 năm 2026", TITLE), [HEADER, *rows]], []))
    stamp = "<span style='position:absolute; margin-left:-40pt; color:red'>CHỦ TỊCH NƯỚC</span>"
    HTML(string=html.replace("ngang số 3", f"ngang số 3{stamp}")).write_pdf(tmp_path / "a.pdf")
    items = read_decision([tmp_path / "a.pdf"]).items
    assert ["đè lên" in item.values["name"].doubt for item in items] == [False, False, True, False, False]


def test_letters_printed_twice_are_read_once(tmp_path):
    from pypdf import PdfReader, PdfWriter, Transformation

    table = [HEADER, ["1", "Cấp phép đò xxx ngang", "22 ngày", "x", ""]]
    as_pdf(Described("", [*top(7, "ngày 3 tháng 5 năm 2026", TITLE), table], []), tmp_path / "a.pdf")
    writer = PdfWriter()
    for page, again in zip(PdfReader(tmp_path / "a.pdf").pages, PdfReader(tmp_path / "a.pdf").pages, strict=True):
        writer.add_page(page).merge_transformed_page(again, Transformation().translate(0.3, 0))
    writer.write(tmp_path / "b.pdf")
    (item,) = read_decision([tmp_path / "b.pdf"]).items
    assert (item.name, item.values["processing_time"].text) == ("Cấp phép đò xxx ngang", "22 ngày")


def test_words_of_a_scan_stand_apart_without_spaces(tmp_path):
    table = [HEADER, ["1", "Cấp phép đò ngang sông", "22 ngày làm việc", "x", ""]]
    html = as_html(Described("", [*top(7, "ngày 3 tháng 5 năm 2026", TITLE), table], []))
    style, body = html.split("</style>")
    gap = "<i style='display: inline-block; width: 2.2pt'></i>"
    body = re.sub(r">[^<]+<", lambda found: found[0].replace(" ", gap), body)
    unseen = "<style>body {color: rgba(0, 0, 0, 0.004)} td {border-color: transparent !important}</style>"
    scan(f"{style}</style>{body}", f"{style}</style>{unseen}{body}", tmp_path / "a.pdf")
    (item,) = read_decision([tmp_path / "a.pdf"]).items
    assert (item.name, item.values["processing_time"].text) == ("Cấp phép đò ngang sông", "22 ngày làm việc")


def test_the_name_of_a_ministry_may_stand_on_two_lines(tmp_path):
    lines = top(7, "ngày 3 tháng 5 năm 2026", TITLE, kind="QĐ-BVHTTDL")
    lines[:2] = ["BỘ VĂN HÓA,", "THỂ THAO", "VÀ DU LỊCH"]
    table = [HEADER, ["1", "Cấp phép đò", "2 ngày", "x", ""]]
    reading = read_decision([as_docx(Described("", [*lines, table], []), tmp_path / "a.docx")])
    assert reading.head.issuer == "BỘ VĂN HÓA, THỂ THAO VÀ DU LỊCH"


def test_an_old_word_file_is_refused_while_the_converter_still_writes(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    writes = "for at in $(seq 3000); do mkdir -p $7/ho-so/$at; : > $7/ho-so/$at/a; done >/dev/null 2>&1 &"
    program.write_text(f"#!/bin/sh\n{writes}\nsleep 0.1\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    (tmp_path / "a.doc").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")
    )
    with pytest.raises(UnusableFileError, match="không đổi được"):
        read_decision([tmp_path / "a.doc"])
