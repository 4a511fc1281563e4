from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import accrual
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import COUPONS, close, decimals, given


@given(decimals("1", "200", 4), COUPONS, st.integers(0, 181))
def test_the_dirty_price_is_the_clean_one_plus_accrued_interest(clean, coupon, days):
    accrued = accrual.accrued_interest(coupon, days, 181)
    dirty = accrual.dirty_price(clean, accrued)
    assert close(dirty - clean, accrued)
    assert close(accrual.clean_price(dirty, accrued), clean)


@given(COUPONS, st.integers(181, 184))
def test_interest_grows_from_nothing_to_a_whole_coupon(coupon, period):
    assert accrual.accrued_interest(coupon, 0, period) == 0
    assert accrual.accrued_interest(coupon, period, period) == 100 * coupon / 2


@given(COUPONS, st.integers(0, 184))
def test_the_daily_decimal_agrees_with_accrued_interest_but_for_its_rounding(coupon, days):
    stub = accrual.stub_interest(coupon, 184, days)
    assert close(stub, 10 * accrual.accrued_interest(coupon, days, 184), Decimal("5e-10") * 184)


def test_more_days_than_the_period_has_are_refused():
    with pytest.raises(OutOfRange) as refusal:
        accrual.accrued_interest(Decimal("0.05"), 182, 181)
    assert refusal.value == OutOfRange("days_accrued", 182, 0, 181)
    with pytest.raises(OutOfRange):
        accrual.stub_interest(Decimal("0.05"), 181, 182)


def test_a_negative_coupon_is_refused():
    with pytest.raises(OutOfRange):
        accrual.daily_interest(Decimal("-0.01"), 184)


@given(COUPONS, st.integers(0, 181), st.integers(0, 184))
def test_two_stubs_add_up_and_whole_payments_come_on_top(coupon, first, second):
    stubs = accrual.stub_interest(coupon, 181, first), accrual.stub_interest(coupon, 184, second)
    assert accrual.two_stub_interest(coupon, 181, first, 184, second) == sum(stubs)
    longer = accrual.stub_interest(coupon, 181, first, Decimal("39.375"), Decimal(7))
    assert longer == 7 * (Decimal("39.375") + stubs[0])


def test_a_reopening_costs_price_and_accrued_interest_each_to_the_cent():
    cost = accrual.reopening_cost(Decimal(11000), Decimal("102.214586"), Decimal("36.727983109"))
    assert cost == Decimal("11243.60") + Decimal("404.01")
    assert accrual.accrued_for_face(Decimal("16.874999996"), Decimal(1000)) == Decimal("16.87500")
