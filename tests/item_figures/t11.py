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


def t11_forward_with_two_day_counts() -> Figure:
    spot, dollar, sgd, days = D("1.3400"), D("0.0430"), D("0.0210"), 91
    return Figure(
        key=lambda: fx.forward_simple(spot, sgd, dollar, days, 365, 360),
        slips={
            "one-day-count-for-both": lambda: fx.forward_simple(spot, sgd, dollar, days),
            "day-counts-exchanged": lambda: fx.forward_simple(spot, sgd, dollar, days, 360, 365),
            "parity-ratio-inverted": lambda: fx.forward_simple(spot, dollar, sgd, days, 360, 365),
        },
    )


def t11_dollars_behind_a_yen_purchase() -> Figure:
    trillions, rate = D("5.92"), D(156)
    return Figure(
        key=lambda: 1000 * trillions / rate,
        slips={
            "multiplied-by-the-rate": lambda: trillions * rate,
            "ratio-inverted": lambda: rate / trillions,
            "decimal-slip-in-trillions": lambda: 100 * trillions / rate,
        },
    )


def t11_dollar_premium_in_a_swap() -> Figure:
    spot, forward, yen, dollar, days = D("150.00"), D("148.50"), D("0.0060"), D("0.0420"), 90
    year = D(360) / days

    def over(yen_rate: D, base: D) -> D:
        """What dollars cost through the swap a year, less a rate, in basis points."""
        owed = repo.repurchase_price(spot, yen_rate, days)
        return ((owed / forward - 1) * year - base) / fx.BASIS_POINT

    return Figure(
        key=lambda: over(yen, dollar),
        slips={
            "interest-gap-taken-linearly": lambda: (
                ((spot - forward) / spot * year + yen - dollar) / fx.BASIS_POINT
            ),
            "yen-interest-left-out": lambda: over(D(0), dollar),
            "compared-with-the-yen-rate": lambda: over(yen, yen),
        },
    )


def t11_outright_from_points() -> Choice:
    spot, points = D("1.3450"), D(-72)
    point = fx.BASIS_POINT
    return Choice(
        key=lambda: spot + points * point,
        slips={
            "points-as-hundredths": lambda: spot + points * point * 10,
            "points-as-fifth-decimal": lambda: spot + points * point / 10,
            "sign-of-points-overlooked": lambda: spot - points * point,
        },
    )


def t11_which_earn_more_in_sgd() -> Judged:
    def at_home(earned: str, change: str) -> Number:
        return lambda: fx.currency_return(D(earned), D(change))

    investments = {
        "a": at_home("0.042", "-0.010"),
        "b": at_home("0.045", "-0.020"),
        "c": at_home("0.026", "0.003"),
        "d": at_home("0.015", "0.016"),
        "e": at_home("0.071", "-0.040"),
    }
    return Judged(investments, lambda own, every: own > D("0.030"))


def t11_where_hedging_still_pays() -> Judged:
    def pickup(long: str, short: str, basis: str) -> Number:
        return lambda: D("4.40") - (D("4.00") - D(short)) + D(basis) - D(long)

    countries = {
        "a": pickup("2.60", "2.30", "-0.05"),
        "b": pickup("1.60", "0.70", "-0.30"),
        "c": pickup("4.70", "4.60", "0.00"),
        "d": pickup("3.10", "2.60", "-0.10"),
        "e": pickup("3.30", "2.95", "-0.15"),
    }
    return Judged(countries, lambda own, every: own > 0)


SPOT, FORWARD, DOLLAR, SGD = D("1.3400"), D("1.3132"), D("0.0420"), D("0.0230")
"""The case of the family office."""


def t11_office_breakeven_dollar() -> Choice:
    return Choice(
        key=lambda: fx.forward_compound(SPOT, SGD, DOLLAR, D(1)),
        slips={
            "home-yield-left-out": lambda: fx.forward_compound(SPOT, D(0), DOLLAR, D(1)),
            "forward-taken-as-breakeven": lambda: FORWARD,
            "yield-gap-taken-linearly": lambda: repo.repurchase_price(SPOT, SGD - DOLLAR, fx.MONEY_YEAR),
        },
    )


def t11_office_half_hedge() -> Figure:
    final = D("1.2730")
    average = (FORWARD + final) / 2
    return Figure(
        key=lambda: 100 * fx.hedged_yield(DOLLAR, SPOT, average),
        slips={
            "hedge-left-out": lambda: 100 * fx.unhedged_return(DOLLAR, SPOT, final),
            "whole-payment-hedged": lambda: 100 * fx.hedged_yield(DOLLAR, SPOT, FORWARD),
            "returns-added": lambda: 100 * (DOLLAR + fx.hedged_yield(D(0), SPOT, average)),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t11-yen-forward-rate": t11_yen_forward_rate(),
    "t11-hedged-one-year-yield": t11_hedged_one_year_yield(),
    "t11-forward-with-two-day-counts": t11_forward_with_two_day_counts(),
    "t11-dollars-behind-a-yen-purchase": t11_dollars_behind_a_yen_purchase(),
    "t11-dollar-premium-in-a-swap": t11_dollar_premium_in_a_swap(),
    "t11-office-half-hedge": t11_office_half_hedge(),
}

CHOICES: Mapping[str, Choice] = {
    "t11-bill-return-in-sgd": t11_bill_return_in_sgd(),
    "t11-outright-from-points": t11_outright_from_points(),
    "t11-office-breakeven-dollar": t11_office_breakeven_dollar(),
}

JUDGED: Mapping[str, Judged] = {
    "t11-what-lifts-a-hedged-yield": t11_what_lifts_a_hedged_yield(),
    "t11-which-earn-more-in-sgd": t11_which_earn_more_in_sgd(),
    "t11-where-hedging-still-pays": t11_where_hedging_still_pays(),
}

LOOKED_UP: frozenset[str] = frozenset()
