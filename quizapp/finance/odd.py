"""Odd first and last coupon periods at street convention: prices from yields, yields from prices.

Lengths are counted in quasi-coupon periods, the regular periods laid over an odd one; `basis` numbers the
day counts as in `daycount.year_fraction`.
"""

from datetime import date
from decimal import Decimal

from quizapp.finance.bond import Flow, street_price, yield_from_price
from quizapp.finance.daycount import ACTUAL_ACTUAL, basis_days, coupon_date, regular_days
from quizapp.finance.errors import WrongDates
from quizapp.finance.exact import HUNDRED, ONE, ZERO, counts, decimals, few, not_negative, positive
from quizapp.finance.formula import Step, Working, formula
from quizapp.finance.schedule import coupon_months


@formula
def first_price(
    coupon: Decimal,
    yield_: Decimal,
    settlement: date,
    maturity: date,
    issue: date,
    first_coupon: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
) -> Working:
    """The clean price per 100 face of a bond in its odd first period, short or long.

    The first coupon is 100 c / f x quasi-coupon periods from issue; settlement lies before it. Not rounded.
    Source: Microsoft, DAX reference (ODDFPRICE); SIA, Standard Securities Calculation Methods.
    """
    flows, interest = _in_first(
        coupon, settlement, maturity, issue, first_coupon, frequency, basis, redemption
    )
    dirty = street_price(flows, yield_, frequency)
    yield Step("first coupon", flows[0].amount, r"\frac{100 c}{f} \sum \frac{\text{DC}_i}{\text{NL}_i}")
    yield Step("dirty price", dirty, r"\sum \frac{C_t}{(1 + y / f)^t}")
    yield Step("accrued interest", interest, r"\frac{100 c}{f} \sum \frac{A_i}{\text{NL}_i}")
    yield Step("clean price", dirty - interest, r"\text{dirty} - A")


@formula
def first_yield(
    coupon: Decimal,
    price: Decimal,
    settlement: date,
    maturity: date,
    issue: date,
    first_coupon: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
) -> Working:
    """The yield at a clean price of a bond in its odd first period, short or long.

    Source: Microsoft, DAX reference (ODDFYIELD), the inverse of `first_price`.
    """
    flows, interest = _in_first(
        coupon, settlement, maturity, issue, first_coupon, frequency, basis, redemption
    )
    decimals(price=price)
    yield Step("accrued interest", interest, r"\frac{100 c}{f} \sum \frac{A_i}{\text{NL}_i}")
    yield Step("dirty price", price + interest, r"P + A")
    yield from yield_from_price.steps(flows, price + interest, frequency)


@formula
def last_price(
    coupon: Decimal,
    yield_: Decimal,
    last_period: Decimal,
    left: Decimal,
    accrued_part: Decimal,
    frequency: int = 2,
    redemption: Decimal = HUNDRED,
) -> Working:
    """The clean price per 100 face of a bond in its last period, odd or regular, with simple interest.

    (R + 100 c / f x DC) / (1 + DSC y / f) - 100 c / f x A: the last period, what is left of it and what has
    accrued, in quasi-coupon periods. Not rounded. Source: Microsoft, DAX reference (ODDLPRICE).
    """
    regular = _last(coupon, last_period, left, accrued_part, frequency, redemption)
    decimals(yield_=yield_)
    final, growth = redemption + regular * last_period, ONE + left * yield_ / frequency
    positive(growth=growth)
    yield Step("final payment", final, r"R + \frac{100 c}{f} \text{DC}")
    yield Step(
        "dirty price", final / growth, r"\frac{R + \frac{100 c}{f} \text{DC}}{1 + \text{DSC} \frac{y}{f}}"
    )
    yield Step("accrued interest", regular * accrued_part, r"\frac{100 c}{f} A")
    yield Step("clean price", final / growth - regular * accrued_part, r"\text{dirty} - A")


@formula
def last_yield(
    coupon: Decimal,
    price: Decimal,
    last_period: Decimal,
    left: Decimal,
    accrued_part: Decimal,
    frequency: int = 2,
    redemption: Decimal = HUNDRED,
) -> Working:
    """The yield at a clean price of a bond in its last period, odd or regular, with simple interest.

    Source: Microsoft, DAX reference (ODDLYIELD), the inverse of `last_price`.
    """
    regular = _last(coupon, last_period, left, accrued_part, frequency, redemption)
    positive(price=price)
    final, dirty = redemption + regular * last_period, price + regular * accrued_part
    yield Step("final payment", final, r"R + \frac{100 c}{f} \text{DC}")
    yield Step("dirty price", dirty, r"P + \frac{100 c}{f} A")
    yield Step(
        "yield", (final - dirty) * frequency / (dirty * left), r"\frac{F - P}{P} \times \frac{f}{\text{DSC}}"
    )


