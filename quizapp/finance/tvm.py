"""The time value of money: level payments, growth, and the worth of payments at a rate.

Amounts paid in and paid out have opposite signs, as in spreadsheets; rates are fractions a period, and `due`
is 1 for payments at the start of each period, else 0.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from quizapp.finance.errors import OutOfRange, UnequalLengths
from quizapp.finance.exact import ONE, ZERO, counts, decimals, filled, grows, positive
from quizapp.finance.formula import Step, Working, formula
from quizapp.finance.root import root

YEAR = 365


@formula
def present_value(
    rate: Decimal, periods: Decimal, payment: Decimal, future: Decimal = ZERO, due: int = 0
) -> Working:
    """What level payments and a final amount are worth today, with the opposite sign.

    -(pmt (1 + r due) (1 - v^n) / r + FV v^n). Not rounded. Source: Microsoft, DAX reference (PV).
    """
    factor, annuity = _annuity(rate, periods, due)
    decimals(payment=payment, future=future)
    yield Step("discount factor", factor, r"(1 + r)^{-n}")
    yield Step("annuity", annuity, r"(1 + r \cdot \text{due}) \frac{1 - v^n}{r}")
    yield Step(
        "present value", -(payment * annuity + future * factor), r"-(\text{pmt}\,a_n + \text{FV}\,v^n)"
    )


@formula
def future_value(
    rate: Decimal, periods: Decimal, payment: Decimal, present: Decimal = ZERO, due: int = 0
) -> Working:
    """What level payments and an amount today grow to, with the opposite sign.

    Not rounded. Source: Microsoft, DAX reference (FV).
    """
    factor, annuity = _annuity(rate, periods, due)
    decimals(payment=payment, present=present)
    yield Step("growth", ONE / factor, r"(1 + r)^n")
    yield Step(
        "future value", -(payment * annuity + present) / factor, r"-(\text{pmt}\,a_n + \text{PV})(1 + r)^n"
    )


@formula
def level_payment(
    rate: Decimal, periods: Decimal, present: Decimal, future: Decimal = ZERO, due: int = 0
) -> Working:
    """The level payment that pays off an amount today and leaves another at the end.

    Not rounded. Source: Microsoft, DAX reference (PMT).
    """
    factor, annuity = _annuity(rate, periods, due)
    decimals(present=present, future=future)
    yield Step("annuity", annuity, r"(1 + r \cdot \text{due}) \frac{1 - v^n}{r}")
    yield Step("payment", -(present + future * factor) / annuity, r"-\frac{\text{PV} + \text{FV}\,v^n}{a_n}")


@formula
def number_of_periods(
    rate: Decimal, payment: Decimal, present: Decimal, future: Decimal = ZERO, due: int = 0
) -> Working:
    """How many periods level payments take from one amount to another; may be a fraction.

    Not rounded. Source: Microsoft, DAX reference (NPER).
    """
    growth = grows(rate, 1, "rate")
    decimals(payment=payment, present=present, future=future)
    _due(due)
    if rate == 0:
        if payment == 0:
            raise OutOfRange("payment", payment, None, None)
        yield Step("periods", -(present + future) / payment, r"-\frac{\text{PV} + \text{FV}}{\text{pmt}}")
        return
    level = payment * (ONE + rate * due) / rate
    if level + present == 0 or (level - future) / (level + present) <= 0:
        raise OutOfRange("payment", payment, None, None)
    ratio = (level - future) / (level + present)
    yield Step("k", level, r"\frac{\text{pmt} (1 + r \cdot \text{due})}{r}")
    yield Step("growth", ratio, r"\frac{k - \text{FV}}{k + \text{PV}}")
    yield Step("periods", ratio.ln() / growth.ln(), r"\frac{\ln(\text{growth})}{\ln(1 + r)}")


@formula
def rate_of_annuity(
    periods: Decimal, payment: Decimal, present: Decimal, future: Decimal = ZERO, due: int = 0
) -> Working:
    """The rate a period at which level payments and two amounts balance.

    Source: Microsoft, DAX reference (RATE), the inverse of `present_value`.
    """
    decimals(payment=payment, present=present, future=future)

    def balance(rate: Decimal) -> Decimal:
        factor, annuity = _annuity(rate, periods, due)
        return present + payment * annuity + future * factor

    yield Step(
        "rate", root(balance), r"\text{PV} + \text{pmt}\,a_n + \text{FV}\,v^n = 0, \text{solved for } r"
    )


@formula
def growth_rate(periods: Decimal, present: Decimal, future: Decimal) -> Working:
    """The rate a period at which one amount grows into another: (FV / PV)^(1 / n) - 1.

    Not rounded. Source: Microsoft, DAX reference (RRI).
    """
    positive(periods=periods, growth=_ratio(present, future))
    growth = future / present
    yield Step("growth", growth, r"\frac{\text{FV}}{\text{PV}}")
    yield Step(
        "rate", growth ** (ONE / periods) - ONE, r"\left(\frac{\text{FV}}{\text{PV}}\right)^{1 / n} - 1"
    )


@formula
def periods_of_growth(rate: Decimal, present: Decimal, future: Decimal) -> Working:
    """How many periods one amount takes to grow into another: ln(FV / PV) / ln(1 + r).

    Not rounded. Source: Microsoft, DAX reference (PDURATION).
    """
    positive(growth=_ratio(present, future))
    growth = grows(rate, 1, "rate")
    if rate == 0:
        raise OutOfRange("rate", rate, None, None)
    yield Step("growth", future / present, r"\frac{\text{FV}}{\text{PV}}")
    yield Step(
        "periods", (future / present).ln() / growth.ln(), r"\frac{\ln(\text{FV} / \text{PV})}{\ln(1 + r)}"
    )


@formula
def net_present_value(rate: Decimal, amounts: Sequence[Decimal]) -> Working:
    """The worth today of amounts at the end of period 1, 2, ...: sum of CF_t / (1 + r)^t.

    Not rounded. Source: Microsoft, DAX reference (NPV in spreadsheets); Tuckman and Serrat, Fixed Income
    Securities (present value).
    """
    filled("amounts", amounts)
    growth = grows(rate, 1, "rate")
    for place, amount in enumerate(amounts, start=1):
        decimals(amount=amount)
        yield Step(f"value of amount {place}", amount / growth**place, r"\frac{\text{CF}_t}{(1 + r)^t}")
    yield Step(
        "net present value", _worth(growth, _numbered(amounts, 1)), r"\sum \frac{\text{CF}_t}{(1 + r)^t}"
    )


@formula
def internal_rate(amounts: Sequence[Decimal]) -> Working:
    """The rate a period at which amounts now and after 1, 2, ... periods are worth nothing together.

    Source: Microsoft, DAX reference (IRR in spreadsheets), the inverse of `net_present_value`.
    """
    filled("amounts", amounts)
    decimals(**{f"amount_{place}": amount for place, amount in enumerate(amounts)})
    dated = _numbered(amounts, 0)
    rate = root(lambda one: _worth(ONE + one, dated))
    yield Step("internal rate of return", rate, r"\sum \frac{\text{CF}_t}{(1 + r)^t} = 0")


@formula
def dated_present_value(rate: Decimal, payments: Sequence[tuple[date, Decimal]]) -> Working:
    """The worth on the first date of amounts on dates: sum of CF / (1 + r)^(days / 365).

    The rate is a fraction a year, effective. Not rounded. Source: Microsoft, DAX reference (XNPV).
    """
    worth = _worth(grows(rate, 1, "rate"), _dated(payments))
    yield Step("net present value", worth, r"\sum \frac{\text{CF}_i}{(1 + r)^{d_i / 365}}")


@formula
def dated_internal_rate(payments: Sequence[tuple[date, Decimal]]) -> Working:
    """The effective rate a year at which amounts on dates are worth nothing together.

    Source: Microsoft, DAX reference (XIRR), the inverse of `dated_present_value`.
    """
    dated = _dated(payments)
    rate = root(lambda one: _worth(ONE + one, dated))
    yield Step("internal rate of return", rate, r"\sum \frac{\text{CF}_i}{(1 + r)^{d_i / 365}} = 0")


@formula
def listed_present_value(rate: Decimal, dates: Sequence[date], amounts: Sequence[Decimal]) -> Working:
    """`dated_present_value` from two lists, dates and amounts.

    Source: Microsoft, DAX reference (XNPV).
    """
    yield from dated_present_value.steps(rate, _joined(dates, amounts))


@formula
def listed_internal_rate(dates: Sequence[date], amounts: Sequence[Decimal]) -> Working:
    """`dated_internal_rate` from two lists, dates and amounts.

    Source: Microsoft, DAX reference (XIRR).
    """
    yield from dated_internal_rate.steps(_joined(dates, amounts))


def _annuity(rate: Decimal, periods: Decimal, due: int) -> tuple[Decimal, Decimal]:
    growth = grows(rate, 1, "rate")
    positive(periods=periods)
    _due(due)
    factor = growth**-periods
    return factor, periods if rate == 0 else (ONE + rate * due) * (ONE - factor) / rate


def _due(due: int) -> None:
    counts(0, due=due)
    if due > 1:
        raise OutOfRange("due", due, 0, 1)


def _ratio(present: Decimal, future: Decimal) -> Decimal:
    decimals(present=present, future=future)
    if present == 0:
        raise OutOfRange("present", present, None, None)
    return future / present


def _numbered(amounts: Sequence[Decimal], start: int) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(place), amount) for place, amount in enumerate(amounts, start=start)]


def _dated(payments: Sequence[tuple[date, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    filled("payments", payments)
    decimals(**{f"amount_{place}": amount for place, (_, amount) in enumerate(payments)})
    start = payments[0][0]
    return [(Decimal((day - start).days) / YEAR, amount) for day, amount in payments]


def _joined(dates: Sequence[date], amounts: Sequence[Decimal]) -> tuple[tuple[date, Decimal], ...]:
    if len(dates) != len(amounts):
        raise UnequalLengths("amounts", len(amounts), len(dates))
    return tuple(zip(dates, amounts, strict=True))


def _worth(growth: Decimal, payments: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    return sum((amount / growth**time for time, amount in payments), ZERO)
