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


def t06_forward_from_two_factors() -> Choice:
    near, far = D("0.9700"), D("0.9350")
    return Choice(
        key=lambda: 100 * curve.forward_from_factors(near, far),
        slips={
            "spot-rate-for-forward": lambda: 100 * curve.spot_rate(far, D(2)),
            "difference-of-factors": lambda: 100 * (near - far),
            "fall-over-earlier-factor": lambda: 100 * (1 - far / near),
        },
    )


def t06_bond_against_its_zeros() -> Choice:
    near, far, price = D("0.0350"), D("0.0420"), D("101.20")
    worth = curve.price_from_factors(
        D(5), [curve.discount_factor(near, ONE), curve.discount_factor(far, D(2))]
    )
    at_one_rate = bond.price_on_coupon_date(D("0.05"), far, 2, 1)
    return Choice(
        key=lambda: worth - price,
        slips={
            "sides-of-arbitrage-swapped": lambda: worth - price,
            "long-rate-for-all-payments": lambda: at_one_rate - price,
            "one-rate-and-wrong-side": lambda: at_one_rate - price,
        },
    )


def t06_par_rate_of_three_years() -> Figure:
    factors = [D("0.9615"), D("0.9200"), D("0.8780")]
    last = factors[-1]
    return Figure(
        key=lambda: 100 * curve.par_rate(factors),
        slips={
            "spot-for-par-rate": lambda: 100 * curve.spot_rate(last, D(3)),
            "payments-not-discounted": lambda: 100 * (1 - last) / 3,
            "all-payments-at-last-factor": lambda: 100 * (1 - last) / (3 * last),
        },
    )


def t06_half_year_forward() -> Figure:
    near, far = D("0.0410"), D("0.0440")
    implied = curve.forward_rate(near, ONE, far, D("1.5"), 2)
    return Figure(
        key=lambda: 100 * implied,
        slips={
            "half-year-rate-not-doubled": lambda: 100 * implied / 2,
            "gap-added-once": lambda: 100 * (far + (far - near)),
            "effective-for-semiannual": lambda: 100 * rates.effective_rate(implied, 2),
        },
    )


def t06_premium_in_a_five_year_rate() -> Figure:
    expected = [D("3.00"), D("3.40"), D("3.80"), D("4.00"), D("4.30")]
    rate = D("4.05")
    return Figure(
        key=lambda: 100 * (rate - sum(expected) / len(expected)),
        slips={
            "measured-from-first-year": lambda: 100 * (rate - expected[0]),
            "measured-from-last-year": lambda: 100 * (rate - expected[-1]),
            "midpoint-for-average": lambda: 100 * (rate - (expected[0] + expected[-1]) / 2),
        },
    )


def t06_gain_of_a_financed_zero() -> Figure:
    bought, sold = curve.discount_factor(D("0.0420"), D(3)), curve.discount_factor(D("0.0390"), D(2))
    unrolled, repo = curve.discount_factor(D("0.0420"), D(2)), D("0.0400")
    return Figure(
        key=lambda: 100 * (sold - bought * (1 + repo)),
        slips={
            "financing-left-out": lambda: 100 * (sold - bought),
            "financing-on-face-value": lambda: 100 * (sold - bought - repo),
            "priced-at-old-yield": lambda: 100 * (unrolled - bought * (1 + repo)),
        },
    )


def t06_gap_closes_from_above() -> Choice:
    two, then, now = D(150), D(60), D(-20)
    return Choice(
        key=lambda: two + (now - then),
        slips={
            "slope-change-for-yield-change": lambda: then - now,
            "gap-change-added": lambda: two - (now - then),
            "rising-yields-called-bull": lambda: two + (now - then),
        },
    )


