"""The numbers of the items of topic 10, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import repo, reserves
from tests.item_figures.table import ONE, Choice, D, Figure, Judged


def t10_guidotti_remaining_maturity() -> Figure:
    held, original, falling_due, later = D("61.0"), D("38.0"), D("14.5"), D("96.0")
    return Figure(
        key=lambda: 100 * reserves.guidotti_ratio(held, original + falling_due),
        slips={
            "original-for-remaining-maturity": lambda: 100 * reserves.guidotti_ratio(held, original),
            "all-debt-for-short-term-debt": lambda: (
                100 * reserves.guidotti_ratio(held, original + falling_due + later)
            ),
            "ratio-inverted": lambda: 100 * reserves.guidotti_ratio(original + falling_due, held),
        },
    )


def t10_ara_metric_fixed_rate() -> Figure:
    held, debt, other, money, exports = D("48.0"), D("28.0"), D("45.0"), D("160.0"), D("90.0")
    metric = reserves.ara_metric(debt, other, money, exports)
    return Figure(
        key=lambda: 100 * held / metric,
        slips={
            "weights-of-money-and-liabilities-swapped": lambda: (
                100 * held / reserves.ara_metric(debt, money, other, exports)
            ),
            "exports-left-out": lambda: 100 * held / reserves.ara_metric(debt, other, money, D(0)),
            "ratio-inverted": lambda: 100 * metric / held,
        },
    )


def t10_carry_cost_of_reserves() -> Choice:
    held, earned, paid = D(40), D("0.0400"), D("0.0625")
    return Choice(
        key=lambda: repo.interest(held, paid - earned, 360),
        slips={
            "income-for-net-cost": lambda: repo.interest(held, earned, 360),
            "reserves-earn-nothing": lambda: repo.interest(held, paid, 360),
            "income-added-to-cost": lambda: repo.interest(held, paid + earned, 360),
        },
    )


def t10_meridia_dollar_share() -> Choice:
    holdings = {"USD": D("62.0"), "EUR": D("25.0"), "JPY": D(1950)}
    june = {"USD": ONE, "EUR": D("1.1800"), "JPY": ONE / 130, "gold": ONE}
    march = {"USD": ONE, "EUR": D("1.0800"), "JPY": ONE / 150}
    return Choice(
        key=lambda: 100 * reserves.currency_share(holdings, june, "USD"),
        slips={
            "gold-in-cofer": lambda: (
                100 * reserves.currency_share({**holdings, "gold": D("13.5")}, june, "USD")
            ),
            "purchase-forgotten": lambda: (
                100 * reserves.currency_share({**holdings, "USD": D("60.0")}, june, "USD")
            ),
            "stale-exchange-rates": lambda: 100 * reserves.currency_share(holdings, march, "USD"),
        },
    )


def t10_sample_import_cover() -> Choice:
    held, imports, exports = D(45), D(108), D(90)
    return Choice(
        key=lambda: reserves.import_cover(held, imports),
        slips={
            "years-read-as-months": lambda: reserves.import_cover(held, imports, 1),
            "ratio-inverted": lambda: reserves.import_cover(imports, held, 1),
            "exports-for-imports": lambda: reserves.import_cover(held, exports),
        },
    )


def t10_valuation_part_of_cofer_fall() -> Figure:
    before, after, constant = D("57.79"), D("56.32"), D("57.67")
    fall, valuation = before - after, constant - after
    return Figure(
        key=lambda: 100 * reserves.share(valuation, fall),
        slips={
            "remainder-for-valuation": lambda: 100 * reserves.share(fall - valuation, fall),
            "fall-over-level": lambda: 100 * reserves.share(valuation, before),
            "fall-over-valuation": lambda: 100 * reserves.share(fall, valuation),
        },
    )


def t10_strictest_of_four_yardsticks() -> Figure:
    held, imports, exports, debt, other, money = D("52.0"), D(150), D(120), D("46.0"), D("60.0"), D(420)
    metric = reserves.ara_metric(debt, other, money, exports)
    return Figure(
        key=lambda: max(imports / 12 * 3, debt, D("0.20") * money, metric) - held,
        slips={
            "ara-taken-as-strictest": lambda: metric - held,
            "year-of-imports": lambda: max(imports, debt, D("0.20") * money, metric) - held,
            "all-broad-money": lambda: max(imports / 12 * 3, debt, money, metric) - held,
        },
    )


def t10_rebalancing_after_euro_gain() -> Figure:
    dollars, euros, gain = D("60.0"), D("40.0"), D("0.10")
    target = reserves.share(dollars, dollars + euros)
    worth = euros * (1 + gain)
    return Figure(
        key=lambda: target * (dollars + worth) - dollars,
        slips={
            "fresh-money-for-swap": lambda: target * worth / (1 - target) - dollars,
            "whole-gain-sold": lambda: worth - euros,
            "euro-target-for-sale": lambda: (1 - target) * (dollars + worth) - euros,
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t10-valuation-part-of-cofer-fall": t10_valuation_part_of_cofer_fall(),
    "t10-strictest-of-four-yardsticks": t10_strictest_of_four_yardsticks(),
    "t10-rebalancing-after-euro-gain": t10_rebalancing_after_euro_gain(),
    "t10-guidotti-remaining-maturity": t10_guidotti_remaining_maturity(),
    "t10-ara-metric-fixed-rate": t10_ara_metric_fixed_rate(),
}

CHOICES: Mapping[str, Choice] = {
    "t10-carry-cost-of-reserves": t10_carry_cost_of_reserves(),
    "t10-meridia-dollar-share": t10_meridia_dollar_share(),
    "t10-sample-import-cover": t10_sample_import_cover(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset(
    {
        "t10-cofer-dollar-share-q3-2025",
    }
)
