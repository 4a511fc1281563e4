"""The numbers of the items of topic 7, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import bill, bond, risk
from tests.item_figures.table import MILLION, ONE, Choice, D, Figure, Judged, Number


def t07_price_fall_with_convexity() -> Figure:
    modified, curvature, rise = D("7.50"), D("68.0"), D("0.0120")
    return Figure(
        key=lambda: -100 * risk.price_change(modified, rise, curvature),
        slips={
            "half-left-off-convexity": lambda: -100 * risk.price_change(modified, rise, 2 * curvature),
            "duration-alone": lambda: -100 * risk.price_change(modified, rise),
            "convexity-sign-reversed": lambda: -100 * risk.price_change(modified, rise, -curvature),
        },
    )


def t07_hedge_face_amount() -> Figure:
    face, price, modified, of_hedge = D(20_000_000) / MILLION, D("98.50"), D("6.10"), D("0.0825")
    return Figure(
        key=lambda: face * risk.hedge_ratio(risk.dv01(modified, price), of_hedge),
        slips={
            "face-for-market-value": lambda: face * risk.hedge_ratio(risk.dv01(modified, D(100)), of_hedge),
            "face-for-face": lambda: face * risk.hedge_ratio(of_hedge, of_hedge),
            "hedge-ratio-inverted": lambda: face * risk.hedge_ratio(of_hedge, risk.dv01(modified, price)),
        },
    )


def t07_portfolio_duration_weights() -> Choice:
    faces, prices, durations = (D("6.0"), D("5.0")), (D("80.00"), D("104.00")), (D("8.0"), D("2.0"))
    values = tuple(bill.purchase_price(face, price) for face, price in zip(faces, prices, strict=True))
    return Choice(
        key=lambda: risk.portfolio_duration(values, durations),
        slips={
            "unweighted-average": lambda: risk.portfolio_duration((ONE, ONE), durations),
            "weights-swapped": lambda: risk.portfolio_duration(values[::-1], durations),
            "face-amount-weights": lambda: risk.portfolio_duration(faces, durations),
        },
    )


def t07_zero_coupon_macaulay() -> Choice:
    years, yield_ = 7, D("0.0400")
    macaulay = risk.macaulay_duration(bond.coupon_flows(D(0), 2 * years), yield_)
    return Choice(
        key=lambda: macaulay,
        slips={
            "midpoint-of-life": lambda: macaulay / 2,
            "modified-with-annual-yield": lambda: risk.modified_duration(macaulay, yield_, 1),
            "modified-for-macaulay": lambda: risk.modified_duration(macaulay, yield_, 2),
        },
    )


def t07_barbell_in_a_steepening() -> Choice:
    move = D("0.0020")
    short, long = risk.price_change(D("2.0"), -move), risk.price_change(D("17.0"), move)
    return Choice(
        key=lambda: -100 * (D("0.60") * short + D("0.40") * long),
        slips={"gain-counted-as-loss": lambda: 100 * (D("0.60") * abs(short) + D("0.40") * abs(long))},
    )


def t07_sample_half_point_rise() -> Choice:
    modified, rise = D("6.0"), D("0.0050")
    return Choice(
        key=lambda: -100 * risk.price_change(modified, rise),
        slips={
            "divided-by-duration": lambda: 100 * rise / modified,
            "basis-points-shifted": lambda: -100 * risk.price_change(modified, rise / 10),
            "divided-by-yield-change": lambda: modified / (100 * rise),
        },
    )


def t07_key_rate_gains() -> Judged:
    exposures = (D(4000), D(-9000), D(5000))

    def gain(*rises: int) -> Number:
        return lambda: -sum((one * rise for one, rise in zip(exposures, rises, strict=True)), D(0))

    moves = {
        "a": gain(10, 10, 10),
        "b": gain(0, 10, 0),
        "c": gain(-10, 0, 10),
        "d": gain(-20, -10, 0),
        "e": gain(10, 0, -10),
    }
    return Judged(moves, lambda own, every: own > 0)


FIGURES: Mapping[str, Figure] = {
    "t07-price-fall-with-convexity": t07_price_fall_with_convexity(),
    "t07-hedge-face-amount": t07_hedge_face_amount(),
}

CHOICES: Mapping[str, Choice] = {
    "t07-portfolio-duration-weights": t07_portfolio_duration_weights(),
    "t07-zero-coupon-macaulay": t07_zero_coupon_macaulay(),
    "t07-barbell-in-a-steepening": t07_barbell_in_a_steepening(),
    "t07-sample-half-point-rise": t07_sample_half_point_rise(),
}

JUDGED: Mapping[str, Judged] = {
    "t07-key-rate-gains": t07_key_rate_gains(),
}

LOOKED_UP: frozenset[str] = frozenset()
