"""People who do the same thing at the same moment: many clicks on Begin, many on Hand in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from quizapp.assessment.attempt import GRACE, Kind, Mode
from quizapp.assessment.errors import AttemptClosed, StaleResponse
from quizapp.assessment.log import first_fault
from quizapp.services import accounts, attempts
from quizapp.services.errors import NotFound, Refused
from quizapp.store import responses as response_rows
from quizapp.store import starts
from quizapp.store.attempts import StoredAttempt
from quizapp.store.tables import account, attempt
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds
from tests.services import desks
from tests.services.desks import sit_down
from tests.services.meetings import at_once, trust_what_was_read, watch_closings
from tests.small_bank import NOW
from tests.web.visitors import PASSWORD

LEARNERS, LEARNERS_FULL = 5, 200
STARTS, STARTS_FULL = 20, 50
"""C02: learners, and parallel starts of each, on a commit and before a release."""
ROUNDS, ROUNDS_FULL, SUBMITS = 2, 500, 20
"""C03: rounds, and parallel submits in each."""
MS = timedelta(milliseconds=1)
DEADLINE = NOW + timedelta(minutes=10)


# C02: parallel starts


def _starts(store: Store, starts: int = STARTS) -> None:
    """Many clicks on Begin lead to one attempt, and every click to that one."""
    account_id = sit_down(store).account_id
    told = at_once(
        starts,
        lambda number: attempts.begin(store, account_id, "small", "quick", Mode.TIMED, NOW, number),
    )
    with store.read() as conn:
        begun = conn.execute(select(attempt.c.public_id).where(attempt.c.account_id == account_id)).scalars()
        assert set(told) == set(begun)
    assert len(set(told)) == 1


def test_c02_parallel_starts_begin_one_attempt(kept: Store, rounds: Rounds, thorough: bool) -> None:
    for _ in rounds(LEARNERS, LEARNERS_FULL):
        _starts(kept, STARTS_FULL if thorough else STARTS)


def test_c02_control_without_index_and_look_every_start_begins_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_bank.stock(store)
    store.write(lambda conn: conn.execute(text("DROP INDEX attempt_one_open")).rowcount)
    honest = starts.before
    monkeypatch.setattr(starts, "before", lambda *asked: replace(honest(*asked), already=None))
    with pytest.raises(AssertionError):
        _starts(store)


# C03: parallel submits


def _submits(store: Store, closings: list[int]) -> None:
    """Many clicks on Hand in, each with an instant of its own, close once and show one receipt."""
    desk = sit_down(store)
    public_id = small_bank.begin(store, desk.account_id)
    desk.save(public_id, 1, "near")
    told = at_once(
        SUBMITS, lambda number: attempts.hand_in(store, desk.account_id, public_id, NOW + number * MS)
    )
    times = closings.count(told[0].id)
    assert times == 1, f"closed {times} times"
    assert len({(one.receipt, one.finished_at, one.answers_received) for one in told}) == 1
    assert told[0].receipt
    assert desks.stored(store, public_id) == told[0]


@pytest.fixture
def closings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The attempts whose end was written, each time that it was."""
    return watch_closings(monkeypatch)


def test_c03_parallel_submits_close_once_with_one_receipt(
    kept: Store, closings: list[int], rounds: Rounds
) -> None:
    for _ in rounds(ROUNDS, ROUNDS_FULL):
        _submits(kept, closings)


