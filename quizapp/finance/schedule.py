"""Coupon dates: the coupon period that a settlement date falls into, and what it leaves of the period."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quizapp.finance.daycount import ACTUAL_ACTUAL, MONTHS, basis_days, coupon_date, regular_days
from quizapp.finance.errors import OutOfRange, WrongDates
from quizapp.finance.exact import counts, exact, few
from quizapp.finance.formula import Step, Working, count, formula


@dataclass(frozen=True)
class CouponPeriod:
    """The coupon dates around settlement, and how many coupons are still to come."""

    previous: date
    following: date
    settlement: date
    count: int

    @property
    def days(self) -> int:
        """The calendar days of the whole period."""
        return (self.following - self.previous).days

    @property
    def days_accrued(self) -> int:
        """The calendar days from the last coupon date to settlement."""
        return (self.settlement - self.previous).days

    @property
    def days_left(self) -> int:
        """The calendar days from settlement to the next coupon."""
        return (self.following - self.settlement).days

    @property
    @exact
    def fraction(self) -> Decimal:
        """The part of the period still to run, days left / days (actual/actual)."""
        return Decimal(self.days_left) / self.days


def coupon_period(settlement: date, maturity: date, frequency: int = 2) -> CouponPeriod:
    """The coupon period around a settlement date, for a bond without odd periods.

    Coupon dates are counted back from maturity; a bond that matures on a month's last day pays on last days.
    On a coupon date itself a new period begins. Calendar dates, no business-day shift. Raises WrongDates
    unless settlement lies before maturity. Source: 31 CFR 356, Appendix B, I.A.1.
    """
    months, count_, following = coupon_months(frequency), 1, maturity
    if settlement >= maturity:
        raise WrongDates(settlement, maturity)
    few(coupons=(maturity.year - settlement.year) * frequency)
    while (previous := coupon_date(maturity, -months * count_)) > settlement:
        following, count_ = previous, count_ + 1
    return CouponPeriod(previous, following, settlement, count_)


def coupon_months(frequency: int) -> int:
    """The months from coupon to coupon; a year must divide into them.

    Source: 31 CFR 356, Appendix B, I.A.1.
    """
    counts(frequency=frequency)
    if MONTHS % frequency:
        raise OutOfRange("frequency", frequency, 1, MONTHS)
    return MONTHS // frequency


@formula
def coupon_days(settlement: date, maturity: date, frequency: int = 2, basis: int = ACTUAL_ACTUAL) -> Working:
    """The days of the coupon period around settlement: actual, or 360 or 365 over the coupons a year.

    `basis` numbers the day counts as in `daycount.year_fraction`. Source: Microsoft, DAX reference
    (COUPDAYS).
    """
    period = coupon_period(settlement, maturity, frequency)
    yield from regular_days.steps(period.previous, period.following, frequency, basis)


@count
def coupon_days_accrued(
    settlement: date, maturity: date, frequency: int = 2, basis: int = ACTUAL_ACTUAL
) -> Working:
    """The days from the last coupon date to settlement.

    `basis` numbers the day counts as in `daycount.year_fraction`. Source: Microsoft, DAX reference
    (COUPDAYBS).
    """
    period = coupon_period(settlement, maturity, frequency)
    days = basis_days(period.previous, settlement, basis)
    yield Step("days accrued", Decimal(days), r"s - r")


@count
def coupon_days_left(
    settlement: date, maturity: date, frequency: int = 2, basis: int = ACTUAL_ACTUAL
) -> Working:
    """The days from settlement to the next coupon date.

    `basis` numbers the day counts as in `daycount.year_fraction`. Source: Microsoft, DAX reference
    (COUPDAYSNC).
    """
    period = coupon_period(settlement, maturity, frequency)
    days = basis_days(settlement, period.following, basis)
    yield Step("days to the next coupon", Decimal(days), r"r")


@count
def coupons_left(settlement: date, maturity: date, frequency: int = 2) -> Working:
    """The coupons still to be paid after settlement, that at maturity included.

    Source: Microsoft, DAX reference (COUPNUM).
    """
    yield Step("coupons", Decimal(coupon_period(settlement, maturity, frequency).count), r"n")
