"""The numbers of the items of topic 11, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import fx, repo
from tests.item_figures.table import Choice, D, Figure, Judged, Number


def t11_yen_forward_rate() -> Figure:
    spot, dollar, yen, days = D("148.50"), D("0.0420"), D("0.0060"), 180
    return Figure(
        key=lambda: fx.forward_simple(spot, yen, dollar, days),
        slips={
            "term-left-out": lambda: fx.forward_simple(spot, yen, dollar, 360),
            "interest-gap-taken-linearly": lambda: repo.repurchase_price(spot, yen - dollar, days),
            "parity-ratio-inverted": lambda: fx.forward_simple(spot, dollar, yen, days),
        },
    )


def t11_hedged_one_year_yield() -> Figure:
    yield_, spot, forward = D("0.0410"), D("1.3500"), D("1.3230")
    return Figure(
        key=lambda: 100 * fx.hedged_yield(yield_, spot, forward),
        slips={
            "yield-and-forward-loss-added": lambda: 100 * (yield_ + fx.hedged_yield(D(0), spot, forward)),
            "hedge-costless": lambda: 100 * fx.hedged_yield(yield_, spot, spot),
            "forward-ratio-inverted": lambda: 100 * fx.hedged_yield(yield_, forward, spot),
        },
    )


def t11_bill_return_in_sgd() -> Choice:
    earned, before, after = D("0.040"), D("1.3600"), D("1.2920")
    fall, rise = after / before - 1, before / after - 1
    return Choice(
        key=lambda: 100 * fx.currency_return(earned, fall),
        slips={
            "returns-added": lambda: 100 * (earned + fall),
            "currency-ignored": lambda: 100 * fx.currency_return(earned, D(0)),
            "currency-ratio-inverted": lambda: 100 * fx.currency_return(earned, rise),
        },
    )


def t11_what_lifts_a_hedged_yield() -> Judged:
    def hedged(dollar: str = "4.30", yen: str = "0.50", basis: str = "-0.20") -> Number:
        return lambda: D("4.40") - (D(dollar) - D(yen)) + D(basis)

    changes = {
        "a": hedged(),
        "b": hedged(dollar="3.80"),
        "c": hedged(yen="0.25"),
        "d": hedged(basis="-0.05"),
        "e": hedged(),
    }
    return Judged(changes, lambda own, every: own > hedged()())


FIGURES: Mapping[str, Figure] = {
    "t11-yen-forward-rate": t11_yen_forward_rate(),
    "t11-hedged-one-year-yield": t11_hedged_one_year_yield(),
}

CHOICES: Mapping[str, Choice] = {
    "t11-bill-return-in-sgd": t11_bill_return_in_sgd(),
}

JUDGED: Mapping[str, Judged] = {
    "t11-what-lifts-a-hedged-yield": t11_what_lifts_a_hedged_yield(),
}

LOOKED_UP: frozenset[str] = frozenset()
