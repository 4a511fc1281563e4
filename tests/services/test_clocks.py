"""The clock of a worker whose machine's clock is set while tests are being sat: T06."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from quizapp.assessment.attempt import GRACE, Mode, time_left
from quizapp.services import attempts
from quizapp.services.clock import Clock, SteadyClock
from quizapp.services.health import Health
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds
from tests.small_bank import candidate, stock
from tests.web.visitors import START, HandClock

STEPS = (timedelta(minutes=5), timedelta(minutes=-5))
ON_A_COMMIT, BEFORE_A_RELEASE = 2, 100
"""T06: attempts, half of them under each step. Both databases."""
WORKERS = 3


class Machine:
    """A machine whose clock somebody may set, and the seconds since it was started."""

    def __init__(self) -> None:
        self.wall, self.seconds = HandClock(), 0.0

    def steady(self) -> float:
        return self.seconds

    def wait(self, span: timedelta) -> None:
        self.wall.move(span)
        self.seconds += span.total_seconds()


def _faults(
    store: Store, account_id: int, step: timedelta, clock_of: Callable[[Machine], Clock]
) -> list[str]:
    """What one of three workers does wrong to an attempt once its machine's clock is set by a step."""
    machines = [Machine() for _ in range(WORKERS)]
    clocks = [clock_of(one) for one in machines]
    watches = [Health(store, one.wall, one.steady) for one in machines]
    public_id = attempts.begin(store, account_id, "small", "quick", Mode.TIMED, clocks[0](), 1)
    machines[1].wall.move(step)
    faults = [] if "clock was set" in (watches[1].trouble() or "") else ["no alarm"]
    faults += ["a false alarm" for number in (0, 2) if watches[number].trouble()]
    allowed, second = small_bank.QUICK.parts[0].allowance, timedelta(seconds=1)
    assert allowed
    for span, wanted in ((allowed - second, (True, second)), (second + GRACE + second, (False, None))):
        for one in machines:
            one.wait(span)
        attempts.sweep(store, clocks[1]())
        seen = [_seen(store, account_id, public_id, one()) for one in clocks]
        faults += [f"worker {number} sees {one}" for number, one in enumerate(seen) if one != wanted]
    return faults


def _seen(store: Store, account_id: int, public_id: str, now: datetime) -> tuple[bool, timedelta | None]:
    standing = attempts.standing(store, account_id, public_id, now)
    part = standing.current_part
    return standing.attempt.open, None if part is None else time_left(standing.attempt.parts[part], now)


def test_t06_a_clock_that_is_set_costs_no_attempt_a_second_and_raises_an_alarm(
    kept: Store, rounds: Rounds
) -> None:
    for number in rounds(ON_A_COMMIT, BEFORE_A_RELEASE):
        ada = candidate(kept, f"stepped-{number}@example.org")
        assert _faults(kept, ada, STEPS[number % 2], lambda one: SteadyClock(one.wall, one.steady)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", STEPS, ids=["ahead", "behind"])
def test_t06_control_a_worker_that_follows_its_machines_clock_is_found(store: Store, step: timedelta) -> None:
    stock(store)
    assert _faults(store, candidate(store), step, lambda one: one.wall) != []


def test_a_clock_that_nobody_sets_goes_with_its_machine() -> None:
    machine = Machine()
    clock = SteadyClock(machine.wall, machine.steady)
    machine.wait(timedelta(hours=30))
    assert clock() == machine.wall() == START + timedelta(hours=30)
