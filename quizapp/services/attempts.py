"""An attempt from Begin to hand-in: deal the booklet, show where it stands, leave a part, hand in, sweep."""

import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from quizapp.assessment import attempt as machine
from quizapp.assessment.attempt import ClosedBy, Kind, Mode
from quizapp.assessment.blueprint import ExamProfile, TimeChoice, with_time
from quizapp.assessment.codec import digest, profile_document
from quizapp.assessment.errors import AssessmentError, InvalidResponse
from quizapp.assessment.extra_time import Grant, Reason, extra_time
from quizapp.assessment.log import first_hash, receipt
from quizapp.services.dealing import Dealt, deal_named, deal_timed, deal_tutor
from quizapp.services.errors import NotFound, PracticeOpen, ServiceError
from quizapp.services.marking import marks_of
from quizapp.services.waiting import dealt_ahead
from quizapp.store import attempts as rows
from quizapp.store import exams as exam_rows
from quizapp.store import items as item_rows
from quizapp.store import responses as response_rows
from quizapp.store import starts
from quizapp.store import time_grants as grant_rows
from quizapp.store.attempts import PastAttempt
from quizapp.store.attempts import StoredAttempt as StoredAttempt
from quizapp.store.exams import OfferedExam
from quizapp.store.publishing import stage_variants
from quizapp.store.starts import Before, NewAttempt
from quizapp.store.time_grants import NewGrant
from quizapp.store.time_grants import TimeGrant as TimeGrant
from quizapp.store.transaction import Store

log = logging.getLogger("quizapp")

PRACTICE = "practice"
"""What stands in place of an exam's id for practice that a candidate put together."""


