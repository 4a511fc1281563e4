"""How a row of a table of figures reaches a formula: names put in order and read, nothing computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, Inexact
from typing import Any

from quizapp.finance.formula import AnyFormula, Parameter

Row = Mapping[str, Any]
WHOLE = Context(prec=50, traps=[Inexact])


def _whole(value: Any) -> int:
    return int(WHOLE.to_integral_exact(Decimal(value)))


# A day count by name, as `daycount.year_fraction` numbers them.
BASES = {"30/360": 0, "act/act": 1, "act/360": 2, "act/365": 3, "30e/360": 4}

READERS: Mapping[object, Callable[[Any], Any]] = {
    Decimal: Decimal,
    int: lambda value: _whole(BASES.get(value, value)),
    bool: bool,
    date: date.fromisoformat,
    Sequence[Decimal]: lambda values: [Decimal(one) for one in values],
    Sequence[int]: lambda values: [_whole(one) for one in values],
    Sequence[tuple[date, Decimal]]: lambda pairs: [
        (date.fromisoformat(day), Decimal(amount)) for day, amount in pairs
    ],
    Sequence[tuple[Decimal, int]]: lambda pairs: [(Decimal(amount), _whole(days)) for amount, days in pairs],
    Sequence[tuple[Decimal, Decimal, Decimal]]: lambda rows: [
        tuple(Decimal(one) for one in row) for row in rows
    ],
}


@dataclass(frozen=True)
class Entry:
    """A formula, the table's names for its arguments in order, and how the table names its steps.

    An argument with several names has them side by side, "freq|m"; "-" leaves a parameter to `fixed`. `by` is
    the argument whose value picks a step; `chosen_by` one that picked this entry.
    """

    formula: AnyFormula
    names: str
    by: str = ""
    steps: Mapping[Any, str] = field(default_factory=dict)
    default: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    chosen_by: str = ""

    @property
    def arguments(self) -> Mapping[str, Parameter]:
        """The formula's parameter behind each name of the table."""
        pairs = zip(self.names.split(), self.formula.parameters, strict=False)
        return {name: parameter for names, parameter in pairs for name in names.split("|")}

    def strange(self, row: Row) -> frozenset[str]:
        """The names in a row that mean nothing here."""
        return frozenset(row).difference({"fn", self.by, self.chosen_by}, self.arguments)

    def answer(self, row: Row) -> Decimal:
        """The step that a row asks for; the last where it asks for none."""
        arguments = self.arguments
        given = {
            arguments[name].name: READERS[arguments[name].type](row[name])
            for name in frozenset(arguments).intersection(row)
        }
        steps = self.formula.steps(**{**self.fixed, **given})
        *_, last = steps
        values = {"": last.value, **{step.name: step.value for step in steps}}
        names = {"": self.default, **self.steps}
        return values[names[row.get(self.by, "")]]
