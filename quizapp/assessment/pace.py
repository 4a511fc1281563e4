"""How a candidate stands with the time: when notices of it come, how far ahead of an even pace they are."""

from datetime import datetime, timedelta

from quizapp.assessment.attempt import Part

NOTICES = tuple(timedelta(minutes=one) for one in (30, 15, 5, 1))
LAST_MINUTES = timedelta(minutes=5)
"""When a clock that was put away comes back, and whoever practises may ask for more time."""
LAST_NOTICE = timedelta(seconds=20)
"""For a part so short that no other notice fits it."""


def notices(length: timedelta) -> tuple[timedelta, ...]:
    """How much is left when a notice comes; none comes in the first third of the time."""
    return tuple(one for one in NOTICES if 3 * one <= 2 * length) or (LAST_NOTICE,)


def ahead(length: timedelta, used: timedelta, answered: int, asked: int) -> timedelta:
    """How far ahead somebody is of an even pace over all questions; below zero is behind."""
    return length * answered / asked - used


def length_of(part: Part) -> timedelta | None:
    """All the time of a part that is open, whatever was granted included; None without a limit."""
    return None if part.deadline_at is None or part.opened_at is None else part.deadline_at - part.opened_at


def ahead_in(part: Part, now: datetime, answered: int, asked: int) -> timedelta | None:
    """How far ahead of an even pace the candidate of an open part is; None without a limit."""
    length = length_of(part)
    if length is None or part.opened_at is None:
        return None
    return ahead(length, now - part.opened_at, answered, asked)
