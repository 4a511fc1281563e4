"""Instruments without coupons, from their dates: discount, simple yield, interest at maturity.

`basis` numbers the day counts as in `daycount.year_fraction`: 2 is actual/360, 3 actual/365.
"""

from datetime import date
from decimal import Decimal

from quizapp.finance.daycount import ACTUAL_360, ACTUAL_365, year_fraction
from quizapp.finance.errors import WrongDates
from quizapp.finance.exact import HUNDRED, ONE, decimals, positive
from quizapp.finance.formula import Step, Working, formula

TERM = r"\text{days} / \text{year}"


@formula
def price(
    discount: Decimal,
    settlement: date,
    maturity: date,
    basis: int = ACTUAL_360,
    redemption: Decimal = HUNDRED,
) -> Working:
    """The price of an instrument sold at a discount: R (1 - d t).

    Not rounded. Source: Microsoft, DAX reference (PRICEDISC).
    """
    decimals(discount=discount)
    positive(redemption=redemption)
    *_, term = _term(settlement, maturity, basis)
    yield term
    yield Step("discount", redemption * discount * term.value, r"R\,d\,t")
    yield Step("price", redemption * (ONE - discount * term.value), r"R (1 - d\,t)")


@formula
def rate(
    paid: Decimal, settlement: date, maturity: date, basis: int = ACTUAL_360, redemption: Decimal = HUNDRED
) -> Working:
    """The discount rate behind a price: (R - P) / (R t), a fraction a year of the redemption value.

    Not rounded. Source: Microsoft, DAX reference (DISC).
    """
    positive(paid=paid, redemption=redemption)
    *_, term = _term(settlement, maturity, basis)
    yield term
    yield Step("discount rate", (redemption - paid) / (redemption * term.value), r"\frac{R - P}{R\,t}")


@formula
def simple_yield(
    paid: Decimal, settlement: date, maturity: date, basis: int = ACTUAL_360, redemption: Decimal = HUNDRED
) -> Working:
    """The simple interest rate on the price paid: (R - P) / (P t), a fraction a year.

    Not rounded. Source: Microsoft, DAX reference (INTRATE, YIELDDISC).
    """
    positive(paid=paid, redemption=redemption)
    *_, term = _term(settlement, maturity, basis)
    yield term
    yield Step("yield", (redemption - paid) / (paid * term.value), r"\frac{R - P}{P\,t}")


@formula
def received(
    invested: Decimal, discount: Decimal, settlement: date, maturity: date, basis: int = ACTUAL_360
) -> Working:
    """What is paid at maturity for an amount invested at a discount rate: P / (1 - d t).

    Not rounded. Source: Microsoft, DAX reference (RECEIVED).
    """
    positive(invested=invested)
    decimals(discount=discount)
    *_, term = _term(settlement, maturity, basis)
    left = ONE - discount * term.value
    positive(left=left)
    yield term
    yield Step("price of 1", left, r"1 - d\,t")
    yield Step("amount at maturity", invested / left, r"\frac{P}{1 - d\,t}")


@formula
def interest_at_maturity(
    face: Decimal, coupon: Decimal, issue: date, maturity: date, basis: int = ACTUAL_365
) -> Working:
    """The interest of an instrument that pays it all at maturity: face x rate x t.

    Not rounded. Source: Microsoft, DAX reference (ACCRINTM).
    """
    positive(face=face)
    decimals(coupon=coupon)
    *_, term = _term(issue, maturity, basis)
    yield term
    yield Step("interest", face * coupon * term.value, r"F\,c\,t")


@formula
def price_with_interest_at_maturity(
    coupon: Decimal, yield_: Decimal, settlement: date, maturity: date, issue: date, basis: int = ACTUAL_365
) -> Working:
    """The clean price per 100 face of an instrument that pays its interest at maturity.

    (100 + 100 c t) / (1 + y t_s) - 100 c t_a, with the times from issue to maturity, settlement to maturity
    and issue to settlement. Not rounded. Source: Microsoft, DAX reference (PRICEMAT).
    """
    decimals(coupon=coupon, yield_=yield_)
    whole, left = (year_fraction(start, maturity, basis) for start in (issue, settlement))
    elapsed = year_fraction(issue, settlement, basis)
    final = HUNDRED * (ONE + coupon * whole)
    positive(growth=ONE + yield_ * left)
    yield Step("amount at maturity", final, r"100 (1 + c\,t)")
    yield Step("dirty price", final / (ONE + yield_ * left), r"\frac{100 (1 + c\,t)}{1 + y\,t_s}")
    yield Step("accrued interest", HUNDRED * coupon * elapsed, r"100\,c\,t_a")
    clean = final / (ONE + yield_ * left) - HUNDRED * coupon * elapsed
    yield Step("clean price", clean, r"\text{dirty} - A")


@formula
def yield_with_interest_at_maturity(
    coupon: Decimal, paid: Decimal, settlement: date, maturity: date, issue: date, basis: int = ACTUAL_365
) -> Working:
    """The simple yield of an instrument that pays its interest at maturity, at a clean price per 100 face.

    Not rounded. Source: Microsoft, DAX reference (YIELDMAT), the inverse of
    `price_with_interest_at_maturity`.
    """
    decimals(coupon=coupon)
    positive(paid=paid)
    whole, left = (year_fraction(start, maturity, basis) for start in (issue, settlement))
    final = HUNDRED * (ONE + coupon * whole)
    dirty = paid + HUNDRED * coupon * year_fraction(issue, settlement, basis)
    yield Step("amount at maturity", final, r"100 (1 + c\,t)")
    yield Step("dirty price", dirty, r"P + A")
    yield Step("yield", (final - dirty) / (dirty * left), r"\frac{F - (P + A)}{(P + A) t_s}")


def _term(settlement: date, maturity: date, basis: int) -> Working:
    if settlement >= maturity:
        raise WrongDates(settlement, maturity)
    yield Step("years", year_fraction(settlement, maturity, basis), TERM)
