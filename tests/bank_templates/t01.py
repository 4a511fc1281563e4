"""Topic 1: what each template's key comes to, reckoned apart from the finance formulas."""

from datetime import date, timedelta
from fractions import Fraction

from tests.bank_templates.reckoning import Names, Reckoning


def _half_years_back(maturity: date, halves: int) -> date:
    months = maturity.year * 12 + maturity.month - 1 - 6 * halves
    return maturity.replace(year=months // 12, month=months % 12 + 1)


def _wednesday(day: date) -> date:
    return day + timedelta(2 - day.weekday())


def t01_coupon_cash_flow_drawn(names: Names) -> float:
    maturity, ahead, number = names["maturity"], int(names["ahead"]), int(names["number"])
    nearest, furthest = ahead - number + 1, ahead
    bought = _wednesday(_half_years_back(maturity, furthest) - timedelta(int(names["lead"])))
    sold = _wednesday(_half_years_back(maturity, nearest) + timedelta(int(names["lag"])))
    halves = 0
    while _half_years_back(maturity, halves) >= sold:
        halves += 1
    total = Fraction(0)
    while _half_years_back(maturity, halves) > bought:
        total += Fraction(names["face"]) * Fraction(names["coupon"]) / 2
        halves += 1
    return float(total)


def t01_strips_count_and_face_drawn(names: Names) -> float:
    piece = Fraction(names["face"]) * 10**6 * Fraction(names["coupon"]) / 2
    held = Fraction(names["share"]) * piece // 1000 * 1000
    return float(sum(piece - held for _ in range(round(names["years"] * 2))))


def t01_series_i_composite_drawn(names: Names) -> float:
    half_year = (1 + Fraction(names["fixed"]) / 2) * (1 + Fraction(names["inflation"])) - 1
    return float((2 * half_year * 10**4 + Fraction(1, 2)) // 1) / 10**4


RECKONED: dict[str, Reckoning] = {
    "t01-coupon-cash-flow-drawn": t01_coupon_cash_flow_drawn,
    "t01-strips-count-and-face-drawn": t01_strips_count_and_face_drawn,
    "t01-series-i-composite-drawn": t01_series_i_composite_drawn,
}
