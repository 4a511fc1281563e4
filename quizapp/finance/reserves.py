"""Foreign reserves: the measures of adequacy, and the shares of currencies at changing exchange rates."""

from collections.abc import Mapping
from decimal import Decimal

from quizapp.finance.errors import NotListed
from quizapp.finance.exact import ZERO, counts, exact, filled, not_negative, positive

FIXED_RATE_WEIGHTS = {
    "short_term_debt": Decimal("0.30"),
    "other_liabilities": Decimal("0.20"),
    "broad_money": Decimal("0.10"),
    "exports": Decimal("0.10"),
}


@exact
def import_cover(reserves: Decimal, imports: Decimal, months: int = 12) -> Decimal:
    """How many months of imports the reserves pay for: reserves / (imports / months).

    Both in one currency; imports are those of `months` months. Not rounded. Source: IMF, Assessing Reserve
    Adequacy (2011).
    """
    positive(imports=imports)
    not_negative(reserves=reserves)
    counts(months=months)
    return reserves * months / imports


@exact
def guidotti_ratio(reserves: Decimal, short_term_debt: Decimal) -> Decimal:
    """Reserves over the external debt that falls due within a year, by remaining maturity; a fraction.

    The Guidotti-Greenspan rule asks for 1 or more. Not rounded. Source: Greenspan, Currency Reserves and Debt
    (1999); IMF, Assessing Reserve Adequacy (2011).
    """
    positive(short_term_debt=short_term_debt)
    not_negative(reserves=reserves)
    return reserves / short_term_debt


@exact
def ara_metric(
    short_term_debt: Decimal, other_liabilities: Decimal, broad_money: Decimal, exports: Decimal
) -> Decimal:
    """The IMF's metric for assessing reserve adequacy with the weights for a fixed exchange rate.

    0.30 short-term debt by remaining maturity + 0.20 other portfolio liabilities + 0.10 broad money + 0.10
    exports of goods and services of a year, in the currency given. Exact. Source: IMF, Assessing Reserve
    Adequacy: Specific Proposals (2015).
    """
    amounts = {
        "short_term_debt": short_term_debt,
        "other_liabilities": other_liabilities,
        "broad_money": broad_money,
        "exports": exports,
    }
    not_negative(**amounts)
    return sum((FIXED_RATE_WEIGHTS[name] * amount for name, amount in amounts.items()), ZERO)


@exact
def currency_share(holdings: Mapping[str, Decimal], rates: Mapping[str, Decimal], currency: str) -> Decimal:
    """The share of one currency in all holdings, each valued at its exchange rate; a fraction.

    `holdings` are amounts in their own currencies, `rates` what one unit of each is worth in the currency of
    the report (1 for that currency itself). Called with old and new rates it shows how a share moves though
    nothing was bought. Not rounded. Source: IMF, COFER (valuation of shares in US dollars).
    """
    filled("holdings", tuple(holdings))
    not_negative(**holdings)
    positive(**rates)
    for name in holdings:
        if name not in rates:
            raise NotListed(name, tuple(rates))
    if currency not in holdings:
        raise NotListed(currency, tuple(holdings))
    total = sum((amount * rates[name] for name, amount in holdings.items()), ZERO)
    positive(total=total)
    return holdings[currency] * rates[currency] / total


@exact
def growth(start: Decimal, end: Decimal) -> Decimal:
    """The change of a position as a fraction of where it started: (end - start) / start. Not rounded.

    Source: the definition of a growth rate; as in the tables of US Treasury, TIC.
    """
    positive(start=start)
    not_negative(end=end)
    return (end - start) / start