def test_c03_control_a_hand_in_that_trusts_what_it_once_read_closes_again(
    kept: Store, closings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust_what_was_read(monkeypatch)
    with pytest.raises(AssertionError, match=f"closed {SUBMITS} times"):
        _submits(kept, closings)


# Others that meet


def test_a_hand_in_that_meets_the_sweeper_closes_once(kept: Store, closings: list[int]) -> None:
    for _ in range(ROUNDS):
        desk = sit_down(kept)
        public_id = small_bank.begin(kept, desk.account_id)
        desk.save(public_id, 1, "near")

        def meet(number: int, public_id: str = public_id, account_id: int = desk.account_id) -> None:
            instant = DEADLINE + GRACE + MS
            if number % 2:
                attempts.sweep(kept, instant)
            else:
                attempts.hand_in(kept, account_id, public_id, instant)

        at_once(4, meet)
        closed = desks.stored(kept, public_id)
        assert (closed.finished_at, closed.answers_received) == (DEADLINE, 1)
        assert closings.count(closed.id) == 1


def test_saves_that_meet_lose_nothing_and_keep_the_chain_whole(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    browsers = [desk.other() for _ in range(12)]

    def save(number: int) -> int | StaleResponse:
        try:
            return browsers[number].save(public_id, 1 + number % 3, "1", kind=Kind.FLAG).version
        except StaleResponse as stale:
            return stale

    told = at_once(len(browsers), save)
    assert sorted(one for one in told if isinstance(one, int)) == [1, 1, 1]
    assert all(one.current_version == 1 for one in told if isinstance(one, StaleResponse))
    with kept.read() as conn:
        log = response_rows.log_of(conn, desks.stored(kept, public_id).id)
    assert (len(log), first_fault(public_id, log)) == (3, None)


def test_saves_that_meet_a_hand_in_are_scored_or_refused(kept: Store) -> None:
    for _ in range(ROUNDS):
        desk = sit_down(kept)
        public_id = small_bank.begin(kept, desk.account_id)
        browsers = [desk.other() for _ in range(4)]

        def act(
            number: int,
            desk: desks.Desk = desk,
            public_id: str = public_id,
            browsers: list[desks.Desk] = browsers,
        ) -> bool:
            if number == 4:
                attempts.hand_in(kept, desk.account_id, public_id, NOW)
                return False
            try:
                browsers[number].save(public_id, number + 1, "1", kind=Kind.FLAG)
            except AttemptClosed:
                return False
            return True

        accepted = sum(at_once(5, act))
        closed = desks.stored(kept, public_id)
        with kept.read() as conn:
            last = response_rows.last_hash(conn, closed.id)
        assert desks.entries(kept, public_id) == accepted
        assert (closed.last_received_at is not None) == bool(accepted)
        assert attempts.hand_in(kept, desk.account_id, public_id, NOW).receipt == closed.receipt
        assert closed.receipt == _receipt(closed, last)


def _receipt(closed: StoredAttempt, last: str | None) -> str:
    assert closed.finished_at
    return attempts.receipt(
        closed.public_id, last or attempts.first_hash(closed.public_id), closed.finished_at, 0
    )


def test_a_door_that_is_left_many_times_at_once_is_left_once(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id, "two-parts")
    at_once(8, lambda number: attempts.leave_part(kept, desk.account_id, public_id, 0, NOW + number * MS))
    one, two = desks.stored(kept, public_id).attempt.parts
    assert one.closed_at == two.opened_at
    assert two.opened_at
    assert two.deadline_at == two.opened_at + timedelta(minutes=1)


def test_one_question_shown_in_many_tabs_at_once_is_seen_once(kept: Store) -> None:
    desk = sit_down(kept)
    public_id = small_bank.begin(kept, desk.account_id)
    at_once(8, lambda _: small_bank.see(kept, desk.account_id, public_id))


# Accounts


def test_one_set_up_code_makes_one_admin_however_many_type_itat_once(store: Store) -> None:
    code = accounts.renew_setup_code(store)
    assert code

    def set_up(number: int) -> bool:
        try:
            accounts.first_admin(store, code, f"admin-{number}@example.org", PASSWORD, NOW)
        except (NotFound, Refused):
            return False
        return True

    assert sum(at_once(6, set_up)) == 1
    with store.read() as conn:
        assert len(conn.execute(select(account.c.id).where(account.c.role == "admin")).all()) == 1


def test_two_admins_who_disable_each_other_at_once_leave_one(store: Store) -> None:
    ids = [
        accounts.create_account(store, f"admin-{number}@example.org", PASSWORD, "admin", NOW)
        for number in range(2)
    ]

    def fell(number: int) -> bool:
        try:
            accounts.disable(store, ids[number])
        except Refused:
            return False
        return True

    for _ in range(ROUNDS):
        assert sum(at_once(2, fell)) == 1
        assert sum(accounts.person(store, one).person.active for one in ids) == 1
        for one in ids:
            accounts.enable(store, one)
