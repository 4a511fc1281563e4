"""Plots as a page draws them: scaled into a box, with round ticks, and a table that says the same."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import ceil

from quizapp.bank.values import Curve, Plot

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 88, 24, 16, 48
"""The margins around the plotted area, for the ticks."""
MOST_TICKS, MOST_NAMES, MOST_ROWS = 6, 4, 13
"""Round numbers on an axis, names on one, and rows of the table."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Line:
    """A line as SVG takes it."""

    name: str
    path: str


@dataclass(frozen=True)
class Drawn:
    """A plot ready to be drawn, and the table that says the same in text."""

    title: str
    x: str
    y: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    lines: tuple[Line, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def drawn(plot: Plot) -> Drawn:
    """A plot scaled into the box."""
    places = [point.x for curve in plot.curves for point in curve.points]
    heights = [point.y for curve in plot.curves for point in curve.points]
    low_x, high_x = min(places), max(places)
    low_y, high_y, step = _round_range(min(heights), max(heights))
    across = Scale(low_x, high_x, LEFT, WIDTH - RIGHT)
    up = Scale(low_y, high_y, HEIGHT - BOTTOM, TOP)
    ticks = [low_y + step * n for n in range(int((high_y - low_y) / step) + 1)]
    return Drawn(
        plot.title,
        plot.x,
        plot.y,
        _across(plot, low_x, high_x, across),
        tuple(Tick(up.at(one), _label(one, step)) for one in ticks),
        tuple(_line(curve, across, up) for curve in plot.curves),
        (plot.x, *(curve.name for curve in plot.curves)),
        _rows(plot, step),
    )


@dataclass(frozen=True)
class Scale:
    """From values to pixels of one axis."""

    low: Decimal
    high: Decimal
    start: float
    end: float

    def at(self, value: Decimal) -> float:
        """The pixel of a value."""
        span = self.high - self.low
        share = float((value - self.low) / span) if span else 0.5
        return round(self.start + share * (self.end - self.start), 2)


def _round_range(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """A range of round numbers that holds another, and the step between its ticks."""
    span = high - low or abs(high) or Decimal(1)
    step = Decimal(10) ** (span / (MOST_TICKS - 1)).adjusted()
    for times in (1, 2, 5, 10, 20):
        wide = step * times
        start = (low / wide).to_integral_value(ROUND_FLOOR) * wide
        end = (high / wide).to_integral_value(ROUND_CEILING) * wide
        if end == start:
            end += wide
        if (end - start) / wide <= MOST_TICKS:
            return start, end, wide
    raise ArithmeticError("no step of twenty is wide enough")


def _label(value: Decimal, step: Decimal) -> str:
    decimals = max(0, -int(step.normalize().as_tuple().exponent))
    return f"{value:,.{decimals}f}".replace("-", "\u2212")


def _across(plot: Plot, low: Decimal, high: Decimal, scale: Scale) -> tuple[Tick, ...]:
    if plot.named:
        points = plot.curves[0].points
        every = ceil(len(points) / MOST_NAMES)
        return tuple(Tick(scale.at(one.x), one.label) for one in points[::every])
    start, end, step = _round_range(low, high)
    ticks = [start + step * n for n in range(int((end - start) / step) + 1)]
    return tuple(Tick(scale.at(one), _label(one, step)) for one in ticks if low <= one <= high)


def _line(curve: Curve, across: Scale, up: Scale) -> Line:
    return Line(curve.name, " ".join(f"{across.at(one.x):g},{up.at(one.y):g}" for one in curve.points))


def _rows(plot: Plot, step: Decimal) -> tuple[tuple[str, ...], ...]:
    """The values at some of the places, from the first to the last."""
    points = [curve.points for curve in plot.curves]
    longest = max(points, key=len)
    every = max(1, ceil((len(longest) - 1) / (MOST_ROWS - 1)))
    fine = step / 100
    heights = [{point.label: point.y for point in some} for some in points]
    labels = [one.label for one in longest[::every]]
    return tuple(
        (label, *(_label(held[label], fine) if label in held else "" for held in heights)) for label in labels
    )
