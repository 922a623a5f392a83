"""Marking words on the original text, and choosing the line that tells why something was found."""

import unicodedata

import pytest

from search.excerpts import LENGTH, excerpt, marked, words_in


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_marks_of_any_form_stand_on_whole_words(form):
    text = unicodedata.normalize(form, "Đăng ký kết hôn, đăng ký hộ")
    assert marked(text, {"ket", "hon", "dang"}) == (
        "<mark>Đăng</mark> ký <mark>kết hôn</mark>, <mark>đăng</mark> ký hộ"
    )


def test_no_markup_comes_from_the_text():
    assert marked('<img src=x onerror="a"> & án', {"an", "img", "amp"}) == (
        "&lt;<mark>img</mark> src=x onerror=&#34;a&#34;&gt; &amp; <mark>án</mark>"
    )


def test_letters_that_fold_to_more_or_to_nothing_keep_their_place():
    assert marked("İ ﬁ ß straße án", {"an"}) == "İ ﬁ ß straße <mark>án</mark>"
    assert words_in("Đất_đai 12/2024") == {"dat", "dai", "12", "2024"}


def test_the_line_that_holds_most_is_taken_and_cut_between_words():
    far = "một hai ba " * 60
    passages = [["STEPS", "giấy chứng từ khác"], ["EVIDENCE", f"{far}Giấy chứng sinh {far}"]]
    part, line = excerpt(passages, {"giay", "chung", "sinh"})
    assert part == "EVIDENCE" and "Giấy chứng sinh" in line
    assert line.startswith("… ") and line.endswith(" …") and len(line) <= LENGTH + 4


def test_a_lone_syllable_of_several_explains_nothing():
    assert excerpt([["STEPS", "giấy khác"]], {"giay", "chung", "sinh"}) is None
    assert excerpt([["STEPS", "hộ chiếu"]], {"chieu"}) == ("STEPS", "hộ chiếu")
    assert excerpt([], {"chieu"}) is None


def test_a_text_without_blanks_is_cut_all_the_same():
    _part, line = excerpt([["STEPS", "x" * 500 + " hộ chiếu " + "y" * 500]], {"ho", "chieu"})
    assert "hộ chiếu" in line and len(line) < 800


def test_control_characters_of_a_text_make_no_tags():
    assert marked("\x01x\x02 án\x02", {"an"}) == "x <mark>án</mark>"
