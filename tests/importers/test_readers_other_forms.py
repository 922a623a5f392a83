"""The portal of 2021, a provincial police portal and the national portal's own interface: real files, and small ones
that are wrong in one place."""

import html
import json
import re
from decimal import Decimal

import pytest

from cms.text import clean
from cms.vocabulary import CostReading
from importers.normalise import read_fee_in_words, read_legal_lines, read_time_in_words
from importers.readers import detect, read
from importers.rows import UnusableFileError

FORMS = {
    "interface": "dvcqg-api-sample/1.008004.trimmed.json",
    "portal2021": "dvcqg-2021-legacy/procedures.json",
    "police": "phutho-congan/tthc-phutho-source.json",
    "police-digest": "phutho-congan/tthc-catalog.json",
}
INTERFACE = {
    "id": "00000000-0000-7000-8000-000000000001", "code": "1.000001", "name": "Đăng ký thử",
    "executionSteps": [{"name": "", "description": "Bước 1: Nộp.\nBước 2: Nhận."}],
    "executionMethods": [{"submissionMethod": "DIRECT", "processingTime": 5, "processingTimeUnit": "DAY",
                          "fees": [{"type": "CHARGE", "value": 0, "description": ""}]}],
}  # fmt: skip
LEGACY = {
    "_id": {"$oid": "a1"}, "title": "Thủ tục đăng ký thử", "Trình tự thực hiện": "Nộp hồ sơ.</p>",
    "Cách thức thực hiện": [{"Hình thức nộp": "Trực tiếp", "Thời hạn giải quyết": "5 Ngày",
                             "Phí, lệ phí": "Phí: 250.000 ĐồngXem chi tiết Lệ phí: 150.000 ĐồngXem chi tiết"}],
    "Thành phần hồ sơ": [{"Tên giấy tờ": "Tờ khai", "Mẫu đơn, tờ khai": "x?ma=", "Số lượng - bản chính": "hai bản"}],
    "Cơ quan thực hiện": "Công an Xã",
}  # fmt: skip
POLICE = {
    "site_id": "1-2", "source_url": "https://congan.example.vn/a", "title": "Đăng ký thử", "processing_time": "",
    "documents": "Tờ khai.\n- Số lượng: 01 bộ.", "steps": "Bước 1: Nộp.", "fee": "Không.", "level": "Cấp Xã",
    "requirements": "Đủ 14 tuổi.\n\nNộp hồ sơ trực tuyến\n\nThủ tục hành chính\n\nCăn cước",
}  # fmt: skip


def write(path, *records, **around):
    value = {**around, "procedures": list(records)} if around else list(records)
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path


def one(tmp_path, record, **changes):
    file = read(write(tmp_path / "tep.json", {**record, **changes}))
    (row,) = file.rows
    return row


def codes(row):
    return {problem.code for problem in row.problems}


@pytest.mark.parametrize(("form", "path"), FORMS.items())
def test_a_form_is_known_by_its_content(shared_data, tmp_path, form, path):
    renamed = tmp_path / "danh-muc.xlsx"
    renamed.write_bytes((shared_data / path).read_bytes())
    assert detect(renamed) == form


@pytest.mark.parametrize(
    ("form", "count"), [("interface", 1), ("portal2021", 64), ("police", 157), ("police-digest", 92)]
)
def test_every_record_of_the_real_files_is_read(shared_data, form, count):
    file = read(shared_data / FORMS[form])
    assert (len(file.rows), file.refused) == (count, [])
    assert len({(row.code, str(row.identifiers)) for row in file.rows}) == count
    assert all(len(value) <= 100 for row in file.rows for values in row.identifiers.values() for value in values)


def texts_of(value, skipped):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in skipped:
                yield from texts_of(inner, skipped)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, skipped)
    elif isinstance(value, str):
        yield value


