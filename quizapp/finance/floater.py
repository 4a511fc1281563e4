"""Floating rate notes of the US Treasury: the index from the bill auction, interest, and price."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.bill import BANK_YEAR
from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import HUNDRED, ONE, ZERO, counts, decimals, exact, filled, half_up, not_negative

INDEX_PLACES = 11
DAILY_PLACES = 9


@exact
def index_rate(discount: Decimal, days: int) -> Decimal:
    """The index: the 13-week bill's high discount rate as simple interest on the price, actual/360.

    d / (1 - d r / 360), a fraction a year, rounded half-up to nine decimals of a per cent (eleven of the
    fraction). Source: 31 CFR 356, Appendix B, IV.B.
    """
    decimals(discount=discount)
    counts(days=days)
    paid = BANK_YEAR - discount * days
    if paid <= 0:
        raise OutOfRange("discount", discount, None, Decimal(BANK_YEAR) / days)
    return half_up(discount * BANK_YEAR / paid, INDEX_PLACES)


@exact
def interest(index: Decimal, spread: Decimal, days: int) -> Decimal:
    """Interest per 100 face for some days at one index rate: daily accrual x days, actual/360.

    The daily accrual, 100 (index + spread) / 360 and at least 0, is rounded half-up to nine decimals before
    it is multiplied, as the source does. A quarter with several index rates is a sum of such parts. Rates are
    fractions a year. Source: 31 CFR 356, Appendix B, IV.D.
    """
    counts(0, days=days)
    return half_up(HUNDRED * _coupon(index, spread) / BANK_YEAR, DAILY_PLACES) * days


def _coupon(index: Decimal, spread: Decimal) -> Decimal:
    decimals(index=index, spread=spread)
    return max(index + spread, ZERO)


@exact
def price(
    index: Decimal, spread: Decimal, margin: Decimal, days: Sequence[int], accrued: Decimal = ZERO
) -> Decimal:
    """The dirty price per 100 face at a discount margin, the index held where it is.

    Each of the coming periods of `days` pays 100 x max(index + spread, 0) x days / 360, the first also the
    interest already `accrued`, the last also 100; each is discounted period by period with
    1 + (index + margin) x days / 360. Take accrued interest off for the price. Not rounded; the US Treasury
    publishes six decimals. Source: 31 CFR 356, Appendix B, IV.A-C.
    """
    filled("days", days)
    counts(**{f"days_{place}": one for place, one in enumerate(days)})
    decimals(margin=margin)
    not_negative(accrued=accrued)
    coupon, growth, value = _coupon(index, spread), ONE, ZERO
    for place, one in enumerate(days):
        growth *= ONE + (index + margin) * one / BANK_YEAR
        if growth <= 0:
            raise OutOfRange("margin", margin, None, None)
        value += (HUNDRED * coupon * one / BANK_YEAR + (accrued if place == 0 else ZERO)) / growth
    return value + HUNDRED / growth
