from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance.errors import OutOfRange, WrongDates
from quizapp.finance.schedule import coupon_period
from tests.finance.draws import given


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 11000), st.sampled_from((1, 2, 4)))
def test_settlement_lies_in_its_period_and_the_coupons_end_at_maturity(settlement, days, frequency):
    maturity = settlement + timedelta(days)
    period = coupon_period(settlement, maturity, frequency)
    assert period.previous <= settlement < period.following <= maturity
    assert period.days_accrued + period.days_left == period.days
    assert 0 < period.fraction <= 1
    months = (maturity.year - period.following.year) * 12 + maturity.month - period.following.month
    assert months == (period.count - 1) * 12 // frequency


def test_a_bond_that_matures_on_a_last_day_pays_on_last_days():
    period = coupon_period(date(2026, 1, 15), date(2030, 8, 31))
    assert (period.previous, period.following) == (date(2025, 8, 31), date(2026, 2, 28))
    leap = coupon_period(date(2024, 1, 15), date(2030, 8, 31))
    assert leap.following == date(2024, 2, 29)


def test_a_bond_that_matures_on_the_thirtieth_of_a_long_month_keeps_to_the_thirtieth():
    period = coupon_period(date(2026, 3, 10), date(2030, 8, 30))
    assert (period.previous, period.following) == (date(2026, 2, 28), date(2026, 8, 30))


def test_on_a_coupon_date_a_new_period_begins():
    period = coupon_period(date(2026, 5, 15), date(2027, 5, 15))
    assert (period.previous, period.count, period.fraction) == (date(2026, 5, 15), 2, Decimal(1))


def test_impossible_dates_are_refused():
    day = date(2026, 5, 15)
    with pytest.raises(WrongDates) as refusal:
        coupon_period(day, day)
    assert refusal.value == WrongDates(day, day)
    with pytest.raises(OutOfRange):
        coupon_period(day, date(2027, 5, 15), 5)
