"""The one way to write: what is committed together, what fails alone, and what several processes may do."""

import json
import os
import sqlite3
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.pool import Pool

from quizapp.config import DATABASE_FILE, Settings
from quizapp.services.installation import open_store
from quizapp.store import transaction
from quizapp.store.transaction import MOST_READERS, Store, StoreError, StoreFull, hot
from tests.conftest import Database, Rounds, named

PROCESSES, PROCESSES_FULL = 4, 16
DRAWS, DRAWS_FULL = 50, 150
"""C07: processes, and numbers that each of them draws, on a commit and before a release."""
WAIT = 10.0


@contextmanager
def with_table(store: Store, name: str, columns: str) -> Iterator[Store]:
    """A store with one more table, which is taken away again so that the next test may have the database."""
    store.write(lambda conn: conn.exec_driver_sql(f"CREATE TABLE {name} ({columns})"))
    yield store
    if store.healthy() is None:
        store.write(lambda conn: conn.exec_driver_sql(f"DROP TABLE {name}"))


def with_numbers(store: Store) -> AbstractContextManager[Store]:
    """A store with a table of numbers, of which nothing forbids a second one of a kind."""
    return with_table(store, "drawn", "number INTEGER NOT NULL")


@pytest.fixture
def numbered(store: Store) -> Iterator[Store]:
    """A store with numbers, once on each database."""
    with with_numbers(store):
        yield store


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    opened = Store(sqlite_url)
    with with_numbers(opened):
        yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgresql_database: Database) -> Iterator[Store]:
    with with_numbers(postgresql_database.store()) as opened:
        yield opened


def put(number: int) -> Callable[[Connection], int]:
    """A unit that stores a number and returns it."""

    def unit(conn: Connection) -> int:
        conn.execute(text("INSERT INTO drawn (number) VALUES (:number)"), {"number": number})
        return number

    return unit


def stored(store: Store) -> list[int]:
    """The numbers that are stored, in order."""
    with store.read() as conn:
        return list(conn.execute(text("SELECT number FROM drawn ORDER BY number")).scalars())


@contextmanager
def counted(name: str, kind: type[Engine | Pool] = Engine) -> Iterator[list[str]]:
    """The times that something happens within the block: "commit", "rollback" or "begin" of any engine."""
    seen: list[str] = []

    def note(*_: Any) -> None:
        seen.append(name)

    event.listen(kind, name, note)
    try:
        yield seen
    finally:
        event.remove(kind, name, note)


def together(store: Store, units: list[Callable[[Connection], Any]]) -> list[Any]:
    """What becomes of units that all wait while another one holds the writer: values, and errors raised."""
    held, go_on = threading.Event(), threading.Event()
    ends: list[Any] = [None] * len(units)

    def hold(conn: Connection) -> None:
        held.set()
        assert go_on.wait(WAIT)

    def ask(number: int, unit: Callable[[Connection], Any]) -> None:
        try:
            ends[number] = store.write(unit)
        except BaseException as error:
            ends[number] = error

    first = threading.Thread(target=store.write, args=(hold,))
    first.start()
    assert held.wait(WAIT)
    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(units)]
    for number, one in enumerate(threads):
        one.start()
        _until(lambda number=number: store._writer._queue.qsize() > number)
    go_on.set()
    for one in [first, *threads]:
        one.join(WAIT)
    return ends


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.001)


# Units of work


def test_a_unit_returns_its_value_once_its_rows_can_be_read(numbered: Store) -> None:
    assert numbered.write(put(7)) == 7
    assert stored(numbered) == [7]


def test_a_unit_that_raises_stores_nothing_and_its_error_reaches_the_caller(numbered: Store) -> None:
    def unit(conn: Connection) -> None:
        put(1)(conn)
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        numbered.write(unit)
    numbered.write(put(2))
    assert stored(numbered) == [2]


