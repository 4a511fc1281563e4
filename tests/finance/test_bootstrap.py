from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bootstrap, curve
from quizapp.finance.errors import Empty, NotListed, OutOfRange, UnequalLengths
from tests.finance.draws import COUPONS, FREQUENCIES, POSITIVE_RATES, close, decimals, given

RATES = st.lists(decimals("0.001", "0.1", 4), min_size=1, max_size=5)


@given(RATES, FREQUENCIES)
def test_each_spot_rate_is_the_one_that_the_whole_bootstrap_gives(par_rates, per_year):
    spots = curve.bootstrap(par_rates, per_year)
    for place, spot in enumerate(spots, start=1):
        assert close(bootstrap.spot_from_par_rates(par_rates, place, per_year), spot)


@given(RATES, COUPONS, FREQUENCIES)
def test_a_bond_valued_on_zero_rates_is_worth_its_discounted_payments(zeros, coupon, frequency):
    steps = {step.name: step.value for step in bootstrap.valued_on_zero_rates.steps(coupon, zeros, frequency)}
    factors = [(-zero * place / frequency).exp() for place, zero in enumerate(zeros, start=1)]
    value = 100 * factors[-1] + sum(100 * coupon / frequency * factor for factor in factors)
    assert close(steps["price"], value)
    growth = (steps["continuous yield"] / frequency).exp()
    again = 100 / growth ** len(zeros)
    again += sum(100 * coupon / frequency / growth**place for place in range(1, len(zeros) + 1))
    assert close(again, value, Decimal("1e-20"))


@given(RATES, FREQUENCIES)
def test_the_par_yield_is_the_coupon_of_a_bond_at_par(zeros, frequency):
    steps = bootstrap.valued_on_zero_rates.steps(Decimal("0.05"), zeros, frequency)
    par = next(step.value for step in steps if step.name == "par yield")
    again = bootstrap.valued_on_zero_rates.steps(max(par, Decimal(0)), zeros, frequency)
    assert close(next(step.value for step in again if step.name == "price"), Decimal(100))


@given(POSITIVE_RATES, COUPONS, st.integers(1, 6))
def test_a_flat_continuous_curve_is_found_from_its_bonds(zero, coupon, halves):
    terms = [Decimal(place) / 2 for place in range(1, halves + 1)]
    prices = [
        100 * (-zero * term).exp() + sum(50 * coupon * (-zero * one).exp() for one in terms[: place + 1])
        for place, term in enumerate(terms)
    ]
    coupons = [100 * coupon] * halves
    assert close(bootstrap.zero_rate_from_prices(terms, coupons, prices, terms[-1]), zero)


def test_what_the_bonds_do_not_hold_is_refused():
    bonds = [(Decimal("0.5"), Decimal(0), Decimal(98)), (Decimal("1.5"), Decimal(8), Decimal(101))]
    with pytest.raises(NotListed) as refusal:
        bootstrap.continuous_zero_rate(bonds, Decimal("1.5"))
    assert refusal.value == NotListed("1.0", ("0.5",))
    with pytest.raises(NotListed):
        bootstrap.continuous_zero_rate(bonds[:1], Decimal(7))
    with pytest.raises(Empty):
        bootstrap.continuous_zero_rate([], Decimal(1))
    with pytest.raises(UnequalLengths):
        bootstrap.zero_rate_from_prices([Decimal(1)], [], [Decimal(98)], Decimal(1))
    with pytest.raises(OutOfRange):
        bootstrap.spot_from_par_rates([Decimal("0.03")], 2)
