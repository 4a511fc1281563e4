"""What the log of a closed attempt tells afterwards: time per question, changed answers, what to read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median

from quizapp.assessment.attempt import Kind
from quizapp.assessment.certainty import Certainty
from quizapp.assessment.item import Response

LONGEST_STRETCH = timedelta(minutes=15)
"""What one stretch without a sign of the candidate counts at most: the rest is taken for a pause."""
SLOW = 2
"""A question is slow from this many times the candidate's own median."""


class Sign(StrEnum):
    """A moment at which it is known which question a candidate was at."""

    SHOWN = "shown"
    SAVED = "saved"
    REVEALED = "revealed"


@dataclass(frozen=True)
class Moment:
    """A question was first shown, something was saved to it, or its explanation was opened."""

    at: datetime
    position: int
    sign: Sign


def times(moments: Iterable[Moment], closed_at: datetime | None) -> dict[int, timedelta]:
    """An estimate of the time spent on each question of one part.

    A stretch between two moments belongs to the question changed at its end; where a question is first
    shown at its end, to the one before. What follows an explanation belongs to none, and neither does what
    follows the last save; a question shown last is at work until the part closes.
    """
    ordered = sorted(moments, key=lambda one: (one.at, one.sign is Sign.SHOWN))
    spent: dict[int, timedelta] = {one.position: timedelta(0) for one in ordered}
    for before, after in pairwise(ordered):
        whose = before.position if after.sign is Sign.SHOWN else after.position
        if before.sign is not Sign.REVEALED:
            spent[whose] += min(after.at - before.at, LONGEST_STRETCH)
    if ordered and closed_at is not None and ordered[-1].sign is Sign.SHOWN:
        left = max(closed_at - ordered[-1].at, timedelta(0))
        spent[ordered[-1].position] += min(left, LONGEST_STRETCH)
    return spent


def own_median(spent: Mapping[int, timedelta]) -> timedelta | None:
    """The median time of the questions that were at work at all; None where there was none."""
    some = [one.total_seconds() for one in spent.values() if one]
    return timedelta(seconds=round(median(some), 3)) if some else None


def is_slow(spent: timedelta | None, usual: timedelta | None) -> bool:
    """Whether a question took at least twice the candidate's own median."""
    return bool(spent and usual and spent >= SLOW * usual)


@dataclass(frozen=True)
class Said:
    """One entry of the log with its value, in the log's order."""

    position: int
    kind: Kind
    at: datetime
    value: Response


def answers_given(said: Iterable[Said], at_once: frozenset[int]) -> dict[int, tuple[Response, ...]]:
    """The answers that stood one after the other at each question, no two alike in a row.

    At a question of `at_once`, where one choice is a whole answer, each counts. Elsewhere answers are built
    up bit by bit, so only what stood when another question came between counts. An empty answer counts at
    the end alone: taking back what was chosen is how one chooses anew.
    """
    visits: dict[int, list[Response]] = {}
    last: int | None = None
    for one in said:
        here = visits.setdefault(one.position, [])
        if one.kind is Kind.ANSWER:
            if here and last == one.position and one.position not in at_once:
                here[-1] = one.value
            else:
                here.append(one.value)
        last = one.position
    return {position: _without_repeats(values) for position, values in visits.items() if values}


def _without_repeats(values: Sequence[Response]) -> tuple[Response, ...]:
    kept: list[Response] = []
    for place, one in enumerate(values):
        if (one or place == len(values) - 1) and (not kept or set(kept[-1]) != set(one)):
            kept.append(one)
    return tuple(kept) if kept and kept[0] else ()


@dataclass(frozen=True)
class LookedBack:
    """What decides where a question stands in a review."""

    position: int
    right: bool
    certainty: Certainty | None
    slow: bool


def urgency(one: LookedBack) -> int:
    """How soon to read a question, from 0: sure and wrong, wrong, guessed and right, slow, the rest."""
    if not one.right:
        return 0 if one.certainty is Certainty.SURE else 1
    if one.certainty is Certainty.GUESS:
        return 2
    return 3 if one.slow else 4


def minutes_to_fix(questions: int, usual: timedelta | None) -> int:
    """Whole minutes that some questions take at the candidate's own pace; without one, 90 seconds each."""
    each = usual or timedelta(seconds=90)
    return max(1, -(-(questions * each) // timedelta(minutes=1)))


def percent_of(share: int, whole: int) -> int:
    """A share of a test in whole percent, halves up."""
    return int(Fraction(100 * share, whole) + Fraction(1, 2)) if whole else 0


class MissReason(StrEnum):
    """Why a question went wrong, as the candidate sees it afterwards."""

    DID_NOT_KNOW = "did_not_know"
    MISREAD = "misread"
    CALCULATION = "calculation"
    RAN_OUT_OF_TIME = "ran_out_of_time"
    GUESSED = "guessed"
