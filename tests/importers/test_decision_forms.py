"""The forms behind the full texts: told apart, cut into files that hold all of them and nothing that reaches outside,
beside the papers that ask for them, public with the decision and gone with it."""

import zipfile
from hashlib import sha1
from io import BytesIO

import pytest
from docx import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from PIL import Image
from wagtail.documents.models import Document as Kept

from cms.models import FormTemplate, Procedure, User
from cms.selectors import show
from cms.services import readiness
from cms.vocabulary import AgencyKind, Part
from importers.decisions.applying import apply, publish
from importers.decisions.reading import read_decision
from importers.decisions.review import accept, accept_clean
from importers.decisions.staging import stage
from importers.decisions.taking_back import take_back
from portal.export.check import source_of_extra
from tests.factories import make_agency
from tests.importers.decision_files import PLACES, Described, as_docx, top

HEADS = ["STT", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Địa điểm", "Phí", "Căn cứ pháp lý"]
LAW = "Nghị định số 11/2026/NĐ-CP ngày 05/01/2026 của Chính phủ"
NAMES = ("Mở quầy ở chợ", "Trả quầy ở chợ")
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def text_of(name, number, papers, named="Đơn theo Mẫu số 01"):
    yield f"{number}. {name}"
    yield from ("(1) Trình tự thực hiện:", "Bước 1: Nộp hồ sơ.", "(2) Cách thức thực hiện:", "Trực tiếp tại chợ.")
    yield from ("(3) Thành phần, số lượng hồ sơ:", *papers, "(4) Thời hạn giải quyết: 05 ngày.")
    yield from ("(5) Đối tượng thực hiện: Cá nhân.", "(6) Cơ quan thực hiện: Ban quản lý chợ.", "(7) Kết quả: Phiếu.")
    yield from ("(8) Phí, lệ phí: Không.", f"(9) Tên mẫu đơn, mẫu tờ khai: {named}.", "(10) Yêu cầu, điều kiện: Không.")
    yield from ("(11) Căn cứ pháp lý:", f"- {LAW}.")


def annex(path):
    """Two texts, with forms of one title and other words, a picture, a link outside, a field, and a list that began
    before the form."""
    word = Word()
    for line in text_of(NAMES[0], 1, ["- Đơn xin quầy theo Mẫu số 01;", "- Bản vẽ quầy theo Mẫu số 02."]):
        word.add_paragraph(line)
    word.add_paragraph("Mục của danh sách chung", style="List Number")
    first_form(word)
    word.add_page_break()
    for line in ("Mẫu số 02", *MOTTO, "BẢN VẼ QUẦY", "Chủ quầy vẽ ở đây"):
        word.add_paragraph(line)
    for line in ("Mẫu số 03. Sổ theo dõi", "Dành cho ban quản lý"):
        word.add_paragraph(line)
    for line in text_of(NAMES[1], 2, ["- Đơn trả quầy theo Mẫu số 01."]):
        word.add_paragraph(line)
    for line in ("Mẫu số 01. Đơn xin quầy", *MOTTO, "Tôi trả lại quầy số: ......"):
        word.add_paragraph(line)
    word.save(path)
    return path


def first_form(word):
    word.add_paragraph("Mẫu số 01. Đơn xin quầy")
    for line in MOTTO:
        word.add_paragraph(line)
    word.add_paragraph("Điểm thứ hai của danh sách", style="List Number")
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    word.add_picture(picture)
    linked = word.add_paragraph("Xem ")
    key = linked.part.relate_to("https://ngoai.example/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    linked._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}"><w:r><w:t>trang chợ</w:t></w:r></w:hyperlink>')
    )
    field = word.add_paragraph()
    for kind, words in (
        ("begin", ""),
        ("", 'INCLUDEPICTURE "https://ngoai.example/a.png"'),
        ("separate", ""),
        ("", ""),
    ):
        run = field.add_run()._r
        if kind:
            run.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))
        elif words:
            run.append(parse_xml(f"<w:instrText {nsdecls('w')}>{words}</w:instrText>"))
    field.add_run("Ngày ký")
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Người làm đơn", "Ban quản lý"


def decision(path):
    rows = [[str(n), name, "05 ngày", PLACES, "Không", LAW] for n, name in enumerate(NAMES, 1)]
    title = "công bố Danh mục thủ tục hành chính mới ban hành cấp tỉnh lĩnh vực Chợ"
    articles = ["Điều 2. Quyết định này có hiệu lực kể từ ngày ký."]
    return as_docx(
        Described("chợ", [*top(78, "ngày 01 tháng 9 năm 2026", title, articles=articles), [HEADS, *rows]], []), path
    )


@pytest.fixture
def cut(tmp_path):
    """The reading, and the folder with its forms."""
    folder = tmp_path / "mau"
    folder.mkdir()
    files = [decision(tmp_path / "qd.docx"), annex(tmp_path / "phu-luc.docx")]
    return read_decision(files, forms=folder), folder


def words(path):
    word = Word(path)
    return [*(one.text for one in word.paragraphs), *(cell.text for table in word.tables for cell in table._cells)]


