"""The numbers of the items of topic 1, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import bond
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


FIGURES: Mapping[str, Figure] = {}

CHOICES: Mapping[str, Choice] = {
    "t01-note-final-payment": t01_note_final_payment(),
    "t01-savings-bond-limit": t01_savings_bond_limit(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t01-bond-terms",
        "t01-lowest-coupon",
        "t01-six-week-benchmark",
    }
)
