"""What keeps the formulas exact: the working precision, the roundings, and the checks of the inputs."""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from quizapp.finance.errors import Empty, NotACount, NotADecimal, OutOfRange

Given = ParamSpec("Given")
Result = TypeVar("Result")

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
MOST_PERIODS = 1200
WORKING = Context(prec=50, rounding=ROUND_HALF_EVEN)


def exact(formula: Callable[Given, Result]) -> Callable[Given, Result]:
    """The formula at 50 significant digits, whatever precision the caller's thread is set to."""

    @wraps(formula)
    def at_working_precision(*args: Given.args, **named: Given.kwargs) -> Result:
        with localcontext(WORKING):
            return formula(*args, **named)

    return at_working_precision


@exact
def half_up(value: Decimal, places: int) -> Decimal:
    """The value rounded to so many decimals, a half away from zero, as the US Treasury rounds."""
    decimals(value=value)
    return value.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)


@exact
def truncated(value: Decimal, places: int) -> Decimal:
    """The value cut off after so many decimals, towards zero."""
    decimals(value=value)
    return value.quantize(ONE.scaleb(-places), rounding=ROUND_DOWN)


@exact
def up_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below the value."""
    decimals(value=value)
    positive(step=step)
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step


def decimals(**values: Decimal) -> None:
    """Raise NotADecimal for the first value that is no finite Decimal."""
    for name, value in values.items():
        if not isinstance(value, Decimal) or not value.is_finite():
            raise NotADecimal(name, repr(value))


def positive(**values: Decimal) -> None:
    """Raise NotADecimal or OutOfRange for the first value that is no Decimal above zero."""
    decimals(**values)
    for name, value in values.items():
        if value <= 0:
            raise OutOfRange(name, value, 0, None)


def not_negative(**values: Decimal) -> None:
    """Raise NotADecimal or OutOfRange for the first value that is no Decimal of zero or more."""
    decimals(**values)
    for name, value in values.items():
        if value < 0:
            raise OutOfRange(name, value, 0, None)


def between(low: Decimal, high: Decimal, **values: Decimal) -> None:
    """Raise NotADecimal or OutOfRange for the first value that is no Decimal from `low` to `high`."""
    decimals(**values)
    for name, value in values.items():
        if not low <= value <= high:
            raise OutOfRange(name, value, low, high)


def counts(low: int = 1, **values: int) -> None:
    """Raise NotACount or OutOfRange for the first value that is no whole number of `low` or more."""
    for name, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise NotACount(name, repr(value))
        if value < low:
            raise OutOfRange(name, value, low, None)


def few(**values: int) -> None:
    """Raise OutOfRange for the first number of periods that is beyond a century of months."""
    for name, value in values.items():
        if value > MOST_PERIODS:
            raise OutOfRange(name, value, None, MOST_PERIODS)


def whole(name: str, value: Decimal) -> int:
    """The value as a whole number; raises NotACount where it is none."""
    decimals(**{name: value})
    if value != value.to_integral_value():
        raise NotACount(name, str(value))
    return int(value)


def grows(rate: Decimal, per_year: int, name: str) -> Decimal:
    """The growth of 1 over one compounding period, 1 + rate / per_year; the rate must exceed -per_year."""
    decimals(**{name: rate})
    counts(per_year=per_year)
    if rate <= -per_year:
        raise OutOfRange(name, rate, -per_year, None)
    return ONE + rate / per_year


def filled(name: str, values: Sequence[object]) -> None:
    """Raise Empty where nothing is given."""
    if not values:
        raise Empty(name)
