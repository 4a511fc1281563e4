from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import bond, schedule, street
from quizapp.finance.errors import NotADecimal, OutOfRange, WrongDates
from tests.finance.draws import COUPONS, FREQUENCIES, YIELDS, close, given

SETTLEMENT, MATURITY = date(2025, 2, 20), date(2033, 5, 15)
DAYS = st.integers(1, 6000)
BASES = st.sampled_from((0, 1, 3, 4))


def named(steps):
    return {step.name: step.value for step in steps}


@given(COUPONS, YIELDS, DAYS, FREQUENCIES, BASES)
def test_the_yield_found_from_a_clean_price_is_the_one_that_made_it(coupon, yield_, days, frequency, basis):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(days), frequency, basis)
    price = street.price_at_yield(coupon, yield_, *dates)
    assert close(street.yield_at_price(coupon, price, *dates), yield_)


@given(COUPONS, YIELDS, DAYS, FREQUENCIES)
def test_the_dirty_price_is_the_clean_one_plus_accrued_interest(coupon, yield_, days, frequency):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(days), frequency)
    steps = named(street.price_at_yield.steps(coupon, yield_, *dates))
    assert close(steps["dirty price"], steps["clean price"] + street.accrued(coupon, *dates))
    assert steps["accrued interest"] == street.accrued(coupon, *dates)


@given(COUPONS, st.integers(1, 20), FREQUENCIES, st.sampled_from((0, 1, 4)))
def test_a_bond_is_at_par_on_a_coupon_date_when_coupon_and_yield_agree(coupon, years, frequency, basis):
    maturity = SETTLEMENT.replace(year=SETTLEMENT.year + years)
    price = street.price_at_yield(coupon, coupon, SETTLEMENT, maturity, frequency, basis)
    assert close(price, Decimal(100))


@given(COUPONS, YIELDS, DAYS)
def test_the_price_falls_as_the_yield_rises(coupon, yield_, days):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(days))
    dearer = street.price_at_yield(coupon, yield_, *dates)
    assert street.price_at_yield(coupon, yield_ + Decimal("0.001"), *dates) < dearer


@given(COUPONS, YIELDS, DAYS)
def test_ex_dividend_a_bond_is_worth_less_by_the_next_coupon_discounted(coupon, yield_, days):
    dates = (SETTLEMENT, SETTLEMENT + timedelta(days))
    whole = named(street.price_at_yield.steps(coupon, yield_, *dates))
    without = named(street.price_at_yield.steps(coupon, yield_, *dates, ex_dividend=True))
    fraction = schedule.coupon_period(*dates).fraction
    missed = 50 * coupon / (1 + yield_ / 2) ** fraction
    assert close(whole["dirty price"] - without["dirty price"], missed)
    assert close(whole["accrued interest"] - without["accrued interest"], 50 * coupon)


def test_the_number_of_coupons_and_the_days_give_the_price_of_the_dates():
    period = schedule.coupon_period(SETTLEMENT, MATURITY)
    by_days = bond.price_between_coupons(
        Decimal("0.0425"), Decimal("0.04"), period.count, period.days_left, period.days
    )
    by_dates = street.price_at_yield(Decimal("0.0425"), Decimal("0.04"), SETTLEMENT, MATURITY)
    assert close(by_days, by_dates)


def test_given_accrued_interest_stands_in_for_the_computed_one():
    dates = (Decimal("0.06"), Decimal(103), date(2014, 8, 7), date(2017, 2, 15))
    rounded = street.yield_at_price(*dates, accrued_interest=Decimal("2.867"))
    assert rounded != street.yield_at_price(*dates)
    steps = named(street.risk_at_price.steps(*dates, accrued_interest=Decimal("2.867")))
    assert steps["yield"] == rounded
    assert steps["dirty price"] == Decimal("105.867")


def test_risk_at_a_price_is_risk_at_its_yield():
    dates = (date(2013, 5, 29), date(2021, 6, 7))
    yield_ = street.yield_at_price(Decimal("0.08"), Decimal(103), *dates)
    at_price = named(street.risk_at_price.steps(Decimal("0.08"), Decimal(103), *dates))
    at_yield = named(street.risk_at_yield.steps(Decimal("0.08"), yield_, *dates))
    assert at_yield.items() <= at_price.items()
    assert at_yield["modified duration"] < at_yield["Macaulay duration"]


def test_a_continuous_yield_is_shown_on_the_way():
    steps = named(street.yield_at_price.steps(Decimal("0.05"), Decimal(98), SETTLEMENT, MATURITY))
    assert close(steps["continuous yield"], 2 * (1 + steps["yield"] / 2).ln())


def test_by_365_days_a_half_year_of_184_is_longer_than_its_period():
    bond_ = (Decimal("0.06"), Decimal("0.06"), date(2025, 2, 15), date(2026, 2, 15))
    dirty = named(street.price_at_yield.steps(*bond_, basis=3))["dirty price"]
    growth, first = Decimal("1.03"), Decimal(181) / Decimal("182.5")
    assert close(dirty, 3 / growth**first + 103 / growth ** (first + 1))
    leap = (Decimal("0.06"), Decimal("0.06"), date(2025, 8, 15), date(2026, 2, 15))
    dirty = named(street.price_at_yield.steps(*leap, basis=3))["dirty price"]
    assert close(dirty, 103 / growth ** (Decimal(184) / Decimal("182.5")))


def test_impossible_bonds_are_refused():
    with pytest.raises(WrongDates):
        street.price_at_yield(Decimal("0.05"), Decimal("0.05"), MATURITY, MATURITY)
    with pytest.raises(OutOfRange):
        street.price_at_yield(Decimal("0.05"), Decimal("0.05"), SETTLEMENT, MATURITY, 5)
    with pytest.raises(OutOfRange):
        street.accrued(Decimal("-0.05"), SETTLEMENT, MATURITY)
    with pytest.raises(OutOfRange) as refusal:
        street.accrued(Decimal("0.05"), SETTLEMENT, MATURITY, 2, 5)
    assert refusal.value == OutOfRange("basis", 5, 0, 4)
    with pytest.raises(NotADecimal):
        street.yield_at_price(Decimal("0.05"), 98.5, SETTLEMENT, MATURITY)
