"""Interest-rate risk: durations, convexity, the value of a basis point, and what they say about prices."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.bond import Flow, coupon_flows, discounts, street_price
from quizapp.finance.errors import OutOfRange, UnequalLengths
from quizapp.finance.exact import HUNDRED, ONE, ZERO, decimals, filled, grows, not_negative, positive
from quizapp.finance.formula import Step, Working, formula

BASIS_POINT = Decimal("0.0001")


@formula
def macaulay_duration(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Working:
    """The average time to the payments in years, weighted by present value: sum of t PV(t) / price / f.

    t counts coupon periods from settlement, y is the yield compounded f times a year. Not rounded. Source:
    Tuckman and Serrat, Fixed Income Securities.
    """
    *_, price = street_price.steps(flows, yield_, frequency)
    growth = grows(yield_, frequency, "yield_")
    paid = zip(flows, discounts(flows, growth), strict=True)
    weighted = sum((flow.periods * flow.amount * factor for flow, factor in paid), ZERO)
    yield price
    yield Step("weighted times", weighted, r"\sum t \times \text{PV}_t")
    duration = weighted / (price.value * frequency)
    yield Step("Macaulay duration", duration, r"\frac{\sum t \times \text{PV}_t}{f \times \sum \text{PV}_t}")


@formula
def modified_duration(macaulay: Decimal, yield_: Decimal, frequency: int = 2) -> Working:
    """The fall in price, as a fraction, for each unit of yield: Macaulay / (1 + y / f), in years.

    Not rounded. Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    not_negative(macaulay=macaulay)
    growth = grows(yield_, frequency, "yield_")
    yield Step("growth a period", growth, r"1 + \frac{y}{f}")
    yield Step("modified duration", macaulay / growth, r"\frac{D_{\text{Mac}}}{1 + y / f}")


