"""Open data: complete, harmless in a spreadsheet, explained from one place, and the same for ever."""

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cms.calendar import today
from cms.models import Channel, Cost, LifeEvent, Procedure
from cms.opendata import dictionary
from cms.selectors import show
from cms.services import join_class, scope_of_class
from cms.views import data
from cms.views.tables import TABLES
from cms.vocabulary import AgencyKind
from tests.factories import enact, make_agency, make_class, make_procedure

pytestmark = pytest.mark.django_db


def body(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Access-Control-Allow-Origin"] == "*"
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def lines(client, address):
    text = body(client, address).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.fixture
def catalogue():
    commune = make_agency("Xã Phong Nha", AgencyKind.COMMUNE, slug="phong-nha")
    everyone = make_class()
    join_class(agency_class=everyone, agencies=[commune], on=date(2025, 7, 1))
    made = make_procedure(code="1.004220", slug="khai-sinh")
    enact(
        made,
        "=Đăng ký khai sinh",
        sector="Hộ tịch",
        listed=scope_of_class(everyone),
        applicant_types="CITIZEN",
        levels="COMMUNE",
        details=[
            Channel(ordinal=1, kind="ONLINE"),
            Cost(ordinal=1, row=1, reading_kind="AMOUNT", amount=8000, text="-8"),
        ],
    )
    enact(make_procedure(code="2.000001", slug="dat-dai"), "Giao đất", sector="Đất đai")
    LifeEvent.objects.create(name="Sinh", slug="sinh", codes="1.004220")
    return made


def test_every_table_comes_as_csv_json_and_excel_with_the_same_rows(client, catalogue):
    for name in TABLES:
        head, *rows = lines(client, f"/du-lieu/{name}.csv")
        found = json.loads(body(client, f"/du-lieu/{name}.json"))
        book = load_workbook(io.BytesIO(body(client, f"/du-lieu/{name}.xlsx")))
        assert list(found["dong"][0]) == head, name
        assert len(found["dong"]) == len(rows) == book.worksheets[0].max_row - 1, name


def test_codes_stay_text_and_no_cell_runs_as_a_formula(client, catalogue):
    head, first, _second = lines(client, "/du-lieu/thu-tuc.csv")
    assert first[head.index("ten")] == "'=Đăng ký khai sinh"
    assert '"1.004220"' in body(client, "/du-lieu/thu-tuc.csv").decode()
    sheet = load_workbook(io.BytesIO(body(client, "/du-lieu/thu-tuc.xlsx"))).worksheets[0]
    assert [sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].number_format] == ["1.004220", "s", "@"]
    assert sheet["B2"].data_type == "s" and sheet["B2"].value == "'=Đăng ký khai sinh"
    assert json.loads(body(client, "/du-lieu/thu-tuc.json"))["dong"][0]["ten"] == "=Đăng ký khai sinh"


@pytest.mark.parametrize(
    "part", ["linh-vuc/ho-tich", "co-quan/phong-nha", "doi-tuong/cong-dan", "cap/xa", "su-kien/sinh"]
)
def test_a_list_can_be_had_alone(client, catalogue, part):
    assert [row[0] for row in lines(client, f"/du-lieu/thu-tuc/{part}.csv")[1:]] == ["1.004220"]


def test_fees_of_one_place_and_what_does_not_exist(client, catalogue):
    head, row = lines(client, "/du-lieu/phi/co-quan/phong-nha.csv")
    assert row[head.index("so_tien")] == "8000" and row[head.index("xep_vao")] == "có mức thu"
    for missing in ("x.csv", "thu-tuc.pdf", "phi/cap/xa.csv", "thu-tuc/linh-vuc/x.csv", "co-quan/linh-vuc/ho-tich.csv"):
        assert client.get(f"/du-lieu/{missing}").status_code == 404, missing


def test_a_procedure_is_canonical_json_whose_bytes_have_the_hash_of_what_was_shown(client, catalogue):
    found = body(client, "/du-lieu/thu-tuc/1.004220.json")
    shown = show(catalogue, None, today())
    assert hashlib.sha256(found).hexdigest() == shown.hash
    assert client.get("/du-lieu/thu-tuc/khai-sinh.json")["ETag"] == f'"{shown.hash}"'
    assert json.loads(body(client, "/du-lieu/co-quan/phong-nha/thu-tuc/khai-sinh.json"))["agency"] == "phong-nha"
    assert found + b"\n" in body(client, "/du-lieu/toan-van.jsonl")


def test_the_same_question_about_the_past_gives_the_same_bytes_after_a_correction(client, catalogue):
    day = today().isoformat()
    before = body(client, f"/du-lieu/thu-tuc/khai-sinh/{day}/biet-den/{day}.json")
    yesterday = (today() - timedelta(days=1)).isoformat()
    unknown = body(client, f"/du-lieu/thu-tuc/khai-sinh/{day}/biet-den/{yesterday}.json")
    enact(catalogue, "Đăng ký khai sinh (mới)", on=today())
    assert json.loads(unknown)["parts"] == []
    assert body(client, f"/du-lieu/thu-tuc/khai-sinh/{day}/biet-den/{yesterday}.json") == unknown
    assert body(client, f"/du-lieu/thu-tuc/khai-sinh/{day}.json") != before
    assert client.get("/du-lieu/thu-tuc/khong-co.json").status_code == 404


def test_every_column_and_field_is_explained(client, catalogue, settings):
    text = client.get("/du-lieu-mo/").content.decode()
    for table in TABLES.values():
        for column in table().columns():
            assert str(column.meaning).strip() and f"<code>{column.column_name}</code>" in text
    names = {one.name for _where, _about, fields in dictionary() for one in fields}
    part = json.loads(body(client, "/du-lieu/thu-tuc/khai-sinh.json"))["parts"][0]
    told = {name.removeprefix("parts[].") for name in names}
    assert set(part) | set(part["content"]) | set(part["rows"]["Cost"][0]) <= told
    assert "chưa nêu giấy phép" in text
    settings.PORTAL_DATA_LICENCE = "https://example.vn/giay-phep"
    assert 'rel="license"' in client.get("/du-lieu-mo/").content.decode()
    assert client.get("/du-lieu/linh-vuc.json")["Link"] == '<https://example.vn/giay-phep>; rel="license"'


def test_tables_cost_a_fixed_number_of_queries_a_chunk(client, catalogue):
    def cost(address):
        with CaptureQueriesContext(connection) as found:
            body(client, address)
        return len(found)

    addresses = [f"/du-lieu/{name}.csv" for name in TABLES]
    few = {address: cost(address) for address in addresses}
    for number in range(8):
        enact(make_procedure(), f"Thủ tục {number}", sector=f"Lĩnh vực {number}")
    assert {address: cost(address) for address in addresses} == few


def test_an_answer_begins_before_the_table_is_read(client, catalogue, monkeypatch):
    monkeypatch.setattr(data, "CHUNK", 1)
    answer = client.get("/du-lieu/toan-van.jsonl")
    with CaptureQueriesContext(connection) as found:
        next(iter(answer.streaming_content))
    assert answer.streaming and found


def test_the_last_day_of_the_calendar_and_sitemaps_beyond_all_are_answered(client, catalogue):
    slug = Procedure.objects.first().slug
    assert client.get(f"/du-lieu/thu-tuc/{slug}/2026-07-01/biet-den/9999-12-31.json").status_code == 200
    assert client.get("/so-do-trang/thu-tuc-99999999999999999999.xml").status_code == 404
