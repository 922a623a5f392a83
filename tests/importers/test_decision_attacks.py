"""Files made to harm: refused in words or read as if the harm were not there. `ATTACKS=1500` changes more of them."""

import os
import zipfile

import pytest

from importers.decisions import pdf as pdf_reader
from importers.decisions.bounded import Limits, read_bounded
from importers.decisions.reading import read_decision
from importers.rows import UnusableFileError
from tests.importers import decision_files
from tests.importers.decision_attacks import attack

COUNT = int(os.environ.get("ATTACKS", "12"))
SMALL = decision_files.amended(2)


@pytest.fixture
def word(tmp_path):
    return decision_files.as_docx(SMALL, tmp_path / "qd.docx")


def packed(path, **members):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refusal(*paths):
    with pytest.raises(UnusableFileError) as caught:
        read_decision(paths)
    return str(caught.value)


@pytest.mark.parametrize("form", ["docx", "xlsx", "xls", "csv", "pdf"])
def test_a_changed_file_is_read_or_refused_in_words(form, tmp_path):
    path = decision_files.WRITERS[form](SMALL, tmp_path / f"qd.{form}")
    _, _, bad = attack(path, COUNT if form != "pdf" else max(4, COUNT // 3), tmp_path)
    assert bad == {}


def test_the_real_files_changed_are_read_or_refused_in_words(shared_data, tmp_path):
    for path in sorted((shared_data / "quangninh-qd294").glob("QD-*.docx")):
        assert attack(path, max(3, COUNT // 3), tmp_path)[2] == {}


def test_a_word_bomb_is_refused_before_it_unfolds(tmp_path):
    bomb = tmp_path / "bom.docx"
    start = f'<w:document xmlns:w="{decision_files.WORD}"><w:body>'
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", start + "<w:p/>" * 6_000_000)
    assert "giải nén ra hơn" in refusal(bomb)


def test_entities_are_refused(tmp_path):
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 9))
    text = f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><w:document xmlns:w="{decision_files.WORD}">&l8;</w:document>'
    path = tmp_path / "bom.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", text)
    assert "khai báo lạ" in refusal(path)


def test_an_archive_of_packed_zeros_is_refused(tmp_path):
    path = tmp_path / "bom.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("qd.csv", b"0" * 30_000_000)
    assert "giải nén ra quá lớn" in refusal(path)


def test_archives_in_archives_stay_closed(word, tmp_path):
    inner = tmp_path / "trong.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(word, "qd.docx")
    outer = tmp_path / "ngoai.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "trong.zip")
    assert "không có tệp nào đọc được" in refusal(outer)


def test_a_name_with_a_path_writes_nowhere_else(word, tmp_path):
    path = tmp_path / "vao.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(word, "../../../../tmp/ra-ngoai/qd.docx")
        archive.write(word, "C:\\ra-ngoai\\qd.docx")
    reading = read_decision([path])
    assert [file.name for file in reading.files] == ["qd.docx"]
    assert len(reading.items) == len(SMALL.expected)


def test_macros_and_outside_links_are_never_opened(word, tmp_path):
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="http://127.0.0.1:9/mau.dotm" TargetMode="External"/></Relationships>'
    )
    members = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Auto_Open", "word/_rels/document.xml.rels": relation}
    path = packed(word, **members).rename(tmp_path / "qd.docm")
    assert len(read_decision([path]).items) == len(SMALL.expected)


def test_formulas_are_never_worked_out(tmp_path):
    described = decision_files.amended(2)
    described.blocks[-1][4][6] = "=1+1"
    item = read_decision([decision_files.as_xlsx(described, tmp_path / "qd.xlsx")]).items[0]
    assert (item.values["fees"].text, "công thức" in item.values["fees"].doubt) == ("=1+1", True)


def test_a_locked_pdf_asks_for_an_open_one(tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(decision_files.as_pdf(SMALL, tmp_path / "qd.pdf")))
    writer.encrypt("mat-khau")
    writer.write(tmp_path / "khoa.pdf")
    assert "có mật khẩu" in refusal(tmp_path / "khoa.pdf")


def test_a_pdf_with_a_program_in_it_is_only_read(tmp_path):
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    writer = PdfWriter(clone_from=PdfReader(decision_files.as_pdf(SMALL, tmp_path / "qd.pdf")))
    program = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.launchURL('http://127.0.0.1:9/');")}
    action = DictionaryObject({NameObject(name): value for name, value in program.items()})
    writer.root_object[NameObject("/OpenAction")] = action
    writer.write(tmp_path / "js.pdf")
    assert len(read_decision([tmp_path / "js.pdf"]).items) == len(SMALL.expected)


def test_a_pdf_of_five_thousand_pages_is_refused_by_its_number_of_pages(tmp_path):
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    for _ in range(5000):
        made.new_page(100, 100).close()
    made.save(tmp_path / "dai.pdf")
    assert f"chỉ đọc đến {pdf_reader.MAX_PAGES}" in refusal(tmp_path / "dai.pdf")


def test_a_reading_ends_with_its_memory(tmp_path, word):
    with pytest.raises(UnusableFileError, match=r"MB bộ nhớ|hỏng giữa chừng"):
        read_bounded([word], limits=Limits(memory=60 * 1024**2, seconds=20, patience=40))
