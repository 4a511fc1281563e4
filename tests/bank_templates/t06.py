"""Topic 6: what each template's key comes to, reckoned apart from the finance formulas."""

from math import exp, log1p

from tests.bank_templates.reckoning import Names, Reckoning


def _floats(names: Names) -> dict[str, float]:
    return {name: float(value) for name, value in names.items()}


def t06_discount_factor_drawn(names: Names) -> float:
    own = _floats(names)
    return exp(-2 * own["years"] * log1p(own["spot"] / 2))


def t06_one_step_bootstrap_drawn(names: Names) -> float:
    own = _floats(names)
    coupon, near = own["coupon"], own["near"]
    price = round(100 * coupon / (1 + near) + 100 * (1 + coupon) / (1 + near + own["step"]) ** 2, 2)
    left = price - 100 * coupon / (1 + near)
    return (100 * (1 + coupon) / left) ** 0.5 - 1


def t06_two_step_bootstrap_drawn(names: Names) -> float:
    own = _floats(names)
    two = own["one"] + own["rise"]
    three = two + own["more"]
    grown_one = 1 + own["one"]
    grown_two = (1 + two) / (1 - two / grown_one)
    grown_three = (1 + three) / (1 - three / grown_one - three / grown_two)
    return grown_three ** (1 / 3) - 1


def t06_par_rate_drawn(names: Names) -> float:
    own = _floats(names)
    spots = [own["one"], own["one"] + own["total"] / 2 + own["bend"], own["one"] + own["total"]]
    worth = [1 / (1 + spot) ** years for years, spot in enumerate(spots, start=1)]
    low, high = 0.0, 1.0
    for _ in range(60):
        coupon = (low + high) / 2
        low, high = (low, coupon) if coupon * sum(worth) + worth[-1] > 1 else (coupon, high)
    return low


def t06_forward_annual_drawn(names: Names) -> float:
    own = _floats(names)
    start, span, near = own["start"], own["span"], own["near"]
    far = near + own["step"]
    return exp(((start + span) * log1p(far) - start * log1p(near)) / span) - 1


def t06_forward_semiannual_drawn(names: Names) -> float:
    own = _floats(names)
    halves, near = own["months"] / 6, own["near"]
    far = near + own["step"]
    return 2 * ((1 + far / 2) ** (halves + 1) / (1 + near / 2) ** halves - 1)


def t06_slope_change_drawn(names: Names) -> float:
    return round(float(names["twist"]) * 10_000, 6)


def t06_roll_down_drawn(names: Names) -> float:
    own = _floats(names)
    coupon, halves = own["coupon"] / 2, 2 * round(own["term"]) - 2
    lower = (own["coupon"] - own["drop"]) / 2
    sold = sum(coupon / (1 + lower) ** place for place in range(1, halves + 1)) + (1 + lower) ** -halves
    return sold - 1


RECKONED: dict[str, Reckoning] = {
    "t06-discount-factor-drawn": t06_discount_factor_drawn,
    "t06-one-step-bootstrap-drawn": t06_one_step_bootstrap_drawn,
    "t06-two-step-bootstrap-drawn": t06_two_step_bootstrap_drawn,
    "t06-par-rate-drawn": t06_par_rate_drawn,
    "t06-forward-annual-drawn": t06_forward_annual_drawn,
    "t06-forward-semiannual-drawn": t06_forward_semiannual_drawn,
    "t06-slope-change-drawn": t06_slope_change_drawn,
    "t06-roll-down-drawn": t06_roll_down_drawn,
}
