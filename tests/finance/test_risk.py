from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bond, risk
from quizapp.finance.errors import Empty, OutOfRange, UnequalLengths
from tests.finance.draws import (
    AMOUNTS,
    COUNTS,
    COUPONS,
    FRACTIONS,
    FREQUENCIES,
    POSITIVE_RATES,
    close,
    decimals,
    given,
)

STEP = Decimal("0.0001")


@given(COUPONS, POSITIVE_RATES, COUNTS, FRACTIONS, FREQUENCIES)
def test_modified_duration_lies_below_macaulay_and_that_not_beyond_maturity(
    coupon, yield_, count, fraction, frequency
):
    flows = bond.coupon_flows(coupon, count, fraction, frequency)
    macaulay = risk.macaulay_duration(flows, yield_, frequency)
    assert risk.modified_duration(macaulay, yield_, frequency) < macaulay
    assert macaulay <= flows[-1].periods / frequency + Decimal("1e-40")


@given(POSITIVE_RATES, COUNTS)
def test_a_zero_has_the_duration_of_its_maturity(yield_, count):
    flows = bond.coupon_flows(Decimal(0), count)
    assert close(risk.macaulay_duration(flows, yield_), Decimal(count) / 2)


@given(COUPONS, POSITIVE_RATES, COUNTS, FREQUENCIES)
def test_duration_and_convexity_are_the_derivatives_of_the_price(coupon, yield_, count, frequency):
    flows = bond.coupon_flows(coupon, count, frequency=frequency)
    tiny = Decimal("1e-12")
    low, price, high = (
        bond.street_price(flows, one, frequency) for one in (yield_ - tiny, yield_, yield_ + tiny)
    )
    modified = risk.modified_duration(risk.macaulay_duration(flows, yield_, frequency), yield_, frequency)
    assert close(modified, (low - high) / (2 * tiny * price), Decimal("1e-9"))
    curvature = risk.convexity(flows, yield_, frequency)
    assert close(curvature, (low + high - 2 * price) / (tiny * tiny * price), Decimal("1e-4"))


@given(COUPONS, POSITIVE_RATES, COUNTS, st.sampled_from((-1, 1)))
def test_convexity_brings_the_estimate_nearer_to_the_true_price(coupon, yield_, count, sign):
    flows, move = bond.coupon_flows(coupon, count), sign * STEP
    price = bond.street_price(flows, yield_)
    true = bond.street_price(flows, yield_ + move) / price - 1
    modified = risk.modified_duration(risk.macaulay_duration(flows, yield_), yield_)
    straight = risk.price_change(modified, move)
    curved = risk.price_change(modified, move, risk.convexity(flows, yield_))
    assert abs(curved - true) < abs(straight - true)
    assert straight < true


@given(decimals("0.1", "20", 3), decimals("50", "150", 3), decimals("0.01", "0.2", 4))
def test_a_hedge_of_the_ratio_makes_the_dv01_of_the_whole_zero(modified, price, of_hedge):
    held = risk.dv01(modified, price)
    assert close(held - risk.hedge_ratio(held, of_hedge) * of_hedge, Decimal(0))


def test_the_dv01_of_a_position_scales_with_its_face():
    assert risk.dv01(Decimal("6.1"), Decimal("98.5"), Decimal(20_000_000)) == Decimal("12017")


@given(st.lists(st.tuples(AMOUNTS, decimals("0", "20", 2)), min_size=1, max_size=6))
def test_a_portfolio_duration_lies_among_its_parts_and_repeats_their_dv01(parts):
    values, durations = [value for value, _ in parts], [duration for _, duration in parts]
    whole = risk.portfolio_duration(values, durations)
    assert min(durations) - STEP <= whole <= max(durations) + STEP
    together = sum(value * duration for value, duration in parts)
    assert close(whole * sum(values), together, Decimal("1e-20"))


@given(decimals("0", "0.1", 4), decimals("0.1", "20", 2))
def test_a_breakeven_rise_costs_just_the_income(income, modified):
    rise = risk.breakeven_yield_rise(income, modified)
    assert close(risk.price_change(modified, rise), -income)


def test_impossible_risks_are_refused():
    with pytest.raises(UnequalLengths) as refusal:
        risk.portfolio_duration([Decimal(1)], [Decimal(1), Decimal(2)])
    assert refusal.value == UnequalLengths("durations", 2, 1)
    with pytest.raises(Empty):
        risk.portfolio_duration([], [])
    with pytest.raises(OutOfRange):
        risk.hedge_ratio(Decimal(1), Decimal(0))
    with pytest.raises(OutOfRange):
        risk.breakeven_yield_rise(Decimal("-0.01"), Decimal(5))


@given(st.lists(decimals("0", "8", 2), min_size=1, max_size=6), decimals("-0.02", "0.02", 4))
def test_key_rates_that_move_together_add_up_to_a_parallel_move(durations, change):
    moved = risk.key_rate_change(durations, [change] * len(durations))
    assert close(moved, risk.price_change(sum(durations), change))


@given(COUPONS, POSITIVE_RATES, COUNTS, decimals("-0.01", "0.01", 4))
def test_an_estimated_price_is_the_price_moved_by_duration_and_convexity(coupon, yield_, count, change):
    measures = {step.name: step.value for step in risk.bond_risk.steps(coupon, yield_, count)}
    by_duration = risk.price_change(measures["modified duration"], change)
    by_both = risk.price_change(measures["modified duration"], change, measures["convexity"])
    steps = {step.name: step.value for step in risk.estimated_price.steps(coupon, yield_, count, change)}
    assert close(steps["price by duration"], measures["price"] * (1 + by_duration))
    assert close(steps["price with convexity"], measures["price"] * (1 + by_both))
    assert close(
        risk.price_change_halved(Decimal(7), change, Decimal(45)), -7 * change + 45 * change * change
    )


def test_the_measures_of_a_bond_are_those_of_its_payments():
    coupon, yield_ = Decimal("0.08"), Decimal("0.1")
    flows = bond.coupon_flows(coupon, 5, frequency=1)
    measures = {step.name: step.value for step in risk.bond_risk.steps(coupon, yield_, 5, 1)}
    assert measures["Macaulay duration"] == risk.macaulay_duration(flows, yield_, 1)
    assert measures["convexity"] == risk.convexity(flows, yield_, 1)
    assert close(measures["convexity over 100"] * 50, measures["half the convexity"])
    with pytest.raises(UnequalLengths):
        risk.key_rate_change([Decimal(1)], [])
