"""The screen of a test: one question as it stands now, the question map, and the numbers before hand-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from quizapp.assessment.attempt import Kind, Mode, PartState, time_left
from quizapp.assessment.errors import AttemptClosed, OutOfOrder, PartNotOpen
from quizapp.services import attempts, results
from quizapp.services.attempts import Standing
from quizapp.services.errors import NotFound
from quizapp.services.rendering import AskedItem, asked
from quizapp.services.results import Explained
from quizapp.store import attempts as rows
from quizapp.store import items as item_rows
from quizapp.store import responses as response_rows
from quizapp.store.responses import Current
from quizapp.store.responses import Square as Square
from quizapp.store.transaction import Store

_KINDS = tuple(kind.value for kind in Kind)
NOTHING = Current(0, (), datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True)
class Counts:
    """How many questions of the open parts are answered, unanswered and flagged."""

    asked: int
    answered: int
    flagged: int

    @property
    def unanswered(self) -> int:
        """Questions without an answer; they score nothing."""
        return self.asked - self.answered


@dataclass(frozen=True)
class Question:
    """One question of an open attempt, ready to be drawn."""

    standing: Standing
    position: int
    part: int
    asked: AskedItem
    answer: Current
    flag: Current
    strike: Current
    certainty: Current
    note: Current
    highlight: Current
    squares: tuple[Square, ...]
    place_in_case: tuple[int, int] | None
    left: timedelta | None
    explained: Explained | None

    @cached_property
    def sequential(self) -> bool:
        """Whether the questions of its part come one after another."""
        return self.standing.attempt.parts[self.part].present is not None

    @property
    def versions(self) -> tuple[tuple[str, int], ...]:
        """The version of each kind of response that is shown."""
        held = (self.answer, self.flag, self.strike, self.certainty, self.note, self.highlight)
        return tuple(zip(_KINDS, [one.version for one in held], strict=True))

    def current(self, kind: Kind) -> Current:
        """What is shown of a kind of response."""
        held: Current = getattr(self, kind.value)
        return held

    @property
    def part_positions(self) -> tuple[int, ...]:
        """The numbers of the questions in this part."""
        return tuple(one.position for one in self.squares)

    @cached_property
    def previous(self) -> int | None:
        """The question before, within the part; there is no way back in a sequential one."""
        first = self.sequential or self.position == self.squares[0].position
        return None if first else self.position - 1

    @cached_property
    def next(self) -> int | None:
        """The question after, within the part."""
        return self.position + 1 if self.position < self.squares[-1].position else None


def question(store: Store, account_id: int, public_id: str, position: int, now: datetime) -> Question:
    """One question of the account's own attempt; records once that it was displayed.

    Raises NotFound, AttemptClosed once the attempt or the question's part is closed, PartNotOpen before
    its part opens, OutOfOrder for any but the present question of a sequential part.
    """
    with store.read() as conn:
        standing = attempts.standing(store, account_id, public_id, now)
        found = standing.stored
        desk = (
            response_rows.desk(conn, found.id, position) if position <= response_rows.LARGEST_NUMBER else None
        )
        if desk is None:
            raise NotFound
        _refuse_shut(standing, desk.part, position)
        item = item_rows.public_items(conn, (desk.version,))[desk.version]
        explained = results.explanation(conn, found, position) if found.mode is Mode.TUTOR else None
        case = response_rows.positions_of(conn, found.id, desk.unit) if item.stimulus else ()
    if not desk.displayed:
        store.write(lambda conn: rows.mark_displayed(conn, found.id, account_id, position, now))
    return Question(
        standing=standing,
        position=position,
        part=desk.part,
        asked=asked(item, desk.option_order),
        answer=desk.held.get(Kind.ANSWER, NOTHING),
        flag=desk.held.get(Kind.FLAG, NOTHING),
        strike=desk.held.get(Kind.STRIKE, NOTHING),
        certainty=desk.held.get(Kind.CERTAINTY, NOTHING),
        note=desk.held.get(Kind.NOTE, NOTHING),
        highlight=desk.held.get(Kind.HIGHLIGHT, NOTHING),
        squares=tuple([one for one in desk.squares if one.part == desk.part]),
        place_in_case=(case.index(position) + 1, len(case)) if len(case) > 1 else None,
        left=time_left(standing.attempt.parts[desk.part], now),
        explained=explained,
    )


def as_asked(store: Store, account_id: int, public_id: str, position: int, now: datetime) -> AskedItem:
    """A question of the account's own attempt as it was asked there, open or closed; raises NotFound.

    For telling what was sent in its own letters, not for showing it: nobody looks whether it may be seen now.
    """
    found = attempts.standing(store, account_id, public_id, now).stored
    with store.read() as conn:
        desk = response_rows.desk(conn, found.id, position)
        if desk is None:
            raise NotFound
        return asked(item_rows.public_items(conn, (desk.version,))[desk.version], desk.option_order)


def _refuse_shut(standing: Standing, part: int, position: int) -> None:
    if not standing.attempt.open:
        raise AttemptClosed(part)
    state, present = standing.attempt.parts[part].state, standing.attempt.parts[part].present
    if state is PartState.WAITING:
        raise PartNotOpen(part)
    if state is PartState.CLOSED:
        raise AttemptClosed(part)
    if present is not None and position != present:
        raise OutOfOrder(position, present)


@dataclass(frozen=True)
class Check:
    """The page before hand-in: the part's question map and its numbers."""

    standing: Standing
    part: int
    squares: tuple[Square, ...]
    counts: Counts
    last_part: bool
    left: timedelta | None

    @property
    def present(self) -> int | None:
        """In a sequential part the question that is open, or the number after its last; else None."""
        return self.standing.attempt.parts[self.part].present


def check(store: Store, account_id: int, public_id: str, now: datetime) -> Check:
    """Where the part being sat stands; raises NotFound, and AttemptClosed in a break or at the end."""
    standing = attempts.standing(store, account_id, public_id, now)
    part = standing.current_part
    if part is None:
        raise AttemptClosed(len(standing.attempt.parts) - 1)
    with store.read() as conn:
        everything = response_rows.squares(conn, standing.stored.id)
    squares = tuple(one for one in everything if one.part == part)
    return Check(
        standing=standing,
        part=part,
        squares=squares,
        counts=counts_of(squares),
        last_part=part + 1 == len(standing.attempt.parts),
        left=time_left(standing.attempt.parts[part], now),
    )


def counts_of(squares: Sequence[Square]) -> Counts:
    """The numbers of a question map."""
    return Counts(len(squares), sum([one.answered for one in squares]), sum([one.flagged for one in squares]))


def first_open(store: Store, account_id: int, public_id: str, now: datetime) -> tuple[Standing, int | None]:
    """Where to resume: the first question of the current part without an answer, else its first question.

    In a sequential part it is the present one. None once all of them are left, in a break and after the end.
    """
    standing = attempts.standing(store, account_id, public_id, now)
    part = standing.current_part
    if part is None:
        return standing, None
    with store.read() as conn:
        squares = [one for one in response_rows.squares(conn, standing.stored.id) if one.part == part]
    present = standing.attempt.parts[part].present
    if present is not None:
        return standing, present if present <= squares[-1].position else None
    unanswered = [one.position for one in squares if not one.answered]
    return standing, (unanswered or [one.position for one in squares])[0]
