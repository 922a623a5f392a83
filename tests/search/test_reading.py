"""Reading slips, keystrokes, numbers, places and dictionary phrases into ideas."""

import time
from itertools import pairwise

import pytest

from search.lexicon import Lexicon
from search.numbers import codes_in, decisions_in
from search.parse import parse
from search.synonyms import Dictionary, Entry
from search.telex import decoded
from search.words import marked_words, pairs_of, shown

NAMES = ("đăng ký khai sinh", "đăng ký kết hôn", "cấp đổi căn cước", "khôi phục mã số thuế", "đăng ký đất đai")


@pytest.fixture(scope="module")
def lexicon():
    terms = {}
    for name in NAMES:
        words = marked_words(name)
        for term in {*words, *(f"{a} {b}" for a, b in pairwise(words))}:
            terms[term] = terms.get(term, 0) + 1
    return Lexicon(len(NAMES), terms.items())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddaats", "đất"), ("dduwowngf", "đường"), ("giaays", "giấy"), ("giaasy", "giấy"), ("nuwowcs", "nước"),
        ("d9a61t", "đất"), ("cu7o71c", "cước"), ("pha1p", "pháp"), ("khai", ""), ("a1", ""), ("ct01", ""), ("", ""),
    ],
)  # fmt: skip
def test_left_over_keystrokes_become_marks(typed, meant):
    assert marked_words(decoded(typed) if typed else "") == marked_words(meant)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("khai sinhh", "khai sinh"), ("khaisinh", "khai sinh"), ("k hai sinh", "khai sinh"),
        ("kha i sinh", "khai sinh"),
        ("cawn cuwowcs", "căn cước"), ("xyzzy", ""), ("khai sinh", ""),
    ],
)  # fmt: skip
def test_a_slip_is_read_as_what_the_names_know(lexicon, typed, read):
    assert parse(typed, lexicon=lexicon).corrected == read


def test_what_was_typed_stays_a_wording(lexicon):
    for idea in parse("khai sinhh", lexicon=lexicon).ideas[1:]:
        assert "sinhh" in {one.text for one in idea.alternatives}


def test_a_word_that_exists_gets_its_likeness_only_beside_a_known_neighbour(lexicon):
    (first, second, *_) = parse("khôi phuc mã", lexicon=lexicon).ideas
    assert [one.text for one in second.alternatives] == ["phuc"]
    assert [one.text for one in first.alternatives] == ["khoi"]


def test_without_a_lexicon_nothing_is_corrected():
    assert parse("khaisinhh ddaats").corrected == ""


def test_a_phrase_of_the_dictionary_is_one_idea_with_its_wordings(lexicon):
    words = Dictionary([Entry(("sổ đỏ",), ("giấy chứng nhận",), "colloquial"), Entry(("vk",), ("vợ",), "teencode")])
    (idea,) = parse("sổ đỏ", dictionary=words, lexicon=lexicon).ideas
    assert [(one.text, one.source) for one in idea.alternatives] == [
        ("so do", "typed"),
        ("giay chung nhan", "colloquial"),
    ]
    assert parse("vk", dictionary=words).ideas[0].alternatives[0].text == "vo"


@pytest.mark.parametrize(
    "question",
    [
        "sở giao thông vận tải đăng ký kết hôn", "đăng ký kết hôn ở huyện Vĩnh Linh", "công an quận 7 đăng ký kết hôn",
        "phòng tài chính - kế hoạch quận Gò Vấp đăng ký kết hôn", "đăng ký kết hôn Diêu Trì",
    ],
)  # fmt: skip
def test_offices_and_places_are_not_required(lexicon, question):
    required = {idea.alternatives[0].text for idea in parse(question, lexicon=lexicon).required}
    assert {"ket", "hon"} <= required
    assert required.isdisjoint({"giao", "vinh", "quan", "7", "vap", "trieu", "chinh", "cong"})


@pytest.mark.parametrize("text", ["1o04222", "1.oo4222", "l.004222"])
def test_letters_that_look_like_digits_are_read_in_a_code(text):
    assert "1.004222" in codes_in(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("qđ 4768 bộ công an", "4768"), ("qd 903/bxd chung cu", "903 qd bxd"), ("967/qd-bnnmt hộ nghèo", "967 qd bnnmt"),
     ("2338 qđ btp", "2338 btp"), ("số 12", None)],
)  # fmt: skip
def test_a_decision_is_read_among_other_words(text, number):
    assert (number in decisions_in(text)) if number else decisions_in(text) == ()


@pytest.mark.parametrize("word", ["hòa", "thủy", "quyết", "giấy", "đường", "khai", "giá", "mùa"])
def test_a_mended_word_is_shown_as_people_write_it(word):
    assert shown(marked_words(word)[0]) == word


def test_reading_is_bounded_whatever_was_typed(lexicon):
    for text in ("khaisinh" * 1_200, "k h a i " * 2_000, "ddaats " * 1_500, "\u202e" * 10_000, "a" * 10_000):
        started = time.process_time()
        parse(text, lexicon=lexicon)
        assert time.process_time() - started < 1


def test_pairs_are_glued_as_in_the_index():
    assert pairs_of(["khai", "sinh"]) == ["khaisinh"]


def ideas(query):
    return [(one.typed and " ".join(word.folded for word in one.typed), one.required) for one in query.ideas]


def test_the_best_cut_leaves_the_fewest_words_over(lexicon):
    known = Dictionary([Entry(("thẻ bảo hiểm",), ("bảo hiểm",)), Entry(("bảo hiểm y tế",), ("BHYT",))])
    assert [text for text, _ in ideas(parse("cấp thẻ bảo hiểm y tế", dictionary=known, lexicon=lexicon))] == [
        "cap", "the", "bao hiem y te",
    ]  # fmt: skip


def test_what_is_written_out_already_is_not_written_out_twice(lexicon):
    known = Dictionary([Entry(("phép",), ("giấy phép",), "teencode", keeps=False)])
    assert [text for text, _ in ideas(parse("giấy phép xây", dictionary=known, lexicon=lexicon))] == [
        "giay", "phep", "xay",
    ]  # fmt: skip
    assert [text for text, _ in ideas(parse("phép xây", dictionary=known, lexicon=lexicon))] == ["giay", "phep", "xay"]


def test_filler_that_asks_for_a_special_case_is_required(lexicon):
    known = Dictionary([Entry(("lại",), (), "filler")])
    assert ("lai", True) in ideas(parse("cấp lại căn cước", dictionary=known, lexicon=lexicon))
    assert ("lai", False) in ideas(parse("căn cước lại", dictionary=known, lexicon=lexicon))


def test_a_mended_word_that_the_dictionary_writes_out_is_shown_once(lexicon):
    known = Dictionary([Entry(("căn cước", "căn cức"), ("căn cước",), "slip")])
    assert parse("cấp đổi ca8n cu7o71c", dictionary=known, lexicon=lexicon).corrected == "cấp đổi căn cước"


def test_of_several_meanings_the_first_named_is_trusted_most(lexicon):
    known = Dictionary([Entry(("đăng bộ",), ("đăng ký đất đai", "đăng ký", "đất đai"), keeps=False)])
    (idea,) = parse("đăng bộ", dictionary=known, lexicon=lexicon).ideas
    trusted = [one.weight for one in idea.alternatives]
    assert trusted == sorted(set(trusted), reverse=True)
