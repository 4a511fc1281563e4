"""The board: who sits what, extra time before and during a test (T08, T10), and attempts closed by staff."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from quizapp.assessment import attempt as machine
from quizapp.assessment.attempt import GRACE, ClosedBy, Mode, PartState
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import attempts, board, exams
from quizapp.services.errors import NotFound, Refused
from quizapp.store.exams import publish_exams
from quizapp.store.items import bank_by_slug
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds
from tests.services import desks
from tests.services.desks import sit_down
from tests.small_bank import NOW, TWO_PARTS

CONFIGURATIONS, CONFIGURATIONS_FULL = 25, 10_000
"""T08: configurations of minutes, doors, grants and starts, on a commit and before a release."""
FEW = range(8)
"""T08: as many where a fault is to be found."""
MINUTE = timedelta(minutes=1)
TEN = Grant(10, Measure.MINUTES)
QUARTER = Grant(25, Measure.PERCENT)
DEADLINE = NOW + 10 * MINUTE


def _deadline(store: Store, public_id: str, part: int = 0) -> object:
    return desks.stored(store, public_id).attempt.parts[part].deadline_at


def _ahead(store: Store, email: str | None, grant: Grant, key: str, exam_slug: str = "quick") -> None:
    admin = small_bank.candidate(store, f"{key}@example.org")
    board.give_ahead(store, "small", exam_slug, email, grant, Reason.ARRANGEMENT, admin, NOW, key)


# Looking on


def test_the_board_shows_who_sits_what_with_time_answers_and_age_of_the_last_save(store: Store) -> None:
    small_bank.stock(store)
    ada, bob = (small_bank.candidate(store, f"{name}@example.org") for name in ("ada", "bob"))
    first = small_bank.begin(store, ada, "two-parts")
    small_bank.answer(store, ada, first, 1, right=True)
    second = small_bank.begin(store, bob, "warm-up")
    small_bank.begin(store, bob, mode=Mode.TUTOR)
    found = board.board(store, 1, NOW + 3 * MINUTE)
    seats = {seat.public_id: (room, seat) for room in found.rooms for seat in room.seats}
    assert (found.total, set(seats)) == (2, {first, second})
    room, seat = seats[first]
    assert (room.exam_slug, room.timed, seat.email) == ("two-parts", True, "ada@example.org")
    assert (seat.part, seat.left, seat.extra) == (
        TWO_PARTS.parts[0].title,
        DEADLINE - NOW - 3 * MINUTE,
        0 * MINUTE,
    )
    assert (seat.answered, seat.asked, seat.since_save) == (1, TWO_PARTS.items, 3 * MINUTE)
    room, seat = seats[second]
    assert (room.timed, seat.part, seat.left, seat.answered, seat.since_save) == (False, "", None, 0, None)


def test_a_test_whose_time_is_up_is_off_the_board_before_the_sweep_comes(kept: Store) -> None:
    public_id = small_bank.begin(kept, sit_down(kept).account_id)
    later = DEADLINE + GRACE + MINUTE
    assert public_id not in {
        seat.public_id for room in board.board(kept, 1, later).rooms for seat in room.seats
    }
    with pytest.raises(NotFound):
        board.sitter(kept, public_id, later)


# Giving time


def test_time_given_to_one_is_kept_with_reason_giver_and_hour_and_given_once(kept: Store) -> None:
    desk, admin = sit_down(kept), sit_down(kept).account_id
    public_id = small_bank.begin(kept, desk.account_id)
    other = small_bank.begin(kept, sit_down(kept).account_id)
    at = NOW + MINUTE
    for _ in range(2):
        assert board.give(kept, public_id, TEN, Reason.FAULT, admin, at, "one click")
    assert (_deadline(kept, public_id), _deadline(kept, other)) == (DEADLINE + 10 * MINUTE, DEADLINE)
    (given,) = board.sitter(kept, public_id, at).given
    assert (given.grant, given.reason, given.given_by, given.given_at) == (TEN, Reason.FAULT, admin, at)
    assert desks.stored(kept, public_id).started_at == NOW
    assert desk.save(public_id, 1, "near", now=DEADLINE + 9 * MINUTE).late is False
    closed = attempts.hand_in(kept, desk.account_id, public_id, DEADLINE + 9 * MINUTE)
    assert attempts.time_given(kept, closed) == (given,)


def test_time_given_to_all_reaches_everybody_who_is_sitting_that_exam_and_nobody_else(store: Store) -> None:
    small_bank.stock(store)
    admin = small_bank.candidate(store)
    sat = [small_bank.begin(store, sit_down(store).account_id) for _ in range(3)]
    closed_desk = sit_down(store)
    closed = small_bank.begin(store, closed_desk.account_id)
    attempts.hand_in(store, closed_desk.account_id, closed, NOW)
    elsewhere = small_bank.begin(store, sit_down(store).account_id, "two-parts")
    for _ in range(2):
        count = board.give_all(store, "small", "quick", QUARTER, Reason.INTERRUPTION, admin, NOW, "one click")
        assert count == 3
    assert {_deadline(store, one) for one in sat} == {DEADLINE + timedelta(seconds=150)}
    assert (_deadline(store, closed), _deadline(store, elsewhere)) == (DEADLINE, DEADLINE)


def test_a_part_that_waits_gets_its_time_when_it_opens(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    admin = sit_down(kept).account_id
    board.give(kept, public_id, QUARTER, Reason.ARRANGEMENT, admin, NOW + MINUTE, "click")
    assert _deadline(kept, public_id, 1) is None
    standing = attempts.leave_part(kept, desk.account_id, public_id, 0, NOW + 2 * MINUTE)
    assert standing.attempt.parts[1].deadline_at == NOW + 2 * MINUTE + timedelta(seconds=75)


@pytest.mark.parametrize("exam_slug", ["quick", "warm-up"])
def test_nothing_is_given_to_a_test_that_has_ended_or_has_no_limit(kept: Store, exam_slug: str) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, exam_slug)
    later = DEADLINE + GRACE + MINUTE
    before = desks.stored(kept, public_id).attempt.parts[0].deadline_at
    assert not board.give(kept, public_id, TEN, Reason.FAULT, desk.account_id, later, "click")
    found = desks.stored(kept, public_id)
    assert found.attempt.parts[0].deadline_at == before
    assert attempts.time_given(kept, found) == ()
    assert found.open is (exam_slug == "warm-up")


def test_what_was_given_can_be_neither_changed_nor_taken_back(kept: Store) -> None:
    public_id = small_bank.begin(kept, sit_down(kept).account_id)
    board.give(kept, public_id, TEN, Reason.FAULT, sit_down(kept).account_id, NOW, "click")
    for statement in ("UPDATE time_grant SET amount = 1", "DELETE FROM time_grant"):
        with pytest.raises(DBAPIError, match="time_grant is append-only"):
            kept.write(lambda conn, statement=statement: conn.exec_driver_sql(statement))


@pytest.mark.parametrize(
    ("amount", "measure", "code"),
    [
        (0, "minutes", "minutes"),
        (-5, "minutes", "minutes"),
        (241, "minutes", "minutes"),
        (30, "percent", "percent"),
    ],
)
def test_staff_give_only_what_can_be_given(amount: int, measure: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        board.checked(amount, Measure(measure), Reason.FAULT)
    assert refused.value.code == code


# Before a test begins


def test_time_given_ahead_stands_for_one_person_until_it_is_ended(store: Store) -> None:
    small_bank.stock(store)
    ada, bob = (small_bank.candidate(store, f"{name}@example.org") for name in ("ada", "bob"))
    for _ in range(2):
        board.give_ahead(
            store, "small", "quick", " ADA@example.org", QUARTER, Reason.ARRANGEMENT, bob, NOW, "click"
        )
    assert exams.start(store, ada, "small", "quick", NOW).extra == (timedelta(seconds=150),)
    assert exams.start(store, bob, "small", "quick", NOW).extra == (0 * MINUTE,)
    assert exams.start(store, None, "small", "quick", NOW).extra == (0 * MINUTE,)
    first = small_bank.begin(store, ada)
    assert _deadline(store, first) == DEADLINE + timedelta(seconds=150)
    assert _deadline(store, small_bank.begin(store, bob)) == DEADLINE
    assert _deadline(store, small_bank.begin(store, ada, mode=Mode.TUTOR)) is None
    (standing,) = board.board(store, 1, NOW).standing
    board.end_grant(store, standing.id, bob, NOW)
    board.end_grant(store, standing.id, bob, NOW)
    assert board.board(store, 1, NOW).standing == ()
    assert _deadline(store, first) == DEADLINE + timedelta(seconds=150)
    assert len(attempts.time_given(store, desks.stored(store, first))) == 1
    attempts.hand_in(store, ada, first, NOW)
    assert _deadline(store, small_bank.begin(store, ada)) == DEADLINE
    with pytest.raises(NotFound):
        board.end_grant(store, 4711, bob, NOW)


@pytest.mark.parametrize("email", ["nobody@example.org", "no address", "ada"])
def test_an_address_that_nobody_has_is_refused(kept: Store, email: str) -> None:
    with pytest.raises(Refused) as refused:
        board.give_ahead(kept, "small", "quick", email, TEN, Reason.ARRANGEMENT, 1, NOW, f"to {email}")
    assert (refused.value.code, refused.value.field) == ("email_unknown", "email")


# T08: what is shown before Begin is what holds


def allowances_that_differ(store: Store, configurations: range) -> list[str]:
    """T08's check: configurations in which the start page and the attempt begun next do not agree.

    Windows in which a test may be sat do not exist yet, so there is none to be unsafe.
    """
    small_bank.stock(store)
    with store.read() as conn:
        bank = bank_by_slug(conn, "small")
    assert bank
    wrong = []
    everybody = False
    for number in configurations:
        chance = random.Random(number)
        parts = tuple(replace(one, minutes=chance.choice((None, 1, 7, 11, 40))) for one in TWO_PARTS.parts)
        profile = replace(TWO_PARTS, parts=parts)
        store.write(lambda conn, profile=profile: publish_exams(conn, bank.id, [profile]))
        email = f"sitter{number}@example.org"
        account_id = small_bank.candidate(store, email)
        if profile.minutes is not None:
            for extra in range(chance.randint(0, 2)):
                grant = chance.choice((QUARTER, TEN, Grant(100, Measure.PERCENT), Grant(50, Measure.PERCENT)))
                who = None if not everybody and chance.random() < 0.1 else email
                everybody = everybody or who is None
                _ahead(store, who, grant, f"key-{number}-{extra}", profile.id)
        now = NOW + timedelta(minutes=number, milliseconds=chance.randrange(60_000))
        page = exams.start(store, account_id, "small", profile.id, now)
        shown = [
            None if one.allowance is None else one.allowance + extra
            for one, extra in zip(page.exam.offered.profile.parts, page.extra, strict=True)
        ]
        later = now + timedelta(seconds=chance.randrange(3600))
        public_id = attempts.begin(store, account_id, "small", profile.id, Mode.TIMED, later, number)
        held = [_held(one, later) for one in desks.stored(store, public_id).attempt.parts]
        wrong += [f"{number}: {shown} shown, {held} held"] if shown != held else []
    return wrong


def _held(part: machine.Part, now: object) -> timedelta | None:
    """What a part has from the instant at which it opens."""
    opened = part if part.state is PartState.OPEN else part.opened(NOW)
    assert opened.opened_at is not None
    return None if opened.deadline_at is None else opened.deadline_at - opened.opened_at


def test_t08_the_allowance_shown_before_the_start_is_the_one_that_holds(store: Store, rounds: Rounds) -> None:
    assert allowances_that_differ(store, rounds(CONFIGURATIONS, CONFIGURATIONS_FULL)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_t08_control_a_start_page_that_forgets_extra_time_is_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exams, "extra_time", lambda own, grants: timedelta(0))
    assert allowances_that_differ(store, FEW)


# Closing


def test_an_attempt_closed_by_staff_is_marked_and_says_so(kept: Store) -> None:
    desk, admin = sit_down(kept), sit_down(kept).account_id
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    desk.save(public_id, 1, "near")
    board.close(kept, public_id, admin, NOW + MINUTE)
    closed = desks.stored(kept, public_id)
    assert (closed.open, closed.closed_by, closed.answers_received) == (False, ClosedBy.ADMIN, 1)
    with pytest.raises(NotFound):
        board.close(kept, public_id, admin, NOW + MINUTE)
    with pytest.raises(NotFound):
        board.close(kept, small_bank.begin(kept, desk.account_id, mode=Mode.TUTOR), admin, NOW)
