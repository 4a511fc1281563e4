"""Treasury futures: the conversion factor, and what delivery and financing make of a basis.

The invoice amount and the gross basis are with the forward prices in `repo`.
"""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import ONE, counts, half_up, not_negative, positive
from quizapp.finance.formula import Step, Working, formula

NOTIONAL, PLACES = Decimal("0.06"), 4
HALF_YEAR, YEAR, QUARTER, MONTH = 6, 12, 3, 1


@formula
def conversion_factor(coupon: Decimal, years: int, months: int, rounded_to: int = QUARTER) -> Working:
    """The factor of a futures contract: a note's price per 1 of face at a yield of 6%, to four decimals.

    `years` and `months` run from the first day of the delivery month to maturity (or first call); months are
    cut down to whole quarters for the 10-year note and the bonds, to whole months (`rounded_to` 1) for the
    2-, 3- and 5-year notes. Source: CME Group, Calculating U.S. Treasury Futures Conversion Factors.
    """
    not_negative(coupon=coupon)
    counts(0, years=years, months=months)
    counts(rounded_to=rounded_to)
    if months >= YEAR:
        raise OutOfRange("months", months, 0, YEAR - 1)
    if rounded_to not in (MONTH, QUARTER):
        raise OutOfRange("rounded_to", rounded_to, MONTH, QUARTER)
    z = months - months % rounded_to
    odd = z >= HALF_YEAR + MONTH
    over = QUARTER if rounded_to == QUARTER else z - HALF_YEAR
    v = over if odd else z
    growth = ONE + NOTIONAL / 2
    a = growth ** -(Decimal(v) / HALF_YEAR)
    b = coupon / 2 * (HALF_YEAR - v) / HALF_YEAR
    c = growth ** -(2 * years + odd)
    d = coupon / NOTIONAL * (ONE - c)
    yield Step("z", Decimal(z), r"\text{months, cut down}")
    yield Step("v", Decimal(v), r"z, \text{ or what exceeds a half-year}")
    yield Step("a", a, r"1.03^{-v / 6}")
    yield Step("b", b, r"\frac{\text{coupon}}{2} \times \frac{6 - v}{6}")
    yield Step("c", c, r"1.03^{-2n} \text{ or } 1.03^{-(2n + 1)}")
    yield Step("d", d, r"\frac{\text{coupon}}{0.06} (1 - c)")
    exact = a * (coupon / 2 + c + d) - b
    yield Step("exact factor", exact, r"a \left(\frac{\text{coupon}}{2} + c + d\right) - b")
    yield Step("conversion factor", half_up(exact, PLACES), r"\text{rounded to four decimals}")


@formula
def net_basis(gross: Decimal, carry: Decimal) -> Working:
    """The gross basis less the carry to delivery, per 100 face. Exact.

    Source: Burghardt and Belton, The Treasury Bond Basis.
    """
    yield Step("net basis", gross - carry, r"\text{gross basis} - \text{carry}")


@formula
def implied_repo(
    dirty: Decimal, futures: Decimal, factor: Decimal, accrued_at_delivery: Decimal, days: int
) -> Working:
    """The rate that buying a bond and selling the futures earns, no coupon between: (I / P - 1) x 360 / d.

    I is the invoice price per 100 face at delivery, P the dirty price paid. Not rounded. Source: Burghardt
    and Belton, The Treasury Bond Basis.
    """
    positive(dirty=dirty, futures=futures, factor=factor)
    not_negative(accrued_at_delivery=accrued_at_delivery)
    counts(days=days)
    invoice = futures * factor + accrued_at_delivery
    yield Step("invoice price", invoice, r"F \times \text{CF} + A")
    yield Step(
        "implied repo rate", (invoice - dirty) * 360 / (dirty * days), r"\frac{I - P}{P} \frac{360}{d}"
    )
