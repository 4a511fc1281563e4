"""The state machine of an attempt: parts, breaks, deadlines, grace, saving, leaving and handing in.

A part is waiting, open or closed. It opens when the one before it ends, or by the break after that; a door,
its time, a hand-in or staff close it. In a sequential part one question after another is the present one.
docs/state-machine.md draws all of it from this code.

Every function takes the attempt and the instant, and returns the attempt as it then is. An attempt that
nobody looks at still ends: `settle` applies every deadline that has passed, so a sweep and a first read
come to the same result, with the deadline as finish time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

from quizapp.assessment.blueprint import Door, ExamProfile, Order
from quizapp.assessment.errors import AttemptClosed, OutOfOrder, PartNotOpen, StaleResponse
from quizapp.assessment.extra_time import Grant, extra_time, whole_seconds
from quizapp.assessment.item import Response

GRACE = timedelta(seconds=5)
"""How long after a deadline a save that was already on its way still counts."""


class Mode(StrEnum):
    """A test with the explanations after hand-in, or a tutor that explains each answer at once."""

    TIMED = "timed"
    TUTOR = "tutor"


class PartState(StrEnum):
    """A part waits for its door, is open, or is closed for good."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"


class ClosedBy(StrEnum):
    """Who ended a part."""

    CANDIDATE = "candidate"
    TIME = "time"
    ADMIN = "admin"


class Kind(StrEnum):
    """What an entry of the response log is about; each kind has its own versions."""

    ANSWER = "answer"
    FLAG = "flag"
    STRIKE = "strike"
    CERTAINTY = "certainty"
    NOTE = "note"
    HIGHLIGHT = "highlight"


class Verdict(StrEnum):
    """What becomes of a save: it counts, or it is kept apart as late."""

    ACCEPTED = "accepted"
    LATE = "late"


@dataclass(frozen=True)
class Part:
    """One part of an attempt. The deadline is fixed when the part opens; None means no limit.

    `allowance` is the part's own time, `extra` what was granted beyond it, `rest` the break that follows it.
    `opens_at` is the end of the break before it, fixed when that begins. `present` is the one question of a
    sequential part that takes anything, or the number after its last once that is left.
    """

    allowance: timedelta | None
    door: Door
    state: PartState = PartState.WAITING
    opened_at: datetime | None = None
    deadline_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: ClosedBy | None = None
    extra: timedelta = timedelta(0)
    rest: timedelta = timedelta(0)
    opens_at: datetime | None = None
    present: int | None = None

    def opened(self, at: datetime) -> "Part":
        """This part, open since `at`."""
        deadline = None if self.allowance is None else at + self.allowance + self.extra
        return replace(self, state=PartState.OPEN, opened_at=at, deadline_at=deadline)

    def extended(self, by: timedelta) -> "Part":
        """This part with more time; its deadline, once it has one, moves later by as much."""
        deadline = None if self.deadline_at is None else self.deadline_at + by
        return replace(self, extra=self.extra + by, deadline_at=deadline)

    def closed(self, at: datetime, by: ClosedBy) -> "Part":
        """This part, closed; never later than its deadline."""
        end = at if self.deadline_at is None else min(at, self.deadline_at)
        return replace(self, state=PartState.CLOSED, closed_at=end, closed_by=by)


@dataclass(frozen=True)
class Attempt:
    """All parts of one attempt, in order."""

    parts: tuple[Part, ...]

    @cached_property
    def open(self) -> bool:
        """Whether any part is not closed yet."""
        return any(part.state is not PartState.CLOSED for part in self.parts)

    @property
    def finished_at(self) -> datetime | None:
        """When the last part closed; None while the attempt is open."""
        return None if self.open else max(part.closed_at for part in self.parts if part.closed_at)

    @property
    def current(self) -> int | None:
        """The number of the newest open part; None when there is none."""
        numbers = [number for number, part in enumerate(self.parts) if part.state is PartState.OPEN]
        return numbers[-1] if numbers else None

    @property
    def after_break(self) -> int | None:
        """The number of the part that waits for the end of a break; None while no break is on."""
        waiting = (
            n for n, part in enumerate(self.parts) if part.state is PartState.WAITING and part.opens_at
        )
        return next(waiting, None)

    @property
    def here(self) -> int | None:
        """The number of the part being sat or, in a break, of the one after it; None once all are closed."""
        return self.after_break if self.current is None else self.current


