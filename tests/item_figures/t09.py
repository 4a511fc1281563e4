"""The numbers of the items of topic 9, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import reserves
from tests.item_figures.table import Choice, D, Figure, Judged


def t09_singapore_growth_from_table() -> Figure:
    start, end = D("262.7"), D("274.3")
    return Figure(
        key=lambda: 100 * reserves.growth(start, end),
        slips={
            "divided-by-end-value": lambda: -100 * reserves.growth(end, start),
            "difference-for-percentage": lambda: end - start,
            "ratio-for-growth": lambda: 100 * (1 + reserves.growth(start, end)),
        },
    )


def t09_implied_interest_rate() -> Choice:
    start, end, all_held, paid = D(8500), D(9200), D(30100), D("282.4")
    return Choice(
        key=lambda: 100 * paid / ((start + end) / 2),
        slips={
            "wrong-population-denominator": lambda: 100 * paid / all_held,
            "end-position-denominator": lambda: 100 * paid / end,
            "start-position-denominator": lambda: 100 * paid / start,
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t09-singapore-growth-from-table": t09_singapore_growth_from_table(),
}

CHOICES: Mapping[str, Choice] = {
    "t09-implied-interest-rate-2025": t09_implied_interest_rate(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t09-japan-amount-march-2026",
        "t09-official-share-2024",
    }
)
