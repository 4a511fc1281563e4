"""The numbers of the items of topic 14, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import bill, fx, risk
from tests.item_figures.table import Choice, D, Figure, Judged


def t14_case_value_after_a_bad_week() -> Choice:
    face, before, after, modified, rise = D(150_000), D("1.3000"), D("1.2220"), D("8.0"), D("0.0050")
    change = risk.price_change(modified, rise)
    return Choice(
        key=lambda: face * (1 + change) * after,
        slips={
            "losses-added": lambda: face * before * (1 + change + (after / before - 1)),
            "price-loss-left-out": lambda: face * after,
            "currency-loss-left-out": lambda: face * (1 + change) * before,
        },
    )


def t14_cash_due_from_auction_notice() -> Choice:
    face, price, accrued = D(20_000), D("99.520000"), D("3.50")
    cost = bill.purchase_price(face, price)
    return Choice(
        key=lambda: cost + accrued * face / 1000,
        slips={
            "accrued-deducted": lambda: cost - accrued * face / 1000,
            "accrued-left-out": lambda: cost,
            "accrued-per-hundred": lambda: cost + accrued * face / 100,
        },
    )


def t14_size_from_a_loss_limit() -> Choice:
    limit, price, currency = D(10_000), D("-0.06"), D("-0.08")
    return Choice(
        key=lambda: limit / -fx.currency_return(price, currency),
        slips={
            "falls-added": lambda: limit / -(price + currency),
            "fund-price-holds": lambda: limit / -fx.currency_return(D(0), currency),
            "currency-left-out-of-the-test": lambda: limit / -fx.currency_return(price, D(0)),
        },
    )


FIGURES: Mapping[str, Figure] = {}

CHOICES: Mapping[str, Choice] = {
    "t14-case-value-after-a-bad-week": t14_case_value_after_a_bad_week(),
    "t14-cash-due-from-auction-notice": t14_cash_due_from_auction_notice(),
    "t14-size-from-a-loss-limit": t14_size_from_a_loss_limit(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset()
