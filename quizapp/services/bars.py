"""The time spent on each question as bars, scaled into a box; the page says the same in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 12, 40
"""The margins around the bars, for the ticks."""
MOST_TICKS, MOST_NUMBERS = 4, 12
"""Steps of the axis of time, and question numbers below the bars."""
STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds from one tick to the next."""


@dataclass(frozen=True)
class Timed:
    """One question: its number, the time spent on it, and whether it was right."""

    position: int
    spent: timedelta
    right: bool


@dataclass(frozen=True)
class Bar:
    """One bar as SVG takes it."""

    x: float
    y: float
    width: float
    height: float
    right: bool


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Bars:
    """The bars, both axes, and the line of the candidate's own median."""

    bars: tuple[Bar, ...]
    up: tuple[Tick, ...]
    across: tuple[Tick, ...]
    median_at: float | None


def bars(timed: Sequence[Timed], usual: timedelta | None) -> Bars | None:
    """The bars of a test, in its order; None where no time was measured."""
    longest = max((one.spent for one in timed), default=timedelta(0)).total_seconds()
    if not longest:
        return None
    step = next((one for one in STEPS if longest <= one * MOST_TICKS), STEPS[-1])
    ticks = ceil(longest / step)
    slot = (WIDTH - LEFT - RIGHT) / len(timed)
    every = ceil(len(timed) / MOST_NUMBERS)

    def height(seconds: float) -> float:
        return seconds / (ticks * step) * (HEIGHT - TOP - BOTTOM)

    def level(seconds: float) -> float:
        return round(HEIGHT - BOTTOM - height(seconds), 2)

    drawn = tuple(
        Bar(
            round(LEFT + slot * (place + 0.15), 2),
            level(one.spent.total_seconds()),
            round(slot * 0.7, 2),
            round(height(one.spent.total_seconds()), 2),
            one.right,
        )
        for place, one in enumerate(timed)
    )
    return Bars(
        drawn,
        tuple(Tick(level(step * n), _label(step * n)) for n in range(ticks + 1)),
        tuple(
            Tick(round(LEFT + slot * (place + 0.5), 2), str(one.position))
            for place, one in enumerate(timed)
            if place % every == 0
        ),
        None if usual is None else level(usual.total_seconds()),
    )


def _label(seconds: int) -> str:
    if seconds % 60 and seconds > 60:
        return f"{seconds // 60}:{seconds % 60:02}"
    return f"{seconds // 60} min" if seconds and seconds % 60 == 0 else f"{seconds} s"
