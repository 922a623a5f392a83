"""Dates, times, numbers, money, durations and citations, as people read and type them."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.utils import formats, translation
from hypothesis import given
from hypothesis import strategies as st

from cms import values
from cms.vocabulary import TimeUnit

VECTORS = json.loads((Path(__file__).parents[1] / "data/vectors/values.json").read_text(encoding="utf-8"))
FROM_TEXT = {
    "format_date": date.fromisoformat,
    "date_in_words": date.fromisoformat,
    "format_time": time.fromisoformat,
    "format_number": Decimal,
}
TO_TEXT = {
    "read_date": date.isoformat,
    "read_time": lambda moment: moment.strftime("%H:%M"),
    "read_number": str,
    "read_money": lambda amount: f"{amount.normalize():f}",
}


@pytest.mark.parametrize(("name", "raw", "expected"), [(n, *vector) for n in FROM_TEXT for vector in VECTORS[n]])
def test_values_are_written_as_the_vectors_say(name, raw, expected):
    assert getattr(values, name)(FROM_TEXT[name](raw)) == expected


@pytest.mark.parametrize(("name", "typed", "expected"), [(n, *vector) for n in TO_TEXT for vector in VECTORS[n]])
def test_what_is_typed_is_read_as_the_vectors_say_or_refused(name, typed, expected):
    if expected is None:
        with pytest.raises(values.UnreadableValue, match="Hãy"):
            getattr(values, name)(typed)
    else:
        assert TO_TEXT[name](getattr(values, name)(typed)) == expected


@pytest.mark.parametrize(("amount", "currency", "expected"), VECTORS["format_money"])
def test_money_is_spelt_out(amount, currency, expected):
    assert values.format_money(Decimal(amount), currency) == expected


@pytest.mark.parametrize(("amount", "unit", "expected"), VECTORS["format_duration"])
def test_a_duration_names_its_unit(amount, unit, expected):
    assert values.format_duration(Decimal(amount), unit) == expected


def test_a_number_without_a_unit_gets_none():
    with pytest.raises(ValueError, match="BARE"):
        values.format_duration(7, "BARE")


@pytest.mark.parametrize(("parts", "expected"), VECTORS["citation"])
def test_a_decision_is_cited_as_far_as_it_is_known(parts, expected):
    if "signed_on" in parts:
        parts = {**parts, "signed_on": date.fromisoformat(parts["signed_on"])}
    assert values.citation(**parts) == expected


@pytest.mark.parametrize(("parts", "expected"), VECTORS["provision"])
def test_a_provision_is_cited_smallest_part_first(parts, expected):
    assert values.provision(**parts) == expected


@given(st.dates())
def test_a_written_day_is_read_back(day):
    assert values.read_date(values.format_date(day)) == day
    assert values.read_date(f"{day.day}/{day.month}/{day.year:04d}") == day


@given(st.decimals(-(10**12), 10**12, places=2))
def test_a_written_number_is_read_back(number):
    assert values.read_number(values.format_number(number)) == number


@given(st.text())
def test_any_typed_text_is_read_or_refused_in_words(typed):
    for read in (values.read_date, values.read_time, values.read_number, values.read_money):
        try:
            read(typed)
        except values.UnreadableValue as refusal:
            assert "Hãy" in str(refusal) and len(str(refusal)) < 250


def test_a_moment_is_shown_by_its_day_in_viet_nam():
    assert values.format_date(datetime(2026, 6, 30, 17, 0, tzinfo=UTC)) == "01/07/2026"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_forms_read_the_day_first_in_both_languages(language):
    with translation.override(language):
        assert forms.DateField(localize=True).clean("05/02/2026") == date(2026, 2, 5)
        assert forms.DateField().clean("18/11/2024") == date(2024, 11, 18)
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_django_writes_vietnamese_days_and_numbers():
    with translation.override("vi"):
        assert formats.date_format(date(2026, 2, 5)) == "05/02/2026"
        assert formats.time_format(time(7, 30)) == "7h30"
        assert formats.localize(Decimal("1.5")) == "1,5"
        assert formats.number_format(10000, use_l10n=True, force_grouping=True) == "10.000"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (lambda: values.format_number(10000), "10,000"),
        (lambda: values.format_number(Decimal("1234.50")), "1,234.5"),
        (lambda: values.format_money(10000), "10,000 VND"),
        (lambda: values.format_money(0), "0 VND"),
        (lambda: values.format_money(25, "USD"), "25 USD"),
        (lambda: values.format_duration(1, "WORKING_DAY"), "1 working day"),
        (lambda: values.format_duration(Decimal("2.5"), "DAY"), "2.5 days"),
        (lambda: values.date_in_words(date(2026, 2, 5)), "5 February 2026"),
        (lambda: values.format_date(date(2026, 2, 5)), "05/02/2026"),
        (
            lambda: values.citation("936/QĐ-BTC", date(2026, 2, 5), "Bộ Tài chính"),
            "Decision No. 936/QĐ-BTC of 5 February 2026 by Bộ Tài chính",
        ),
    ],
)
def test_an_english_page_writes_them_as_its_readers_take_them(written, expected):
    with translation.override("en"):
        assert written() == expected


@pytest.mark.parametrize("unit", TimeUnit.values)
def test_every_unit_of_time_is_one_alone_and_several_together_in_english(unit):
    with translation.override("en"):
        assert values.format_duration(2, unit) == values.format_duration(1, unit).replace("1", "2") + "s"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1900 1234", "19001234"),
        ("(024) 3.9271-0022", "02439271 0022".replace(" ", "")),
        ("+84 24 3927 1002", "+842439271002"),
        ("+84 (0)24 3927 1002", "+842439271002"),
        ("0203.3835.678 (máy lẻ 12)", "02033835678"),
        ("0203 3835 678, số máy lẻ 3", "02033835678"),
        ("0912.345.678 / 0913 345 678", "0912345678"),
        ("0912345678 hoặc 113", "0912345678"),
        ("ĐT: 022", "022"),
        ("chưa có", ""),
        ("", ""),
    ],
)
def test_a_telephone_dials_the_first_number_as_it_is_written(written, expected):
    assert values.dialled(written) == expected
