"""T01: saves, doors, breaks, extra time, hand-in, restarts and time in any order, beside printed rules."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from quizapp.assessment import attempt as machine
from quizapp.assessment.attempt import Attempt, ClosedBy, Kind, Part, PartState, Verdict
from quizapp.assessment.blueprint import Door
from quizapp.assessment.errors import AttemptClosed, OutOfOrder, PartNotOpen, StaleResponse
from quizapp.assessment.extra_time import Grant, Measure
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import NO_RESPONSE, Response
from quizapp.assessment.log import (
    LogEntry,
    encode_value,
    entry_hash,
    first_fault,
    first_hash,
    fold,
    value_hash,
)
from quizapp.assessment.scoring import mark
from tests.conftest import Rounds
from tests.core.samples import sample

RUNS, RUNS_FULL = 200, 2_000
STEPS, STEPS_FULL = 30, 50
"""T01: runs of the state machine, and steps in each, on a commit and before a release."""
BEGUN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
GRACE = 5_000
"""As the start page prints it, in milliseconds."""
Shape = tuple[int | None, Door, int, bool]
"""A part: its time, its door, the break after it, and whether its questions come one after another."""
SHAPES: list[list[Shape]] = [
    [(60_000, Door.FREE, 0, False)],
    [(60_000, Door.FREE, 0, True)],
    [(90_000, Door.ONE_WAY, 0, False), (60_000, Door.ONE_WAY, 0, False)],
    [(90_000, Door.ONE_WAY, 45_000, False), (60_000, Door.ONE_WAY, 0, True)],
    [(300_000, Door.FREE, 0, False), (60_000, Door.FREE, 0, False)],
    [(300_000, Door.FREE, 0, False), (60_000, Door.ONE_WAY, 0, False), (60_000, Door.FREE, 0, False)],
]
"""Parts as exams have them, and free ones of which an earlier one ends last; beside these come any others."""
QUESTIONS = 2
"""In each part."""
LIMITS = st.sampled_from([None, 60_000, 60_000, 90_000, 180_000])
WAITS = st.sampled_from(
    [
        *product(
            (False, False, False, True),
            (0, 0, 0, 0, 1, 1_000, 9_000, -1_000, -1, GRACE - 1, GRACE, GRACE + 1),
        )
    ]
)
"""The wait before each step: so many milliseconds from now, or from the next deadline or end of a break.

Drawn as one.
"""
SAVES = st.sampled_from(
    [
        *product(
            range(3 * QUESTIONS),
            (("right",), ("right",), ("near",), NO_RESPONSE),
            (False, False, False, True),
        )
    ]
)
"""Which question is answered how, and whether by a page that has not seen the newest version."""
RESTS = st.sampled_from([0, 0, 45_000])
PLACES = st.integers(0, 3 * QUESTIONS - 1)
NOW = (False, 0)
GRANTS = st.sampled_from([(25, "percent"), (100, "percent"), (1, "minutes"), (7, "seconds")])
ITEM = sample("single_choice")
NAME = "attempt"
CONTROL_RUNS = 3_000
"""T01's control: as many at most. The first divergence ends the search, and a rare one takes its time."""

End = tuple[int, str]
Seen = tuple[str, int | None, int | None, End | None, int | None]
"""A part as somebody sees it: its state, when it opened, its deadline, its end, the break's end."""


