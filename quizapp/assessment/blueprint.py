"""Exam profiles: parts, minutes, pass marks and the quotas that a bank must be able to fill."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil

from quizapp.assessment.errors import BlueprintShort, TimeFixed
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Finding

DIFFICULTIES = (1, 2, 3)

Cell = tuple[str, int]
"""A topic and a difficulty: the grain of a quota."""


class Door(StrEnum):
    """How a part is left: for good, or with the way back open while its own time runs."""

    ONE_WAY = "one_way"
    FREE = "free"


class Order(StrEnum):
    """How the questions of a part are sat: in any order, or one after another without a way back."""

    ANY = "any"
    SEQUENTIAL = "sequential"


class Timer(StrEnum):
    """Whether time is part of an exam, or whoever begins it may choose how much there is."""

    FIXED = "fixed"
    ADJUSTABLE = "adjustable"


class TimeChoice(StrEnum):
    """The time that somebody chose before Begin."""

    AS_SET = "as_set"
    DOUBLE = "double"
    TENFOLD = "tenfold"
    OFF = "off"


FACTORS = {TimeChoice.AS_SET: 1, TimeChoice.DOUBLE: 2, TimeChoice.TENFOLD: 10}


@dataclass(frozen=True)
class Quota:
    """So many items from these topics, of one difficulty or of any."""

    topics: tuple[str, ...]
    difficulty: int | None
    items: int

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that this quota may draw from."""
        wanted = DIFFICULTIES if self.difficulty is None else (self.difficulty,)
        return tuple((topic, difficulty) for topic in self.topics for difficulty in wanted)


@dataclass(frozen=True)
class ExamPart:
    """One part of an exam; no `minutes` means no limit, no `pass_percent` that it is not judged.

    `penalty` is the share of a mark that a wrong answer costs under the negative rule. `break_minutes` is
    the break that follows the part, 0 for none.
    """

    title: str
    items: int
    minutes: int | None
    pass_percent: int | None
    scoring: ScoringRule
    door: Door
    blueprint: tuple[Quota, ...]
    penalty: Fraction = Fraction(0)
    order: Order = Order.ANY
    break_minutes: int = 0

    @property
    def allowance(self) -> timedelta | None:
        """The time of this part."""
        return None if self.minutes is None else timedelta(minutes=self.minutes)

    @property
    def marks_to_pass(self) -> int | None:
        """The fewest whole marks that pass: the percentage of the items, rounded up."""
        return None if self.pass_percent is None else ceil(Fraction(self.pass_percent * self.items, 100))


@dataclass(frozen=True)
class ExamProfile:
    """An exam as data, with what it imitates and on whose word.

    `chosen` is never anything but as set in a bank: an attempt keeps what its candidate chose.
    """

    id: str
    title: str
    summary: str
    imitates: str
    source: str
    checked_on: date
    verified: bool
    parts: tuple[ExamPart, ...]
    timer: Timer = Timer.FIXED
    chosen: TimeChoice = TimeChoice.AS_SET

    @property
    def items(self) -> int:
        """Questions in all parts together."""
        return sum(part.items for part in self.parts)

    @property
    def minutes(self) -> int | None:
        """Minutes of all parts together; None when a part has no limit."""
        known = [part.minutes for part in self.parts if part.minutes is not None]
        return sum(known) if len(known) == len(self.parts) else None

    @property
    def exam_conditions(self) -> bool:
        """Whether the time is about what the exam gives: not ten times as much, and not without limit."""
        return self.chosen in (TimeChoice.AS_SET, TimeChoice.DOUBLE)


def with_time(profile: ExamProfile, chosen: TimeChoice) -> ExamProfile:
    """An exam with the time of its parts as somebody chose it; raises TimeFixed where time is part of it."""
    if chosen is TimeChoice.AS_SET:
        return profile
    if profile.timer is Timer.FIXED:
        raise TimeFixed
    factor = FACTORS.get(chosen)
    parts = tuple(
        replace(part, minutes=None if factor is None or part.minutes is None else part.minutes * factor)
        for part in profile.parts
    )
    return replace(profile, parts=parts, chosen=chosen)


def profile_findings(profile: ExamProfile) -> Iterator[Finding]:
    """What is wrong inside a profile, whatever the bank holds."""
    for place, part in enumerate(profile.parts):
        path, name = ("parts", str(place)), f"part {place + 1}"
        drawn = sum(quota.items for quota in part.blueprint)
        if drawn != part.items:
            message = f"{name} asks for {part.items} items, its blueprint for {drawn}"
            yield Finding((*path, "items"), "blueprint_sum", message)
        if part.scoring is ScoringRule.NEGATIVE and not 0 < part.penalty <= 1:
            message = f"{name} has negative scoring, so it needs a penalty above 0 and at most 1"
            yield Finding((*path, "scoring"), "penalty", message)
        if part.scoring is not ScoringRule.NEGATIVE and part.penalty:
            message = f"{name} has a penalty, which goes with negative scoring only"
            yield Finding((*path, "penalty"), "penalty", message)
        if part.break_minutes and (part.door is not Door.ONE_WAY or part is profile.parts[-1]):
            message = f"{name} has a break after it, which goes with a one-way door to a next part only"
            yield Finding((*path, "break_minutes"), "break", message)


def shortfalls(profile: ExamProfile, supply: Mapping[Cell, frozenset[str]]) -> list[BlueprintShort]:
    """The quotas that a bank might not fill; `supply` holds the concepts of single items per cell.

    A draw takes no concept twice, so each item drawn for another quota may cost this one a concept. A
    quota is safe when its pool holds its own items and those of every other quota that shares a concept
    with the pool; then any order of drawing fills the blueprint.
    """
    quotas = [quota for part in profile.parts for quota in part.blueprint]
    pools = [
        frozenset[str]().union(*(supply.get(cell, frozenset()) for cell in quota.cells)) for quota in quotas
    ]
    short = []
    for place, quota in enumerate(quotas):
        rivals = sum(
            other.items
            for other_place, other in enumerate(quotas)
            if other_place != place and pools[other_place] & pools[place]
        )
        if len(pools[place]) < quota.items + rivals:
            short.append(
                BlueprintShort(
                    quota.topics,
                    quota.difficulty,
                    quota.items + rivals,
                    len(pools[place]),
                )
            )
    return short
