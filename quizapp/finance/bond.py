"""Coupon bonds: their payments, price from yield in both conventions, yield from price."""

from collections.abc import Iterator, Sequence
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
    few,
    filled,
    grows,
    not_negative,
    positive,
    whole,
)
from quizapp.finance.formula import Step, Working, formula

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
    redemption: Decimal = HUNDRED,
) -> tuple[Flow, ...]:
    """The payments per 100 face still to come: `count` coupons of 100 c / f, the last with the face.

    c is the coupon rate (a fraction a year), f the coupons a year. `fraction` is the part of a coupon period,
    above 0 up to 1, from settlement to the next coupon (actual/actual: days left / days of the period).
    `first_payment` stands in for an odd first coupon, or is 0 for a bond traded without it (ex dividend).
    Exact. Source: 31 CFR 356, Appendix B, I.A.1 (half the annual rate each half-year, whatever the days).
    """
    not_negative(coupon=coupon, redemption=redemption)
    positive(fraction=fraction)
    counts(count=count, frequency=frequency)
    few(count=count)
    if fraction > 1:
        raise OutOfRange("fraction", fraction, 0, 1)
    regular = HUNDRED * coupon / frequency
    first = regular if first_payment is None else first_payment
    not_negative(first_payment=first)
    amounts = [first, *repeat(regular, count - 1)]
    amounts[-1] += redemption
    return tuple(Flow(fraction + place, amount) for place, amount in enumerate(amounts))


@formula
def street_price(flows: Sequence[Flow], yield_: Decimal, frequency: int = 2) -> Working:
    """The dirty price per 100 face, compounding in the fractional period too.

    Sum of flow / (1 + y / f)^periods; y is the yield (a fraction a year, compounded f times). Not rounded;
    take accrued interest off for the clean price. In the last coupon period the market turns to simple
    interest; this formula does not. Source: UK Debt Management Office, Formulae for Calculating Gilt Prices
    from Yields; Fabozzi, Bond Markets.
    """
    filled("flows", flows)
    growth = grows(yield_, frequency, "yield_")
    yield Step("growth a period", growth, r"1 + \frac{y}{f}")
    yield Step("dirty price", _value(flows, growth), r"\sum \frac{C_t}{(1 + y / f)^t}")


@formula
def price_on_coupon_date(coupon: Decimal, yield_: Decimal, count: int, frequency: int = 2) -> Working:
    """The price per 100 face with `count` whole coupon periods to run, where clean and dirty are the same.

    P = C / f x (1 - v^n) / (y / f) + 100 v^n with v = 1 / (1 + y / f). Not rounded. Both conventions agree
    here. Source: Tuckman and Serrat, Fixed Income Securities; 31 CFR 356, Appendix B, II with r = s.
    """
    flows = coupon_flows(coupon, count, frequency=frequency)
    growth = grows(yield_, frequency, "yield_")
    yield Step("coupon payment", HUNDRED * coupon / frequency, r"\frac{100 c}{f}")
    yield Step("v^n", growth**-count, r"\left(1 + \frac{y}{f}\right)^{-n}")
    yield Step("a_n", _annuity(growth, count), r"v + v^2 + \dots + v^n")
    yield Step("price", _value(flows, growth), r"\frac{100 c}{f} a_n + 100 v^n")


@formula
def price_by_years(coupon: Decimal, yield_: Decimal, years: Decimal, frequency: int = 2) -> Working:
    """`price_on_coupon_date` for a term in years, such as 9.5, that is a whole number of coupon periods.

    Source: Tuckman and Serrat, Fixed Income Securities.
    """
    yield from price_on_coupon_date.steps(coupon, yield_, whole("years", years * frequency), frequency)


@formula
def price_between_coupons(
    coupon: Decimal, yield_: Decimal, count: int, days_left: int, period_days: int, frequency: int = 2
) -> Working:
    """The clean price per 100 face between coupon dates by street convention, from the days of the period.

    `count` coupons remain, the next one after `days_left` of `period_days`. Not rounded. Source: UK Debt
    Management Office, Formulae for Calculating Gilt Prices from Yields; Fabozzi, Bond Markets.
    """
    counts(days_left=days_left, period_days=period_days)
    fraction = Decimal(days_left) / period_days
    flows = coupon_flows(coupon, count, fraction, frequency)
    accrued = HUNDRED * coupon / frequency * (ONE - fraction)
    yield Step("part of the period left", fraction, r"\frac{r}{s}")
    *_, dirty = street_price.steps(flows, yield_, frequency)
    yield dirty
    yield Step("accrued interest", accrued, r"\frac{100 c}{f} \times \frac{s - r}{s}")
    yield Step("clean price", dirty.value - accrued, r"\text{dirty} - A")


@formula
def annuity_factor(yield_: Decimal, periods: int, frequency: int = 2) -> Working:
    """The value of 1 at the end of each of so many periods: a_n = v + v^2 + ... + v^n.

    Source: 31 CFR 356, Appendix B, II (definition of a_n).
    """
    counts(0, periods=periods)
    few(periods=periods)
    growth = grows(yield_, frequency, "yield_")
    yield Step("v", ONE / growth, r"\frac{1}{1 + y / f}")
    yield Step("a_n", _annuity(growth, periods), r"v + v^2 + \dots + v^n")


