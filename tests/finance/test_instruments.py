from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bond, instruments
from quizapp.finance.errors import NotACount, OutOfRange
from tests.finance.draws import AMOUNTS, COUPONS, POSITIVE_RATES, close, given


@given(AMOUNTS, COUPONS, st.integers(1, 60), POSITIVE_RATES)
def test_the_parts_of_a_stripped_bond_are_worth_the_bond(face, coupon, halves, yield_):
    assert instruments.strips_count(Decimal(halves) / 2) == halves + 1
    interest = instruments.strips_interest_face(face, coupon)
    parts = [instruments.strip_price(face, yield_, halves)]
    if interest:
        parts += [instruments.strip_price(interest, yield_, place) for place in range(1, halves + 1)]
    assert close(sum(parts), face / 100 * bond.price_on_coupon_date(coupon, yield_, halves), Decimal("1e-20"))


@given(AMOUNTS, COUPONS, st.sampled_from((1, 2, 4)))
def test_a_years_payments_are_the_coupon_rate_of_the_face(face, coupon, frequency):
    payment = instruments.coupon_payment(face, coupon, frequency)
    assert close(payment * frequency, face * coupon)
    assert instruments.final_payment(face, coupon, frequency) == face + payment


def test_a_savings_bond_rate_is_rounded_to_a_hundredth_of_a_point_and_never_negative():
    rate = instruments.savings_bond_rate
    assert rate(Decimal("0.011"), Decimal("0.0143")) == Decimal("0.0398")
    assert rate(Decimal(0), Decimal("0.0356")) == Decimal("0.0712")
    assert rate(Decimal("0.001"), Decimal("-0.028")) == 0


def test_impossible_instruments_are_refused():
    with pytest.raises(NotACount):
        instruments.strips_count(Decimal("9.75"))
    with pytest.raises(OutOfRange):
        instruments.strip_price(Decimal(100), Decimal(-2), 4)
    with pytest.raises(OutOfRange):
        instruments.coupon_payment(Decimal(0), Decimal("0.04"))
    with pytest.raises(OutOfRange):
        instruments.savings_bond_rate(Decimal("-0.01"), Decimal(0))
