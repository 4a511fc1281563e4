from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import fx
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import POSITIVE_RATES, YIELDS, close, decimals, given

SPOTS = decimals("0.5", "160", 4)


@given(SPOTS, YIELDS, YIELDS, st.integers(1, 365))
def test_covered_lending_in_either_currency_ends_level(spot, quote_rate, base_rate, days):
    forward = fx.forward_simple(spot, quote_rate, base_rate, days)
    by_base = (1 + base_rate * days / 360) / spot * forward
    assert close(by_base, 1 + quote_rate * days / 360)


@given(SPOTS, POSITIVE_RATES, st.integers(1, 365))
def test_the_currency_with_the_higher_rate_is_cheaper_forward(spot, rate, days):
    higher = rate + Decimal("0.01")
    assert fx.forward_points(spot, fx.forward_simple(spot, rate, higher, days)) < 0
    assert fx.forward_points(spot, fx.forward_simple(spot, higher, rate, days)) > 0
    assert fx.forward_points(spot, fx.forward_simple(spot, rate, rate, days)) == 0


@given(SPOTS, YIELDS, YIELDS)
def test_one_year_forwards_agree_across_conventions(spot, quote_rate, base_rate):
    compound = fx.forward_compound(spot, quote_rate, base_rate, Decimal(1))
    assert close(fx.forward_simple(spot, quote_rate, base_rate, 360), compound)
    factors = 1 / (1 + quote_rate), 1 / (1 + base_rate)
    assert close(fx.forward_from_factors(spot, *factors), compound)
    continuous = fx.forward_continuous(spot, (1 + quote_rate).ln(), (1 + base_rate).ln(), Decimal(1))
    assert close(continuous, compound)


@given(SPOTS, YIELDS, YIELDS, st.sampled_from((1, 2, 5)))
def test_hedging_at_the_parity_forward_turns_one_riskless_yield_into_the_other(
    spot, quote_rate, base_rate, years
):
    forward = fx.forward_compound(spot, quote_rate, base_rate, Decimal(years))
    assert close(fx.hedged_yield(base_rate, spot, forward, Decimal(years)), quote_rate)


@given(YIELDS, decimals("-0.3", "0.3", 3))
def test_asset_and_currency_returns_multiply(asset, base_change):
    whole = fx.currency_return(asset, base_change)
    assert close(whole - asset - base_change, asset * base_change)


def test_each_currency_counts_its_own_year():
    forward = fx.forward_simple(Decimal("1.35"), Decimal("0.0365"), Decimal("0.0360"), 100, 365, 360)
    assert forward == Decimal("1.35")


def test_points_in_yen_count_hundredths():
    assert fx.forward_points(Decimal("148.50"), Decimal("145.88"), Decimal("0.01")) == -262


def test_impossible_rates_are_refused():
    with pytest.raises(OutOfRange):
        fx.forward_simple(Decimal(0), Decimal("0.01"), Decimal("0.01"), 90)
    with pytest.raises(OutOfRange):
        fx.forward_simple(Decimal(1), Decimal("0.01"), Decimal(-5), 90)
    with pytest.raises(OutOfRange):
        fx.hedged_yield(Decimal("0.04"), Decimal("1.35"), Decimal("1.32"), Decimal(0))


@given(SPOTS, YIELDS, YIELDS)
def test_at_the_parity_forward_a_riskless_asset_has_no_pickup(spot, home, abroad):
    forward = fx.forward_compound(spot, home, abroad, Decimal(1))
    assert close(fx.hedged_pickup(abroad, spot, forward, home), Decimal(0), Decimal("1e-20"))


@given(SPOTS, SPOTS, YIELDS)
def test_an_unhedged_return_is_that_of_the_money_brought_home(start, end, asset):
    home = (1 / start) * (1 + asset) * end
    assert close(fx.unhedged_return(asset, start, end), home - 1, Decimal("1e-20"))


@given(SPOTS, YIELDS, YIELDS, st.integers(0, 720))
def test_simple_forwards_agree_whether_time_is_given_in_days_or_years(spot, quote, base, days):
    by_days = fx.forward_simple(spot, quote, base, days)
    assert close(fx.forward_simple_years(spot, quote, base, Decimal(days) / 360), by_days)


def test_factors_of_a_year_are_the_forward_after_a_year_and_nothing_at_once():
    rates = Decimal(10), Decimal("0.95"), Decimal("0.99")
    assert close(fx.forward_from_year_factors(*rates, 365), fx.forward_from_factors(*rates))
    assert fx.forward_from_year_factors(*rates, 0) == 10
