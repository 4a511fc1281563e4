from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import rates
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import FREQUENCIES, POSITIVE_RATES, YIELDS, close, decimals, given

TAXES = decimals("0", "0.45", 4)


@given(YIELDS, FREQUENCIES)
def test_effective_and_nominal_rates_are_each_others_inverse(rate, per_year):
    assert close(rates.nominal_rate(rates.effective_rate(rate, per_year), per_year), rate)


@given(YIELDS, FREQUENCIES)
def test_continuous_and_nominal_rates_are_each_others_inverse(rate, per_year):
    assert close(rates.nominal_from_continuous(rates.continuous_rate(rate, per_year), per_year), rate)


@given(POSITIVE_RATES)
def test_an_apy_lies_above_its_bond_equivalent_yield_and_the_continuous_rate_below(rate):
    assert rates.continuous_rate(rate, 2) < rate < rates.effective_rate(rate, 2)


@given(POSITIVE_RATES, TAXES, TAXES)
def test_a_tax_equivalent_yield_leaves_as_much_after_both_taxes(yield_, exempt_from, still_due):
    equivalent = rates.tax_equivalent_yield(yield_, exempt_from, still_due)
    kept = rates.after_tax_yield(yield_, still_due)
    assert close(rates.after_tax_yield(equivalent, exempt_from + still_due), kept)


def test_the_usual_tax_equivalent_yield_divides_by_one_less_the_tax():
    assert rates.tax_equivalent_yield(Decimal("0.03"), Decimal("0.25")) == Decimal("0.04")


def test_a_holding_period_return_counts_price_and_income():
    assert rates.holding_period_return(Decimal(98), Decimal(99), Decimal("3.9")) == Decimal("0.05")


def test_impossible_rates_are_refused():
    with pytest.raises(OutOfRange) as refusal:
        rates.effective_rate(Decimal(-2), 2)
    assert refusal.value == OutOfRange("nominal", Decimal(-2), -2, None)
    with pytest.raises(OutOfRange):
        rates.tax_equivalent_yield(Decimal("0.03"), Decimal("0.6"), Decimal("0.4"))
    with pytest.raises(OutOfRange):
        rates.after_tax_yield(Decimal("0.03"), Decimal("-0.1"))
    with pytest.raises(OutOfRange):
        rates.holding_period_return(Decimal(0), Decimal(99))


@given(POSITIVE_RATES, st.sampled_from((1, 2, 4, 12)), st.sampled_from((1, 2, 4, 12)))
def test_another_compounding_leaves_the_effective_rate_alone(rate, per_year, other):
    turned = rates.other_compounding(rate, per_year, other)
    assert close(rates.effective_rate(turned, other), rates.effective_rate(rate, per_year))
