"""`python -m tests.figures FILE.csv`: which published figures of a table quizapp.finance does not reach.

A row has family, description, inputs (JSON: a function name and its arguments), expected, precision, source.
"""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Any

from quizapp.finance.errors import FinanceError
from quizapp.finance.exact import WORKING
from tests.finance.table import entries_for

PUBLISHED = Path(__file__).parent / "finance" / "figures.csv"
COLUMNS = ("family", "description", "inputs", "expected", "precision", "source")


@dataclass(frozen=True)
class Figure:
    """One published figure: what to compute, what comes out, and how exactly it was printed."""

    family: str
    description: str
    inputs: Mapping[str, Any]
    expected: Decimal
    precision: Decimal
    source: str


@dataclass(frozen=True)
class Outcome:
    """What became of a figure: a number, or why there is none."""

    figure: Figure
    computed: Decimal | None = None
    reason: str = ""

    @property
    def difference(self) -> Decimal | None:
        """Computed less expected."""
        with localcontext(WORKING):
            return None if self.computed is None else self.computed - self.figure.expected

    @property
    def agrees(self) -> bool:
        """Whether the number lies within the precision of the published one."""
        return self.difference is not None and abs(self.difference) <= self.figure.precision


def figures_in(path: Path) -> tuple[Figure, ...]:
    """Every row of a table, its numbers read as decimals."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        lacking = set(COLUMNS) - set(rows.fieldnames or ())
        if lacking:
            raise ValueError(f"no column {', '.join(sorted(lacking))}")
        return tuple(_figure(row) for row in rows)


def _figure(row: Mapping[str, str]) -> Figure:
    inputs = json.loads(row["inputs"], parse_float=Decimal)
    if not isinstance(inputs, dict):
        raise ValueError(f"inputs that are no object: {row['inputs']}")
    expected, precision = Decimal(row["expected"]), Decimal(row["precision"])
    return Figure(row["family"], row["description"], inputs, expected, precision, row["source"])


def outcome(figure: Figure) -> Outcome:
    """A figure computed by quizapp.finance, or the reason why it cannot be."""
    function = figure.inputs.get("fn", "")
    entries = entries_for(figure.inputs)
    if not entries:
        return Outcome(figure, reason=f"unknown function {function!r}")
    strange = entries[0].strange(figure.inputs)
    if strange:
        return Outcome(figure, reason=f"{function} knows no argument {', '.join(sorted(strange))}")
    try:
        return Outcome(figure, entries[0].answer(figure.inputs))
    except LookupError as missing:
        return Outcome(figure, reason=f"{function}: unknown name {missing}")
    except (FinanceError, TypeError, ValueError, ArithmeticError, InvalidOperation) as refusal:
        return Outcome(figure, reason=f"{function}: {type(refusal).__name__}: {refusal!r}")


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """A line for each figure that is missed or cannot be computed, and one of counts."""
    lines = [_line(one) for one in outcomes if not one.agrees]
    lost = sum(one.computed is None for one in outcomes)
    agreed = sum(one.agrees for one in outcomes)
    counts = f"{agreed} agree, {len(outcomes) - agreed - lost} miss, {lost} cannot be computed"
    return [*lines, f"{len(outcomes)} figures: {counts}"]


def _line(one: Outcome) -> str:
    figure = one.figure
    if one.computed is None:
        return f"cannot be computed: {figure.family}: {figure.description}: {one.reason}"
    numbers = f"expected {figure.expected}, computed {one.computed:.16g}, difference {one.difference:.3g}"
    return f"misses: {figure.family}: {figure.description}: {numbers} (precision {figure.precision})"


def main(arguments: Sequence[str]) -> int:
    """Report on a table; 1 where a figure is missed, 2 where the table cannot be read."""
    if len(arguments) != 1:
        print("usage: python -m tests.figures FILE.csv", file=sys.stderr)
        return 2
    try:
        figures = figures_in(Path(arguments[0]))
    except (OSError, ValueError, InvalidOperation) as problem:
        print(f"{arguments[0]}: {problem}", file=sys.stderr)
        return 2
    outcomes = [outcome(figure) for figure in figures]
    print("\n".join(report(outcomes)))
    return 0 if all(one.agrees for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