# What is no text of the procedure: numbers of records, links of dead pages, the source's own bookkeeping.
NO_TEXT = {
    "portal2021": {"_id"},
    "police": {"site_id", "source_url", "source_name", "risk_flags", "content_hash"},
    "police-digest": {"id", "procedureId", "category", "cap", "fee"},
}
FURNITURE = re.compile(
    r"</p>|Xem chi tiết|https?://\S*\?ma=(?!\S)|Nộp hồ sơ trực tuyến\s+Thủ tục hành chính\s.*|&copy;"
    r"|^(?:Tên thủ tục|Loại thủ tục|Cấp xử lý|Thời hạn|Lệ phí|Phí|Hồ sơ|Đối tượng chính|Đối tượng|Cơ quan xử lý|Kết quả"
    r"|Căn cứ pháp lý|Nguồn|Nội dung):",
    re.DOTALL | re.MULTILINE,
)
WORDS = re.compile(r"\w+")


@pytest.mark.parametrize("form", NO_TEXT)
def test_no_word_of_the_real_records_is_lost(shared_data, form):
    value = json.loads((shared_data / FORMS[form]).read_text("utf-8"))
    records = value["procedures"] if isinstance(value, dict) else value
    rows = read(shared_data / FORMS[form]).rows
    if form == "portal2021":  # one of its records stands twice
        by_number = {number: row for row in rows for number in row.identifiers["OTHER"]}
        rows = [by_number[record["_id"]["$oid"]] for record in records]
    for record, row in zip(records, rows, strict=True):
        kept = set(WORDS.findall("\n".join(part.raw for part in row.parts.values())))
        for text in texts_of(record, NO_TEXT[form]):
            words = set(WORDS.findall(html.unescape(FURNITURE.sub(" ", clean(text)))))
            assert words <= kept, (row.name, sorted(words - kept)[:10])


def test_the_interface_and_the_page_of_one_procedure_give_the_same_rows(shared_data):
    (row,) = read(shared_data / FORMS["interface"]).rows
    pages = read(shared_data / "dvcqg-ministries" / "procedures.jsonl").rows
    page = next(other for other in pages if other.code == row.code)
    for name in ("name", "sector", "levels", "procedure_kind", "legal_bases", "outputs", "identifiers"):
        assert getattr(row, name) == getattr(page, name), name
    assert set(row.applicant_types) == set(page.applicant_types)
    said = [
        [(c.kind, c.time, [(cost.kind, cost.amount, cost.certain) for cost in c.costs]) for c in one.channels]
        for one in (row, page)
    ]
    assert said[0] == said[1]
    assert (row.cited_decision, row.online_level) == ("3085/QĐ-BNN-TT", "FULL")
    assert "13/09/2024" in row.parts["DECISION"].raw


# --- the interface ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fee", "kind", "doubts", "certain"),
    [
        ({"type": "FEE", "value": 0}, "FREE", (), True),
        ({"type": "FEE", "value": 0, "description": "Theo nghị quyết"}, "FREE", ("FREE_WITH_CLAUSE",), False),
        ({"type": "FEE", "value": 0, "description": "Nộp 5.000 đồng"}, "FREE", ("FREE_WITH_AMOUNT",), False),
        ({"type": "FEE", "value": 50000, "currencyId": "VND"}, "AMOUNT", (), True),
        ({"type": "FEE", "value": 50}, "AMOUNT", ("THOUSANDS",), False),
        ({"type": "FEE", "value": 50, "currencyId": "lá"}, "OTHER", (), False),
        ({"type": "FEE", "value": None}, "NOT_PUBLISHED", (), True),
    ],
)
def test_a_fee_of_the_interface_is_what_it_says(tmp_path, fee, kind, doubts, certain):
    methods = [{**INTERFACE["executionMethods"][0], "fees": [fee]}]
    cost = one(tmp_path, INTERFACE, executionMethods=methods).channels[0].costs[0]
    assert (cost.kind, cost.doubts, cost.certain) == (kind, doubts, certain)


