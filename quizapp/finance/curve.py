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
from quizapp.finance.formula import Step, Working, formula

BASIS_POINT = Decimal("0.0001")


@formula
def discount_factor(spot: Decimal, years: Decimal, per_year: int = 1) -> Working:
    """Today's value of 1 paid after so many years: (1 + z / m)^(-m t).

    z is the spot rate (a fraction a year, compounded m times). Not rounded. Source: Tuckman and Serrat, Fixed
    Income Securities.
    """
    not_negative(years=years)
    growth = grows(spot, per_year, "spot")
    yield Step("growth a period", growth, r"1 + \frac{z}{m}")
    factor = growth ** (-per_year * years)
    yield Step("discount factor", factor, r"\left(1 + \frac{z}{m}\right)^{-m t}")


@formula
def spot_rate(factor: Decimal, years: Decimal, per_year: int = 1) -> Working:
    """The spot rate behind a discount factor: m (d^(-1 / (m t)) - 1), a fraction a year. Not rounded.

    Source: the inverse of `discount_factor`.
    """
    positive(factor=factor, years=years)
    counts(per_year=per_year)
    growth = factor ** (-ONE / (per_year * years))
    yield Step("growth a period", growth, r"d^{-1 / (m t)}")
    yield Step("spot rate", (growth - ONE) * per_year, r"m \left(d^{-1 / (m t)} - 1\right)")


@formula
def next_factor(price: Decimal, payment: Decimal, earlier: Sequence[Decimal]) -> Working:
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
    yield Step("value of the earlier payments", price - rest, r"c (d_1 + \dots + d_{n-1})")
    yield Step("value of the last payment", rest, r"P - c (d_1 + \dots + d_{n-1})")
    factor = rest / (HUNDRED + payment)
    yield Step("discount factor", factor, r"\frac{P - c (d_1 + \dots + d_{n-1})}{100 + c}")


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


@formula
def price_from_factors(payment: Decimal, factors: Sequence[Decimal]) -> Working:
    """The price per 100 face of a bond that pays `payment` at each date: c (d_1 + ... + d_n) + 100 d_n.

    Not rounded. Source: Tuckman and Serrat, Fixed Income Securities.
    """
    filled("factors", factors)
    not_negative(payment=payment)
    positive(**{f"factor_{place}": factor for place, factor in enumerate(factors)})
    coupons = payment * sum(factors, ZERO)
    yield Step("value of the coupons", coupons, r"c (d_1 + \dots + d_n)")
    yield Step("value of the face", HUNDRED * factors[-1], "100 d_n")
    yield Step("price", coupons + HUNDRED * factors[-1], r"c (d_1 + \dots + d_n) + 100 d_n")


@formula
def par_rate(factors: Sequence[Decimal], per_year: int = 1) -> Working:
    """The coupon rate of a bond at par on these discount factors: m (1 - d_n) / (d_1 + ... + d_n).

    Factors stand for consecutive coupon dates; the rate is a fraction a year. Not rounded. Source: Tuckman
    and Serrat, Fixed Income Securities.
    """
    filled("factors", factors)
    counts(per_year=per_year)
    positive(**{f"factor_{place}": factor for place, factor in enumerate(factors)})
    annuity = sum(factors, ZERO)
    yield Step("sum of the factors", annuity, r"d_1 + \dots + d_n")
    rate = (ONE - factors[-1]) * per_year / annuity
    yield Step("par rate", rate, r"\frac{m (1 - d_n)}{d_1 + \dots + d_n}")


@formula
def forward_rate(
    near: Decimal, near_years: Decimal, far: Decimal, far_years: Decimal, per_year: int = 1
) -> Working:
    """The rate agreed today for the time between two dates, from the spot rates to each of them.

    f solves (1 + z1 / m)^(m t1) (1 + f / m)^(m (t2 - t1)) = (1 + z2 / m)^(m t2); m = 2 compounds
    semiannually. Fractions a year. Not rounded. Source: Tuckman and Serrat, Fixed Income Securities.
    """
    _later(near_years, far_years)
    growth = discount_factor(near, near_years, per_year) / discount_factor(far, far_years, per_year)
    yield Step("growth", growth, r"\frac{(1 + z_2 / m)^{m t_2}}{(1 + z_1 / m)^{m t_1}}")
    rate = (growth ** (ONE / (per_year * (far_years - near_years))) - ONE) * per_year
    yield Step("forward rate", rate, r"m \left(\text{growth}^{1 / (m (t_2 - t_1))} - 1\right)")