def test_a_statement_that_fails_takes_its_own_unit_back(numbered: Store) -> None:
    def unit(conn: Connection) -> None:
        put(1)(conn)
        conn.exec_driver_sql("INSERT INTO drawn (number) VALUES (NULL)")

    with pytest.raises(IntegrityError):
        numbered.write(unit)
    numbered.write(put(2))
    assert stored(numbered) == [2]


def test_units_that_wait_together_are_committed_at_once(sqlite_store: Store) -> None:
    with counted("commit") as commits:
        assert together(sqlite_store, [put(n) for n in range(10)]) == list(range(10))
    assert stored(sqlite_store) == list(range(10))
    assert len(commits) == 2, "one for the unit that held the writer, one for the ten that waited"


def test_a_batch_has_an_end(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "MOST_IN_A_BATCH", 4)
    with counted("commit") as commits:
        together(sqlite_store, [put(n) for n in range(8)])
    assert stored(sqlite_store) == list(range(8))
    assert len(commits) == 3


def test_of_units_that_wait_together_one_that_raises_takes_back_only_itself(sqlite_store: Store) -> None:
    def unit(conn: Connection) -> None:
        put(1)(conn)
        raise LookupError

    ends = together(sqlite_store, [put(0), unit, put(2)])
    assert (ends[0], ends[2]) == (0, 2)
    assert isinstance(ends[1], LookupError)
    assert stored(sqlite_store) == [0, 2]


@pytest.fixture
def with_orphans(numbered: Store) -> Iterator[Store]:
    """A store with a table whose rows are looked at when their transaction commits, and not before."""
    parent = "parent INTEGER REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED"
    with with_table(numbered, "orphan", parent):
        yield numbered


def _orphan(conn: Connection) -> str:
    put(99)(conn)
    conn.exec_driver_sql("INSERT INTO orphan (parent) VALUES (4711)")
    return "this must not reach anybody"


def test_a_commit_that_fails_reaches_the_caller_and_no_row_stays(with_orphans: Store) -> None:
    with pytest.raises(IntegrityError):
        with_orphans.write(_orphan)
    with_orphans.write(put(1))
    assert stored(with_orphans) == [1]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_commit_that_fails_reaches_everybody_in_its_batch(with_orphans: Store) -> None:
    ends = together(with_orphans, [put(0), _orphan, put(2)])
    assert [type(one) for one in ends] == [IntegrityError] * 3
    assert stored(with_orphans) == []
    assert with_orphans.write(put(3)) == 3
    assert with_orphans.healthy() is None


def test_a_unit_cannot_start_another_one(numbered: Store) -> None:
    def unit(conn: Connection) -> None:
        put(1)(conn)
        numbered.write(put(2))

    with pytest.raises(StoreError, match="cannot start another"):
        numbered.write(unit)
    assert stored(numbered) == []
    assert numbered.write(put(3)) == 3


def test_a_lock_held_from_outside_fails_what_waits_and_the_writer_recovers(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "BUSY_SECONDS", 0.05)
    store = Store(sqlite_url)
    store.write(lambda conn: conn.exec_driver_sql("CREATE TABLE drawn (number INTEGER)"))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            store.write(put(1))
        other.execute("ROLLBACK")
    store.write(put(2))
    assert stored(store) == [2]
    store.close()


def test_the_writer_starts_with_the_first_unit_and_ends_with_the_store(sqlite_url: str) -> None:
    before = set(threading.enumerate())
    store = Store(sqlite_url)
    assert set(threading.enumerate()) == before
    store.write(lambda conn: None)
    (writer,) = set(threading.enumerate()) - before
    store.close()
    assert not writer.is_alive()


def test_foreign_keys_are_looked_after(numbered: Store) -> None:
    with pytest.raises(IntegrityError):
        numbered.write(
            lambda conn: conn.exec_driver_sql(
                "INSERT INTO ended_session (session_digest, account_id, ended_at) VALUES ('x', 4711, 0)"
            )
        )


# Reading


def test_a_reader_cannot_write(numbered: Store) -> None:
    with numbered.read() as conn, pytest.raises((OperationalError, InternalError), match=r"read-?only"):
        conn.exec_driver_sql("INSERT INTO drawn (number) VALUES (1)")
    assert stored(numbered) == []


