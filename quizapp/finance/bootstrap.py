"""Spot rates out of the prices and par rates of bonds, and bonds valued on spot rates."""

from collections.abc import Sequence
from decimal import Decimal

from quizapp.finance.bond import coupon_flows, yield_from_price
from quizapp.finance.curve import bootstrap, next_factor, par_rate, price_from_factors
from quizapp.finance.errors import NotListed, OutOfRange, UnequalLengths
from quizapp.finance.exact import HUNDRED, ONE, ZERO, counts, decimals, filled, not_negative, positive
from quizapp.finance.formula import Step, Working, formula


@formula
def spot_from_par_rates(par_rates: Sequence[Decimal], period: int, per_year: int = 1) -> Working:
    """The spot rate for one period out of the par rates for 1, 2, ... periods, step by step.

    Compounded m times a year, as the par rates are paid. Not rounded. Source: Hull, Options, Futures, and
    Other Derivatives (bootstrap method).
    """
    counts(period=period)
    if period > len(par_rates):
        raise OutOfRange("period", period, 1, len(par_rates))
    spots = bootstrap(par_rates[:period], per_year)
    for place, spot in enumerate(spots, start=1):
        factor = (ONE + spot / per_year) ** -place
        yield Step(f"discount factor {place}", factor, r"\frac{1 - c (d_1 + \dots + d_{n-1})}{1 + c}")
    yield Step("spot rate", spots[-1], r"m \left(d_n^{-1 / n} - 1\right)")


@formula
def continuous_zero_rate(
    bonds: Sequence[tuple[Decimal, Decimal, Decimal]], years: Decimal, per_year: int = 2
) -> Working:
    """The continuously compounded zero rate for one of the terms of some bonds, shortest first.

    Each bond is (years, coupon a year per 100 face, price); coupons fall every 1 / m year, and the terms of
    shorter bonds must hold all their dates but the last. Not rounded. Source: Hull, Options, Futures, and
    Other Derivatives (bootstrap method).
    """
    filled("bonds", bonds)
    counts(per_year=per_year)
    factors: dict[Decimal, Decimal] = {}
    for term, coupon, price in bonds:
        positive(term=term, price=price)
        not_negative(coupon=coupon)
        earlier = [factors[day] for day in _dates(term, per_year, factors)] if coupon else []
        factors[term] = next_factor(price, coupon / per_year, earlier)
        yield Step(f"discount factor for {term} years", factors[term], r"\frac{P - c \sum d}{100 + c}")
        if term == years:
            yield Step("zero rate", -factors[term].ln() / term, r"-\frac{\ln d}{t}")
            return
    raise NotListed(str(years), tuple(str(term) for term in factors))


@formula
def zero_rate_from_prices(
    terms: Sequence[Decimal],
    coupons: Sequence[Decimal],
    prices: Sequence[Decimal],
    years: Decimal,
    per_year: int = 2,
) -> Working:
    """`continuous_zero_rate` from three lists: terms in years, coupons a year per 100 face, prices.

    Source: Hull, Options, Futures, and Other Derivatives (bootstrap method).
    """
    for name, values in (("coupons", coupons), ("prices", prices)):
        if len(values) != len(terms):
            raise UnequalLengths(name, len(values), len(terms))
    bonds = tuple(zip(terms, coupons, prices, strict=True))
    yield from continuous_zero_rate.steps(bonds, years, per_year)


@formula
def valued_on_zero_rates(coupon: Decimal, zeros: Sequence[Decimal], frequency: int = 2) -> Working:
    """A bond on the continuously compounded zero rates of its coupon dates; the last step is its yield.

    The working shows the discount factors, the price, the par yield of the term (paid f times a year), the
    yield compounded f times, and the continuously compounded yield. Not rounded. Source: Hull, Options,
    Futures, and Other Derivatives (bond pricing).
    """
    filled("zeros", zeros)
    not_negative(coupon=coupon)
    counts(frequency=frequency)
    decimals(**{f"zero_{place}": zero for place, zero in enumerate(zeros)})
    factors = [(-zero * place / frequency).exp() for place, zero in enumerate(zeros, start=1)]
    for place, factor in enumerate(factors, start=1):
        yield Step(f"discount factor {place}", factor, r"e^{-z t}")
    price = price_from_factors(HUNDRED * coupon / frequency, factors)
    yield Step("price", price, r"\sum c\,d_t + 100 d_n")
    yield Step("par yield", par_rate(factors, frequency), r"\frac{f (1 - d_n)}{\sum d_t}")
    *_, continuous, compounded = yield_from_price.steps(
        coupon_flows(coupon, len(factors), frequency=frequency), price, frequency
    )
    yield compounded
    yield continuous


def _dates(term: Decimal, per_year: int, known: dict[Decimal, Decimal]) -> list[Decimal]:
    dates = [term - Decimal(place) / per_year for place in range(1, int(term * per_year) + 1)]
    dates = [day for day in dates if day > ZERO]
    for day in dates:
        if day not in known:
            raise NotListed(str(day), tuple(str(one) for one in known))
    return dates
