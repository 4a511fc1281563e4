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


def t07_macaulay_to_modified() -> Figure:
    macaulay, yield_ = D("12.30"), D("0.0500")
    return Figure(
        key=lambda: risk.modified_duration(macaulay, yield_, 2),
        slips={
            "modified-with-annual-yield": lambda: risk.modified_duration(macaulay, yield_, 1),
            "growth-multiplied": lambda: macaulay * macaulay / risk.modified_duration(macaulay, yield_, 2),
            "yield-doubled": lambda: risk.modified_duration(macaulay, 2 * yield_, 1),
        },
    )


def t07_breakeven_yield_rise() -> Figure:
    income, years, modified = D("0.0420"), D(3), D("1.90")
    return Figure(
        key=lambda: risk.breakeven_yield_rise(income, modified) / risk.BASIS_POINT,
        slips={
            "divided-by-years-to-maturity": lambda: (
                risk.breakeven_yield_rise(income, years) / risk.BASIS_POINT
            ),
            "multiplied-by-duration": lambda: -risk.price_change(modified, income) / risk.BASIS_POINT,
            "basis-points-shifted": lambda: (
                risk.breakeven_yield_rise(income / 10, modified) / risk.BASIS_POINT
            ),
        },
    )


def t07_dv01_of_a_position() -> Figure:
    value, modified = 40 * MILLION, D("6.25")
    lost = risk.dv01(modified, D(100), value)
    return Figure(
        key=lambda: lost,
        slips={
            "percentage-point-for-basis-point": lambda: 100 * lost,
            "duration-left-out": lambda: risk.dv01(ONE, D(100), value),
            "decimal-slip-in-basis-point": lambda: lost / 10,
        },
    )


def t07_futures_contracts_for_a_hedge() -> Figure:
    value, modified, of_note, factor = 60 * MILLION, D("7.20"), D("0.0720"), D("0.8000")
    face = D(100_000) / 100
    held = risk.dv01(modified, D(100), value)
    return Figure(
        key=lambda: risk.hedge_ratio(held, face * of_note / factor),
        slips={
            "conversion-factor-left-out": lambda: risk.hedge_ratio(held, face * of_note),
            "conversion-factor-inverted": lambda: risk.hedge_ratio(held, face * of_note * factor),
            "duration-of-portfolio-left-out": lambda: risk.hedge_ratio(
                risk.dv01(ONE, D(100), value), face * of_note / factor
            ),
        },
    )


def t07_convexity_from_three_prices() -> Figure:
    now, dearer, cheaper, step = D("100.00"), D("118.20"), D("85.40"), D("0.01")
    bend = (dearer + cheaper - 2 * now) / (now * step)
    return Figure(
        key=lambda: bend / step,
        slips={
            "convexity-halved": lambda: bend / step / 2,
            "effective-duration-for-convexity": lambda: (dearer - cheaper) / (2 * now * step),
            "yield-change-not-squared": lambda: bend,
        },
    )


HOLDINGS = (D("50.0"), D("40.0"), D("20.0"))
LENGTHS = (D("1.9"), D("8.0"), D("17.0"))
OWED, OWED_LENGTH = D("100.0"), D("9.0")
"""The case of the insurer: assets with their durations and the liability with its own, in USD million."""


def thousands(duration: D, value: D) -> D:
    """The value of a basis point of so many USD million, in USD thousand."""
    return risk.dv01(duration, D(100), value) * 1000


def t07_liability_dv01_gap() -> Figure:
    assets = sum(HOLDINGS)
    owed = thousands(OWED_LENGTH, OWED)
    held = thousands(risk.portfolio_duration(HOLDINGS, LENGTHS), assets)
    return Figure(
        key=lambda: owed - held,
        slips={
            "unweighted-average": lambda: (
                thousands(risk.portfolio_duration((ONE, ONE, ONE), LENGTHS), assets) - owed
            ),
            "liability-duration-on-assets": lambda: thousands(OWED_LENGTH, assets) - held,
            "duration-times-surplus": lambda: thousands(OWED_LENGTH, assets - OWED),
        },
    )


