"""Every text of the interface has its English, compiled, with the same places to fill in."""

import re
from gettext import GNUTranslations

from django.utils import translation

from tests.messages import ENGLISH, english, extracted

PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")


def forms(text):
    """The one text, or its singular and plural."""
    return text if isinstance(text, tuple | list) else (text,)


def test_every_message_of_code_and_templates_has_an_english_one():
    known = {(one.context, one.id): one for one in english()}
    missing = [
        (one.id, sorted({file for file, _line in one.locations}))
        for one in extracted()
        if one.id and not ((one.context, one.id) in known and all(forms(known[one.context, one.id].string)))
    ]
    assert not missing, "chạy make messages, rồi dịch trong site/locale/en"


def test_nothing_is_translated_that_nothing_says():
    said = {(one.context, one.id) for one in extracted()}
    assert not [one.id for one in english() if (one.context, one.id) not in said]


def test_an_english_text_fills_in_what_the_vietnamese_one_does():
    wrong = [
        (source, text)
        for one in english()
        if one.id
        for source, text in zip(forms(one.id), forms(one.string), strict=True)
        if sorted(PLACE.findall(source)) != sorted(PLACE.findall(text)) or source[0].isspace() != text[0].isspace()
    ]
    assert not wrong


def test_no_english_text_is_a_guess():
    assert not [one.id for one in english() if one.fuzzy]


def test_what_is_compiled_is_what_is_written():
    with ENGLISH.with_suffix(".mo").open("rb") as stored:
        compiled = GNUTranslations(stored)
    for one in filter(lambda one: one.id, english()):
        if isinstance(one.id, tuple):
            said = tuple(compiled.ngettext(*one.id, number) for number in (1, 2))
        else:
            said = compiled.pgettext(one.context, one.id) if one.context else compiled.gettext(one.id)
        assert said == one.string, one.id


def test_a_day_as_a_unit_and_a_day_of_signing_are_two_english_words():
    with translation.override("en"):
        assert translation.gettext("ngày") == "of"
        assert translation.pgettext("đơn vị thời gian", "ngày") == "days"
