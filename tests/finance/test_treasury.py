from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import treasury
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import POSITIVE_RATES, close, decimals, given

INTEREST = decimals("0", "12", 3)
PERIODS, DAYS = st.integers(0, 20), st.integers(1, 181)
KINDS = [
    treasury.regular,
    treasury.short_first,
    treasury.long_first,
    treasury.reopened_in_short_first,
    treasury.reopened_in_stub_of_long_first,
    treasury.reopened_in_regular_part_of_long_first,
]


def named(steps):
    return {step.name: step.value for step in steps}


@given(INTEREST, POSITIVE_RATES, PERIODS, DAYS)
def test_price_and_accrued_interest_make_the_dirty_price_whatever_the_first_period(interest, yield_, n, r):
    for kind in KINDS:
        steps = named(kind.steps(interest, yield_, n, r, 181))
        assert close(steps["P"] + steps["A"], steps["P + A"])
        assert kind(interest, yield_ + Decimal("0.001"), n, r, 181) < steps["P"]


@given(INTEREST, POSITIVE_RATES, PERIODS)
def test_a_first_period_of_full_length_is_no_odd_one(interest, yield_, n):
    usual = treasury.regular(interest, yield_, n, 181, 181)
    assert treasury.short_first(interest, yield_, n, 181, 181) == usual
    assert treasury.reopened_in_short_first(interest, yield_, n, 181, 181) == usual


@given(INTEREST, POSITIVE_RATES, PERIODS, DAYS)
def test_on_the_issue_date_a_reopening_costs_what_the_issue_did(interest, yield_, n, r):
    for issued, reopened in [
        (treasury.short_first, treasury.reopened_in_short_first),
        (treasury.long_first, treasury.reopened_in_stub_of_long_first),
    ]:
        assert reopened(interest, yield_, n, r, 181, r) == issued(interest, yield_, n, r, 181)


@given(INTEREST, POSITIVE_RATES, PERIODS, DAYS)
def test_without_a_stub_before_it_the_regular_part_of_a_long_first_period_is_regular(interest, yield_, n, r):
    reopened = treasury.reopened_in_regular_part_of_long_first
    assert reopened(interest, yield_, n, r, 181, 0) == treasury.regular(interest, yield_, n, r, 181)


@given(INTEREST, POSITIVE_RATES, st.integers(1, 20), DAYS)
def test_a_long_first_coupon_is_worth_its_stub_paid_a_half_year_late(interest, yield_, n, r):
    half, growth = interest / 2, 1 + yield_ / 2
    value = sum(half / growth**place for place in range(1, n + 1)) + 100 / growth**n
    value = (value + half * r / 181 / growth) / (1 + yield_ * r / 181 / 2)
    assert close(named(treasury.long_first.steps(interest, yield_, n, r, 181))["P + A"], value)


@given(INTEREST, POSITIVE_RATES, PERIODS, DAYS, decimals("0.9", "1.5", 5))
def test_the_settlement_amount_of_tips_is_the_real_dirty_price_times_the_ratio(interest, yield_, n, r, ratio):
    steps = named(treasury.tips_settlement.steps(interest, yield_, n, r, 181, ratio))
    assert close(steps["settlement amount"], steps["P + A"] * ratio)
    assert close(steps["adjusted P"] + steps["adjusted A"], steps["settlement amount"])


def test_impossible_auctions_are_refused():
    price = Decimal(5), Decimal("0.05"), 10
    with pytest.raises(OutOfRange):
        treasury.regular(*price, 182, 181)
    with pytest.raises(OutOfRange):
        treasury.regular(Decimal(-1), Decimal("0.05"), 10, 181, 181)
    with pytest.raises(OutOfRange):
        treasury.reopened_in_short_first(*price, 100, 181, 90)
    with pytest.raises(OutOfRange):
        treasury.reopened_in_regular_part_of_long_first(*price, 100, 181, -1)
