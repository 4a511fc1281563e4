"""The numbers of the question bank, each computed from its item's inputs: keys, slips and options.

No result is typed here. A slip is the formula with the mistake that its misconception names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from quizapp.finance import (
    accrual,
    auction,
    bill,
    bond,
    curve,
    floater,
    fx,
    inflation,
    quotes,
    rates,
    repo,
    reserves,
    risk,
    schedule,
)
from quizapp.finance.exact import half_up, truncated

D = Decimal
Number = Callable[[], D]
ONE, MILLION = D(1), D(1_000_000)


@dataclass(frozen=True)
class Figure:
    """How a numeric item's key and slips come about; `loose` says why its tolerance is a wide one."""

    key: Number
    slips: Mapping[str, Number]
    loose: str = ""


@dataclass(frozen=True)
class Choice:
    """How the numbers in the options of a single-choice item come about, wrong ones by misconception."""

    key: Number
    slips: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What each option of an item works out to, by option id, and which of the results make the key."""

    options: Mapping[str, Number]
    keyed: Callable[[D, tuple[D, ...]], bool]


def t01_note_final_payment() -> Choice:
    face, coupon, halves = D(20_000), D("0.0375"), 14
    flows = bond.coupon_flows(coupon, halves)
    interest = face / 100 * flows[0].amount
    return Choice(
        key=lambda: face / 100 * flows[-1].amount,
        slips={
            "last-coupon-forgotten": lambda: face,
            "annual-coupon-at-once": lambda: face + 2 * interest,
            "interest-saved-to-maturity": lambda: face + halves * interest,
        },
    )


def t01_savings_bond_limit() -> Choice:
    lent, limit, paper = D(30_000), D(10_000), D(5_000)
    return Choice(
        key=lambda: lent - 2 * limit,
        slips={
            "savings-bonds-unlimited": lambda: lent - lent,
            "paper-bonds-still-sold": lambda: lent - 2 * limit - paper,
            "limit-shared-by-series": lambda: lent - limit,
        },
    )


def t02_valid_bill_bids() -> Judged:
    step = D("0.005")
    bids = {"a": "-0.005", "b": "0.000", "c": "3.8975", "d": "3.905", "e": "3.912"}

    def bid(option: str) -> Number:
        return lambda: D(bids[option])

    return Judged({option: bid(option) for option in bids}, lambda own, every: own >= 0 and own % step == 0)


def t02_proration_award() -> Figure:
    left, bids, bid = D("3156.7"), D(4820), D(2345600)
    percentage = auction.proration_percentage(left, bids)
    return Figure(
        key=lambda: auction.prorated_award(bid, percentage),
        slips={
            "proration-percentage-rounded-to-nearest": lambda: auction.prorated_award(
                bid, half_up(left / bids, 4)
            ),
            "award-rounded-down": lambda: truncated(bid * percentage, -2),
            "award-left-unrounded": lambda: bid * percentage,
        },
    )


def t03_repo_weekend_interest() -> Figure:
    cash, rate = D(24_500_000), D("0.0432")
    return Figure(
        key=lambda: repo.interest(cash, rate, 3),
        slips={
            "overnight-counted-as-one-day": lambda: repo.interest(cash, rate, 1),
            "repo-365-for-360": lambda: repo.interest(cash, rate, 3, 365),
        },
    )


def t03_futures_invoice() -> Figure:
    quote, factor, accrued = "110-16", D("0.8832"), D("1.2345")
    futures = quotes.from_32nds(quote)
    return Figure(
        key=lambda: repo.invoice_amount(futures, factor, accrued),
        slips={
            "invoice-without-accrued": lambda: repo.invoice_amount(futures, factor, D(0)),
            "thirty-seconds-read-as-decimals": lambda: repo.invoice_amount(
                D(quote.replace("-", ".")), factor, accrued
            ),
            "factor-applied-to-accrued": lambda: repo.invoice_amount(futures, factor, accrued * factor),
        },
    )


def t03_cheapest_to_deliver() -> Judged:
    notes = {
        "a": ("104.90", "0.9320"),
        "b": ("95.80", "0.8500"),
        "c": ("101.20", "0.8990"),
        "d": ("98.50", "0.8770"),
    }

    def basis(option: str) -> Number:
        price, factor = notes[option]
        return lambda: repo.gross_basis(D(price), D("112.00"), D(factor))

    return Judged({option: basis(option) for option in notes}, lambda own, every: own == min(every))


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


def t05_price_from_discount() -> Figure:
    discount, days = D("0.04180"), 182
    return Figure(
        key=lambda: bill.price_from_discount(discount, days),
        slips={
            "half-year-for-182-days": lambda: bill.price_from_discount(discount, 180),
            "year-of-365-for-360": lambda: bill.price_from_discount(discount, days, 365),
            "discounting-as-a-yield": lambda: 100 / repo.repurchase_price(ONE, discount, days),
        },
    )


def t05_investment_rate() -> Figure:
    price, days = D("98.945"), 91
    return Figure(
        key=lambda: 100 * bill.investment_rate(price, days),
        slips={
            "discount-rate-for-investment-rate": lambda: 100 * bill.discount_from_price(price, days),
            "year-of-360-for-365": lambda: 100 * bill.money_market_yield(price, days),
            "face-value-for-price": lambda: 100 * bill.discount_from_price(price, days) * 365 / 360,
        },
    )


def t05_discount_from_price() -> Figure:
    price, days = D("97.940"), 175
    return Figure(
        key=lambda: 100 * bill.discount_from_price(price, days),
        slips={
            "year-of-365-for-360": lambda: 100 * bill.discount_from_price(price, days) * 365 / 360,
            "price-for-face-value": lambda: 100 * bill.money_market_yield(price, days),
            "investment-rate-for-discount-rate": lambda: 100 * bill.investment_rate(price, days),
        },
    )


def t05_discount_to_money_market_yield() -> Choice:
    discount, days = D("0.0450"), 180
    price = bill.price_from_discount(discount, days)
    return Choice(
        key=lambda: 100 * bill.money_market_yield(price, days),
        slips={
            "conversion-reversed": lambda: 100 * discount / repo.repurchase_price(ONE, discount, days),
            "day-count-alone": lambda: 100 * discount * 365 / 360,
            "investment-rate-for-money-market-yield": lambda: 100 * bill.investment_rate(price, days),
        },
    )


def t05_bill_against_deposit() -> Choice:
    discount, deposit, days = D("0.0420"), D("0.0432"), 182
    price = bill.price_from_discount(discount, days)
    return Choice(
        key=lambda: 10000 * (deposit - bill.money_market_yield(price, days)),
        slips={
            "investment-rate-against-360-rate": lambda: 10000 * (bill.investment_rate(price, days) - deposit),
            "discount-rate-as-yield": lambda: 10000 * (deposit - discount),
            "deposit-converted-alone": lambda: 10000 * (deposit * 365 / 360 - discount),
        },
    )


def t05_sample_return_on_a_discount() -> Choice:
    price, days = D(9500) / D(10000) * 100, 360
    discount = bill.discount_from_price(price, days)
    return Choice(
        key=lambda: 100 * bill.money_market_yield(price, days),
        slips={
            "day-count-shrinks-the-rate": lambda: 100 * discount * 360 / 365,
            "discount-rate-is-return": lambda: 100 * discount,
            "base-left-at-face-value": lambda: 100 * discount * 365 / 360,
        },
    )


def t06_two_year_spot_rate() -> Figure:
    first, coupon, two = D("0.0300"), D("0.0450"), D(2)
    factor = curve.discount_factor(first, ONE)

    def spot(earlier: D) -> D:
        return 100 * curve.spot_rate(curve.next_factor(D(100), 100 * coupon, [earlier]), two)

    return Figure(
        key=lambda: spot(factor),
        slips={
            "par-rate-for-spot-rate": lambda: 100 * coupon,
            "early-coupon-undiscounted": lambda: spot(ONE),
            "forward-rate-for-spot-rate": lambda: 100 * curve.forward_rate(first, ONE, coupon, two),
        },
    )


def t06_three_year_forward_rate() -> Figure:
    near, far = D("0.0380"), D("0.0440")
    growth = curve.discount_factor(near, D(2)) / curve.discount_factor(far, D(5)) - 1
    return Figure(
        key=lambda: 100 * curve.forward_rate(near, D(2), far, D(5)),
        slips={
            "gap-added-to-long-rate": lambda: 100 * (far + (far - near)),
            "growth-divided-by-three": lambda: 100 * growth / 3,
            "growth-left-for-three-years": lambda: 100 * growth,
        },
    )


def t06_roll_down_return() -> Figure:
    coupon, then = D("0.0420"), D("0.0380")
    unrolled = curve.horizon_return(coupon, coupon, coupon, 10, 2)
    return Figure(
        key=lambda: 100 * curve.horizon_return(coupon, coupon, then, 10, 2),
        slips={
            "carry-without-roll-down": lambda: 100 * unrolled,
            "yield-fall-taken-as-gain": lambda: 100 * (unrolled + coupon - then),
            "price-for-five-years-again": lambda: (
                100
                * rates.holding_period_return(
                    D(100), bond.price_on_coupon_date(coupon, then, 10), 100 * coupon
                )
            ),
        },
    )


def t06_spring_gain_of_the_steepener() -> Choice:
    leg = D(25_000)
    two, ten = (D("3.85") - D("4.30")) * 100, (D("4.15") - D("4.25")) * 100
    return Choice(
        key=lambda: leg * (ten - two),
        slips={
            "short-leg-left-out": lambda: leg * -two,
            "short-leg-sign-reversed": lambda: leg * (-two - ten),
            "dv01-of-both-legs-added": lambda: 2 * leg * (ten - two),
        },
    )


def t07_price_fall_with_convexity() -> Figure:
    modified, curvature, rise = D("7.50"), D("68.0"), D("0.0120")
    return Figure(
        key=lambda: -100 * risk.price_change(modified, rise, curvature),
        slips={
            "half-left-off-convexity": lambda: -100 * risk.price_change(modified, rise, 2 * curvature),
            "duration-alone": lambda: -100 * risk.price_change(modified, rise),
            "convexity-sign-reversed": lambda: -100 * risk.price_change(modified, rise, -curvature),
        },
    )


def t07_hedge_face_amount() -> Figure:
    face, price, modified, of_hedge = D(20_000_000) / MILLION, D("98.50"), D("6.10"), D("0.0825")
    return Figure(
        key=lambda: face * risk.hedge_ratio(risk.dv01(modified, price), of_hedge),
        slips={
            "face-for-market-value": lambda: face * risk.hedge_ratio(risk.dv01(modified, D(100)), of_hedge),
            "face-for-face": lambda: face * risk.hedge_ratio(of_hedge, of_hedge),
            "hedge-ratio-inverted": lambda: face * risk.hedge_ratio(of_hedge, risk.dv01(modified, price)),
        },
    )


def t07_portfolio_duration_weights() -> Choice:
    faces, prices, durations = (D("6.0"), D("5.0")), (D("80.00"), D("104.00")), (D("8.0"), D("2.0"))
    values = tuple(bill.purchase_price(face, price) for face, price in zip(faces, prices, strict=True))
    return Choice(
        key=lambda: risk.portfolio_duration(values, durations),
        slips={
            "unweighted-average": lambda: risk.portfolio_duration((ONE, ONE), durations),
            "weights-swapped": lambda: risk.portfolio_duration(values[::-1], durations),
            "face-amount-weights": lambda: risk.portfolio_duration(faces, durations),
        },
    )


def t07_zero_coupon_macaulay() -> Choice:
    years, yield_ = 7, D("0.0400")
    macaulay = risk.macaulay_duration(bond.coupon_flows(D(0), 2 * years), yield_)
    return Choice(
        key=lambda: macaulay,
        slips={
            "midpoint-of-life": lambda: macaulay / 2,
            "modified-with-annual-yield": lambda: risk.modified_duration(macaulay, yield_, 1),
            "modified-for-macaulay": lambda: risk.modified_duration(macaulay, yield_, 2),
        },
    )


def t07_barbell_in_a_steepening() -> Choice:
    move = D("0.0020")
    short, long = risk.price_change(D("2.0"), -move), risk.price_change(D("17.0"), move)
    return Choice(
        key=lambda: -100 * (D("0.60") * short + D("0.40") * long),
        slips={"gain-counted-as-loss": lambda: 100 * (D("0.60") * abs(short) + D("0.40") * abs(long))},
    )


def t07_sample_half_point_rise() -> Choice:
    modified, rise = D("6.0"), D("0.0050")
    return Choice(
        key=lambda: -100 * risk.price_change(modified, rise),
        slips={
            "divided-by-duration": lambda: 100 * rise / modified,
            "basis-points-shifted": lambda: -100 * risk.price_change(modified, rise / 10),
            "divided-by-yield-change": lambda: modified / (100 * rise),
        },
    )


def t07_key_rate_gains() -> Judged:
    exposures = (D(4000), D(-9000), D(5000))

    def gain(*rises: int) -> Number:
        return lambda: -sum((one * rise for one, rise in zip(exposures, rises, strict=True)), D(0))

    moves = {
        "a": gain(10, 10, 10),
        "b": gain(0, 10, 0),
        "c": gain(-10, 0, 10),
        "d": gain(-20, -10, 0),
        "e": gain(10, 0, -10),
    }
    return Judged(moves, lambda own, every: own > 0)


def t08_tips_coupon_payment() -> Figure:
    face, coupon, base, ref = D(50_000), D("0.01875"), D("256.39400"), D("318.96100")
    ratio = inflation.index_ratio(ref, base)
    return Figure(
        key=lambda: inflation.inflation_coupon(face, coupon, ratio),
        slips={
            "index-ratio-inverted": lambda: inflation.inflation_coupon(
                face, coupon, inflation.index_ratio(base, ref)
            ),
            "coupon-on-face-amount": lambda: inflation.inflation_coupon(face, coupon, ONE),
            "annual-coupon-unhalved": lambda: inflation.inflation_coupon(face, 2 * coupon, ratio),
        },
    )


def t08_frn_index_rate() -> Figure:
    discount, days = D("0.04150"), 91
    price = bill.price_from_discount(discount, days)
    return Figure(
        key=lambda: 100 * floater.index_rate(discount, days),
        slips={
            "discount-rate-unconverted": lambda: 100 * bill.discount_from_price(price, days),
            "discount-multiplied-up": lambda: 100 * discount * repo.repurchase_price(ONE, discount, days),
            "investment-rate-365": lambda: 100 * bill.investment_rate(price, days, 365),
        },
    )


def t08_mid_month_reference() -> Choice:
    this_month, next_month = D("312.00000"), D("313.50000")
    return Choice(
        key=lambda: inflation.ref_cpi(this_month, next_month, 16, 30),
        slips={
            "index-held-for-month": lambda: inflation.ref_cpi(this_month, next_month, 1, 30),
            "day-number-not-reduced": lambda: inflation.ref_cpi(this_month, next_month, 16 + 1, 30),
            "next-month-value": lambda: inflation.ref_cpi(next_month, next_month, 1, 31),
        },
    )


def t09_singapore_growth_from_table() -> Figure:
    start, end = D("262.7"), D("274.3")
    return Figure(
        key=lambda: 100 * reserves.growth(start, end),
        slips={
            "divided-by-end-value": lambda: -100 * reserves.growth(end, start),
            "difference-for-percentage": lambda: end - start,
            "ratio-for-growth": lambda: 100 * (1 + reserves.growth(start, end)),
        },
    )


def t09_implied_interest_rate() -> Choice:
    start, end, all_held, paid = D(8500), D(9200), D(30100), D("282.4")
    return Choice(
        key=lambda: 100 * paid / ((start + end) / 2),
        slips={
            "wrong-population-denominator": lambda: 100 * paid / all_held,
            "end-position-denominator": lambda: 100 * paid / end,
            "start-position-denominator": lambda: 100 * paid / start,
        },
    )


def t10_guidotti_remaining_maturity() -> Figure:
    held, original, falling_due, later = D("61.0"), D("38.0"), D("14.5"), D("96.0")
    return Figure(
        key=lambda: 100 * reserves.guidotti_ratio(held, original + falling_due),
        slips={
            "original-for-remaining-maturity": lambda: 100 * reserves.guidotti_ratio(held, original),
            "all-debt-for-short-term-debt": lambda: (
                100 * reserves.guidotti_ratio(held, original + falling_due + later)
            ),
            "ratio-inverted": lambda: 100 * reserves.guidotti_ratio(original + falling_due, held),
        },
    )


def t10_ara_metric_fixed_rate() -> Figure:
    held, debt, other, money, exports = D("48.0"), D("28.0"), D("45.0"), D("160.0"), D("90.0")
    metric = reserves.ara_metric(debt, other, money, exports)
    return Figure(
        key=lambda: 100 * held / metric,
        slips={
            "weights-of-money-and-liabilities-swapped": lambda: (
                100 * held / reserves.ara_metric(debt, money, other, exports)
            ),
            "exports-left-out": lambda: 100 * held / reserves.ara_metric(debt, other, money, D(0)),
            "ratio-inverted": lambda: 100 * metric / held,
        },
    )


def t10_carry_cost_of_reserves() -> Choice:
    held, earned, paid = D(40), D("0.0400"), D("0.0625")
    return Choice(
        key=lambda: repo.interest(held, paid - earned, 360),
        slips={
            "income-for-net-cost": lambda: repo.interest(held, earned, 360),
            "reserves-earn-nothing": lambda: repo.interest(held, paid, 360),
            "income-added-to-cost": lambda: repo.interest(held, paid + earned, 360),
        },
    )


def t10_meridia_dollar_share() -> Choice:
    holdings = {"USD": D("62.0"), "EUR": D("25.0"), "JPY": D(1950)}
    june = {"USD": ONE, "EUR": D("1.1800"), "JPY": ONE / 130, "gold": ONE}
    march = {"USD": ONE, "EUR": D("1.0800"), "JPY": ONE / 150}
    return Choice(
        key=lambda: 100 * reserves.currency_share(holdings, june, "USD"),
        slips={
            "gold-in-cofer": lambda: (
                100 * reserves.currency_share({**holdings, "gold": D("13.5")}, june, "USD")
            ),
            "purchase-forgotten": lambda: (
                100 * reserves.currency_share({**holdings, "USD": D("60.0")}, june, "USD")
            ),
            "stale-exchange-rates": lambda: 100 * reserves.currency_share(holdings, march, "USD"),
        },
    )


def t10_sample_import_cover() -> Choice:
    held, imports, exports = D(45), D(108), D(90)
    return Choice(
        key=lambda: reserves.import_cover(held, imports),
        slips={
            "years-read-as-months": lambda: reserves.import_cover(held, imports, 1),
            "ratio-inverted": lambda: reserves.import_cover(imports, held, 1),
            "exports-for-imports": lambda: reserves.import_cover(held, exports),
        },
    )


def t11_yen_forward_rate() -> Figure:
    spot, dollar, yen, days = D("148.50"), D("0.0420"), D("0.0060"), 180
    return Figure(
        key=lambda: fx.forward_simple(spot, yen, dollar, days),
        slips={
            "term-left-out": lambda: fx.forward_simple(spot, yen, dollar, 360),
            "interest-gap-taken-linearly": lambda: repo.repurchase_price(spot, yen - dollar, days),
            "parity-ratio-inverted": lambda: fx.forward_simple(spot, dollar, yen, days),
        },
    )


def t11_hedged_one_year_yield() -> Figure:
    yield_, spot, forward = D("0.0410"), D("1.3500"), D("1.3230")
    return Figure(
        key=lambda: 100 * fx.hedged_yield(yield_, spot, forward),
        slips={
            "yield-and-forward-loss-added": lambda: 100 * (yield_ + fx.hedged_yield(D(0), spot, forward)),
            "hedge-costless": lambda: 100 * fx.hedged_yield(yield_, spot, spot),
            "forward-ratio-inverted": lambda: 100 * fx.hedged_yield(yield_, forward, spot),
        },
    )


def t11_bill_return_in_sgd() -> Choice:
    earned, before, after = D("0.040"), D("1.3600"), D("1.2920")
    fall, rise = after / before - 1, before / after - 1
    return Choice(
        key=lambda: 100 * fx.currency_return(earned, fall),
        slips={
            "returns-added": lambda: 100 * (earned + fall),
            "currency-ignored": lambda: 100 * fx.currency_return(earned, D(0)),
            "currency-ratio-inverted": lambda: 100 * fx.currency_return(earned, rise),
        },
    )


def t11_what_lifts_a_hedged_yield() -> Judged:
    def hedged(dollar: str = "4.30", yen: str = "0.50", basis: str = "-0.20") -> Number:
        return lambda: D("4.40") - (D(dollar) - D(yen)) + D(basis)

    changes = {
        "a": hedged(),
        "b": hedged(dollar="3.80"),
        "c": hedged(yen="0.25"),
        "d": hedged(basis="-0.05"),
        "e": hedged(),
    }
    return Judged(changes, lambda own, every: own > hedged()())


def t12_norland_loss_on_the_rest() -> Choice:
    held, sold, modified, rise = D(300), D(60), D("4.0"), D("0.0020")
    lost = -risk.price_change(modified, rise)
    return Choice(
        key=lambda: (held - sold) * lost,
        slips={
            "loss-on-the-sold-part": lambda: sold * lost,
            "sold-part-not-taken-off": lambda: held * lost,
            "basis-point-slip": lambda: -(held - sold) * risk.price_change(modified, 10 * rise),
        },
    )


def t13_runoff_cap() -> Choice:
    maturing, cap = D(38), D(5)
    return Choice(
        key=lambda: maturing - cap,
        slips={
            "runoff-without-reinvestment": lambda: maturing - maturing,
            "cap-on-reinvestment": lambda: cap,
            "full-reinvestment-during-runoff": lambda: maturing,
        },
    )


def t14_case_value_after_a_bad_week() -> Choice:
    face, before, after, modified, rise = D(150_000), D("1.3000"), D("1.2220"), D("8.0"), D("0.0050")
    change = risk.price_change(modified, rise)
    return Choice(
        key=lambda: face * (1 + change) * after,
        slips={
            "losses-added": lambda: face * before * (1 + change + (after / before - 1)),
            "price-loss-left-out": lambda: face * after,
            "currency-loss-left-out": lambda: face * (1 + change) * before,
        },
    )


def t14_cash_due_from_auction_notice() -> Choice:
    face, price, accrued = D(20_000), D("99.520000"), D("3.50")
    cost = bill.purchase_price(face, price)
    return Choice(
        key=lambda: cost + accrued * face / 1000,
        slips={
            "accrued-deducted": lambda: cost - accrued * face / 1000,
            "accrued-left-out": lambda: cost,
            "accrued-per-hundred": lambda: cost + accrued * face / 100,
        },
    )


FIGURES: Mapping[str, Figure] = {
    "t02-proration-award": t02_proration_award(),
    "t03-repo-weekend-interest": t03_repo_weekend_interest(),
    "t03-futures-invoice": t03_futures_invoice(),
    "t04-dirty-price-between-coupons": t04_dirty_price_between_coupons(),
    "t04-price-on-a-coupon-date": t04_price_on_a_coupon_date(),
    "t04-one-year-holding-return": t04_one_year_holding_return(),
    "t04-annual-percentage-yield": t04_annual_percentage_yield(),
    "t04-tax-equivalent-yield": t04_tax_equivalent_yield(),
    "t05-price-from-discount": t05_price_from_discount(),
    "t05-investment-rate-13-weeks": t05_investment_rate(),
    "t05-discount-from-price": t05_discount_from_price(),
    "t06-two-year-spot-rate": t06_two_year_spot_rate(),
    "t06-three-year-forward-rate": t06_three_year_forward_rate(),
    "t06-roll-down-return": t06_roll_down_return(),
    "t07-price-fall-with-convexity": t07_price_fall_with_convexity(),
    "t07-hedge-face-amount": t07_hedge_face_amount(),
    "t08-tips-coupon-payment": t08_tips_coupon_payment(),
    "t08-frn-index-rate": t08_frn_index_rate(),
    "t09-singapore-growth-from-table": t09_singapore_growth_from_table(),
    "t10-guidotti-remaining-maturity": t10_guidotti_remaining_maturity(),
    "t10-ara-metric-fixed-rate": t10_ara_metric_fixed_rate(),
    "t11-yen-forward-rate": t11_yen_forward_rate(),
    "t11-hedged-one-year-yield": t11_hedged_one_year_yield(),
}

CHOICES: Mapping[str, Choice] = {
    "t01-note-final-payment": t01_note_final_payment(),
    "t01-savings-bond-limit": t01_savings_bond_limit(),
    "t04-third-digit-quote": t04_third_digit_quote(),
    "t04-realised-yield-with-reinvestment": t04_realised_yield(),
    "t05-discount-to-money-market-yield": t05_discount_to_money_market_yield(),
    "t05-bill-against-deposit": t05_bill_against_deposit(),
    "t05-sample-return-on-a-discount": t05_sample_return_on_a_discount(),
    "t06-spring-gain-of-the-steepener": t06_spring_gain_of_the_steepener(),
    "t07-portfolio-duration-weights": t07_portfolio_duration_weights(),
    "t07-zero-coupon-macaulay": t07_zero_coupon_macaulay(),
    "t07-barbell-in-a-steepening": t07_barbell_in_a_steepening(),
    "t07-sample-half-point-rise": t07_sample_half_point_rise(),
    "t08-mid-month-reference": t08_mid_month_reference(),
    "t09-implied-interest-rate-2025": t09_implied_interest_rate(),
    "t10-carry-cost-of-reserves": t10_carry_cost_of_reserves(),
    "t10-meridia-dollar-share": t10_meridia_dollar_share(),
    "t10-sample-import-cover": t10_sample_import_cover(),
    "t11-bill-return-in-sgd": t11_bill_return_in_sgd(),
    "t12-norland-loss-on-the-rest": t12_norland_loss_on_the_rest(),
    "t13-runoff-cap": t13_runoff_cap(),
    "t14-case-value-after-a-bad-week": t14_case_value_after_a_bad_week(),
    "t14-cash-due-from-auction-notice": t14_cash_due_from_auction_notice(),
}

JUDGED: Mapping[str, Judged] = {
    "t02-valid-bill-bids": t02_valid_bill_bids(),
    "t03-cheapest-to-deliver": t03_cheapest_to_deliver(),
    "t04-which-coupon-trades-above-par": t04_which_coupon_trades_above_par(),
    "t04-rates-with-different-compounding": t04_rates_with_different_compounding(),
    "t07-key-rate-gains": t07_key_rate_gains(),
    "t11-what-lifts-a-hedged-yield": t11_what_lifts_a_hedged_yield(),
}

LOOKED_UP = frozenset(
    {
        "t01-bond-terms",
        "t01-six-week-benchmark",
        "t02-noncompetitive-limit",
        "t02-single-price-award",
        "t09-japan-amount-march-2026",
        "t09-official-share-2024",
        "t13-debt-limit-july-2025",
    }
)
"""Items whose options are numbers that a fact or the stem holds as they stand, with nothing to compute."""
