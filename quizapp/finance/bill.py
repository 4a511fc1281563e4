"""Treasury bills: price, discount rate, and the two yields that put bills beside other instruments."""

from datetime import date
from decimal import Decimal

from quizapp.finance.daycount import months_after
from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import HUNDRED, between, counts, decimals, half_up, positive
from quizapp.finance.formula import Step, Working, count, formula

BANK_YEAR = 360
BILL_YEARS = (365, 366)


@formula
def price_from_discount(discount: Decimal, days: int, year_days: int = BANK_YEAR) -> Working:
    """The price per 100 face of a bill: P = 100 (1 - d r / 360).

    d is the bank discount rate (a fraction a year, actual/360), r the days from issue or settlement to
    maturity. Not rounded; the US Treasury publishes six decimals. Raises OutOfRange where no price above
    zero is left. Source: 31 CFR 356, Appendix B, VI.A.
    """
    decimals(discount=discount)
    counts(days=days, year_days=year_days)
    yield Step("discount for the days", discount * days / year_days, rf"d \frac{{r}}{{{year_days}}}")
    price = HUNDRED * (year_days - discount * days) / year_days
    if price <= 0:
        raise OutOfRange("discount", discount, None, Decimal(year_days) / days)
    yield Step("price", price, rf"100 \left(1 - d \frac{{r}}{{{year_days}}}\right)")


@formula
def discount_from_price(price: Decimal, days: int) -> Working:
    """The bank discount rate behind a price: d = (100 - P) / 100 x 360 / r, a fraction a year, actual/360.

    Not rounded. Source: 31 CFR 356, Appendix B, VI.A, solved for the rate.
    """
    positive(price=price)
    counts(days=days)
    yield Step("discount", HUNDRED - price, "100 - P")
    rate = (HUNDRED - price) * BANK_YEAR / (HUNDRED * days)
    yield Step("discount rate", rate, r"\frac{100 - P}{100} \times \frac{360}{r}")


@formula
def investment_rate(price: Decimal, days: int, year_days: int = 365) -> Working:
    """The investment rate (coupon-equivalent yield) of a bill, a fraction a year on actual/365 or 366 days.

    Up to a half-year (2 r <= y): i = (100 - P) / P x y / r. Beyond it the rate compounds once and solves
    P (1 + (r - y / 2) i / y) (1 + i / 2) = 100. Take y from `year_basis`. Not rounded; the US Treasury
    publishes three decimals of a per cent. Source: 31 CFR 356, Appendix B, VI.D.
    """
    positive(price=price)
    counts(days=days)
    if year_days not in BILL_YEARS:
        raise OutOfRange("year_days", year_days, *BILL_YEARS)
    if days > year_days:
        raise OutOfRange("days", days, 1, year_days)
    if 2 * days <= year_days:
        yield Step("return", (HUNDRED - price) / price, r"\frac{100 - P}{P}")
        simple = (HUNDRED - price) * year_days / (price * days)
        yield Step("investment rate", simple, r"\frac{100 - P}{P} \times \frac{y}{r}")
        return
    share = Decimal(days) / year_days
    square = share / 2 - Decimal("0.25")
    constant = (price - HUNDRED) / price
    yield Step("a", square, r"\frac{r}{2y} - 0.25")
    yield Step("b", share, r"\frac{r}{y}")
    yield Step("c", constant, r"\frac{P - 100}{P}")
    rate = ((share * share - 4 * square * constant).sqrt() - share) / (2 * square)
    yield Step("investment rate", rate, r"\frac{-b + \sqrt{b^2 - 4ac}}{2a}")


@formula
def equivalent_yield(discount: Decimal, days: int, year_days: int = 365) -> Working:
    """The investment rate of a bill from its discount rate, by way of its price.

    Up to a half-year: y d / (360 - d r). Not rounded. Source: Microsoft, DAX reference (TBILLEQ); 31 CFR 356,
    Appendix B, VI.D.
    """
    *_, price = price_from_discount.steps(discount, days)
    yield price
    yield from investment_rate.steps(price.value, days, year_days)


@formula
def money_market_yield(price: Decimal, days: int) -> Working:
    """Simple interest on the price paid, a fraction a year, actual/360: (100 - P) / P x 360 / r.

    Not rounded. Source: Stigum, Money Market (CD-equivalent yield); the same conversion as the index of
    floating rate notes in 31 CFR 356, Appendix B, IV.
    """
    positive(price=price)
    counts(days=days)
    yield Step("return", (HUNDRED - price) / price, r"\frac{100 - P}{P}")
    rate = (HUNDRED - price) * BANK_YEAR / (price * days)
    yield Step("money market yield", rate, r"\frac{100 - P}{P} \times \frac{360}{r}")


@count
def year_basis(issue: date) -> Working:
    """The days of the year after the issue date: 366 where it takes in a 29 February, else 365.

    Source: 31 CFR 356, Appendix B, VI.D.1.
    """
    days = (months_after(issue, 12) - issue).days
    yield Step("days of the year", Decimal(days), r"\text{days from issue to a year later}")


@formula
def purchase_price(face: Decimal, price: Decimal) -> Working:
    """What a face amount costs at a price per 100, rounded half-up to the cent.

    Source: 31 CFR 356, Appendix B, VI.B.1.
    """
    positive(face=face, price=price)
    yield Step("exact price", face * price / HUNDRED, r"F \frac{P}{100}")
    yield Step("purchase price", half_up(face * price / HUNDRED, 2), r"\text{rounded to the cent}")


@formula
def discount_amount(face: Decimal, price: Decimal) -> Working:
    """Face amount less purchase price, in the same currency, the price rounded to the cent first.

    Source: 31 CFR 356, Appendix B, VI.B.2.
    """
    between(Decimal(0), HUNDRED, price=price)
    yield from purchase_price.steps(face, price)
    yield Step("discount amount", face - purchase_price(face, price), r"F - \text{purchase price}")