@formula
def treasury_price(
    coupon: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    first_payment: Decimal | None = None,
) -> Working:
    """The dirty price per 100 face at an auction, with simple interest in the fractional first period.

    P + A = (F + C / 2 x a_n + 100 v^n) / (1 + r / s x i / 2): n full periods follow the coupon that falls
    after r of s days (actual/actual). F, the first payment at that coupon, is C / 2 unless `first_payment`
    says otherwise; `treasury` has the odd first periods. Take accrued interest off for the price. Not
    rounded; the US Treasury publishes six decimals. Source: 31 CFR 356, Appendix B, II.A to II.G.
    """
    decimals(yield_=yield_)
    not_negative(coupon=coupon)
    counts(0, full_periods=full_periods, days_to_coupon=days_to_coupon)
    few(full_periods=full_periods)
    counts(period_days=period_days)
    if days_to_coupon > period_days:
        raise OutOfRange("days_to_coupon", days_to_coupon, 0, period_days)
    half = HUNDRED * coupon / 2
    first = half if first_payment is None else first_payment
    not_negative(first_payment=first)
    growth = grows(yield_, 2, "yield_")
    factor, annuity = growth**-full_periods, annuity_factor(yield_, full_periods)
    yield Step("v", ONE / growth, r"\frac{1}{1 + i / 2}")
    yield Step("v^n", factor, r"v^n")
    yield Step("a_n", annuity, r"v + v^2 + \dots + v^n")
    yield Step("F", first, r"\text{first payment}")
    value = first + half * annuity + HUNDRED * factor
    dirty = value / (ONE + yield_ * days_to_coupon / (2 * period_days))
    yield Step("P + A", dirty, r"\frac{F + \frac{C}{2} a_n + 100 v^n}{1 + \frac{r}{s} \times \frac{i}{2}}")


@formula
def yield_from_price(flows: Sequence[Flow], dirty: Decimal, frequency: int = 2) -> Working:
    """The yield (a fraction a year, compounded f times) at which `street_price` gives this dirty price.

    Newton's steps kept inside a shrinking bracket from -90% to 1,000%, until a step is below 1e-30. Raises
    NoYield for a price that no yield in the bracket reaches. Source: the inverse of `street_price`.
    """
    positive(dirty=dirty)
    filled("flows", flows)
    counts(frequency=frequency)
    low, high = max(LOWEST_YIELD, -frequency * Decimal("0.9")), HIGHEST_YIELD
    if not _value(flows, ONE + high / frequency) <= dirty <= _value(flows, ONE + low / frequency):
        raise NoYield(dirty, low, high)
    guess = Decimal("0.05")
    while True:
        gap = _value(flows, ONE + guess / frequency) - dirty
        low, high = (guess, high) if gap > 0 else (low, guess)
        step = guess - gap / _slope(flows, guess, frequency)
        if abs(step - guess) < YIELD_STEP:
            break
        guess = step if low < step < high else (low + high) / 2
    growth = ONE + step / frequency
    yield Step("growth a period", growth, r"1 + \frac{y}{f}")
    yield Step("continuous yield", frequency * growth.ln(), r"f \ln\left(1 + \frac{y}{f}\right)")
    yield Step("yield", step, r"P + A = \sum \frac{C_t}{(1 + y / f)^t}, \text{solved for } y")


@formula
def yield_to_maturity(
    coupon: Decimal, dirty: Decimal, count: int, fraction: Decimal = ONE, frequency: int = 2
) -> Working:
    """The yield of a bond with `count` coupons to come, the next after a `fraction` of a period.

    The dirty price is per 100 face. Source: the inverse of `street_price`.
    """
    yield from yield_from_price.steps(coupon_flows(coupon, count, fraction, frequency), dirty, frequency)


@formula
def yield_by_years(coupon: Decimal, price: Decimal, years: Decimal, frequency: int = 2) -> Working:
    """`yield_to_maturity` on a coupon date, for a term in years that is a whole number of coupon periods.

    Source: the inverse of `price_on_coupon_date`.
    """
    yield from yield_to_maturity.steps(coupon, price, whole("years", years * frequency), ONE, frequency)


@formula
def current_yield(coupon: Decimal, clean: Decimal) -> Working:
    """A year's coupons over the clean price: 100 c / P, a fraction a year. Not rounded.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    not_negative(coupon=coupon)
    positive(clean=clean)
    yield Step("current yield", HUNDRED * coupon / clean, r"\frac{100 c}{P}")


def discounts(flows: Sequence[Flow], growth: Decimal) -> Iterator[Decimal]:
    """The discount factor of each payment: a power only where payments are not one period apart.

    Source: the definition of compound interest.
    """
    factor, last = ONE, ZERO
    for flow in flows:
        factor = factor / growth if flow.periods == last + 1 else growth**-flow.periods
        last = flow.periods
        yield factor


def _value(flows: Sequence[Flow], growth: Decimal) -> Decimal:
    paid = zip(flows, discounts(flows, growth), strict=True)
    return sum((flow.amount * factor for flow, factor in paid), ZERO)


def _annuity(growth: Decimal, periods: int) -> Decimal:
    return _value([Flow(Decimal(place), ONE) for place in range(1, periods + 1)], growth)


def _slope(flows: Sequence[Flow], yield_: Decimal, frequency: int) -> Decimal:
    growth = ONE + yield_ / frequency
    paid = zip(flows, discounts(flows, growth), strict=True)
    return -sum((flow.periods * flow.amount * factor for flow, factor in paid), ZERO) / (growth * frequency)
