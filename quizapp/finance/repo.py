"""Repo, carry and futures: interest on cash, haircuts, forward prices, invoice amount and basis."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.errors import UnequalLengths
from quizapp.finance.exact import HUNDRED, ONE, ZERO, between, counts, decimals, not_negative, positive
from quizapp.finance.formula import Step, Working, formula

MONEY_YEAR = 360
CONTRACT_FACE = Decimal(100000)


@formula
def interest(cash: Decimal, rate: Decimal, days: int, year_days: int = MONEY_YEAR) -> Working:
    """Simple interest on cash: cash x rate x days / 360, in the cash's currency.

    The rate is a fraction a year, days are calendar days (actual/360 in US dollars; pass 365 where the market
    counts so). Not rounded. Source: Stigum, Money Market.
    """
    positive(cash=cash)
    decimals(rate=rate)
    counts(0, days=days)
    counts(year_days=year_days)
    yield Step("part of a year", Decimal(days) / year_days, rf"\frac{{d}}{{{year_days}}}")
    yield Step(
        "interest", cash * rate * days / year_days, rf"\text{{cash}} \times r \frac{{d}}{{{year_days}}}"
    )


@formula
def repurchase_price(cash: Decimal, rate: Decimal, days: int, year_days: int = MONEY_YEAR) -> Working:
    """What the borrower of cash pays back: cash plus `interest`. Not rounded.

    Source: Stigum, Money Market.
    """
    earned = interest(cash, rate, days, year_days)
    yield Step("interest", earned, rf"\text{{cash}} \times r \frac{{d}}{{{year_days}}}")
    yield Step("repurchase price", cash + earned, r"\text{cash} + \text{interest}")


@formula
def haircut_cash(value: Decimal, haircut: Decimal) -> Working:
    """The cash lent against collateral: market value (accrued interest included) x (1 - haircut).

    The haircut is a fraction of the market value, 0 to 1. Not rounded. Source: ICMA, Frequently Asked
    Questions on Repo (haircut as opposed to initial margin, which divides).
    """
    positive(value=value)
    between(ZERO, ONE, haircut=haircut)
    yield Step("cash lent", value * (ONE - haircut), r"V (1 - h)")


@formula
def forward_price(
    dirty: Decimal,
    repo: Decimal,
    days: int,
    coupons: Sequence[tuple[Decimal, int]] = (),
    year_days: int = MONEY_YEAR,
) -> Working:
    """The dirty price per 100 agreed today for delivery after `days`: financing added, coupons taken off.

    dirty (1 + r d / 360) less each coupon grown at the same rate from its date; `coupons` holds amounts and
    their days left to delivery. The repo rate is a fraction a year. Not rounded. Source: Tuckman and Serrat,
    Fixed Income Securities (forward price by cash and carry).
    """
    financed = repurchase_price(dirty, repo, days, year_days)
    grown = sum((repurchase_price(amount, repo, left, year_days) for amount, left in coupons), ZERO)
    yield Step("price and financing", financed, rf"P \left(1 + r \frac{{d}}{{{year_days}}}\right)")
    yield Step(
        "coupons and interest on them", grown, rf"\sum c \left(1 + r \frac{{d_c}}{{{year_days}}}\right)"
    )
    yield Step("forward price", financed - grown, r"\text{price and financing} - \text{coupons}")


@formula
def listed_forward_price(
    dirty: Decimal,
    repo: Decimal,
    days: int,
    amounts: Sequence[Decimal],
    days_left: Sequence[int],
    year_days: int = MONEY_YEAR,
) -> Working:
    """`forward_price` with the coupons as two lists: amounts, and their days left to delivery.

    Source: Tuckman and Serrat, Fixed Income Securities (forward price by cash and carry).
    """
    if len(amounts) != len(days_left):
        raise UnequalLengths("days_left", len(days_left), len(amounts))
    coupons = tuple(zip(amounts, days_left, strict=True))
    yield from forward_price.steps(dirty, repo, days, coupons, year_days)


@formula
def forward_price_continuous(
    spot: Decimal, rate: Decimal, years: Decimal, income: Decimal = ZERO, income_yield: Decimal = ZERO
) -> Working:
    """The forward price of an asset with income of known present value I or yield q: (S - I) e^((r - q) t).

    Rates are fractions a year, continuously compounded. Not rounded. Source: Hull, Options, Futures, and
    Other Derivatives.
    """
    positive(spot=spot)
    decimals(rate=rate, income_yield=income_yield)
    not_negative(years=years, income=income)
    growth = ((rate - income_yield) * years).exp()
    yield Step("growth", growth, r"e^{(r - q) t}")
    yield Step("forward price", (spot - income) * growth, r"(S - I) e^{(r - q) t}")


@formula
def net_carry(
    face: Decimal,
    coupon: Decimal,
    repo: Decimal,
    days: int,
    price: Decimal = HUNDRED,
    coupon_year: int = 365,
    repo_year: int = MONEY_YEAR,
) -> Working:
    """What holding a financed bond earns: coupon income less the cost of the repo, in the face's currency.

    face c d / 365 - face P / 100 r d / 360; P is the dirty price per 100 that is financed. Not rounded.
    Source: Tuckman and Serrat, Fixed Income Securities (carry).
    """
    positive(face=face, price=price)
    income = interest(face, coupon, days, coupon_year)
    cost = interest(face * price / HUNDRED, repo, days, repo_year)
    yield Step("coupon income", income, rf"\text{{face}} \times c \frac{{d}}{{{coupon_year}}}")
    yield Step(
        "cost of financing",
        cost,
        rf"\text{{face}} \times \frac{{P}}{{100}} \times r \frac{{d}}{{{repo_year}}}",
    )
    yield Step("net carry", income - cost, r"\text{income} - \text{cost}")


@formula
def invoice_amount(
    futures: Decimal, factor: Decimal, accrued: Decimal, face: Decimal = CONTRACT_FACE
) -> Working:
    """What the long pays at delivery: face / 100 x (futures price x conversion factor + accrued interest).

    Prices and accrued interest per 100 face, in decimals. Not rounded; settled to the cent. Source: CME
    Group, Understanding Treasury Futures.
    """
    positive(futures=futures, factor=factor, face=face)
    not_negative(accrued=accrued)
    yield Step("delivery price", futures * factor, r"F \times \text{CF}")
    amount = face * (futures * factor + accrued) / HUNDRED
    yield Step("invoice amount", amount, r"\frac{\text{face}}{100} (F \times \text{CF} + A)")


@formula
def gross_basis(clean: Decimal, futures: Decimal, factor: Decimal) -> Working:
    """Clean price less futures price x conversion factor, per 100 face, in decimals (x 32 for 32nds).

    Not rounded. Source: Burghardt and Belton, The Treasury Bond Basis.
    """
    positive(clean=clean, futures=futures, factor=factor)
    yield Step("delivery price", futures * factor, r"F \times \text{CF}")
    yield Step("gross basis", clean - futures * factor, r"P - F \times \text{CF}")
