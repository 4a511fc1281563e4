"""C08: many at the same attempts on PostgreSQL at once, at the isolation that ships and at the strictest."""

from collections.abc import Callable, Iterator
from random import Random
from secrets import token_hex

import pytest

from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.errors import AttemptClosed, StaleResponse
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import attempts
from quizapp.services.verification import verify_attempt
from quizapp.store import responses as response_rows
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Database, Rounds
from tests.services.desks import Desk, sit_down, stored
from tests.services.meetings import at_once
from tests.small_bank import NOW

pytestmark = pytest.mark.nightly

COMMIT, FULL = 20, 2000
"""C08: what each worker does."""
WORKERS, ATTEMPTS = 16, 4
"""Workers at once, and the attempts that they all work on; at the full count 64 workers."""
ALL_WORKERS = 64

Record = Callable[[str, object], None]


@pytest.fixture(params=["READ COMMITTED", "SERIALIZABLE"])
def store(request: pytest.FixtureRequest, postgresql_database: Database) -> Iterator[Store]:
    """A stocked store on PostgreSQL whose writes have an isolation."""
    opened = Store(postgresql_database.address)
    opened._engine = opened._engine.execution_options(isolation_level=request.param)
    small_bank.stock(opened)
    yield opened
    opened.close()


def crowd(store: Store, workers: int, steps: int, seed: int) -> list[str]:
    """What went wrong while everybody saved, handed in and gave time on the same few attempts."""
    desks = [sit_down(store) for _ in range(ATTEMPTS)]
    opened = [_begin(store, one, seed) for one in desks]

    def work(number: int) -> list[str]:
        chance, met = Random(f"{seed} {number}"), []
        mine = [one.other() for one in desks]
        for step in range(steps):
            place = chance.randrange(ATTEMPTS)
            try:
                _act(store, mine[place], opened[place], chance, step == steps - 1)
            except (AttemptClosed, StaleResponse):
                pass  # said to whoever comes second: no fault
            except Exception as fault:
                met.append(f"{type(fault).__name__}: {str(fault)[:100]}")
        return met

    found = [one for met in at_once(workers, work) for one in met]
    for public_id in opened:
        found += [f"{public_id}: {one}" for one in verify_attempt(store, public_id).discrepancies]
    return found


def _begin(store: Store, desk: Desk, seed: int) -> str:
    return attempts.begin(store, desk.account_id, "small", "quick", Mode.TIMED, NOW, seed)


def _act(store: Store, desk: Desk, public_id: str, chance: Random, last: bool) -> None:
    """One save, or more time, or at the very end perhaps a hand-in."""
    if last and chance.random() < 0.2:
        attempts.hand_in(store, desk.account_id, public_id, NOW)
    elif chance.random() < 0.1:
        minute = Grant(1, Measure.MINUTES)
        attempts.extend(store, public_id, minute, Reason.FAULT, None, NOW, token_hex(8))
    else:
        position = chance.randrange(1, 5)
        desk.save(public_id, position, "1", kind=Kind.FLAG, base=_version(store, public_id, position))


def _version(store: Store, public_id: str, position: int) -> int:
    """The version of a flag, as somebody who has just looked knows it."""
    with store.read() as conn:
        found = response_rows.current_values(conn, stored(store, public_id).id, position)
    held = found.get((position, Kind.FLAG))
    return held.version if held else 0


def test_c08_many_at_the_same_attempts_meet_no_fault_and_leave_none(
    store: Store, rounds: Rounds, full: bool
) -> None:
    steps = rounds(COMMIT, FULL)
    assert crowd(store, ALL_WORKERS if full else WORKERS, len(steps), steps.start) == []


def test_c08_control_without_a_second_try_faults_reach_people(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.store.transaction._most_tries", lambda error: 1)
    assert crowd(store, WORKERS, COMMIT, 0)
