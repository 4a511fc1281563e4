"""Topic 3: what each template's key comes to, reckoned apart from the finance formulas."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.bank_templates.reckoning import Names, Reckoning


def _factor(coupon: Decimal, quarters: int) -> Decimal:
    """The price per 1 of face at 6% so many quarters before maturity, its accrued interest taken off."""
    half = coupon / 2
    halves, odd = divmod(quarters, 2)
    value = Decimal(1)
    for _ in range(halves):
        value = (value + half) / Decimal("1.03")
    if odd:
        value = (value + half) / Decimal("1.03").sqrt() - half / 2
    return value.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def t03_repo_interest_drawn(names: Names) -> float:
    length = 7 * int(names["weeks"]) + int(names["extra"])
    return float(names["cash"]) * float(names["rate"]) / 360 * length


def t03_haircut_cash_drawn(names: Names) -> float:
    value = names["face"] * (names["ticks"] + 32 * names["accrued"]) / 3200
    return float(value - names["haircut"] * value)


def t03_invoice_price_drawn(names: Names) -> float:
    factor = Fraction(_factor(names["coupon"], 24 + int(names["quarter"]) // 3))
    price = Fraction(int(names["points"]) * 32 + int(names["ticks"]), 32)
    accrued = Fraction(names["coupon"]) * 50 * int(names["held"]) / int(names["period"])
    return float(1_000 * int(names["contracts"]) * (price * factor + accrued))


def t03_conversion_factor_drawn(names: Names) -> float:
    return float(_factor(names["coupon"], 4 * int(names["years"]) + int(names["rest"]) // 3))


def t03_gross_basis_drawn(names: Names) -> float:
    delivery = (32 * names["points"] + names["ticks"]) * names["factor"]
    quoted = (delivery + names["about"]).quantize(Decimal(1), ROUND_HALF_UP)
    return float(names["face"] * (quoted - delivery) / 3200)


RECKONED: dict[str, Reckoning] = {
    "t03-repo-interest-drawn": t03_repo_interest_drawn,
    "t03-haircut-cash-drawn": t03_haircut_cash_drawn,
    "t03-invoice-price-drawn": t03_invoice_price_drawn,
    "t03-conversion-factor-drawn": t03_conversion_factor_drawn,
    "t03-gross-basis-drawn": t03_gross_basis_drawn,
}