def test_a_reader_has_one_view_of_the_data_whatever_is_written_meanwhile(numbered: Store) -> None:
    numbered.write(put(1))
    counting = text("SELECT count(*) FROM drawn")
    with numbered.read() as conn:
        before = conn.execute(counting).scalar_one()
        numbered.write(put(2))
        assert conn.execute(counting).scalar_one() == before == 1
    assert stored(numbered) == [1, 2]


def test_a_read_inside_a_read_shares_its_view(numbered: Store) -> None:
    with numbered.read() as outer:
        assert stored(numbered) == []
        numbered.write(put(1))
        assert stored(numbered) == []
        with numbered.read() as inner:
            assert inner is outer
    assert stored(numbered) == [1]


def test_more_readers_at_once_than_are_kept_wait_for_nobody_and_are_let_go_again(sqlite_store: Store) -> None:
    many = 2 * MOST_READERS
    met = threading.Barrier(many)

    def look(_: int) -> None:
        with sqlite_store.read():
            met.wait(10)

    with (
        counted("connect", Pool) as opened,
        counted("close", Pool) as closed,
        ThreadPoolExecutor(many) as people,
    ):
        for _ in range(2):
            list(people.map(look, range(many)))
    assert len(opened) - len(closed) == MOST_READERS


def test_a_look_sees_what_was_written_meanwhile_and_within_a_read_shares_its_view(numbered: Store) -> None:
    count = hot("SELECT count(*) FROM drawn")
    with numbered.look() as conn:
        assert count(conn) == [(0,)]
    numbered.write(put(1))
    with numbered.look() as conn:
        assert count(conn) == [(1,)]
    with numbered.read() as outer, numbered.look() as inner:
        assert inner is outer


def test_a_look_cannot_write(numbered: Store) -> None:
    with numbered.look() as conn, pytest.raises(DBAPIError, match=r"read-?only"):
        hot("INSERT INTO drawn (number) VALUES (1)")(conn)
    with numbered.look() as conn:
        assert hot("SELECT count(*) FROM drawn")(conn) == [(0,)]


def test_what_was_looked_at_leaves_a_connection_that_reads_one_view_again(numbered: Store) -> None:
    for _ in range(2):
        with numbered.look() as conn:
            hot("SELECT 1")(conn)
    count = hot("SELECT count(*) FROM drawn")
    with numbered.read() as conn:
        assert count(conn) == [(0,)]
        numbered.write(put(1))
        assert count(conn) == [(0,)]


# Hot statements


def test_rows_go_in_as_one_parameter(numbered: Store) -> None:
    add = hot("""
INSERT INTO drawn (number)
SELECT CAST(r.value ->> 0 AS INTEGER) FROM json_each(:rows) r WHERE r.value ->> 1 = :wanted RETURNING number
""")
    asked = json.dumps([(1, "a"), (2, "ü'\n\""), (3, "ü'\n\"")])
    assert sorted(numbered.write(lambda conn: add(conn, rows=asked, wanted="ü'\n\""))) == [(2,), (3,)]
    assert stored(numbered) == [2, 3]


def test_postgresql_is_made_to_plan_a_hot_statement_once(postgresql_store: Store) -> None:
    one = hot("SELECT d.number FROM drawn d WHERE d.number = :number")
    plans = hot("""
SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT d.number%%'
""")
    with postgresql_store.read() as conn:
        for number in range(3):
            one(conn, number=number)
        assert plans(conn) == [(3, 0)]


# Health


def test_a_store_that_works_is_healthy(numbered: Store) -> None:
    assert numbered.healthy() is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("moment", ["begin", "commit"])
def test_a_writer_that_dies_acknowledges_nothing_and_turns_the_store_red(
    sqlite_store: Store, moment: str
) -> None:
    @event.listens_for(sqlite_store._engine, moment)
    def out_of_memory(conn: Connection) -> None:
        raise MemoryError("planted")

    with pytest.raises(MemoryError, match="planted"):
        sqlite_store.write(put(1))
    _until(lambda: sqlite_store.healthy() is not None)
    assert "the writer stopped: MemoryError" in str(sqlite_store.healthy())
    with pytest.raises(StoreError, match="the writer stopped"):
        sqlite_store.write(put(2))
    assert stored(sqlite_store) == []


