"""Posted sheets: what every print bears, the address and code of that version, its PDF, and where an old one leads."""

import io
import re
from datetime import date, time

import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from PIL import Image
from pypdf import PdfReader, PdfWriter
from wagtail.documents.models import Document
from weasyprint.urls import FatalURLFetchingError

from cms import pdf as pdf_module
from cms import qr
from cms.models import Channel, Evidence, EvidenceGroup, OpeningHours, ReceptionPoint
from cms.selectors.sample import SAMPLE_MARK
from cms.services.agencies import scope_of_area
from cms.views import printing
from cms.vocabulary import AgencyKind, Part
from tests.factories import enact, make_agency, make_procedure, make_sector, repeal, snapshot_of

pytestmark = pytest.mark.django_db
FORM = "Tờ khai đăng ký khai sinh"


@pytest.fixture
def commune():
    province = make_agency("Tỉnh Quảng Ninh", kind=AgencyKind.PROVINCE)
    return make_agency("Phường Hạ Long", kind=AgencyKind.COMMUNE, parent=province, hotline="0203 3 111 222")


def birth(commune, on=date(2025, 7, 1), **values):
    papers = [
        EvidenceGroup(ordinal=1),
        Evidence(ordinal=1, group=1, name="Giấy chứng sinh", form_file=FORM, originals=1),
    ]
    procedure = values.pop("procedure", None) or make_procedure(code="1.001193", slug="dang-ky-khai-sinh")
    stated = {"sector": make_sector("Hộ tịch"), "details": papers, "parts": {Part.EVIDENCE: "x"}} | values
    scope = scope_of_area(commune)
    enact(procedure, on=on, scope=scope, issuer=commune, listed=scope, **stated)
    return procedure


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def decoded(html):
    """The addresses that the page's QR codes say, read from their drawing."""
    found = []
    for svg in re.findall(r'<svg[^>]*class="qr".*?</svg>', html, re.DOTALL):
        size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
        picture = Image.new("L", (size, size), 255)
        x = y = 0.0
        for command, numbers in re.findall(r"([MmhH])([^MmhH]*)", re.search(r' d="([^"]+)"', svg)[1]):
            values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
            if command in "Mm":
                x, y = values if command == "M" else (x + values[0], y + values[1])
            else:
                for step in range(int(values[0])):
                    picture.putpixel((int(x) + step, int(y)), 0)
                x += values[0]
        read = zxingcpp.read_barcodes(picture.resize((size * 4, size * 4), Image.Resampling.NEAREST))
        found += [one.text for one in read if one.format == zxingcpp.BarcodeFormat.QRCode]
    return found


