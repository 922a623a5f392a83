"""The sample that ships loads whole, once, quickly; its facts lead where they should, its sentences are our own."""

import json
import re
import shutil
import time
from datetime import date
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command

from cms.models import (
    Agency,
    AgencyClass,
    AgencyText,
    CatalogueSnapshot,
    Change,
    ClassMembership,
    Decision,
    Effect,
    PendingReference,
    Procedure,
    ProcedureContent,
    ValidityPeriod,
)
from cms.selectors import listing_of, show
from cms.services import roll_back
from cms.text import clean
from importers.readers import read
from importers.sample import FOLDER, SampleError, load_sample
from importers.sample_files import read_sample
from tests.factories import make_procedure

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)
WATCHED = (Agency, AgencyClass, ClassMembership, Procedure, ProcedureContent, Effect, ValidityPeriod, Decision, Change)


def counts():
    return {model.__name__: model.objects.count() for model in WATCHED}


def run():
    out, err = StringIO(), StringIO()
    call_command("load_sample", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def agency(name):
    return Agency.objects.get(name=name)


def codes_listed(name):
    return {period.procedure.code for period in listing_of(agency(name), DAY)}


def test_it_loads_about_a_hundred_procedures_and_two_decisions_in_under_twenty_seconds():
    started = time.monotonic()
    report = load_sample()
    assert time.monotonic() - started < 20
    assert (report.procedures, report.decisions, report.items) == (98, 2, 12)
    assert not report.skipped and not report.present
    assert Agency.objects.filter(kind="COMMUNE").count() == 12


def test_a_second_run_writes_nothing_and_says_so():
    out, _ = run()
    assert "98 thủ tục, 2 quyết định với 12 mục" in out
    before = counts()
    out, err = run()
    assert counts() == before
    assert "không ghi gì" in out and not err


def test_its_procedures_are_of_many_bodies_on_three_levels():
    load_sample()
    contents = ProcedureContent.objects.filter(periods__isnull=False).distinct()
    levels = {level for levels in contents.values_list("levels", flat=True) for level in levels.split(",")}
    assert {"CENTRAL", "PROVINCE", "COMMUNE"} <= levels
    bodies = AgencyText.objects.filter(content__in=contents, role="IMPLEMENTING").exclude(kind="PHRASE")
    assert len({(text.agency_id, text.agency_class_id) for text in bodies}) >= 8
    announced = AgencyText.objects.filter(content__in=contents, role="ANNOUNCING").values("agency").distinct()
    assert announced.count() >= 6


def test_the_larger_catalogue_comes_in_as_any_catalogue_does():
    load_sample()
    snapshot = CatalogueSnapshot.objects.get(file_name="Dữ liệu mẫu: danh-muc.json")
    assert (snapshot.reader, snapshot.read_on) == ("interface", date(2026, 7, 20))
    split = show(Procedure.objects.get(code="1.010038"), None, DAY).text
    assert {int(row.amount) for row in split.of("Cost") if row.reading_kind == "AMOUNT"} == {5000, 10000}
    assert {"1.010038", "1.004884", "1.013133"} <= codes_listed("Phường Sa Pa")
    assert not {"1.010038", "3.000333"} & codes_listed("Bộ Tư pháp")


def test_every_page_says_that_it_is_a_sample_while_it_is(client):
    mark = "Dữ liệu mẫu để xem thử"
    assert mark not in client.get("/").content.decode()
    load_sample()
    for address in ("/", "/linh-vuc/", "/co-quan/", "/thu-tuc/tach-ho/", "/khong-co-trang-nay/"):
        assert mark in client.get(address).content.decode(), address
    for snapshot in CatalogueSnapshot.objects.filter(file_name__startswith="Dữ liệu mẫu: "):
        roll_back(what=snapshot, by=None)
    # The sample's decisions are as little real as its catalogues.
    assert mark in client.get("/").content.decode()
    for decision in Decision.objects.filter(published_at__isnull=False):
        roll_back(what=decision, by=None)
    assert mark not in client.get("/").content.decode()


def test_every_procedure_shows_a_text():
    load_sample()
    for procedure in Procedure.objects.all():
        shown = show(procedure, None, DAY)
        assert shown.text and shown.text.content.name, procedure
        assert not shown.orphans
    marriage = show(Procedure.objects.get(code="1.000894"), None, DAY)
    assert marriage.base.valid_from is None
    assert marriage.text.content.decision_number == "163/QĐ-BTP"
    assert len(marriage.text.of("Step")) == 5


def test_a_bare_number_of_days_stays_without_unit_and_a_free_fee_with_a_clause_stays_doubtful():
    load_sample()
    text = show(Procedure.objects.get(code="1.000656"), None, DAY).text
    assert {(row.reading_kind, row.unit) for row in text.of("ProcessingTime")} == {("BARE", "")}
    assert {(row.reading_kind, row.doubts, row.reading) for row in text.of("Cost")} == {
        ("FREE", "FREE_WITH_CLAUSE", "UNVERIFIED")
    }


def test_what_the_source_leaves_out_is_not_published():
    load_sample()
    birth = show(Procedure.objects.get(code="1.001193"), None, DAY).text
    assert {part for part, state in birth.parts.items() if state.presence == "STATED"} == {"NAME", "SECTOR", "AGENCIES"}
    card = show(Procedure.objects.get(code="1.014061"), None, DAY).text
    assert card.presence("COSTS") == "NOT_PUBLISHED" and card.presence("TIME") == "STATED"


def test_a_commune_of_lao_cai_sees_the_provincial_time_over_the_ministrys_text():
    load_sample()
    procedure = Procedure.objects.get(code="1.010727")
    shown = show(procedure, agency("Phường Sa Pa"), DAY)
    assert shown.base.scope.key == "N"
    assert [(int(row.amount), row.unit) for row in shown.local_text("TIME").of("ProcessingTime")] == [
        (15, "DAY"),
        (22, "DAY"),
    ]
    assert shown.local["TIME"].opened_by.item.decision.number == "463/QĐ-UBND"
    assert shown.local["TIME"].valid_from == date(2026, 2, 13)
    assert "Lý Tự Trọng" in shown.local_text("PLACE").raw("RECEPTION")
    assert not show(procedure, agency("Phường Hạ Long"), DAY).local


def test_an_agency_lists_what_its_classes_and_its_province_offer():
    load_sample()
    commune = codes_listed("Phường Sa Pa")
    assert {"1.001193", "1.000894", "1.004222", "1.014063", "1.001612", "2.000815"} <= commune
    assert not {"1.001456", "1.010727", None} & commune
    assert {"1.001456", "1.010727", "1.010729"} <= codes_listed("Tỉnh Lào Cai")
    land = [p.content.name for p in listing_of(agency("Đặc khu Vân Đồn"), DAY) if p.procedure.code is None]
    assert land == [
        "Đính chính Giấy chứng nhận đã cấp",
        "Tặng cho quyền sử dụng đất cho Nhà nước hoặc cộng đồng dân cư hoặc mở rộng đường giao thông",
    ]
    province = [p for p in listing_of(agency("Tỉnh Quảng Ninh"), DAY) if p.procedure.code is None]
    assert len(province) == 4


def test_two_levels_of_one_name_are_two_procedures_with_their_own_times():
    load_sample()
    same = Procedure.objects.filter(contents__name="Đính chính Giấy chứng nhận đã cấp").order_by("pk")
    texts = [show(procedure, None, DAY).text for procedure in same]
    assert [[row.text for row in text.of("ProcessingTime") if row.case] for text in texts] == [
        ["18 ngày làm việc"],
        ["12 ngày làm việc"],
    ]


def test_repeals_and_removals_that_cannot_be_resolved_are_listed_not_guessed():
    load_sample()
    decision = Decision.objects.get(number="463/QĐ-UBND")
    assert decision.state == "PUBLISHED"
    assert [(item.action, item.code) for item in decision.items.all()][-1] == ("REPEAL", "1.010728")
    assert PendingReference.objects.filter(decision_number="2277/QĐ-UBND", item__code="1.010728").exists()
    assert not Procedure.objects.filter(code__in=["1.010728", "1.010733"]).exists()


def test_a_procedure_from_elsewhere_is_left_alone_and_named():
    make_procedure(code="1.004222", slug="dang-ky-thuong-tru")
    out, _ = run()
    assert "Bỏ qua 1 thủ tục đã có trong cổng từ nguồn khác: 1.004222" in out
    assert Procedure.objects.get(code="1.004222").contents.count() == 0


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "sample")
    return tmp_path / "sample"


