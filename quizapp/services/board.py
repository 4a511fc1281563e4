"""What staff do while tests are being sat: look on, give time to one or to all, close an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from quizapp.assessment.attempt import ClosedBy, Mode, PartState, settle, time_left
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import attempts
from quizapp.services.errors import NotFound, Refused
from quizapp.services.passwords import normalise_email
from quizapp.services.waiting import LONGEST
from quizapp.store import attempts as attempt_rows
from quizapp.store import board as rows
from quizapp.store import exams as exam_rows
from quizapp.store import time_grants as grant_rows
from quizapp.store import waiting as waiting_rows
from quizapp.store.attempts import StoredAttempt
from quizapp.store.exams import OfferedExam
from quizapp.store.time_grants import NewGrant
from quizapp.store.time_grants import TimeGrant as TimeGrant
from quizapp.store.transaction import Store

PAGE = 100
MOST_MINUTES = 240
PERCENTAGES = (25, 50, 100)
BY_STAFF = (Reason.ARRANGEMENT, Reason.INTERRUPTION, Reason.FAULT, Reason.OUTAGE)


@dataclass(frozen=True)
class Seat:
    """One person sitting a timed test; `left` is None without a limit, `part` empty where there is one.

    In the break before a part it is that of the break.
    """

    public_id: str
    email: str | None
    part: str
    on_break: bool
    left: timedelta | None
    extra: timedelta
    answered: int
    asked: int
    since_save: timedelta | None
    started_at: datetime


@dataclass(frozen=True)
class Room:
    """Everybody on this page of the board who is sitting one exam.

    `timed` where any part has a limit and the exam is still offered, so that all can be given time at once.
    """

    bank_slug: str
    exam_slug: str
    title: str
    timed: bool
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Board:
    """One page of the board, counted from 1, the timed exams on offer, and the grants that stand.

    `waiting` counts those in the waiting room by bank and exam.
    """

    rooms: tuple[Room, ...]
    exams: tuple[OfferedExam, ...]
    waiting: Mapping[tuple[str, str], int]
    total: int
    page: int
    pages: int
    standing: tuple[TimeGrant, ...]


def board(store: Store, page: int, now: datetime) -> Board:
    """Who is sitting which timed test now. Attempts whose time is up are left out; the sweep closes them."""
    with store.read() as conn:
        total = rows.count(conn)
        pages = max(1, -(-total // PAGE))
        wanted = max(1, min(page, pages))
        found = attempt_rows.sat_now(conn, PAGE * (wanted - 1), PAGE)
        progress = rows.progress(conn, [one.id for one in found])
        standing = grant_rows.all_standing(conn)
        exams = tuple(one for one in exam_rows.all_offered(conn) if one.profile.minutes is not None)
        waiting = waiting_rows.counts(conn, now - LONGEST)
    offered = {(one.bank_slug, one.exam_slug) for one in exams}
    rooms = []
    for (bank_slug, exam_slug), several in groupby(found, key=lambda one: (one.bank_slug, one.exam_slug)):
        held = list(several)
        seats = tuple(seat for one in held if (seat := _seat(one, progress[one.id], now)))
        if seats:
            timed = (bank_slug, exam_slug) in offered
            rooms.append(Room(bank_slug, exam_slug, held[0].profile.title, timed, seats))
    return Board(tuple(rooms), exams, waiting, total, wanted, pages, standing)


def _seat(found: StoredAttempt, progress: rows.Progress, now: datetime) -> Seat | None:
    settled = settle(found.attempt, now)
    if settled.here is None:
        return None
    part = settled.parts[settled.here]
    last = progress.last_saved_at
    return Seat(
        public_id=found.public_id,
        email=progress.email,
        part=found.profile.parts[settled.here].title if len(settled.parts) > 1 else "",
        on_break=part.state is PartState.WAITING,
        left=time_left(part, now),
        extra=part.extra,
        answered=progress.answered,
        asked=found.profile.items,
        since_save=None if last is None else max(timedelta(0), now - last),
        started_at=found.started_at,
    )


@dataclass(frozen=True)
class Sitter:
    """One person's timed attempt as staff see it, with the time that it was given."""

    stored: StoredAttempt
    seat: Seat
    given: tuple[TimeGrant, ...]
    timed: bool


