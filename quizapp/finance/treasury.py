"""Prices of Treasury notes and bonds at auction, for every kind of first period that the rules know.

C is the interest of a year per 100 face (8.75 for 8 3/4%), i the yield (a fraction a year), n the full
half-years after the coupon that falls r of s days away. Each working shows v, v^n, a_n, F, P + A, A and P.
"""

from decimal import Decimal

from quizapp.finance.accrual import accrued_interest
from quizapp.finance.bond import treasury_price
from quizapp.finance.exact import HUNDRED, ZERO, counts, grows, not_negative
from quizapp.finance.formula import Step, Working, formula
from quizapp.finance.inflation import settlement_amount


@formula
def regular(
    interest: Decimal, yield_: Decimal, full_periods: int, days_to_coupon: int, period_days: int
) -> Working:
    """The price per 100 face with regular half-years only, new (r = s) or reopened between coupon dates.

    A = (s - r) / s x C / 2. Not rounded. Source: 31 CFR 356, Appendix B, II.A and II.D.
    """
    half = _half(interest, days_to_coupon, period_days)
    accrued = accrued_interest(interest / HUNDRED, period_days - days_to_coupon, period_days)
    yield from _priced(interest, yield_, full_periods, days_to_coupon, period_days, half, accrued)


@formula
def short_first(
    interest: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    stub_days: int | None = None,
) -> Working:
    """The price per 100 face at issue with a short first period: F = r / s x C / 2, nothing accrued.

    Not rounded. Source: 31 CFR 356, Appendix B, II.B.
    """
    half = _half(interest, days_to_coupon, period_days)
    stub = _stub(days_to_coupon, stub_days)
    first = half * stub / period_days
    yield from _priced(interest, yield_, full_periods, days_to_coupon, period_days, first, ZERO)


@formula
def long_first(
    interest: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    stub_days: int | None = None,
) -> Working:
    """The price per 100 face at issue with a long first period: r of s days, then a full half-year.

    The stub's interest is paid a half-year later, so F = v r / s x C / 2. Not rounded. Source: 31 CFR 356,
    Appendix B, II.C.
    """
    half = _half(interest, days_to_coupon, period_days)
    stub = _stub(days_to_coupon, stub_days)
    first = half * stub / period_days / grows(yield_, 2, "yield_")
    yield from _priced(interest, yield_, full_periods, days_to_coupon, period_days, first, ZERO)


@formula
def reopened_in_short_first(
    interest: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    stub_days: int | None = None,
) -> Working:
    """The price per 100 face when reopened inside a short first period of `stub_days` (r').

    F = r' / s x C / 2 and A = (r' - r) / s x C / 2. Not rounded. Source: 31 CFR 356, Appendix B, II.F.
    """
    half = _half(interest, days_to_coupon, period_days)
    stub = _stub(days_to_coupon, stub_days)
    first, accrued = half * stub / period_days, half * (stub - days_to_coupon) / period_days
    yield from _priced(interest, yield_, full_periods, days_to_coupon, period_days, first, accrued)


@formula
def reopened_in_stub_of_long_first(
    interest: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    stub_days: int | None = None,
) -> Working:
    """The price per 100 face when reopened in the stub of a long first period; the stub had r' days.

    F = v r' / s x C / 2 and A = (r' - r) / s x C / 2. Not rounded. Source: 31 CFR 356, Appendix B, II.G.
    """
    half = _half(interest, days_to_coupon, period_days)
    stub = _stub(days_to_coupon, stub_days)
    first = half * stub / period_days / grows(yield_, 2, "yield_")
    accrued = half * (stub - days_to_coupon) / period_days
    yield from _priced(interest, yield_, full_periods, days_to_coupon, period_days, first, accrued)


@formula
def reopened_in_regular_part_of_long_first(
    interest: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    stub_days: int = 0,
    stub_period_days: int | None = None,
) -> Working:
    """The price per 100 face when reopened in the full half-year of a long first period.

    The stub before it had r' of s'' days: F = (r' / s'' + 1) C / 2 and A = (r' / s'' + (s - r) / s) C / 2.
    Not rounded. Source: 31 CFR 356, Appendix B, II.E.
    """
    half = _half(interest, days_to_coupon, period_days)
    length = period_days if stub_period_days is None else stub_period_days
    counts(0, stub_days=stub_days)
    counts(stub_period_days=length)
    carried = half * stub_days / length
    accrued = carried + half * (period_days - days_to_coupon) / period_days
    yield from _priced(interest, yield_, full_periods, days_to_coupon, period_days, carried + half, accrued)


@formula
def tips_settlement(
    interest: Decimal,
    yield_: Decimal,
    full_periods: int,
    days_to_coupon: int,
    period_days: int,
    ratio: Decimal = Decimal(1),
) -> Working:
    """What an inflation-protected security costs per 100 of original face, new or reopened.

    The real price and interest of `regular`, each times the index ratio: the working shows both, and their
    sum, the settlement amount. Not rounded. Source: 31 CFR 356, Appendix B, III.
    """
    steps = regular.steps(interest, yield_, full_periods, days_to_coupon, period_days)
    not_negative(ratio=ratio)
    yield from steps
    accrued, price = (step.value for step in steps[-2:])
    yield Step("adjusted P", price * ratio, r"P \times \text{index ratio}")
    yield Step("adjusted A", accrued * ratio, r"A \times \text{index ratio}")
    *_, amount = settlement_amount.steps(price, accrued, ratio)
    yield amount


def _half(interest: Decimal, days_to_coupon: int, period_days: int) -> Decimal:
    not_negative(interest=interest)
    counts(0, days_to_coupon=days_to_coupon)
    counts(period_days=period_days)
    return interest / 2


def _stub(days_to_coupon: int, stub_days: int | None) -> int:
    stub = days_to_coupon if stub_days is None else stub_days
    counts(days_to_coupon, stub_days=stub)
    return stub


def _priced(
    interest: Decimal, yield_: Decimal, n: int, r: int, s: int, first: Decimal, accrued: Decimal
) -> Working:
    steps = treasury_price.steps(interest / HUNDRED, yield_, n, r, s, first)
    yield from steps
    yield Step("A", accrued, r"\text{accrued interest}")
    yield Step("P", steps[-1].value - accrued, r"(P + A) - A")
