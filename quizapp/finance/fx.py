"""Exchange rates: forwards from covered interest parity, hedged yields, returns in another currency.

A rate such as 1.35 SGD per USD has a quote currency (SGD, counted) and a base currency (USD, one unit).
"""

from decimal import Decimal

from quizapp.finance.exact import ONE, counts, decimals, grows, not_negative, positive
from quizapp.finance.formula import Step, Working, formula

MONEY_YEAR = 360
BASIS_POINT = Decimal("0.0001")


@formula
def forward_simple(
    spot: Decimal,
    quote_rate: Decimal,
    base_rate: Decimal,
    days: int,
    quote_year: int = MONEY_YEAR,
    base_year: int = MONEY_YEAR,
) -> Working:
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
    yield Step("quote currency grows to", quote_owed / quote_year, r"1 + r_q \frac{d}{Y_q}")
    yield Step("base currency grows to", base_owed / base_year, r"1 + r_b \frac{d}{Y_b}")
    forward = spot * quote_owed * base_year / (base_owed * quote_year)
    yield Step("forward rate", forward, r"S \frac{1 + r_q d / Y_q}{1 + r_b d / Y_b}")


@formula
def forward_simple_years(
    spot: Decimal, quote_rate: Decimal, base_rate: Decimal, years: Decimal = ONE
) -> Working:
    """The forward rate by covered parity with simple interest over years: S (1 + rq t) / (1 + rb t).

    Quote per base, rates are fractions a year. Not rounded. Source: Hull, Options, Futures, and Other
    Derivatives (forwards on currencies).
    """
    decimals(quote_rate=quote_rate, base_rate=base_rate)
    not_negative(years=years)
    quote_owed, base_owed = ONE + quote_rate * years, ONE + base_rate * years
    positive(spot=spot, quote_owed=quote_owed, base_owed=base_owed)
    yield Step("quote currency grows to", quote_owed, r"1 + r_q t")
    yield Step("base currency grows to", base_owed, r"1 + r_b t")
    yield Step("forward rate", spot * quote_owed / base_owed, r"S \frac{1 + r_q t}{1 + r_b t}")


@formula
def forward_compound(spot: Decimal, quote_rate: Decimal, base_rate: Decimal, years: Decimal) -> Working:
    """The forward rate by covered parity with annual compounding: S ((1 + rq) / (1 + rb))^t.

    Quote per base, rates are fractions a year. Not rounded. Source: Hull, Options, Futures, and Other
    Derivatives (forwards on currencies).
    """
    positive(spot=spot)
    not_negative(years=years)
    ratio = grows(quote_rate, 1, "quote_rate") / grows(base_rate, 1, "base_rate")
    yield Step("ratio of growths", ratio, r"\frac{1 + r_q}{1 + r_b}")
    yield Step("forward rate", spot * ratio**years, r"S \left(\frac{1 + r_q}{1 + r_b}\right)^t")


@formula
def forward_continuous(spot: Decimal, quote_rate: Decimal, base_rate: Decimal, years: Decimal) -> Working:
    """The forward rate by covered parity with continuous compounding: S e^((rq - rb) t).

    Quote per base, rates are fractions a year. Not rounded. Source: Hull, Options, Futures, and Other
    Derivatives (forwards on currencies).
    """
    positive(spot=spot)
    decimals(quote_rate=quote_rate, base_rate=base_rate)
    not_negative(years=years)
    growth = ((quote_rate - base_rate) * years).exp()
    yield Step("growth", growth, r"e^{(r_q - r_b) t}")
    yield Step("forward rate", spot * growth, r"S e^{(r_q - r_b) t}")


@formula
def forward_from_factors(spot: Decimal, quote_factor: Decimal, base_factor: Decimal) -> Working:
    """The forward rate from the discount factors of both currencies to the date: S x base / quote factor.

    Quote per base. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (forwards on
    currencies).
    """
    positive(spot=spot, quote_factor=quote_factor, base_factor=base_factor)
    yield Step("forward rate", spot * base_factor / quote_factor, r"S \frac{d_b}{d_q}")