@dataclass
class Reference:
    """The printed rules, worked out anew from what the candidate did; milliseconds since Begin."""

    limits: list[int | None]
    one_way: list[bool]
    rests: list[int]
    sequential: list[bool]
    left: dict[int, int] = field(default_factory=dict)
    handed: int | None = None
    extra: list[int] = field(default_factory=lambda: [0, 0, 0])
    woken: dict[int, int] = field(default_factory=dict)
    gone: list[int] = field(default_factory=lambda: [0, 0, 0])

    def left_for(self, n: int, now: int) -> int | None:
        """When the part before one was left, or its time ended."""
        doors = (self.left.get(n - 1), self.deadline(n - 1, now)) if n else ()
        return min((at for at in doors if at is not None and at <= now), default=None)

    def rested(self, n: int, now: int) -> int | None:
        """When the break before a part ends, as fixed when it began."""
        began = self.left_for(n, now)
        return None if began is None or not self.rests[n - 1] else began + self.rests[n - 1]

    def opened(self, n: int, now: int) -> int | None:
        """A part opens when the one before ends, or when the break after that is over or is ended."""
        if n == 0:
            return 0
        rested = self.rested(n, now)
        if rested is None:
            return self.left_for(n, now)
        return min((at for at in (rested, self.woken.get(n)) if at is not None and at <= now), default=None)

    def wake(self, now: int) -> None:
        """Whoever is in a break ends it."""
        if not self.over(now):
            for n in range(1, len(self.limits)):
                if self.rested(n, now) is not None and self.opened(n, now) is None:
                    self.woken[n] = now
                    return

    def deadline(self, n: int, now: int) -> int | None:
        opened, limit = self.opened(n, now), self.limits[n]
        return None if opened is None or limit is None else opened + limit + self.extra[n]

    def extend(self, amount: int, measure: str, now: int) -> None:
        """Whatever has not ended has more time; a percentage is of its own, rounded up to a second."""
        for n, limit in enumerate(self.limits):
            if limit is not None and self.end(n, now) is None:
                percent = -(-limit * amount // 100_000) * 1_000
                self.extra[n] += {"percent": percent, "minutes": 60_000 * amount}.get(measure, 1_000 * amount)

    def lapsed(self, n: int, now: int) -> End | None:
        """How a part ended by a one-way door or by its time, grace left aside."""
        deadline, left = self.deadline(n, now), self.left.get(n)
        if self.one_way[n] and left is not None and (deadline is None or left < deadline):
            return left, "candidate"
        return (deadline, "time") if deadline is not None and deadline <= now else None

    def end(self, n: int, now: int) -> End | None:
        """How a part ended; the part whose time ends last stays open through its grace."""
        until = now if self.handed is None else self.handed
        ends = [self.lapsed(one, until) for one in range(len(self.limits))]
        last = max((end[0], one) for one, end in enumerate(ends) if end) if all(ends) else None
        if ends[n] and not (last and last[1] == n and ends[n][1] == "time" and until <= last[0] + GRACE):
            return ends[n]
        deadline = self.deadline(n, now)
        by_hand = self.handed if deadline is None or self.handed is None else min(self.handed, deadline)
        return None if by_hand is None else (by_hand, "candidate")

    def over(self, now: int) -> bool:
        return all(self.end(n, now) for n in range(len(self.limits)))

    def save(self, n: int, now: int, which: int) -> str:
        """A save counts until deadline plus grace, unless the candidate has closed the part or the test.

        In a sequential part only the first question that is not left yet takes one.
        """
        end, deadline = self.end(n, now), self.deadline(n, now)
        if self.opened(n, now) is None:
            return "not open"
        if end and end[1] == "candidate":
            return "closed"
        if deadline is not None and now > deadline + GRACE:
            return "late"
        if self.handed is not None:
            return "closed"
        return "out of order" if self.sequential[n] and which != self.gone[n] else "accepted"

    def leave_question(self, n: int, now: int, which: int) -> str:
        if self.opened(n, now) is None:
            return "not open"
        if self.end(n, now):
            return "closed"
        if self.sequential[n] and which > self.gone[n]:
            return "out of order"
        self.gone[n] += self.sequential[n] and which == self.gone[n]
        return "done"

    def leave(self, n: int, now: int) -> str:
        if n + 1 == len(self.limits):
            return "closed"
        if self.opened(n, now) is None:
            return "not open"
        if not self.over(now):
            self.left.setdefault(n, now)
        return "done"

    def hand_in(self, now: int) -> str:
        if not self.over(now):
            if any(self.opened(n, now) is None for n in range(len(self.limits))):
                return "not open"
            self.handed = now
        return "done"

    def see(self, n: int, now: int) -> Seen:
        opened, end = self.opened(n, now), self.end(n, now)
        state = "waiting" if opened is None else "closed" if end else "open"
        return state, opened, self.deadline(n, now), end, self.rested(n, now)


@dataclass
class Sitting:
    """One attempt kept as the services keep it: parts as last written, a log, values apart, one marking."""

    stored: Attempt
    log: list[LogEntry] = field(default_factory=list)
    values: dict[tuple[int, Kind, int], Response] = field(default_factory=dict)
    late: list[tuple[int, Response]] = field(default_factory=list)
    marks: Fraction | None = None

    def settled(self, now: datetime) -> Attempt:
        return machine.settle(self.stored, now)

    def judge(self, part: Part, number: int, position: int, now: datetime, attempt_open: bool) -> Verdict:
        return machine.judge_save(part, number, position, now, attempt_open)

    def current(self) -> dict[tuple[int, Kind], Response]:
        return fold(self.log, self.values)

    def read(self, now: datetime) -> None:
        """Somebody looks, or the sweep comes by: passed deadlines are applied, written and marked."""
        self._write(self.settled(now))

    def save(self, position: int, kind: Kind, value: Response, based_on: int, now: datetime) -> Verdict:
        """The part is judged as it was last written, unless it waits: time may have opened it since."""
        number = (position - 1) // QUESTIONS
        if self.stored.parts[number].state is PartState.WAITING:
            self.read(now)
        part = self.stored.parts[number]
        verdict = self.judge(part, number, position, now, self.stored.open)
        if verdict is Verdict.LATE:
            self.late.append((position, value))
            return verdict
        held = sum((one.position, one.kind) == (position, kind) for one in self.log)
        current = self.current().get((position, kind), NO_RESPONSE)
        version = machine.next_version(position, kind, based_on, held, current, value)
        previous = entry_hash(self.log[-1]) if self.log else first_hash(NAME)
        digest = value_hash("salt", encode_value(value))
        entry = LogEntry(position, kind, "tab", len(self.log), version, based_on, digest, now, previous)
        self.log.append(entry)
        self.values[position, kind, version] = value
        return verdict

    def leave(self, number: int, now: datetime) -> None:
        self._write(machine.leave_part(self.stored, number, now))

    def leave_question(self, position: int, now: datetime) -> None:
        self._write(machine.leave_question(self.stored, (position - 1) // QUESTIONS, position, now))

    def end_break(self, now: datetime) -> None:
        self._write(machine.end_break(self.stored, self.settled(now).after_break or 0, now))

    def hand_in(self, now: datetime) -> None:
        self._write(machine.hand_in(self.stored, now))

    def extend(self, grant: Grant, now: datetime) -> None:
        self._write(machine.extend(self.stored, [grant], now))

    def restarted(self) -> "Sitting":
        """The attempt as a process finds it that has just been started: what was written, and no more."""
        parts = tuple(Part(**vars(part)) for part in self.stored.parts)
        return type(self)(Attempt(parts), list(self.log), dict(self.values), list(self.late), self.marks)

    def _write(self, after: Attempt) -> None:
        if self.stored.open and not after.open:
            answers = self.current()
            self.marks = sum(
                (
                    mark(
                        ITEM.public,
                        ITEM.secret,
                        answers.get((position, Kind.ANSWER), NO_RESPONSE),
                        ScoringRule.ALL_OR_NOTHING,
                    )
                    for position in range(1, QUESTIONS * len(after.parts) + 1)
                ),
                Fraction(0),
            )
        self.stored = after


class Sequence(RuleBasedStateMachine):
    """Any order of what can happen to an attempt whose parts hold two questions each."""

    def __init__(self, keep: Callable[[Attempt], Sitting]):
        super().__init__()
        self.keep = keep
        self.now = 0
        self.saved: dict[tuple[int, Kind], list[Response]] = {}
        self.before: list[Seen] = []

    @property
    def instant(self) -> datetime:
        return BEGUN + timedelta(milliseconds=self.now)

    @initialize(
        parts=st.sampled_from(SHAPES)
        | st.lists(st.tuples(LIMITS, st.sampled_from(Door), RESTS, st.booleans()), min_size=1, max_size=3)
    )
    def start(self, parts: list[Shape]) -> None:
        limits, doors, rests, sequential = (list(one) for one in zip(*parts, strict=True))
        self.rules = Reference(limits, [door is Door.ONE_WAY for door in doors], rests, sequential)
        made = [
            Part(
                None if limit is None else timedelta(milliseconds=limit),
                door,
                rest=timedelta(milliseconds=rest),
                present=QUESTIONS * number + 1 if one_by_one else None,
            )
            for number, (limit, door, rest, one_by_one) in enumerate(parts)
        ]
        self.sitting = self.keep(machine.begin(made, BEGUN))
        self.before = [("waiting", None, None, None, None) for _ in parts]

    def _wait(self, wait: tuple[bool, int]) -> None:
        to_a_deadline, passed = wait
        numbers = range(len(self.rules.limits))
        deadlines = [
            f(number, self.now) for f in (self.rules.deadline, self.rules.rested) for number in numbers
        ]
        edges = [at + passed for at in deadlines if at is not None and at + passed > self.now]
        self.now = min(edges, default=self.now) if to_a_deadline else self.now + max(0, passed)

    def _save(self, place: int, kind: Kind, value: Response, stale: bool) -> None:
        number, which = divmod(place % (QUESTIONS * len(self.rules.limits)), QUESTIONS)
        position = QUESTIONS * number + which + 1
        held = self.saved.setdefault((position, kind), [])
        due = self.rules.save(number, self.now, which)
        due = "stale" if due == "accepted" and stale else due
        try:
            done = self.sitting.save(position, kind, value, len(held) + stale, self.instant).value
        except AttemptClosed:
            done = "closed"
        except PartNotOpen:
            done = "not open"
        except OutOfOrder:
            done = "out of order"
        except StaleResponse as refused:
            both = (held[-1] if held else NO_RESPONSE, value)
            done = "stale" if (refused.current, refused.yours) == both else "stale without both values"
        assert done == due, f"a save came out as {done}, the rules say {due}"
        if due == "accepted":
            held.append(value)

    @rule(wait=WAITS, sent=SAVES)
    def save(self, wait: tuple[bool, int], sent: tuple[int, Response, bool]) -> None:
        self._wait(wait)
        place, value, stale = sent
        self._save(place, Kind.ANSWER, value, stale)

    @rule(wait=WAITS, place=PLACES, value=st.sampled_from([("on",), NO_RESPONSE]))
    def flag(self, wait: tuple[bool, int], place: int, value: Response) -> None:
        self._wait(wait)
        self._save(place, Kind.FLAG, value, False)

    @rule(wait=WAITS, place=PLACES)
    def leave_question(self, wait: tuple[bool, int], place: int) -> None:
        self._wait(wait)
        number, which = divmod(place % (QUESTIONS * len(self.rules.limits)), QUESTIONS)
        due = self.rules.leave_question(number, self.now, which)
        self._door(due, lambda: self.sitting.leave_question(QUESTIONS * number + which + 1, self.instant))

    @rule(wait=WAITS)
    def end_break(self, wait: tuple[bool, int]) -> None:
        self._wait(wait)
        self.rules.wake(self.now)
        self.sitting.end_break(self.instant)

    def _door(self, due: str, opened: Callable[[], None]) -> None:
        try:
            opened()
            done = "done"
        except AttemptClosed:
            done = "closed"
        except PartNotOpen:
            done = "not open"
        except OutOfOrder:
            done = "out of order"
        assert done == due, f"the candidate is answered {done}, the rules say {due}"

    @rule(wait=WAITS)
    def go_on(self, wait: tuple[bool, int]) -> None:
        """Leave the newest part that is open, as a candidate does who walks through the test."""
        opened = [n for n in range(len(self.rules.limits)) if self.rules.opened(n, self.now) is not None]
        self.leave(wait, opened[-1])

    @rule(wait=WAITS, number=st.integers(0, 2))
    def leave(self, wait: tuple[bool, int], number: int) -> None:
        self._wait(wait)
        number %= len(self.rules.limits)
        due = self.rules.leave(number, self.now)
        self._door(due, lambda: self.sitting.leave(number, self.instant))

    @rule(wait=WAITS, sure=st.sampled_from([True, False, False, False]))
    def submit(self, wait: tuple[bool, int], sure: bool) -> None:
        self._wait(wait)
        if not sure:
            return
        due = self.rules.hand_in(self.now)
        self._door(due, lambda: self.sitting.hand_in(self.instant))

    @rule(wait=WAITS, given=GRANTS)
    def extend(self, wait: tuple[bool, int], given: tuple[int, str]) -> None:
        self._wait(wait)
        amount, measure = given
        self.rules.extend(amount, measure, self.now)
        self.sitting.extend(Grant(amount, Measure(measure)), self.instant)

    @rule(wait=WAITS)
    def expire(self, wait: tuple[bool, int]) -> None:
        self._wait(wait)

    @rule(wait=WAITS)
    def sweep(self, wait: tuple[bool, int]) -> None:
        self._wait(wait)
        self.sitting.read(self.instant)

    @rule(wait=WAITS)
    def restart(self, wait: tuple[bool, int]) -> None:
        self._wait(wait)
        self.sitting = self.sitting.restarted()

    @invariant()
    def the_attempt_stands_as_the_rules_say(self) -> None:
        if not self.before:
            return
        settled = self.sitting.settled(self.instant)
        seen = [_seen(part) for part in settled.parts]
        due = [self.rules.see(number, self.now) for number in range(len(self.rules.limits))]
        assert seen == due, f"{self.now} ms after Begin the parts are {seen}, the rules say {due}"
        assert settled.open is not self.rules.over(self.now)
        for earlier, later in zip(self.before, seen, strict=True):
            assert (earlier[0], later[0]) in STEPS_ALLOWED
            assert earlier[1] in (None, later[1]), "a part opened twice"
            assert earlier[2] is None or (later[2] or 0) >= earlier[2], "a deadline moved earlier"
        self.before = seen

    @invariant()
    def an_ended_attempt_is_marked_with_all_that_was_saved(self) -> None:
        if self.before and not self.sitting.stored.open:
            assert self.sitting.marks == self._right(), "an attempt ended with saved answers unscored"

    def _right(self) -> int:
        return sum(
            kind is Kind.ANSWER and held[-1:] == [("right",)] for (_, kind), held in self.saved.items()
        )

    def teardown(self) -> None:
        """Time or, without a limit, the candidate ends the attempt; one look marks it."""
        if not self.before:
            return
        self.now += 10_000_000
        for number in range(len(self.rules.limits) - 1):
            self.leave(NOW, number)
            self.end_break(NOW)
        self.submit(NOW, True)
        self.sitting.read(self.instant)
        self.the_attempt_stands_as_the_rules_say()
        assert self.sitting.marks == self._right(), "an attempt ended with saved answers unscored"
        assert first_fault(NAME, self.sitting.log) is None
        assert {where: held[-1] for where, held in self.saved.items() if held} == self.sitting.current()


STEPS_ALLOWED = {
    *(("waiting", "waiting"), ("waiting", "open"), ("waiting", "closed")),
    *(("open", "open"), ("open", "closed"), ("closed", "closed")),
}
"""All states that a part may have, and all steps between two looks at it."""


def _seen(part: Part) -> Seen:
    opened, deadline, closed, rested = (
        None if at is None else round((at - BEGUN) / timedelta(milliseconds=1))
        for at in (part.opened_at, part.deadline_at, part.closed_at, part.opens_at)
    )
    assert (closed is None) == (part.closed_by is None)
    end = None if closed is None or part.closed_by is None else (closed, part.closed_by.value)
    return part.state.value, opened, deadline, end, rested


def never_diverges(
    keep: Callable[[Attempt], Sitting],
    *more: Phase,
    runs: range,
    steps: int = STEPS,
    kind: type[Sequence] = Sequence,
) -> None:
    """T01's check: no run of the product, kept in this way, leaves the printed rules."""
    run_state_machine_as_test(
        seed(runs.start)(lambda: kind(keep)),
        settings=settings(
            max_examples=len(runs),
            stateful_step_count=steps,
            phases=[Phase.generate, *more],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_t01_any_order_of_steps_follows_the_printed_rules(rounds: Rounds, thorough: bool) -> None:
    steps = STEPS_FULL if thorough else STEPS
    never_diverges(Sitting, Phase.shrink, runs=rounds(RUNS, RUNS_FULL), steps=steps)


class WithoutGrace(Sitting):
    """A planted bug: a save in flight at the deadline is thrown away."""

    def judge(self, part: Part, number: int, position: int, now: datetime, attempt_open: bool) -> Verdict:
        if part.deadline_at is not None and now > part.deadline_at:
            return Verdict.LATE
        return super().judge(part, number, position, now, attempt_open)


class AnyOrder(Sitting):
    """A planted bug: a sequential part takes saves to questions that were left, or are still to come."""

    def judge(self, part: Part, number: int, position: int, now: datetime, attempt_open: bool) -> Verdict:
        return super().judge(replace(part, present=None), number, position, now, attempt_open)


class BreakBegunAgain(Sitting):
    """A planted bug: leaving a part again in the break after it begins the break again."""

    def leave(self, number: int, now: datetime) -> None:
        before = self.stored.parts[number + 1 :][:1]
        super().leave(number, now)
        parts = list(self.stored.parts)
        if before and before[0].opens_at and parts[number + 1].state is PartState.WAITING:
            parts[number + 1] = replace(parts[number + 1], opens_at=now + parts[number].rest)
            self.stored = Attempt(tuple(parts))


class MovedByRestart(Sitting):
    """A planted bug: a restart works the deadline out anew, a second short."""

    def restarted(self) -> Sitting:
        again = super().restarted()
        parts = tuple(
            replace(part, deadline_at=part.deadline_at and part.deadline_at - timedelta(seconds=1))
            for part in again.stored.parts
        )
        return replace(again, stored=Attempt(parts))


class NeverMarked(Sitting):
    """A planted bug: an attempt that time ends is closed, and nobody marks it."""

    def read(self, now: datetime) -> None:
        self.stored = self.settled(now)


class ReopenedByLeaving(Sitting):
    """A planted bug: leaving a part again opens the next one again, with all its minutes."""

    def leave(self, number: int, now: datetime) -> None:
        super().leave(number, now)
        parts = list(self.stored.parts)
        if parts[number + 1].state is not PartState.CLOSED:
            parts[number + 1] = parts[number + 1].opened(now)
        self.stored = Attempt(tuple(parts))


class GraceByNumber(Sitting):
    """A planted bug: only the part that stands last has a grace, and a free one may well end after it."""

    def settled(self, now: datetime) -> Attempt:
        *earlier, last = super().settled(now).parts
        dropped = (
            part.closed(part.deadline_at, ClosedBy.TIME)
            if part.state is PartState.OPEN and part.deadline_at is not None and part.deadline_at <= now
            else part
            for part in earlier
        )
        return Attempt((*dropped, last))


class ForgottenByWaiting(Sitting):
    """A planted bug: time given while a part waits for its door is not there once it opens."""

    def extend(self, grant: Grant, now: datetime) -> None:
        super().extend(grant, now)
        self.stored = Attempt(
            tuple(
                replace(part, extra=timedelta(0)) if part.state is PartState.WAITING else part
                for part in self.stored.parts
            )
        )


class WithBreak(Sequence):
    """Of all attempts those with a break: a bug of one shows in no other."""

    @initialize()
    def start(self) -> None:
        super().start(SHAPES[3])


class FreePartLast(Sequence):
    """Of all attempts those whose earlier part may end last: a bug of its grace shows in no other."""

    @initialize()
    def start(self) -> None:
        super().start(SHAPES[4])


@pytest.mark.parametrize(
    ("planted", "kind", "found"),
    [
        (AnyOrder, Sequence, r"a save came out as accepted|assert \{"),
        (BreakBegunAgain, WithBreak, "the parts are .* the rules say"),
        (WithoutGrace, Sequence, "a save came out as late, the rules say"),
        (MovedByRestart, Sequence, "the parts are .* the rules say"),
        (NeverMarked, Sequence, "saved answers unscored"),
        (ForgottenByWaiting, Sequence, "the parts are .* the rules say"),
        (ReopenedByLeaving, Sequence, "the parts are .* the rules say"),
        (GraceByNumber, FreePartLast, "the parts are .*'closed'.* the rules say .*'open'"),
    ],
)
def test_t01_control_a_planted_bug_is_found(
    planted: Callable[[Attempt], Sitting], kind: type[Sequence], found: str
) -> None:
    with pytest.raises(AssertionError, match=found):
        never_diverges(planted, runs=range(CONTROL_RUNS), kind=kind)
