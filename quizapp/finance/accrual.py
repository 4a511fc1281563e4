"""Interest between coupon dates: accrued interest, clean and dirty prices, the Treasury's daily decimal."""

from decimal import Decimal

from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import HUNDRED, ZERO, counts, half_up, not_negative, positive
from quizapp.finance.formula import Step, Working, formula

THOUSAND = Decimal(1000)
DAILY_PLACES, ACCRUED_PLACES, CENTS = 9, 5, 2


@formula
def accrued_interest(coupon: Decimal, days_accrued: int, period_days: int, frequency: int = 2) -> Working:
    """Accrued interest per 100 face: 100 c / f x days accrued / days of the coupon period (actual/actual).

    c is the coupon rate (a fraction a year), f the coupons a year; days run from the last coupon date to
    settlement. Not rounded. Source: 31 CFR 356, Appendix B, II.D (A = [(s - r) / s] C / 2).
    """
    not_negative(coupon=coupon)
    counts(period_days=period_days, frequency=frequency)
    counts(0, days_accrued=days_accrued)
    if days_accrued > period_days:
        raise OutOfRange("days_accrued", days_accrued, 0, period_days)
    yield Step("coupon payment", HUNDRED * coupon / frequency, r"\frac{100 c}{f}")
    yield Step("part of the period", Decimal(days_accrued) / period_days, r"\frac{t}{s}")
    accrued = HUNDRED * coupon * days_accrued / (frequency * period_days)
    yield Step("accrued interest", accrued, r"\frac{100 c}{f} \times \frac{t}{s}")


@formula
def dirty_price(clean: Decimal, accrued: Decimal) -> Working:
    """What a buyer pays per 100 face: clean price plus accrued interest.

    Source: Tuckman and Serrat, Fixed Income Securities (full price).
    """
    positive(clean=clean)
    not_negative(accrued=accrued)
    yield Step("dirty price", clean + accrued, "P + A")


@formula
def clean_price(dirty: Decimal, accrued: Decimal) -> Working:
    """What is quoted per 100 face: dirty price less accrued interest.

    Source: Tuckman and Serrat, Fixed Income Securities (flat price).
    """
    positive(dirty=dirty)
    not_negative(accrued=accrued)
    yield Step("clean price", dirty - accrued, "(P + A) - A")


@formula
def daily_interest(coupon: Decimal, half_year_days: int) -> Working:
    """The daily interest decimal per 1,000 face: 1000 c / 2 / days of the half-year.

    Rounded half-up to nine decimals. Source: 31 CFR 356, Appendix B, I.A.2 and Table 2.
    """
    not_negative(coupon=coupon)
    counts(half_year_days=half_year_days)
    yield Step("half-year's interest", THOUSAND * coupon / 2, r"\frac{1000 c}{2}")
    daily = half_up(THOUSAND * coupon / (2 * half_year_days), DAILY_PLACES)
    yield Step("daily interest decimal", daily, r"\frac{1000 c}{2 s}, \text{to nine decimals}")


@formula
def stub_interest(
    coupon: Decimal,
    half_year_days: int,
    days: int,
    whole_payments: Decimal = ZERO,
    thousands: Decimal = Decimal(1),
) -> Working:
    """Interest per 1,000 face for some days of a half-year: the daily decimal times the days.

    The daily decimal is rounded to nine decimals before it is multiplied, as the source does; the product is
    exact. `whole_payments` adds full half-years (a long first period), `thousands` is the face in thousands.
    Source: 31 CFR 356, Appendix B, I.A.3-4.
    """
    counts(0, days=days)
    not_negative(whole_payments=whole_payments)
    positive(thousands=thousands)
    if days > half_year_days:
        raise OutOfRange("days", days, 0, half_year_days)
    *_, daily = daily_interest.steps(coupon, half_year_days)
    yield daily
    yield Step("interest of the days", daily.value * days, r"\text{daily decimal} \times t")
    per_thousand = whole_payments + daily.value * days
    yield Step(
        "interest", per_thousand * thousands, r"(\text{full payments} + \text{stub}) \times \text{face}"
    )


@formula
def two_stub_interest(
    coupon: Decimal, first_half_year: int, first_days: int, second_half_year: int, second_days: int
) -> Working:
    """Interest per 1,000 face for days that lie in two half-years: the sum of two stubs.

    Each half-year has its own daily decimal. Source: 31 CFR 356, Appendix B, I.A.4 and I.D.
    """
    first = stub_interest(coupon, first_half_year, first_days)
    second = stub_interest(coupon, second_half_year, second_days)
    yield Step("interest in the first half-year", first, r"\text{daily decimal}_1 \times t_1")
    yield Step("interest in the second half-year", second, r"\text{daily decimal}_2 \times t_2")
    yield Step("interest", first + second, r"\text{first} + \text{second}")


@formula
def accrued_for_face(per_thousand: Decimal, face: Decimal) -> Working:
    """Accrued interest on a face amount, from that per 1,000, which is rounded to five decimals first.

    The product is rounded half-up to five decimals too. Source: 31 CFR 356, Appendix B, I.D.4.
    """
    not_negative(per_thousand=per_thousand)
    positive(face=face)
    rounded = half_up(per_thousand, ACCRUED_PLACES)
    yield Step("per 1,000", rounded, r"\text{rounded to five decimals}")
    accrued = half_up(rounded * face / THOUSAND, ACCRUED_PLACES)
    yield Step("accrued interest", accrued, r"A \frac{F}{1000}")


@formula
def reopening_cost(face: Decimal, price: Decimal, per_thousand: Decimal) -> Working:
    """What a face amount costs at a reopening: price and accrued interest, each rounded to the cent.

    The price is per 100, accrued interest per 1,000. Source: 31 CFR 356, Appendix B, I.D and II.D; 31 CFR
    356.25 (settlement).
    """
    positive(face=face, price=price)
    *_, accrued = accrued_for_face.steps(per_thousand, face)
    paid, interest = half_up(face * price / HUNDRED, CENTS), half_up(accrued.value, CENTS)
    yield Step("price of the face", paid, r"F \frac{P}{100}, \text{ to the cent}")
    yield Step("accrued interest", interest, r"A \frac{F}{1000}, \text{ to the cent}")
    yield Step("settlement amount", paid + interest, r"\text{price} + \text{accrued interest}")
