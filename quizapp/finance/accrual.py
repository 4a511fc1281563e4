"""Interest between coupon dates: accrued interest, clean and dirty prices, the Treasury's daily decimal."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import HUNDRED, counts, exact, half_up, not_negative, positive

THOUSAND = Decimal(1000)
DAILY_PLACES = 9


@exact
def accrued_interest(coupon: Decimal, days_accrued: int, period_days: int, frequency: int = 2) -> Decimal:
    """Accrued interest per 100 face: 100 c / f x days accrued / days of the coupon period (actual/actual).

    c is the coupon rate (a fraction a year), f the coupons a year; days run from the last coupon date to
    settlement. Not rounded. Source: 31 CFR 356, Appendix B, II.D (A = [(s - r) / s] C / 2).
    """
    not_negative(coupon=coupon)
    counts(period_days=period_days, frequency=frequency)
    counts(0, days_accrued=days_accrued)
    if days_accrued > period_days:
        raise OutOfRange("days_accrued", days_accrued, 0, period_days)
    return HUNDRED * coupon * days_accrued / (frequency * period_days)


@exact
def dirty_price(clean: Decimal, accrued: Decimal) -> Decimal:
    """What a buyer pays per 100 face: clean price plus accrued interest.

    Source: Tuckman and Serrat, Fixed Income Securities (full price).
    """
    positive(clean=clean)
    not_negative(accrued=accrued)
    return clean + accrued


@exact
def clean_price(dirty: Decimal, accrued: Decimal) -> Decimal:
    """What is quoted per 100 face: dirty price less accrued interest.

    Source: Tuckman and Serrat, Fixed Income Securities (flat price).
    """
    positive(dirty=dirty)
    not_negative(accrued=accrued)
    return dirty - accrued


@exact
def daily_interest(coupon: Decimal, half_year_days: int) -> Decimal:
    """The daily interest decimal per 1,000 face: 1000 c / 2 / days of the half-year.

    Rounded half-up to nine decimals. Source: 31 CFR 356, Appendix B, I.A.2 and Table 2.
    """
    not_negative(coupon=coupon)
    counts(half_year_days=half_year_days)
    return half_up(THOUSAND * coupon / (2 * half_year_days), DAILY_PLACES)


@exact
def stub_interest(coupon: Decimal, half_year_days: int, days: int) -> Decimal:
    """Interest per 1,000 face for some days of a half-year: the daily decimal times the days.

    The daily decimal is rounded to nine decimals before it is multiplied, as the source does; the product is
    exact. A period that spans two half-years is the sum of two stubs. Source: 31 CFR 356, Appendix B,
    I.A.3-4.
    """
    counts(0, days=days)
    if days > half_year_days:
        raise OutOfRange("days", days, 0, half_year_days)
    return daily_interest(coupon, half_year_days) * days
