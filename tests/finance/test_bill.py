from datetime import date
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bill
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import POSITIVE_RATES, close, given

DAYS = st.integers(1, 364)


@given(POSITIVE_RATES, DAYS)
def test_price_and_discount_rate_are_each_others_inverse(discount, days):
    assert close(bill.discount_from_price(bill.price_from_discount(discount, days), days), discount)


@given(POSITIVE_RATES, DAYS)
def test_the_investment_rate_lies_above_the_discount_rate(discount, days):
    price = bill.price_from_discount(discount, days)
    assert bill.investment_rate(price, days) > discount
    assert bill.investment_rate(price, days, 366) > bill.investment_rate(price, days)


@given(POSITIVE_RATES, DAYS)
def test_the_money_market_yield_lies_between_discount_rate_and_simple_investment_rate(discount, days):
    price = bill.price_from_discount(discount, days)
    simple = (100 - price) / price * 365 / days
    assert discount < bill.money_market_yield(price, days) < simple


@given(POSITIVE_RATES, st.integers(183, 364))
def test_beyond_a_half_year_the_investment_rate_repays_the_face_amount(discount, days):
    price = bill.price_from_discount(discount, days)
    rate = bill.investment_rate(price, days)
    repaid = price * (1 + (days - Decimal(365) / 2) * rate / 365) * (1 + rate / 2)
    assert close(repaid, Decimal(100), Decimal("1e-20"))


@pytest.mark.parametrize(("days", "year_days", "compounds"), [(182, 365, 0), (183, 365, 1), (183, 366, 0)])
def test_compounding_begins_after_half_of_the_year_basis(days, year_days, compounds):
    simple = Decimal(2) / 98 * year_days / days
    gap = abs(bill.investment_rate(Decimal(98), days, year_days) - simple)
    assert (gap > Decimal("1e-10")) == bool(compounds)


def test_compounding_lowers_the_rate_of_a_long_bill():
    price = Decimal(95)
    assert bill.investment_rate(price, 364) < (100 - price) / price * 365 / 364


@pytest.mark.parametrize(
    ("issue", "basis"),
    [
        (date(2024, 2, 28), 366),
        (date(2024, 2, 29), 365),
        (date(2023, 3, 1), 366),
        (date(2023, 2, 28), 365),
        (date(2026, 6, 30), 365),
    ],
)
def test_the_year_basis_counts_a_leap_day_after_the_issue(issue, basis):
    assert bill.year_basis(issue) == basis


def test_a_purchase_price_is_rounded_half_up_to_the_cent():
    assert bill.purchase_price(Decimal(100), Decimal("99.505")) == Decimal("99.51")
    assert bill.discount_amount(Decimal(100), Decimal("99.505")) == Decimal("0.49")


def test_a_discount_that_leaves_no_price_is_refused():
    with pytest.raises(OutOfRange) as refusal:
        bill.price_from_discount(Decimal("4"), 90)
    assert refusal.value == OutOfRange("discount", Decimal(4), None, Decimal(4))


@pytest.mark.parametrize(
    ("price", "days", "year_days"), [("0", 91, 365), ("-1", 91, 365), ("98", 91, 360), ("98", 366, 365)]
)
def test_impossible_bills_are_refused(price, days, year_days):
    with pytest.raises(OutOfRange):
        bill.investment_rate(Decimal(price), days, year_days)
