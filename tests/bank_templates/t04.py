"""Topic 4: what each template's key comes to, reckoned apart from the finance formulas."""

from datetime import date, timedelta
from fractions import Fraction
from math import exp, log1p

from tests.bank_templates.reckoning import Names, Reckoning


def _floats(names: Names) -> dict[str, float]:
    return {name: float(value) for name, value in names.items() if not isinstance(value, date | str)}


def _months_on(day: date, months: int) -> date:
    """The same day of a later month; all days here are the 1st or the 15th."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, day.day)


def _worth(coupon: float, rate: float, first: float, count: int) -> float:
    """All payments per 100, the first due after a part of a half-year, each discounted by compounding."""
    half = log1p(rate / 2)
    coupons = sum(50 * coupon * exp(-half * (first + place)) for place in range(count))
    return coupons + 100 * exp(-half * (first + count - 1))


def t04_price_in_decimals_drawn(names: Names) -> float:
    own = _floats(names)
    return own["points"] + (8 * own["ticks"] + own["eighths"]) / 256


def t04_accrued_interest_drawn(names: Names) -> float:
    own, last = _floats(names), names["last"]
    month_end = _months_on(last.replace(day=1), int(names["months"]) + 1) - timedelta(days=1)
    period = _months_on(last, 6) - last
    return own["face"] * own["coupon"] / 2 * ((month_end - last) / period)


def t04_dirty_price_drawn(names: Names) -> float:
    coupon = 50 * Fraction(names["coupon"])
    return float(Fraction(names["clean"]) + coupon - coupon * int(names["left"]) / int(names["period"]))


def t04_price_on_coupon_date_drawn(names: Names) -> float:
    own = _floats(names)
    rate = own["coupon"] + own["move"]
    return own["face"] / 100 * _worth(own["coupon"], rate, 1, 2 * int(names["years"]))


def t04_price_between_coupons_drawn(names: Names) -> float:
    own, last = _floats(names), names["last"]
    near = last + timedelta(days=int(names["about"]))
    wednesday = near + timedelta(days=2 - near.weekday())
    following = _months_on(last, 6)
    left = (following - wednesday) / (following - last)
    dirty = _worth(own["coupon"], own["coupon"] + own["side"] * own["move"], left, int(names["count"]))
    return dirty - 50 * own["coupon"] * (1 - left)


def t04_auction_price_drawn(names: Names) -> float:
    own = _floats(names)
    rate, gone = own["coupon"] + own["side"] * own["move"], own["passed"] / own["period"]
    at_next = _worth(own["coupon"], rate, 0, int(names["full"]) + 1)
    return at_next / (1 + rate / 2 * (1 - gone)) - 50 * own["coupon"] * gone


def t04_current_yield_drawn(names: Names) -> float:
    own = _floats(names)
    return own["face"] * own["coupon"] / (own["face"] * own["now"] / 100)


def t04_yield_to_maturity_drawn(names: Names) -> float:
    own, count = _floats(names), 2 * int(names["years"])
    about = own["coupon"] + own["side"] * own["move"]
    ticks = round(32 * _worth(own["coupon"], about, 1, count))
    low, high = 0.0, 0.2
    for _ in range(60):
        rate = (low + high) / 2
        low, high = (rate, high) if 32 * _worth(own["coupon"], rate, 1, count) > ticks else (low, rate)
    return low


def t04_bond_equivalent_to_apy_drawn(names: Names) -> float:
    own = _floats(names)
    return (own["rate"] ** 2 / 4 + own["gap"]) * 10_000


def t04_holding_period_return_drawn(names: Names) -> float:
    own = _floats(names)
    earned = own["ticks"] / 32 + 50 * own["coupon"] * own["passed"] / own["period"]
    return earned / own["bought"]


def t04_tax_equivalent_yield_drawn(names: Names) -> float:
    own = _floats(names)
    return own["muni"] / (1 - own["federal"])


RECKONED: dict[str, Reckoning] = {
    "t04-price-in-decimals-drawn": t04_price_in_decimals_drawn,
    "t04-accrued-interest-drawn": t04_accrued_interest_drawn,
    "t04-dirty-price-drawn": t04_dirty_price_drawn,
    "t04-price-on-coupon-date-drawn": t04_price_on_coupon_date_drawn,
    "t04-price-between-coupons-drawn": t04_price_between_coupons_drawn,
    "t04-auction-price-drawn": t04_auction_price_drawn,
    "t04-current-yield-drawn": t04_current_yield_drawn,
    "t04-yield-to-maturity-drawn": t04_yield_to_maturity_drawn,
    "t04-bond-equivalent-to-apy-drawn": t04_bond_equivalent_to_apy_drawn,
    "t04-holding-period-return-drawn": t04_holding_period_return_drawn,
    "t04-tax-equivalent-yield-drawn": t04_tax_equivalent_yield_drawn,
}
