"""Repo, carry and futures: interest on cash, haircuts, forward prices, invoice amount and basis."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.exact import HUNDRED, ONE, ZERO, between, counts, decimals, exact, not_negative, positive

MONEY_YEAR = 360
CONTRACT_FACE = Decimal(100000)


@exact
def interest(cash: Decimal, rate: Decimal, days: int, year_days: int = MONEY_YEAR) -> Decimal:
    """Simple interest on cash: cash x rate x days / 360, in the cash's currency.

    The rate is a fraction a year, days are calendar days (actual/360 in US dollars; pass 365 where the market
    counts so). Not rounded. Source: Stigum, Money Market.
    """
    positive(cash=cash)
    decimals(rate=rate)
    counts(0, days=days)
    counts(year_days=year_days)
    return cash * rate * days / year_days


@exact
def repurchase_price(cash: Decimal, rate: Decimal, days: int, year_days: int = MONEY_YEAR) -> Decimal:
    """What the borrower of cash pays back: cash plus `interest`. Not rounded.

    Source: Stigum, Money Market.
    """
    return cash + interest(cash, rate, days, year_days)


@exact
def haircut_cash(value: Decimal, haircut: Decimal) -> Decimal:
    """The cash lent against collateral: market value (accrued interest included) x (1 - haircut).

    The haircut is a fraction of the market value, 0 to 1. Not rounded. Source: ICMA, Frequently Asked
    Questions on Repo (haircut as opposed to initial margin, which divides).
    """
    positive(value=value)
    between(ZERO, ONE, haircut=haircut)
    return value * (ONE - haircut)


@exact
def forward_price(
    dirty: Decimal,
    repo: Decimal,
    days: int,
    coupons: Sequence[tuple[Decimal, int]] = (),
    year_days: int = MONEY_YEAR,
) -> Decimal:
    """The dirty price per 100 agreed today for delivery after `days`: financing added, coupons taken off.

    dirty (1 + r d / 360) less each coupon grown at the same rate from its date; `coupons` holds amounts and
    their days left to delivery. The repo rate is a fraction a year. Not rounded. Source: Tuckman and Serrat,
    Fixed Income Securities (forward price by cash and carry).
    """
    grown = (repurchase_price(amount, repo, left, year_days) for amount, left in coupons)
    return repurchase_price(dirty, repo, days, year_days) - sum(grown, ZERO)


@exact
def forward_price_continuous(spot: Decimal, rate: Decimal, years: Decimal, income: Decimal = ZERO) -> Decimal:
    """The forward price of an asset with income of known present value: (S - I) e^(r t).

    The rate is a fraction a year, continuously compounded. Not rounded. Source: Hull, Options, Futures, and
    Other Derivatives.
    """
    positive(spot=spot)
    decimals(rate=rate)
    not_negative(years=years, income=income)
    return (spot - income) * (rate * years).exp()


@exact
def invoice_amount(
    futures: Decimal, factor: Decimal, accrued: Decimal, face: Decimal = CONTRACT_FACE
) -> Decimal:
    """What the long pays at delivery: face / 100 x (futures price x conversion factor + accrued interest).

    Prices and accrued interest per 100 face, in decimals. Not rounded; settled to the cent. Source: CME
    Group, Understanding Treasury Futures.
    """
    positive(futures=futures, factor=factor, face=face)
    not_negative(accrued=accrued)
    return face * (futures * factor + accrued) / HUNDRED


@exact
def gross_basis(clean: Decimal, futures: Decimal, factor: Decimal) -> Decimal:
    """Clean price less futures price x conversion factor, per 100 face, in decimals (x 32 for 32nds).

    Not rounded. Source: Burghardt and Belton, The Treasury Bond Basis.
    """
    positive(clean=clean, futures=futures, factor=factor)
    return clean - futures * factor
