import os

import pytest

from importers.decisions.docx import read_docx
from importers.decisions.reading import read_decision
from importers.decisions.rows import RefusedKindError
from importers.readers.files import examine
from tests.importers import decision_files, decision_variants
from tests.importers.decision_accuracy import (
    CHEAP,
    DOCS,
    END,
    FORMS,
    REAL,
    START,
    compare,
    gold_294,
    lines,
    measure,
    share_right,
)

pytestmark = pytest.mark.filterwarnings("error::ResourceWarning")


@pytest.fixture(scope="module")
def qd294(shared_data):
    return read_decision([shared_data / "quangninh-qd294" / "QD-cong-bo-TTHC-dat-dai.ban-soan-thao.docx"])


def test_the_real_list_is_read_as_a_person_reads_it(qd294):
    table = compare(qd294.items, gold_294())
    wrong = {column: dict(count) for column, count in table.items() if count["wrong"] or count["missing"]}
    assert not wrong
    assert share_right(table) == 1


def test_the_real_list_has_its_procedures_and_subcases(qd294):
    whole = [item for item in qd294.items if item.parent is None]
    assert (len(whole), len(qd294.items) - len(whole)) == (51, 24)
    assert [sum(item.levels == (level,) for item in whole) for level in ("PROVINCE", "COMMUNE")] == [32, 19]
    assert set(qd294.counts.values()) == {(32, 32), (19, 19)}
    labels = {item.ordinal: item.label for item in qd294.items}
    assert all(item.label.startswith(f"{labels[item.parent]}.") for item in qd294.items if item.parent)


def test_the_real_draft_says_what_its_head_leaves_blank(qd294):
    head = qd294.head
    assert (head.number, head.signed_on, head.effective_from) == ("", None, None)
    assert {problem.code for problem in qd294.problems} == {"NO_NUMBER", "NO_DATE"}
    assert head.signer == "Phạm Đức Thắng"
    assert head.issuer == "UBND TỈNH QUẢNG NINH VĂN PHÒNG UBND"
    assert len(head.grounds) == 8
    assert "từ ngày ký" in head.effect


def test_the_decision_on_internal_processes_is_refused_with_the_reason(shared_data):
    file = next((shared_data / "quangninh-qd294").glob("QD-phe-duyet*"))
    with pytest.raises(RefusedKindError, match="quy trình nội bộ"):
        read_decision([file])


# Making PDFs takes most of the time: in CI the shapes that pages and pictures of pages are hardest on, all by switch.
ALL = os.environ.get("READ_ALL_FORMATS")
PAGED = decision_variants.VARIANTS if ALL else (decision_variants.all_columns, decision_variants.scanned_noise)
MADE = [
    *((make, "pdf") for make in (decision_files.amended, decision_files.mixed, *PAGED)),
    *((make, "scan.pdf") for make in (decision_files.amended, *PAGED)),
    *((make, "white.pdf") for make in (decision_variants.repealed, decision_variants.seven_columns)),
]


@pytest.mark.parametrize(("make", "form"), [pytest.param(*one, id=f"{one[0].__name__}-{one[1]}") for one in MADE])
def test_a_decision_printed_over_pages_says_the_same(make, form, tmp_path):
    described = make()
    reading = read_decision([decision_files.WRITERS[form](described, tmp_path / f"qd.{form}")])
    assert_right(reading, described)


@pytest.mark.parametrize("make", [decision_files.amended, decision_files.mixed, *decision_variants.VARIANTS])
def test_a_shape_that_is_really_printed_is_read_whole(make, tmp_path):
    described = make()
    assert_right(read_decision([decision_files.as_docx(described, tmp_path / "qd.docx")]), described)


def assert_right(reading, described):
    table = compare(reading.items, described.expected)
    assert share_right(table) == 1, {column: dict(count) for column, count in table.items()}
    for name, value in described.head.items():
        got = getattr(reading.head, name)
        assert (got.isoformat() if hasattr(got, "isoformat") else got) == value


def test_the_documented_accuracy_is_what_is_read(tmp_path):
    documented = DOCS.read_text("utf-8").split(START)[1].split(END)[0].strip()
    forms = FORMS if ALL else CHEAP
    found = measure(tmp_path, forms)
    cells = _cells("\n".join(lines(found, forms)))
    held = _cells(documented)
    if (REAL, "docx") not in found:  # without the shared data only the lines of single files can be compared
        cells = {key: text for key, text in cells.items() if key[0] in dict.fromkeys(name for name, _ in found)}
    assert cells == {key: held[key] for key in cells}


def _cells(text):
    """{(row, column): cell} of Markdown tables; empty cells left out."""
    found = {}
    for table in text.split("\n\n"):
        head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        found |= {(row[0], name): cell for row in rows for name, cell in zip(head[1:], row[1:], strict=True) if cell}
    return found


if ALL:

    @pytest.mark.parametrize("form", ["pdf", "scan.pdf"])
    def test_the_real_list_cut_by_pages_is_read_whole(form, tmp_path, shared_data):
        word = next((shared_data / "quangninh-qd294").glob("QD-cong-bo*.docx"))
        described = decision_files.described_from(read_docx(examine(word)), REAL, gold_294())
        reading = read_decision([decision_files.WRITERS[form](described, tmp_path / f"294.{form}")])
        assert share_right(compare(reading.items, gold_294())) == 1


def test_an_empty_cell_of_a_text_table_is_filled_from_above_with_a_doubt(tmp_path):
    described = decision_variants.all_columns()
    items = read_decision([decision_files.as_csv(described, tmp_path / "qd.csv")]).items
    assert [bool(item.values["place"].doubt) for item in items] == [False, True, True, True, False]


def test_a_table_without_rules_is_doubtful_in_every_row(tmp_path):
    described = decision_variants.repealed()
    reading = read_decision([decision_files.as_white_pdf(described, tmp_path / "qd.pdf")])
    assert all(item.is_doubtful() for item in reading.items)


def test_what_an_older_decision_numbered_is_asked_for(tmp_path):
    reading = read_decision([decision_files.as_docx(decision_files.amended(1), tmp_path / "qd.docx")])
    assert [problem.raw for problem in reading.problems if problem.code == "OLD_ITEM"]


def test_a_heading_count_that_disagrees_is_said(tmp_path):
    described = decision_files.amended(4)
    described.blocks[-1].pop()
    reading = read_decision([decision_files.as_docx(described, tmp_path / "qd.docx")])
    assert [problem.code for problem in reading.problems].count("COUNT") == 1


@pytest.mark.parametrize(("printed", "read"), [("1.00422", "1.004220"), ("1004222", "1.004222")])
def test_a_code_that_excel_made_a_number_is_doubtful_and_shown(printed, read, tmp_path):
    described = decision_files.amended(1)
    described.blocks[-1][4][1] = printed
    item = read_decision([decision_files.as_xlsx(described, tmp_path / "qd.xlsx")]).items[0]
    assert (item.code, item.values["code"].raw, item.is_doubtful()) == (read, printed, True)
    assert printed in item.values["code"].doubt
