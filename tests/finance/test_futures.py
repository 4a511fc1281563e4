from decimal import Decimal

import pytest
from hypothesis import strategies as st

from quizapp.finance import futures, repo
from quizapp.finance.bond import coupon_flows, street_price
from quizapp.finance.errors import OutOfRange
from tests.finance.draws import close, decimals, given

COUPONS = decimals("0.005", "0.12", 4)
YEARS, MONTHS = st.integers(1, 30), st.integers(0, 11)
ROUNDED = st.sampled_from((1, 3))


def at_six_per_cent(coupon, months):
    """The clean price per 1 at 6%, from the payments every six months counted back from maturity."""
    count = -(-months // 6)
    fraction = Decimal(months - 6 * (count - 1)) / 6
    dirty = street_price(coupon_flows(coupon, count, fraction), Decimal("0.06"))
    return (dirty - 50 * coupon * (1 - fraction)) / 100


@given(COUPONS, YEARS, MONTHS, ROUNDED)
def test_the_factor_is_the_clean_price_at_six_per_cent(coupon, years, months, rounded_to):
    steps = {
        step.name: step.value for step in futures.conversion_factor.steps(coupon, years, months, rounded_to)
    }
    kept = 12 * years + months - months % rounded_to
    assert close(steps["exact factor"], at_six_per_cent(coupon, kept))


@given(YEARS, MONTHS, ROUNDED)
def test_a_coupon_of_six_per_cent_has_a_factor_of_about_one(years, months, rounded_to):
    assert abs(futures.conversion_factor(Decimal("0.06"), years, months, rounded_to) - 1) <= Decimal("0.0003")


def test_months_are_cut_down_not_rounded():
    price = Decimal("0.045"), 9
    assert futures.conversion_factor(*price, 8) == futures.conversion_factor(*price, 6)
    assert futures.conversion_factor(*price, 8, 1) != futures.conversion_factor(*price, 6, 1)


def test_the_implied_repo_rate_finances_the_delivery():
    dirty, days = Decimal("105.4"), 64
    rate = futures.implied_repo(dirty, Decimal(112), Decimal("0.9320"), Decimal("1.9"), days)
    owed = repo.repurchase_price(dirty, rate, days)
    assert close(owed, Decimal(112) * Decimal("0.9320") + Decimal("1.9"))


def test_the_net_basis_takes_the_carry_off():
    assert futures.net_basis(Decimal("0.5"), Decimal("0.3")) == Decimal("0.2")


def test_impossible_factors_are_refused():
    for years, months, rounded_to in [(9, 12, 3), (-1, 0, 3), (9, 0, 2)]:
        with pytest.raises(OutOfRange):
            futures.conversion_factor(Decimal("0.05"), years, months, rounded_to)
    with pytest.raises(OutOfRange):
        futures.conversion_factor(Decimal("-0.05"), 9, 0)
