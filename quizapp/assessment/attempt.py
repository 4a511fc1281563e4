"""The state machine of an attempt: parts, deadlines, grace, saving, leaving and handing in.

Every function takes the attempt and the instant, and returns the attempt as it then is. An attempt that
nobody looks at still ends: `settle` applies every deadline that has passed, so a sweep and a first read
come to the same result, with the deadline as finish time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from quizapp.assessment.blueprint import Door
from quizapp.assessment.errors import AttemptClosed, PartNotOpen, StaleResponse
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

    `allowance` is the part's own time, `extra` what was granted beyond it.
    """

    allowance: timedelta | None
    door: Door
    state: PartState = PartState.WAITING
    opened_at: datetime | None = None
    deadline_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: ClosedBy | None = None
    extra: timedelta = timedelta(0)

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

    @property
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


def begin(parts: Sequence[Part], now: datetime) -> Attempt:
    """A new attempt with its first part open and that part's deadline fixed."""
    first, *rest = parts
    return Attempt((first.opened(now), *rest))


def settle(attempt: Attempt, now: datetime) -> Attempt:
    """The attempt with every deadline up to `now` applied.

    A part whose time has ended opens the next one at that very instant. The part whose time ends the whole
    attempt closes only once the grace has passed too, so that a save in flight still meets an open attempt.
    """
    parts = list(attempt.parts)
    last, last_deadline = 0, None
    for number, part in enumerate(parts):
        if part.state is not PartState.OPEN or part.deadline_at is None or now < part.deadline_at:
            continue
        parts[number] = part.closed(part.deadline_at, ClosedBy.TIME)
        if last_deadline is None or last_deadline <= part.deadline_at:
            last, last_deadline = number, part.deadline_at
        if number + 1 < len(parts) and parts[number + 1].state is PartState.WAITING:
            parts[number + 1] = parts[number + 1].opened(part.deadline_at)
    settled = Attempt(tuple(parts))
    if settled.open or last_deadline is None or now > last_deadline + GRACE:
        return settled
    parts[last] = replace(parts[last], state=PartState.OPEN, closed_at=None, closed_by=None)
    return Attempt(tuple(parts))


def judge_save(part: Part, number: int, now: datetime, attempt_open: bool) -> Verdict:
    """Whether a save for a part counts at `now`; the part is as `settle` left it, or as it was stored.

    Accepted up to and including deadline plus grace, also where time has just closed the part; late after
    that. Raises PartNotOpen before the part opens and AttemptClosed once a person has closed it.
    """
    if part.state is PartState.WAITING:
        raise PartNotOpen(number)
    if part.closed_by in (ClosedBy.CANDIDATE, ClosedBy.ADMIN):
        raise AttemptClosed(number)
    if part.deadline_at is not None and now > part.deadline_at + GRACE:
        return Verdict.LATE
    if not attempt_open:
        raise AttemptClosed(number)
    return Verdict.ACCEPTED


def leave_part(attempt: Attempt, number: int, now: datetime) -> Attempt:
    """The attempt after the candidate leaves a part for the next one.

    A one-way door closes the part and lapses its minutes; a free one leaves it open while its time runs.
    Leaving again changes nothing. Raises PartNotOpen for a part that waits, AttemptClosed for the last.
    """
    attempt = settle(attempt, now)
    if number + 1 >= len(attempt.parts):
        raise AttemptClosed(number)
    part, following = attempt.parts[number], attempt.parts[number + 1]
    if part.state is PartState.WAITING:
        raise PartNotOpen(number)
    parts = list(attempt.parts)
    if part.state is PartState.OPEN and part.door is Door.ONE_WAY:
        parts[number] = part.closed(now, ClosedBy.CANDIDATE)
    if following.state is PartState.WAITING:
        parts[number + 1] = following.opened(now)
    return replace(attempt, parts=tuple(parts))


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

    That is all it lost, rounded up to a second, but never more than `most`. A part whose time had ended
    before lost nothing.
    """
    if not most:
        return attempt, {}
    before = settle(attempt, since)
    given = {
        number: min(whole_seconds(until - max(since, part.opened_at or since)), most)
        for number, part in enumerate(before.parts)
        if part.state is PartState.OPEN and part.deadline_at is not None and part.deadline_at > since
    }
    longer = (part.extended(given.get(number, timedelta(0))) for number, part in enumerate(before.parts))
    return Attempt(tuple(longer)), given


def time_left(part: Part, now: datetime) -> timedelta | None:
    """What is left of a part, never below zero; None without a limit."""
    return None if part.deadline_at is None else max(timedelta(0), part.deadline_at - now)


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
