"""What Begin reads and writes: what there is before, and a start that goes through where all that stands."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event, func, select, text

from quizapp.assessment import attempt as machine
from quizapp.assessment.attempt import Mode
from quizapp.assessment.extra_time import Grant, Measure, Reason
from quizapp.services import attempts, waiting
from quizapp.services.dealing import deal_timed
from quizapp.store import attempts as rows
from quizapp.store import starts, time_grants
from quizapp.store.exams import publish_exams
from quizapp.store.publishing import retire_by_hand
from quizapp.store.starts import Before, NewAttempt
from quizapp.store.tables import attempt, attempt_part, booklet_item
from quizapp.store.time_grants import NewGrant
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW, QUICK, STAGES, WARM_UP

WRITTEN = (attempt, attempt_part, booklet_item)
STATEMENTS = {"sqlite": 7, "postgresql": 4}
"""Of one start: what there is before, the survey, the units, and the writing, which SQLite does in four."""


@pytest.fixture
def ada(store: Store) -> int:
    """A candidate beside a bank."""
    small_bank.stock(store)
    return small_bank.candidate(store)


def _before(store: Store, account_id: int, mode: Mode = Mode.TIMED) -> Before:
    with store.read() as conn:
        found = starts.before(conn, account_id, "small", "quick", mode)
    assert found
    return found


def _give(conn: Connection, account_id: int | None) -> None:
    grant, key = Grant(5, Measure.MINUTES), f"for {account_id}"
    time_grants.add(conn, NewGrant(1, "quick", account_id, None, grant, Reason.ARRANGEMENT, None, NOW, key))


def _count(store: Store) -> list[int]:
    with store.read() as conn:
        return [conn.execute(select(func.count()).select_from(one)).scalar_one() for one in WRITTEN]


# Before


def test_who_has_nothing_yet_finds_the_exam_alone(store: Store, ada: int) -> None:
    found = _before(store, ada)
    assert (found.offered.profile, found.offered.bank_slug) == (QUICK, "small")
    assert (found.already, found.waiting, found.given) == (None, None, False)


def test_what_is_not_offered_is_not_found(store: Store, ada: int) -> None:
    store.write(lambda conn: publish_exams(conn, 1, [WARM_UP]))
    with store.read() as conn:
        assert starts.before(conn, ada, "small", "quick", Mode.TIMED) is None
        assert starts.before(conn, ada, "none", "warm-up", Mode.TIMED) is None


def test_the_open_attempt_is_found_in_its_own_mode_and_by_its_own_account(store: Store, ada: int) -> None:
    public_id = small_bank.begin(store, ada)
    assert _before(store, ada).already == public_id
    assert _before(store, ada, Mode.TUTOR).already is None
    assert _before(store, small_bank.candidate(store, "eve@example.org")).already is None


def test_the_booklet_that_waits_is_found_as_it_was_dealt(store: Store, ada: int) -> None:
    waiting.enter(store, ada, "small", "quick", NOW, 5)
    found = _before(store, ada).waiting
    with store.read() as conn:
        assert found == waiting.rows.find(conn, ada, 1, "quick")
    assert found
    assert (found.seed, len(found.entries)) == (5, 4)


@pytest.mark.parametrize("whose", ["one", "anybody"])
def test_extra_time_that_stands_is_told_for_a_timed_test_until_it_ends(
    store: Store, ada: int, whose: str
) -> None:
    store.write(lambda conn: _give(conn, ada if whose == "one" else None))
    assert _before(store, ada).given
    assert not _before(store, ada, Mode.TUTOR).given
    assert _before(store, small_bank.candidate(store, "eve@example.org")).given == (whose == "anybody")
    assert store.write(lambda conn: time_grants.end(conn, 1, ada, NOW))
    assert not _before(store, ada).given


# Writing


def _write(
    store: Store, account_id: int, changed: Callable[[Connection], object] | None = None
) -> int | None:
    """Write a start after something has changed since all was read that it rests on."""
    before = _before(store, account_id)
    with store.read() as conn:
        dealt = deal_timed(conn, account_id, before.offered, 1, NOW)
    new = NewAttempt(
        "made", account_id, 1, before.offered.revision, "quick", before.offered.version, Mode.TIMED, 1, NOW
    )
    begun = machine.begin(machine.parts_of(QUICK, Mode.TIMED), NOW)
    if changed:
        store.write(lambda conn: changed(conn) and None)
    return store.write(
        lambda conn: starts.add(conn, new, begun, dealt.entries, dealt.orders, before), by_one_statement=True
    )


def test_a_start_is_written_whole_where_nothing_has_changed(store: Store, ada: int) -> None:
    assert _write(store, ada)
    assert _count(store) == [1, 1, 4]


CHANGES: dict[str, Callable[[Connection, int], object]] = {
    "another revision": lambda conn, _: conn.execute(text("UPDATE bank SET revision = 9")),
    "another version of the exam": lambda conn, _: publish_exams(conn, 1, [replace(QUICK, summary="Anew.")]),
    "an exam withdrawn": lambda conn, _: publish_exams(conn, 1, [WARM_UP]),
    "an item retired": lambda conn, _: [retire_by_hand(conn, one, NOW) for one in range(1, 9)],
    "time for the account": _give,
    "time for anybody": lambda conn, _: _give(conn, None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_written_where_anything_has_changed(store: Store, ada: int, change: str) -> None:
    assert _write(store, ada, lambda conn: CHANGES[change](conn, ada)) is None
    assert _count(store) == [0, 0, 0]


def test_nothing_is_written_beside_an_open_attempt(store: Store, ada: int) -> None:
    before = _before(store, ada)
    small_bank.begin(store, ada)
    written = _count(store)
    new = NewAttempt("made", ada, 1, 1, "quick", before.offered.version, Mode.TIMED, 1, NOW)
    begun = machine.begin(machine.parts_of(QUICK, Mode.TIMED), NOW)
    assert store.write(lambda conn: starts.add(conn, new, begun, (), (), before)) is None
    assert _count(store) == written


def test_every_column_of_a_part_is_kept(store: Store) -> None:
    small_bank.stock(store, [STAGES])
    public_id = small_bank.begin(store, small_bank.candidate(store), "stages")
    with store.read() as conn:
        found = rows.find_attempt(conn, public_id)
    assert found
    assert found.attempt == machine.begin(machine.parts_of(STAGES, Mode.TIMED), NOW)


def test_a_start_takes_few_statements(store: Store, ada: int) -> None:
    said: list[str] = []

    def note(conn: object, cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    small_bank.begin(store, small_bank.candidate(store, "eve@example.org"))
    event.listen(Engine, "before_cursor_execute", note)
    try:
        with closing(Store(store.url)) as fresh:
            attempts.begin(fresh, ada, "small", "quick", Mode.TIMED, NOW, 1)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    asked = [one for one in said if one.lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"))]
    assert len(asked) == STATEMENTS[store.dialect], "\n".join(asked)