def test_a_sheet_bears_code_decision_start_time_address_and_a_code_that_reads_back(client, commune, settings):
    settings.PORTAL_BASE_URL = "https://cong.example.vn"
    birth(commune)
    html = page(client, f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/")
    address = f"https://cong.example.vn/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/2025-07-01/"
    assert decoded(html) == [address]
    for words in (
        address,
        "1.001193",
        "Quyết định số",
        "ngày 20 tháng 6 năm 2025",
        "Có hiệu lực từ 01/07/2025",
        "In lúc",
    ):
        assert words in html, words
    assert "Phường Hạ Long, tỉnh Quảng Ninh" in html
    assert "không thay văn bản đã ký" in html
    assert "Thành phần hồ sơ" in html
    assert "Quốc huy" not in html
    assert client.get(address.removeprefix("https://cong.example.vn")).status_code == 200


def test_an_ordinary_page_on_paper_bears_the_address_and_code_of_its_version_too(client, commune, settings):
    settings.PORTAL_BASE_URL = "https://cong.example.vn"
    procedure = birth(commune)
    birth(commune, on=date(2026, 3, 1), procedure=procedure, name="Đăng ký khai sinh mới")
    base = f"/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/"
    assert decoded(page(client, base)) == [f"https://cong.example.vn{base}2026-03-01/"]
    assert decoded(page(client, f"{base}2025-09-09/")) == [f"https://cong.example.vn{base}2025-07-01/"]
    assert "data-printed" in page(client, base)


@pytest.mark.parametrize("words", ["", "Nộp tại Một cửa"])
def test_a_column_of_words_stands_on_the_sheet_only_when_a_way_has_words(client, commune, words):
    ways = [Channel(ordinal=1, kind="IN_PERSON", description=words), Channel(ordinal=2, kind="ONLINE")]
    birth(commune, details=ways, parts={Part.CHANNELS: "x"})
    html = page(client, f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/")
    assert "Hình thức nộp" in html
    assert ("Mô tả" in html) is bool(words)


def test_the_list_and_the_booklet_hold_the_agencys_procedures_by_sector(client, commune):
    birth(commune)
    scope = scope_of_area(commune)
    enact(
        make_procedure(),
        "Chứng thực bản sao",
        scope=scope,
        issuer=commune,
        listed=scope,
        sector=make_sector("Chứng thực"),
    )
    base = f"/co-quan/{commune.slug}/in/"
    whole = page(client, f"{base}danh-muc/")
    assert whole.index("Chứng thực bản sao") < whole.index("Đăng ký khai sinh")
    one = page(client, f"{base}danh-muc/ho-tich/")
    assert "Đăng ký khai sinh" in one
    assert "Chứng thực bản sao" not in one
    book = page(client, f"{base}so-tay/")
    assert 'href="#dang-ky-khai-sinh"' in book
    assert 'id="dang-ky-khai-sinh"' in book
    assert len(decoded(book)) == 3
    assert client.get(f"{base}danh-muc/khong-co/").status_code == 404
    assert f"{base}thu-tuc/dang-ky-khai-sinh/" in page(client, base)


def test_an_agency_without_a_list_has_nothing_to_print_and_says_so(client, commune):
    assert "chưa có gì để in" in page(client, f"/co-quan/{commune.slug}/in/")
    assert client.get(f"/co-quan/{commune.slug}/in/thu-tuc/khong-co/").status_code == 404


def test_the_counter_with_its_hours_stands_on_the_sheet(client, commune):
    birth(commune)
    point = ReceptionPoint.objects.create(agency=commune, name="Một cửa phường", address="Số 1 phố Bến Đoan")
    OpeningHours.objects.create(point=point, weekday=1, opens=time(7, 30), closes=time(11, 30))
    html = page(client, f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/")
    for words in ("Một cửa phường", "Số 1 phố Bến Đoan", "7h30–11h30", "0203 3 111 222"):
        assert words in html


def blank_pdf():
    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(made)
    return made.getvalue()


def text_of(reader):
    return " ".join(" ".join(one.extract_text() for one in reader.pages).split())


def test_the_pdf_holds_the_sheet_and_its_forms_behind_it(client, commune):
    birth(commune)
    address = f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/"
    assert "cổng chưa có tệp" in page(client, address)
    alone = PdfReader(io.BytesIO(client.get(f"{address}pdf/").content))
    assert "Đăng ký khai sinh" in text_of(alone)
    assert "Giấy chứng sinh" in text_of(alone)
    Document.objects.create(title=FORM, file=ContentFile(blank_pdf(), name="to-khai.pdf"))
    together = PdfReader(io.BytesIO(client.get(f"{address}pdf/").content))
    assert len(together.pages) == len(alone.pages) + 1
    Document.objects.all().delete()
    Document.objects.create(title=FORM, file=ContentFile(b"hong", name="hong.pdf"))
    assert len(PdfReader(io.BytesIO(client.get(f"{address}pdf/").content)).pages) == len(alone.pages)


def test_a_text_on_a_sheet_can_make_the_server_fetch_nothing():
    for address in ("file:///etc/passwd", "http://localhost/x.css", "/khac/print.css", "/static/../settings/base.py"):
        with pytest.raises(FatalURLFetchingError, match="static"):
            pdf_module.to_pdf(f'<link rel="stylesheet" href="{address}"><p>x</p>')


def test_without_pango_the_pdf_says_what_to_do_and_the_page_still_prints(client, commune, monkeypatch):
    birth(commune)
    monkeypatch.setattr(pdf_module, "HTML", None)
    address = f"/co-quan/{commune.slug}/in/danh-muc/"
    answer = client.get(f"{address}pdf/")
    assert answer.status_code == 503
    assert "Pango" in answer.content.decode()
    page(client, address)


def test_a_code_that_does_not_read_back_is_never_given_out(monkeypatch):
    monkeypatch.setattr(qr.zxingcpp, "read_barcodes", lambda *args, **kwargs: [])
    with pytest.raises(qr.UnreadableCodeError):
        qr.qr_svg("https://cong.example.vn/")


def test_the_address_of_an_old_sheet_says_what_replaced_it_and_links_both(client, commune):
    procedure = birth(commune)
    birth(commune, on=date(2026, 3, 1), procedure=procedure, name="Đăng ký khai sinh mới")
    old = f"/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/2025-07-01/"
    html = page(client, old)
    assert "đã được thay thế từ 01/03/2026 bởi quyết định số" in html
    assert f"/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/2026-03-01/" in html
    assert 'href="/quyet-dinh/' in html
    sheet = page(client, f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/2025-07-01/")
    assert "Bản cũ, không dùng để niêm yết" in sheet
    assert "đã được thay thế" not in page(client, f"/co-quan/{commune.slug}/thu-tuc/dang-ky-khai-sinh/")


def test_the_sheet_of_a_repealed_procedure_can_not_be_printed(client, commune):
    procedure = birth(commune)
    repeal(procedure, date(2026, 3, 1), scope=scope_of_area(commune), issuer=commune)
    assert client.get(f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/").status_code == 404


def test_the_whole_booklet_goes_to_a_file_that_is_never_overwritten(commune, tmp_path):
    path = tmp_path / "so-tay.pdf"
    with pytest.raises(CommandError, match="không có gì để in"):
        call_command("print_booklet", commune.slug, path)
    birth(commune)
    call_command("print_booklet", commune.slug, path)
    assert "Mục lục" in text_of(PdfReader(path))
    with pytest.raises(CommandError, match="không ghi đè"):
        call_command("print_booklet", commune.slug, path)
    with pytest.raises(CommandError, match="Không có cơ quan"):
        call_command("print_booklet", "khong-co", tmp_path / "b.pdf")
    assert [one.name for one in tmp_path.iterdir()] == ["so-tay.pdf"]


def test_a_sheet_of_the_sample_says_so_on_paper(client, commune, monkeypatch):
    birth(commune)
    address = f"/co-quan/{commune.slug}/in/thu-tuc/dang-ky-khai-sinh/"
    assert "Dữ liệu mẫu" not in page(client, address)
    snapshot = snapshot_of(make_procedure(), "Chứng thực bản sao")
    type(snapshot).objects.filter(pk=snapshot.pk).update(file_name=f"{SAMPLE_MARK}danh-muc.json")
    assert "Dữ liệu mẫu, không dùng để niêm yết" in page(client, address)
    booklet = PdfReader(io.BytesIO(client.get(f"/co-quan/{commune.slug}/in/so-tay/pdf/").content))
    assert len(booklet.pages) > 1
    assert all("Dữ liệu mẫu" in one.extract_text() for one in booklet.pages)


def test_a_booklet_too_long_for_a_page_is_not_begun_and_the_counter_says_what_to_do(client, commune, monkeypatch):
    birth(commune)
    base = f"/co-quan/{commune.slug}/in/"
    assert f'href="{base}so-tay/"' in page(client, base)
    monkeypatch.setattr(printing, "MOST_ON_A_PAGE", 0)
    text = page(client, base)
    assert f'href="{base}so-tay/"' not in text and "in theo từng lĩnh vực dưới đây" in text
    assert client.get(f"{base}so-tay/").status_code == 404
    assert "Disallow: /co-quan/*/in/" in client.get("/robots.txt").content.decode()
