"""The only clock: everything else is told the time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


class SteadyClock:
    """A clock that is read once and then carried on by a count of seconds, whatever somebody sets it to.

    So no attempt gains or loses a second by it; `Health` says that the clock was set.
    """

    def __init__(self, wall: Clock, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._start, self._counted = wall(), steady()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=self._steady() - self._counted)


_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady_clock() -> float:
    """Seconds from some instant on, asleep or awake, that no setting of the clock makes more or fewer."""
    return time.clock_gettime(_STEADY)
