"""Lists by chance, whose truth is known: a few in CI, `READ_SHUFFLED=500` reads that many."""

import os

import pytest

from tests.importers.decision_accuracy import share_right
from tests.importers.decision_shuffles import verdict

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


def test_a_scan_that_lies_crooked_is_read_whole(tmp_path):
    assert share_right(verdict(3, "crooked.pdf", tmp_path)) == 1
