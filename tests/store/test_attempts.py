"""Attempts in the database: one open at a time, parts written once, what lists and sweeps find."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from quizapp.assessment.attempt import GRACE, ClosedBy, Mode, PartState, leave_part, settle
from quizapp.assessment.blueprint import Quota
from quizapp.services.attempts import sweep
from quizapp.store import attempts as rows
from quizapp.store.tables import (
    attempt,
    attempt_part,
    booklet_item,
    from_microseconds,
    seen_item,
    to_microseconds,
)
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW, exam, part

MS = timedelta(milliseconds=1)
DEADLINE = NOW + timedelta(minutes=10)


@pytest.fixture
def stocked(store: Store) -> Store:
    small_bank.stock(store)
    return store


def _begun(store: Store, exam_slug: str = "quick", email: str = "ada@example.org") -> tuple[int, str]:
    account_id = small_bank.candidate(store, email)
    return account_id, small_bank.begin(store, account_id, exam_slug)


def _found(store: Store, public_id: str) -> rows.StoredAttempt:
    with store.read() as conn:
        found = rows.find_attempt(conn, public_id)
    assert found
    return found


def test_the_database_takes_one_open_attempt_an_exam_and_any_number_of_closed_ones(stocked: Store) -> None:
    account_id, public_id = _begun(stocked)

    def copied(state: str, name: str) -> None:
        def unit(conn: Connection) -> None:
            row = dict(conn.execute(select(attempt).where(attempt.c.public_id == public_id)).mappings().one())
            del row["id"]
            conn.execute(attempt.insert().values(**(row | {"public_id": name, "state": state})))

        stocked.write(unit)

    copied("closed", "closed-1")
    copied("closed", "closed-2")
    with pytest.raises(IntegrityError):
        copied("open", "second")
    with stocked.read() as conn:
        bank_id = _found(stocked, public_id).bank_id
        assert rows.open_attempt(conn, account_id, bank_id, "quick", Mode.TIMED) == public_id
        assert rows.open_attempt(conn, account_id, bank_id, "quick", Mode.TUTOR) is None
        assert rows.open_attempt(conn, account_id + 1, bank_id, "quick", Mode.TIMED) is None


def test_an_attempt_is_found_by_its_owner_only_when_one_is_named(stocked: Store) -> None:
    account_id, public_id = _begun(stocked, "two-parts")
    with stocked.read() as conn:
        assert rows.find_attempt(conn, public_id, account_id) == rows.find_attempt(conn, public_id)
        assert rows.find_attempt(conn, public_id, account_id + 1) is None
        assert rows.find_attempt(conn, "none") is None
    found = stocked.write(lambda conn: rows.find_attempt(conn, public_id, account_id, lock=True))
    assert found == _found(stocked, public_id)


def test_parts_are_written_only_where_they_still_are_what_they_were(stocked: Store) -> None:
    _, public_id = _begun(stocked, "two-parts")
    found = _found(stocked, public_id)
    left = leave_part(found.attempt, 0, NOW + MS)
    later = leave_part(found.attempt, 0, NOW + 2 * MS)
    for after in (left, later):
        stocked.write(lambda conn, after=after: rows.write_parts(conn, found.id, found.attempt, after))  # type: ignore[misc]
    assert _found(stocked, public_id).attempt == left


def test_an_end_is_written_once(stocked: Store) -> None:
    _, public_id = _begun(stocked)
    found = _found(stocked, public_id)

    def close(finished_at: datetime, receipt: str) -> bool:
        marks = {1: Fraction(1), 2: Fraction(1, 3)}
        return stocked.write(
            lambda conn: rows.close_attempt(
                conn, found.id, finished_at, ClosedBy.CANDIDATE, 2, NOW, receipt, marks
            )
        )

    assert close(NOW, "first")
    assert not close(NOW + MS, "second")
    closed = _found(stocked, public_id)
    assert (closed.receipt, closed.finished_at, closed.last_received_at) == ("first", NOW, NOW)
    with stocked.read() as conn:
        assert [one.marks for one in rows.booklet(conn, found.id)] == [1, Fraction(1, 3), None, None]


def test_a_booklet_tells_what_changed_since_and_gives_one_question_alone(stocked: Store) -> None:
    _, public_id = _begun(stocked)
    found = _found(stocked, public_id)
    with stocked.read() as conn:
        dealt = rows.booklet(conn, found.id)
        assert rows.dealt_item(conn, found.id, 3) == dealt[2]
        assert rows.booklet(conn, found.id, 9) == ()
    assert not any(one.item_changed or one.key_changed for one in dealt)
    edited = [replace(one, public=replace(one.public, stem="Anew?")) for one in small_bank.items()]
    small_bank.stock(stocked, bank_items=edited)
    with stocked.read() as conn:
        again = rows.booklet(conn, found.id)
    assert all(one.item_changed and not one.key_changed for one in again)
    assert [replace(one, item_changed=False) for one in again] == list(dealt)


def test_an_attempt_is_due_once_its_grace_has_passed_and_not_a_microsecond_before(stocked: Store) -> None:
    _, first = _begun(stocked)
    _, untimed = _begun(stocked, "warm-up", "eve@example.org")
    _, two_parts = _begun(stocked, "two-parts", "kim@example.org")

    def due(now: datetime, limit: int = 200) -> set[str]:
        with stocked.read() as conn:
            return {one.public_id for one in rows.overdue(conn, now, limit=limit)}

    assert due(DEADLINE + GRACE) == due(DEADLINE + GRACE + timedelta(microseconds=1)) == set()
    assert due(DEADLINE + GRACE + MS) == {first, two_parts}
    assert len(due(DEADLINE + GRACE + MS, limit=1)) == 1
    assert sweep(stocked, DEADLINE + GRACE + MS) == 2
    assert due(DEADLINE + GRACE + MS) == set()
    assert due(DEADLINE + timedelta(hours=1)) == {two_parts}
    assert untimed not in due(DEADLINE + timedelta(days=400))


def test_the_longest_overdue_come_first_and_each_page_goes_on_after_the_last(stocked: Store) -> None:
    begun = []
    for number in (3, 1, 2):
        account_id = small_bank.candidate(stocked, f"person-{number}@example.org")
        public_id = small_bank.begin(stocked, account_id)
        c = attempt_part.c
        moved = update(attempt_part).where(c.attempt_id == _found(stocked, public_id).id)
        later = moved.values(deadline_at=DEADLINE + number * MS)
        stocked.write(lambda conn, later=later: conn.execute(later).rowcount)  # type: ignore[misc]
        begun.append((number, public_id))
    with stocked.read() as conn:
        due = rows.overdue(conn, DEADLINE + GRACE * 2)
        assert [one.public_id for one in due] == [name for _, name in sorted(begun)]
        assert [rows.overdue(conn, DEADLINE + GRACE * 2, one, limit=1) for one in due] == [
            due[1:2],
            due[2:],
            (),
        ]


def test_settling_writes_what_time_has_changed(stocked: Store) -> None:
    _, public_id = _begun(stocked, "two-parts")
    found = _found(stocked, public_id)
    settled = stocked.write(lambda conn: rows.settle_stored(conn, found, DEADLINE))
    assert settled == settle(found.attempt, DEADLINE) == _found(stocked, public_id).attempt
    assert [one.state for one in settled.parts] == [PartState.CLOSED, PartState.OPEN]


def test_past_attempts_are_the_accounts_own_newest_first_up_to_a_limit(stocked: Store) -> None:
    account_id = small_bank.candidate(stocked)
    names = [small_bank.sit(stocked, account_id, 1, now=NOW + number * MS) for number in range(3)]
    _begun(stocked, email="eve@example.org")
    with stocked.read() as conn:
        past = rows.past_attempts(conn, account_id)
        assert [one.public_id for one in rows.past_attempts(conn, account_id, limit=2)] == names[:0:-1]
    assert [one.public_id for one in past] == names[::-1]
    assert {(one.asked, one.marks, one.open, one.profile.title) for one in past} == {
        (4, 1, False, "Quick test")
    }


def test_a_past_attempt_counts_no_part_below_nothing(store: Store) -> None:
    parts = (part(one, 2, [Quota((one,), None, 2)], penalty=Fraction(1, 2)) for one in ("T1", "T2"))
    small_bank.stock(store, [exam("costly", "Costly", *parts)])
    account_id, public_id = _begun(store, "costly")
    marks = {1: -Fraction(1, 2), 2: -Fraction(1, 2), 3: Fraction(1), 4: -Fraction(1, 2)}
    found = _found(store, public_id)
    store.write(lambda conn: rows.close_attempt(conn, found.id, NOW, ClosedBy.CANDIDATE, 4, NOW, "x", marks))
    with store.read() as conn:
        (past,) = rows.past_attempts(conn, account_id)
    assert (past.asked, past.marks) == (4, Fraction(1, 2))


def test_what_is_held_in_open_timed_attempts_is_known_by_concept(stocked: Store) -> None:
    account_id, public_id = _begun(stocked)
    small_bank.begin(stocked, account_id, mode=Mode.TUTOR)
    with stocked.read() as conn:
        held = rows.sitting_of(conn, account_id).concepts
        dealt = {one.concept for one in rows.booklet(conn, _found(stocked, public_id).id)}
        assert rows.sitting_of(conn, account_id + 1).concepts == frozenset()
    assert held == dealt


def test_a_display_is_noted_once_in_the_booklet_and_by_the_newest_date_for_the_item(stocked: Store) -> None:
    account_id, public_id = _begun(stocked)
    tutor = small_bank.begin(stocked, account_id, mode=Mode.TUTOR)
    for minutes, one in ((1, public_id), (2, public_id), (3, tutor)):
        small_bank.see(stocked, account_id, one, NOW + timedelta(minutes=minutes))
    first, second = _found(stocked, public_id).id, _found(stocked, tutor).id
    with stocked.read() as conn:
        shown = dict(
            conn.execute(select(booklet_item.c.attempt_id, booklet_item.c.displayed_at).distinct()).all()
        )
        seen = conn.execute(select(seen_item.c.last_at).distinct()).scalars().all()
    assert shown == {first: NOW + timedelta(minutes=1), second: NOW + timedelta(minutes=3)}
    assert set(seen) <= {NOW + timedelta(minutes=1), NOW + timedelta(minutes=3)}


def test_the_deadline_trigger_lets_a_deadline_move_later_and_never_earlier(stocked: Store) -> None:
    _, public_id = _begun(stocked)
    here = attempt_part.c.attempt_id == _found(stocked, public_id).id

    def move(to: datetime | None) -> None:
        stocked.write(
            lambda conn: conn.execute(update(attempt_part).where(here).values(deadline_at=to)).rowcount
        )

    move(DEADLINE)
    move(DEADLINE + MS)
    for earlier in (DEADLINE, DEADLINE + MS - timedelta(microseconds=1), None):
        with pytest.raises(DBAPIError, match="a deadline never moves earlier"):
            move(earlier)
    assert _found(stocked, public_id).attempt.parts[0].deadline_at == DEADLINE + MS


@pytest.mark.parametrize(
    ("column", "value"), [("state", "paused"), ("mode", "exam"), ("closed_by", "nobody")]
)
def test_no_other_state_mode_or_closer_can_be_stored(stocked: Store, column: str, value: str) -> None:
    _begun(stocked)
    with pytest.raises(IntegrityError):
        stocked.write(lambda conn: conn.execute(update(attempt).values({column: value})).rowcount)


def test_a_naive_time_is_refused_and_an_aware_one_kept_to_the_microsecond(stocked: Store) -> None:
    _, public_id = _begun(stocked)
    naive = update(attempt).values(finished_at=NOW.replace(tzinfo=None))
    with pytest.raises((ValueError, StatementError)):
        stocked.write(lambda conn: conn.execute(naive).rowcount)
    for instant in (NOW + timedelta(microseconds=1), datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)):
        assert from_microseconds(to_microseconds(instant)) == instant
        stocked.write(
            lambda conn, instant=instant: conn.execute(update(attempt).values(finished_at=instant)).rowcount  # type: ignore[misc]
        )
        assert _found(stocked, public_id).finished_at == instant
