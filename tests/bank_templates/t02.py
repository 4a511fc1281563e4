"""Topic 2: what each template's key comes to, reckoned apart from the finance formulas."""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from tests.bank_templates.reckoning import Names, Reckoning


def _nearest(number: Fraction, places: int) -> Fraction:
    return Fraction((number * 10**places + Fraction(1, 2)) // 1, 10**places)


def t02_stop_out_and_proration_drawn(names: Names) -> float:
    offering = Fraction(names["offering"])
    left = offering - Fraction(names["small"])
    for part in ("part_one", "part_two", "part_three", "part_four", "part_five"):
        bids = _nearest(offering * Fraction(names[part]) / 100, 1)
        if bids >= left:
            break
        left -= bids
    hundredths = ceil(left / bids * 10_000)
    return float(ceil(Fraction(names["bid"]) * hundredths / 1_000_000) * 100)


def t02_bid_to_cover_drawn(names: Names) -> float:
    offering = Fraction(names["offering"])
    return float(_nearest(offering * Fraction(names["times"]), 0) / offering)


def t02_award_cap_drawn(names: Names) -> float:
    return float(7 * Fraction(names["offering"]) / 20 - Fraction(names["net"]))


def t02_tail_drawn(names: Names) -> float:
    return float(Fraction(names["surprise"]) * 10_000 * Fraction(names["worth"]) * Fraction(names["face"]))


def _months_on(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    return day.replace(year=months // 12, month=months % 12 + 1)


def t02_reopening_settlement_drawn(names: Names) -> float:
    dated, face = names["dated"], Fraction(names["face"])
    settled = _months_on(dated, int(names["months"]))
    while settled.weekday() > 4:
        settled += timedelta(1)
    daily = Fraction(names["coupon"]) * 500 / (_months_on(dated, 6) - dated).days
    per_thousand = _nearest(_nearest(daily, 9) * (settled - dated).days, 5)
    accrued = _nearest(_nearest(per_thousand * face / 1000, 5), 2)
    return float(_nearest(face * Fraction(names["price"]) / 100, 2) + accrued)


RECKONED: dict[str, Reckoning] = {
    "t02-stop-out-and-proration-drawn": t02_stop_out_and_proration_drawn,
    "t02-bid-to-cover-drawn": t02_bid_to_cover_drawn,
    "t02-award-cap-drawn": t02_award_cap_drawn,
    "t02-tail-drawn": t02_tail_drawn,
    "t02-reopening-settlement-drawn": t02_reopening_settlement_drawn,
}