@formula
def forward_continuous(near: Decimal, near_years: Decimal, far: Decimal, far_years: Decimal) -> Working:
    """The forward rate from continuously compounded spot rates: (z2 t2 - z1 t1) / (t2 - t1).

    Fractions a year. Not rounded. Source: Hull, Options, Futures, and Other Derivatives (forward rates).
    """
    _later(near_years, far_years)
    decimals(near=near, far=far)
    rate = (far * far_years - near * near_years) / (far_years - near_years)
    yield Step("forward rate", rate, r"\frac{z_2 t_2 - z_1 t_1}{t_2 - t_1}")


@formula
def forward_from_factors(
    near_factor: Decimal, far_factor: Decimal, years: Decimal = ONE, per_year: int = 1
) -> Working:
    """The forward rate between two dates `years` apart from the discount factors to each of them.

    m ((d1 / d2)^(1 / (m t)) - 1), a fraction a year. Not rounded. Source: Tuckman and Serrat, Fixed Income
    Securities.
    """
    positive(near_factor=near_factor, far_factor=far_factor, years=years)
    counts(per_year=per_year)
    growth = near_factor / far_factor
    yield Step("growth", growth, r"\frac{d_1}{d_2}")
    rate = (growth ** (ONE / (per_year * years)) - ONE) * per_year
    yield Step("forward rate", rate, r"m \left((d_1 / d_2)^{1 / (m t)} - 1\right)")


@formula
def slope_change(short_then: Decimal, long_then: Decimal, short_now: Decimal, long_now: Decimal) -> Working:
    """How much the slope between two maturities (2s10s) moved, in basis points; above zero it steepened.

    Yields are fractions a year. Exact. Source: Fabozzi, Bond Markets, Analysis and Strategies (slope of the
    yield curve).
    """
    decimals(short_then=short_then, long_then=long_then, short_now=short_now, long_now=long_now)
    then, now = (long_then - short_then) / BASIS_POINT, (long_now - short_now) / BASIS_POINT
    yield Step("slope then", then, r"10000 (y_{\text{long}} - y_{\text{short}})")
    yield Step("slope now", now, r"10000 (y_{\text{long}} - y_{\text{short}})")
    yield Step("change in basis points", now - then, r"\text{now} - \text{then}")


@formula
def horizon_return(
    coupon: Decimal, yield_now: Decimal, yield_then: Decimal, count: int, held: int, frequency: int = 2
) -> Working:
    """The return, not annualised, of a bond with `count` periods to run that is sold after `held` of them.

    (price at yield_then with count - held periods left + coupons received - price at yield_now) / price at
    yield_now, on coupon dates, coupons not reinvested; a fraction. Not rounded. Source: Ilmanen, Expected
    Returns (carry and roll-down on an unchanged curve).
    """
    bought, sold = _bought_and_sold(coupon, yield_now, yield_then, count, held, frequency)
    coupons = HUNDRED * coupon * held / frequency
    yield Step("bought at", bought, r"P_0")
    yield Step("sold at", sold, r"P_1")
    yield Step("coupons received", coupons, r"\frac{100 c}{f} h")
    yield Step("return", (sold + coupons - bought) / bought, r"\frac{P_1 + \text{coupons} - P_0}{P_0}")


@formula
def roll_down_return(
    coupon: Decimal, yield_now: Decimal, yield_then: Decimal, count: int, held: int, frequency: int = 2
) -> Working:
    """The part of `horizon_return` that comes from the lower yield of the shorter maturity alone; a fraction.

    (sale at yield_then - sale at yield_now) / purchase price; zero on a flat curve. Not rounded. Source:
    Ilmanen, Expected Returns (carry and roll-down on an unchanged curve).
    """
    bought, sold = _bought_and_sold(coupon, yield_now, yield_then, count, held, frequency)
    unmoved = price_on_coupon_date(coupon, yield_now, count - held, frequency)
    yield Step("bought at", bought, r"P_0")
    yield Step("price at the lower yield", sold, r"P_1")
    yield Step("price at the old yield", unmoved, r"P_1'")
    yield Step("roll-down", (sold - unmoved) / bought, r"\frac{P_1 - P_1'}{P_0}")


def _later(near_years: Decimal, far_years: Decimal) -> None:
    not_negative(near_years=near_years)
    decimals(far_years=far_years)
    if far_years <= near_years:
        raise OutOfRange("far_years", far_years, near_years, None)


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
