"""The dictionary meets typed words: longest first, marks respected, changes in force from the next search on."""

import pytest

from search.models import DictionaryEntry
from search.parse import parse
from search.synonyms import Dictionary, Entry, dictionary, shipped

SO_DO = Entry(("sổ đỏ",), ("giấy chứng nhận quyền sử dụng đất",))
SANG_TEN = Entry(("sang tên sổ đỏ",), ("đăng ký biến động đất đai",))
GPLX = Entry(("GPLX", "bằng lái xe"), ("giấy phép lái xe",), "abbreviation", both_ways=True)


def matches(text, *entries, at=0):
    words = [(word.folded, word.typed) for word in parse(text).words]
    return Dictionary(entries).matches(words, at)


@pytest.mark.parametrize("typed", ["sổ đỏ", "so do", "sổ đo", "So Đỏ", "so đỏ"])
def test_a_phrase_is_met_by_its_marks_or_fewer(typed):
    assert matches(typed, SO_DO) == [(2, SO_DO)]


@pytest.mark.parametrize("typed", ["sổ dò", "số đo", "sơ đồ", "sổ", "đỏ sổ"])
def test_a_phrase_is_not_met_by_other_marks_or_other_words(typed):
    assert matches(typed, SO_DO) == []


def test_the_longest_phrase_comes_first_and_shorter_ones_follow():
    sang = Entry(("sang tên",), ("chuyển nhượng",))
    assert matches("sang tên sổ đỏ", sang, SANG_TEN) == [(4, SANG_TEN), (2, sang)]


def test_a_phrase_is_found_only_where_it_begins():
    assert matches("làm sổ đỏ", SO_DO) == []
    assert matches("làm sổ đỏ", SO_DO, at=1) == [(2, SO_DO)]


def test_both_ways_entries_are_met_from_the_official_side():
    [(length, entry)] = matches("giấy phép lái xe hạng b", GPLX)
    assert (length, entry.phrases, entry.official) == (4, ("giấy phép lái xe",), ("GPLX", "bằng lái xe"))
    assert matches("giấy chứng nhận quyền sử dụng đất", SO_DO) == []


def test_tone_placement_and_decomposed_text_do_not_matter():
    entry = Entry(("hoà giải",), ("hòa giải",))
    assert matches("hòa giải", entry) == [(2, entry)]
    assert matches("hòa giải", entry) == [(2, entry)]


@pytest.mark.django_db
def test_without_entries_of_its_own_the_portal_uses_the_shipped_ones():
    assert dictionary() is shipped()


@pytest.mark.django_db
def test_an_editors_change_holds_from_the_next_look_on():
    row = DictionaryEntry.objects.create(phrases="sổ hường\nsổ hồng", official="giấy chứng nhận")
    assert [entry.phrases for entry in dictionary().entries] == [("sổ hường", "sổ hồng")]
    assert dictionary() is dictionary()
    row.official = "giấy chứng nhận quyền sử dụng đất"
    row.save()
    assert dictionary().entries[0].official == ("giấy chứng nhận quyền sử dụng đất",)
    other = DictionaryEntry.objects.create(phrases="bìa đỏ", official="giấy chứng nhận")
    assert len(dictionary().entries) == 2
    other.delete()
    assert len(dictionary().entries) == 1


def test_filler_of_one_syllable_is_met_only_as_it_is_written():
    filler, phrase = Entry(("bị", "không"), (), "filler"), Entry(("có được không",), (), "filler")
    assert matches("bị", filler) == [(1, filler)]
    assert matches("bi", filler) == matches("bí", filler) == []
    assert matches("co duoc khong", phrase) == [(3, phrase)]
