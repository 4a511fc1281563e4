"""The numbers of the items of topic 4, each computed from its inputs."""

from collections.abc import Mapping
from datetime import date

from quizapp.finance import accrual, bond, curve, quotes, rates, schedule
from quizapp.finance.exact import half_up
from tests.item_figures.table import Choice, D, Figure, Judged, Number


def t04_third_digit_quote() -> Choice:
    quote = "98-246"
    return Choice(
        key=lambda: quotes.from_32nds(quote),
        slips={
            "decimals-for-32nds": lambda: D(quote.replace("-", ".")),
            "third-digit-dropped": lambda: quotes.from_32nds(quote[:-1]),
            "tenths-of-a-32nd": lambda: D(98) + D("24.6") / 32,
        },
    )


def t04_dirty_price_between_coupons() -> Figure:
    coupon, clean = D("0.0425"), D("99.375")
    period = schedule.coupon_period(date(2025, 2, 20), date(2025, 5, 15))
    accrued = accrual.accrued_interest(coupon, period.days_accrued, period.days)
    by_months = 30 * 3 + (20 - 15)
    return Figure(
        key=lambda: accrual.dirty_price(clean, accrued),
        slips={
            "accrued-subtracted": lambda: accrual.clean_price(clean, accrued),
            "thirty-360-days": lambda: clean + accrual.accrued_interest(coupon, by_months, 180),
            "annual-coupon-in-half-year": lambda: accrual.dirty_price(clean, 2 * accrued),
        },
    )


def t04_price_on_a_coupon_date() -> Figure:
    coupon, yield_ = D("0.0350"), D("0.0450")
    return Figure(
        key=lambda: bond.price_on_coupon_date(coupon, yield_, 4),
        slips={
            "annual-yield-per-half-year": lambda: bond.price_on_coupon_date(coupon, 2 * yield_, 4),
            "annual-compounding": lambda: bond.price_on_coupon_date(coupon, yield_, 2, 1),
            "annual-coupon-each-half-year": lambda: bond.price_on_coupon_date(2 * coupon, yield_, 4),
        },
    )


def t04_which_coupon_trades_above_par() -> Judged:
    coupons = {"a": "0.03500", "b": "0.03875", "c": "0.04000", "d": "0.04250"}

    def price(option: str) -> Number:
        return lambda: half_up(bond.price_on_coupon_date(D(coupons[option]), D("0.04"), 10), 9)

    return Judged({option: price(option) for option in coupons}, lambda own, every: own > 100)


def t04_one_year_holding_return() -> Figure:
    paid, sold, coupons = D("97.20"), D("98.60"), D("4.00")
    return Figure(
        key=lambda: 100 * rates.holding_period_return(paid, sold, coupons),
        slips={
            "coupons-left-out": lambda: 100 * rates.holding_period_return(paid, sold, D(0)),
            "price-change-left-out": lambda: 100 * rates.holding_period_return(paid, paid, coupons),
            "face-value-as-base": lambda: paid * rates.holding_period_return(paid, sold, coupons),
        },
    )


def t04_realised_yield() -> Choice:
    coupon, reinvested, halves, years = D("0.05"), D("0.03"), 20, D(10)
    saved_up = bond.annuity_factor(reinvested, halves) / curve.discount_factor(reinvested, years, 2)
    final = 100 + 100 * coupon / 2 * saved_up
    return Choice(
        key=lambda: 100 * curve.spot_rate(100 / final, years, 2),
        slips={
            "reinvestment-rate-is-return": lambda: 100 * reinvested,
            "plain-mean-of-rates": lambda: 100 * (coupon + reinvested) / 2,
            "ytm-guaranteed-if-held": lambda: (
                100 * bond.yield_from_price(bond.coupon_flows(coupon, halves), D(100))
            ),
        },
    )


def t04_annual_percentage_yield() -> Figure:
    quoted = D("0.0460")
    return Figure(
        key=lambda: 100 * rates.effective_rate(quoted, 2),
        slips={
            "conversion-reversed": lambda: 100 * rates.nominal_rate(quoted, 2),
            "quoted-yield-is-apy": lambda: 100 * rates.effective_rate(quoted, 1),
            "monthly-compounding": lambda: 100 * rates.effective_rate(quoted, 12),
        },
    )


def t04_rates_with_different_compounding() -> Judged:
    offers = {"a": ("0.0446", 12), "b": ("0.0450", 4), "c": ("0.0452", 2), "d": ("0.0456", 1)}

    def effective(option: str) -> Number:
        nominal, per_year = offers[option]
        return lambda: rates.effective_rate(D(nominal), per_year)

    return Judged({option: effective(option) for option in offers}, lambda own, every: own == max(every))


def t04_tax_equivalent_yield() -> Figure:
    yield_, federal, state = D("0.0420"), D("0.24"), D("0.09")
    return Figure(
        key=lambda: 100 * rates.tax_equivalent_yield(yield_, state, federal),
        slips={
            "state-tax-alone": lambda: 100 * rates.tax_equivalent_yield(yield_, state),
            "federal-tax-as-exempt": lambda: 100 * rates.tax_equivalent_yield(yield_, federal),
            "exempt-from-both-taxes": lambda: 100 * rates.tax_equivalent_yield(yield_, federal + state),
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t04-dirty-price-between-coupons": t04_dirty_price_between_coupons(),
    "t04-price-on-a-coupon-date": t04_price_on_a_coupon_date(),
    "t04-one-year-holding-return": t04_one_year_holding_return(),
    "t04-annual-percentage-yield": t04_annual_percentage_yield(),
    "t04-tax-equivalent-yield": t04_tax_equivalent_yield(),
}

CHOICES: Mapping[str, Choice] = {
    "t04-third-digit-quote": t04_third_digit_quote(),
    "t04-realised-yield-with-reinvestment": t04_realised_yield(),
}

JUDGED: Mapping[str, Judged] = {
    "t04-which-coupon-trades-above-par": t04_which_coupon_trades_above_par(),
    "t04-rates-with-different-compounding": t04_rates_with_different_compounding(),
}

LOOKED_UP: frozenset[str] = frozenset()
