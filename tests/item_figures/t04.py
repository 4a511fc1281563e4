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


def t04_case_note() -> tuple[D, D, D]:
    """Coupon, clean price and accrued interest of the note in the case."""
    coupon = D("0.0375")
    return coupon, quotes.from_32nds("98-12"), accrual.accrued_interest(coupon, 45, 184)


def t04_case_cash_paid() -> Figure:
    _, clean, accrued = t04_case_note()
    lots = D(200_000) / 100
    return Figure(
        key=lambda: lots * accrual.dirty_price(clean, accrued),
        slips={
            "accrued-not-paid": lambda: lots * clean,
            "accrued-taken-off-cost": lambda: lots * accrual.clean_price(clean, accrued),
            "annual-coupon-accrued": lambda: lots * accrual.dirty_price(clean, 2 * accrued),
            "ticks-as-cents-in-cost": lambda: lots * accrual.dirty_price(D("98.12"), accrued),
        },
    )


def t04_case_earned_of_the_coupon() -> Choice:
    coupon, _, accrued = t04_case_note()
    lots = D(200_000) / 100
    return Choice(
        key=lambda: lots * (100 * coupon / 2 - accrued),
        slips={
            "bought-part-as-earned": lambda: lots * accrued,
            "whole-coupon-as-earned": lambda: lots * 100 * coupon / 2,
            "annual-coupon-at-once": lambda: lots * (100 * coupon - accrued),
        },
    )


def t04_case_return_on_the_cash() -> Choice:
    coupon, clean, accrued = t04_case_note()
    paid, sold = clean + accrued, quotes.from_32nds("99-08")
    return Choice(
        key=lambda: 100 * rates.holding_period_return(paid, sold, 100 * coupon),
        slips={
            "coupons-alone-as-return": lambda: 100 * rates.holding_period_return(paid, paid, 100 * coupon),
            "ticks-as-cents-in-return": lambda: (
                100 * rates.holding_period_return(D("98.12") + accrued, D("99.08"), 100 * coupon)
            ),
            "clean-price-as-outlay": lambda: 100 * rates.holding_period_return(clean, sold, 100 * coupon),
        },
    )


def t04_decimals_into_32nds() -> Judged:
    quoted = {"a": "102-04+", "b": "102-09", "c": "102-18", "d": "102-28"}

    def price(option: str) -> Number:
        return lambda: quotes.from_32nds(quoted[option])

    return Judged({option: price(option) for option in quoted}, lambda own, every: own == D("102.28125"))


def t04_half_yearly_from_annual() -> Choice:
    annual = D("0.0480")
    return Choice(
        key=lambda: 100 * rates.nominal_rate(annual, 2),
        slips={
            "annual-yield-unchanged": lambda: 100 * annual,
            "annual-conversion-reversed": lambda: 100 * rates.effective_rate(annual, 2),
            "monthly-conversion-reversed": lambda: 100 * rates.effective_rate(annual, 12),
        },
    )


def t04_more_after_tax() -> Judged:
    federal, state = D("0.32"), D("0.06")
    note = rates.after_tax_yield(D("0.0420"), federal)
    taxed = {"b": "0.0460", "c": "0.0465", "d": "0.0470"}

    def left(option: str) -> Number:
        return lambda: rates.after_tax_yield(D(taxed[option]), federal + state)

    return Judged(
        {"a": lambda: D("0.0280"), **{option: left(option) for option in taxed}},
        lambda own, every: own > note,
    )


def t04_treasury_yield_after_tax() -> Figure:
    yield_, federal, state = D("0.0450"), D("0.22"), D("0.05")
    return Figure(
        key=lambda: 100 * rates.after_tax_yield(yield_, federal),
        slips={
            "both-taxes-on-a-treasury": lambda: 100 * rates.after_tax_yield(yield_, federal + state),
            "state-tax-in-place-of-federal": lambda: 100 * rates.after_tax_yield(yield_, state),
            "treasury-untaxed": lambda: 100 * yield_,
        },
    )


def t04_gain_in_ticks() -> Figure:
    lots, after = D(5_000_000) / 100, quotes.from_32nds("100-03")
    return Figure(
        key=lambda: lots * (after - quotes.from_32nds("99-20+")),
        slips={
            "plus-left-out": lambda: lots * (after - quotes.from_32nds("99-20")),
            "plus-as-whole-tick": lambda: lots * (after - quotes.from_32nds("99-21")),
            "quotes-as-decimals": lambda: lots * (D("100.03") - D("99.20")),
        },
    )


