"""Inflation-protected securities: reference index, index ratio, payments, and the breakeven rate."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import (
    HUNDRED,
    ONE,
    counts,
    exact,
    grows,
    half_up,
    not_negative,
    positive,
    truncated,
)

CUT_AT, PLACES = 6, 5


@exact
def ref_cpi(cpi_month: Decimal, cpi_next: Decimal, day: int, days_in_month: int) -> Decimal:
    """The reference CPI of a day: first-of-month value plus (day - 1) / days in month of the way to the next.

    `cpi_month` is the index that applies to the first of the month (published for three months earlier),
    `cpi_next` that for the first of the next one. Truncated to six decimals, then rounded half-up to five.
    Source: 31 CFR 356, Appendix B, I.B.2-3.
    """
    positive(cpi_month=cpi_month, cpi_next=cpi_next)
    counts(day=day, days_in_month=days_in_month)
    if day > days_in_month:
        raise OutOfRange("day", day, 1, days_in_month)
    return _published(cpi_month + (cpi_next - cpi_month) * (day - 1) / days_in_month)


@exact
def index_ratio(ref: Decimal, ref_base: Decimal) -> Decimal:
    """Reference CPI of the day over that of the dated date, truncated to six decimals, then rounded to five.

    Source: 31 CFR 356, Appendix B, I.B.4.
    """
    positive(ref=ref, ref_base=ref_base)
    return _published(ref / ref_base)


def _published(value: Decimal) -> Decimal:
    return half_up(truncated(value, CUT_AT), PLACES)


@exact
def adjusted_principal(face: Decimal, ratio: Decimal) -> Decimal:
    """The face amount times the index ratio, in the face's currency. Not rounded.

    Source: 31 CFR 356, Appendix B, I.B.5.
    """
    positive(face=face, ratio=ratio)
    return face * ratio


@exact
def principal_at_maturity(face: Decimal, ratio: Decimal) -> Decimal:
    """What is repaid: the adjusted principal, but never less than the face amount. Not rounded.

    Source: 31 CFR 356.30 (minimum guarantee); Appendix B, I.B.
    """
    return max(face, adjusted_principal(face, ratio))


@exact
def inflation_coupon(face: Decimal, coupon: Decimal, ratio: Decimal) -> Decimal:
    """A semiannual payment: adjusted principal x coupon rate / 2, rounded half-up to the cent.

    The coupon is a fraction a year; each payment is half of it whatever the days. Source: 31 CFR 356,
    Appendix B, I.B.5.
    """
    not_negative(coupon=coupon)
    return half_up(adjusted_principal(face, ratio) * coupon / 2, 2)


@exact
def settlement_amount(real_price: Decimal, real_accrued: Decimal, ratio: Decimal) -> Decimal:
    """What a buyer pays per 100 of original face: (real price + real accrued interest) x index ratio.

    Not rounded; the US Treasury publishes six decimals. Source: 31 CFR 356, Appendix B, III.
    """
    positive(real_price=real_price, ratio=ratio)
    not_negative(real_accrued=real_accrued)
    return (real_price + real_accrued) * ratio


@exact
def stripped_adjusted_value(face: Decimal, coupon: Decimal, ref_base: Decimal) -> Decimal:
    """The adjusted value of a stripped interest payment: face x coupon / 2 x 100 / base CPI.

    Rounded half-up to the cent. Source: 31 CFR 356, Appendix B, V.
    """
    positive(face=face, ref_base=ref_base)
    not_negative(coupon=coupon)
    return half_up(face * coupon * HUNDRED / (2 * ref_base), 2)


@exact
def stripped_payment(adjusted_value: Decimal, ref: Decimal) -> Decimal:
    """What a stripped interest payment brings: adjusted value x reference CPI / 100, half-up to the cent.

    Source: 31 CFR 356, Appendix B, V.
    """
    positive(adjusted_value=adjusted_value, ref=ref)
    return half_up(adjusted_value * ref / HUNDRED, 2)


@exact
def breakeven_exact(nominal: Decimal, real: Decimal, per_year: int = 1) -> Decimal:
    """The inflation rate at which both bonds earn the same: m ((1 + n / m) / (1 + r / m) - 1).

    Yields and result are fractions a year, compounded m times. Not rounded. Source: Fisher, The Theory of
    Interest (1 + nominal = (1 + real) (1 + inflation)).
    """
    return (grows(nominal, per_year, "nominal") / grows(real, per_year, "real") - ONE) * per_year


@exact
def breakeven_approximate(nominal: Decimal, real: Decimal) -> Decimal:
    """The difference of the yields, n - r, as markets quote breakeven inflation; a fraction a year.

    Not rounded. Source: Fisher, The Theory of Interest, without the product of real rate and inflation.
    """
    grows(nominal, 1, "nominal")
    grows(real, 1, "real")
    return nominal - real
