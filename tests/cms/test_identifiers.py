"""Procedure codes and decision numbers as real files write them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms import identifiers

VECTORS = json.loads((Path(__file__).parents[1] / "data/vectors/identifiers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["read_code"], ids=lambda vector: repr(vector[0]))
def test_a_code_cell_is_read_as_the_vectors_say(vector):
    raw, *expected = vector
    reading = identifiers.read_code(raw)
    got = [reading.text, reading.scheme, reading.base, reading.suffix, reading.doubtful] if reading else [None]
    assert got == expected


@pytest.mark.parametrize("name", ["normalise_code", "code_spellings", "fold_decision_number"])
def test_function_gives_what_the_vectors_say(name):
    function = getattr(identifiers, name)
    assert [(raw, function(raw)) for raw, _ in VECTORS[name]] == [tuple(vector) for vector in VECTORS[name]]


@pytest.mark.parametrize(("raw", "expected"), VECTORS["find_codes"])
def test_codes_in_running_text_are_found_only_when_certain(raw, expected):
    assert [reading.text for reading in identifiers.find_codes(raw)] == expected


@pytest.mark.parametrize("vector", VECTORS["read_decision_number"], ids=lambda vector: vector[0])
def test_a_decision_number_is_repaired_only_with_certainty(vector):
    raw, text, strict, well_formed = vector
    reading = identifiers.read_decision_number(raw)
    assert (reading.raw, reading.text, reading.strict, reading.well_formed) == (raw, text, strict, well_formed)


def test_a_well_formed_number_gives_its_parts_and_a_malformed_one_none():
    number = identifiers.read_decision_number("12/2013/QĐ-UBND")
    assert (number.number, number.year, number.body) == (12, 2013, "UBND")
    malformed = identifiers.read_decision_number("QĐ2338-BTP")
    assert (malformed.number, malformed.year, malformed.body) == (None, None, "")


@given(st.integers(0, 9), st.integers(0, 999_999))
def test_a_code_that_went_through_a_number_cell_comes_back_doubtful_and_right(first, rest):
    code = f"{first}.{rest:06d}"
    assert identifiers.normalise_code(code) == code
    if first and rest:
        reading = identifiers.read_code(float(code))
        assert reading.text == code and reading.doubtful
    assert identifiers.code_spellings(code.replace(".", ""))[:1] == [code]


@given(st.text())
def test_any_text_is_read_without_an_error_and_repairs_are_final(raw):
    identifiers.read_code(raw)
    identifiers.code_spellings(raw)
    identifiers.find_codes(raw)
    once = identifiers.read_decision_number(raw)
    assert identifiers.read_decision_number(once.text).text == once.text


def distinct(path, number_of):
    with path.open(encoding="utf-8") as lines:
        return {number_of(json.loads(line)) for line in lines}


def test_twelve_numbers_of_the_national_file_fail_the_strict_pattern_and_five_are_repaired(shared_data):
    raws = distinct(shared_data / "dvcqg-ministries" / "procedures.jsonl", lambda record: record["so_quyet_dinh"])
    failing = [n for n in map(identifiers.read_decision_number, raws) if not n.strict]
    assert len(failing) == 12
    assert sorted(n.text for n in failing if n.well_formed) == [
        "1170/QĐ-BTP", "1707/QĐ-BTC", "2267/QĐ-BXD", "3713/QĐ-BTP", "569/QĐ-BXD",
    ]  # fmt: skip


def test_one_number_of_the_defence_file_stays_malformed(shared_data):
    raws = distinct(
        shared_data / "bqp-structured" / "procedures.jsonl", lambda record: record["metadata"]["số_quyết_định"]
    )
    readings = map(identifiers.read_decision_number, raws)
    assert [n.text for n in readings if not n.well_formed] == ["Quyết định số 4777"]