@formula
def forward_from_year_factors(
    spot: Decimal, quote_factor: Decimal, base_factor: Decimal, days: int, year_days: int = 365
) -> Working:
    """The forward rate after some days from discount factors for one year, interpolated log-linearly.

    S (db / dq)^(d / 365), quote per base. Not rounded. Source: Hull, Options, Futures, and Other Derivatives
    (forwards on currencies); rateslib (log-linear discount factors).
    """
    positive(spot=spot, quote_factor=quote_factor, base_factor=base_factor)
    counts(0, days=days)
    counts(year_days=year_days)
    share = Decimal(days) / year_days
    yield Step("quote factor of the days", quote_factor**share, rf"d_q^{{\,d / {year_days}}}")
    yield Step("base factor of the days", base_factor**share, rf"d_b^{{\,d / {year_days}}}")
    forward = spot * (base_factor / quote_factor) ** share
    yield Step("forward rate", forward, rf"S \left(\frac{{d_b}}{{d_q}}\right)^{{d / {year_days}}}")


@formula
def forward_points(spot: Decimal, forward: Decimal, pip: Decimal = Decimal("0.0001")) -> Working:
    """Forward less spot, counted in pips: (F - S) / pip; negative where the base currency is cheaper forward.

    The pip is 0.0001, or 0.01 for rates in yen. Not rounded. Source: Solnik and McLeavey,
    Global Investments (forward quotes in points).
    """
    positive(spot=spot, forward=forward, pip=pip)
    yield Step("forward less spot", forward - spot, r"F - S")
    yield Step("forward points", (forward - spot) / pip, r"\frac{F - S}{\text{pip}}")


@formula
def hedged_yield(asset_yield: Decimal, spot: Decimal, forward: Decimal, years: Decimal = ONE) -> Working:
    """The yield in the quote currency of a base-currency asset sold forward: ((1 + y)^t F / S)^(1 / t) - 1.

    Quote per base for both rates; the whole maturity value is sold at F. Annual effective fractions. Not
    rounded. Source: covered interest parity; Hull, Options, Futures, and Other Derivatives.
    """
    positive(spot=spot, forward=forward, years=years)
    growth = grows(asset_yield, 1, "asset_yield")
    yield Step("gain on the currency a year", (forward / spot) ** (ONE / years), r"(F / S)^{1 / t}")
    hedged = growth * (forward / spot) ** (ONE / years) - ONE
    yield Step("hedged yield", hedged, r"(1 + y) (F / S)^{1 / t} - 1")


@formula
def hedged_pickup(
    asset_yield: Decimal, spot: Decimal, forward: Decimal, home_yield: Decimal, years: Decimal = ONE
) -> Working:
    """How much a hedged base-currency asset yields above one at home, in basis points.

    10000 (hedged yield - home yield), yields as annual effective fractions. Not rounded. Source: covered
    interest parity; `hedged_yield` less the yield at home.
    """
    decimals(home_yield=home_yield)
    hedged = hedged_yield(asset_yield, spot, forward, years)
    yield Step("hedged yield", hedged, r"(1 + y) (F / S)^{1 / t} - 1")
    yield Step("pickup in basis points", (hedged - home_yield) / BASIS_POINT, r"10000 (y_h - y_d)")


@formula
def currency_return(asset_return: Decimal, base_change: Decimal) -> Working:
    """The return in the quote currency of an unhedged base-currency asset: (1 + a) (1 + x) - 1.

    x is the change of the base currency against the quote currency (S1 / S0 - 1). Fractions over the same
    time. Not rounded. Source: Solnik and McLeavey, Global Investments.
    """
    total = grows(asset_return, 1, "asset_return") * grows(base_change, 1, "base_change") - ONE
    yield Step("return", total, r"(1 + a) (1 + x) - 1")


@formula
def unhedged_return(asset_return: Decimal, spot_start: Decimal, spot_end: Decimal) -> Working:
    """`currency_return` from the exchange rates at start and end, quote per base: (1 + a) S1 / S0 - 1.

    Source: Solnik and McLeavey, Global Investments.
    """
    positive(spot_start=spot_start, spot_end=spot_end)
    change = spot_end / spot_start - ONE
    yield Step("change of the base currency", change, r"\frac{S_1}{S_0} - 1")
    yield from currency_return.steps(asset_return, change)
