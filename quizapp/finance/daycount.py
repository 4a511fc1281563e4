"""Day counts: the days between two dates, and the part of a year or coupon period that they make up."""

from calendar import isleap, monthrange
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal

from quizapp.finance.errors import OutOfRange, WrongDates
from quizapp.finance.exact import ZERO, counts
from quizapp.finance.formula import Step, Working, count, formula

BANK_YEAR, COMMON_YEAR, LEAP_YEAR, MONTHS, BANK_MONTH = 360, 365, 366, 12, 30
FEBRUARY, LEAP_DAY = 2, 29
THIRTY_US, ACTUAL_ACTUAL, ACTUAL_360, ACTUAL_365, THIRTY_EUROPE = range(5)


@count
def actual_days(start: date, end: date) -> Working:
    """The calendar days from one date to another, the first counted, the last not.

    Source: ISDA, 2006 Definitions, section 4.16 (actual).
    """
    yield Step("days", Decimal((end - start).days), r"\text{end} - \text{start}")


@count
def thirty_360_days(start: date, end: date) -> Working:
    """The days between two dates by 30/360 bond basis: every month has 30 days.

    A start on the 31st counts as the 30th; so does an end on the 31st where the start is the 30th or 31st.
    Source: ISDA, 2006 Definitions, section 4.16(f) (30/360, bond basis).
    """
    first = min(start.day, BANK_MONTH)
    last = BANK_MONTH if end.day > BANK_MONTH and first == BANK_MONTH else end.day
    yield _thirty(start, first, end, last)


@count
def thirty_360_us_days(start: date, end: date) -> Working:
    """The days between two dates by 30/360 as US markets and spreadsheets count them.

    Like bond basis, but a start on the last day of February counts as the 30th, and an end too where both
    dates are. Source: SIA, Standard Securities Calculation Methods; Microsoft, DAX reference (basis 0).
    """
    first = BANK_MONTH if _ends_february(start) else min(start.day, BANK_MONTH)
    last = BANK_MONTH if _ends_february(start) and _ends_february(end) else end.day
    last = BANK_MONTH if last > BANK_MONTH and first == BANK_MONTH else last
    yield _thirty(start, first, end, last)


@count
def thirty_e_360_days(start: date, end: date) -> Working:
    """The days between two dates by 30E/360 (eurobond basis): a 31st counts as a 30th on either side.

    Source: ISDA, 2006 Definitions, section 4.16(g) (30E/360).
    """
    yield _thirty(start, min(start.day, BANK_MONTH), end, min(end.day, BANK_MONTH))


@formula
def actual_360(start: date, end: date) -> Working:
    """The part of a year by actual/360: calendar days / 360. Not rounded.

    Source: ISDA, 2006 Definitions, section 4.16(e).
    """
    yield from actual_days.steps(start, end)
    yield Step("years", Decimal((end - start).days) / BANK_YEAR, r"\frac{\text{days}}{360}")


@formula
def actual_365(start: date, end: date) -> Working:
    """The part of a year by actual/365 (fixed): calendar days / 365. Not rounded.

    Source: ISDA, 2006 Definitions, section 4.16(d).
    """
    yield from actual_days.steps(start, end)
    yield Step("years", Decimal((end - start).days) / COMMON_YEAR, r"\frac{\text{days}}{365}")


@formula
def actual_actual_isda(start: date, end: date) -> Working:
    """The part of a year by actual/actual ISDA: days in leap years / 366 + days in other years / 365.

    Not rounded. Source: ISDA, 2006 Definitions, section 4.16(b); ISDA, EMU and Market Conventions (1998).
    """
    _in_order(start, end)
    leap = common = 0
    for year in range(start.year, end.year + 1):
        begins, ends = max(start, date(year, 1, 1)), min(end, date(year, MONTHS, 31))
        days = (ends - begins).days + (year < end.year)
        leap, common = (leap + days, common) if isleap(year) else (leap, common + days)
    yield Step("days in leap years", Decimal(leap), r"\text{days}_{366}")
    yield Step("days in other years", Decimal(common), r"\text{days}_{365}")
    years = Decimal(leap) / LEAP_YEAR + Decimal(common) / COMMON_YEAR
    yield Step("years", years, r"\frac{\text{days}_{366}}{366} + \frac{\text{days}_{365}}{365}")


@formula
def actual_actual_icma(
    start: date,
    end: date,
    period_start: date | None = None,
    period_end: date | None = None,
    frequency: int | None = None,
) -> Working:
    """The part of a year by actual/actual ICMA (ISMA): days / (days of the coupon period x coupons a year).

    The reference period is the regular coupon period around the dates (those themselves unless given); where
    they reach beyond it, earlier and later regular periods are laid beside it. Coupons a year follow from its
    months unless given. Not rounded. Source: ICMA, Rule 251; ISDA, EMU and Market Conventions (1998).
    """
    first, last = period_start or start, period_end or end
    _in_order(start, end)
    _in_order(first, last)
    months = round(Decimal((last - first).days * MONTHS) / COMMON_YEAR) or 1
    per_year = MONTHS // months if frequency is None else frequency
    counts(frequency=per_year)
    at_ends = _ends_month(first) and _ends_month(last)
    periods, place = ZERO, 0
    while months_after(first, place * months, at_ends) > start:
        place -= 1
    while (begins := months_after(first, place * months, at_ends)) < end:
        ends = months_after(last, place * months, at_ends)
        inside = (min(end, ends) - max(start, begins)).days
        periods += Decimal(inside) / (ends - begins).days
        place += 1
    yield Step("coupon periods", periods, r"\frac{\text{days}}{\text{days of the coupon period}}")
    yield Step("years", periods / per_year, r"\frac{\text{coupon periods}}{f}")


