"""Exchange rates: forwards from covered interest parity, hedged yields, returns in another currency.

A rate such as 1.35 SGD per USD has a quote currency (SGD, counted) and a base currency (USD, one unit).
"""

from decimal import Decimal

from quizapp.finance.exact import ONE, counts, decimals, exact, grows, not_negative, positive

MONEY_YEAR = 360


@exact
def forward_simple(
    spot: Decimal,
    quote_rate: Decimal,
    base_rate: Decimal,
    days: int,
    quote_year: int = MONEY_YEAR,
    base_year: int = MONEY_YEAR,
) -> Decimal:
    """The forward rate by covered parity with simple interest: S (1 + rq d / Yq) / (1 + rb d / Yb).

    Quote per base, rates are fractions a year; each currency has its own year of days (actual/360, or 365 for
    SGD and GBP). Not rounded. Source: Hull, Options, Futures, and Other Derivatives (forwards on currencies).
    """
    decimals(quote_rate=quote_rate, base_rate=base_rate)
    counts(0, days=days)
    counts(quote_year=quote_year, base_year=base_year)
    quote_owed = quote_year + quote_rate * days
    base_owed = base_year + base_rate * days
    positive(spot=spot, quote_owed=quote_owed, base_owed=base_owed)
    return spot * quote_owed * base_year / (base_owed * quote_year)


@exact
def forward_compound(spot: Decimal, quote_rate: Decimal, base_rate: Decimal, years: Decimal) -> Decimal:
    """The forward rate by covered parity with annual compounding: S ((1 + rq) / (1 + rb))^t.

    Quote per base, rates are fractions a year. Not rounded. Source: Hull, Options, Futures, and Other
    Derivatives (forwards on currencies).
    """
    positive(spot=spot)
    not_negative(years=years)
    return spot * (grows(quote_rate, 1, "quote_rate") / grows(base_rate, 1, "base_rate")) ** years


@exact
def forward_continuous(spot: Decimal, quote_rate: Decimal, base_rate: Decimal, years: Decimal) -> Decimal:
    """The forward rate by covered parity with continuous compounding: S e^((rq - rb) t).

    Quote per base, rates are fractions a year. Not rounded. Source: Hull, Options, Futures, and Other
    Derivatives (forwards on currencies).
    """
    positive(spot=spot)
    decimals(quote_rate=quote_rate, base_rate=base_rate)
    not_negative(years=years)
    return spot * ((quote_rate - base_rate) * years).exp()


@exact
def forward_from_factors(spot: Decimal, quote_factor: Decimal, base_factor: Decimal) -> Decimal:
    """The forward rate from the discount factors of both currencies to the date: S x base / quote factor.

    Quote per base. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (forwards on
    currencies).
    """
    positive(spot=spot, quote_factor=quote_factor, base_factor=base_factor)
    return spot * base_factor / quote_factor


@exact
def forward_points(spot: Decimal, forward: Decimal, pip: Decimal = Decimal("0.0001")) -> Decimal:
    """Forward less spot, counted in pips: (F - S) / pip; negative where the base currency is cheaper forward.

    The pip is 0.0001, or 0.01 for rates in yen. Not rounded. Source: Solnik and McLeavey,
    Global Investments (forward quotes in points).
    """
    positive(spot=spot, forward=forward, pip=pip)
    return (forward - spot) / pip


@exact
def hedged_yield(asset_yield: Decimal, spot: Decimal, forward: Decimal, years: Decimal = ONE) -> Decimal:
    """The yield in the quote currency of a base-currency asset sold forward: ((1 + y)^t F / S)^(1 / t) - 1.

    Quote per base for both rates; the whole maturity value is sold at F. Annual effective fractions. Not
    rounded. Source: covered interest parity; Hull, Options, Futures, and Other Derivatives.
    """
    positive(spot=spot, forward=forward, years=years)
    return grows(asset_yield, 1, "asset_yield") * (forward / spot) ** (ONE / years) - ONE


@exact
def currency_return(asset_return: Decimal, base_change: Decimal) -> Decimal:
    """The return in the quote currency of an unhedged base-currency asset: (1 + a) (1 + x) - 1.

    x is the change of the base currency against the quote currency (S1 / S0 - 1). Fractions over the same
    time. Not rounded. Source: Solnik and McLeavey, Global Investments.
    """
    return grows(asset_return, 1, "asset_return") * grows(base_change, 1, "base_change") - ONE