def test_each_form_is_a_file_of_its_own_that_holds_all_of_it_and_reaches_nowhere(cut):
    reading, folder = cut
    first, second = reading.items
    assert [form.title for form in first.forms] == [
        "Mẫu số 01. Đơn xin quầy",
        "Mẫu số 02. BẢN VẼ QUẦY",
        "Mẫu số 03. Sổ theo dõi",
    ]
    path = folder / first.forms[0].file
    assert words(path) == [
        "Mẫu số 01. Đơn xin quầy", *MOTTO, "2. Điểm thứ hai của danh sách", "", "Xem trang chợ", "Ngày ký", "",
        "Người làm đơn", "Ban quản lý",
    ]  # fmt: skip
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert any(name.startswith("word/media/") for name in archive.namelist())
    assert b"ngoai.example" not in everything
    assert b"INCLUDEPICTURE" not in everything
    assert Word(path).element.body[-1].tag == qn("w:sectPr")
    assert words(folder / second.forms[0].file)[-1] == "Tôi trả lại quầy số: ......"
    assert first.forms[0].title == second.forms[0].title
    assert first.forms[0].file != second.forms[0].file


def test_a_form_stands_beside_the_paper_that_asks_for_it_and_the_others_are_asked_about(cut):
    first, second = cut[0].items
    assert [paper.form_file for paper in first.content.cases[0].papers] == [form.title for form in first.forms[:2]]
    assert second.content.cases[0].papers[0].form_file == "Mẫu số 01. Đơn xin quầy"
    assert [(one.code, "Sổ theo dõi" in one.message) for one in first.problems if one.code == "FORM_APART"] == [
        ("FORM_APART", True)
    ]
    loose = [one.message for one in first.problems if one.code == "FORM_LOOSE"]
    assert not loose or "Mục của danh sách chung" in loose[0]
    assert "Mục của danh sách chung" in first.content.parts[Part.LEGAL_BASIS].raw or loose


def test_a_very_long_name_of_a_form_ends_at_a_word_and_says_so(tmp_path):
    word, name = Word(), "Đơn " + "xin quầy ở chợ nổi " * 30
    for line in [*text_of(NAMES[0], 1, ["- Đơn theo Mẫu số 01."]), f"Mẫu số 01. {name}", *MOTTO, "Tôi xin quầy"]:
        word.add_paragraph(line)
    word.save(tmp_path / "phu-luc.docx")
    [form] = read_decision([decision(tmp_path / "qd.docx"), tmp_path / "phu-luc.docx"]).items[0].forms
    kept, _, end = form.title.rpartition(" ")
    assert end == "…"
    assert f"Mẫu số 01. {name}".startswith(f"{kept} ")
    assert 470 < len(form.title) <= 480


@pytest.mark.django_db
def test_forms_are_public_with_their_decision_each_content_once_and_gone_with_the_batch(
    cut, client, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    province = make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE, short_name="Quảng Ninh")
    reading, folder = cut
    batch, _ = stage(reading, by=None, forms=folder)
    assert not Kept.objects.exists()
    accept_clean(batch=batch, version=batch.version, by=None)
    batch.refresh_from_db()
    for row in batch.rows.filter(state="DOUBTFUL"):
        batch.refresh_from_db()
        accept(row=row, version=batch.version, by=None)
    batch.refresh_from_db()
    batch.agency = province
    batch.save()
    apply(batch=batch, by=None)
    assert Kept.objects.count() == 4
    assert {client.get(one.url).status_code for one in Kept.objects.all()} == {404}
    for address in (*(one.url for one in Kept.objects.all()), f"/media/{Kept.objects.all()[0].file.name}"):
        with pytest.raises(LookupError, match="hãy bỏ liên kết"):
            source_of_extra(address)()
    client.force_login(User.objects.create_superuser("bien-tap"))
    assert {client.get(one.url).status_code for one in Kept.objects.all()} == {200}
    client.logout()
    batch.refresh_from_db()
    assert not [one for one in readiness(batch.decision) if one.severity == "BLOCK"]
    publish(batch=batch, by=None)
    for name, word in zip(NAMES, ("Điểm thứ hai", "trả lại quầy"), strict=True):
        procedure = Procedure.objects.get(contents__name=name)
        page = client.get(f"/thu-tuc/{procedure.slug}/")
        assert page.status_code in (200, 302)
        view = show(procedure, province, batch.decision.effective_from).text
        [own] = Kept.objects.filter(file_hash=view.of("FormTemplate")[0].file_hash)
        with own.file.open("rb") as file:
            assert any(word in line for line in words(file))
        assert f'href="{own.url}"' in client.get(f"/thu-tuc/{procedure.slug}/").text
    assert client.get(own.url).status_code == 200
    assert sha1(source_of_extra(own.url)(), usedforsecurity=False).hexdigest() == own.file_hash
    batch.refresh_from_db()
    take_back(batch=batch, by=None)
    # What was public can be shown for ever.
    assert client.get(own.url).status_code == 200
    again, _ = stage(reading, by=None, forms=folder)
    again.agency, again.head = province, again.head | {"number": "79/QĐ-UBND"}
    again.save()
    again.rows.update(state="ACCEPTED")
    before = FormTemplate.objects.count()
    assert apply(batch=again, by=None)
    assert (Kept.objects.count(), FormTemplate.objects.count()) == (4, 2 * before)


@pytest.mark.django_db
def test_a_draft_that_is_taken_back_leaves_no_form(cut, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    province = make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE, short_name="Quảng Ninh")
    batch, _ = stage(cut[0], by=None, forms=cut[1])
    batch.rows.update(state="ACCEPTED")
    own = Kept(title="Sổ tay của ban quản lý", file_hash="a" * 40)
    own.save()
    apply(batch=batch, by=None, issuer=province)
    batch.refresh_from_db()
    take_back(batch=batch, by=None)
    assert list(Kept.objects.all()) == [own]
    assert not FormTemplate.objects.exists()
