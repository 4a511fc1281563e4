"""Extra time: what is granted beyond a part's own minutes, and what it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

SECOND = timedelta(seconds=1)
MOST_GIVEN_BACK = timedelta(minutes=30)
"""The most that outages give back to one attempt; beyond it staff decide."""


class Measure(StrEnum):
    """What the amount of a grant counts: minutes or seconds for each part, or percent of its own minutes."""

    MINUTES = "minutes"
    SECONDS = "seconds"
    PERCENT = "percent"


class Reason(StrEnum):
    """Why time is given. No free text: what is kept for ever says nothing about anybody's health."""

    ARRANGEMENT = "arrangement"
    INTERRUPTION = "interruption"
    FAULT = "fault"
    OUTAGE = "outage"


@dataclass(frozen=True)
class Grant:
    """Extra time as it is given; several add up."""

    amount: int
    measure: Measure


def asked_in_practice(own: timedelta) -> Grant:
    """What whoever practises gets each time they ask: a tenth of the part's own time, or two minutes."""
    return Grant(2, Measure.MINUTES) if own < timedelta(minutes=20) else Grant(10, Measure.PERCENT)


def extra_time(own: timedelta | None, grants: Iterable[Grant]) -> timedelta:
    """What grants add to a part of so many minutes of its own: nothing where it has no limit.

    A percentage is of the part's own minutes, never of time that was added, and is rounded up to a second.
    """
    if own is None:
        return timedelta(0)
    return sum((_one(own, grant) for grant in grants), timedelta(0))


def whole_seconds(span: timedelta) -> timedelta:
    """A span rounded up to a second."""
    return SECOND * -(-span // SECOND)


def _one(own: timedelta, grant: Grant) -> timedelta:
    if grant.measure is Measure.MINUTES:
        return timedelta(minutes=grant.amount)
    if grant.measure is Measure.SECONDS:
        return timedelta(seconds=grant.amount)
    return SECOND * -(-own * grant.amount // (100 * SECOND))
