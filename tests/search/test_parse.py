"""Reading what was typed."""

import pytest

from search.parse import agreement, bare, marked_words, parse


def test_filler_is_told_from_the_subject():
    query = parse("Cho tôi hỏi thủ tục đăng ký khai sinh cần giấy tờ gì ạ")
    assert [idea.alternatives[0].text for idea in query.required] == ["dang", "ky", "khai", "sinh", "a"]


def test_only_filler_is_taken_at_its_word():
    assert [idea.alternatives[0].text for idea in parse("thủ tục").required] == ["thu", "tuc"]


@pytest.mark.parametrize(
    ("text", "words"), [("Hoà, hòa", ["hoaα", "hoaα"]), ("A2 à", ["a2", "aα"]), ("Đường", ["đươngα"])]
)
def test_a_marked_word_has_one_spelling(text, words):
    assert marked_words(text) == words


@pytest.mark.parametrize("text", ["đường", "thuỷ", "a2", "quyết", "ẤP", "khai"])
def test_the_bare_word_is_the_folded_one(text):
    (word,) = marked_words(text)
    assert bare(word) == parse(text).words[0].folded


@pytest.mark.parametrize(
    ("typed", "found", "agreed"),
    [("đất", "đất", 1), ("đat", "đất", 0.9), ("đát", "đất", 0.9), ("dất", "đất", 0.9), ("đạt", "đất", 0.4)],
)
def test_half_the_marks_fit_and_other_marks_contradict(typed, found, agreed):
    (one,), (other,) = marked_words(typed), marked_words(found)
    assert agreement(one, other, True) == agreed


def test_without_any_marks_all_words_agree():
    assert agreement("dat", marked_words("đất")[0], False) == 1