def parts_of(profile: ExamProfile, mode: Mode) -> tuple[Part, ...]:
    """The parts of a new attempt. A tutor knows neither clock nor break, and any order."""
    if mode is Mode.TUTOR:
        return tuple(Part(None, one.door) for one in profile.parts)
    firsts = accumulate((one.items for one in profile.parts), initial=1)
    return tuple(
        Part(
            one.allowance,
            one.door,
            rest=timedelta(minutes=one.break_minutes),
            present=first if one.order is Order.SEQUENTIAL else None,
        )
        for one, first in zip(profile.parts, firsts, strict=False)
    )


def begin(parts: Sequence[Part], now: datetime) -> Attempt:
    """A new attempt with its first part open and that part's deadline fixed."""
    first, *rest = parts
    return Attempt((first.opened(now), *rest))


def settle(attempt: Attempt, now: datetime) -> Attempt:
    """The attempt with every deadline up to `now` applied.

    A part whose time has ended opens the next one at that very instant, or begins the break between them;
    the end of a break opens the part after it. The part whose time ends the whole attempt closes only once
    the grace has passed too, so that a save in flight still meets an open attempt.
    """
    parts = list(attempt.parts)
    last, last_deadline = 0, None
    for number, part in enumerate(parts):
        if part.state is PartState.WAITING and part.opens_at is not None and now >= part.opens_at:
            part = parts[number] = part.opened(part.opens_at)
        if part.state is not PartState.OPEN or part.deadline_at is None or now < part.deadline_at:
            continue
        parts[number] = part.closed(part.deadline_at, ClosedBy.TIME)
        if last_deadline is None or last_deadline <= part.deadline_at:
            last, last_deadline = number, part.deadline_at
        _go_on(parts, number, part.deadline_at)
    settled = Attempt(tuple(parts))
    if settled == attempt:
        return attempt
    if settled.open or last_deadline is None or now > last_deadline + GRACE:
        return settled
    parts[last] = replace(parts[last], state=PartState.OPEN, closed_at=None, closed_by=None)
    return Attempt(tuple(parts))


def _go_on(parts: list[Part], number: int, at: datetime) -> None:
    """From a part that is left, or whose time ends, to the next: at once, or by the break between them."""
    if number + 1 == len(parts):
        return
    rest, following = parts[number].rest, parts[number + 1]
    if following.state is PartState.WAITING and following.opens_at is None:
        parts[number + 1] = replace(following, opens_at=at + rest) if rest else following.opened(at)


def judge_save(
    part: Part,
    number: int,
    position: int,
    now: datetime,
    attempt_open: bool,
    ended_by: ClosedBy | None = None,
) -> Verdict:
    """Whether a save for a question of a part counts at `now`; the part is as `settle` left it, or as stored.

    Accepted up to and including deadline plus grace, also where time has just closed the part; late after
    that, and where time has ended the whole attempt while the save waited for its turn. Raises PartNotOpen
    before the part opens, AttemptClosed once a person has closed it, and OutOfOrder in a sequential part for
    every question but the present one.
    """
    if part.state is PartState.WAITING:
        raise PartNotOpen(number)
    if part.closed_by in (ClosedBy.CANDIDATE, ClosedBy.ADMIN):
        raise AttemptClosed(number)
    if part.deadline_at is not None and now > part.deadline_at + GRACE:
        return Verdict.LATE
    if not attempt_open and ended_by is ClosedBy.TIME:
        return Verdict.LATE
    if not attempt_open:
        raise AttemptClosed(number)
    if part.present is not None and position != part.present:
        raise OutOfOrder(position, part.present)
    return Verdict.ACCEPTED


def leave_question(attempt: Attempt, number: int, position: int, now: datetime) -> Attempt:
    """The attempt after the candidate leaves the present question of a sequential part for good.

    Leaving it again changes nothing. Raises PartNotOpen for a part that waits, AttemptClosed for one that is
    closed, OutOfOrder for a question that is not reached yet.
    """
    attempt = settle(attempt, now)
    part = attempt.parts[number]
    if part.state is PartState.WAITING:
        raise PartNotOpen(number)
    if part.state is PartState.CLOSED:
        raise AttemptClosed(number)
    if part.present is None or position < part.present:
        return attempt
    if position > part.present:
        raise OutOfOrder(position, part.present)
    parts = list(attempt.parts)
    parts[number] = replace(part, present=position + 1)
    return Attempt(tuple(parts))


