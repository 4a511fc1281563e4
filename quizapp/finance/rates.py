"""Yields turned into one another: compounding, taxes, and the return over a holding period."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import ONE, ZERO, counts, decimals, grows, not_negative, positive
from quizapp.finance.formula import Step, Working, formula


@formula
def effective_rate(nominal: Decimal, per_year: int) -> Working:
    """The effective annual rate of a nominal one: (1 + r / m)^m - 1.

    With m = 2 the APY of a bond-equivalent yield. Fractions a year. Not rounded. Source: US Treasury,
    Interest Rates FAQ (CMT yield to APY).
    """
    growth = grows(nominal, per_year, "nominal")
    yield Step("growth a period", growth, r"1 + \frac{r}{m}")
    yield Step("effective rate", growth**per_year - ONE, r"\left(1 + \frac{r}{m}\right)^m - 1")


@formula
def nominal_rate(effective: Decimal, per_year: int) -> Working:
    """The nominal rate compounded m times a year behind an effective one: m ((1 + e)^(1 / m) - 1).

    Fractions a year; with m = 2, a bond-equivalent yield from an APY. Not rounded. Source: the inverse of
    `effective_rate`.
    """
    counts(per_year=per_year)
    growth = grows(effective, 1, "effective") ** (ONE / per_year)
    yield Step("growth a period", growth, r"(1 + e)^{1 / m}")
    yield Step("nominal rate", (growth - ONE) * per_year, r"m \left((1 + e)^{1 / m} - 1\right)")


@formula
def other_compounding(nominal: Decimal, per_year: int, other: int) -> Working:
    """The rate compounded k times a year equal to one compounded m times: k ((1 + r / m)^(m / k) - 1).

    Fractions a year. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (measuring rates).
    """
    counts(other=other)
    growth = grows(nominal, per_year, "nominal") ** (Decimal(per_year) / other)
    yield Step("growth a period", growth, r"\left(1 + \frac{r}{m}\right)^{m / k}")
    yield Step("nominal rate", (growth - ONE) * other, r"k \left((1 + r / m)^{m / k} - 1\right)")


@formula
def continuous_rate(nominal: Decimal, per_year: int) -> Working:
    """The continuously compounded rate equal to a nominal one: m ln(1 + r / m).

    Fractions a year. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (measuring rates).
    """
    growth = grows(nominal, per_year, "nominal")
    yield Step("growth a period", growth, r"1 + \frac{r}{m}")
    yield Step("continuous rate", per_year * growth.ln(), r"m \ln\left(1 + \frac{r}{m}\right)")


@formula
def nominal_from_continuous(continuous: Decimal, per_year: int) -> Working:
    """The nominal rate compounded m times a year equal to a continuous one: m (e^(r / m) - 1).

    Fractions a year. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (measuring rates).
    """
    decimals(continuous=continuous)
    counts(per_year=per_year)
    growth = (continuous / per_year).exp()
    yield Step("growth a period", growth, r"e^{r / m}")
    yield Step("nominal rate", (growth - ONE) * per_year, r"m \left(e^{r / m} - 1\right)")


@formula
def after_tax_yield(yield_: Decimal, tax_rate: Decimal) -> Working:
    """What is left of a yield after tax on all of it: y (1 - t), fractions. Not rounded.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    decimals(yield_=yield_)
    _tax(tax_rate)
    yield Step("yield after tax", yield_ * (ONE - tax_rate), r"y (1 - t)")


@formula
def tax_equivalent_yield(yield_: Decimal, exempt_from: Decimal, still_due: Decimal = ZERO) -> Working:
    """The fully taxed yield that leaves as much as a yield exempt from one tax: y (1 - s) / (1 - s - x).

    x is the rate of the tax that the holder is spared (`exempt_from`), s the rate of one due on both
    (`still_due`), each on the same income without deducting the other. Fractions. Not rounded. Source:
    Fabozzi, Bond Markets, Analysis and Strategies (y / (1 - t) where nothing else is due).
    """
    decimals(yield_=yield_)
    _tax(exempt_from)
    _tax(still_due)
    _tax(exempt_from + still_due)
    yield Step("yield after the tax still due", yield_ * (ONE - still_due), r"y (1 - s)")
    equivalent = yield_ * (ONE - still_due) / (ONE - still_due - exempt_from)
    yield Step("tax-equivalent yield", equivalent, r"\frac{y (1 - s)}{1 - s - x}")


def _tax(rate: Decimal) -> None:
    not_negative(tax_rate=rate)
    if rate >= 1:
        raise OutOfRange("tax_rate", rate, 0, 1)


@formula
def holding_period_return(paid: Decimal, received: Decimal, income: Decimal = ZERO) -> Working:
    """The return over a holding period, not annualised: (received + income - paid) / paid, a fraction.

    `paid` and `received` are dirty prices or amounts, income what was paid out meanwhile, not reinvested.
    Not rounded. Source: Tuckman and Serrat, Fixed Income Securities (realised return).
    """
    positive(paid=paid)
    not_negative(received=received, income=income)
    yield Step("gain", received + income - paid, r"P_1 + I - P_0")
    yield Step("return", (received + income - paid) / paid, r"\frac{P_1 + I - P_0}{P_0}")
