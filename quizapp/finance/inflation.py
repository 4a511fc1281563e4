"""Inflation-protected securities: reference index, index ratio, payments, and the breakeven rate."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import (
    HUNDRED,
    ONE,
    counts,
    grows,
    half_up,
    not_negative,
    positive,
    truncated,
)
from quizapp.finance.formula import Step, Working, formula

CUT_AT, PLACES = 6, 5


@formula
def ref_cpi(cpi_month: Decimal, cpi_next: Decimal, day: int, days_in_month: int) -> Working:
    """The reference CPI of a day: first-of-month value plus (day - 1) / days in month of the way to the next.

    `cpi_month` is the index that applies to the first of the month (published for three months earlier),
    `cpi_next` that for the first of the next one. Truncated to six decimals, then rounded half-up to five.
    Source: 31 CFR 356, Appendix B, I.B.2-3.
    """
    positive(cpi_month=cpi_month, cpi_next=cpi_next)
    counts(day=day, days_in_month=days_in_month)
    if day > days_in_month:
        raise OutOfRange("day", day, 1, days_in_month)
    exact = cpi_month + (cpi_next - cpi_month) * (day - 1) / days_in_month
    yield Step("interpolated", exact, r"\text{CPI}_m + \frac{t - 1}{D} (\text{CPI}_{m+1} - \text{CPI}_m)")
    yield from _published("reference CPI", exact)


@formula
def index_ratio(ref: Decimal, ref_base: Decimal) -> Working:
    """Reference CPI of the day over that of the dated date, truncated to six decimals, then rounded to five.

    Source: 31 CFR 356, Appendix B, I.B.4.
    """
    positive(ref=ref, ref_base=ref_base)
    yield Step("ratio", ref / ref_base, r"\frac{\text{reference CPI}}{\text{base CPI}}")
    yield from _published("index ratio", ref / ref_base)


def _published(name: str, value: Decimal) -> Working:
    yield Step("truncated", truncated(value, CUT_AT), r"\text{cut after six decimals}")
    yield Step(name, half_up(truncated(value, CUT_AT), PLACES), r"\text{rounded to five decimals}")


@formula
def adjusted_principal(face: Decimal, ratio: Decimal) -> Working:
    """The face amount times the index ratio, in the face's currency. Not rounded.

    Source: 31 CFR 356, Appendix B, I.B.5.
    """
    positive(face=face, ratio=ratio)
    yield Step("adjusted principal", face * ratio, r"F \times \text{index ratio}")


@formula
def principal_from_cpi(face: Decimal, ref: Decimal, ref_base: Decimal) -> Working:
    """The adjusted principal from the two reference CPIs: face x index ratio, in the face's currency.

    Source: 31 CFR 356, Appendix B, I.B.5.
    """
    *_, ratio = index_ratio.steps(ref, ref_base)
    yield ratio
    yield from adjusted_principal.steps(face, ratio.value)


@formula
def principal_at_maturity(face: Decimal, ratio: Decimal) -> Working:
    """What is repaid: the adjusted principal, but never less than the face amount. Not rounded.

    Source: 31 CFR 356.30 (minimum guarantee); Appendix B, I.B.
    """
    adjusted = adjusted_principal(face, ratio)
    yield Step("adjusted principal", adjusted, r"F \times \text{index ratio}")
    yield Step("principal at maturity", max(face, adjusted), r"\max(F, F \times \text{index ratio})")


@formula
def inflation_coupon(face: Decimal, coupon: Decimal, ratio: Decimal) -> Working:
    """A semiannual payment: adjusted principal x coupon rate / 2, rounded half-up to the cent.

    The coupon is a fraction a year; each payment is half of it whatever the days. Source: 31 CFR 356,
    Appendix B, I.B.5.
    """
    not_negative(coupon=coupon)
    adjusted = adjusted_principal(face, ratio)
    yield Step("adjusted principal", adjusted, r"F \times \text{index ratio}")
    yield Step("exact interest", adjusted * coupon / 2, r"\text{adjusted principal} \times \frac{c}{2}")
    yield Step("interest", half_up(adjusted * coupon / 2, 2), r"\text{rounded to the cent}")


@formula
def coupon_from_cpi(face: Decimal, coupon: Decimal, ref: Decimal, ref_base: Decimal) -> Working:
    """A semiannual payment from the two reference CPIs, rounded half-up to the cent.

    Source: 31 CFR 356, Appendix B, I.B.5.
    """
    *_, ratio = index_ratio.steps(ref, ref_base)
    yield ratio
    yield from inflation_coupon.steps(face, coupon, ratio.value)


@formula
def settlement_amount(real_price: Decimal, real_accrued: Decimal, ratio: Decimal) -> Working:
    """What a buyer pays per 100 of original face: (real price + real accrued interest) x index ratio.

    Not rounded; the US Treasury publishes six decimals. Source: 31 CFR 356, Appendix B, III.
    """
    positive(real_price=real_price, ratio=ratio)
    not_negative(real_accrued=real_accrued)
    yield Step("real dirty price", real_price + real_accrued, r"P + A")
    yield Step("settlement amount", (real_price + real_accrued) * ratio, r"(P + A) \times \text{index ratio}")


@formula
def stripped_adjusted_value(face: Decimal, coupon: Decimal, ref_base: Decimal) -> Working:
    """The adjusted value of a stripped interest payment: face x coupon / 2 x 100 / base CPI.

    Rounded half-up to the cent. Source: 31 CFR 356, Appendix B, V.
    """
    positive(face=face, ref_base=ref_base)
    not_negative(coupon=coupon)
    value = face * coupon * HUNDRED / (2 * ref_base)
    yield Step("exact value", value, r"F \frac{c}{2} \times \frac{100}{\text{base CPI}}")
    yield Step("adjusted value", half_up(value, 2), r"\text{rounded to the cent}")


@formula
def stripped_payment(adjusted_value: Decimal, ref: Decimal) -> Working:
    """What a stripped interest payment brings: adjusted value x reference CPI / 100, half-up to the cent.

    Source: 31 CFR 356, Appendix B, V.
    """
    positive(adjusted_value=adjusted_value, ref=ref)
    yield Step("exact payment", adjusted_value * ref / HUNDRED, r"V \frac{\text{reference CPI}}{100}")
    yield Step("payment", half_up(adjusted_value * ref / HUNDRED, 2), r"\text{rounded to the cent}")


@formula
def breakeven_exact(nominal: Decimal, real: Decimal, per_year: int = 1) -> Working:
    """The inflation rate at which both bonds earn the same: m ((1 + n / m) / (1 + r / m) - 1).

    Yields and result are fractions a year, compounded m times. Not rounded. Source: Fisher, The Theory of
    Interest (1 + nominal = (1 + real) (1 + inflation)).
    """
    growth = grows(nominal, per_year, "nominal") / grows(real, per_year, "real")
    yield Step("growth a period", growth, r"\frac{1 + n / m}{1 + r / m}")
    rate = (growth - ONE) * per_year
    yield Step("breakeven inflation", rate, r"m \left(\frac{1 + n / m}{1 + r / m} - 1\right)")


@formula
def breakeven_approximate(nominal: Decimal, real: Decimal) -> Working:
    """The difference of the yields, n - r, as markets quote breakeven inflation; a fraction a year.

    Not rounded. Source: Fisher, The Theory of Interest, without the product of real rate and inflation.
    """
    grows(nominal, 1, "nominal")
    grows(real, 1, "real")
    yield Step("breakeven inflation", nominal - real, r"n - r")
