"""T12: a candidate hands in while the sweeper closes what is overdue."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from random import Random

import pytest

from quizapp.assessment.attempt import GRACE, ClosedBy, Part, Verdict, judge_save
from quizapp.assessment.errors import AttemptClosed
from quizapp.services import attempts, responses
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Rounds
from tests.services import desks
from tests.services.meetings import at_once, trust_what_was_read, watch_closings
from tests.services.test_races import DEADLINE, MS
from tests.small_bank import booklet

pytestmark = pytest.mark.nightly

COMMIT, FULL = 20, 1000
"""T12: rounds."""
SWEEPERS = 2

Record = Callable[[str, object], None]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stocked(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Store]:
    """A store with the small bank; each round brings its own candidate."""
    with ExitStack() as lent:
        if request.param == "postgresql":
            store = lent.enter_context(request.getfixturevalue("lent_database")()).store()
        else:
            store = lent.enter_context(closing(Store(new_url("sqlite"))))
        small_bank.stock(store)
        yield store


@dataclass
class Met:
    """What became of answers that were handed in while the sweeper was at work, in all rounds so far."""

    scored: int = 0
    kept_late: int = 0
    lost: int = 0
    closed_again: int = 0

    def __str__(self) -> str:
        return f"{self.scored} answers scored, {self.kept_late} kept as late, {self.lost} lost"


def meetings(store: Store, closings: list[int], numbers: range) -> Met:
    """In each round a candidate sends every answer and hands in at the last moment, and sweepers sweep."""
    met = Met()
    for number in numbers:
        desk, chance = desks.sit_down(store), Random(number)
        public_id = small_bank.begin(store, desk.account_id, seed=number)
        dealt = booklet(store, public_id)
        sent = {
            one.position: str(chance.randrange(1, 99))
            if one.slug == "one-number"
            else chance.choice(["near", "far", "off"])
            for one in dealt
        }
        instant = DEADLINE + GRACE - MS * chance.randrange(3)
        told: dict[int, bool] = {}

        def act(
            who: int,
            desk: desks.Desk = desk,
            public_id: str = public_id,
            sent: dict[int, str] = sent,
            told: dict[int, bool] = told,
        ) -> None:
            if who:
                attempts.sweep(store, DEADLINE + GRACE + MS)
                return
            for position, value in sent.items():
                try:
                    told[position] = desk.save(public_id, position, value, now=instant).late  # noqa: B023 - joined
                except AttemptClosed:
                    continue
            attempts.hand_in(store, desk.account_id, public_id, instant)  # noqa: B023 - joined before it changes

        at_once(1 + SWEEPERS, act)
        _judge(store, closings, public_id, sent, told, met)
    return met


def _judge(
    store: Store, closings: list[int], public_id: str, sent: dict[int, str], told: dict[int, bool], met: Met
) -> None:
    """Every answer is scored, or kept as late and its candidate told so."""
    closed, held = desks.stored(store, public_id), desks.answers(store, public_id)
    late = dict(desks.late(store, public_id))
    met.closed_again += closings.count(closed.id) - 1
    scored = {
        position
        for position, is_late in told.items()
        if not is_late and held.get(position) == (sent[position],)
    }
    kept = {
        position for position, is_late in told.items() if is_late and late.get(position) == (sent[position],)
    }
    met.scored += min(len(scored), closed.answers_received or 0)
    met.kept_late += len(kept)
    met.lost += len(sent) - min(len(scored), closed.answers_received or 0) - len(kept)


@pytest.fixture
def closings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The attempts whose end was written, each time that it was."""
    return watch_closings(monkeypatch)


def test_t12_a_hand_in_that_meets_the_sweeper_closes_once_and_loses_no_answer(
    stocked: Store, closings: list[int], rounds: Rounds, record_property: Record
) -> None:
    met = meetings(stocked, closings, rounds(COMMIT, FULL))
    record_property("printed", f"{stocked.dialect}: {met}")
    assert (met.lost, met.closed_again) == (0, 0)


def test_t12_control_who_comes_after_the_sweeper_and_is_turned_away_loses_answers(
    stocked: Store, closings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def turned_away(
        part: Part, number: int, position: int, now: datetime, attempt_open: bool, ended_by: ClosedBy | None
    ) -> Verdict:
        return judge_save(part, number, position, now, attempt_open)

    monkeypatch.setattr(responses, "judge_save", turned_away)
    assert meetings(stocked, closings, range(20)).lost


def test_t12_control_a_hand_in_that_trusts_what_it_once_read_closes_again(
    stocked: Store, closings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust_what_was_read(monkeypatch)
    assert meetings(stocked, closings, range(3)).closed_again
