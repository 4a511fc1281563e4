"""Floating rate notes of the US Treasury: the index from the bill auction, interest, and price."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.bill import BANK_YEAR
from quizapp.finance.errors import OutOfRange, UnequalLengths
from quizapp.finance.exact import HUNDRED, ONE, ZERO, counts, decimals, filled, half_up, not_negative
from quizapp.finance.formula import Step, Working, formula

INDEX_PLACES = 11
DAILY_PLACES = 9


@formula
def index_rate(discount: Decimal, days: int) -> Working:
    """The index: the 13-week bill's high discount rate as simple interest on the price, actual/360.

    d / (1 - d r / 360), a fraction a year, rounded half-up to nine decimals of a per cent (eleven of the
    fraction). Source: 31 CFR 356, Appendix B, IV.B.
    """
    decimals(discount=discount)
    counts(days=days)
    paid = BANK_YEAR - discount * days
    if paid <= 0:
        raise OutOfRange("discount", discount, None, Decimal(BANK_YEAR) / days)
    yield Step("price paid for 1", paid / BANK_YEAR, r"1 - d \frac{r}{360}")
    index = half_up(discount * BANK_YEAR / paid, INDEX_PLACES)
    yield Step("index rate", index, r"\frac{d}{1 - d r / 360}, \text{to nine decimals of a per cent}")


@formula
def interest(index: Decimal, spread: Decimal, days: int, accrued: Decimal = ZERO) -> Working:
    """Interest per 100 face for some days at one index rate: daily accrual x days, actual/360.

    The daily accrual, 100 (index + spread) / 360 and at least 0, is rounded half-up to nine decimals before
    it is multiplied, as the source does. `accrued` adds what accrued at earlier rates of the quarter. Rates
    are fractions a year. Source: 31 CFR 356, Appendix B, IV.D.
    """
    counts(0, days=days)
    not_negative(accrued=accrued)
    coupon = _coupon(index, spread)
    yield Step("interest rate", coupon, r"\max(\text{index} + \text{spread}, 0)")
    daily = half_up(HUNDRED * coupon / BANK_YEAR, DAILY_PLACES)
    yield Step("daily interest", daily, r"\frac{100 \times \text{rate}}{360}, \text{to nine decimals}")
    yield Step("interest of the days", daily * days, r"\text{daily interest} \times \text{days}")
    yield Step("interest", accrued + daily * days, r"\text{accrued} + \text{interest of the days}")


@formula
def interest_over(indexes: Sequence[Decimal], days: Sequence[int], spread: Decimal) -> Working:
    """Interest per 100 face for a quarter with several index rates, each in force for some days.

    The sum of `interest` over the parts. Source: 31 CFR 356, Appendix B, IV.D.
    """
    filled("indexes", indexes)
    if len(indexes) != len(days):
        raise UnequalLengths("days", len(days), len(indexes))
    parts = [interest(index, spread, some) for index, some in zip(indexes, days, strict=True)]
    for place, part in enumerate(parts, start=1):
        yield Step(f"interest at rate {place}", part, r"\text{daily interest} \times \text{days}")
    yield Step("interest", sum(parts, ZERO), r"\text{sum of the parts}")


def _coupon(index: Decimal, spread: Decimal) -> Decimal:
    decimals(index=index, spread=spread)
    return max(index + spread, ZERO)


@formula
def price(
    index: Decimal, spread: Decimal, margin: Decimal, days: Sequence[int], accrued: Decimal = ZERO
) -> Working:
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
    dirty = value + HUNDRED / growth
    yield Step("interest rate", coupon, r"\max(\text{index} + \text{spread}, 0)")
    yield Step("value of the interest", value, r"\sum \frac{\text{interest}_t}{\text{growth}_t}")
    yield Step("value of the face", HUNDRED / growth, r"\frac{100}{\text{growth}_n}")
    yield Step("clean price", dirty - accrued, r"\text{dirty} - A")
    yield Step("dirty price", dirty, r"\text{value of interest} + \text{value of the face}")
