"""The numbers of the items of topic 8, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import bill, floater, inflation, repo
from tests.item_figures.table import ONE, Choice, D, Figure, Judged


def t08_tips_coupon_payment() -> Figure:
    face, coupon, base, ref = D(50_000), D("0.01875"), D("256.39400"), D("318.96100")
    ratio = inflation.index_ratio(ref, base)
    return Figure(
        key=lambda: inflation.inflation_coupon(face, coupon, ratio),
        slips={
            "index-ratio-inverted": lambda: inflation.inflation_coupon(
                face, coupon, inflation.index_ratio(base, ref)
            ),
            "coupon-on-face-amount": lambda: inflation.inflation_coupon(face, coupon, ONE),
            "annual-coupon-unhalved": lambda: inflation.inflation_coupon(face, 2 * coupon, ratio),
        },
    )


def t08_frn_index_rate() -> Figure:
    discount, days = D("0.04150"), 91
    price = bill.price_from_discount(discount, days)
    return Figure(
        key=lambda: 100 * floater.index_rate(discount, days),
        slips={
            "discount-rate-unconverted": lambda: 100 * bill.discount_from_price(price, days),
            "discount-multiplied-up": lambda: 100 * discount * repo.repurchase_price(ONE, discount, days),
            "investment-rate-365": lambda: 100 * bill.investment_rate(price, days, 365),
        },
    )


def t08_mid_month_reference() -> Choice:
    this_month, next_month = D("312.00000"), D("313.50000")
    return Choice(
        key=lambda: inflation.ref_cpi(this_month, next_month, 16, 30),
        slips={
            "index-held-for-month": lambda: inflation.ref_cpi(this_month, next_month, 1, 30),
            "day-number-not-reduced": lambda: inflation.ref_cpi(this_month, next_month, 16 + 1, 30),
            "next-month-value": lambda: inflation.ref_cpi(next_month, next_month, 1, 31),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t08-tips-coupon-payment": t08_tips_coupon_payment(),
    "t08-frn-index-rate": t08_frn_index_rate(),
}

CHOICES: Mapping[str, Choice] = {
    "t08-mid-month-reference": t08_mid_month_reference(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset()
