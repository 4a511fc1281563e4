"""The functions that a formula may call: the basic ones, and those of a finance catalogue by their names."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any, Protocol

from quizapp.assessment.formulas.limits import LIMITS, Limits
from quizapp.assessment.formulas.tree import Kind, Value
from quizapp.finance.errors import FinanceError

FIRST_YEAR, LAST_YEAR = 1900, 2199
PLACES = 20
LARGEST_COUNT = 100_000
_DAYS_A_YEAR = 365
_FREQUENCY = 2
_STEPS_A_CALL = 20


class Step(Protocol):
    """One line of a working: its name, what it comes to, and how it is found (LaTeX)."""

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> Decimal: ...

    @property
    def expression(self) -> str: ...


class Input(Protocol):
    """An input of a finance formula; `kind` is one of GIVEN, or another where formulas cannot name it."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def optional(self) -> bool: ...


class FinanceFormula(Protocol):
    """A formula of a catalogue."""

    def __call__(self, *args: Any) -> Decimal | int: ...

    def steps(self, *args: Any) -> tuple[Step, ...]: ...

    @property
    def parameters(self) -> tuple[Input, ...]: ...


@dataclass
class Refusal(Exception):
    """A function has no value for what it was given; whoever called it knows the place."""

    code: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Function:
    """What a formula may call: kinds of its arguments, kind of its value, and how it is computed.

    Arguments after the first `needs` may be left out; where `repeats`, the last kind may come again. `cost`
    is charged to the steps of the formula before `run` is called; `working` gives the steps to show.
    """

    takes: tuple[Kind, ...]
    needs: int
    gives: Kind
    run: Callable[..., Value]
    repeats: bool = False
    cost: Callable[[tuple[Value, ...]], int] | None = None
    working: Callable[..., tuple[Step, ...]] | None = None

    def accepts(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return self.needs <= count and (self.repeats or count <= len(self.takes))

    def kind_at(self, place: int) -> Kind:
        """The kind of the argument at a place."""
        return self.takes[min(place, len(self.takes) - 1)]

    @property
    def wanted(self) -> str:
        """How many arguments it takes, in words for a sentence."""
        if self.repeats:
            return f"{self.needs} or more values"
        most = len(self.takes)
        number = str(most) if self.needs == most else f"{self.needs} to {most}"
        return f"{number} value{'' if most == 1 else 's'}"


@dataclass(frozen=True)
class Language:
    """What formulas may do: the functions they may call, and how far they may go."""

    functions: Mapping[str, Function]
    limits: Limits = LIMITS


def whole(value: Decimal, what: str, low: int, high: int) -> int:
    """The number as an int; raises Refusal where it is not whole or lies outside the range."""
    if value != value.to_integral_value():
        raise Refusal("not_whole", {"what": what})
    if not low <= value <= high:
        raise Refusal("out_of_range", {"what": what, "low": low, "high": high})
    return int(value)


def _rounded(context: Context, value: Decimal, places: Decimal) -> Decimal:
    count = whole(places, "the number of decimals", -PLACES, PLACES)
    if value.adjusted() + count + 1 >= context.prec:
        raise Refusal("number_too_large", {})
    return value.quantize(Decimal(1).scaleb(-count), rounding=ROUND_HALF_UP, context=context)


def _floor(context: Context, value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR)


def _ceil(context: Context, value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def _sum(context: Context, values: tuple[Decimal, ...]) -> Decimal:
    total = Decimal(0)
    for one in values:
        total = context.add(total, one)
    return total


def _date(context: Context, year: Decimal, month: Decimal, day: Decimal) -> date:
    return _day(
        whole(year, "the year", FIRST_YEAR, LAST_YEAR),
        whole(month, "the month", 1, 12),
        int(whole(day, "the day", 1, 31)),
    )


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR or day > monthrange(year, month)[1]:
        raise Refusal("no_such_date", {"first": FIRST_YEAR, "last": LAST_YEAR})
    return date(year, month, day)


def _days(context: Context, first: date, second: date) -> Decimal:
    return Decimal((second - first).days)


def _add_days(context: Context, start: date, days: Decimal) -> date:
    moved = start + timedelta(days=whole(days, "the number of days", -LARGEST_COUNT, LARGEST_COUNT))
    return _day(moved.year, moved.month, moved.day)


def _add_months(context: Context, start: date, months: Decimal) -> date:
    """The same day so many months on, or the last day of a month that has no such day."""
    count = start.year * 12 + start.month - 1 + whole(months, "the number of months", -3_600, 3_600)
    year, month = count // 12, count % 12 + 1
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("no_such_date", {"first": FIRST_YEAR, "last": LAST_YEAR})
    return _day(year, month, min(start.day, monthrange(year, month)[1]))


def _weekday(context: Context, day: date) -> Decimal:
    """1 for Monday to 7 for Sunday."""
    return Decimal(day.isoweekday())


def _least(context: Context, *values: Decimal) -> Decimal:
    return min(values)


def _most(context: Context, *values: Decimal) -> Decimal:
    return max(values)


def _count(context: Context, values: tuple[Value, ...]) -> Decimal:
    return Decimal(len(values))


_N, _D = Kind.NUMBER, Kind.DATE
BASIC: Mapping[str, Function] = {
    "abs": Function((_N,), 1, _N, Context.abs),
    "min": Function((_N,), 2, _N, _least, repeats=True),
    "max": Function((_N,), 2, _N, _most, repeats=True),
    "round": Function((_N, _N), 2, _N, _rounded),
    "floor": Function((_N,), 1, _N, _floor),
    "ceil": Function((_N,), 1, _N, _ceil),
    "sqrt": Function((_N,), 1, _N, Context.sqrt),
    "exp": Function((_N,), 1, _N, Context.exp),
    "ln": Function((_N,), 1, _N, Context.ln),
    "sum": Function((Kind.NUMBERS,), 1, _N, _sum),
    "count": Function((Kind.NUMBERS,), 1, _N, _count),
    "date": Function((_N, _N, _N), 3, _D, _date),
    "days": Function((_D, _D), 2, _N, _days),
    "add_days": Function((_D, _N), 2, _D, _add_days),
    "add_months": Function((_D, _N), 2, _D, _add_months),
    "weekday": Function((_D,), 1, _N, _weekday),
}
"""The functions of every language; `if` is no function, since only one of its branches is computed."""
GIVEN: Mapping[str, Kind] = {
    "decimal": Kind.NUMBER,
    "count": Kind.NUMBER,
    "flag": Kind.TRUTH,
    "date": Kind.DATE,
    "decimals": Kind.NUMBERS,
    "counts": Kind.NUMBERS,
    "dates": Kind.DATES,
}
"""The kind of value that goes into each kind of input of a finance formula."""


def language(catalogue: Mapping[str, FinanceFormula], limits: Limits = LIMITS) -> Language:
    """The language whose formulas may call the basic functions and those of a finance catalogue.

    A formula with an input that no value of a formula fits is left out. Raises ValueError where the
    catalogue takes a name of the language itself.
    """
    taken = {*BASIC, "if", "and", "or", "not"} & set(catalogue)
    if taken:
        raise ValueError(f"the catalogue takes the names {sorted(taken)}")
    functions = dict(BASIC)
    for name, one in catalogue.items():
        function = _of_finance(name, one)
        if function is not None:
            functions[name] = function
    return Language(functions, limits)


def _of_finance(name: str, formula: FinanceFormula) -> Function | None:
    inputs = _nameable(formula.parameters)
    if inputs is None:
        return None

    def run(context: Context, *values: Value) -> Decimal:
        given = _given(inputs, values)
        return context.plus(Decimal(_computed(name, formula, given)))

    def working(context: Context, *values: Value) -> tuple[Step, ...]:
        steps: tuple[Step, ...] = _computed(name, formula.steps, _given(inputs, values))
        return steps

    def cost(values: tuple[Value, ...]) -> int:
        size = _size(inputs, values)
        return _STEPS_A_CALL * (1 + int(min(size, Decimal(LARGEST_COUNT))))

    needs = sum(not one.optional for one in inputs)
    kinds = tuple(GIVEN[one.kind] for one in inputs)
    return Function(kinds, needs, Kind.NUMBER, run, cost=cost, working=working)


def _nameable(inputs: tuple[Input, ...]) -> tuple[Input, ...] | None:
    """The inputs up to the first that may be left out and cannot be named; None where one is needed."""
    for place, one in enumerate(inputs):
        if one.kind not in GIVEN:
            return inputs[:place] if all(later.optional for later in inputs[place:]) else None
    return inputs


def _given(inputs: tuple[Input, ...], values: tuple[Value, ...]) -> list[Any]:
    """The values as the finance formula wants them: a number that counts as an int."""
    given: list[Any] = []
    for one, value in zip(inputs, values, strict=False):
        if one.kind == "count" and isinstance(value, Decimal):
            given.append(whole(value, f"'{one.name}'", -LARGEST_COUNT, LARGEST_COUNT))
        elif one.kind == "counts" and isinstance(value, tuple):
            given.append(tuple(_counted(one.name, value)))
        else:
            given.append(value)
    return given


def _counted(name: str, values: Iterable[Value]) -> Iterable[int]:
    for value in values:
        if isinstance(value, Decimal):
            yield whole(value, f"each of '{name}'", -LARGEST_COUNT, LARGEST_COUNT)


def _size(inputs: tuple[Input, ...], values: tuple[Value, ...]) -> Decimal:
    """How much a formula may have to loop over: values of lists, counts, and payments over its years.

    A count of days, or of what goes into a year, is one number to a formula, however large it is.
    """
    size, years, frequency = Decimal(0), Decimal(0), Decimal(_FREQUENCY)
    dates: list[date] = []
    for one, value in zip(inputs, values, strict=False):
        if isinstance(value, tuple):
            size += len(value)
            dates += [day for day in value if isinstance(day, date)]
        elif isinstance(value, date):
            dates.append(value)
        elif not isinstance(value, Decimal):
            continue
        elif one.name == "frequency":
            frequency = abs(value)
        elif "years" in one.name or "periods" in one.name:
            years += abs(value)
        elif one.kind == "count" and "day" not in one.name and not one.name.endswith("year"):
            size += abs(value)
    if dates:
        years += Decimal((max(dates) - min(dates)).days) / _DAYS_A_YEAR
    return size + years * max(frequency, Decimal(1))


def _computed(name: str, formula: Callable[..., Any], given: list[Any]) -> Any:
    """What a finance formula gives; raises Refusal in place of its own refusals and of its arithmetic's."""
    try:
        return formula(*given)
    except FinanceError as refused:
        raise Refusal("refused", {"function": name, "reason": _reason(refused)}) from refused
    except (ArithmeticError, ValueError) as failed:
        raise Refusal("undefined", {}) from failed


def _reason(refused: FinanceError) -> str:
    """A refusal of finance in one line: its name in words, then its values."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in type(refused).__name__)
    values = ", ".join(
        f"{name} {_brief(value)}" for name, value in vars(refused).items() if value is not None
    )
    return f"{words.strip()} ({values})" if values else words.strip()


def _brief(value: object) -> str:
    """A value of a refusal, a number with no more digits than say what is wrong with it."""
    return f"{value:.6g}" if isinstance(value, Decimal) else str(value)
