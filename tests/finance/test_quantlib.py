"""QuantLib, an independent implementation, agrees about bonds, day counts and curves, drawn at random."""

import warnings
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from quizapp.finance import bond, curve, daycount, odd, rates, risk, schedule, street, treasury
from quizapp.finance.daycount import coupon_date

SEED, BONDS, DATES = 20_251_125, 40, 200
FREQUENCIES = (1, 2, 4)


@pytest.fixture(scope="module")
def ql():
    """The library, imported only here: it costs a quarter of a second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of its binding, on newer Pythons
        import QuantLib  # noqa: PLC0415

    return QuantLib


def near(ours, theirs, within=1e-9):
    assert abs(float(ours) - theirs) <= within * max(1.0, abs(theirs)), (ours, theirs)


def moment(ql, day):
    return ql.Date(day.day, day.month, day.year)


def some_bonds():
    """Coupon, yield, settlement, maturity and frequency of bonds with more than one coupon to come."""
    chance = Random(SEED)
    for _ in range(BONDS):
        frequency = chance.choice(FREQUENCIES)
        settlement = date(2020, 1, 1) + timedelta(chance.randrange(4000))
        maturity = coupon_date(settlement, 12 * chance.randrange(2, 30)) + timedelta(chance.randrange(300))
        if chance.random() < 0.2:
            maturity = maturity.replace(day=monthrange(maturity.year, maturity.month)[1])
        elif maturity.day > 28:
            maturity = maturity.replace(day=28)
        coupon = Decimal(chance.randrange(0, 1200)) / 10_000
        yield_ = Decimal(chance.randrange(-100, 1500)) / 10_000
        yield coupon, yield_, settlement, maturity, frequency


def their_bond(ql, coupon, settlement, maturity, frequency, issue=None, first=None):
    months = 12 // frequency
    back = 2 + schedule.coupons_left(settlement, maturity, frequency)
    start = issue or coupon_date(maturity, -months * back)
    at_end = maturity.day == monthrange(maturity.year, maturity.month)[1]
    dates = ql.Schedule(
        moment(ql, start),
        moment(ql, maturity),
        ql.Period(months, ql.Months),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Backward,
        at_end,
        *([moment(ql, first)] if first else []),
    )
    counted = ql.ActualActual(ql.ActualActual.ISMA, dates)
    return ql.FixedRateBond(0, 100, dates, [float(coupon)], counted, ql.Unadjusted), counted


def test_price_yield_and_accrued_interest(ql):
    for coupon, yield_, settlement, maturity, frequency in some_bonds():
        theirs, counted = their_bond(ql, coupon, settlement, maturity, frequency)
        day = moment(ql, settlement)
        how = (counted, ql.Compounded, frequency, day)
        price = ql.BondFunctions.cleanPrice(theirs, float(yield_), *how)
        ours = street.price_at_yield(coupon, yield_, settlement, maturity, frequency)
        near(ours, price)
        near(street.accrued(coupon, settlement, maturity, frequency), theirs.accruedAmount(day))
        near(street.yield_at_price(coupon, ours, settlement, maturity, frequency), float(yield_), 1e-12)


def test_durations_convexity_and_the_value_of_a_basis_point(ql):
    for coupon, yield_, settlement, maturity, frequency in some_bonds():
        theirs, counted = their_bond(ql, coupon, settlement, maturity, frequency)
        day = moment(ql, settlement)
        how = (float(yield_), counted, ql.Compounded, frequency)
        steps = street.risk_at_yield.steps(coupon, yield_, settlement, maturity, frequency)
        ours = {step.name: step.value for step in steps}
        macaulay = ql.BondFunctions.duration(theirs, *how, ql.Duration.Macaulay, day)
        modified = ql.BondFunctions.duration(theirs, *how, ql.Duration.Modified, day)
        near(ours["Macaulay duration"], macaulay)
        near(ours["modified duration"], modified)
        near(ours["convexity"], ql.BondFunctions.convexity(theirs, *how, day))
        dirty = ql.BondFunctions.cleanPrice(theirs, *how, day) + theirs.accruedAmount(day)
        near(ours["value of a basis point"], modified * dirty / 10_000)


def test_the_treasurys_price_is_simple_then_compounded(ql):
    for coupon, yield_, settlement, maturity, _ in some_bonds():
        theirs, counted = their_bond(ql, coupon, settlement, maturity, 2)
        how = (float(yield_), counted, ql.SimpleThenCompounded, 2, moment(ql, settlement))
        period = schedule.coupon_period(settlement, maturity)
        ours = treasury.regular(100 * coupon, yield_, period.count - 1, period.days_left, period.days)
        near(ours, ql.BondFunctions.cleanPrice(theirs, *how))


def test_odd_first_periods_short_and_long(ql):
    chance, long = Random(SEED), 0
    for coupon, yield_, settlement, maturity, frequency in some_bonds():
        months = 12 // frequency
        following = schedule.coupon_period(settlement, maturity, frequency).following
        first = coupon_date(following, chance.choice((0, months)))
        issue = settlement - timedelta(chance.randrange(1, 20))
        if first >= maturity or (first - issue).days > 720 // frequency:
            continue
        theirs, counted = their_bond(ql, coupon, settlement, maturity, frequency, issue, first)
        day = moment(ql, settlement)
        clean = ql.BondFunctions.cleanPrice(theirs, float(yield_), counted, ql.Compounded, frequency, day)
        steps = odd.first_price.steps(coupon, yield_, settlement, maturity, issue, first, frequency)
        ours = {step.name: step.value for step in steps}
        near(ours["first coupon"], theirs.cashflows()[0].amount())
        near(ours["accrued interest"], theirs.accruedAmount(day))
        near(ours["clean price"], clean)
        long += (first - issue).days > 372 // frequency
    assert long > 10


def test_day_counts(ql):
    pairs = [
        (daycount.actual_360, ql.Actual360().yearFraction),
        (daycount.actual_365, ql.Actual365Fixed().yearFraction),
        (daycount.actual_actual_isda, ql.ActualActual(ql.ActualActual.ISDA).yearFraction),
        (daycount.actual_actual_afb, ql.ActualActual(ql.ActualActual.AFB).yearFraction),
        (daycount.thirty_360_days, ql.Thirty360(ql.Thirty360.BondBasis).dayCount),
        (daycount.thirty_360_us_days, ql.Thirty360(ql.Thirty360.USA).dayCount),
        (daycount.thirty_e_360_days, ql.Thirty360(ql.Thirty360.EurobondBasis).dayCount),
        (daycount.actual_days, lambda start, end: end - start),
    ]
    chance = Random(SEED)
    for _ in range(DATES):
        start = date(2019, 1, 1) + timedelta(chance.randrange(2500))
        end = start + timedelta(chance.randrange(1, 2500))
        if chance.random() < 0.3:
            start = start.replace(day=monthrange(start.year, start.month)[1])
            end = max(start + timedelta(1), end.replace(day=monthrange(end.year, end.month)[1]))
        for ours, theirs in pairs:
            near(ours(start, end), theirs(moment(ql, start), moment(ql, end)), 1e-12)


def test_actual_actual_icma_within_a_regular_period(ql):
    theirs = ql.ActualActual(ql.ActualActual.ISMA)
    chance = Random(SEED)
    for _ in range(DATES):
        months = chance.choice((3, 6, 12))
        first = date(2019, 1, 1) + timedelta(chance.randrange(3000))
        last = coupon_date(first, months)
        start = first + timedelta(chance.randrange(0, (last - first).days))
        end = start + timedelta(chance.randrange(1, (last - start).days + 1))
        dates = [moment(ql, day) for day in (start, end, first, last)]
        near(daycount.actual_actual_icma(start, end, first, last), theirs.yearFraction(*dates), 1e-12)


def test_rates_and_forwards(ql):
    chance = Random(SEED)
    today, counted = ql.Date(1, 1, 2025), ql.Actual365Fixed()
    for _ in range(BONDS):
        near_rate, far_rate = (Decimal(chance.randrange(1, 900)) / 10_000 for _ in range(2))
        near_years, more = chance.randrange(1, 8), chance.randrange(1, 8)
        per_year, other = chance.choice(FREQUENCIES), chance.choice(FREQUENCIES)
        given = ql.InterestRate(float(near_rate), counted, ql.Compounded, per_year)
        turned = given.equivalentRate(ql.Compounded, other, 1.0).rate()
        near(rates.other_compounding(near_rate, per_year, other), turned, 1e-11)
        near(rates.continuous_rate(near_rate, per_year), given.equivalentRate(ql.Continuous, 1, 1.0).rate())
        days = [today, today + 365 * near_years, today + 365 * (near_years + more)]
        zeros = [float(near_rate), float(near_rate), float(far_rate)]
        theirs = ql.ZeroCurve(
            days, zeros, counted, ql.NullCalendar(), ql.Linear(), ql.Compounded, per_year
        ).forwardRate(days[1], days[2], counted, ql.Compounded, per_year)
        far_years = Decimal(near_years + more)
        ours = curve.forward_rate(near_rate, Decimal(near_years), far_rate, far_years, per_year)
        near(ours, theirs.rate(), 1e-8)


def test_control_another_convention_does_not_agree(ql):
    """The comparison would see a wrong day base, simple for compound interest, or Macaulay for modified."""
    coupon, yield_, settlement, maturity = (
        Decimal("0.05"),
        Decimal("0.06"),
        date(2025, 2, 20),
        date(2033, 5, 15),
    )
    theirs, counted = their_bond(ql, coupon, settlement, maturity, 2)
    day = moment(ql, settlement)
    price = ql.BondFunctions.cleanPrice(theirs, float(yield_), counted, ql.Compounded, 2, day)
    macaulay = ql.BondFunctions.duration(
        theirs, float(yield_), counted, ql.Compounded, 2, ql.Duration.Macaulay, day
    )
    period = schedule.coupon_period(settlement, maturity)
    steps = street.risk_at_yield.steps(coupon, yield_, settlement, maturity)
    modified = next(step.value for step in steps if step.name == "modified duration")
    for wrong, right in [
        (street.price_at_yield(coupon, yield_, settlement, maturity, 2, 0), price),
        (treasury.regular(100 * coupon, yield_, period.count - 1, period.days_left, period.days), price),
        (bond.price_on_coupon_date(coupon, yield_, period.count), price),
        (modified, macaulay),
        (risk.bond_risk(coupon, yield_, period.count), macaulay),
    ]:
        with pytest.raises(AssertionError):
            near(wrong, right)
