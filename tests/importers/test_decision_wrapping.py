"""Words that a narrow column broke, put together where page and language both say so."""

import pytest

from importers.decisions.grids import Box, Word, text_of
from importers.decisions.wrapping import are_halves, is_syllable


@pytest.mark.parametrize("word", ["không", "Nghiêng", "quyết", "giấy", "ƯƠNG", "khuỷu", "yêu", "oan", "ngoèo"])
def test_a_syllable_is_known_by_its_parts(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["g", "hưởngtrợ", "thủtục", "bàá", "xkhông", "ngg"])
def test_what_is_no_syllable_is_known_too(word):
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("Khôn", "g"), ("hưởn", "g,"), ("(2.000", "635.0"), ("00.H5", "6)"), ("146/2025/N", "Đ-CP"), ("chỉnh", ",")],
)
def test_halves_are_known(upper, lower):
    assert are_halves(upper, lower)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [("1.001776", "1.001739"), ("thủ", "tục"), ("2014;", "-"), ("Không", "thu"), ("Luật", "Đất"), ("NAM", "g")],
)
def test_words_of_their_own_stay_apart(upper, lower):
    assert not are_halves(upper, lower)


def cell(*lines, width, letter=5.0):
    """Lines of words in a cell of a width, each letter 5 points wide, 5 points from the wall."""
    words = []
    for at, line in enumerate(lines):
        left = 5.0
        for word in line.split():
            right = left + letter * len(word)
            words.append(Word(word, Box(left, 10.0 + 15 * at, right, 20.0 + 15 * at)))
            left = right + 3
    return words, Box(0, 0, width, 100)


def test_a_word_is_made_whole_only_where_it_filled_its_line():
    assert text_of(*cell("Khôn", "g thu", width=30)) == "Không thu"
    assert text_of(*cell("Khôn", "g thu", width=60)) == "Khôn g thu"
    assert text_of(*cell("lệ Khôn", "g thu", width=48)) == "lệ Khôn g thu"
    assert text_of(*cell("(1.001", "193.0", "00.00.", "00.H5", "6)", width=41)) == "(1.001193.000.00.00.H56)"