class Disk(sqlite3.Connection):
    """A connection to a disk that refuses every commit with a code of SQLite's, while one is set."""

    code: int | None = None

    def commit(self) -> None:
        if self.code is not None:
            error = sqlite3.OperationalError("planted")
            error.sqlite_errorcode = self.code
            raise error
        super().commit()


@pytest.fixture
def disk_store(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store on a disk that a test can break."""
    monkeypatch.setattr(Disk, "code", None)
    opened = Store(sqlite_url)

    @event.listens_for(opened._engine, "do_connect")
    def connect(dialect: Any, record: Any, words: Any, options: dict[str, Any]) -> None:
        options["factory"] = Disk

    with with_numbers(opened):
        yield opened
    opened.close()


def test_a_full_disk_refuses_what_comes_and_takes_it_again_once_there_is_room(
    disk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Disk, "code", sqlite3.SQLITE_FULL)
    with pytest.raises(StoreFull, match="the disk is full"):
        disk_store.write(put(1))
    assert disk_store.dead is None
    monkeypatch.setattr(Disk, "code", None)
    disk_store.write(put(2))
    assert stored(disk_store) == [2]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_flush_that_failed_nothing_is_written_any_more(
    disk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Disk, "code", sqlite3.SQLITE_IOERR_FSYNC)
    with pytest.raises(StoreError, match="cannot be written"):
        disk_store.write(put(1))
    monkeypatch.setattr(Disk, "code", None)
    _until(lambda: disk_store.dead is not None)
    with pytest.raises(StoreError, match="the writer stopped"):
        disk_store.write(put(2))
    assert stored(disk_store) == []


def test_a_disk_that_fills_up_within_a_unit_fails_the_units_beside_it_and_no_later_one(
    numbered: Store,
) -> None:
    def fills_up(conn: Connection) -> None:
        put(1)(conn)
        orig = sqlite3.OperationalError("planted")
        orig.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, orig)

    with pytest.raises(StoreFull):
        numbered.write(fills_up)
    numbered.write(put(2))
    assert stored(numbered) == [2]


def test_a_database_that_is_gone_turns_the_store_red(postgresql: str) -> None:
    store = Store(named(postgresql, "no_such_database"))
    assert "the database does not answer" in str(store.healthy())
    store.close()


def test_a_postgresql_that_acknowledges_before_the_disk_has_the_data_is_refused(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        name = conn.engine.url.database
        conn.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    engine.dispose()
    store = Store(postgresql_url)
    with pytest.raises(StoreError, match="synchronous_commit is off"):
        store.write(lambda conn: None)
    assert "synchronous_commit is off" in str(store.healthy())
    store.close()


def test_a_start_after_a_crash_writes_the_log_of_the_crashed_process_into_the_file_anew(
    tmp_path: Path,
) -> None:
    settings, log = Settings(data=tmp_path), tmp_path / f"{DATABASE_FILE}-wal"
    open_store(settings).close()
    _forked(1, lambda number: Store(settings.store_url).probe())
    assert log.stat().st_size > 0
    opened = open_store(settings)
    assert not log.exists()
    opened.close()


# Trying again on PostgreSQL


def _raises_first(state: str, constraint: str = "", times: int = 1) -> Callable[[Connection], int]:
    """A unit that PostgreSQL itself refuses with a state as often as told; it returns how often it ran."""
    ran = 0

    def unit(conn: Connection) -> int:
        nonlocal ran
        ran += 1
        put(ran)(conn)
        if ran <= times:
            conn.exec_driver_sql(
                f"DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '{state}', "
                f"CONSTRAINT = '{constraint}'; END $$"
            )
        return ran

    return unit


def test_a_unit_that_writes_by_one_statement_needs_no_other(numbered: Store) -> None:
    add = hot("INSERT INTO drawn (number) VALUES (:number)")
    for number in (1, 2):
        numbered.write(lambda conn, number=number: add(conn, number=number), by_one_statement=True)  # type: ignore[misc]
    with pytest.raises(DBAPIError):
        numbered.write(lambda conn: add(conn, number=None), by_one_statement=True)
    assert stored(numbered) == [1, 2]
    numbered.write(put(3))
    with pytest.raises(ZeroDivisionError):
        numbered.write(lambda conn: put(4)(conn) // 0)
    assert stored(numbered) == [1, 2, 3]


RACES = (("40001", ""), ("40P01", ""), *(("23505", one) for one in sorted(transaction.RETRIED_CONSTRAINTS)))
OTHERS = (("23505", "account_email_key"), ("23503", "response_log_booklet"), ("57014", ""))
"""States of PostgreSQL, with the constraint that each names."""


def test_a_race_is_run_again_and_only_its_last_run_stays(postgresql_store: Store) -> None:
    for number, race in enumerate(RACES, start=1):
        assert postgresql_store.write(_raises_first(*race)) == 2, race
        assert stored(postgresql_store) == [2] * number


def test_any_other_refusal_reaches_the_caller_at_once(postgresql_store: Store) -> None:
    for other in OTHERS:
        with pytest.raises(DBAPIError, match="planted"):
            postgresql_store.write(_raises_first(*other))
    assert stored(postgresql_store) == []


@pytest.mark.parametrize("race", [RACES[0], RACES[-1]])
def test_a_race_without_end_is_given_up(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch, race: tuple[str, ...]
) -> None:
    for most in ("MOST_TRIES", "MOST_COLLISIONS"):
        monkeypatch.setattr(transaction, most, 3)
    with pytest.raises(DBAPIError, match="planted"):
        postgresql_store.write(_raises_first(*race, times=3))
    assert stored(postgresql_store) == []
    assert postgresql_store.write(_raises_first(*race, times=2)) == 3


def test_two_units_that_lock_each_other_out_both_end_well(postgresql_store: Store) -> None:
    postgresql_store.write(put(1))
    postgresql_store.write(put(2))
    met = threading.Barrier(2)
    ran: Counter[str] = Counter()

    def crossing(first: int, second: int) -> Callable[[Connection], None]:
        def unit(conn: Connection) -> None:
            ran[f"{first}"] += 1
            conn.exec_driver_sql("SET LOCAL deadlock_timeout = '10ms'")
            change = text("UPDATE drawn SET number = number + 10 WHERE number % 10 = :number")
            conn.execute(change, {"number": first})
            if ran[f"{first}"] == 1:
                met.wait(WAIT)
            conn.execute(change, {"number": second})

        return unit

    threads = [
        threading.Thread(target=postgresql_store.write, args=(crossing(*pair),)) for pair in ((1, 2), (2, 1))
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(WAIT)
    assert sorted(ran.values()) == [1, 2], "the database broke one off, and it ran again"
    assert stored(postgresql_store) == [21, 22]


# Several processes


def _forked(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What some work says, as JSON, in so many forks of this process that begin at the same time."""
    begun, begin = os.pipe()
    pipes = []
    for number in range(count):
        out, into = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _say(into, begun, work, number)
        os.close(into)
        pipes.append((child, out))
    os.write(begin, b"." * count)
    said = []
    for child, out in pipes:
        with os.fdopen(out, encoding="utf-8") as read:
            said.append(json.loads(read.read() or "null"))
        assert os.waitpid(child, 0)[1] == 0
    os.close(begun)
    os.close(begin)
    return said


def _say(into: int, begun: int, work: Callable[[int], Any], number: int) -> None:
    """In a fork: wait for the start, work, write what came of it, and end without any cleaning up."""
    code = 1
    try:
        os.read(begun, 1)
        os.write(into, json.dumps(work(number)).encode())
        code = 0
    finally:
        os._exit(code)


def test_a_fork_of_a_process_that_has_written_writes_and_reads_for_itself(numbered: Store) -> None:
    numbered.write(put(0))
    assert stored(numbered) == [0]

    def work(number: int) -> list[Any]:
        return [numbered.write(put(1 + number)), 0 in stored(numbered), numbered.healthy()]

    assert _forked(2, work) == [[1, True, None], [2, True, None]]
    numbered.write(put(3))
    assert stored(numbered) == [0, 1, 2, 3]


@dataclass(frozen=True)
class Drawn:
    """What several processes saw that each drew the number after the highest one, again and again."""

    locked: int
    twice: int
    missing: int
    unguarded: int


def _guard_writes() -> list[str]:
    """The statements from now on that change rows outside a transaction that began IMMEDIATE."""
    seen: list[str] = []

    def note(conn: Connection, cursor: Any, statement: str, *_: object) -> None:
        verb = statement.split(maxsplit=1)[0].upper()
        if verb == "BEGIN":
            conn.info["immediate"] = "IMMEDIATE" in statement
        elif verb in {"INSERT", "UPDATE", "DELETE", "REPLACE"} and not conn.info.get("immediate"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    return seen


def _draw(conn: Connection) -> None:
    highest = conn.exec_driver_sql("SELECT coalesce(max(number), 0) FROM drawn").scalar_one()
    time.sleep(0.0005)
    conn.exec_driver_sql("INSERT INTO drawn (number) VALUES (?)", (highest + 1,))


def draw_numbers(
    url: str, unguard: Callable[[], None] = lambda: None, processes: int = PROCESSES, draws: int = DRAWS
) -> Drawn:
    """Let processes draw so many numbers each through `write`, after `unguard` in each of them."""

    def work(number: int) -> tuple[int, int]:
        unguard()
        unguarded = _guard_writes()
        store, locked = Store(url), 0
        for _ in range(draws):
            try:
                store.write(_draw)
            except OperationalError as error:
                locked += "database is locked" in str(error)
        store.close()
        return locked, len(unguarded)

    said = _forked(processes, work)
    store = Store(url)
    numbers = stored(store)
    store.close()
    return Drawn(
        locked=sum(one[0] for one in said),
        twice=len(numbers) - len(set(numbers)),
        missing=processes * draws - len(numbers),
        unguarded=sum(one[1] for one in said),
    )


def _begin_deferred() -> None:
    """Take the IMMEDIATE out of every BEGIN: the lock is then asked for by the first write."""

    def change(conn: Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> tuple[str, Any]:
        return statement.replace("BEGIN IMMEDIATE", "BEGIN"), parameters

    event.listen(Engine, "before_cursor_execute", change, retval=True)


def _begin_never() -> None:
    """Take the transaction away: each statement stands for itself, as in Python's default after a read."""

    def change(conn: Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> tuple[str, Any]:
        alone = statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        return "SELECT 1" if alone else statement, parameters

    event.listen(Engine, "before_cursor_execute", change, retval=True)


def test_c07_processes_that_read_and_then_write_draw_each_number_once_and_are_never_locked_out(
    sqlite_store: Store, rounds: Rounds, thorough: bool
) -> None:
    processes, draws = PROCESSES_FULL if thorough else PROCESSES, len(rounds(DRAWS, DRAWS_FULL))
    found = draw_numbers(sqlite_store.url, processes=processes, draws=draws)
    assert found == Drawn(locked=0, twice=0, missing=0, unguarded=0)
    assert stored(sqlite_store) == list(range(1, processes * draws + 1))


def test_c07_control_transactions_that_begin_deferred_are_locked_out(sqlite_store: Store) -> None:
    found = draw_numbers(sqlite_store.url, _begin_deferred)
    assert found.locked > 0
    assert found.missing == found.locked
    assert found.unguarded == PROCESSES * DRAWS


def test_c07_control_without_transactions_numbers_are_drawn_twice(sqlite_store: Store) -> None:
    found = draw_numbers(sqlite_store.url, _begin_never)
    assert found.twice > 0
    assert found.unguarded > 0
