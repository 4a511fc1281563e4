from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bond, curve, rates
from quizapp.finance.errors import Empty, OutOfRange
from tests.finance.draws import COUPONS, FREQUENCIES, POSITIVE_RATES, YIELDS, close, decimals, given

PAR_CURVES = st.lists(decimals("0.001", "0.08", 4), min_size=1, max_size=6)


@given(YIELDS, decimals("0.25", "30", 2), FREQUENCIES)
def test_spot_rate_and_discount_factor_are_each_others_inverse(spot, years, per_year):
    assert close(curve.spot_rate(curve.discount_factor(spot, years, per_year), years, per_year), spot)


@given(YIELDS, YIELDS, st.integers(1, 10), st.integers(1, 10), FREQUENCIES)
def test_a_forward_rate_reprices_the_longer_spot_rate(near, far, first, more, per_year):
    start, end = Decimal(first), Decimal(first + more)
    forward = curve.forward_rate(near, start, far, end, per_year)
    later = curve.discount_factor(forward, end - start, per_year)
    rolled = curve.discount_factor(near, start, per_year) * later
    assert close(rolled, curve.discount_factor(far, end, per_year))


@given(YIELDS, FREQUENCIES)
def test_a_flat_curve_has_flat_forwards(spot, per_year):
    assert close(curve.forward_rate(spot, Decimal(1), spot, Decimal(3), per_year), spot)


def test_the_textbook_forward_follows_one_year_after_another():
    forward = curve.forward_rate(Decimal("0.04"), Decimal(1), Decimal("0.05"), Decimal(2))
    assert close(forward, Decimal("1.05") ** 2 / Decimal("1.04") - 1)


@given(PAR_CURVES, FREQUENCIES)
def test_bootstrapped_spot_rates_price_every_par_bond_at_par(par_coupons, per_year):
    spots = curve.bootstrap(par_coupons, per_year)
    factors = [
        curve.discount_factor(spot, Decimal(place) / per_year, per_year)
        for place, spot in enumerate(spots, start=1)
    ]
    for place, coupon in enumerate(par_coupons, start=1):
        price = curve.price_from_factors(100 * coupon / per_year, factors[:place])
        assert close(price, Decimal(100), Decimal("1e-20"))
        assert close(curve.par_rate(factors[:place], per_year), coupon)


def test_spot_rates_rise_above_a_rising_par_curve():
    par = [Decimal("0.03"), Decimal("0.04"), Decimal("0.05")]
    spots = curve.bootstrap(par)
    assert spots[0] == par[0]
    assert spots[1] > par[1]
    assert spots[2] > par[2]


@given(COUPONS, POSITIVE_RATES, st.integers(2, 20))
def test_nothing_rolls_down_a_flat_curve_and_the_return_is_the_yield(coupon, yield_, count):
    assert curve.roll_down_return(coupon, yield_, yield_, count, 1) == 0
    assert close(curve.horizon_return(coupon, yield_, yield_, count, 1), yield_ / 2)


@given(COUPONS, POSITIVE_RATES, decimals("0.0001", "0.01", 5), st.integers(2, 20))
def test_a_lower_yield_at_the_shorter_maturity_earns_more(coupon, yield_, slide, count):
    rolled = curve.roll_down_return(coupon, yield_, yield_ - slide, count, 1)
    assert rolled > 0
    unchanged = curve.horizon_return(coupon, yield_, yield_, count, 1)
    assert close(curve.horizon_return(coupon, yield_, yield_ - slide, count, 1), unchanged + rolled)


def test_a_horizon_return_is_the_holding_period_return_of_its_prices():
    bought = bond.price_on_coupon_date(Decimal("0.04"), Decimal("0.045"), 10)
    sold = bond.price_on_coupon_date(Decimal("0.04"), Decimal("0.043"), 8)
    by_prices = rates.holding_period_return(bought, sold, Decimal(4))
    assert curve.horizon_return(Decimal("0.04"), Decimal("0.045"), Decimal("0.043"), 10, 2) == by_prices


def test_impossible_curves_are_refused():
    with pytest.raises(Empty):
        curve.bootstrap([])
    with pytest.raises(OutOfRange):
        curve.forward_rate(Decimal("0.04"), Decimal(2), Decimal("0.05"), Decimal(2))
    with pytest.raises(OutOfRange):
        curve.next_factor(Decimal(5), Decimal(6), [Decimal("0.97")])
    with pytest.raises(OutOfRange):
        curve.roll_down_return(Decimal("0.04"), Decimal("0.04"), Decimal("0.04"), 2, 2)
    with pytest.raises(OutOfRange):
        curve.spot_rate(Decimal(0), Decimal(1))


@given(POSITIVE_RATES, POSITIVE_RATES, st.integers(1, 10), st.integers(1, 10))
def test_a_continuous_forward_reprices_the_longer_spot_rate(near, far, first, more):
    years = Decimal(first), Decimal(first + more)
    forward = curve.forward_continuous(near, years[0], far, years[1])
    assert close(near * years[0] + forward * more, far * years[1])


@given(POSITIVE_RATES, POSITIVE_RATES, st.integers(1, 10), st.integers(1, 10))
def test_discount_factors_give_the_forward_of_their_spot_rates(near, far, first, more):
    factors = [
        curve.discount_factor(rate, Decimal(years)) for rate, years in ((near, first), (far, first + more))
    ]
    forward = curve.forward_rate(near, Decimal(first), far, Decimal(first + more))
    assert close(curve.forward_from_factors(*factors, Decimal(more)), forward)


def test_a_slope_that_rises_has_steepened():
    rates = [Decimal(one) for one in ("0.0430", "0.0425", "0.0385", "0.0415")]
    then, now, change = curve.slope_change.steps(*rates)
    assert (then.value, now.value, change.value) == (-5, 30, 35)
