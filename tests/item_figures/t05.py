"""The numbers of the items of topic 5, each computed from its inputs."""

from collections.abc import Mapping
from datetime import date

from quizapp.finance import bill, repo
from tests.item_figures.table import ONE, Choice, D, Figure, Judged


def t05_price_from_discount() -> Figure:
    discount, days = D("0.04180"), 182
    return Figure(
        key=lambda: bill.price_from_discount(discount, days),
        slips={
            "half-year-for-182-days": lambda: bill.price_from_discount(discount, 180),
            "year-of-365-for-360": lambda: bill.price_from_discount(discount, days, 365),
            "discounting-as-a-yield": lambda: 100 / repo.repurchase_price(ONE, discount, days),
        },
    )


def t05_investment_rate() -> Figure:
    price, days = D("98.945"), 91
    return Figure(
        key=lambda: 100 * bill.investment_rate(price, days),
        slips={
            "discount-rate-for-investment-rate": lambda: 100 * bill.discount_from_price(price, days),
            "year-of-360-for-365": lambda: 100 * bill.money_market_yield(price, days),
            "face-value-for-price": lambda: 100 * bill.discount_from_price(price, days) * 365 / 360,
        },
    )


def t05_discount_from_price() -> Figure:
    price, days = D("97.940"), 175
    return Figure(
        key=lambda: 100 * bill.discount_from_price(price, days),
        slips={
            "year-of-365-for-360": lambda: 100 * bill.discount_from_price(price, days) * 365 / 360,
            "price-for-face-value": lambda: 100 * bill.money_market_yield(price, days),
            "investment-rate-for-discount-rate": lambda: 100 * bill.investment_rate(price, days),
        },
    )


def t05_discount_to_money_market_yield() -> Choice:
    discount, days = D("0.0450"), 180
    price = bill.price_from_discount(discount, days)
    return Choice(
        key=lambda: 100 * bill.money_market_yield(price, days),
        slips={
            "conversion-reversed": lambda: 100 * discount / repo.repurchase_price(ONE, discount, days),
            "day-count-alone": lambda: 100 * discount * 365 / 360,
            "investment-rate-for-money-market-yield": lambda: 100 * bill.investment_rate(price, days),
        },
    )


def t05_bill_against_deposit() -> Choice:
    discount, deposit, days = D("0.0420"), D("0.0432"), 182
    price = bill.price_from_discount(discount, days)
    return Choice(
        key=lambda: 10000 * (deposit - bill.money_market_yield(price, days)),
        slips={
            "investment-rate-against-360-rate": lambda: 10000 * (bill.investment_rate(price, days) - deposit),
            "discount-rate-as-yield": lambda: 10000 * (deposit - discount),
            "deposit-converted-alone": lambda: 10000 * (deposit * 365 / 360 - discount),
        },
    )


def t05_sample_return_on_a_discount() -> Choice:
    price, days = D(9500) / D(10000) * 100, 360
    discount = bill.discount_from_price(price, days)
    return Choice(
        key=lambda: 100 * bill.money_market_yield(price, days),
        slips={
            "day-count-shrinks-the-rate": lambda: 100 * discount * 360 / 365,
            "discount-rate-is-return": lambda: 100 * discount,
            "base-left-at-face-value": lambda: 100 * discount * 365 / 360,
        },
    )


def t05_round_lot_cost() -> Figure:
    face, discount, days = D(200_000), D("0.0400"), 90

    def paid(base: int) -> D:
        return face / 100 * bill.price_from_discount(discount, days, base)

    return Figure(
        key=lambda: paid(360),
        slips={
            "discount-for-price-paid": lambda: face - paid(360),
            "discounting-as-a-yield": lambda: face / repo.repurchase_price(ONE, discount, days),
            "year-of-365-for-360": lambda: paid(365),
        },
    )


def t05_sold_after_a_month() -> Choice:
    face, bought, sold = D(1_000_000), D("0.0480"), D("0.0420")

    def worth(discount: D, days: int) -> D:
        return bill.purchase_price(face, bill.price_from_discount(discount, days))

    return Choice(
        key=lambda: worth(sold, 60) - worth(bought, 90),
        slips={
            "passage-of-time-left-out": lambda: worth(sold, 90) - worth(bought, 90),
            "purchase-rate-earned-until-sale": lambda: worth(bought, 60) - worth(bought, 90),
            "days-passed-for-days-left": lambda: worth(sold, 30) - worth(bought, 90),
        },
    )


def t05_short_bill_before_a_leap_day() -> Choice:
    price, days, year = D("98.900"), 91, bill.year_basis(date(2027, 11, 4))
    return Choice(
        key=lambda: 100 * bill.investment_rate(price, days, year),
        slips={
            "year-of-360-for-366": lambda: 100 * bill.money_market_yield(price, days),
            "face-value-for-price": lambda: 100 * bill.discount_from_price(price, days) * year / 360,
            "leap-day-within-term": lambda: 100 * bill.investment_rate(price, days, 365),
        },
    )


def t05_discount_rate_for_a_target_yield() -> Figure:
    wanted, days = D("0.0520"), 180
    price = 100 / repo.repurchase_price(ONE, wanted, days)
    return Figure(
        key=lambda: 100 * bill.discount_from_price(price, days),
        slips={
            "yield-taken-off-face-value": lambda: wanted * bill.price_from_discount(wanted, days),
            "day-count-alone": lambda: 100 * wanted * 360 / 365,
            "conversion-reversed": lambda: (
                100 * bill.money_market_yield(bill.price_from_discount(wanted, days), days)
            ),
        },
    )


def t05_investment_rate_from_a_quote() -> Figure:
    discount, days = D("0.04380"), 119
    price = bill.price_from_discount(discount, days)
    return Figure(
        key=lambda: 100 * bill.investment_rate(price, days),
        slips={
            "price-with-year-of-365": lambda: (
                100 * bill.money_market_yield(bill.price_from_discount(discount, days, 365), days)
            ),
            "day-count-alone": lambda: 100 * discount * 365 / 360,
            "base-alone": lambda: 100 * bill.money_market_yield(price, days),
        },
    )


def t05_investment_rate_52_weeks() -> Figure:
    price, days = D("95.900"), 364
    return Figure(
        key=lambda: 100 * bill.investment_rate(price, days),
        slips={
            "discount-rate-for-investment-rate": lambda: 100 * bill.discount_from_price(price, days),
            "money-market-yield-for-investment-rate": lambda: 100 * bill.money_market_yield(price, days),
            "simple-rate-beyond-half-a-year": lambda: 100 * bill.money_market_yield(price, days) * 365 / 360,
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t05-discount-rate-for-a-target-yield": t05_discount_rate_for_a_target_yield(),
    "t05-investment-rate-from-a-quote": t05_investment_rate_from_a_quote(),
    "t05-investment-rate-52-weeks": t05_investment_rate_52_weeks(),
    "t05-round-lot-cost": t05_round_lot_cost(),
    "t05-price-from-discount": t05_price_from_discount(),
    "t05-investment-rate-13-weeks": t05_investment_rate(),
    "t05-discount-from-price": t05_discount_from_price(),
}

CHOICES: Mapping[str, Choice] = {
    "t05-sold-after-a-month": t05_sold_after_a_month(),
    "t05-short-bill-before-a-leap-day": t05_short_bill_before_a_leap_day(),
    "t05-discount-to-money-market-yield": t05_discount_to_money_market_yield(),
    "t05-bill-against-deposit": t05_bill_against_deposit(),
    "t05-sample-return-on-a-discount": t05_sample_return_on_a_discount(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset()
