"""The law's clocks, by vectors worked out by hand from the calendar of 2024–2028."""

from datetime import date

import pytest

from cms.clocks import ClockState, DayCount, announcing, publishing, said
from cms.vocabulary import DecisionKind

MINISTRY, PROVINCE, OTHER = DecisionKind.MINISTRY, DecisionKind.PROVINCE, DecisionKind.OTHER
NEVER = date(2023, 1, 1)


@pytest.mark.parametrize(
    ("kind", "count", "effective", "due"),
    [
        # 1 July 2025 is a Tuesday: twenty days before is 11 June, twenty working days before 3 June, five 24 June.
        (MINISTRY, DayCount.CALENDAR, date(2025, 7, 1), date(2025, 6, 11)),
        (MINISTRY, DayCount.WORKING, date(2025, 7, 1), date(2025, 6, 3)),
        (PROVINCE, DayCount.CALENDAR, date(2025, 7, 1), date(2025, 6, 26)),
        (PROVINCE, DayCount.WORKING, date(2025, 7, 1), date(2025, 6, 24)),
        # 5 May 2025 is a Monday; 30 April to 2 May are off, Saturday 26 April is worked: 29, 28, 26, 25, 24 April.
        (PROVINCE, DayCount.WORKING, date(2025, 5, 5), date(2025, 4, 24)),
    ],
)
def test_a_decision_is_issued_so_many_days_before_its_text_takes_effect(kind, count, effective, due):
    clock = announcing(kind=kind, text_effective=effective, signed_on=None, on=NEVER, count=count)
    assert (clock.due, clock.certain) == (due, True)
    on_time = announcing(kind=kind, text_effective=effective, signed_on=due, on=effective, count=count)
    late = announcing(kind=kind, text_effective=effective, signed_on=effective, on=effective, count=count)
    assert (on_time.state, late.state) == (ClockState.DONE, ClockState.DONE_LATE)


def test_the_shortened_route_counts_three_days_from_the_texts_signature():
    # Signed on Thursday 26 June 2025: three days end on Sunday and move to Monday; three working days end on Tuesday.
    signed = date(2025, 6, 26)
    for count, due in ((DayCount.CALENDAR, date(2025, 6, 30)), (DayCount.WORKING, date(2025, 7, 1))):
        clock = announcing(
            kind=MINISTRY, text_effective=None, signed_on=None, on=signed, shortened_signed=signed, count=count
        )
        assert clock.due == due


@pytest.mark.parametrize(
    ("kind", "shortened", "signed", "due", "certain"),
    [
        # Friday 20 June 2025: ten working days end on Friday 4 July, five on 27 June, two on 24 June.
        (MINISTRY, False, date(2025, 6, 20), date(2025, 7, 4), True),
        (PROVINCE, False, date(2025, 6, 20), date(2025, 6, 27), True),
        (PROVINCE, True, date(2025, 6, 20), date(2025, 6, 24), True),
        # 26 August 2026, a Wednesday: 27, 28 August, then 31 August to 2 September are off; 3, 4, 7 September.
        (PROVINCE, False, date(2026, 8, 26), date(2026, 9, 7), True),
        # 20 December 2027 is a Monday: 21, 22, 23, 24, 27; 2027 has not been announced.
        (PROVINCE, False, date(2027, 12, 20), date(2027, 12, 27), False),
        # 28 April 2028 is a Friday; 1 May is off by the Labour Code: 2, 3, 4, 5, 8 May. 2028 has not been announced.
        (PROVINCE, False, date(2028, 4, 28), date(2028, 5, 8), False),
    ],
)
def test_a_decision_is_public_within_working_days_of_its_signature(kind, shortened, signed, due, certain):
    clock = publishing(kind=kind, signed_on=signed, published_on=None, on=signed, shortened=shortened)
    assert (clock.due, clock.certain) == (due, certain)


def test_soon_comes_before_late_and_late_before_it_is_done():
    states = [
        publishing(kind=MINISTRY, signed_on=date(2025, 6, 20), published_on=None, on=date(2025, *day)).state
        for day in ((6, 28), (6, 29), (7, 4), (7, 5))
    ]
    assert states == [ClockState.RUNNING, ClockState.SOON, ClockState.SOON, ClockState.LATE]


def test_a_clock_without_its_dates_says_which_and_is_not_on_time():
    clock = publishing(kind=PROVINCE, signed_on=None, published_on=date(2025, 7, 1), on=date(2025, 7, 1))
    assert (clock.state, clock.is_late) == (ClockState.UNKNOWN, False)
    assert said(clock) == "không tính được, thiếu ngày ký quyết định công bố"
    other = announcing(kind=OTHER, text_effective=None, signed_on=None, on=NEVER)
    assert said(other).endswith("loại quyết định (của Bộ hay của tỉnh), ngày có hiệu lực của văn bản căn cứ")