def t04_current_yield_from_a_quote() -> Figure:
    coupon, quote = D("0.0425"), "91-16"
    clean = quotes.from_32nds(quote)
    return Figure(
        key=lambda: 100 * bond.current_yield(coupon, clean),
        slips={
            "quote-as-decimal-in-current-yield": lambda: (
                100 * bond.current_yield(coupon, D(quote.replace("-", ".")))
            ),
            "coupon-rate-as-current-yield": lambda: 100 * bond.current_yield(coupon, D(100)),
            "half-coupon-in-current-yield": lambda: 100 * bond.current_yield(coupon / 2, clean),
        },
    )


def t04_quarterly_into_half_yearly() -> Figure:
    quarterly = D("0.0440")
    return Figure(
        key=lambda: 100 * rates.other_compounding(quarterly, 4, 2),
        slips={
            "effective-for-half-yearly": lambda: 100 * rates.effective_rate(quarterly, 4),
            "half-yearly-into-quarterly": lambda: 100 * rates.other_compounding(quarterly, 2, 4),
            "quarterly-rate-unchanged": lambda: 100 * quarterly,
        },
    )


def t04_last_period_price() -> Figure:
    coupon, yield_, left, period = D("0.0500"), D("0.0440"), 123, 184
    accrued = accrual.accrued_interest(coupon, period - left, period)
    return Figure(
        key=lambda: bond.treasury_price(coupon, yield_, 0, left, period),
        slips={
            "whole-half-year-discounted": lambda: bond.price_on_coupon_date(coupon, yield_, 1),
            "compounding-in-last-period": lambda: (
                bond.price_between_coupons(coupon, yield_, 1, left, period) + accrued
            ),
            "clean-price-in-last-period": lambda: (
                bond.treasury_price(coupon, yield_, 0, left, period) - accrued
            ),
        },
    )


def t04_return_after_a_rise_in_yield() -> Figure:
    coupon, yield_ = D("0.0400"), D("0.0460")

    def gain(halves: int, income: D) -> D:
        return 100 * rates.holding_period_return(
            D(100), bond.price_on_coupon_date(coupon, yield_, halves), income
        )

    return Figure(
        key=lambda: gain(8, D(4)),
        slips={
            "ten-coupons-at-the-horizon": lambda: gain(10, D(4)),
            "coupons-left-out-of-horizon": lambda: gain(8, D(0)),
            "yield-at-purchase-as-return": lambda: 100 * coupon,
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t04-dirty-price-between-coupons": t04_dirty_price_between_coupons(),
    "t04-price-on-a-coupon-date": t04_price_on_a_coupon_date(),
    "t04-one-year-holding-return": t04_one_year_holding_return(),
    "t04-annual-percentage-yield": t04_annual_percentage_yield(),
    "t04-tax-equivalent-yield": t04_tax_equivalent_yield(),
    "t04-case-cash-paid": t04_case_cash_paid(),
    "t04-treasury-yield-after-tax": t04_treasury_yield_after_tax(),
    "t04-gain-in-ticks": t04_gain_in_ticks(),
    "t04-current-yield-from-a-quote": t04_current_yield_from_a_quote(),
    "t04-quarterly-into-half-yearly": t04_quarterly_into_half_yearly(),
    "t04-last-period-price": t04_last_period_price(),
    "t04-return-after-a-rise-in-yield": t04_return_after_a_rise_in_yield(),
}

CHOICES: Mapping[str, Choice] = {
    "t04-third-digit-quote": t04_third_digit_quote(),
    "t04-realised-yield-with-reinvestment": t04_realised_yield(),
    "t04-case-earned-of-the-coupon": t04_case_earned_of_the_coupon(),
    "t04-case-return-on-the-cash": t04_case_return_on_the_cash(),
    "t04-half-yearly-from-annual": t04_half_yearly_from_annual(),
}

JUDGED: Mapping[str, Judged] = {
    "t04-which-coupon-trades-above-par": t04_which_coupon_trades_above_par(),
    "t04-rates-with-different-compounding": t04_rates_with_different_compounding(),
    "t04-decimals-into-32nds": t04_decimals_into_32nds(),
    "t04-more-after-tax": t04_more_after_tax(),
}

LOOKED_UP: frozenset[str] = frozenset()
