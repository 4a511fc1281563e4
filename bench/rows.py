"""The rows of a report: what was measured, what it must be, what it should be, and which of them it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """One figure of a row beside what it must and should be; with `least` more is better."""

    value: float
    must: float | None
    aim: float
    least: bool = False

    def holds(self, bound: float) -> bool:
        """Whether the figure is as good as a bound."""
        return self.value >= bound if self.least else self.value <= bound


@dataclass(frozen=True)
class Row:
    """A row: how its figure, must and aim are told, and the figures by which it is graded."""

    what: str
    found: str
    must: str
    aim: str
    bounds: tuple[Bound, ...]

    @property
    def grade(self) -> str:
        """`aim` where every figure meets it, `must` where every figure meets that, else `MISSED`."""
        if all(one.holds(one.aim) for one in self.bounds):
            return "aim"
        met = all(one.must is not None and one.holds(one.must) for one in self.bounds)
        return "must" if met else "MISSED"

    def __str__(self) -> str:
        return f"| {self.what} | {self.found} | {self.must} | {self.aim} | {self.grade} |"


def row(
    what: str, value: float, shown: str, must: float | None, aim: float, unit: str = "", least: bool = False
) -> Row:
    """A row of one figure, told as `shown`, with its bounds in the same unit."""
    told = "" if must is None else f"{must:g}{unit}"
    return Row(what, shown, told, f"{aim:g}{unit}", (Bound(value, must, aim, least),))
