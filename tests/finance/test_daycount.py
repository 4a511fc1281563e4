from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import daycount
from quizapp.finance.errors import NotACount, OutOfRange, WrongDates
from tests.finance.draws import close, given

STARTS = st.dates(date(1999, 1, 1), date(2040, 12, 31))
LENGTHS = st.integers(1, 1500)


@given(STARTS, LENGTHS, LENGTHS)
def test_actual_actual_isda_adds_up_over_adjoining_periods(start, first, second):
    middle, end = start + timedelta(first), start + timedelta(first + second)
    parts = daycount.actual_actual_isda(start, middle) + daycount.actual_actual_isda(middle, end)
    assert close(daycount.actual_actual_isda(start, end), parts)


@given(STARTS, st.integers(1, 60))
def test_whole_months_have_thirty_days_each(start, months):
    start = start.replace(day=min(start.day, 28))
    end = daycount.months_after(start, months)
    for count in (daycount.thirty_360_days, daycount.thirty_e_360_days):
        assert count(start, end) == 30 * months


@given(STARTS, LENGTHS)
def test_thirty_day_counts_stray_from_one_another_by_a_few_days_only(start, days):
    end = start + timedelta(days)
    bond, euro = daycount.thirty_360_days(start, end), daycount.thirty_e_360_days(start, end)
    assert 0 <= bond - euro <= 1
    assert 0 <= bond - daycount.thirty_360_us_days(start, end) <= 2


@given(STARTS, LENGTHS)
def test_years_by_any_count_are_the_days_over_a_year_or_so(start, days):
    end = start + timedelta(days)
    for basis in range(5):
        assert abs(daycount.year_fraction(start, end, basis) - Decimal(days) / 365) < Decimal("0.07")


@given(STARTS, st.sampled_from((1, 2, 4)), st.integers(1, 8))
def test_whole_coupon_periods_count_as_such_by_icma(start, frequency, periods):
    start = start.replace(day=min(start.day, 28))
    months = 12 // frequency
    end, first = daycount.months_after(start, months * periods), daycount.months_after(start, months)
    years = daycount.actual_actual_icma(start, end, start, first, frequency)
    assert close(years, Decimal(periods) / frequency)


@given(STARTS, st.integers(1, 12))
def test_whole_years_count_as_such_by_afb(start, years):
    start = start.replace(day=min(start.day, 28))
    end = daycount.months_after(start, 12 * years)
    assert daycount.actual_actual_afb(start, end) == years


def test_a_last_day_of_february_leads_to_last_days():
    assert daycount.coupon_date(date(2024, 2, 29), 6) == date(2024, 8, 31)
    assert daycount.coupon_date(date(2025, 2, 28), 12) == date(2026, 2, 28)
    assert daycount.coupon_date(date(2023, 2, 28), 12) == date(2024, 2, 29)
    assert daycount.months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert daycount.months_after(date(2024, 3, 30), -1) == date(2024, 2, 29)


def test_february_counts_thirty_days_in_the_us():
    assert daycount.thirty_360_us_days(date(2025, 2, 28), date(2025, 3, 31)) == 30
    assert daycount.thirty_360_days(date(2025, 2, 28), date(2025, 3, 31)) == 33


def test_impossible_periods_are_refused():
    day = date(2025, 1, 1)
    for count in (daycount.actual_actual_isda, daycount.actual_actual_icma, daycount.actual_actual_afb):
        with pytest.raises(WrongDates):
            count(day, day)
    for basis, refusal in [(5, OutOfRange), (-1, OutOfRange), (Decimal(1), NotACount)]:
        with pytest.raises(refusal):
            daycount.year_fraction(day, date(2026, 1, 1), basis)