def t06_view_below_the_forward() -> Choice:
    one, two, expected = D("0.0400"), D("0.0440"), D("0.0430")
    return Choice(
        key=lambda: 100 * (curve.forward_rate(expected, ONE, two, D(2)) - one),
        slips={
            "expected-rise-taken-for-loss": lambda: 100 * (expected - one),
            "yield-gap-taken-for-return-gap": lambda: 100 * (two - one),
            "forward-taken-for-return": lambda: 100 * (curve.forward_rate(one, ONE, two, D(2)) - one),
        },
    )


def t06_best_zero_on_an_unchanged_curve() -> Judged:
    spots = [D("0.0360"), D("0.0400"), D("0.0430"), D("0.0440"), D("0.0445")]

    def earned(years: int) -> D:
        return curve.forward_rate(spots[years - 2], D(years - 1), spots[years - 1], D(years))

    return Judged(
        options={
            "a": lambda: earned(2),
            "b": lambda: earned(3),
            "c": lambda: earned(4),
            "d": lambda: earned(5),
        },
        keyed=lambda own, every: own == max(every),
    )


def t06_weights_of_a_steepener() -> Judged:
    """Each position's gain if it is the same under both forecasts, else zero."""

    def gain(two: D, ten: D) -> D:
        bear = -two * 190 * 10 - ten * 800 * 40
        bull = two * 190 * 40 + ten * 800 * 10
        return bear if bear == bull else D(0)

    return Judged(
        options={
            "a": lambda: gain(D(50), D(-50)),
            "b": lambda: gain(D(80), D(-19)),
            "c": lambda: gain(D(19), D(-80)),
            "d": lambda: gain(D(-80), D(19)),
        },
        keyed=lambda own, every: own > 0,
    )


def t06_figures_from_two_spot_rates() -> Judged:
    """How far each option's figure lies from the right one, in its last printed place."""
    near, far = D("0.0300"), D("0.0500")
    factor = curve.discount_factor(far, D(2))
    par = curve.par_rate([curve.discount_factor(near, ONE), factor])
    implied = curve.forward_rate(near, ONE, far, D(2))
    return Judged(
        options={
            "a": lambda: 10_000 * factor - 9070,
            "b": lambda: 10_000 * factor - 9091,
            "c": lambda: 10_000 * par - 495,
            "d": lambda: 10_000 * par - 500,
            "e": lambda: 10_000 * implied - 704,
            "f": lambda: 10_000 * implied - 400,
        },
        keyed=lambda own, every: abs(own) < D("0.5"),
    )


FIGURES: Mapping[str, Figure] = {
    "t06-par-rate-of-three-years": t06_par_rate_of_three_years(),
    "t06-half-year-forward": t06_half_year_forward(),
    "t06-premium-in-a-five-year-rate": t06_premium_in_a_five_year_rate(),
    "t06-gain-of-a-financed-zero": t06_gain_of_a_financed_zero(),
    "t06-price-of-a-three-year-zero": t06_price_of_a_three_year_zero(),
    "t06-two-year-spot-rate": t06_two_year_spot_rate(),
    "t06-three-year-forward-rate": t06_three_year_forward_rate(),
    "t06-roll-down-return": t06_roll_down_return(),
}

CHOICES: Mapping[str, Choice] = {
    "t06-forward-from-two-factors": t06_forward_from_two_factors(),
    "t06-bond-against-its-zeros": t06_bond_against_its_zeros(),
    "t06-gap-closes-from-above": t06_gap_closes_from_above(),
    "t06-view-below-the-forward": t06_view_below_the_forward(),
    "t06-spring-gain-of-the-steepener": t06_spring_gain_of_the_steepener(),
}

JUDGED: Mapping[str, Judged] = {
    "t06-best-zero-on-an-unchanged-curve": t06_best_zero_on_an_unchanged_curve(),
    "t06-weights-of-a-steepener": t06_weights_of_a_steepener(),
    "t06-figures-from-two-spot-rates": t06_figures_from_two_spot_rates(),
}

LOOKED_UP: frozenset[str] = frozenset()
