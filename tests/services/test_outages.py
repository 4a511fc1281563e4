"""T18: the time that the server was away comes back to whoever was sitting a test, once and in bounds."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from quizapp.assessment.attempt import Mode
from quizapp.assessment.extra_time import MOST_GIVEN_BACK
from quizapp.assessment.timeline import What
from quizapp.services import attempts, outages, verification
from quizapp.services.errors import StoreError
from quizapp.services.timeline import timeline_of
from quizapp.store.attempts import StoredAttempt
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds
from tests.services import desks
from tests.services.desks import sit_down
from tests.small_bank import NOW

OUTAGES, OUTAGES_FULL = 4, 200
"""T18: outages of 7 minutes on a commit, and before a release."""
AWAY = timedelta(minutes=7)
MOST_MORE = timedelta(seconds=60)
BEAT = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DEADLINE = NOW + 10 * MINUTE
Start = Callable[[Store, datetime], object]
"""What a server does with its store before it serves."""


def _start_with_no_credit(store: Store, now: datetime) -> None:
    """The product without the guard: the server starts and beats, and nobody gets anything back."""
    outages.beat(store, now)


def _begun(store: Store, exam: str = "quick", mode: Mode = Mode.TIMED) -> str:
    return small_bank.begin(store, sit_down(store).account_id, exam, mode)


def _deadline(stored: StoredAttempt, part: int = 0) -> datetime:
    deadline = stored.attempt.parts[part].deadline_at
    assert deadline
    return deadline


def _after_an_outage(store: Store, start: Start, seed: int) -> None:
    """The server beats, stops by chance, starts 7 minutes later and sweeps; two tests were being sat."""
    chance = random.Random(seed)
    sat = {public_id: _deadline(desks.stored(store, public_id)) for public_id in map(_begun, [store] * 2)}
    beaten = NOW + timedelta(seconds=chance.uniform(0, 9 * 60))
    outages.beat(store, beaten)
    stopped = beaten + BEAT * chance.random()
    start(store, stopped + AWAY)
    attempts.sweep(store, stopped + AWAY)
    for public_id, before in sat.items():
        stored = desks.stored(store, public_id)
        assert stored.open
        assert AWAY <= _deadline(stored) - before <= AWAY + MOST_MORE


def test_t18_the_time_of_an_outage_comes_back_before_the_sweep(kept: Store, rounds: Rounds) -> None:
    for seed in rounds(OUTAGES, OUTAGES_FULL):
        _after_an_outage(kept, outages.give_back, seed)


def test_t18_control_without_the_credit_the_outage_is_lost(kept: Store) -> None:
    with pytest.raises(AssertionError):
        _after_an_outage(kept, _start_with_no_credit, 0)


def test_two_workers_that_start_at_once_give_the_time_once(kept: Store) -> None:
    public_id = _begun(kept)
    outages.beat(kept, NOW + MINUTE)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: outages.give_back(kept, NOW + MINUTE + AWAY), range(4)))
    assert _deadline(desks.stored(kept, public_id)) == DEADLINE + AWAY + outages.FIRST_REPLY
    assert len(attempts.time_given(kept, desks.stored(kept, public_id))) == 1


def test_outages_give_an_attempt_half_an_hour_in_all_and_each_part_what_it_lost(kept: Store) -> None:
    public_id = _begun(kept, "two-parts")
    outages.beat(kept, NOW + MINUTE)
    outages.give_back(kept, NOW + 21 * MINUTE)
    first, second = desks.stored(kept, public_id).attempt.parts
    assert (first.extra, second.extra) == (20 * MINUTE + outages.FIRST_REPLY, 0 * MINUTE)
    outages.give_back(kept, NOW + 41 * MINUTE)
    outages.give_back(kept, NOW + 42 * MINUTE)
    stored = desks.stored(kept, public_id)
    assert stored.attempt.parts[0].extra == MOST_GIVEN_BACK
    assert sum(one.grant.amount for one in attempts.time_given(kept, stored)) == MOST_GIVEN_BACK // SECOND


def test_a_part_gets_back_no_more_than_the_time_since_it_opened(kept: Store) -> None:
    outages.beat(kept, NOW - MINUTE)
    public_id = _begun(kept)
    outages.give_back(kept, NOW + AWAY)
    assert _deadline(desks.stored(kept, public_id)) == DEADLINE + AWAY + outages.FIRST_REPLY


def test_time_that_had_ended_and_tests_without_a_clock_get_nothing(kept: Store) -> None:
    over, practice, warm_up = _begun(kept), _begun(kept, mode=Mode.TUTOR), _begun(kept, "warm-up")
    outages.beat(kept, DEADLINE + SECOND)
    outages.give_back(kept, DEADLINE + AWAY)
    for public_id in (over, practice, warm_up):
        assert not attempts.time_given(kept, desks.stored(kept, public_id))


def test_the_first_start_and_two_starts_within_a_second_give_nothing(store: Store) -> None:
    small_bank.stock(store)
    public_id = _begun(store)
    assert outages.give_back(store, NOW + MINUTE) == 0
    assert outages.give_back(store, NOW + MINUTE + SECOND / 2) == 0
    assert outages.give_back(store, NOW) == 0, "the clock was put back"
    assert _deadline(desks.stored(store, public_id)) == DEADLINE


def test_an_attempt_that_cannot_be_given_its_time_leaves_the_others_theirs(store: Store) -> None:
    small_bank.stock(store)
    stuck, other = _begun(store), _begun(store)
    found = desks.stored(store, stuck).id
    guard = {
        "sqlite": f"CREATE TRIGGER stuck BEFORE INSERT ON time_grant WHEN NEW.attempt_id = {found} "
        "BEGIN SELECT RAISE(ABORT, 'stuck'); END",
        "postgresql": f"ALTER TABLE time_grant ADD CONSTRAINT stuck CHECK (attempt_id <> {found})",
    }[store.dialect]
    store.write(lambda conn: conn.execute(text(guard)).rowcount)
    outages.beat(store, NOW + MINUTE)
    assert outages.give_back(store, NOW + MINUTE + AWAY) == 1
    assert _deadline(desks.stored(store, stuck)) == DEADLINE
    assert _deadline(desks.stored(store, other)) > DEADLINE


def test_a_store_that_fails_leaves_the_outage_to_the_next_start(store: Store) -> None:
    small_bank.stock(store)
    public_id = _begun(store)
    breaks, mends = {
        "sqlite": (
            "CREATE TRIGGER broken BEFORE INSERT ON time_grant BEGIN SELECT no_such_function(); END",
            "DROP TRIGGER broken",
        ),
        "postgresql": (
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RAISE disk_full; END'; "
            "CREATE TRIGGER broken BEFORE INSERT ON time_grant FOR EACH ROW EXECUTE FUNCTION broken()",
            "DROP TRIGGER broken ON time_grant",
        ),
    }[store.dialect]
    outages.beat(store, NOW + MINUTE)
    store.write(lambda conn: conn.execute(text(breaks)).rowcount)
    with pytest.raises((StoreError, OperationalError)):
        outages.give_back(store, NOW + MINUTE + AWAY)
    store.write(lambda conn: conn.execute(text(mends)).rowcount)
    assert outages.give_back(store, NOW + MINUTE + AWAY + SECOND) == 1
    assert _deadline(desks.stored(store, public_id)) - DEADLINE >= AWAY


def test_what_came_back_is_told_in_the_timeline_and_follows_from_the_grants(kept: Store) -> None:
    public_id = _begun(kept, "two-parts")
    outages.beat(kept, NOW + MINUTE)
    outages.give_back(kept, NOW + MINUTE + AWAY)
    told = [one for one in timeline_of(kept, public_id).moments if one.what is What.GIVEN]
    assert [(one.at, one.part, one.note) for one in told] == [(NOW + MINUTE + AWAY, 1, "425 seconds, outage")]
    attempts.sweep(kept, NOW + 60 * MINUTE)
    assert desks.stored(kept, public_id).finished_at == DEADLINE + AWAY + outages.FIRST_REPLY + MINUTE
    assert verification.verify_attempt(kept, public_id).discrepancies == ()
