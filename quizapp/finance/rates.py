"""Yields turned into one another: compounding, taxes, and the return over a holding period."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import ONE, ZERO, counts, decimals, exact, grows, not_negative, positive


@exact
def effective_rate(nominal: Decimal, per_year: int) -> Decimal:
    """The effective annual rate of a nominal one: (1 + r / m)^m - 1.

    With m = 2 the APY of a bond-equivalent yield. Fractions a year. Not rounded. Source: US Treasury,
    Interest Rates FAQ (CMT yield to APY).
    """
    return grows(nominal, per_year, "nominal") ** per_year - ONE


@exact
def nominal_rate(effective: Decimal, per_year: int) -> Decimal:
    """The nominal rate compounded m times a year behind an effective one: m ((1 + e)^(1 / m) - 1).

    Fractions a year; with m = 2, a bond-equivalent yield from an APY. Not rounded. Source: the inverse of
    `effective_rate`.
    """
    counts(per_year=per_year)
    return (grows(effective, 1, "effective") ** (ONE / per_year) - ONE) * per_year


@exact
def continuous_rate(nominal: Decimal, per_year: int) -> Decimal:
    """The continuously compounded rate equal to a nominal one: m ln(1 + r / m).

    Fractions a year. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (measuring rates).
    """
    return per_year * grows(nominal, per_year, "nominal").ln()


@exact
def nominal_from_continuous(continuous: Decimal, per_year: int) -> Decimal:
    """The nominal rate compounded m times a year equal to a continuous one: m (e^(r / m) - 1).

    Fractions a year. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (measuring rates).
    """
    decimals(continuous=continuous)
    counts(per_year=per_year)
    return ((continuous / per_year).exp() - ONE) * per_year


@exact
def after_tax_yield(yield_: Decimal, tax_rate: Decimal) -> Decimal:
    """What is left of a yield after tax on all of it: y (1 - t), fractions. Not rounded.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    decimals(yield_=yield_)
    _tax(tax_rate)
    return yield_ * (ONE - tax_rate)


@exact
def tax_equivalent_yield(yield_: Decimal, exempt_from: Decimal, still_due: Decimal = ZERO) -> Decimal:
    """The fully taxed yield that leaves as much as a yield exempt from one tax: y (1 - s) / (1 - s - x).

    x is the rate of the tax that the holder is spared (`exempt_from`), s the rate of one due on both
    (`still_due`), each on the same income without deducting the other. Fractions. Not rounded. Source:
    Fabozzi, Bond Markets, Analysis and Strategies (y / (1 - t) where nothing else is due).
    """
    decimals(yield_=yield_)
    _tax(exempt_from)
    _tax(still_due)
    _tax(exempt_from + still_due)
    return yield_ * (ONE - still_due) / (ONE - still_due - exempt_from)


def _tax(rate: Decimal) -> None:
    not_negative(tax_rate=rate)
    if rate >= 1:
        raise OutOfRange("tax_rate", rate, 0, 1)


@exact
def holding_period_return(paid: Decimal, received: Decimal, income: Decimal = ZERO) -> Decimal:
    """The return over a holding period, not annualised: (received + income - paid) / paid, a fraction.

    `paid` and `received` are dirty prices or amounts, income what was paid out meanwhile, not reinvested.
    Not rounded. Source: Tuckman and Serrat, Fixed Income Securities (realised return).
    """
    positive(paid=paid)
    not_negative(received=received, income=income)
    return (received + income - paid) / paid
