"""Content annexes: the eleven headings in every dress, joined to the list by order and name, nothing lost, and the
real annexes of Quảng Ninh 294 against what was counted by hand."""

import csv
import re

import pytest

from cms.vocabulary import Part, Presence
from importers.decisions.annex_channels import channels_of
from importers.decisions.annexes import TextLine, read_annexes
from importers.decisions.document import Cell, Document, Paragraph, Table
from importers.decisions.docx import read_docx
from importers.decisions.joining import join
from importers.decisions.reading import read_decision
from importers.decisions.rows import ItemRow
from importers.readers.files import examine
from importers.rows import Place
from tests.importers.decision_accuracy import GOLD

NUMBERED = (
    "1. Cấp giấy phép lưu kho",
    "(1) Trình tự thực hiện:",
    "Bước 1: Nộp hồ sơ. Kết quả:",
    "Bước 2: Nhận giấy phép.",
    "(2) Cách thức thực hiện",
    "Nộp tại Trung tâm.",
    "(3) Thành phần, số lượng hồ sơ:",
    "a) Thành phần hồ sơ:",
    "- Đơn theo Mẫu số 15đ (01 bản chính);",
    "- Bản vẽ kho do chủ kho",
    "tự lập.",
    "b) Số lượng hồ sơ: 02 bộ",
    "(4) Thời hạn giải quyết: 07 ngày làm việc.",
    "(5) Đối tượng thực hiện thủ tục hành chính: Chủ kho.",
    "(6) Cơ quan thực hiện TTHC",
    "- Cơ quan có thẩm quyền quyết định: Sở Công Thương.",
    "- Cơ quan phối hợp (nếu có): Không",
    "(7) Kết quả thực hiện TTHC: Giấy phép(8) Lệ phí, phí (nếu có): Không quy định.",
    "(9)Tên mẫu đơn, mẫu tờ khai: Mẫu số 15đ",
    "(10) Yêu cầu điều kiện thực hiện thủ tục hành chính: Không.",
    "(11) Căn cứ pháp lý của thủ tục hành chính:",
    "- Nghị định số 11/2026/NĐ-CP ngày 05/01/2026.",
    "Mẫu số 15đ. Đơn xin lưu kho",
    "Kết quả thực hiện: ghi rõ",
)
BARE = (
    "2. Thủ tục gia hạn giấy phép",
    "lưu kho",
    "Trình tự thực hiện",
    "Gửi đơn tới Trung tâm.",
    "Cách thức thực hiện: qua bưu chính",
    "Thành phần, số lượng hồ sơ",
    "Thời hạn giải quyết",
    "03 ngày",
    "Phí, lệ phí",
    "Miễn phí",
)


HEADING = re.compile(
    r"^\W*\(?\d{0,2}\W*(?:Cách thức|Thành phần|Thời hạn|Đối tượng|Cơ quan|Kết quả|Phí|Lệ phí|Tên mẫu|Yêu cầu|Căn cứ)"
)


def document(lines, tables=()):
    blocks = [Paragraph(text, number) for number, text in enumerate(lines, 1)]
    for after, rows in tables:
        grid = [[Cell(text, row, column) for column, text in enumerate(texts)] for row, texts in enumerate(rows)]
        blocks.insert(
            blocks.index(next(one for one in blocks if getattr(one, "text", "") == after)) + 1, Table(1, grid)
        )
    return Document("phu-luc.docx", "0" * 64, "docx", blocks)


def item(label, name, level="PROVINCE"):
    return ItemRow(int(label), Place("quyet-dinh.docx", "bảng 1", int(label)), name, label=label, levels=(level,))


