"""The numbers of the items of topic 2, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import accrual, auction, instruments
from quizapp.finance.exact import half_up, truncated
from tests.item_figures.table import Choice, D, Figure, Judged, Number


def t02_valid_bill_bids() -> Judged:
    step = D("0.005")
    bids = {"a": "-0.005", "b": "0.000", "c": "3.8975", "d": "3.905", "e": "3.912"}

    def bid(option: str) -> Number:
        return lambda: D(bids[option])

    return Judged({option: bid(option) for option in bids}, lambda own, every: own >= 0 and own % step == 0)


def t02_proration_award() -> Figure:
    left, bids, bid = D("3156.7"), D(4820), D(2345600)
    percentage = auction.proration_percentage(left, bids)
    return Figure(
        key=lambda: auction.prorated_award(bid, percentage),
        slips={
            "proration-percentage-rounded-to-nearest": lambda: auction.prorated_award(
                bid, half_up(left / bids, 4)
            ),
            "award-rounded-down": lambda: truncated(bid * percentage, -2),
            "award-left-unrounded": lambda: bid * percentage,
        },
    )


def t02_first_coupon_after_reopening() -> Choice:
    face, coupon = D(100_000), D("0.045")
    payment = instruments.coupon_payment(face, coupon)

    def accrued() -> D:
        return face / 100 * accrual.accrued_interest(coupon, 29, 182)

    return Choice(
        key=lambda: payment - accrued(),
        slips={
            "months-for-days-in-accrual": lambda: payment * 5 / 6,
            "accrued-at-purchase-forgotten": lambda: payment,
            "accrued-at-purchase-received": lambda: payment + accrued(),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t02-proration-award": t02_proration_award(),
}

CHOICES: Mapping[str, Choice] = {
    "t02-first-coupon-after-reopening": t02_first_coupon_after_reopening(),
}

JUDGED: Mapping[str, Judged] = {
    "t02-valid-bill-bids": t02_valid_bill_bids(),
}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t02-award-cap-share",
        "t02-noncompetitive-limit",
        "t02-single-price-award",
    }
)