def spoil(folder, change, file="bo-cong-an.json"):
    value = json.loads((folder / file).read_text("utf-8"))
    change(value)
    (folder / file).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    with pytest.raises(SampleError) as caught:
        load_sample(folder=folder)
    assert not Procedure.objects.exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f["procedures"][0].update(nmae="x"), "thủ tục 1.004222, trường “nmae”: không có trường này"),
        (lambda f: f["procedures"][0].pop("name"), "thủ tục 1.004222, trường “name”: thiếu"),
        (lambda f: f["procedures"][0].update(levels=["XA"]), "“XA” không có trong bảng. Hãy chọn: CENTRAL"),
        (lambda f: f["procedures"][0]["channels"][1]["costs"][0].update(value="10,000"), "channels thứ 2, costs thứ 1"),
        (lambda f: f["procedures"][0].update(code="1.4222"), "không phải mã thủ tục"),
        (lambda f: f["procedures"][0].update(listed_at=["Công an cấp trời"]), "trường “listed_at”: không có cơ quan"),
        (lambda f: f["procedures"].append(f["procedures"][0]), "Mã 1.004222 có nhiều lần"),
        (lambda f: f.update(read_on="hôm qua"), "trường “read_on”: Không đọc được ngày"),
        (lambda f: f.update(kind="list"), "trường “kind”: phải là “catalogue” hoặc “decision”"),
    ],
)
def test_a_mistake_is_named_with_file_entry_and_field_and_nothing_is_written(folder, change, words):
    message = spoil(folder, change)
    assert "bo-cong-an.json" in message or "Mã" in message
    assert words in message