def leave_part(attempt: Attempt, number: int, now: datetime) -> Attempt:
    """The attempt after the candidate leaves a part for the next one, or for the break before it.

    A one-way door closes the part and lapses its minutes; a free one leaves it open while its time runs.
    Leaving again changes nothing. Raises PartNotOpen for a part that waits, AttemptClosed for the last.
    """
    attempt = settle(attempt, now)
    if number + 1 >= len(attempt.parts):
        raise AttemptClosed(number)
    part = attempt.parts[number]
    if part.state is PartState.WAITING:
        raise PartNotOpen(number)
    parts = list(attempt.parts)
    if part.state is PartState.OPEN and part.door is Door.ONE_WAY:
        parts[number] = part.closed(now, ClosedBy.CANDIDATE)
    _go_on(parts, number, now)
    return replace(attempt, parts=tuple(parts))


def end_break(attempt: Attempt, number: int, now: datetime) -> Attempt:
    """The attempt after the candidate ends the break before a part early; where none is, nothing changes."""
    attempt = settle(attempt, now)
    if number != attempt.after_break:
        return attempt
    parts = list(attempt.parts)
    parts[number] = parts[number].opened(now)
    return Attempt(tuple(parts))


def hand_in(attempt: Attempt, now: datetime, by: ClosedBy = ClosedBy.CANDIDATE) -> Attempt:
    """The attempt after hand-in: every open part closes, never later than its deadline.

    Handing in what is closed changes nothing. Raises PartNotOpen while a part has not been opened, unless
    an admin closes the attempt.
    """
    attempt = settle(attempt, now)
    if not attempt.open:
        return attempt
    for number, part in enumerate(attempt.parts):
        if part.state is PartState.WAITING and by is ClosedBy.CANDIDATE:
            raise PartNotOpen(number)
    return replace(
        attempt,
        parts=tuple(
            part if part.state is PartState.CLOSED else part.closed(now, by) for part in attempt.parts
        ),
    )


def extend(attempt: Attempt, grants: Sequence[Grant], now: datetime) -> Attempt:
    """The attempt after extra time is given: an open part ends later at once, one that waits once it opens.

    What is closed stays closed, and a part without a limit stays without one.
    """
    attempt = settle(attempt, now)
    return Attempt(
        tuple(
            part if part.state is PartState.CLOSED else part.extended(extra_time(part.allowance, grants))
            for part in attempt.parts
        )
    )


def give_back(
    attempt: Attempt, since: datetime, until: datetime, most: timedelta
) -> tuple[Attempt, dict[int, timedelta]]:
    """The attempt after an outage of the server, and what each part that was open in it gets back.

    That is all it lost, rounded up to a second, but never more than `most`. A part that a break opened in the
    outage lost what came after; the break itself is none of its time. A part whose time had ended before
    lost nothing.
    """
    if not most:
        return attempt, {}
    before = settle(attempt, since)
    given = {
        number: min(whole_seconds(until - max(since, opened)), most)
        for number, part in enumerate(before.parts)
        if part.allowance is not None and part.state is not PartState.CLOSED
        for opened in [part.opened_at or part.opens_at]
        if opened is not None and opened < until
        if part.deadline_at is None or part.deadline_at > since
    }
    longer = (part.extended(given.get(number, timedelta(0))) for number, part in enumerate(before.parts))
    return Attempt(tuple(longer)), given


def time_left(part: Part, now: datetime) -> timedelta | None:
    """What is left of a part, or of the break before it, never below zero; None without a limit."""
    return left_until(part.opens_at if part.state is PartState.WAITING else part.deadline_at, now)


def left_until(end: datetime | None, now: datetime) -> timedelta | None:
    """What is left until an instant, never below zero; None without one."""
    return None if end is None else max(timedelta(0), end - now)


def next_version(
    position: int,
    kind: Kind,
    based_on: int,
    current_version: int,
    current: Response,
    yours: Response,
) -> int:
    """The version that a save becomes.

    Raises StaleResponse with both values unless the save is based on the current version.
    """
    if based_on != current_version:
        raise StaleResponse(position, kind.value, current_version, current, yours)
    return current_version + 1