def t07_liability_switch_into_bonds() -> Choice:
    assets = sum(HOLDINGS)
    short, middle, long = LENGTHS
    held = thousands(risk.portfolio_duration(HOLDINGS, LENGTHS), assets)
    missing = thousands(OWED_LENGTH, OWED) - held
    return Choice(
        key=lambda: missing / thousands(long - short, ONE),
        slips={
            "gap-on-asset-value": lambda: (
                (thousands(OWED_LENGTH, assets) - held) / thousands(long - short, ONE)
            ),
            "ten-year-notes-sold": lambda: missing / thousands(long - middle, ONE),
            "ten-year-notes-bought": lambda: missing / thousands(middle - short, ONE),
        },
    )


def t07_barbell_yield_give_up() -> Choice:
    given_up, curvature = D("0.0025"), D(50)

    def level(bend: D) -> D:
        """The move whose square, times the convexity term of a move of one, makes up for the income."""
        return (given_up / risk.price_change(D(0), ONE, bend)).sqrt() / risk.BASIS_POINT

    return Choice(
        key=lambda: level(curvature),
        slips={
            "yield-change-not-squared": lambda: (
                given_up / risk.price_change(D(0), ONE, curvature) / risk.BASIS_POINT
            ),
            "half-left-off-convexity": lambda: level(2 * curvature),
            "convexity-halved-twice": lambda: level(curvature / 2),
        },
    )


def t07_positions_by_dv01() -> Judged:
    def loss(millions: int, modified: str) -> Number:
        return lambda: risk.dv01(D(modified), D(100), millions * MILLION)

    positions = {
        "a": loss(20, "4.5"),
        "b": loss(8, "14.0"),
        "c": loss(60, "1.9"),
        "d": loss(12, "8.0"),
        "e": loss(100, "0.9"),
    }
    return Judged(positions, lambda own, every: own > D(10_000))


def t07_hedge_by_key_rate() -> Judged:
    held = (D(2000), D(6000), D(4000))

    def largest_rest(*sold: int) -> Number:
        return lambda: max(abs(one - hedge) for one, hedge in zip(held, sold, strict=True))

    hedges = {
        "a": largest_rest(0, 12000, 0),
        "b": largest_rest(2500, 5500, 4000),
        "c": largest_rest(4000, 4000, 4000),
        "d": largest_rest(1500, 5000, 4500),
        "e": largest_rest(3500, 4500, 4000),
    }
    return Judged(hedges, lambda own, every: own <= D(1000))


FIGURES: Mapping[str, Figure] = {
    "t07-price-fall-with-convexity": t07_price_fall_with_convexity(),
    "t07-hedge-face-amount": t07_hedge_face_amount(),
    "t07-macaulay-to-modified": t07_macaulay_to_modified(),
    "t07-breakeven-yield-rise": t07_breakeven_yield_rise(),
    "t07-dv01-of-a-position": t07_dv01_of_a_position(),
    "t07-futures-contracts-for-a-hedge": t07_futures_contracts_for_a_hedge(),
    "t07-convexity-from-three-prices": t07_convexity_from_three_prices(),
    "t07-liability-dv01-gap": t07_liability_dv01_gap(),
}

CHOICES: Mapping[str, Choice] = {
    "t07-portfolio-duration-weights": t07_portfolio_duration_weights(),
    "t07-zero-coupon-macaulay": t07_zero_coupon_macaulay(),
    "t07-barbell-in-a-steepening": t07_barbell_in_a_steepening(),
    "t07-sample-half-point-rise": t07_sample_half_point_rise(),
    "t07-liability-switch-into-bonds": t07_liability_switch_into_bonds(),
    "t07-barbell-yield-give-up": t07_barbell_yield_give_up(),
}

JUDGED: Mapping[str, Judged] = {
    "t07-key-rate-gains": t07_key_rate_gains(),
    "t07-positions-by-dv01": t07_positions_by_dv01(),
    "t07-hedge-by-key-rate": t07_hedge_by_key_rate(),
}

LOOKED_UP: frozenset[str] = frozenset()
