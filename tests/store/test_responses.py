"""The response log in the database: append-only, chained, each value apart from its hash."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Table, delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from quizapp.assessment.attempt import Kind, PartState
from quizapp.assessment.log import (
    LogEntry,
    encode_value,
    entry_hash,
    first_fault,
    first_hash,
    fold,
    value_hash,
)
from quizapp.store import responses as rows
from quizapp.store.accounts import uniquifier
from quizapp.store.responses import Current
from quizapp.store.tables import late_response, response_log, response_value
from quizapp.store.transaction import Store
from tests import small_bank
from tests.small_bank import NOW

MS = timedelta(milliseconds=1)


class Log:
    """The log of one attempt, written entry by entry as the service does."""

    def __init__(self, store: Store) -> None:
        small_bank.stock(store)
        self.store = store
        self.account_id = small_bank.candidate(store)
        self.public_id = small_bank.begin(store, self.account_id)
        with store.read() as conn:
            held = uniquifier(conn, self.account_id)
            self.attempt_id = conn.execute(text("SELECT id FROM attempt")).scalar_one()
        assert held
        self.uniquifier, self.count = held, 0

    def state(
        self, position: int = 1, seq: int = 0, kind: Kind = Kind.ANSWER, **other: str
    ) -> rows.SaveState | None:
        values = {"public_id": self.public_id, "uniquifier": self.uniquifier, "session": "none"} | other
        return self.store.write(
            lambda conn: rows.save_state(
                conn, values["public_id"], position, kind, "c", seq, values["uniquifier"], values["session"]
            )
        )

    def entry(
        self, position: int = 1, version: int = 1, value: str = "near", kind: Kind = Kind.ANSWER
    ) -> LogEntry:
        """The next entry, chained to the last one."""
        self.count += 1
        with self.store.read() as conn:
            last = rows.last_hash(conn, self.attempt_id)
        return LogEntry(
            position,
            kind,
            "c",
            self.count,
            version,
            version - 1,
            value_hash(f"salt-{self.count}", encode_value((value,))),
            NOW + self.count * MS,
            last or first_hash(self.public_id),
        )

    def add(self, entry: LogEntry, value: str = "near") -> None:
        salt, text_ = f"salt-{entry.client_seq}", encode_value((value,))
        self.store.write(
            lambda conn: rows.add_entry(conn, self.attempt_id, entry, entry_hash(entry), salt, text_)
        )

    def write(self, *args: object, value: str = "near", **more: object) -> LogEntry:
        made = self.entry(*args, value=value, **more)  # type: ignore[arg-type]
        self.add(made, value)
        return made


@pytest.fixture
def log(store: Store) -> Log:
    return Log(store)


def test_what_was_written_is_read_back_in_order_and_verifies(log: Log) -> None:
    written = [
        log.write(1, 1),
        log.write(2, 1, value="far"),
        log.write(1, 2, value="off"),
        log.write(1, 1, kind=Kind.FLAG, value="1"),
    ]
    with log.store.read() as conn:
        held = rows.log_of(conn, log.attempt_id)
        assert rows.last_hash(conn, log.attempt_id) == entry_hash(written[-1])
        current = rows.current_values(conn, log.attempt_id)
        assert rows.current_values(conn, log.attempt_id, 2) == {(2, Kind.ANSWER): current[2, Kind.ANSWER]}
    assert list(held) == written
    assert first_fault(log.public_id, held) is None
    values = {(1, Kind.ANSWER, 2): ("off",), (2, Kind.ANSWER, 1): ("far",), (1, Kind.FLAG, 1): ("1",)}
    assert {where: one.value for where, one in current.items()} == fold(held, values)
    assert current[1, Kind.ANSWER] == Current(2, ("off",), NOW + 3 * MS)


def test_an_empty_log_has_no_last_entry_and_no_values(log: Log) -> None:
    with log.store.read() as conn:
        assert rows.last_hash(conn, log.attempt_id) is None
        assert rows.log_of(conn, log.attempt_id) == ()
        assert rows.current_values(conn, log.attempt_id) == {}
        assert {
            one.answered or one.flagged or one.displayed for one in rows.squares(conn, log.attempt_id)
        } == {False}


@pytest.mark.parametrize(
    ("table", "verb"),
    [(response_log, "update"), (response_log, "delete"), (response_value, "update")],
)
def test_an_entry_is_never_changed_or_taken_away(log: Log, table: Table, verb: str) -> None:
    log.write()
    column = "client" if table is response_log else "value"
    statement = delete(table) if verb == "delete" else update(table).values({column: "x"})
    with pytest.raises(DBAPIError, match="append-only"):
        log.store.write(lambda conn: conn.execute(statement).rowcount)


def test_control_without_its_trigger_a_change_breaks_the_chain_and_is_noticed(log: Log) -> None:
    log.write()
    log.write(1, 2, value="far")
    table = " ON response_log" if log.store.dialect == "postgresql" else ""
    log.store.write(lambda conn: conn.execute(text(f"DROP TRIGGER response_log_no_update{table}")).rowcount)
    forged = update(response_log).where(response_log.c.version == 1).values(value_hash="0" * 64)
    log.store.write(lambda conn: conn.execute(forged).rowcount)
    with log.store.read() as conn:
        assert first_fault(log.public_id, rows.log_of(conn, log.attempt_id)) == 1


@pytest.mark.parametrize("same", ["client_seq", "version", "prev_hash"])
def test_the_database_refuses_what_a_race_would_write_twice(log: Log, same: str) -> None:
    first = log.write()
    second = log.entry(1, 2)
    with pytest.raises(IntegrityError):
        log.add(replace(second, **{same: getattr(first, same)}))
    with log.store.read() as conn:
        assert rows.log_of(conn, log.attempt_id) == (first,)
        assert len(conn.execute(select(response_value)).all()) == 1
    log.add(second)


def test_an_entry_for_a_question_that_was_not_dealt_is_refused(log: Log) -> None:
    with pytest.raises(IntegrityError):
        log.write(99)


def test_the_state_for_a_save_holds_all_that_it_needs(log: Log) -> None:
    fresh = log.state()
    assert fresh
    assert (fresh.attempt_id, fresh.public_id, fresh.attempt_open) == (log.attempt_id, log.public_id, True)
    assert (fresh.part, fresh.part_state, fresh.deadline_at) == (
        0,
        PartState.OPEN,
        NOW + timedelta(minutes=10),
    )
    assert (fresh.version, fresh.value, fresh.last_hash, fresh.replay) == (0, (), None, None)
    first = log.write()
    second = log.write(1, 2, value="far")
    later = log.state(seq=first.client_seq)
    assert later
    assert (later.version, later.value, later.last_hash) == (2, ("far",), entry_hash(second))
    assert later.replay
    assert (later.replay.version, later.replay.value, later.replay.server_at) == (
        1,
        ("near",),
        first.server_at,
    )
    other = log.state(2)
    assert other
    assert (other.version, other.last_hash) == (0, entry_hash(second))
    flags = log.state(kind=Kind.FLAG)
    assert flags
    assert flags.version == 0


def test_there_is_no_state_for_what_is_not_there_or_not_ones_own(log: Log) -> None:
    assert log.state(99) is None
    assert log.state(public_id="none") is None
    assert log.state(uniquifier="somebody else") is None


def test_a_late_save_is_kept_once_for_each_number_and_outside_the_log(log: Log) -> None:
    def late(seq: int, value: str) -> None:
        log.store.write(
            lambda conn: rows.add_late(
                conn, log.attempt_id, 1, Kind.ANSWER, "c", seq, encode_value((value,)), NOW
            )
        )

    late(1, "near")
    late(1, "far")
    late(2, "far")
    c = late_response.c
    with log.store.read() as conn:
        assert conn.execute(select(c.client_seq, c.value).order_by(c.id)).all() == [
            (1, '["near"]'),
            (2, '["far"]'),
        ]
        assert rows.log_of(conn, log.attempt_id) == ()


def test_an_erased_value_reads_as_none_and_the_chain_still_verifies(log: Log) -> None:
    log.write()
    log.store.write(lambda conn: conn.execute(delete(response_value)).rowcount)
    with log.store.read() as conn:
        assert rows.current_values(conn, log.attempt_id)[1, Kind.ANSWER].value == ()
        assert first_fault(log.public_id, rows.log_of(conn, log.attempt_id)) is None
    state = log.state()
    assert state
    assert (state.version, state.value) == (1, ())


def test_the_question_map_shows_answers_and_flags_beside_each_question(log: Log) -> None:
    log.write(1, 1)
    log.write(2, 1)
    log.store.write(
        lambda conn: rows.add_entry(
            conn,
            log.attempt_id,
            (cleared := replace(log.entry(2, 2), value_hash=value_hash("s", "[]"))),
            entry_hash(cleared),
            "s",
            "[]",
        )
    )
    log.write(3, 1, kind=Kind.FLAG, value="1")
    with log.store.read() as conn:
        squares = rows.squares(conn, log.attempt_id)
        desks = [rows.desk(conn, log.attempt_id, one.position) for one in squares]
        assert rows.desk(conn, log.attempt_id, len(squares) + 1) is None
    assert [(one.position, one.answered, one.flagged) for one in squares] == [
        (1, True, False),
        (2, False, False),
        (3, False, True),
        (4, False, False),
    ]
    assert all(one is not None and one.squares == squares for one in desks)
    assert [one and (one.unit, one.version) for one in desks] == [
        (one.slug, one.version) for one in small_bank.booklet(log.store, log.public_id)
    ]