def sitter(store: Store, public_id: str, now: datetime) -> Sitter:
    """A timed attempt that is open; raises NotFound for any other."""
    with store.read() as conn:
        found = attempt_rows.find_attempt(conn, public_id)
        if found is None or found.mode is not Mode.TIMED or not found.open:
            raise NotFound
        seat = _seat(found, rows.progress(conn, [found.id])[found.id], now)
        if seat is None:
            raise NotFound
        given = grant_rows.of_attempt(conn, found.id)
    return Sitter(found, seat, given, any(part.allowance for part in found.attempt.parts))


def checked(amount: int, measure: Measure, reason: Reason) -> tuple[Grant, Reason]:
    """A grant that staff may give; raises Refused with `minutes` or `percent`."""
    if measure is Measure.PERCENT and amount not in PERCENTAGES:
        raise Refused("percent", "how")
    if measure is not Measure.PERCENT and not 1 <= amount <= MOST_MINUTES:
        raise Refused("minutes", "minutes")
    return Grant(amount, measure), reason


def give(
    store: Store, public_id: str, grant: Grant, reason: Reason, given_by: int, now: datetime, request_key: str
) -> bool:
    """Give one open attempt time; False where it has ended meanwhile. Raises NotFound."""
    return attempts.extend(store, public_id, grant, reason, given_by, now, request_key)


def sitting_now(store: Store, bank_slug: str, exam_slug: str) -> tuple[OfferedExam, int]:
    """An exam that is offered, and how many are sitting it; raises NotFound for any other."""
    with store.read() as conn:
        offered = _offered(conn, bank_slug, exam_slug)
        return offered, len(grant_rows.open_attempts(conn, offered.bank_id, exam_slug))


def _offered(conn: Connection, bank_slug: str, exam_slug: str) -> OfferedExam:
    offered = exam_rows.offered(conn, bank_slug, exam_slug)
    if offered is None or offered.profile.minutes is None:
        raise NotFound
    return offered


def give_all(
    store: Store,
    bank_slug: str,
    exam_slug: str,
    grant: Grant,
    reason: Reason,
    given_by: int,
    now: datetime,
    request_key: str,
) -> int:
    """Give everybody who is sitting an exam time, each in a unit of its own; how many got it."""
    with store.read() as conn:
        offered = _offered(conn, bank_slug, exam_slug)
        found = grant_rows.open_attempts(conn, offered.bank_id, exam_slug)
    return sum(give(store, one, grant, reason, given_by, now, request_key) for one in found)


def give_ahead(
    store: Store,
    bank_slug: str,
    exam_slug: str,
    email: str | None,
    grant: Grant,
    reason: Reason,
    given_by: int,
    now: datetime,
    request_key: str,
) -> None:
    """Let every attempt at an exam that one person, or anybody, begins from now on have more time.

    Raises NotFound, and Refused("email_unknown", "email") where nobody has that address.
    """

    def unit(conn: Connection) -> None:
        offered = _offered(conn, bank_slug, exam_slug)
        account_id = None if email is None else grant_rows.account_of(conn, _address(email))
        if email is not None and account_id is None:
            raise Refused("email_unknown", "email")
        if grant_rows.given(conn, request_key, None):
            return
        new = NewGrant(
            bank_id=offered.bank_id,
            exam_slug=exam_slug,
            account_id=account_id,
            attempt_id=None,
            grant=grant,
            reason=reason,
            given_by=given_by,
            given_at=now,
            request_key=request_key,
        )
        grant_rows.add(conn, new)

    store.write(unit)


def _address(email: str) -> str:
    try:
        return normalise_email(email)
    except Refused:
        raise Refused("email_unknown", "email") from None


def end_grant(store: Store, grant_id: int, account_id: int, now: datetime) -> None:
    """End a standing grant; tests that have begun keep what they have. Raises NotFound."""
    if not store.write(lambda conn: grant_rows.end(conn, grant_id, account_id, now)):
        raise NotFound


def close(store: Store, public_id: str, closed_by: int, now: datetime) -> None:
    """Close an open timed attempt and mark what was saved; who did it goes to the log. Raises NotFound."""
    sitter(store, public_id, now)
    attempts.hand_in(store, None, public_id, now, ClosedBy.ADMIN)
    attempts.log.info("attempt %s was closed by account %s", public_id, closed_by)
