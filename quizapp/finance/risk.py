"""Interest-rate risk: durations, convexity, the value of a basis point, and what they say about prices."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.bond import Flow, street_price
from quizapp.finance.errors import OutOfRange, UnequalLengths
from quizapp.finance.exact import HUNDRED, ZERO, decimals, exact, filled, grows, not_negative, positive

BASIS_POINT = Decimal("0.0001")


@exact
def macaulay_duration(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Decimal:
    """The average time to the payments in years, weighted by present value: sum of t PV(t) / price / f.

    t counts coupon periods from settlement, y is the yield compounded f times a year. Not rounded. Source:
    Tuckman and Serrat, Fixed Income Securities.
    """
    price = street_price(flows, yield_, frequency)
    growth = grows(yield_, frequency, "yield_")
    weighted = sum((flow.periods * flow.amount / growth**flow.periods for flow in flows), ZERO)
    return weighted / (price * frequency)


@exact
def modified_duration(macaulay: Decimal, yield_: Decimal, frequency: int = 2) -> Decimal:
    """The fall in price, as a fraction, for each unit of yield: Macaulay / (1 + y / f), in years.

    Not rounded. Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    not_negative(macaulay=macaulay)
    return macaulay / grows(yield_, frequency, "yield_")


@exact
def convexity(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Decimal:
    """The second derivative of price over price: sum of t (t + 1) PV(t) / (price (1 + y / f)^2 f^2).

    In years squared. Not halved: `price_change` applies the one half. Not rounded. Source: Fabozzi, Bond
    Markets, Analysis and Strategies.
    """
    price = street_price(flows, yield_, frequency)
    growth = grows(yield_, frequency, "yield_")
    times = (flow.periods * (flow.periods + 1) for flow in flows)
    values = (flow.amount / growth ** (flow.periods + 2) for flow in flows)
    curved = sum((time * value for time, value in zip(times, values, strict=True)), ZERO)
    return curved / (price * frequency * frequency)


@exact
def dv01(modified: Decimal, dirty: Decimal, face: Decimal = HUNDRED) -> Decimal:
    """The change in value for one basis point: D x 0.0001 x dirty price / 100 x face, in the face's currency.

    Not rounded. Source: Tuckman and Serrat, Fixed Income Securities.
    """
    not_negative(modified=modified)
    positive(dirty=dirty, face=face)
    return modified * BASIS_POINT * dirty * face / HUNDRED


@exact
def price_change(modified: Decimal, yield_change: Decimal, curvature: Decimal = ZERO) -> Decimal:
    """The estimated change in price, a fraction of price: -D dy + C dy^2 / 2; a fall is negative.

    dy is a fraction (0.01 for 100 basis points), C a convexity that is not yet halved. Not rounded. Source:
    Fabozzi, Bond Markets, Analysis and Strategies.
    """
    decimals(modified=modified, yield_change=yield_change, curvature=curvature)
    return -modified * yield_change + curvature * yield_change * yield_change / 2


@exact
def hedge_ratio(dv01_held: Decimal, dv01_hedge: Decimal) -> Decimal:
    """How much of the hedge offsets one unit held: DV01 held / DV01 of a unit of the hedge.

    Holds for moves of both yields by the same number of basis points. Not rounded. Source: Tuckman and
    Serrat, Fixed Income Securities.
    """
    positive(dv01_held=dv01_held, dv01_hedge=dv01_hedge)
    return dv01_held / dv01_hedge


@exact
def portfolio_duration(values: Sequence[Decimal], durations: Sequence[Decimal]) -> Decimal:
    """The durations averaged by market value: sum of V D / sum of V, in years. Not rounded.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    filled("values", values)
    if len(values) != len(durations):
        raise UnequalLengths("durations", len(durations), len(values))
    pairs = tuple(zip(values, durations, strict=True))
    for value, duration in pairs:
        positive(value=value)
        not_negative(duration=duration)
    return sum((value * duration for value, duration in pairs), ZERO) / sum(values)


@exact
def breakeven_yield_rise(income: Decimal, modified: Decimal) -> Decimal:
    """The rise in yield whose loss of price eats up the income of the horizon: income / D, a fraction.

    Income is a fraction of the price; D is the modified duration at the horizon. First order only, not
    rounded. Source: `price_change` without convexity, solved for the yield change.
    """
    decimals(income=income)
    positive(modified=modified)
    if income < 0:
        raise OutOfRange("income", income, 0, None)
    return income / modified