SWEPT_AT_ONCE = 200
"""Attempts that a sweep reads at once."""
SETTLING_FAILED = (
    AssessmentError,
    ServiceError,
    SQLAlchemyError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What may go wrong with one attempt and is no reason to leave the others alone."""


@dataclass(frozen=True)
class Standing:
    """An attempt as it stands at one instant, every passed deadline applied."""

    stored: StoredAttempt
    attempt: machine.Attempt
    now: datetime

    @property
    def current_part(self) -> int | None:
        """The part being sat; None in a break, and when the attempt is closed."""
        return self.attempt.current


def begin(
    store: Store,
    account_id: int,
    bank_slug: str,
    exam_slug: str,
    mode: Mode,
    now: datetime,
    seed: int,
    chosen: TimeChoice = TimeChoice.AS_SET,
) -> str:
    """Begin an attempt at an offered exam; the public id of it, or of the one that is open already.

    The booklet is dealt before the unit of work, so that no save waits for it; the unit freezes it and fixes
    the first part's deadline. Where anything has changed meanwhile that the start rests on, all is read and
    dealt anew. Raises NotFound for an exam that is not offered, TimeFixed for a time that is not left to
    choose, and BlueprintShort where the bank cannot fill it.
    """
    public_id = secrets.token_urlsafe(16)
    while True:
        with store.read() as conn:
            before = starts.before(conn, account_id, bank_slug, exam_slug, mode)
            if before is None:
                raise NotFound
            offered = before.offered
            profile = offered.profile if mode is Mode.TUTOR else with_time(offered.profile, chosen)
            if not before.already:
                dealt = _dealt(conn, account_id, before, mode, seed, now)
        if before.already:
            if standing(store, account_id, before.already, now).attempt.open:
                return before.already
            continue
        new = NewAttempt(
            public_id=public_id,
            account_id=account_id,
            bank_id=offered.bank_id,
            revision=offered.revision,
            exam_slug=exam_slug,
            exam_version=_version(profile, offered),
            mode=mode,
            seed=dealt.seed,
            started_at=now,
        )
        unit = partial(_begun, new=new, before=before, profile=profile, dealt=dealt)
        more = before.given or dealt.variants or new.exam_version != offered.version
        with suppress(_Overtaken):
            store.write(unit, by_one_statement=not more)
            return public_id


class _Overtaken(Exception):
    """What a start rests on has changed since it was read."""


def _dealt(conn: Connection, account_id: int, before: Before, mode: Mode, seed: int, now: datetime) -> Dealt:
    offered = before.offered
    if mode is Mode.TUTOR:
        return deal_tutor(conn, account_id, offered.bank_id, offered.profile, seed)
    ahead = dealt_ahead(conn, before.waiting, offered, now)
    return ahead or deal_timed(conn, account_id, offered, seed, now)


def _version(profile: ExamProfile, offered: OfferedExam) -> str:
    return offered.version if profile is offered.profile else digest(profile_document(profile))


def _begun(conn: Connection, new: NewAttempt, before: Before, profile: ExamProfile, dealt: Dealt) -> None:
    """Write a start; raises _Overtaken where what it rests on has changed."""
    offered = before.offered
    given: tuple[TimeGrant, ...] = ()
    if before.given:
        given = grant_rows.standing(conn, new.account_id, new.bank_id, new.exam_slug)
    if new.exam_version != offered.version:
        exam_rows.keep_version(conn, new.exam_version, profile_document(profile))
    if not _frozen(conn, new, profile, dealt, given, before):
        raise _Overtaken


def begin_practice(
    store: Store,
    account_id: int,
    bank_slug: str,
    profile: ExamProfile,
    items: tuple[str, ...] | None,
    now: datetime,
    seed: int,
    ending: str | None = None,
) -> str:
    """Begin practice in tutor mode, over a profile's own draw or over the items named; its public id.

    Practice that is still open is handed in first where it is the one that `ending` names. Raises
    PracticeOpen where it is not, NotFound for an unknown bank or item, and BlueprintShort where too little
    is left to draw.
    """
    public_id = secrets.token_urlsafe(16)
    document = profile_document(profile)
    version = digest(document)

    def unit(conn: Connection) -> str:
        head = item_rows.bank_by_slug(conn, bank_slug)
        if head is None:
            raise NotFound
        earlier = rows.open_attempt(conn, account_id, head.id, PRACTICE, Mode.TUTOR)
        if earlier and earlier != ending:
            raise PracticeOpen(earlier)
        if earlier:
            _hand_in(conn, _locked(conn, earlier, account_id), now, ClosedBy.CANDIDATE)
        if items is None:
            dealt = deal_tutor(conn, account_id, head.id, profile, seed)
        else:
            dealt = deal_named(conn, account_id, head.id, items, seed)
        exam_rows.keep_version(conn, version, document)
        new = NewAttempt(
            public_id=public_id,
            account_id=account_id,
            bank_id=head.id,
            revision=head.revision,
            exam_slug=PRACTICE,
            exam_version=version,
            mode=Mode.TUTOR,
            seed=dealt.seed,
            started_at=now,
        )
        _frozen(conn, new, profile, dealt)
        return public_id

    return store.write(unit)


def _frozen(
    conn: Connection,
    new: NewAttempt,
    profile: ExamProfile,
    dealt: Dealt,
    given: Sequence[TimeGrant] = (),
    rests_on: Before | None = None,
) -> bool:
    """Whether a new attempt was written; where what it rests on has changed, it was not."""
    grants = [one.grant for one in given]
    parts = [
        replace(one, extra=extra_time(one.allowance, grants)) for one in machine.parts_of(profile, new.mode)
    ]
    stage_variants(conn, dealt.variants, new.started_at)
    begun = machine.begin(parts, new.started_at)
    attempt_id = starts.add(conn, new, begun, dealt.entries, dealt.orders, rests_on)
    if attempt_id is None:
        return False
    for one in given:
        grant_rows.add(conn, _kept(one, new, attempt_id))
    return True


def _kept(one: TimeGrant, new: NewAttempt, attempt_id: int) -> NewGrant:
    """A standing grant as an attempt keeps it, whatever becomes of the standing one."""
    return NewGrant(
        bank_id=new.bank_id,
        exam_slug=new.exam_slug,
        account_id=new.account_id,
        attempt_id=attempt_id,
        grant=one.grant,
        reason=one.reason,
        given_by=one.given_by,
        given_at=one.given_at,
        request_key=f"standing {one.id}",
    )


def standing(store: Store, account_id: int, public_id: str, now: datetime) -> Standing:
    """The account's own attempt as it stands now; a deadline that has passed is applied, and scored, first.

    Raises NotFound where there is no such attempt of this account.
    """
    with store.read() as conn:
        found = rows.find_attempt(conn, public_id, account_id)
    if found is None:
        raise NotFound
    settled = machine.settle(found.attempt, now)
    if settled is found.attempt and settled.open == found.open:
        return Standing(found, settled, now)
    return store.write(lambda conn: _settle(conn, public_id, now))


def _settle(conn: Connection, public_id: str, now: datetime) -> Standing:
    found = _locked(conn, public_id)
    settled = rows.settle_stored(conn, found, now)
    if found.open and not settled.open:
        _finish(conn, found, settled, ClosedBy.TIME)
        found = _locked(conn, public_id)
    return Standing(found, settled, now)


def _locked(conn: Connection, public_id: str, account_id: int | None = None) -> StoredAttempt:
    found = rows.find_attempt(conn, public_id, account_id, lock=True)
    if found is None:
        raise NotFound
    return found


def _locked_at(conn: Connection, public_id: str, account_id: int, part: int) -> StoredAttempt:
    found = _locked(conn, public_id, account_id)
    if part >= len(found.attempt.parts):
        raise NotFound
    return found


def leave_part(store: Store, account_id: int, public_id: str, part: int, now: datetime) -> Standing:
    """Leave a part for the next or for a break; again changes nothing.

    Raises NotFound, and as the state machine does. Where the time of every part has passed meanwhile, the
    attempt is closed and marked instead.
    """

    def unit(conn: Connection) -> Standing:
        found = _locked_at(conn, public_id, account_id, part)
        left = machine.leave_part(found.attempt, part, now)
        if not left.open:
            return _settle(conn, public_id, now)
        rows.write_parts(conn, found.id, found.attempt, left)
        return Standing(found, left, now)

    return store.write(unit)


def leave_question(
    store: Store, account_id: int, public_id: str, position: int, unanswered: bool, now: datetime
) -> None:
    """Leave the present question of a sequential part for good; leaving it again changes nothing.

    Raises as the state machine does, NotFound for a question that there is not, and InvalidResponse where it
    has no answer and is not left `unanswered` on purpose.
    """

    def unit(conn: Connection) -> None:
        found = _locked(conn, public_id, account_id)
        part = rows.part_of(conn, found.id, position) if position <= response_rows.LARGEST_NUMBER else None
        if part is None:
            raise NotFound
        left = machine.leave_question(found.attempt, part, position, now)
        goes_on = left.parts[part].present != found.attempt.parts[part].present
        if goes_on and not unanswered and not _answered(conn, found.id, position):
            raise InvalidResponse("unanswered")
        rows.write_parts(conn, found.id, found.attempt, left)

    store.write(unit)


def _answered(conn: Connection, attempt_id: int, position: int) -> bool:
    held = response_rows.current_values(conn, attempt_id, position).get((position, Kind.ANSWER))
    return held is not None and bool(held.value)


def end_break(store: Store, account_id: int, public_id: str, part: int, now: datetime) -> None:
    """End the break before a part early; where it is not on, nothing changes. Raises NotFound.

    Where the time of every part has passed meanwhile, the attempt is closed and marked instead.
    """

    def unit(conn: Connection) -> None:
        found = _locked_at(conn, public_id, account_id, part)
        ended = machine.end_break(found.attempt, part, now)
        if ended.open:
            rows.write_parts(conn, found.id, found.attempt, ended)
        else:
            _settle(conn, public_id, now)

    store.write(unit)


def hand_in(
    store: Store, account_id: int | None, public_id: str, now: datetime, by: ClosedBy = ClosedBy.CANDIDATE
) -> StoredAttempt:
    """Hand in an attempt, mark it and make its receipt; handing in again returns the same receipt."""

    def unit(conn: Connection) -> StoredAttempt:
        return _hand_in(conn, _locked(conn, public_id, account_id), now, by)

    return store.write(unit)


def _hand_in(conn: Connection, found: StoredAttempt, now: datetime, by: ClosedBy) -> StoredAttempt:
    if not found.open:
        return found
    ended = machine.hand_in(found.attempt, now, by)
    rows.write_parts(conn, found.id, found.attempt, ended)
    _finish(conn, found, ended, ended.parts[-1].closed_by or by)
    return _locked(conn, found.public_id)


def _finish(conn: Connection, found: StoredAttempt, ended: machine.Attempt, by: ClosedBy) -> None:
    finished_at = ended.finished_at
    assert finished_at is not None
    current = response_rows.current_values(conn, found.id)
    answers = {where: one for (where, kind), one in current.items() if kind is Kind.ANSWER and one.value}
    last = response_rows.last_hash(conn, found.id) or first_hash(found.public_id)
    marks = marks_of(conn, found, {where: one.value for where, one in answers.items()})
    rows.close_attempt(
        conn,
        found.id,
        finished_at,
        by,
        len(answers),
        max((one.server_at for one in current.values()), default=None),
        receipt(found.public_id, last, finished_at, len(answers)),
        marks,
    )


def extend(
    store: Store,
    public_id: str,
    grant: Grant,
    reason: Reason,
    given_by: int | None,
    now: datetime,
    request_key: str,
) -> bool:
    """Give an open attempt more time; False where it has ended or has no limit, and nothing was given.

    The same request again gives nothing more. Without `given_by` it is the site's. Raises NotFound.
    """

    def unit(conn: Connection) -> bool:
        found = _locked(conn, public_id)
        if grant_rows.given(conn, request_key, found.id):
            return True
        settled = _settle(conn, public_id, now).attempt
        longer = machine.extend(settled, (grant,), now)
        if longer == settled:
            return False
        rows.write_parts(conn, found.id, settled, longer)
        new = NewGrant(
            bank_id=found.bank_id,
            exam_slug=found.exam_slug,
            account_id=found.account_id,
            attempt_id=found.id,
            grant=grant,
            reason=reason,
            given_by=given_by,
            given_at=now,
            request_key=request_key,
        )
        grant_rows.add(conn, new)
        return True

    return store.write(unit)


def time_given(store: Store, found: StoredAttempt) -> tuple[TimeGrant, ...]:
    """The extra time that an attempt was given, the oldest first."""
    if not any(part.extra for part in found.attempt.parts):
        return ()
    with store.read() as conn:
        return grant_rows.of_attempt(conn, found.id)


def sweep(store: Store, now: datetime, at_once: int = SWEPT_AT_ONCE) -> int:
    """Close and mark attempts whose time, grace included, has passed; how many were closed or moved on.

    It takes the oldest, so many at once, and goes on until some were closed. Each is settled in a unit of its
    own; one that fails is logged, left for its first read, and keeps none of those after it waiting.
    """
    done, after = 0, rows.FIRST_OVERDUE
    while not done:
        with store.read() as conn:
            due = rows.overdue(conn, now, after, at_once)
        if not due:
            break
        done, after = sum(_swept(store, one.public_id, now) for one in due), due[-1]
    return done


def _swept(store: Store, public_id: str, now: datetime) -> bool:
    try:
        store.write(partial(_settle, public_id=public_id, now=now))
    except SETTLING_FAILED:
        log.exception("sweep: attempt %s could not be settled", public_id)
        return False
    return True


def dashboard(
    store: Store, account_id: int, now: datetime
) -> tuple[tuple[PastAttempt, ...], tuple[PastAttempt, ...]]:
    """The account's open attempts and its closed ones, newest first; overdue ones are settled before."""
    with store.read() as conn:
        found = rows.past_attempts(conn, account_id)
    for one in found:
        if one.open:
            standing(store, account_id, one.public_id, now)
    with store.read() as conn:
        found = rows.past_attempts(conn, account_id)
    return tuple(one for one in found if one.open), tuple(one for one in found if not one.open)


def percent(past: PastAttempt) -> int | None:
    """The marks of a past attempt in percent, rounded down; None where nothing is marked."""
    return None if past.marks is None or not past.asked else int(100 * Fraction(past.marks) / past.asked)