@formula
def last_price_by_dates(
    coupon: Decimal,
    yield_: Decimal,
    settlement: date,
    maturity: date,
    last_coupon: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
) -> Working:
    """`last_price` from the dates: the last regular coupon, settlement, maturity.

    Source: Microsoft, DAX reference (ODDLPRICE).
    """
    lengths = _in_last(settlement, maturity, last_coupon, frequency, basis)
    yield from last_price.steps(coupon, yield_, *lengths, frequency, redemption)


@formula
def last_yield_by_dates(
    coupon: Decimal,
    price: Decimal,
    settlement: date,
    maturity: date,
    last_coupon: date,
    frequency: int = 2,
    basis: int = ACTUAL_ACTUAL,
    redemption: Decimal = HUNDRED,
) -> Working:
    """`last_yield` from the dates: the last regular coupon, settlement, maturity.

    Source: Microsoft, DAX reference (ODDLYIELD).
    """
    lengths = _in_last(settlement, maturity, last_coupon, frequency, basis)
    yield from last_yield.steps(coupon, price, *lengths, frequency, redemption)


def _in_first(
    coupon: Decimal,
    settlement: date,
    maturity: date,
    issue: date,
    first_coupon: date,
    frequency: int,
    basis: int,
    redemption: Decimal,
) -> tuple[tuple[Flow, ...], Decimal]:
    not_negative(coupon=coupon)
    positive(redemption=redemption)
    for earlier, later in ((settlement, first_coupon), (first_coupon, maturity)):
        if earlier >= later:
            raise WrongDates(earlier, later)
    if settlement < issue:
        raise WrongDates(issue, settlement)
    months = coupon_months(frequency)
    few(coupons=(maturity.year - issue.year) * frequency)
    regular = HUNDRED * coupon / frequency
    to_first = _quasi_periods(settlement, first_coupon, first_coupon, months, frequency, basis)
    whole = _quasi_periods(issue, first_coupon, first_coupon, months, frequency, basis)
    elapsed = _quasi_periods(issue, settlement, first_coupon, months, frequency, basis)
    flows = [Flow(to_first, regular * whole)]
    while coupon_date(maturity, -months * (len(flows) - 1)) > first_coupon:
        flows.append(Flow(to_first + len(flows), regular))
    flows[-1] = Flow(flows[-1].periods, flows[-1].amount + redemption)
    return tuple(flows), regular * elapsed


def _in_last(
    settlement: date, maturity: date, last_coupon: date, frequency: int, basis: int
) -> tuple[Decimal, Decimal, Decimal]:
    if settlement < last_coupon:
        raise WrongDates(last_coupon, settlement)
    if settlement >= maturity:
        raise WrongDates(settlement, maturity)
    months = coupon_months(frequency)
    few(coupons=(maturity.year - last_coupon.year) * frequency)
    spans = ((last_coupon, maturity), (settlement, maturity), (last_coupon, settlement))
    whole, left, elapsed = (
        _quasi_periods(start, end, last_coupon, months, frequency, basis) for start, end in spans
    )
    return whole, left, elapsed


def _quasi_periods(start: date, end: date, anchor: date, months: int, frequency: int, basis: int) -> Decimal:
    """The quasi-coupon periods from start to end, on regular dates through the anchor."""
    place, total = 0, ZERO
    while coupon_date(anchor, place * months) < end:
        place += 1
    while coupon_date(anchor, (place - 1) * months) >= end:
        place -= 1
    while (ends := coupon_date(anchor, place * months)) > start:
        begins = coupon_date(anchor, (place - 1) * months)
        length = regular_days(begins, ends, frequency, basis)
        total += basis_days(max(start, begins), min(end, ends), basis) / length
        place -= 1
    return total


def _last(
    coupon: Decimal,
    last_period: Decimal,
    left: Decimal,
    accrued_part: Decimal,
    frequency: int,
    redemption: Decimal,
) -> Decimal:
    not_negative(coupon=coupon, accrued_part=accrued_part)
    positive(last_period=last_period, left=left, redemption=redemption)
    counts(frequency=frequency)
    return HUNDRED * coupon / frequency