@formula
def actual_actual_afb(start: date, end: date) -> Working:
    """The part of a year by actual/actual AFB: whole years counted back from the end, the rest over its year.

    The rest is divided by 366 where it holds a 29 February, else by 365. Not rounded. Source: ISDA, EMU and
    Market Conventions (1998), after the Association francaise des banques.
    """
    _in_order(start, end)
    # Counting back from the 28th of February lands on the 29th where there is one.
    at_end = end.month == FEBRUARY and end.day >= LEAP_DAY - 1
    whole, rest_end = 0, end
    while (earlier := months_after(end, -MONTHS * (whole + 1), at_end)) >= start:
        whole, rest_end = whole + 1, earlier
    leap_days = (date(year, FEBRUARY, LEAP_DAY) for year in range(start.year, end.year + 1) if isleap(year))
    base = LEAP_YEAR if any(start <= day < rest_end for day in leap_days) else COMMON_YEAR
    rest = (rest_end - start).days
    yield Step("whole years", Decimal(whole), r"\text{counted back from the end}")
    yield Step("days left", Decimal(rest), r"\text{days}")
    yield Step("years", whole + Decimal(rest) / base, r"\text{whole years} + \frac{\text{days}}{y}")


@count
def basis_days(start: date, end: date, basis: int) -> Working:
    """The days between two dates by a spreadsheet's basis: 0 is 30/360 (US), 4 is 30E/360, the rest actual.

    Source: Microsoft, DAX reference (basis).
    """
    _known(basis)
    counting = {THIRTY_US: thirty_360_us_days, THIRTY_EUROPE: thirty_e_360_days}.get(basis, actual_days)
    yield from counting.steps(start, end)


@formula
def year_fraction(start: date, end: date, basis: int = ACTUAL_ACTUAL) -> Working:
    """The part of a year by a spreadsheet's basis, none of it rounded.

    0 is 30/360 (US), 1 actual/actual (ISDA), 2 actual/360, 3 actual/365, 4 30E/360. Source: Microsoft, DAX
    reference (basis); ISDA, 2006 Definitions, section 4.16.
    """
    _known(basis)
    if basis == ACTUAL_ACTUAL:
        yield from actual_actual_isda.steps(start, end)
        return
    *_, days = basis_days.steps(start, end, basis)
    yield days
    year = COMMON_YEAR if basis == ACTUAL_365 else BANK_YEAR
    yield Step("years", days.value / year, r"\frac{\text{days}}{y}")


@formula
def regular_days(start: date, end: date, frequency: int = 2, basis: int = ACTUAL_ACTUAL) -> Working:
    """The days of a regular coupon period: actual, or 360 or 365 over the coupons a year.

    Source: Microsoft, DAX reference (COUPDAYS).
    """
    _known(basis)
    counts(frequency=frequency)
    year = COMMON_YEAR if basis == ACTUAL_365 else BANK_YEAR
    actual = basis == ACTUAL_ACTUAL
    days = Decimal((end - start).days) if actual else Decimal(year) / frequency
    yield Step("days of the period", days, "s")


def months_after(day: date, months: int, at_month_end: bool = False) -> date:
    """The same day so many months later (or earlier): the last day of a month that is too short or if asked.

    Source: 31 CFR 356, Appendix B, I.A.1 (coupon dates on a month's last day).
    """
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        raise OutOfRange("year", year, MINYEAR, MAXYEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if at_month_end else min(day.day, last))


def coupon_date(anchor: date, months: int) -> date:
    """The coupon date so many months from another: from a month's last day to a last day.

    Source: 31 CFR 356, Appendix B, I.A.1.
    """
    return months_after(anchor, months, _ends_month(anchor))


def _thirty(start: date, first: int, end: date, last: int) -> Step:
    months = (end.year - start.year) * MONTHS + end.month - start.month
    days = Decimal(months * BANK_MONTH + last - first)
    return Step("days", days, r"360 \Delta y + 30 \Delta m + \Delta d")


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _ends_february(day: date) -> bool:
    return day.month == FEBRUARY and _ends_month(day)


def _in_order(start: date, end: date) -> None:
    if start >= end:
        raise WrongDates(start, end)


def _known(basis: int) -> None:
    counts(0, basis=basis)
    if basis > THIRTY_EUROPE:
        raise OutOfRange("basis", basis, THIRTY_US, THIRTY_EUROPE)
