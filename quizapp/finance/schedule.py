"""Coupon dates: the coupon period that a settlement date falls into, and what it leaves of the period."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quizapp.finance.errors import OutOfRange, WrongDates
from quizapp.finance.exact import counts, exact

MONTHS = 12


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
    counts(frequency=frequency)
    if MONTHS % frequency:
        raise OutOfRange("frequency", frequency, 1, MONTHS)
    if settlement >= maturity:
        raise WrongDates(settlement, maturity)
    months, count, following = MONTHS // frequency, 1, maturity
    while (previous := _months_before(maturity, months * count)) > settlement:
        following, count = previous, count + 1
    return CouponPeriod(previous, following, settlement, count)


def _months_before(maturity: date, months: int) -> date:
    year, month = divmod(maturity.year * MONTHS + maturity.month - 1 - months, MONTHS)
    last = monthrange(year, month + 1)[1]
    at_month_end = maturity.day == monthrange(maturity.year, maturity.month)[1]
    return date(year, month + 1, last if at_month_end else min(maturity.day, last))
