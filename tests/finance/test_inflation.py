from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import inflation
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import YIELDS, close, decimals, given

INDEXES = decimals("150", "400", 3)


@given(INDEXES, INDEXES, st.integers(1, 31))
def test_the_reference_index_walks_from_one_month_to_the_next(this_month, next_month, day):
    low, high = sorted((this_month, next_month))
    assert low <= inflation.ref_cpi(this_month, next_month, day, 31) <= high
    assert inflation.ref_cpi(this_month, next_month, 1, 31) == this_month


def test_a_ratio_is_cut_at_six_decimals_before_it_is_rounded_to_five():
    # Rounding to six decimals first would give 1.000005, and from there 1.00001.
    assert inflation.index_ratio(Decimal("1.00000499999"), Decimal(1)) == Decimal("1.00000")
    assert inflation.index_ratio(Decimal("1.0000059"), Decimal(1)) == Decimal("1.00001")
    assert str(inflation.index_ratio(Decimal(3), Decimal(2))) == "1.50000"


def test_deflation_lowers_payments_but_not_the_repayment_below_face():
    face, ratio = Decimal(1000), Decimal("0.98000")
    assert inflation.adjusted_principal(face, ratio) == 980
    assert inflation.inflation_coupon(face, Decimal("0.02"), ratio) == Decimal("9.80")
    assert inflation.principal_at_maturity(face, ratio) == 1000
    assert inflation.principal_at_maturity(face, Decimal("1.10000")) == 1100


@given(YIELDS, YIELDS, st.sampled_from((1, 2)))
def test_the_exact_breakeven_makes_real_growth_and_inflation_the_nominal_growth(nominal, real, per_year):
    inflated = 1 + inflation.breakeven_exact(nominal, real, per_year) / per_year
    assert close(inflated * (1 + real / per_year), 1 + nominal / per_year)


@given(YIELDS, YIELDS)
def test_the_approximate_breakeven_differs_by_the_product_of_real_yield_and_inflation(nominal, real):
    breakeven = inflation.breakeven_exact(nominal, real)
    assert close(inflation.breakeven_approximate(nominal, real) - breakeven, real * breakeven)


def test_a_settlement_amount_scales_price_and_accrued_interest_alike():
    paid = inflation.settlement_amount(Decimal("99.5"), Decimal("0.5"), Decimal("1.20000"))
    assert paid == 120


def test_impossible_indexes_are_refused():
    with pytest.raises(OutOfRange) as refusal:
        inflation.ref_cpi(Decimal(300), Decimal(301), 31, 30)
    assert refusal.value == OutOfRange("day", 31, 1, 30)
    with pytest.raises(OutOfRange):
        inflation.index_ratio(Decimal(300), Decimal(0))
    with pytest.raises(OutOfRange):
        inflation.breakeven_exact(Decimal("0.04"), Decimal(-1))


def test_two_indexes_lead_to_principal_and_coupon_by_way_of_the_ratio():
    face, coupon, ref, base = Decimal(100000), Decimal("0.03875"), Decimal("166.2"), Decimal(164)
    ratio = inflation.index_ratio(ref, base)
    assert inflation.principal_from_cpi(face, ref, base) == inflation.adjusted_principal(face, ratio)
    assert inflation.coupon_from_cpi(face, coupon, ref, base) == inflation.inflation_coupon(
        face, coupon, ratio
    )
