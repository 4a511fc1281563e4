"""Topic 8: what each template's key comes to, reckoned apart from the finance formulas."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.bank_templates.reckoning import Names, Reckoning


def t08_ref_cpi_drawn(names: Names) -> float:
    start, step = Fraction(names["start"]), Fraction(names["step"])
    exact = start + step * (int(names["place"]) - 1) / int(names["length"])
    cut = exact * 10**6 // 1
    return float(Fraction((cut + 5) // 10, 10**5))


def t08_index_ratio_and_coupon_drawn(names: Names) -> float:
    base = Fraction(names["base"])
    grown = (names["base"] * names["growth"]).quantize(Decimal("0.001"), ROUND_HALF_UP)
    cut = Fraction(grown) / base * 10**6 // 1
    ratio = Fraction((cut + 5) // 10, 10**5)
    cents = Fraction(names["face"]) * ratio * Fraction(names["coupon"]) * 50
    return float((cents + Fraction(1, 2)) // 1) / 100


def t08_tips_settlement_drawn(names: Names) -> float:
    return float(names["price"] * names["ratio"] + names["accrued"] * names["ratio"])


def t08_breakeven_drawn(names: Names) -> float:
    return float(names["gap"]) / (1 + float(names["real"]) / 2)


def t08_frn_accrual_drawn(names: Names) -> float:
    index = 1 / (1 / float(names["discount"]) - 91 / 360)
    return float(names["face"]) * (index + float(names["spread"])) * int(names["length"]) / 360


RECKONED: dict[str, Reckoning] = {
    "t08-ref-cpi-drawn": t08_ref_cpi_drawn,
    "t08-index-ratio-and-coupon-drawn": t08_index_ratio_and_coupon_drawn,
    "t08-tips-settlement-drawn": t08_tips_settlement_drawn,
    "t08-breakeven-drawn": t08_breakeven_drawn,
    "t08-frn-accrual-drawn": t08_frn_accrual_drawn,
}