def test_headings_are_found_in_every_dress_and_only_in_their_order():
    annex, other = read_annexes(document(NUMBERED + BARE))
    rows = [item("1", "Cấp giấy phép lưu kho"), item("2", "Gia hạn giấy phép lưu kho")]
    join(rows, [annex, other])
    first, second = (row.content for row in rows)
    assert [step.label for step in first.steps] == ["Bước 1", "Bước 2"]
    assert [(one.name, one.originals) for one in first.cases[0].papers] == [
        ("Đơn theo Mẫu số 15đ (01 bản chính)", 1),
        ("Bản vẽ kho do chủ kho tự lập.", None),
    ]
    assert (first.dossier_sets, first.times[0].amount, first.outputs[0].name) == ("02 bộ", 7, "Giấy phép")
    assert (first.costs[0].text, first.parts[Part.REQUIREMENTS].presence) == (
        "Không quy định.",
        Presence.NOT_APPLICABLE,
    )
    assert (first.costs[0].certain, first.parts[Part.COOPERATING].presence) == (True, Presence.NOT_APPLICABLE)
    assert first.agencies == {"COMPETENT": ["Sở Công Thương"]}
    assert [basis.number for basis in first.legal_bases] == ["11/2026/NĐ-CP"]
    assert [line.text for line in annex.forms] == ["Mẫu số 15đ. Đơn xin lưu kho", "Kết quả thực hiện: ghi rõ"]
    assert (other.name, second.times[0].amount, second.costs[0].kind) == (
        "Thủ tục gia hạn giấy phép lưu kho",
        3,
        "FREE",
    )
    # Places, what ran together and what is not there are told.
    assert str(first.parts[Part.STEPS].place) == "phu-luc.docx, đoạn 3 – đoạn 4"
    assert [one.code for one in rows[0].problems] == ["GLUED_HEADING"]
    assert "Theo quy định nào" in next(one.message for one in rows[1].problems if one.code == "ANNEX_PART")


def test_papers_in_a_table_keep_their_counts():
    table = [
        ("STT", "Tên giấy tờ", "Bản chính", "Bản sao"),
        ("1", "Đơn", "1", "0"),
        ("2", "Hợp đồng", "", "2"),
    ]
    (annex,) = read_annexes(document(BARE, [("Thành phần, số lượng hồ sơ", table)]))
    row = item("2", "Gia hạn giấy phép lưu kho")
    join([row], [annex])
    papers = [(one.name, one.originals, one.copies) for one in row.content.cases[0].papers]
    assert papers == [("Đơn", 1, 0), ("Hợp đồng", None, 2)]


def test_names_that_disagree_are_asked_with_both_places_and_never_joined():
    annexes = read_annexes(document(NUMBERED + BARE))
    rows = [item("1", "Cấp giấy phép lưu kho"), item("2", "Thu hồi giấy phép lưu kho ngoại quan")]
    join(rows, annexes)
    assert rows[0].content and rows[1].content is None
    (asked,) = [one for one in rows[1].problems if one.severity == "asked"]
    assert "quyet-dinh.docx, bảng 1, dòng 2" in asked.message
    assert "phu-luc.docx, đoạn 25" in asked.message
    assert "Thu hồi giấy phép" in asked.message and "gia hạn giấy phép" in asked.message


def test_a_text_in_the_wrong_order_finds_no_row_that_is_not_its_own():
    rows = [item("1", "Gia hạn giấy phép lưu kho"), item("2", "Cấp giấy phép lưu kho")]
    join(rows, read_annexes(document(NUMBERED + BARE)))
    assert [row.content for row in rows] == [None, None]
    assert all(row.is_doubtful() for row in rows)


# --- the real annexes ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared_data):
    """The items of the real list with their texts, and the annexes as documents."""
    folder = shared_data / "quangninh-qd294"
    items = read_decision([folder / "QD-cong-bo-TTHC-dat-dai.ban-soan-thao.docx"]).items
    documents = [read_docx(examine(path)) for path in sorted(folder.glob("Phu-luc*.docx"))]
    join(items, [annex for one in documents for annex in read_annexes(one)])
    return [one for one in items if one.parent is None], documents


