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


def t08_real_return_after_the_fact() -> Choice:
    nominal, prices = D("0.0920"), D("0.0400")
    gap = inflation.breakeven_approximate(nominal, prices)
    return Choice(
        key=lambda: 100 * inflation.breakeven_exact(nominal, prices),
        slips={
            "divided-by-nominal-growth": lambda: 100 * gap / (1 + nominal),
            "difference-for-ratio": lambda: 100 * gap,
            "correction-reversed": lambda: 100 * gap * (1 + prices),
        },
    )


def t08_long_tips_short_note() -> Choice:
    dv01, real, nominal = D(10_000), 45, 30
    return Choice(
        key=lambda: dv01 * (real - nominal),
        slips={
            "both-legs-lose": lambda: dv01 * (real + nominal),
            "short-leg-ignored": lambda: dv01 * real,
            "rising-yields-mean-rising-breakeven": lambda: dv01 * (real - nominal),
        },
    )


def t08_principal_after_indexing() -> Figure:
    face, ratio = D(25_000), D("1.16240")
    return Figure(
        key=lambda: inflation.adjusted_principal(face, ratio),
        slips={
            "accretion-for-principal": lambda: inflation.adjusted_principal(face, ratio) - face,
            "index-ratio-inverted": lambda: inflation.adjusted_principal(face, 1 / ratio),
            "principal-without-indexing": lambda: inflation.adjusted_principal(face, ONE),
        },
    )


def t08_floater_over_two_auctions() -> Figure:
    face, spread, days = D(1_000_000), D("0.00120"), [21, 7]
    first, last = D("0.04110"), D("0.04230")

    def interest(indexes: list[D], added: D = spread) -> D:
        return face / 100 * floater.interest_over(indexes, days, added)

    return Figure(
        key=lambda: interest([first, last]),
        slips={
            "spread-left-out": lambda: interest([first, last], D(0)),
            "year-of-365-for-360": lambda: interest([first, last]) * 360 / 365,
            "first-index-kept": lambda: interest([first, first]),
            "last-index-for-all-days": lambda: interest([last, last]),
        },
    )


def t08_cash_for_a_tips_trade() -> Figure:
    price, accrued, ratio = D("97.250"), D("0.375"), D("1.20500")
    return Figure(
        key=lambda: inflation.settlement_amount(price, accrued, ratio),
        slips={
            "settlement-without-indexing": lambda: inflation.settlement_amount(price, accrued, ONE),
            "accrued-interest-left-out": lambda: inflation.settlement_amount(price, D(0), ratio),
            "accrued-interest-unindexed": lambda: inflation.settlement_amount(price, D(0), ratio) + accrued,
        },
    )


def t08_breakeven_with_half_years() -> Figure:
    nominal, real = D("0.0460"), D("0.0200")
    return Figure(
        key=lambda: 100 * inflation.breakeven_exact(nominal, real, 2),
        slips={
            "half-year-rate-unannualised": lambda: 100 * inflation.breakeven_exact(nominal, real, 2) / 2,
            "annual-for-semiannual": lambda: 100 * inflation.breakeven_exact(nominal, real, 1),
            "difference-for-ratio": lambda: 100 * inflation.breakeven_approximate(nominal, real),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t08-principal-after-indexing": t08_principal_after_indexing(),
    "t08-floater-over-two-auctions": t08_floater_over_two_auctions(),
    "t08-cash-for-a-tips-trade": t08_cash_for_a_tips_trade(),
    "t08-breakeven-with-half-years": t08_breakeven_with_half_years(),
    "t08-tips-coupon-payment": t08_tips_coupon_payment(),
    "t08-frn-index-rate": t08_frn_index_rate(),
}

CHOICES: Mapping[str, Choice] = {
    "t08-real-return-after-the-fact": t08_real_return_after_the_fact(),
    "t08-long-tips-short-note": t08_long_tips_short_note(),
    "t08-mid-month-reference": t08_mid_month_reference(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset()