def test_a_unit_or_channel_nobody_knows_keeps_its_words_and_is_listed(tmp_path):
    methods = [{"submissionMethod": "DIRECT", "processingTime": 5, "processingTimeUnit": "MOON"},
               {"submissionMethod": "PIGEON", "processingTime": 5, "processingTimeUnit": "DAY"}]  # fmt: skip
    row = one(tmp_path, INTERFACE, executionMethods=methods)
    assert [(channel.time.kind, channel.time.text) for channel in row.channels] == [("OTHER", "5 MOON")]
    assert "PIGEON" in row.parts["CHANNELS"].raw
    assert {"TIME_WORDS", "CHANNEL_UNKNOWN"} <= codes(row)


def test_a_case_with_another_time_is_kept_in_words_and_listed(tmp_path):
    cases = [{"name": "Có xác minh", "code": "1.000001.01", "processingDay": {"qty": 9, "type": "DAY"}}]
    row = one(tmp_path, INTERFACE, cases=cases)
    assert [time.text for time in row.times] == ["1.000001.01 Có xác minh: 9 Ngày"]
    assert "TIME_DIFFERS" in codes(row)


def test_what_the_interface_leaves_out_is_not_said(tmp_path):
    row = one(tmp_path, INTERFACE, isFullProcess=False, isNonTerritorial=False)
    assert (row.online_level, row.regardless_of_residence) == ("", None)
    assert row.parts["REQUIREMENTS"].presence == row.parts["AGENCIES"].presence == "NOT_PUBLISHED"


# --- the portal of 2021 ----------------------------------------------------------------------------------------------


def test_tags_and_buttons_go_and_several_sums_are_not_certain(tmp_path):
    row = one(tmp_path, LEGACY)
    assert row.steps[0].text == "Nộp hồ sơ."
    costs = row.channels[0].costs
    assert [(cost.amount, cost.cost_kind, cost.certain) for cost in costs] == [
        (Decimal(250000), "FEE", False),
        (Decimal(150000), "CHARGE", False),
    ]
    assert (row.code, row.identifiers) == (None, {"OTHER": ["a1"]})
    assert {"HTML_REMOVED", "FEE_SEVERAL", "PAPER_COUNT"} <= codes(row)


def test_one_record_under_two_numbers_is_one_procedure(tmp_path):
    twice = {**LEGACY, "_id": {"$oid": "a2"}}
    other = {**LEGACY, "_id": {"$oid": "a3"}, "Cơ quan thực hiện": "Công an tỉnh"}
    rows = read(write(tmp_path / "tep.json", LEGACY, twice, other)).rows
    assert [row.identifiers["OTHER"] for row in rows] == [["a1", "a2"], ["a3"]]
    assert "DUPLICATE_SAME" in codes(rows[0])


def test_a_currency_without_a_sum_states_no_fee(shared_data):
    rows = read(shared_data / FORMS["portal2021"]).rows
    costs = [cost for row in rows for channel in row.channels for cost in channel.costs]
    assert {str(cost.kind) for cost in costs if cost.text.endswith(": Đồng")} == {"NOT_PUBLISHED"}
    assert not any("chi tiết" in cost.text for cost in costs)


# --- the police portal -----------------------------------------------------------------------------------------------


def test_the_menu_of_the_page_is_no_condition(tmp_path, shared_data):
    assert one(tmp_path, POLICE).requirements == ["Đủ 14 tuổi."]
    for row in read(shared_data / FORMS["police"]).rows:
        assert "Chuyên mục" not in row.parts["REQUIREMENTS"].raw


def test_papers_told_in_sentences_are_kept_whole(tmp_path):
    row = one(tmp_path, POLICE)
    assert (row.cases, row.dossier_sets, row.parts["EVIDENCE"].raw) == ([], "01 bộ", POLICE["documents"])
    assert "DOSSIER_WORDS" in codes(row)
    assert row.identifiers == {"OTHER": ["congan.example.vn:1-2"]}


