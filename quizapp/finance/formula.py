"""How a formula is written: a generator of named steps, of which the last is the result."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property, update_wrapper
from types import NoneType
from typing import Any, Generic, ParamSpec, TypeVar, get_args, get_type_hints

from quizapp.finance.errors import Uncomputable
from quizapp.finance.exact import WORKING

Given = ParamSpec("Given")
Number = TypeVar("Number", Decimal, int)

KINDS: Mapping[object, str] = {
    Decimal: "decimal",
    int: "count",
    bool: "flag",
    date: "date",
    Sequence[Decimal]: "decimals",
    Sequence[int]: "counts",
    Sequence[date]: "dates",
}


@dataclass(frozen=True)
class Step:
    """One line of a working: what it is called, what it comes to, and how it is found (LaTeX)."""

    name: str
    value: Decimal
    expression: str = ""


Working = Iterator[Step]


@dataclass(frozen=True)
class Parameter:
    """An input of a formula: its name, its kind (one of KINDS, or "other"), whether it may be left out."""

    name: str
    kind: str
    type: object
    optional: bool


class Formula(Generic[Given, Number]):
    """A formula: calling it gives the result, `steps` the whole working, at 50 significant digits."""

    def __init__(self, working: Callable[Given, Working], number: Callable[[Decimal], Number]) -> None:
        self._working = working
        self._number: Callable[[Decimal], Number] = number
        update_wrapper(self, working)

    def __call__(self, *args: Given.args, **named: Given.kwargs) -> Number:
        return self._number(self.steps(*args, **named)[-1].value)

    def steps(self, *args: Given.args, **named: Given.kwargs) -> tuple[Step, ...]:
        """Every step in order; the last is the result. Raises FinanceError, whatever the numbers are."""
        try:
            with localcontext(WORKING):
                return tuple(self._working(*args, **named))
        except ArithmeticError as beyond:
            raise Uncomputable(self.name) from beyond

    @property
    def name(self) -> str:
        """The name that the formula has in its module."""
        return self._working.__name__

    @property
    def source(self) -> str:
        """Where the formula comes from: what its docstring says after "Source:"."""
        return " ".join((self._working.__doc__ or "").partition("Source:")[2].split())

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The inputs in order."""
        types = get_type_hints(self._working)
        given = inspect.signature(self._working).parameters.values()
        return tuple(_parameter(one, types[one.name]) for one in given)


AnyFormula = Formula[..., Decimal] | Formula[..., int]


def formula(working: Callable[Given, Working]) -> Formula[Given, Decimal]:
    """The formula whose steps the generator yields."""
    return Formula(working, Decimal)


def count(working: Callable[Given, Working]) -> Formula[Given, int]:
    """A formula whose result is a whole number, of days or payments."""
    return Formula(working, int)


def _parameter(given: inspect.Parameter, annotation: Any) -> Parameter:
    plain = [one for one in get_args(annotation) if one is not NoneType]
    accepted = plain[0] if NoneType in get_args(annotation) else annotation
    optional = given.default is not inspect.Parameter.empty
    return Parameter(given.name, KINDS.get(accepted, "other"), accepted, optional)
