from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bill, discount
from quizapp.finance.errors import OutOfRange, WrongDates
from tests.finance.draws import COUPONS, POSITIVE_RATES, YIELDS, close, given

SETTLEMENT = date(2025, 2, 16)
DAYS = st.integers(1, 360)
BASES = st.sampled_from(range(5))


@given(POSITIVE_RATES, DAYS, BASES)
def test_rate_price_and_redemption_lead_back_to_one_another(rate, days, basis):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(days + 31), basis)
    price = discount.price(rate, *dates)
    assert close(discount.rate(price, *dates), rate)
    assert close(discount.received(price, rate, *dates), Decimal(100))
    assert discount.simple_yield(price, *dates) > rate


@given(POSITIVE_RATES, DAYS)
def test_a_bill_is_a_discount_instrument_on_actual_360(rate, days):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(days))
    price = bill.price_from_discount(rate, days)
    assert close(discount.price(rate, *dates), price)
    assert close(discount.simple_yield(price, *dates), bill.money_market_yield(price, days))


@given(POSITIVE_RATES, st.integers(1, 182))
def test_a_discount_rate_leads_to_the_investment_rate_of_its_price(rate, days):
    price = bill.price_from_discount(rate, days)
    assert bill.equivalent_yield(rate, days) == bill.investment_rate(price, days)
    assert close(bill.equivalent_yield(rate, days), 365 * rate / (360 - rate * days))


@given(COUPONS, YIELDS, DAYS, DAYS)
def test_interest_at_maturity_price_and_yield_are_each_others_inverse(coupon, yield_, gone, left):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(left), SETTLEMENT - timedelta(gone))
    price = discount.price_with_interest_at_maturity(coupon, yield_, *dates)
    assert close(discount.yield_with_interest_at_maturity(coupon, price, *dates), yield_)


def test_interest_at_maturity_is_simple():
    assert discount.interest_at_maturity(
        Decimal(1000), Decimal("0.0365"), SETTLEMENT, SETTLEMENT + timedelta(73)
    ) == Decimal("7.3")


def test_impossible_instruments_are_refused():
    with pytest.raises(WrongDates):
        discount.price(Decimal("0.05"), SETTLEMENT, SETTLEMENT)
    with pytest.raises(OutOfRange):
        discount.received(Decimal(100), Decimal(2), SETTLEMENT, SETTLEMENT + timedelta(360))
    with pytest.raises(OutOfRange):
        discount.rate(Decimal(0), SETTLEMENT, SETTLEMENT + timedelta(9))
