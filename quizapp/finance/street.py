"""Bonds by their dates, at street convention: accrued interest, clean price, yield, and risk.

`basis` numbers the day counts as in `daycount.year_fraction` (1 is actual/actual); with `ex_dividend` the
next coupon stays with the seller, and accrued interest is negative.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from quizapp.finance.bond import Flow, coupon_flows, street_price, yield_from_price
from quizapp.finance.daycount import ACTUAL_ACTUAL
from quizapp.finance.exact import HUNDRED, ONE, ZERO, decimals, not_negative, positive
from quizapp.finance.formula import Step, Working, formula
from quizapp.finance.risk import flows_risk
from quizapp.finance.schedule import coupon_days, coupon_days_accrued, coupon_days_left, coupons_left


@formula
def accrued(
    coupon: Decimal,
    settlement: date,
    maturity: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    ex_dividend: bool = False,
) -> Working:
    """Accrued interest per 100 face: 100 c / f x days accrued / days of the period.

    Less a whole coupon when ex dividend. Not rounded. Source: UK Debt Management Office, Formulae for
    Calculating Gilt Prices from Yields; Fabozzi, Bond Markets.
    """
    not_negative(coupon=coupon)
    yield from _accrual(coupon, settlement, maturity, frequency, basis, ex_dividend)


@formula
def price_at_yield(
    coupon: Decimal,
    yield_: Decimal,
    settlement: date,
    maturity: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
    ex_dividend: bool = False,
) -> Working:
    """The clean price per 100 face at a yield; the working shows accrued interest and the dirty price.

    Compounds in the fractional period, also in the last one. Not rounded. Source: UK Debt Management Office,
    Formulae for Calculating Gilt Prices from Yields; Microsoft, DAX reference (PRICE).
    """
    flows = _flows(coupon, settlement, maturity, frequency, basis, redemption, ex_dividend)
    *_, interest = _accrual(coupon, settlement, maturity, frequency, basis, ex_dividend)
    *_, dirty = street_price.steps(flows, yield_, frequency)
    yield interest
    yield dirty
    yield Step("clean price", dirty.value - interest.value, r"\text{dirty} - A")


@formula
def yield_at_price(
    coupon: Decimal,
    price: Decimal,
    settlement: date,
    maturity: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
    ex_dividend: bool = False,
    accrued_interest: Decimal | None = None,
) -> Working:
    """The yield at a clean price per 100 face, a fraction a year compounded f times.

    `accrued_interest` stands in for the computed one, where a market rounds it. Source: the inverse of
    `price_at_yield`; Microsoft, DAX reference (YIELD).
    """
    flows = _flows(coupon, settlement, maturity, frequency, basis, redemption, ex_dividend)
    interest = _given_or_accrued(
        accrued_interest, coupon, settlement, maturity, frequency, basis, ex_dividend
    )
    decimals(price=price)
    yield interest
    yield Step("dirty price", price + interest.value, r"P + A")
    yield from yield_from_price.steps(flows, price + interest.value, frequency)


@formula
def risk_at_yield(
    coupon: Decimal,
    yield_: Decimal,
    settlement: date,
    maturity: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
    ex_dividend: bool = False,
) -> Working:
    """The measures of risk at a yield, one step each; the last is the Macaulay duration.

    Source: Microsoft, DAX reference (DURATION, MDURATION); Fabozzi, Bond Markets, Analysis and Strategies.
    """
    flows = _flows(coupon, settlement, maturity, frequency, basis, redemption, ex_dividend)
    yield from flows_risk.steps(flows, yield_, frequency)


@formula
def risk_at_price(
    coupon: Decimal,
    price: Decimal,
    settlement: date,
    maturity: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
    ex_dividend: bool = False,
    accrued_interest: Decimal | None = None,
) -> Working:
    """The measures of risk at a clean price; the working starts with accrued interest and the yield.

    Source: Fabozzi, Bond Markets, Analysis and Strategies.
    """
    flows = _flows(coupon, settlement, maturity, frequency, basis, redemption, ex_dividend)
    steps = yield_at_price.steps(
        coupon,
        price,
        settlement,
        maturity,
        frequency,
        basis,
        redemption,
        ex_dividend,
        accrued_interest,
    )
    yield from steps
    yield from flows_risk.steps(flows, steps[-1].value, frequency)


def _accrual(
    coupon: Decimal, settlement: date, maturity: date, frequency: int, basis: int, ex_dividend: bool
) -> Working:
    days = Decimal(coupon_days_accrued(settlement, maturity, frequency, basis))
    length = coupon_days(settlement, maturity, frequency, basis)
    regular = HUNDRED * coupon / frequency
    yield Step("days accrued", days, r"t")
    yield Step("days of the period", length, r"s")
    kept = ONE if ex_dividend else ZERO
    sign = r"\left(\frac{t}{s} - 1\right)" if ex_dividend else r"\frac{t}{s}"
    yield Step("accrued interest", regular * days / length - regular * kept, rf"\frac{{100 c}}{{f}} {sign}")


def _given_or_accrued(
    given: Decimal | None,
    coupon: Decimal,
    settlement: date,
    maturity: date,
    frequency: int,
    basis: int,
    ex_dividend: bool,
) -> Step:
    if given is not None:
        decimals(accrued_interest=given)
        return Step("accrued interest", given, r"A")
    *_, computed = _accrual(coupon, settlement, maturity, frequency, basis, ex_dividend)
    return computed


def _flows(
    coupon: Decimal,
    settlement: date,
    maturity: date,
    frequency: int,
    basis: int,
    redemption: Decimal,
    ex_dividend: bool,
) -> Sequence[Flow]:
    positive(redemption=redemption)
    days = Decimal(coupon_days_left(settlement, maturity, frequency, basis))
    fraction = days / coupon_days(settlement, maturity, frequency, basis)
    first = ZERO if ex_dividend else None
    count = coupons_left(settlement, maturity, frequency)
    # Some bases let more than a period lie ahead (184 days of 182.5), so the times are moved, not made so.
    regular = coupon_flows(coupon, count, ONE, frequency, first, redemption)
    return tuple(Flow(flow.periods - ONE + fraction, flow.amount) for flow in regular)
