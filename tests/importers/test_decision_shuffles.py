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
    assert share_right(verdict(6, "pdf", tmp_path)) == 1