def test_broken_json_names_its_line(folder):
    (folder / "bo-tu-phap.json").write_text('{\n  "kind": catalogue\n}', "utf-8")
    with pytest.raises(SampleError, match=r"bo-tu-phap.json không phải JSON: hỏng ở dòng 2"):
        load_sample(folder=folder)


def test_all_mistakes_are_told_at_once(folder):
    message = spoil(folder, lambda f: [p.pop("name") for p in f["procedures"][:3]])
    assert len(message.splitlines()) == 3


# --- our own words ---------------------------------------------------------------------------------------------------

LONGEST_COMMON = 11
WORD = re.compile(r"\w+")
# Official names (of procedures, results, agencies) and titles of texts are facts; all else must be our own words.
FACTS = {
    "name",
    "title",
    "number",
    "code",
    "decision",
    "agencies",
    "listed_at",
    "issuer",
    "issuer_text",
    "source",
    "sourceNote",
}


# … but for papers, whose names are ours.
OUR_NAMES = ("papers", "dossier", "profileComponents")


def words(text):
    return WORD.findall(clean(text).lower())


def runs(tokens):
    return {tuple(tokens[at : at + LONGEST_COMMON + 1]) for at in range(len(tokens) - LONGEST_COMMON)}


def sentences(value, field="", inside=""):
    """Every text but facts: `field` is its key, `inside` the key around it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from sentences(inner, key, field)
    elif isinstance(value, list):
        for inner in value:
            yield from sentences(inner, field, inside)
    elif isinstance(value, str) and inside != "agencies" and (field not in FACTS or inside in OUR_NAMES):
        yield value


def shared_texts(shared):
    for line in (shared / "dvcqg-ministries" / "procedures.jsonl").open(encoding="utf-8"):
        yield from (value for value in json.loads(line).values() if isinstance(value, str))
    for line in (shared / "bqp-structured" / "procedures.jsonl").open(encoding="utf-8"):
        yield from sentences_of_any(json.loads(line))
    for name in ("laocai-qd463-summary/cong_bo.json", "quangninh-qd294/tthc-dat-dai.extracted-by-source-repo.json"):
        yield from sentences_of_any(json.loads((shared / name).read_text("utf-8")))
    yield from documents(shared / "quangninh-qd294")


def sentences_of_any(value):
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from sentences_of_any(inner)
    elif isinstance(value, str):
        yield value


def documents(folder):
    from zipfile import ZipFile

    for path in folder.glob("*.docx"):
        xml = ZipFile(path).read("word/document.xml").decode("utf-8")
        for paragraph in xml.split("</w:p>"):
            yield "".join(re.findall(r"<w:t[ >][^<]*|<w:t>[^<]*", paragraph)).replace("<w:t>", "")


def test_no_sentence_is_copied_from_the_shared_texts(shared_data):
    ours = {}
    for path in FOLDER.glob("*.json"):
        for sentence in sentences(json.loads(path.read_text("utf-8"))):
            for run in runs(words(sentence)):
                ours[run] = (path.name, sentence)
    assert len(ours) > 500
    starts = {run[:2] for run in ours}
    copied = set()
    for text in set(shared_texts(shared_data)):
        tokens = words(text)
        for at, pair in enumerate(pairwise(tokens)):
            if pair in starts and (found := ours.get(tuple(tokens[at : at + LONGEST_COMMON + 1]))):
                copied.add(found)
    assert not copied


def test_codes_decisions_and_amounts_agree_with_the_national_records(shared_data):
    records = {}
    for line in (shared_data / "dvcqg-ministries" / "procedures.jsonl").open(encoding="utf-8"):
        record = {field: clean(value) for field, value in json.loads(line).items() if isinstance(value, str)}
        records[record["ma_thu_tuc"]] = record
    compared, absent = 0, set()
    rows = [text.row for file in read_sample(FOLDER) for text in file.procedures]
    for row in [*rows, *read(FOLDER / "danh-muc.json").rows]:
        record = records.get(row.code)
        if record is None:
            absent.add(row.code)
            continue
        compared += 1
        assert row.cited_decision == record["so_quyet_dinh"]
        assert " ".join(record["ten_thu_tuc"].split()).startswith(row.name)
        assert row.sector == " ".join(record["linh_vuc"].split())
        cell = record["cach_thuc_thuc_hien"].replace(",", "").replace(".", "")
        for channel in row.channels:
            for cost in channel.costs:
                assert cost.amount is None or str(int(cost.amount)) in cell
            assert channel.time.amount is None or str(int(channel.time.amount)) in cell
        assert all(output.code in record["ket_qua_xu_ly"] for output in row.outputs)
        assert all(basis.number in record["can_cu_phap_ly"] for basis in row.legal_bases)
    # Birth registration is known from the catalogue only, the last four from the Ministry of Defence.
    assert absent == {"1.001193", "1.013133", "1.013134", "1.013135", "1.013138"}
    assert compared == 87


def test_the_defence_procedures_agree_with_the_ministrys_records(shared_data):
    theirs = {row.code: row for row in read(shared_data / "bqp-structured" / "procedures.jsonl").rows}
    ours = [row for row in read(FOLDER / "danh-muc.json").rows if row.code in theirs]
    assert len(ours) == 4
    for row in ours:
        their = theirs[row.code]
        assert (row.name, row.sector, row.levels) == (their.name, their.sector, their.levels)
        assert row.cited_decision in their.cited_decision
        assert row.agencies["IMPLEMENTING"] == their.agencies["IMPLEMENTING"]
        known = {(channel.kind, channel.time.amount, channel.time.unit) for channel in their.channels}
        assert {(channel.kind, channel.time.amount, channel.time.unit) for channel in row.channels} <= known


def test_each_procedure_of_the_larger_catalogue_names_its_source():
    for record in json.loads((FOLDER / "danh-muc.json").read_text("utf-8"))["procedures"]:
        assert "Cổng Dịch vụ công quốc gia" in record["sourceNote"]
        assert record.get("id", "bản Word") in record["sourceNote"]


def test_units_agree_with_the_dated_list(shared_data):
    (path,) = (shared_data / "vn-units").glob("*.json")
    official = {row["Code"]: row for row in json.loads(path.read_text("utf-8"))}
    for province in json.loads((FOLDER / "units.json").read_text("utf-8")):
        real = official[province["Code"]]
        assert province["FullName"] == real["FullName"]
        wards = {ward["Code"]: ward["FullName"] for ward in real["Wards"]}
        assert all(wards[ward["Code"]] == ward["FullName"] for ward in province["Wards"])