@formula
def convexity(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Working:
    """The second derivative of price over price: sum of t (t + 1) PV(t) / (price (1 + y / f)^2 f^2).

    In years squared. Not halved: `price_change` applies the one half. Not rounded. Source: Fabozzi, Bond
    Markets, Analysis and Strategies.
    """
    *_, price = street_price.steps(flows, yield_, frequency)
    growth = grows(yield_, frequency, "yield_")
    paid = zip(flows, discounts(flows, growth), strict=True)
    curved = sum((flow.periods * (flow.periods + 1) * flow.amount * factor for flow, factor in paid), ZERO)
    curved /= growth * growth
    yield price
    yield Step("weighted times", curved, r"\sum \frac{t (t + 1) C_t}{(1 + y / f)^{t + 2}}")
    yield Step(
        "convexity",
        curved / (price.value * frequency * frequency),
        r"\frac{\sum t (t + 1) \text{PV}_t}{f^2 (1 + y / f)^2 \sum \text{PV}_t}",
    )


@formula
def flows_risk(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Working:
    """The measures of risk of a bond's payments, one step each; the last is the Macaulay duration.

    Price, modified duration, convexity (also over 100, as screens show it) and the value of a basis point
    per 100 face. Not rounded. Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    dirty = street_price(flows, yield_, frequency)
    macaulay = macaulay_duration(flows, yield_, frequency)
    modified = modified_duration(macaulay, yield_, frequency)
    curvature = convexity(flows, yield_, frequency)
    yield Step("price", dirty, r"\sum \text{PV}_t")
    yield Step("modified duration", modified, r"\frac{D_{\text{Mac}}}{1 + y / f}")
    yield Step(
        "convexity", curvature, r"\frac{\sum t (t + 1) \text{PV}_t}{f^2 (1 + y / f)^2 \sum \text{PV}_t}"
    )
    yield Step("convexity over 100", curvature / HUNDRED, r"\frac{\text{convexity}}{100}")
    yield Step("half the convexity", curvature / 2, r"\frac{\text{convexity}}{2}")
    yield Step("value of a basis point", dv01(modified, dirty), r"D_{\text{mod}} \times 0.0001 \times P")
    yield Step("dollar duration", modified * dirty, r"D_{\text{mod}} \times P")
    yield Step("Macaulay duration", macaulay, r"\frac{\sum t \times \text{PV}_t}{f \times \sum \text{PV}_t}")


@formula
def bond_risk(
    coupon: Decimal, yield_: Decimal, count: int, frequency: int = 2, fraction: Decimal = ONE
) -> Working:
    """`flows_risk` of a bond with `count` coupons to come, the next after a `fraction` of a period.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    yield from flows_risk.steps(coupon_flows(coupon, count, fraction, frequency), yield_, frequency)


@formula
def dv01(modified: Decimal, dirty: Decimal, face: Decimal = HUNDRED) -> Working:
    """The change in value for one basis point: D x 0.0001 x dirty price / 100 x face, in the face's currency.

    Not rounded. Source: Tuckman and Serrat, Fixed Income Securities.
    """
    not_negative(modified=modified)
    positive(dirty=dirty, face=face)
    yield Step("market value", dirty * face / HUNDRED, r"\frac{P}{100} \times \text{face}")
    value = modified * BASIS_POINT * dirty * face / HUNDRED
    yield Step("value of a basis point", value, r"D_{\text{mod}} \times 0.0001 \times \text{market value}")


@formula
def price_change(modified: Decimal, yield_change: Decimal, curvature: Decimal = ZERO) -> Working:
    """The estimated change in price, a fraction of price: -D dy + C dy^2 / 2; a fall is negative.

    dy is a fraction (0.01 for 100 basis points), C a convexity that is not yet halved. Not rounded. Source:
    Fabozzi, Bond Markets, Analysis and Strategies.
    """
    decimals(modified=modified, yield_change=yield_change, curvature=curvature)
    yield Step("by duration", -modified * yield_change, r"-D \Delta y")
    yield Step("by convexity", curvature * yield_change * yield_change / 2, r"\frac{C (\Delta y)^2}{2}")
    change = -modified * yield_change + curvature * yield_change * yield_change / 2
    yield Step("change in price", change, r"-D \Delta y + \frac{C (\Delta y)^2}{2}")


@formula
def price_change_halved(
    modified: Decimal, yield_change: Decimal, halved_curvature: Decimal = ZERO
) -> Working:
    """`price_change` for a convexity that is halved already, as some textbooks define it: -D dy + C dy^2.

    Source: Fabozzi, Bond Markets, Analysis and Strategies (convexity measures differ by the factor one half).
    """
    decimals(halved_curvature=halved_curvature)
    yield from price_change.steps(modified, yield_change, 2 * halved_curvature)


@formula
def estimated_price(
    coupon: Decimal, yield_: Decimal, count: int, yield_change: Decimal, frequency: int = 2
) -> Working:
    """What duration and convexity say the price per 100 face is after a change in yield, on a coupon date.

    P (1 - D dy + C dy^2 / 2). The working shows the price now, by duration alone, and with convexity. Not
    rounded. Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    risk = {step.name: step.value for step in bond_risk.steps(coupon, yield_, count, frequency)}
    price = risk["price"]
    first, second, change = price_change.steps(risk["modified duration"], yield_change, risk["convexity"])
    yield Step("price now", price, r"\sum \text{PV}_t")
    yield Step("price by duration", price * (ONE + first.value), r"P (1 - D \Delta y)")
    yield second
    estimate = price * (ONE + change.value)
    yield Step("price with convexity", estimate, r"P \left(1 - D \Delta y + \frac{C (\Delta y)^2}{2}\right)")


@formula
def hedge_ratio(dv01_held: Decimal, dv01_hedge: Decimal) -> Working:
    """How much of the hedge offsets one unit held: DV01 held / DV01 of a unit of the hedge.

    Holds for moves of both yields by the same number of basis points. Not rounded. Source: Tuckman and
    Serrat, Fixed Income Securities.
    """
    positive(dv01_held=dv01_held, dv01_hedge=dv01_hedge)
    ratio = dv01_held / dv01_hedge
    yield Step("hedge ratio", ratio, r"\frac{\text{DV01}_{\text{held}}}{\text{DV01}_{\text{hedge}}}")


@formula
def portfolio_duration(values: Sequence[Decimal], durations: Sequence[Decimal]) -> Working:
    """The durations averaged by market value: sum of V D / sum of V, in years. Not rounded.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    filled("values", values)
    pairs = _pairs("durations", values, durations)
    for value, duration in pairs:
        positive(value=value)
        not_negative(duration=duration)
    total, weighted = sum(values, ZERO), sum((value * duration for value, duration in pairs), ZERO)
    yield Step("market value", total, r"\sum V")
    yield Step("weighted durations", weighted, r"\sum V D")
    yield Step("duration", weighted / total, r"\frac{\sum V D}{\sum V}")


@formula
def key_rate_change(durations: Sequence[Decimal], changes: Sequence[Decimal]) -> Working:
    """The estimated change in price when each key rate moves by itself: -(sum of D_k dy_k), a fraction.

    Not rounded. Source: Ho, Key Rate Durations (1992); Tuckman and Serrat, Fixed Income Securities.
    """
    filled("durations", durations)
    pairs = _pairs("changes", durations, changes)
    for place, (duration, change) in enumerate(pairs):
        decimals(duration=duration, change=change)
        yield Step(f"key rate {place + 1}", -duration * change, r"-D_k \Delta y_k")
    total = -sum((duration * change for duration, change in pairs), ZERO)
    yield Step("change in price", total, r"-\sum D_k \Delta y_k")


@formula
def breakeven_yield_rise(income: Decimal, modified: Decimal) -> Working:
    """The rise in yield whose loss of price eats up the income of the horizon: income / D, a fraction.

    Income is a fraction of the price; D is the modified duration at the horizon. First order only, not
    rounded. Source: `price_change` without convexity, solved for the yield change.
    """
    decimals(income=income)
    positive(modified=modified)
    if income < 0:
        raise OutOfRange("income", income, 0, None)
    yield Step("breakeven rise in yield", income / modified, r"\frac{\text{income}}{D_{\text{mod}}}")


def _pairs(
    name: str, values: Sequence[Decimal], others: Sequence[Decimal]
) -> tuple[tuple[Decimal, Decimal], ...]:
    if len(values) != len(others):
        raise UnequalLengths(name, len(others), len(values))
    return tuple(zip(values, others, strict=True))
