"""Topic 5: what each template's key comes to, reckoned apart from the finance formulas."""

import calendar
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.bank_templates.reckoning import Names, Reckoning


def _floats(names: Names) -> dict[str, float]:
    return {name: float(value) for name, value in names.items() if not isinstance(value, date | str)}


def _price(names: Names) -> float:
    exact = 100 - names["about"] * names["term"] / Decimal("3.6")
    return float(exact.quantize(Decimal("0.001"), ROUND_HALF_UP))


def t05_bill_price_drawn(names: Names) -> float:
    own = _floats(names)
    return 100 - own["discount"] * (own["weeks"] * 7 + own["extra"]) / 3.6


def t05_dollars_paid_drawn(names: Names) -> float:
    own = _floats(names)
    return own["face"] - own["face"] * own["discount"] * own["term"] / 360


def t05_discount_rate_drawn(names: Names) -> float:
    own = _floats(names)
    return (100 - _price(names)) * 3.6 / own["term"]


def t05_investment_rate_drawn(names: Names) -> float:
    own = _floats(names)
    exact = names["face"] * (1 - names["about"] * names["term"] / Decimal(360))
    cost = float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return (own["face"] / cost - 1) * 365 / own["term"]


def t05_investment_rate_beyond_half_a_year_drawn(names: Names) -> float:
    own = _floats(names)
    price = _price(names)
    rest = own["term"] / 365 - 0.5
    low, high = 0.0, 0.2
    for _ in range(60):
        rate = (low + high) / 2
        low, high = (low, rate) if price * (1 + rest * rate) * (1 + rate / 2) > 100 else (rate, high)
    return low


def t05_money_market_yield_drawn(names: Names) -> float:
    own = _floats(names)
    return 1 / (1 / own["discount"] - own["term"] / 360)


def t05_year_basis_drawn(names: Names) -> float:
    own, issue = _floats(names), names["issue"]
    leap_day_year = issue.year if issue < date(issue.year, 3, 1) else issue.year + 1
    year = 366 if calendar.isleap(leap_day_year) else 365
    price = _price(names)
    return (100 / price - 1) * year / own["term"]


RECKONED: dict[str, Reckoning] = {
    "t05-bill-price-drawn": t05_bill_price_drawn,
    "t05-dollars-paid-drawn": t05_dollars_paid_drawn,
    "t05-discount-rate-drawn": t05_discount_rate_drawn,
    "t05-investment-rate-drawn": t05_investment_rate_drawn,
    "t05-investment-rate-beyond-half-a-year-drawn": t05_investment_rate_beyond_half_a_year_drawn,
    "t05-money-market-yield-drawn": t05_money_market_yield_drawn,
    "t05-year-basis-drawn": t05_year_basis_drawn,
}
