"""What instruments pay by their terms: coupons, the parts of a stripped bond, savings bond rates."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import (
    ZERO,
    counts,
    decimals,
    half_up,
    not_negative,
    positive,
    whole,
)
from quizapp.finance.formula import Step, Working, count, formula

RATE_PLACES = 4


@formula
def coupon_payment(face: Decimal, coupon: Decimal, frequency: int = 2) -> Working:
    """One interest payment: face x coupon rate / payments a year, whatever the days. Not rounded.

    Source: 31 CFR 356, Appendix B, I.A.1.
    """
    positive(face=face)
    not_negative(coupon=coupon)
    counts(frequency=frequency)
    yield Step("interest a year", face * coupon, r"F c")
    yield Step("payment", face * coupon / frequency, r"\frac{F c}{f}")


@formula
def final_payment(face: Decimal, coupon: Decimal, frequency: int = 2) -> Working:
    """The last payment: face and one interest payment. Not rounded.

    Source: 31 CFR 356, Appendix B, I.A.1.
    """
    *_, payment = coupon_payment.steps(face, coupon, frequency)
    yield payment
    yield Step("final payment", face + payment.value, r"F + \frac{F c}{f}")


@count
def strips_count(years: Decimal, frequency: int = 2) -> Working:
    """Into how many securities a bond comes apart: each interest payment, and the principal.

    Source: US Treasury, STRIPS; 31 CFR 356.31.
    """
    positive(years=years)
    counts(frequency=frequency)
    payments = Decimal(whole("years", years * frequency))
    yield Step("interest payments", payments, r"f t")
    yield Step("securities", payments + 1, r"f t + 1")


@formula
def strips_interest_face(face: Decimal, coupon: Decimal, frequency: int = 2) -> Working:
    """The face amount of each stripped interest payment: face x coupon rate / payments a year. Not rounded.

    Source: 31 CFR 356.31 (stripping into interest and principal components).
    """
    yield from coupon_payment.steps(face, coupon, frequency)


@formula
def strip_price(face: Decimal, yield_: Decimal, half_years: int) -> Working:
    """What a stripped payment costs on a coupon date: face / (1 + y / 2)^n. Not rounded.

    y is the yield (a fraction a year, compounded semiannually). Source: Fabozzi, Bond Markets, Analysis and
    Strategies (stripped Treasury securities).
    """
    positive(face=face)
    decimals(yield_=yield_)
    counts(0, half_years=half_years)
    if yield_ <= -2:
        raise OutOfRange("yield_", yield_, -2, None)
    growth = 1 + yield_ / 2
    yield Step("growth", growth**half_years, r"\left(1 + \frac{y}{2}\right)^n")
    yield Step("price", face / growth**half_years, r"\frac{F}{(1 + y / 2)^n}")


@formula
def savings_bond_rate(fixed: Decimal, semiannual_inflation: Decimal) -> Working:
    """The composite rate of a Series I savings bond: fixed + 2 x inflation + fixed x inflation.

    Fractions a year, inflation over a half-year; rounded half-up to a hundredth of a per cent, and at least
    0. Source: 31 CFR 359.14.
    """
    not_negative(fixed=fixed)
    decimals(semiannual_inflation=semiannual_inflation)
    exact = fixed + 2 * semiannual_inflation + fixed * semiannual_inflation
    yield Step("exact rate", exact, r"f + 2 i + f i")
    yield Step("composite rate", max(half_up(exact, RATE_PLACES), ZERO), r"\text{rounded, at least } 0")
