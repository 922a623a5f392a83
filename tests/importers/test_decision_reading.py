import pytest

from importers.decisions.reading import read_decision
from importers.decisions.rows import RefusedKindError
from tests.importers import decision_files
from tests.importers.decision_accuracy import compare, gold_294, share_right

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


FORMS = [
    pytest.param(make, ending, id=f"{make.__name__}-{ending}")
    for make in (decision_files.amended, decision_files.mixed)
    for ending in ("docx", "pdf", "xlsx", "csv")
]


@pytest.mark.parametrize(("make", "ending"), FORMS)
def test_a_decision_says_the_same_in_every_format(make, ending, tmp_path):
    described = make()
    reading = read_decision([decision_files.WRITERS[ending](described, tmp_path / f"qd.{ending}")])
    table = compare(reading.items, described.expected)
    assert share_right(table) >= 0.98
    assert not sum(count["wrong"] for count in table.values())
    for name, value in described.head.items():
        got = getattr(reading.head, name)
        assert (got.isoformat() if hasattr(got, "isoformat") else got) == value


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