def test_every_real_procedure_has_its_text_and_its_hand_counted_parts(real):
    items, _ = real
    assert sum(one.content is not None for one in items) == 51
    texts = {(one.levels[0], one.label): one.content for one in items}
    with (GOLD / "quang-ninh-294-noi-dung.tsv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file, delimiter="\t"))
    assert len(expected) == 16
    for row in expected:
        text = texts[row["level"], row["label"]]
        got = {
            "steps": str(len(text.steps)),
            "papers": str(sum(len(case.papers) for case in text.cases)),
            "time": row["time"] if row["time"] in text.times[0].text else text.times[0].text,
            "fee": text.costs[0].text,
            "results": str(len(text.outputs)),
            "requirements": str(len(text.requirements)),
            "legal_bases": str(len(text.legal_bases)),
        }
        wanted = {name: value for name, value in row.items() if name in got and value}
        assert {name: got[name] for name in wanted} == wanted, (row["level"], row["label"])


def test_no_paragraph_of_the_real_annexes_is_lost(real):
    items, documents = real
    held = "".join("".join(part.raw.split()) for one in items for part in one.content.parts.values())
    lost, seen, on = [], 0, False
    for document in documents:
        for paragraph in document.paragraphs():
            text = paragraph.full()
            if re.search(r"Trình tự thực hiện\W*$", text):
                on = True
            elif re.match(r"M[ẫầ]u số|\d{1,2}\. |CỘNG HÒA|PHỤ LỤC", text):
                on = False
            elif on:
                # One line holds the end of a result and the heading behind it.
                for piece in text.split("(8) "):
                    seen += 1
                    if not HEADING.match(piece) and "".join(piece.split()) not in held:
                        lost.append(piece)
    assert seen > 2500
    assert lost == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["Trực tiếp tại Trung tâm tỉnh; Trung tâm các xã hoặc qua dịch vụ bưu chính hoặc trực tuyến tại Cổng."],
            {"IN_PERSON": "Trực tiếp tại Trung tâm tỉnh; Trung tâm các xã", "POST": "dịch vụ bưu chính",
             "ONLINE": "trực tuyến tại Cổng"},
        ),
        (["- Nộp hồ sơ tại chợ;", "- Qua bưu điện."], {"IN_PERSON": "Nộp hồ sơ tại chợ", "POST": "Qua bưu điện"}),
        (["Nộp hồ sơ trực tiếp tại chợ, không nhận qua bưu chính."], {}),
        (["Trực tiếp tại chợ.", "Thời gian: giờ hành chính."], {}),
        (["Trực tiếp hoặc nhận kết quả qua bưu chính"], {}),
        (["Theo quy định."], {}),
    ],
)  # fmt: skip
def test_ways_of_handing_in_are_rows_only_where_every_clause_is_clear(lines, expected):
    found = channels_of([TextLine(line, Place("phu-luc.docx")) for line in lines])
    assert {row.kind: row.description for row in found} == expected
    assert not any(row.time or row.costs for row in found)


def test_a_table_of_ways_gives_each_its_time_and_fee():
    rows = (
        ("Hình thức nộp", "Thời hạn giải quyết", "Phí, lệ phí"),
        ("Trực tiếp", "05 ngày", "Không"),
        ("Trực tuyến", "03 ngày", ""),
    )
    found = channels_of([TextLine(" | ".join(cells), Place("phu-luc.docx"), cells, 1) for cells in rows])
    assert [(row.kind, row.time.amount, [cost.kind for cost in row.costs]) for row in found] == [
        ("IN_PERSON", 5, ["FREE"]),
        ("ONLINE", 3, []),
    ]


def test_in_a_pdf_a_name_takes_as_many_lines_as_it_needs():
    name = ("2. Trình tự, thủ tục chuyển quầy; đổi", "quầy giữa các chợ; gia hạn", "giấy phép quầy khi hết", "thời hạn")
    lines = ("Người làm đơn ký tên.", *name, *NUMBERED[1:-2])
    blocks = [Paragraph(text, number, page=3) for number, text in enumerate(lines, 1)]
    [annex] = read_annexes(Document("phu-luc.pdf", "0" * 64, "pdf", blocks))
    assert (annex.label, annex.name) == ("2", " ".join(name).removeprefix("2. "))
