"""Cleaning, folding, order and matching, proven by the vectors that JavaScript shares."""

import itertools
import json
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms import text

VECTORS = json.loads((Path(__file__).parents[1] / "data/vectors/text.json").read_text(encoding="utf-8"))
BASES = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
VIETNAMESE = [unicodedata.normalize("NFC", b + t) for b, t in itertools.product(BASES, TONES)] + list(
    "đĐbcghkmnpqt 19/.-"
)
vietnamese = st.text(st.sampled_from(VIETNAMESE), max_size=30)


@pytest.mark.parametrize("name", ["clean", "fold", "fold_words", "slugify", "sort_key", "match_key"])
def test_function_gives_what_the_vectors_say(name):
    wrong = [(raw, got, expected) for raw, expected in VECTORS[name] if (got := getattr(text, name)(raw)) != expected]
    assert wrong == []


@pytest.mark.parametrize(("raw", "limit", "expected"), VECTORS["slugify_max"])
def test_a_slug_is_cut_between_words(raw, limit, expected):
    assert text.slugify(raw, max_length=limit) == expected


def shuffled(words):
    words = list(words)
    random.Random(3).shuffle(words)
    return words


@pytest.mark.parametrize("expected", VECTORS["sort_ordered"])
def test_words_come_in_dictionary_order(expected):
    assert sorted(shuffled(expected), key=text.sort_key) == expected


@pytest.mark.parametrize("expected", VECTORS["sort_places_ordered"])
def test_the_kind_of_place_does_not_count_in_the_order(expected):
    assert sorted(shuffled(expected), key=lambda place: text.sort_key(place, text.SKIP_PLACES)) == expected


@pytest.mark.parametrize("expected", VECTORS["person_ordered"])
def test_people_are_ordered_by_given_name(expected):
    assert sorted(shuffled(expected), key=text.person_sort_key) == expected


@pytest.mark.parametrize(
    ("group", "key"),
    [(group, text.sort_key) for group in VECTORS["sort_same"]]
    + [(group, lambda t: text.sort_key(t, text.SKIP_PLACES)) for group in VECTORS["sort_places_same"]]
    + [(group, lambda t: text.sort_key(t, text.SKIP_PROCEDURE)) for group in VECTORS["sort_procedures_same"]]
    + [(group, text.match_key) for group in VECTORS["match_same"]],
)
def test_spellings_of_one_name_share_a_key(group, key):
    assert len({key(spelling) for spelling in group}) == 1


@pytest.mark.parametrize("group", VECTORS["match_different"])
def test_different_names_keep_different_match_keys(group):
    assert len({text.match_key(name) for name in group}) == len(group)


def test_every_vowel_with_every_tone_folds_to_its_base_letter():
    for base, tone in itertools.product(BASES, TONES):
        plain = unicodedata.normalize("NFD", base)[0].lower()
        for form in ("NFC", "NFD"):
            assert text.fold(unicodedata.normalize(form, base + tone)) == plain


@given(st.text())
def test_folding_twice_changes_nothing(raw):
    assert text.fold(text.fold(raw)) == text.fold(raw)


@given(st.text())
def test_composed_and_decomposed_text_are_one(raw):
    composed, decomposed = unicodedata.normalize("NFC", raw), unicodedata.normalize("NFD", raw)
    assert text.fold(composed) == text.fold(decomposed)
    assert text.clean(composed) == text.clean(decomposed)
    assert text.sort_key(composed) == text.sort_key(decomposed)


@given(st.text(st.characters(codec=None)))
def test_clean_text_can_be_stored_and_holds_nothing_unseen(raw):
    cleaned = text.clean(raw)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not {unicodedata.category(char) for char in cleaned if char not in "\n\t"} & {
        "Cc",
        "Cf",
        "Co",
        "Cs",
        "Zl",
        "Zp",
    }
    assert text.clean(cleaned) == cleaned


@given(st.text())
def test_keys_are_plain_ascii_that_any_collation_orders_alike(raw):
    assert set(text.sort_key(raw)) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert set(text.slugify(raw)) <= set("0123456789abcdefghijklmnopqrstuvwxyz-")


def plain_order(word):
    """The order as the rule states it, without any encoding: per syllable first letters, then tone."""
    order = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    tones = TONES
    letters, tone = [], 0
    for char in word:
        base = char
        for index, mark in enumerate(tones[1:], start=1):
            parts = unicodedata.normalize("NFD", char)
            if mark in parts:
                base, tone = unicodedata.normalize("NFC", parts.replace(mark, "")), tone or index
        letters.append(order.index(base))
    return letters, tone


syllable = st.text(st.sampled_from([c for c in VIETNAMESE if c.isalpha() and c.islower()]), min_size=1, max_size=4)


@given(st.lists(syllable, min_size=1, max_size=3), st.lists(syllable, min_size=1, max_size=3))
def test_keys_compare_as_the_rule_says(left, right):
    by_rule = [plain_order(s) for s in left] < [plain_order(s) for s in right]
    assert (text.sort_key(" ".join(left)) < text.sort_key(" ".join(right))) == by_rule


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_numbers_are_ordered_by_value(left, right):
    assert (text.sort_key(f"Mẫu {left}") < text.sort_key(f"Mẫu {right}")) == (left < right)


@given(vietnamese, st.integers(min_value=1, max_value=40))
def test_a_slug_is_never_longer_than_asked(raw, limit):
    slug = text.slugify(raw, max_length=limit)
    assert len(slug) <= limit and not slug.startswith("-") and not slug.endswith("-")


def test_repairs_are_counted_by_kind():
    cleaned = text.clean_with_repairs("\u200ea\u00a0b\uf0fc QÐ e\u0302")
    assert cleaned == ("a b• QĐ ê", {"invisible": 1, "space": 1, "bullet": 1, "look_alike": 1, "nfc": 1})
    assert text.clean_with_repairs("Không có gì để sửa").repairs == {}


def test_a_phrase_to_skip_is_never_the_whole_text():
    assert text.sort_key("Thủ tục", text.SKIP_PROCEDURE) == text.sort_key("thủ tục")
    assert text.sort_key("Thủ tục gia hạn", text.SKIP_PROCEDURE) == text.sort_key("gia hạn")
    assert text.sort_key("Thú tục gia hạn", text.SKIP_PROCEDURE) != text.sort_key("gia hạn")


def test_a_long_name_gets_a_key_that_fits_its_column():
    assert len(text.sort_key("thủ tục " * 200)) == text.SORT_KEY_LENGTH
    assert len(text.sort_key("thủ tục " * 200, max_length=50)) == 50
