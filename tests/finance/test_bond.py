from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import accrual, bond
from quizapp.finance.errors import Empty, NotACount, NoYield, OutOfRange
from tests.finance.draws import COUNTS, COUPONS, FRACTIONS, FREQUENCIES, POSITIVE_RATES, YIELDS, close, given

STEP = Decimal("0.0001")
NEARLY_NOTHING = Decimal("1e-12")


@given(COUPONS, YIELDS, COUNTS, FRACTIONS, FREQUENCIES)
def test_the_price_falls_as_the_yield_rises(coupon, yield_, count, fraction, frequency):
    flows = bond.coupon_flows(coupon, count, fraction, frequency)
    assert bond.street_price(flows, yield_ + STEP, frequency) < bond.street_price(flows, yield_, frequency)


@given(COUPONS, COUNTS, FREQUENCIES)
def test_a_bond_is_at_par_on_a_coupon_date_when_coupon_and_yield_agree(coupon, count, frequency):
    assert close(bond.price_on_coupon_date(coupon, coupon, count, frequency), Decimal(100))


@given(COUPONS, YIELDS, COUNTS)
def test_premium_and_discount_follow_the_gap_between_coupon_and_yield(coupon, yield_, count):
    above_par = bond.price_on_coupon_date(coupon, yield_, count) - 100
    assert (above_par > NEARLY_NOTHING) == (coupon > yield_)
    assert (above_par < -NEARLY_NOTHING) == (coupon < yield_)


@given(COUPONS, YIELDS, st.integers(0, 20))
def test_both_conventions_agree_on_a_coupon_date(coupon, yield_, full_periods):
    by_treasury = bond.treasury_price(coupon, yield_, full_periods, 184, 184)
    assert close(by_treasury, bond.price_on_coupon_date(coupon, yield_, full_periods + 1))


@given(COUPONS, POSITIVE_RATES, st.integers(0, 20), st.integers(1, 180))
def test_simple_interest_in_the_first_period_prices_lower_than_compound(coupon, yield_, full_periods, days):
    flows = bond.coupon_flows(coupon, full_periods + 1, Decimal(days) / 181)
    assert bond.treasury_price(coupon, yield_, full_periods, days, 181) < bond.street_price(flows, yield_)


@given(COUPONS, YIELDS, COUNTS, FRACTIONS, FREQUENCIES)
def test_the_yield_found_from_a_price_is_the_one_that_made_it(coupon, yield_, count, fraction, frequency):
    flows = bond.coupon_flows(coupon, count, fraction, frequency)
    found = bond.yield_from_price(flows, bond.street_price(flows, yield_, frequency), frequency)
    assert close(found, yield_)


@pytest.mark.parametrize("yield_", ["-0.85", "-0.3", "3", "9.9"])
def test_the_search_for_a_yield_ends_far_from_where_it_starts(yield_):
    flows = bond.coupon_flows(Decimal("0.04"), 20)
    assert close(bond.yield_from_price(flows, bond.street_price(flows, Decimal(yield_))), Decimal(yield_))


def test_a_price_that_no_yield_reaches_is_refused():
    flows = bond.coupon_flows(Decimal("0.05"), 4)
    with pytest.raises(NoYield) as refusal:
        bond.yield_from_price(flows, Decimal(5000))
    assert refusal.value == NoYield(Decimal(5000), Decimal("-0.9"), Decimal(10))


@given(COUPONS, YIELDS, COUNTS, st.integers(0, 180))
def test_the_clean_price_is_the_dirty_one_less_accrued_interest(coupon, yield_, count, days):
    flows = bond.coupon_flows(coupon, count, Decimal(181 - days) / 181)
    accrued = accrual.accrued_interest(coupon, days, 181)
    dirty = bond.street_price(flows, yield_)
    assert close(accrual.dirty_price(accrual.clean_price(dirty, accrued), accrued), dirty)


def test_a_bond_pays_its_coupons_and_its_face():
    flows = bond.coupon_flows(Decimal("0.05"), 3, Decimal("0.5"))
    assert [(str(flow.periods), flow.amount) for flow in flows] == [
        ("0.5", Decimal("2.5")),
        ("1.5", Decimal("2.5")),
        ("2.5", Decimal("102.5")),
    ]


def test_an_odd_first_payment_takes_the_place_of_the_first_coupon():
    flows = bond.coupon_flows(Decimal("0.05"), 2, first_payment=Decimal("1.2"))
    assert [flow.amount for flow in flows] == [Decimal("1.2"), Decimal("102.5")]


def test_an_annuity_factor_counts_payments_at_a_yield_of_zero():
    assert bond.annuity_factor(Decimal(0), 7) == 7
    assert bond.annuity_factor(Decimal("0.05"), 0) == 0


@given(COUPONS)
def test_the_current_yield_at_par_is_the_coupon(coupon):
    assert bond.current_yield(coupon, Decimal(100)) == coupon


def test_impossible_bonds_are_refused():
    with pytest.raises(Empty):
        bond.street_price((), Decimal("0.05"))
    with pytest.raises(OutOfRange):
        bond.coupon_flows(Decimal("0.05"), 4, Decimal("1.1"))
    with pytest.raises(OutOfRange):
        bond.price_on_coupon_date(Decimal("0.05"), Decimal(-2), 4)
    with pytest.raises(OutOfRange):
        bond.treasury_price(Decimal("0.05"), Decimal("0.05"), 4, 182, 181)
    with pytest.raises(OutOfRange):
        bond.current_yield(Decimal("0.05"), Decimal(0))


@given(COUPONS, YIELDS, st.integers(1, 20))
def test_a_term_in_years_is_a_count_of_coupons(coupon, yield_, halves):
    price = bond.price_by_years(coupon, yield_, Decimal(halves) / 2)
    assert price == bond.price_on_coupon_date(coupon, yield_, halves)
    assert close(bond.yield_by_years(coupon, price, Decimal(halves) / 2), yield_)
    assert close(bond.yield_to_maturity(coupon, price, halves), yield_)


def test_a_term_between_coupons_is_refused():
    with pytest.raises(NotACount):
        bond.price_by_years(Decimal("0.05"), Decimal("0.05"), Decimal("9.25"))
