"""Coupon bonds: their payments, price from yield in both conventions, yield from price."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat

from quizapp.finance.errors import NoYield, OutOfRange
from quizapp.finance.exact import (
    HUNDRED,
    ONE,
    ZERO,
    counts,
    decimals,
    exact,
    filled,
    grows,
    not_negative,
    positive,
)

LOWEST_YIELD, HIGHEST_YIELD = Decimal("-0.9"), Decimal(10)
YIELD_STEP = Decimal("1e-30")


@dataclass(frozen=True)
class Flow:
    """A payment per 100 face, and how many coupon periods after settlement it falls."""

    periods: Decimal
    amount: Decimal


@exact
def coupon_flows(
    coupon: Decimal,
    count: int,
    fraction: Decimal = ONE,
    frequency: int = 2,
    first_payment: Decimal | None = None,
) -> tuple[Flow, ...]:
    """The payments per 100 face still to come: `count` coupons of 100 c / f, the last with the face.

    c is the coupon rate (a fraction a year), f the coupons a year. `fraction` is the part of a coupon period,
    above 0 up to 1, from settlement to the next coupon (actual/actual: days left / days of the period).
    `first_payment` stands in for an odd first coupon, or is 0 for a bond traded without it (ex dividend).
    Exact. Source: 31 CFR 356, Appendix B, I.A.1 (half the annual rate each half-year, whatever the days).
    """
    not_negative(coupon=coupon)
    positive(fraction=fraction)
    counts(count=count, frequency=frequency)
    if fraction > 1:
        raise OutOfRange("fraction", fraction, 0, 1)
    regular = HUNDRED * coupon / frequency
    first = regular if first_payment is None else first_payment
    not_negative(first_payment=first)
    amounts = [first, *repeat(regular, count - 1)]
    amounts[-1] += HUNDRED
    return tuple(Flow(fraction + place, amount) for place, amount in enumerate(amounts))


@exact
def street_price(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Decimal:
    """The dirty price per 100 face, compounding in the fractional period too.

    Sum of flow / (1 + y / f)^periods; y is the yield (a fraction a year, compounded f times). Not rounded;
    take accrued interest off for the clean price. In the last coupon period the market turns to simple
    interest; this formula does not. Source: UK Debt Management Office, Formulae for Calculating Gilt Prices
    from Yields; Fabozzi, Bond Markets.
    """
    filled("flows", flows)
    growth = grows(yield_, frequency, "yield_")
    return sum((flow.amount / growth**flow.periods for flow in flows), ZERO)


@exact
def price_on_coupon_date(coupon: Decimal, yield_: Decimal, count: int, frequency: int = 2) -> Decimal:
    """The price per 100 face with `count` whole coupon periods to run, where clean and dirty are the same.

    P = C / f x (1 - v^n) / (y / f) + 100 v^n with v = 1 / (1 + y / f). Not rounded. Both conventions agree
    here. Source: Tuckman and Serrat, Fixed Income Securities; 31 CFR 356, Appendix B, II with r = s.
    """
    return street_price(coupon_flows(coupon, count, frequency=frequency), yield_, frequency)


@exact
def annuity_factor(yield_: Decimal, periods: int, frequency: int = 2) -> Decimal:
    """The value of 1 at the end of each of so many periods: a_n = v + v^2 + ... + v^n.

    Source: 31 CFR 356, Appendix B, II (definition of a_n).
    """
    counts(0, periods=periods)
    growth = grows(yield_, frequency, "yield_")
    return sum((growth**-place for place in range(1, periods + 1)), ZERO)


@exact
def treasury_price(
    coupon: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    first_payment: Decimal | None = None,
) -> Decimal:
    """The dirty price per 100 face at an auction, with simple interest in the fractional first period.

    P + A = (F + C / 2 x a_n + 100 v^n) / (1 + r / s x i / 2): n full periods follow the coupon that falls
    after r of s days (actual/actual). F, the first payment at that coupon, is C / 2 unless `first_payment`
    says otherwise: r / s x C / 2 for a short first coupon; v r / s x C / 2 for a long one, which is paid a
    period later. Take accrued interest off for the price. Not rounded; the US Treasury publishes six
    decimals. Source: 31 CFR 356, Appendix B, II.A to II.G.
    """
    decimals(yield_=yield_)
    not_negative(coupon=coupon)
    counts(0, full_periods=full_periods, days_to_coupon=days_to_coupon)
    counts(period_days=period_days)
    if days_to_coupon > period_days:
        raise OutOfRange("days_to_coupon", days_to_coupon, 0, period_days)
    half = HUNDRED * coupon / 2
    first = half if first_payment is None else first_payment
    not_negative(first_payment=first)
    coupons = first + half * annuity_factor(yield_, full_periods)
    face = HUNDRED * grows(yield_, 2, "yield_") ** -full_periods
    return (coupons + face) / (ONE + yield_ * days_to_coupon / (2 * period_days))


@exact
def yield_from_price(flows: Sequence[Flow], dirty: Decimal, frequency: int = 2) -> Decimal:
    """The yield (a fraction a year, compounded f times) at which `street_price` gives this dirty price.

    Newton's steps kept inside a shrinking bracket from -90% to 1,000%, until a step is below 1e-30. Raises
    NoYield for a price that no yield in the bracket reaches. Source: the inverse of `street_price`.
    """
    positive(dirty=dirty)
    low, high = max(LOWEST_YIELD, -frequency * Decimal("0.9")), HIGHEST_YIELD
    if not street_price(flows, high, frequency) <= dirty <= street_price(flows, low, frequency):
        raise NoYield(dirty, low, high)
    guess = Decimal("0.05")
    while True:
        gap = street_price(flows, guess, frequency) - dirty
        low, high = (guess, high) if gap > 0 else (low, guess)
        step = guess - gap / _slope(flows, guess, frequency)
        if abs(step - guess) < YIELD_STEP:
            return step
        guess = step if low < step < high else (low + high) / 2


def _slope(flows: Sequence[Flow], yield_: Decimal, frequency: int) -> Decimal:
    growth = grows(yield_, frequency, "yield_")
    slopes = (flow.periods * flow.amount / growth ** (flow.periods + 1) for flow in flows)
    return -sum(slopes, ZERO) / frequency


@exact
def current_yield(coupon: Decimal, clean: Decimal) -> Decimal:
    """A year's coupons over the clean price: 100 c / P, a fraction a year. Not rounded.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    not_negative(coupon=coupon)
    positive(clean=clean)
    return HUNDRED * coupon / clean
