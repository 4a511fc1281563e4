from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import tvm
from quizapp.finance.errors import Empty, NoRate, OutOfRange, UnequalLengths
from quizapp.finance.root import root
from tests.finance.draws import POSITIVE_RATES, close, decimals, given

PERIODS = st.integers(1, 60).map(Decimal)
PAYMENTS = decimals("-500", "500", 1)
DUE = st.integers(0, 1)
START = date(2025, 1, 15)


@given(decimals("-0.02", "0.2", 4), PERIODS, PAYMENTS, PAYMENTS, DUE)
def test_present_and_future_value_are_two_ends_of_the_same_payments(rate, periods, payment, present, due):
    future = tvm.future_value(rate, periods, payment, present, due)
    assert close(tvm.present_value(rate, periods, payment, future, due), present, Decimal("1e-20"))


@given(POSITIVE_RATES, PERIODS, PAYMENTS, PAYMENTS, DUE)
def test_the_level_payment_balances_the_two_amounts(rate, periods, present, future, due):
    payment = tvm.level_payment(rate, periods, present, future, due)
    assert close(tvm.future_value(rate, periods, payment, present, due), future, Decimal("1e-20"))


@given(POSITIVE_RATES, PERIODS, decimals("1", "500", 1), DUE)
def test_periods_and_rate_are_found_from_the_other_numbers(rate, periods, payment, due):
    present = tvm.present_value(rate, periods, payment, due=due)
    assert close(tvm.number_of_periods(rate, payment, present, due=due), periods, Decimal("1e-20"))
    if periods > due:  # one payment due at once balances at any rate
        assert close(tvm.rate_of_annuity(periods, payment, present, due=due), rate, Decimal("1e-20"))


@given(POSITIVE_RATES, PERIODS, decimals("1", "5000", 1))
def test_growth_and_its_time_are_each_others_inverse(rate, periods, present):
    future = present * (1 + rate) ** periods
    assert close(tvm.growth_rate(periods, present, future), rate)
    assert close(tvm.periods_of_growth(rate, present, future), periods, Decimal("1e-20"))


@given(decimals("-0.5", "2", 3), st.lists(decimals("1", "100", 1), min_size=1, max_size=6))
def test_the_internal_rate_is_where_the_present_value_is_nothing(rate, amounts):
    price = -tvm.net_present_value(rate, amounts)
    assert close(tvm.internal_rate([price, *amounts]), rate, Decimal("1e-20"))
    dates = [START + timedelta(365 * place) for place in range(len(amounts) + 1)]
    assert close(tvm.listed_internal_rate(dates, [price, *amounts]), rate, Decimal("1e-20"))
    assert close(tvm.listed_present_value(rate, dates, [price, *amounts]), Decimal(0), Decimal("1e-20"))


def test_without_interest_payments_just_add_up():
    assert tvm.present_value(Decimal(0), Decimal(12), Decimal(-10)) == 120
    assert tvm.level_payment(Decimal(0), Decimal(12), Decimal(120)) == -10
    assert tvm.number_of_periods(Decimal(0), Decimal(-10), Decimal(120)) == 12


def test_of_several_rates_the_one_nearest_to_zero_is_found():
    assert close(root(lambda rate: (rate - Decimal("0.05")) * (rate - 5)), Decimal("0.05"))
    assert root(lambda rate: rate + Decimal("0.1")) == Decimal("-0.1")


def test_payments_that_no_rate_balances_are_refused():
    with pytest.raises(NoRate):
        tvm.internal_rate([Decimal(100), Decimal(5)])
    with pytest.raises(OutOfRange):
        tvm.number_of_periods(Decimal("0.05"), Decimal(-1), Decimal(1000))
    with pytest.raises(OutOfRange):
        tvm.number_of_periods(Decimal(0), Decimal(0), Decimal(1000))
    with pytest.raises(OutOfRange):
        tvm.growth_rate(Decimal(2), Decimal(-100), Decimal(100))
    with pytest.raises(OutOfRange):
        tvm.growth_rate(Decimal(2), Decimal(0), Decimal(100))
    with pytest.raises(OutOfRange):
        tvm.periods_of_growth(Decimal(0), Decimal(100), Decimal(200))


def test_impossible_annuities_are_refused():
    with pytest.raises(OutOfRange):
        tvm.present_value(Decimal("0.05"), Decimal(0), Decimal(1))
    with pytest.raises(OutOfRange):
        tvm.present_value(Decimal("0.05"), Decimal(1), Decimal(1), due=2)
    with pytest.raises(OutOfRange):
        tvm.present_value(Decimal(-1), Decimal(1), Decimal(1))
    with pytest.raises(Empty):
        tvm.dated_present_value(Decimal("0.05"), [])
    with pytest.raises(UnequalLengths):
        tvm.listed_present_value(Decimal("0.05"), [START], [])
