from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import repo
from quizapp.finance.errors import OutOfRange, UnequalLengths
from tests.finance.draws import AMOUNTS, YIELDS, close, decimals, given

PRICES = decimals("50", "150", 4)


@given(AMOUNTS, YIELDS, st.integers(0, 365))
def test_the_repurchase_price_is_cash_and_interest(cash, rate, days):
    owed = repo.interest(cash, rate, days)
    assert close(repo.repurchase_price(cash, rate, days) - cash, owed)
    assert close(owed * 360, repo.interest(cash, rate, days, 365) * 365)


@given(AMOUNTS, decimals("0", "0.5", 4))
def test_a_haircut_is_the_part_of_the_value_that_is_not_lent(value, haircut):
    assert value - repo.haircut_cash(value, haircut) == value * haircut


@given(PRICES, YIELDS, st.integers(1, 180))
def test_without_coupons_the_forward_price_is_the_financed_price(dirty, rate, days):
    assert repo.forward_price(dirty, rate, days) == repo.repurchase_price(dirty, rate, days)


def test_a_coupon_received_before_delivery_lowers_the_forward_price_with_its_interest():
    without = repo.forward_price(Decimal(100), Decimal("0.036"), 100)
    paid = repo.forward_price(Decimal(100), Decimal("0.036"), 100, [(Decimal(2), 50)])
    assert without - paid == Decimal("2.01")


@given(PRICES, decimals("0.5", "1.5", 4), decimals("0", "5", 4))
def test_the_invoice_is_the_clean_invoice_and_accrued_interest(futures, factor, accrued):
    whole = repo.invoice_amount(futures, factor, accrued)
    assert close(whole - repo.invoice_amount(futures, factor, Decimal(0)), 1000 * accrued)


def test_the_basis_is_zero_where_the_invoice_pays_just_the_price():
    futures, factor = Decimal("110.5"), Decimal("0.8832")
    assert repo.gross_basis(futures * factor, futures, factor) == 0
    assert repo.gross_basis(Decimal(98), futures, factor) == Decimal("0.4064")


def test_impossible_loans_are_refused():
    with pytest.raises(OutOfRange) as refusal:
        repo.haircut_cash(Decimal(100), Decimal("1.02"))
    assert refusal.value == OutOfRange("haircut", Decimal("1.02"), Decimal(0), Decimal(1))
    with pytest.raises(OutOfRange):
        repo.interest(Decimal(-5), Decimal("0.05"), 1)
    with pytest.raises(OutOfRange):
        repo.interest(Decimal(5), Decimal("0.05"), -1)


def test_carry_is_the_coupon_income_less_the_financing():
    steps = repo.net_carry.steps(Decimal(1000000), Decimal("0.02625"), Decimal("0.016"), 121)
    income, cost, carry = (step.value for step in steps)
    assert cost == repo.interest(Decimal(1000000), Decimal("0.016"), 121)
    assert close(income - cost, carry)


def test_coupons_may_come_as_two_lists():
    coupons = [(Decimal(2), 90), (Decimal(1), 0)]
    listed = repo.listed_forward_price(Decimal(99), Decimal("0.04"), 180, [Decimal(2), Decimal(1)], [90, 0])
    assert listed == repo.forward_price(Decimal(99), Decimal("0.04"), 180, coupons)
    with pytest.raises(UnequalLengths):
        repo.listed_forward_price(Decimal(99), Decimal("0.04"), 180, [Decimal(2)], [])


@given(AMOUNTS, decimals("-0.02", "0.2", 4), decimals("0", "0.1", 4), decimals("0", "5", 2))
def test_a_yield_equal_to_the_rate_leaves_the_forward_at_spot(spot, rate, income_yield, years):
    assert repo.forward_price_continuous(spot, rate, years, income_yield=rate) == spot
    cheaper = repo.forward_price_continuous(spot, rate, years, income_yield=income_yield)
    assert cheaper <= repo.forward_price_continuous(spot, rate, years)
