"""The numbers of the items of topic 9, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import reserves, risk
from tests.item_figures.table import ONE, Choice, D, Figure, Judged


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


def t09_ostria_valuation_loss() -> Figure:
    everyone, ministry, modified, rise = D("400.0"), D("240.0"), D("5.0"), D("0.0030")
    lost = -risk.price_change(modified, rise)
    return Figure(
        key=lambda: everyone * lost,
        slips={
            "official-part-for-all-holders": lambda: ministry * lost,
            "duration-left-out": lambda: -everyone * risk.price_change(ONE, rise),
            "basis-point-slip": lambda: -everyone * risk.price_change(modified, 10 * rise),
        },
    )


def t09_ostria_private_sales() -> Choice:
    june, july = D("400.0") - D("240.0"), D("394.0") - D("236.4")
    moved_in, priced = D("10.0"), june * risk.price_change(D("5.0"), D("0.0030"))
    fell = june - july
    return Choice(
        key=lambda: fell + priced + moved_in,
        slips={
            "custody-move-forgotten": lambda: fell + priced,
            "position-change-is-a-flow": lambda: fell,
            "price-effect-forgotten": lambda: fell + moved_in,
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t09-ostria-valuation-loss": t09_ostria_valuation_loss(),
    "t09-singapore-growth-from-table": t09_singapore_growth_from_table(),
}

CHOICES: Mapping[str, Choice] = {
    "t09-ostria-private-sales": t09_ostria_private_sales(),
    "t09-implied-interest-rate-2025": t09_implied_interest_rate(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t09-japan-amount-march-2026",
        "t09-official-share-2024",
        "t09-total-record-march-2025",
        "t09-japan-share-february-2025",
    }
)
