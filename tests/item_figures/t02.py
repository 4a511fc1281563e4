"""The numbers of the items of topic 2, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import accrual, auction, instruments
from quizapp.finance.exact import ZERO, half_up, truncated
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


OFFERED, NONCOMPETITIVE, WHEN_ISSUED = D("42.0"), D("0.4"), D("0.04398")
YIELDS = tuple(D(one) for one in ("0.04380", "0.04390", "0.04400", "0.04405", "0.04410", "0.04420"))
BIDS = tuple(D(one) for one in ("6.2", "9.5", "14.3", "18.0", "27.0", "28.0"))
"""The sale of the case on the 10-year note."""


def t02_case_left_for_competitive() -> Figure:
    return Figure(
        key=lambda: auction.competitive_amount(OFFERED, NONCOMPETITIVE),
        slips={
            "noncompetitive-outside-the-offering": lambda: OFFERED,
            "noncompetitive-on-top": lambda: OFFERED + NONCOMPETITIVE,
        },
    )


def t02_case_percentage_at_stop_out() -> Figure:
    left, bids, _ = (
        one.value
        for one in auction.stop_out_rate.steps(
            YIELDS, BIDS, auction.competitive_amount(OFFERED, NONCOMPETITIVE)
        )
    )
    below = OFFERED - NONCOMPETITIVE - left
    return Figure(
        key=lambda: 100 * auction.proration_percentage(left, bids),
        slips={
            "percentage-rounded-to-nearest": lambda: 100 * left / bids,
            "noncompetitive-left-in": lambda: 100 * auction.proration_at_stop_out(YIELDS, BIDS, OFFERED),
            "share-of-all-accepted-bids": lambda: (
                100 * auction.proration_percentage(left + below, bids + below)
            ),
        },
    )


def t02_case_tail() -> Choice:
    high = auction.stop_out_rate(YIELDS, BIDS, auction.competitive_amount(OFFERED, NONCOMPETITIVE))
    return Choice(
        key=lambda: auction.tail(high, WHEN_ISSUED),
        slips={
            "first-refused-yield-as-stop-out": lambda: auction.tail(
                min(one for one in YIELDS if one > high), WHEN_ISSUED
            ),
            "highest-bid-as-high-yield": lambda: auction.tail(YIELDS[-1], WHEN_ISSUED),
            "tail-as-range-of-accepted-bids": lambda: auction.tail(high, YIELDS[0]),
        },
    )


def t02_case_bid_to_cover() -> Figure:
    tendered = sum(BIDS, ZERO)
    competitive = auction.competitive_amount(OFFERED, NONCOMPETITIVE)
    high = auction.stop_out_rate(YIELDS, BIDS, competitive)

    def up_to_high() -> D:
        return sum((bid for rate, bid in zip(YIELDS, BIDS, strict=True) if rate <= high), ZERO)

    return Figure(
        key=lambda: auction.bid_to_cover(tendered + NONCOMPETITIVE, OFFERED),
        slips={
            "cover-inverted": lambda: 1 / auction.bid_to_cover(tendered + NONCOMPETITIVE, OFFERED),
            "accepted-yields-counted-alone": lambda: auction.bid_to_cover(
                up_to_high() + NONCOMPETITIVE, OFFERED
            ),
            "noncompetitive-left-out": lambda: auction.bid_to_cover(tendered, competitive),
        },
    )


def t02_new_cash_raised() -> Figure:
    sold, maturing, bought = sum((D(60), D(45), D(27)), ZERO), D("94.5"), D("6.0")
    return Figure(
        key=lambda: sold - maturing - bought,
        slips={
            "buyback-left-out-of-new-cash": lambda: sold - maturing,
            "buyback-added-to-new-cash": lambda: sold - maturing + bought,
            "maturing-notes-left-out": lambda: sold - bought,
        },
    )


def t02_award_under_the_cap() -> Figure:
    offering, position, bids = D(22), D("3.1"), (D(5), D(4))
    cap = auction.award_cap(offering, position)
    return Figure(
        key=lambda: min(sum(bids, ZERO), cap),
        slips={
            "position-taken-off-the-offering": lambda: auction.award_cap(offering - position),
            "position-left-out-of-the-cap": lambda: auction.award_cap(offering),
            "cap-for-each-bid": lambda: sum((min(bid, cap) for bid in bids), ZERO),
            "cap-left-out": lambda: sum(bids, ZERO),
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
    "t02-award-under-the-cap": t02_award_under_the_cap(),
    "t02-case-bid-to-cover": t02_case_bid_to_cover(),
    "t02-case-left-for-competitive": t02_case_left_for_competitive(),
    "t02-case-percentage-at-stop-out": t02_case_percentage_at_stop_out(),
    "t02-new-cash-raised": t02_new_cash_raised(),
    "t02-proration-award": t02_proration_award(),
}

CHOICES: Mapping[str, Choice] = {
    "t02-case-tail": t02_case_tail(),
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
