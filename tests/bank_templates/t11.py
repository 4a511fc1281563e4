"""Topic 11: what each template's key comes to, reckoned apart from the finance formulas."""

from decimal import ROUND_HALF_UP, Decimal
from math import exp, log1p

from tests.bank_templates.reckoning import Names, Reckoning


def _floats(names: Names) -> dict[str, float]:
    return {name: float(value) for name, value in names.items()}


def t11_cip_forward_drawn(names: Names) -> float:
    own = _floats(names)
    lent = own["amount"] / (1 + own["dollar"] * own["days"] / 360)
    return lent * own["spot"] * (1 + own["local"] * own["days"] / 365)


def t11_forward_points_drawn(names: Names) -> float:
    own = _floats(names)
    share = own["days"] / 360
    return 10_000 * own["spot"] * own["gap"] * share / (1 + own["euro"] * share)


def t11_hedged_yield_drawn(names: Names) -> float:
    own = _floats(names)
    grown = Decimal(1) + names["home"] + names["about"]
    exact = names["spot"] * (grown / (1 + names["dollar"])) ** int(names["years"])
    forward = float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    yen = forward * exp(own["years"] * log1p(own["dollar"])) / own["spot"]
    return float(10_000 * (yen ** (1 / own["years"]) - 1 - own["home"]))


def t11_unhedged_return_drawn(names: Names) -> float:
    own = _floats(names)
    second = (names["first"] * (1 + names["sign"] * names["size"])).quantize(Decimal("0.1"), ROUND_HALF_UP)
    received = (own["bought"] + own["move"] + 50 * own["coupon"]) * float(second)
    return received / (own["bought"] * own["first"]) - 1


RECKONED: dict[str, Reckoning] = {
    "t11-cip-forward-drawn": t11_cip_forward_drawn,
    "t11-forward-points-drawn": t11_forward_points_drawn,
    "t11-hedged-yield-drawn": t11_hedged_yield_drawn,
    "t11-unhedged-return-drawn": t11_unhedged_return_drawn,
}
