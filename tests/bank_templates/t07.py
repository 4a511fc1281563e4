"""Topic 7: what each template's key comes to, reckoned apart from the finance formulas."""

from decimal import ROUND_HALF_UP, Decimal

from tests.bank_templates.reckoning import Names, Reckoning


def _floats(names: Names) -> dict[str, float]:
    return {name: float(value) for name, value in names.items()}


def _to_places(exact: Decimal, places: str) -> Decimal:
    return exact.quantize(Decimal(places), ROUND_HALF_UP)


def t07_macaulay_drawn(names: Names) -> float:
    own = _floats(names)
    step = 1e-5

    def worth(rate: float) -> float:
        paid = [own["coupon"] / 2] * 3 + [1 + own["coupon"] / 2]
        return sum(one / (1 + rate / 2) ** place for place, one in enumerate(paid, start=1))

    rate = own["yield"]
    slope = (worth(rate + step) - worth(rate - step)) / (2 * step)
    return -slope / worth(rate) * (1 + rate / 2)


def t07_modified_drawn(names: Names) -> float:
    own = _floats(names)
    return 2 * own["term"] / (2 + own["yield"])


def t07_price_by_duration_drawn(names: Names) -> float:
    own = _floats(names)
    price = 100 - own["modified"] * own["gap"]
    return price - price * own["modified"] * own["move"]


def t07_price_change_with_convexity_drawn(names: Names) -> float:
    true = 100 * names["modified"] * names["modified"] * names["bend"]
    shown = _to_places(true / names["divisor"], "0.01")
    move = float(names["move"])
    return move * (float(shown * names["divisor"]) * move / 2 - float(names["modified"]))


def t07_dv01_drawn(names: Names) -> float:
    ticks = _to_places((100 - names["modified"] * names["gap"]) * 32, "1")
    cost = float(names["face"]) * (float(ticks) / 3200 + float(names["accrued"]) / 100)
    return cost * float(names["modified"]) / 10_000


def t07_portfolio_duration_drawn(names: Names) -> float:
    own = _floats(names)
    whole = own["notes"] + own["bonds"] + own["cash"]
    return own["notes"] / whole * own["short"] + own["bonds"] / whole * own["long"]


def t07_hedge_ratio_drawn(names: Names) -> float:
    own = _floats(names)
    lost = own["face"] / 100 * own["near_price"] * own["near"]
    return lost / (own["far_price"] / 100 * own["far"])


def t07_breakeven_yield_rise_drawn(names: Names) -> float:
    half, halves = 1 + names["yield"] / 2, 2 * int(names["years"]) - 2
    annuity = sum((half**-place for place in range(1, halves + 1)), Decimal(0)) / 2
    return float(names["extra"]) * 10_000 / float(_to_places(annuity, "0.01"))


RECKONED: dict[str, Reckoning] = {
    "t07-macaulay-drawn": t07_macaulay_drawn,
    "t07-modified-drawn": t07_modified_drawn,
    "t07-price-by-duration-drawn": t07_price_by_duration_drawn,
    "t07-price-change-with-convexity-drawn": t07_price_change_with_convexity_drawn,
    "t07-dv01-drawn": t07_dv01_drawn,
    "t07-portfolio-duration-drawn": t07_portfolio_duration_drawn,
    "t07-hedge-ratio-drawn": t07_hedge_ratio_drawn,
    "t07-breakeven-yield-rise-drawn": t07_breakeven_yield_rise_drawn,
}
