from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bill, floater
from quizapp.finance.errors import Empty, OutOfRange, UnequalLengths
from tests.finance.draws import POSITIVE_RATES, close, decimals, given

SPREADS = decimals("0", "0.01", 5)
QUARTERS = st.lists(st.integers(88, 92), min_size=1, max_size=8)


@given(POSITIVE_RATES, st.integers(1, 364))
def test_the_index_is_the_money_market_yield_of_the_bill_to_eleven_decimals(discount, days):
    of_bill = bill.money_market_yield(bill.price_from_discount(discount, days), days)
    index = floater.index_rate(discount, days)
    assert close(index, of_bill, Decimal("5.0001e-12"))
    assert index.as_tuple().exponent == -11


@given(POSITIVE_RATES, SPREADS, QUARTERS)
def test_a_note_is_at_par_when_the_margin_is_the_spread(index, spread, quarters):
    assert close(floater.price(index, spread, spread, quarters), Decimal(100))


@given(POSITIVE_RATES, SPREADS, QUARTERS)
def test_the_price_falls_as_the_margin_rises(index, spread, quarters):
    wider = spread + Decimal("0.0001")
    assert floater.price(index, spread, wider, quarters) < floater.price(index, spread, spread, quarters)


def test_interest_is_the_rounded_daily_accrual_times_the_days():
    assert floater.interest(Decimal("0.04"), Decimal("0.001"), 90) == Decimal("0.011388889") * 90


def test_a_negative_coupon_is_floored_at_zero():
    assert floater.interest(Decimal("0.001"), Decimal("-0.0015"), 90) == 0
    assert floater.interest(Decimal("0.002"), Decimal("-0.0015"), 90) > 0


def test_impossible_notes_are_refused():
    with pytest.raises(Empty):
        floater.price(Decimal("0.04"), Decimal(0), Decimal(0), [])
    with pytest.raises(OutOfRange):
        floater.index_rate(Decimal(4), 90)
    with pytest.raises(OutOfRange):
        floater.price(Decimal("0.04"), Decimal(0), Decimal(-5), [90])


def test_interest_over_several_index_rates_is_the_sum_of_the_parts():
    indexes, days, spread = [Decimal("0.043"), Decimal("0.0428")], [40, 51], Decimal("0.0012")
    parts = [floater.interest(index, spread, some) for index, some in zip(indexes, days, strict=True)]
    assert floater.interest_over(indexes, days, spread) == sum(parts)
    with pytest.raises(UnequalLengths):
        floater.interest_over(indexes, [91], spread)
