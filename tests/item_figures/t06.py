"""The numbers of the items of topic 6, each computed from its inputs."""

from collections.abc import Mapping

from quizapp.finance import bond, curve, rates
from tests.item_figures.table import ONE, Choice, D, Figure, Judged


def t06_two_year_spot_rate() -> Figure:
    first, coupon, two = D("0.0300"), D("0.0450"), D(2)
    factor = curve.discount_factor(first, ONE)

    def spot(earlier: D) -> D:
        return 100 * curve.spot_rate(curve.next_factor(D(100), 100 * coupon, [earlier]), two)

    return Figure(
        key=lambda: spot(factor),
        slips={
            "par-rate-for-spot-rate": lambda: 100 * coupon,
            "early-coupon-undiscounted": lambda: spot(ONE),
            "forward-rate-for-spot-rate": lambda: 100 * curve.forward_rate(first, ONE, coupon, two),
        },
    )


def t06_three_year_forward_rate() -> Figure:
    near, far = D("0.0380"), D("0.0440")
    growth = curve.discount_factor(near, D(2)) / curve.discount_factor(far, D(5)) - 1
    return Figure(
        key=lambda: 100 * curve.forward_rate(near, D(2), far, D(5)),
        slips={
            "gap-added-to-long-rate": lambda: 100 * (far + (far - near)),
            "growth-divided-by-three": lambda: 100 * growth / 3,
            "growth-left-for-three-years": lambda: 100 * growth,
        },
    )


def t06_roll_down_return() -> Figure:
    coupon, then = D("0.0420"), D("0.0380")
    unrolled = curve.horizon_return(coupon, coupon, coupon, 10, 2)
    return Figure(
        key=lambda: 100 * curve.horizon_return(coupon, coupon, then, 10, 2),
        slips={
            "carry-without-roll-down": lambda: 100 * unrolled,
            "yield-fall-taken-as-gain": lambda: 100 * (unrolled + coupon - then),
            "price-for-five-years-again": lambda: (
                100
                * rates.holding_period_return(
                    D(100), bond.price_on_coupon_date(coupon, then, 10), 100 * coupon
                )
            ),
        },
    )


def t06_spring_gain_of_the_steepener() -> Choice:
    leg = D(25_000)
    two, ten = (D("3.85") - D("4.30")) * 100, (D("4.15") - D("4.25")) * 100
    return Choice(
        key=lambda: leg * (ten - two),
        slips={
            "short-leg-left-out": lambda: leg * -two,
            "short-leg-sign-reversed": lambda: leg * (-two - ten),
            "dv01-of-both-legs-added": lambda: 2 * leg * (ten - two),
        },
    )


def t06_price_of_a_three_year_zero() -> Figure:
    spot, years = D("0.0400"), D(3)
    return Figure(
        key=lambda: 100 * curve.discount_factor(spot, years),
        slips={
            "rate-taken-off-face": lambda: 100 * (1 - spot * years),
            "semiannual-for-annual": lambda: 100 * curve.discount_factor(spot / 2, 2 * years),
            "simple-interest-for-compound": lambda: 100 / (1 + spot * years),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t06-price-of-a-three-year-zero": t06_price_of_a_three_year_zero(),
    "t06-two-year-spot-rate": t06_two_year_spot_rate(),
    "t06-three-year-forward-rate": t06_three_year_forward_rate(),
    "t06-roll-down-return": t06_roll_down_return(),
}

CHOICES: Mapping[str, Choice] = {
    "t06-spring-gain-of-the-steepener": t06_spring_gain_of_the_steepener(),
}

JUDGED: Mapping[str, Judged] = {}

LOOKED_UP: frozenset[str] = frozenset()
