"""Formulas without a published figure, worked a second time: in exact fractions, and in plain floats."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import strategies as st

from quizapp.finance import auction, curve, fx, inflation, reserves, risk
from quizapp.finance.catalogue import FORMULAS
from tests.finance.draws import AMOUNTS, COUPONS, POSITIVE_RATES, YIELDS, close, decimals, given
from tests.finance.examples import example
from tests.finance.listing import independent, reached
from tests.finance.reckonings import RECKONINGS

DRAWS = 5


def agrees(computed: Decimal, exact: Fraction) -> bool:
    return close(computed, Decimal(exact.numerator) / Decimal(exact.denominator))


@given(YIELDS, YIELDS)
def test_exact_breakeven(nominal, real):
    gap = Fraction(nominal) - Fraction(real)
    assert agrees(inflation.breakeven_exact(nominal, real), gap / (1 + Fraction(real)))


@given(YIELDS, decimals("0.5", "160", 4), decimals("0.5", "160", 4))
def test_hedged_yield_by_following_the_money(yield_, spot, forward):
    dollars = Fraction(1000) / Fraction(spot)
    home = dollars * (1 + Fraction(yield_)) * Fraction(forward)
    assert agrees(fx.hedged_yield(yield_, spot, forward), (home - 1000) / 1000)


@given(COUPONS, POSITIVE_RATES, decimals("0", "0.02", 5), st.integers(2, 12))
def test_roll_down_by_discounting_each_payment(coupon, now, slide, count):
    def price(yield_: Decimal, left: int) -> Fraction:
        value = Fraction(100)
        for _ in range(left):
            value = (value + 50 * Fraction(coupon)) / (1 + Fraction(yield_) / 2)
        return value

    then = now - min(slide, now)
    gain = (price(then, count - 1) - price(now, count - 1)) / price(now, count)
    assert agrees(curve.roll_down_return(coupon, now, then, count, 1), gain)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_reserve_metric_in_tenths(debt, other, money, exports):
    tenths = 3 * Fraction(debt) + 2 * Fraction(other) + Fraction(money) + Fraction(exports)
    assert agrees(reserves.ara_metric(debt, other, money, exports), tenths / 10)


@given(decimals("0.1", "20", 3), decimals("50", "150", 2), decimals("0.1", "20", 3), decimals("50", "150", 2))
def test_hedge_ratio_from_durations_and_prices(held, held_price, hedge, hedge_price):
    ratio = risk.hedge_ratio(risk.dv01(held, held_price), risk.dv01(hedge, hedge_price))
    assert agrees(ratio, Fraction(held) * Fraction(held_price) / (Fraction(hedge) * Fraction(hedge_price)))


@given(AMOUNTS, AMOUNTS, POSITIVE_RATES, POSITIVE_RATES)
def test_bid_to_cover_and_tail(tendered, accepted, high, when_issued):
    assert agrees(auction.bid_to_cover(tendered, accepted), Fraction(tendered) / Fraction(accepted))
    assert agrees(auction.tail(high, when_issued), (Fraction(high) - Fraction(when_issued)) * 10000)


# In floats, for each formula that no published figure reaches


def moved(value, parameter, factor):
    """The value of an example somewhat changed: decimals only, and no terms in years."""
    if parameter.kind == "decimals" and parameter.name != "terms":
        return [one * factor for one in value]
    return value * factor if parameter.kind == "decimal" and parameter.name != "years" else value


def as_floats(value):
    if isinstance(value, tuple | list):
        return [as_floats(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def inputs_of(name, turn):
    """The example of a formula, somewhat changed with each turn."""
    for place, (value, parameter) in enumerate(zip(example(name), FORMULAS[name].parameters, strict=False)):
        yield moved(value, parameter, 1 + Decimal(turn * (place + 1)) / 200)


def test_every_formula_agrees_with_its_second_reckoning():
    faults = []
    for name, turn in product(RECKONINGS, range(DRAWS)):
        inputs = list(inputs_of(name, turn))
        found, again = FORMULAS[name](*inputs), RECKONINGS[name](*map(as_floats, inputs))
        if not math.isclose(found, again, rel_tol=1e-9, abs_tol=1e-12):
            faults.append((name, inputs, found, again))
    assert faults == []


@pytest.mark.parametrize("name", ["dirty_price", "hedged_pickup", "roll_down_return", "ara_metric"])
def test_control_a_result_that_is_off_by_a_millionth_is_seen(name):
    formula, given = FORMULAS[name], example(name)
    again = RECKONINGS[name](*[as_floats(value) for value in given])
    assert not math.isclose(float(formula(*given)) * 1.000001, again, rel_tol=1e-9, abs_tol=1e-12)


def test_every_formula_has_a_published_figure_or_another_implementation():
    counts = reached()
    for name, formula in FORMULAS.items():
        assert counts[name] or independent(name, formula), name
