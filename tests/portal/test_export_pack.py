"""One place's procedures as one file: it needs nothing beside it, reads without scripts, searches, and says when it
is old."""

import re
import zipfile
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from wagtail.documents import get_document_model

from cms.models import AgencySuccession, Evidence, EvidenceGroup
from cms.services.agencies import scope_of_area
from cms.vocabulary import AgencyKind, Part
from portal.export.pack import LARGEST
from portal.export.stick import ENTRANCE
from tests.factories import enact, make_agency, make_procedure

pytestmark = pytest.mark.django_db
DAY = "02/03/2026"


@pytest.fixture
def commune(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    province = make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE)
    commune = make_agency("Phường Hạ Long", AgencyKind.COMMUNE, parent=province, hotline="0203 3 111 222")
    scope = scope_of_area(commune)
    named = {"name": "Giấy chứng sinh </script>", "originals": 1, "form_file": "Mẫu TK-01"}
    papers = [EvidenceGroup(ordinal=1), Evidence(ordinal=1, group=1, **named)]
    file = ContentFile("tờ khai".encode(), "Mẫu tờ khai (TK-01).DOCX")
    get_document_model().objects.create(title="Mẫu TK-01", file=file)
    birth, death = make_procedure(code="1.001193"), make_procedure(code="1.000656")
    stated = {"scope": scope, "listed": scope, "issuer": commune, "sector": "Hộ tịch", "on": date(2025, 7, 1)}
    enact(birth, "Đăng ký khai sinh", details=papers, parts={Part.EVIDENCE: "x"}, **stated)
    enact(death, "Đăng ký khai tử", **stated)
    return commune


def made(commune, to):
    call_command("export_site", str(to), "--agency", commune.slug, "--zip", "--on", DAY)
    return to / f"{commune.slug}.html"


@pytest.mark.browser
def test_the_file_needs_nothing_beside_it_and_searches_from_a_disk(commune, chromium, tmp_path, axe_violations):
    file = made(commune, tmp_path / "goi")
    html = file.read_text("utf-8")
    assert len(html.encode()) < LARGEST
    assert not re.search(r'\s(?:src|action)="|href="(?!#|tel:)', html)
    tab, said = chromium.new_page(locale="vi-VN", viewport={"width": 360, "height": 740}), []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    try:
        tab.clock.set_fixed_time("2026-03-20T08:00:00Z")
        tab.goto(file.as_uri())
        assert tab.is_hidden(".old[data-day]")
        tab.fill("#q", "giay khai sinh")
        tab.wait_for_selector("[data-found] a")
        assert tab.inner_text("[data-found] a >> nth=0") == "Đăng ký khai sinh"
        tab.click("[data-found] a >> nth=0")
        tab.check("details[open] input[type=checkbox]")
        assert "Bản ngày 02/03/2026" in tab.inner_text("details[open] .stamp")
        assert tab.evaluate("() => document.documentElement.scrollWidth") == 360
        assert axe_violations(tab) == []
        tab.clock.set_fixed_time("2026-04-20T08:00:00Z")
        tab.reload()
        assert "quá 30 ngày" in tab.inner_text(".old[data-day]")
        assert said == []
        plain = chromium.new_context(java_script_enabled=False).new_page()
        plain.goto(file.as_uri())
        plain.click("summary >> nth=0")
        assert "Giấy chứng sinh" in plain.inner_text("details[open]")
        plain.context.close()
    finally:
        tab.close()


@pytest.mark.browser
def test_the_stick_opens_at_one_page_that_leads_to_whole_texts_and_forms(commune, chromium, tmp_path, axe_violations):
    file, stick = made(commune, tmp_path / "goi"), tmp_path / "usb"
    with zipfile.ZipFile(file.with_suffix(".zip")) as archive:
        names = archive.namelist()
        archive.extractall(stick)
    assert names[0] == ENTRANCE
    # What an old stick keeps: eight letters and a short ending, in plain letters of one case.
    assert all(re.fullmatch(r"[a-z]{2,3}/[a-z0-9-]{1,8}\.[a-z0-9]{2,4}", name) for name in names[1:]), names
    tab = chromium.new_page(locale="vi-VN", viewport={"width": 360, "height": 740})
    try:
        tab.clock.set_fixed_time("2026-04-20T08:00:00Z")
        tab.goto((stick / ENTRANCE).as_uri())
        tab.fill("#q", "giay khai sinh")
        tab.click("[data-found] a >> nth=0")
        tab.click("details[open] a")
        assert tab.inner_text("h1") == "Đăng ký khai sinh"
        assert "Bản ngày 02/03/2026" in tab.inner_text(".day")
        assert "quá 30 ngày" in tab.inner_text(".old[data-day]")
        assert tab.evaluate("() => document.documentElement.scrollWidth") == 360
        assert axe_violations(tab) == []
        assert tab.inner_text("main section:first-of-type a") == "Mẫu TK-01"
        form = tab.get_attribute("main section:first-of-type a", "href")
        assert (stick / "tt" / form).read_bytes() == "tờ khai".encode()
        tab.click("nav a")
        assert tab.inner_text("h1") == "Thủ tục tại Phường Hạ Long, tỉnh Quảng Ninh"
    finally:
        tab.close()


def test_unknown_places_are_said_with_those_of_nearly_the_name(commune, tmp_path):
    with pytest.raises(CommandError, match="Không có cơ quan “khong-co”"):
        call_command("export_site", str(tmp_path), "--agency", "khong-co")
    with pytest.raises(CommandError, match=commune.slug):
        call_command("export_site", str(tmp_path), "--agency", "Phường Hạ Long")
    with pytest.raises(CommandError, match=r"--on: .*31/02/2026"):
        call_command("export_site", str(tmp_path), "--agency", commune.slug, "--on", "31/02/2026")
    old = make_agency("Phường Cũ", AgencyKind.COMMUNE, parent=commune.get_parent(), valid_to=date(2025, 7, 1))
    AgencySuccession.objects.create(predecessor=old, successor=commune, on=date(2025, 7, 1))
    with pytest.raises(CommandError, match=rf"thôi hoạt động từ 01/07/2025.*Nay là: {commune.slug}"):
        call_command("export_site", str(tmp_path), "--agency", old.slug, "--on", DAY)
    with pytest.raises(CommandError, match="chưa có danh mục"):
        call_command("export_site", str(tmp_path), "--agency", make_agency("Bộ Xây dựng").slug, "--on", DAY)
