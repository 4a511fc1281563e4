"""Foreign reserves: the measures of adequacy, and the shares of currencies at changing exchange rates."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from quizapp.finance.errors import NotListed, OutOfRange, UnequalLengths
from quizapp.finance.exact import ZERO, counts, filled, not_negative, positive
from quizapp.finance.formula import Step, Working, formula

FIXED_RATE_WEIGHTS = {
    "short_term_debt": Decimal("0.30"),
    "other_liabilities": Decimal("0.20"),
    "broad_money": Decimal("0.10"),
    "exports": Decimal("0.10"),
}


@formula
def import_cover(reserves: Decimal, imports: Decimal, months: int = 12) -> Working:
    """How many months of imports the reserves pay for: reserves / (imports / months).

    Both in one currency; imports are those of `months` months. Not rounded. Source: IMF, Assessing Reserve
    Adequacy (2011).
    """
    positive(imports=imports)
    not_negative(reserves=reserves)
    counts(months=months)
    yield Step("imports a month", imports / months, rf"\frac{{M}}{{{months}}}")
    yield Step("months of imports", reserves * months / imports, rf"\frac{{R}}{{M / {months}}}")


@formula
def guidotti_ratio(reserves: Decimal, short_term_debt: Decimal) -> Working:
    """Reserves over the external debt that falls due within a year, by remaining maturity; a fraction.

    The Guidotti-Greenspan rule asks for 1 or more. Not rounded. Source: Greenspan, Currency Reserves and Debt
    (1999); IMF, Assessing Reserve Adequacy (2011).
    """
    positive(short_term_debt=short_term_debt)
    not_negative(reserves=reserves)
    yield Step("ratio", reserves / short_term_debt, r"\frac{R}{\text{short-term debt}}")


@formula
def ara_metric(
    short_term_debt: Decimal, other_liabilities: Decimal, broad_money: Decimal, exports: Decimal
) -> Working:
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
    parts = {name: FIXED_RATE_WEIGHTS[name] * amount for name, amount in amounts.items()}
    for name, part in parts.items():
        yield Step(name.replace("_", " "), part, rf"{FIXED_RATE_WEIGHTS[name]} \times \text{{amount}}")
    yield Step("metric", sum(parts.values(), ZERO), r"0.30 D + 0.20 L + 0.10 M + 0.10 X")


@formula
def currency_share(holdings: Mapping[str, Decimal], rates: Mapping[str, Decimal], currency: str) -> Working:
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
    names = tuple(holdings)
    worth = [holdings[name] * rates[name] for name in names]
    yield from _shared(worth, names.index(currency))


@formula
def revalued_share(amounts: Sequence[Decimal], rates: Sequence[Decimal], place: int) -> Working:
    """The share of the holding at a place of the list (from 1), each valued at its exchange rate.

    Like `currency_share`, from lists: amounts in their own currencies, and what one unit of each is worth.
    Source: IMF, COFER (valuation of shares in US dollars).
    """
    filled("amounts", amounts)
    if len(amounts) != len(rates):
        raise UnequalLengths("rates", len(rates), len(amounts))
    not_negative(**{f"amount_{one}": amount for one, amount in enumerate(amounts, start=1)})
    positive(**{f"rate_{one}": rate for one, rate in enumerate(rates, start=1)})
    counts(place=place)
    if place > len(amounts):
        raise OutOfRange("place", place, 1, len(amounts))
    yield from _shared([amount * rate for amount, rate in zip(amounts, rates, strict=True)], place - 1)


@formula
def share(part: Decimal, whole: Decimal) -> Working:
    """A part of a whole as a fraction, such as one holder of all foreign holdings. Not rounded.

    Source: the definition of a share; as in the tables of US Treasury, TIC.
    """
    not_negative(part=part)
    positive(whole=whole)
    yield Step("share", part / whole, r"\frac{\text{part}}{\text{whole}}")


@formula
def growth(start: Decimal, end: Decimal) -> Working:
    """The change of a position as a fraction of where it started: (end - start) / start. Not rounded.

    Source: the definition of a growth rate; as in the tables of US Treasury, TIC.
    """
    positive(start=start)
    not_negative(end=end)
    yield Step("change", end - start, r"E - S")
    yield Step("growth", (end - start) / start, r"\frac{E - S}{S}")


def _shared(worth: Sequence[Decimal], index: int) -> Working:
    total = sum(worth, ZERO)
    positive(total=total)
    yield Step("worth of the holding", worth[index], r"\text{amount} \times \text{rate}")
    yield Step("worth of all", total, r"\sum \text{amount} \times \text{rate}")
    yield Step("share", worth[index] / total, r"\frac{\text{holding}}{\text{all}}")