@pytest.mark.parametrize(
    ("text", "kind", "amount", "unit"),
    [
        ("02 ngày làm việc.", "UNIT", 2, "WORKING_DAY"),
        ("04 (bốn) ngày làm việc.", "UNIT", 4, "WORKING_DAY"),
        ("Không quá 07 ngày làm việc.", "OTHER", None, ""),
        ("05 ngày (riêng vùng cao 08 ngày)", "OTHER", None, ""),
        ("7", "OTHER", 7, ""),
        ("", "NOT_STATED", None, ""),
    ],
)
def test_a_time_in_words_is_read_only_where_it_is_nothing_else(text, kind, amount, unit):
    time = read_time_in_words(text)
    assert (time.kind, time.amount, time.unit, time.text) == (kind, amount, unit, text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Không.", ["FREE"]),
        ("Không thu lệ phí.", ["FREE"]),
        ("Chưa quy định.", ["OTHER"]),
        ("300.000đ (Ba trăm nghìn đồng).", ["OTHER", "BRACKETED"]),
        ("", ["NOT_PUBLISHED"]),
    ],
)
def test_a_fee_in_words_is_free_only_in_plain_words(text, kinds):
    costs = read_fee_in_words(text)
    assert [str(cost.kind) for cost in costs] == kinds
    assert not any(cost.certain for cost in costs if cost.kind in ("OTHER", "BRACKETED"))


def test_a_legal_line_gives_its_number_only_where_it_has_one():
    text = "- Luật Cư trú số 68/2020/QH14 ngày 13/11/2020;\n- Thông tư 1/2021/TT-BCA sửa Thông tư 2/2020/TT-BCA"
    rows, notes = read_legal_lines(text)
    assert [(row.number, row.certain) for row in rows] == [("68/2020/QH14", True), ("", False)]
    assert rows[0].issued_on.isoformat() == "2020-11-13"
    assert [note.code for note in notes] == ["LEGAL_NUMBER"]


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "changes", "words"),
    [
        (INTERFACE, {"executionMethods": "x"}, "executionMethods"),
        (INTERFACE, {"procedureProposal": ["x"]}, "procedureProposal"),
        (INTERFACE, {"cases": [{"processingDay": 5}]}, "processingDay"),
        (LEGACY, {"Thành phần hồ sơ": {"a": 1}}, "Thành phần hồ sơ"),
        (POLICE, {"attachments": ["x"]}, "attachments"),
        (POLICE, {"steps": {"a": 1}}, "steps"),
        (POLICE, {"title": ""}, "không có tên"),
    ],
)
def test_a_record_of_another_shape_is_refused_with_its_place(tmp_path, record, changes, words):
    path = write(tmp_path / "tep.json", record, {**record, **changes})
    file = read(path)
    assert len(file.rows) == 1
    (problem,) = file.refused
    assert "tep.json, mục 2" in str(problem.place)
    assert words in problem.message


def test_records_under_procedures_are_read_with_their_places(tmp_path):
    path = write(tmp_path / "tep.json", POLICE, "x", source_name="Công an")
    file = read(path)
    assert [str(problem.place) for problem in file.refused] == ["tep.json, procedures, mục 2"]
    assert str(file.rows[0].place) == "tep.json, procedures, mục 1"
    with pytest.raises(UnusableFileError, match=r"tep\.json"):
        read(write(tmp_path / "tep.json", {"a": 1}, source_name="Công an"))


@pytest.mark.parametrize(
    ("text", "certain"), [("Không quy định.", True), ("Chưa quy định", False), ("Theo quy định", False)]
)
def test_that_no_fee_is_laid_down_is_certain_and_not_free(text, certain):
    (cost,) = read_fee_in_words(text)
    assert (cost.kind, cost.certain, cost.text) == (CostReading.OTHER, certain, text)
