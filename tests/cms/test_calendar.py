"""Working days and legal terms, on announced years and on years nobody has announced."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms import calendar

VECTORS = json.loads((Path(__file__).parents[1] / "data/vectors/calendar.json").read_text(encoding="utf-8"))
DATA = json.loads((Path(calendar.__file__).parent / "data" / "holidays.json").read_text(encoding="utf-8"))
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(("day", "working"), VECTORS["working"])
def test_a_day_is_worked_or_off_as_announced(day, working):
    assert calendar.is_working_day(date.fromisoformat(day)) is working


@pytest.mark.parametrize(("start", "number", "expected"), VECTORS["add_working_days"])
def test_working_days_are_counted_from_the_next_day(start, number, expected):
    assert calendar.add_working_days(date.fromisoformat(start), number).isoformat() == expected


@pytest.mark.parametrize(("start", "amount", "unit", "expected", "certain"), VECTORS["due_day"])
def test_a_term_ends_on_the_day_the_law_says(start, amount, unit, expected, certain):
    due = calendar.due_day(date.fromisoformat(start), Decimal(str(amount)), unit)
    assert (due.day.isoformat(), due.certain) == (expected, certain)


@pytest.mark.parametrize(
    ("amount", "unit"), [(8, "HOUR"), (4, "WORKING_HOUR"), (30, "MINUTE"), (Decimal("0.3"), "MONTH")]
)
def test_a_term_without_a_due_day_is_refused_in_words(amount, unit):
    with pytest.raises(calendar.NotCountedInDays, match="Không tính được"):
        calendar.due_day(date(2026, 7, 20), amount, unit)


def test_a_negative_term_is_refused():
    with pytest.raises(ValueError, match="không thể âm"):
        calendar.due_day(date(2026, 7, 20), -1, "DAY")


@given(days, st.integers(-60, 60))
def test_counting_undoes_adding(start, number):
    start = calendar.add_working_days(start, 0)
    assert calendar.working_days_between(start, calendar.add_working_days(start, number)) == number


@given(days, st.integers(0, 400), st.sampled_from(["WORKING_DAY", "DAY", "WEEK"]))
def test_a_term_never_ends_on_a_day_off(start, amount, unit):
    due = calendar.due_day(start, amount, unit)
    assert calendar.is_working_day(due.day) and due.day >= start


def test_the_day_turns_at_midnight_in_viet_nam():
    assert calendar.local_day(datetime(2026, 6, 30, 16, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert calendar.local_day(datetime(2026, 6, 30, 17, 0, tzinfo=UTC)) == date(2026, 7, 1)
    with pytest.raises(ValueError, match="múi giờ"):
        calendar.local_day(datetime(2026, 7, 1))  # noqa: DTZ001
    assert abs(calendar.today() - datetime.now(UTC).date()) <= timedelta(days=1)


def test_every_entry_of_the_table_has_a_source_and_changes_the_plain_week():
    for year in DATA["years"]:
        for kind in ("off", "worked", "undecided"):
            for entry in year.get(kind, []):
                day = date.fromisoformat(entry["day"])
                assert day.year == year["year"] and entry["name"] and entry["source"]
                assert (day.weekday() >= 5) == (kind == "worked"), day


def test_every_swap_gives_as_many_days_as_it_takes():
    for year in DATA["years"]:
        swapped = [entry for entry in year["off"] if entry["name"].startswith("Hoán đổi")]
        assert len(swapped) == len(year["worked"])
