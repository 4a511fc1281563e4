from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import odd, street
from quizapp.finance.daycount import coupon_date
from quizapp.finance.errors import OutOfRange, WrongDates
from tests.finance.draws import COUPONS, FREQUENCIES, YIELDS, close, decimals, given

FIRST, MATURITY = date(2026, 3, 1), date(2031, 3, 1)
LENGTHS = decimals("0.1", "1.5", 3)


@given(COUPONS, YIELDS, st.integers(1, 170), st.sampled_from((0, 1, 4)))
def test_a_first_period_of_regular_length_is_priced_like_any_other(coupon, yield_, days, basis):
    issue, settlement = date(2025, 9, 1), date(2025, 9, 1) + timedelta(days)
    as_odd = odd.first_price(coupon, yield_, settlement, MATURITY, issue, FIRST, 2, basis)
    assert close(as_odd, street.price_at_yield(coupon, yield_, settlement, MATURITY, 2, basis))


@given(COUPONS, YIELDS, st.integers(1, 300), FREQUENCIES)
def test_the_yield_of_an_odd_first_period_is_the_one_that_made_the_price(coupon, yield_, days, frequency):
    issue, settlement = FIRST - timedelta(days + 40), FIRST - timedelta(days)
    bond = (settlement, MATURITY, issue, FIRST, frequency)
    price = odd.first_price(coupon, yield_, *bond)
    assert close(odd.first_yield(coupon, price, *bond), yield_)


def test_a_long_first_coupon_pays_the_stub_and_a_full_period():
    coupon, issue = Decimal("0.06"), date(2025, 7, 18)
    steps = odd.first_price.steps(coupon, coupon, date(2025, 8, 1), MATURITY, issue, FIRST)
    stub = Decimal(45) / 184
    assert close(steps[0].value, 3 * (1 + stub))
    accrued = next(step.value for step in steps if step.name == "accrued interest")
    assert close(accrued, 3 * Decimal(14) / 184)


def test_each_later_coupon_is_discounted_one_period_further():
    coupon, yield_ = Decimal("0.06"), Decimal("0.05")
    settlement, issue = date(2025, 11, 3), date(2025, 10, 15)
    steps = {
        step.name: step.value
        for step in odd.first_price.steps(coupon, yield_, settlement, MATURITY, issue, FIRST)
    }
    fraction = Decimal((FIRST - settlement).days) / 181
    growth, value = 1 + yield_ / 2, Decimal(0)
    for place in range(11):
        amount = steps["first coupon"] if place == 0 else Decimal(3)
        value += (amount + (100 if place == 10 else 0)) / growth ** (place + fraction)
    assert coupon_date(MATURITY, -60) == FIRST
    assert close(steps["dirty price"], value)


@given(COUPONS, YIELDS, LENGTHS, LENGTHS, FREQUENCIES)
def test_the_yield_of_a_last_period_is_the_one_that_made_the_price(coupon, yield_, left, gone, frequency):
    lengths = (left + gone, left, gone, frequency)
    price = odd.last_price(coupon, yield_, *lengths)
    assert close(odd.last_yield(coupon, price, *lengths), yield_)


@given(COUPONS, YIELDS, st.integers(1, 300))
def test_the_dates_of_a_last_period_give_its_lengths(coupon, yield_, days):
    last, maturity = date(2024, 10, 15), date(2025, 10, 1)
    settlement = last + timedelta(days)
    by_dates = odd.last_price_by_dates(coupon, yield_, settlement, maturity, last)
    assert close(odd.last_yield_by_dates(coupon, by_dates, settlement, maturity, last), yield_)


def test_a_last_period_over_two_half_years_counts_each_in_its_own_days():
    steps = odd.last_price_by_dates.steps(
        Decimal("0.04"), Decimal("0.04"), date(2025, 4, 15), date(2025, 7, 15), date(2024, 10, 15)
    )
    assert close(steps[0].value, 100 + 2 * (1 + Decimal(91) / 183))


def test_dates_out_of_order_are_refused():
    coupon = Decimal("0.05")
    for settlement, issue, first in [
        (FIRST, date(2025, 9, 1), FIRST),
        (date(2025, 8, 1), date(2025, 9, 1), FIRST),
        (date(2025, 10, 1), date(2025, 9, 1), MATURITY),
    ]:
        with pytest.raises(WrongDates):
            odd.first_price(coupon, coupon, settlement, MATURITY, issue, first)
    with pytest.raises(WrongDates):
        odd.last_price_by_dates(coupon, coupon, MATURITY, MATURITY, FIRST)
    with pytest.raises(WrongDates):
        odd.last_price_by_dates(coupon, coupon, date(2026, 1, 1), MATURITY, FIRST)
    with pytest.raises(OutOfRange):
        odd.last_price(coupon, coupon, Decimal(1), Decimal(0), Decimal(1))
