"""Treasury bills: price, discount rate, and the two yields that put bills beside other instruments."""

from datetime import date
from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import HUNDRED, between, counts, decimals, exact, half_up, positive

BANK_YEAR = 360
BILL_YEARS = (365, 366)


@exact
def price_from_discount(discount: Decimal, days: int, year_days: int = BANK_YEAR) -> Decimal:
    """The price per 100 face of a bill: P = 100 (1 - d r / 360).

    d is the bank discount rate (a fraction a year, actual/360), r the days from issue or settlement to
    maturity. Not rounded; the US Treasury publishes six decimals. Raises OutOfRange where no price above
    zero is left. Source: 31 CFR 356, Appendix B, VI.A.
    """
    decimals(discount=discount)
    counts(days=days, year_days=year_days)
    price = HUNDRED * (year_days - discount * days) / year_days
    if price <= 0:
        raise OutOfRange("discount", discount, None, Decimal(year_days) / days)
    return price


@exact
def discount_from_price(price: Decimal, days: int) -> Decimal:
    """The bank discount rate behind a price: d = (100 - P) / 100 x 360 / r, a fraction a year, actual/360.

    Not rounded. Source: 31 CFR 356, Appendix B, VI.A, solved for the rate.
    """
    positive(price=price)
    counts(days=days)
    return (HUNDRED - price) * BANK_YEAR / (HUNDRED * days)


@exact
def investment_rate(price: Decimal, days: int, year_days: int = 365) -> Decimal:
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
        return (HUNDRED - price) * year_days / (price * days)
    share = Decimal(days) / year_days
    square = share / 2 - Decimal("0.25")
    constant = (price - HUNDRED) / price
    return ((share * share - 4 * square * constant).sqrt() - share) / (2 * square)


@exact
def money_market_yield(price: Decimal, days: int) -> Decimal:
    """Simple interest on the price paid, a fraction a year, actual/360: (100 - P) / P x 360 / r.

    Not rounded. Source: Stigum, Money Market (CD-equivalent yield); the same conversion as the index of
    floating rate notes in 31 CFR 356, Appendix B, IV.
    """
    positive(price=price)
    counts(days=days)
    return (HUNDRED - price) * BANK_YEAR / (price * days)


def year_basis(issue: date) -> int:
    """The days of the year after the issue date: 366 where it takes in a 29 February, else 365.

    Source: 31 CFR 356, Appendix B, VI.D.1.
    """
    last_day = 28 if (issue.month, issue.day) == (2, 29) else issue.day
    return (date(issue.year + 1, issue.month, last_day) - issue).days


@exact
def purchase_price(face: Decimal, price: Decimal) -> Decimal:
    """What a face amount costs at a price per 100, rounded half-up to the cent.

    Source: 31 CFR 356, Appendix B, VI.B.1.
    """
    positive(face=face, price=price)
    return half_up(face * price / HUNDRED, 2)


@exact
def discount_amount(face: Decimal, price: Decimal) -> Decimal:
    """Face amount less purchase price, in the same currency, the price rounded to the cent first.

    Source: 31 CFR 356, Appendix B, VI.B.2.
    """
    between(Decimal(0), HUNDRED, price=price)
    return face - purchase_price(face, price)
