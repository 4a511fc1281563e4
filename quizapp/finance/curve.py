"""The yield curve: discount factors, spot, par and forward rates, and what rolling down it earns."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.bond import price_on_coupon_date
from quizapp.finance.errors import OutOfRange
from quizapp.finance.exact import (
    HUNDRED,
    ONE,
    ZERO,
    counts,
    decimals,
    exact,
    filled,
    grows,
    not_negative,
    positive,
)


@exact
def discount_factor(spot: Decimal, years: Decimal, per_year: int = 1) -> Decimal:
    """Today's value of 1 paid after so many years: (1 + z / m)^(-m t).

    z is the spot rate (a fraction a year, compounded m times). Not rounded. Source: Tuckman and Serrat, Fixed
    Income Securities.
    """
    not_negative(years=years)
    return grows(spot, per_year, "spot") ** (-per_year * years)


@exact
def spot_rate(factor: Decimal, years: Decimal, per_year: int = 1) -> Decimal:
    """The spot rate behind a discount factor: m (d^(-1 / (m t)) - 1), a fraction a year. Not rounded.

    Source: the inverse of `discount_factor`.
    """
    positive(factor=factor, years=years)
    counts(per_year=per_year)
    return (factor ** (-ONE / (per_year * years)) - ONE) * per_year


@exact
def next_factor(price: Decimal, payment: Decimal, earlier: Sequence[Decimal]) -> Decimal:
    """The discount factor of a bond's last date from those of its earlier dates: one step of a bootstrap.

    d_n = (P - c (d_1 + ... + d_(n-1))) / (100 + c): price P and coupon payment c per 100 face. Not rounded.
    Raises OutOfRange where the price leaves nothing for the last date. Source: Hull, Options, Futures, and
    Other Derivatives (bootstrap method).
    """
    positive(price=price)
    not_negative(payment=payment)
    decimals(**{f"earlier_{place}": factor for place, factor in enumerate(earlier)})
    rest = price - payment * sum(earlier, ZERO)
    if rest <= 0:
        raise OutOfRange("price", price, payment * sum(earlier, ZERO), None)
    return rest / (HUNDRED + payment)


@exact
def bootstrap(par_coupons: Sequence[Decimal], per_year: int = 1) -> tuple[Decimal, ...]:
    """The spot rates for 1, 2, ... periods from bonds at par with those maturities.

    Compounded m times a year. A coupon rate c is paid as c / m a period; rates are fractions a year. Not
    rounded. Source: Hull, Options, Futures, and Other Derivatives (bootstrap method).
    """
    filled("par_coupons", par_coupons)
    counts(per_year=per_year)
    factors: list[Decimal] = []
    for coupon in par_coupons:
        decimals(coupon=coupon)
        factors.append(next_factor(HUNDRED, HUNDRED * coupon / per_year, factors))
    return tuple((factor ** (-ONE / place) - ONE) * per_year for place, factor in enumerate(factors, start=1))


@exact
def price_from_factors(payment: Decimal, factors: Sequence[Decimal]) -> Decimal:
    """The price per 100 face of a bond that pays `payment` at each date: c (d_1 + ... + d_n) + 100 d_n.

    Not rounded. Source: Tuckman and Serrat, Fixed Income Securities.
    """
    filled("factors", factors)
    not_negative(payment=payment)
    positive(**{f"factor_{place}": factor for place, factor in enumerate(factors)})
    return payment * sum(factors, ZERO) + HUNDRED * factors[-1]


@exact
def par_rate(factors: Sequence[Decimal], per_year: int = 1) -> Decimal:
    """The coupon rate of a bond at par on these discount factors: m (1 - d_n) / (d_1 + ... + d_n).

    Factors stand for consecutive coupon dates; the rate is a fraction a year. Not rounded. Source: Tuckman
    and Serrat, Fixed Income Securities.
    """
    filled("factors", factors)
    counts(per_year=per_year)
    positive(**{f"factor_{place}": factor for place, factor in enumerate(factors)})
    return (ONE - factors[-1]) * per_year / sum(factors, ZERO)


@exact
def forward_rate(
    near: Decimal, near_years: Decimal, far: Decimal, far_years: Decimal, per_year: int = 1
) -> Decimal:
    """The rate agreed today for the time between two dates, from the spot rates to each of them.

    f solves (1 + z1 / m)^(m t1) (1 + f / m)^(m (t2 - t1)) = (1 + z2 / m)^(m t2); m = 2 compounds
    semiannually. Fractions a year. Not rounded. Source: Tuckman and Serrat, Fixed Income Securities.
    """
    not_negative(near_years=near_years)
    decimals(far_years=far_years)
    if far_years <= near_years:
        raise OutOfRange("far_years", far_years, near_years, None)
    growth = discount_factor(near, near_years, per_year) / discount_factor(far, far_years, per_year)
    return (growth ** (ONE / (per_year * (far_years - near_years))) - ONE) * per_year


@exact
def horizon_return(
    coupon: Decimal, yield_now: Decimal, yield_then: Decimal, count: int, held: int, frequency: int = 2
) -> Decimal:
    """The return, not annualised, of a bond with `count` periods to run that is sold after `held` of them.

    (price at yield_then with count - held periods left + coupons received - price at yield_now) / price at
    yield_now, on coupon dates, coupons not reinvested; a fraction. Not rounded. Source: Ilmanen, Expected
    Returns (carry and roll-down on an unchanged curve).
    """
    bought, sold = _bought_and_sold(coupon, yield_now, yield_then, count, held, frequency)
    return (sold + HUNDRED * coupon * held / frequency - bought) / bought


@exact
def roll_down_return(
    coupon: Decimal, yield_now: Decimal, yield_then: Decimal, count: int, held: int, frequency: int = 2
) -> Decimal:
    """The part of `horizon_return` that comes from the lower yield of the shorter maturity alone; a fraction.

    (sale at yield_then - sale at yield_now) / purchase price; zero on a flat curve. Not rounded. Source:
    Ilmanen, Expected Returns (carry and roll-down on an unchanged curve).
    """
    bought, sold = _bought_and_sold(coupon, yield_now, yield_then, count, held, frequency)
    return (sold - price_on_coupon_date(coupon, yield_now, count - held, frequency)) / bought


def _bought_and_sold(
    coupon: Decimal, yield_now: Decimal, yield_then: Decimal, count: int, held: int, frequency: int
) -> tuple[Decimal, Decimal]:
    counts(count=count, held=held)
    if held >= count:
        raise OutOfRange("held", held, 1, count - 1)
    return (
        price_on_coupon_date(coupon, yield_now, count, frequency),
        price_on_coupon_date(coupon, yield_then, count - held, frequency),
    )
