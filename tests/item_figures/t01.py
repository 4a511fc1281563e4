"""The numbers of the items of topic 1, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import bond, floater, inflation, instruments
from tests.item_figures.table import Choice, D, Figure, Judged


def t01_note_final_payment() -> Choice:
    face, coupon, halves = D(20_000), D("0.0375"), 14
    flows = bond.coupon_flows(coupon, halves)
    interest = face / 100 * flows[0].amount
    return Choice(
        key=lambda: face / 100 * flows[-1].amount,
        slips={
            "last-coupon-forgotten": lambda: face,
            "annual-coupon-at-once": lambda: face + 2 * interest,
            "interest-saved-to-maturity": lambda: face + halves * interest,
        },
    )


def t01_savings_bond_limit() -> Choice:
    lent, limit, paper = D(30_000), D(10_000), D(5_000)
    return Choice(
        key=lambda: lent - 2 * limit,
        slips={
            "savings-bonds-unlimited": lambda: lent - lent,
            "paper-bonds-still-sold": lambda: lent - 2 * limit - paper,
            "limit-shared-by-series": lambda: lent - limit,
        },
    )


def t01_cash_interest_in_a_year() -> Judged:
    face, target = D(200_000), D(6_000)
    return Judged(
        {
            "a": lambda: instruments.coupon_payment(face, D("0.03125"), 1),
            "b": lambda: instruments.coupon_payment(face, D("0.02875"), 1),
            "c": lambda: 2 * inflation.inflation_coupon(face, D("0.02375"), D("1.30")),
            "d": lambda: 2 * inflation.inflation_coupon(face, D("0.0275"), D("1.05")),
            "e": lambda: face / 100 * floater.interest(D("0.0297"), D(0), 365),
            "f": lambda: D(0),
        },
        lambda own, every: own >= target,
    )


def t01_payments_left_on_a_note() -> Figure:
    face, coupon, halves = D(80_000), D("0.02875"), 9

    def paid(count: int) -> D:
        return face / 100 * sum((one.amount for one in bond.coupon_flows(coupon, count)), D(0))

    return Figure(
        key=lambda: paid(halves),
        slips={
            "principal-left-out": lambda: paid(halves) - face,
            "last-half-year-left-out": lambda: paid(halves - 1),
            "annual-interest-each-half-year": lambda: (
                face + halves * instruments.coupon_payment(face, coupon, 1)
            ),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t01-payments-left-on-a-note": t01_payments_left_on_a_note(),
}

CHOICES: Mapping[str, Choice] = {
    "t01-note-final-payment": t01_note_final_payment(),
    "t01-savings-bond-limit": t01_savings_bond_limit(),
}

JUDGED: Mapping[str, Judged] = {
    "t01-cash-interest-in-a-year": t01_cash_interest_in_a_year(),
}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t01-bond-terms",
        "t01-lowest-coupon",
        "t01-six-week-benchmark",
        "t01-amounts-and-limits",
        "t01-terms-at-the-edge",
    }
)
