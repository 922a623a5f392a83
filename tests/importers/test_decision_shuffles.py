"""Lists by chance, whose truth is known: a few in CI, `READ_SHUFFLED=500` reads that many."""

import os

import pytest

from importers.decisions.reading import read_decision
from tests.importers.decision_accuracy import compare, share_right
from tests.importers.decision_files import WRITERS
from tests.importers.decision_shuffles import shuffled, verdict

MANY = int(os.environ.get("READ_SHUFFLED", "8"))


@pytest.mark.parametrize("form", ["docx", "xlsx", "csv"])
def test_a_list_of_any_shape_is_read_whole(form, tmp_path):
    shares = {seed: share_right(verdict(seed, form, tmp_path)) for seed in range(MANY)}
    assert {seed: share for seed, share in shares.items() if share < 1} == {}


def test_a_list_of_any_shape_is_read_whole_from_a_pdf(tmp_path):
    # 6 is small; a page breaks the list of 144 where a merged cell begins and its header stands twice.
    assert {seed: share_right(verdict(seed, "pdf", tmp_path)) for seed in (6, 144)} == {6: 1, 144: 1}


def test_a_split_time_in_the_first_column_is_read_from_text(tmp_path):
    assert share_right(verdict(155, "csv", tmp_path)) == 1


def test_a_table_without_rules_is_read_whole_and_every_value_of_it_is_doubtful(tmp_path):
    described = shuffled(3)
    items = read_decision([WRITERS["white.pdf"](described, tmp_path / "khong-ke.pdf")]).items
    assert share_right(compare(items, described.expected)) == 1
    assert all(value.doubt for item in items for name, value in item.values.items() if name != "code")


def test_a_scan_that_lies_crooked_is_read_whole(tmp_path):
    assert share_right(verdict(3, "crooked.pdf", tmp_path)) == 1


def test_a_table_behind_the_list_that_could_not_be_read_is_named(tmp_path):
    rest = [["9", "Cấp giấy phép neo đậu tàu", "7 ngày", "Không"]]
    described = shuffled(3)
    described.blocks.append(rest)
    reading = read_decision([WRITERS["docx"](described, tmp_path / "bang-la.docx")])
    assert [problem.place.sheet for problem in reading.problems if problem.code == "TABLE_SKIPPED"] == ["bảng 2"]
