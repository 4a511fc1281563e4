"""The one way to write, and to read: a unit of work is a function of a connection.

On SQLite one writer thread takes what waits, begins IMMEDIATE, gives each unit a savepoint and commits
once for all of them; then it wakes the callers. On PostgreSQL a unit runs in its caller's thread and is
tried again after a serialization failure, a deadlock or a race for the response log. This is the only
file that commits.
"""

import os
import queue
import random
import re
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import NullPool, QueuePool

from quizapp.store.errors import StoreError as StoreError
from quizapp.store.errors import StoreFull as StoreFull

T = TypeVar("T")
Unit = Callable[[Connection], T]

BUSY_SECONDS = 5
MOST_READERS = 32
"""Idle connections to SQLite that are kept for those who read next."""
MOST_IN_A_BATCH = 64
MOST_TRIES, MOST_COLLISIONS = 40, 12
"""How often one unit may lose a race, and how often of that by a constraint.

Half of all tries are lost while many meet at one attempt and PostgreSQL serializes them: some 6 seconds of
waiting are better than a refusal. Where two meet in a constraint, another has won and is out of the way.
"""
RETRIED_STATES = frozenset({"40001", "40P01"})
RETRIED_CONSTRAINTS = frozenset(
    {
        "response_log_replay",
        "response_log_version",
        "response_log_chain",
        "attempt_one_open",
        "exam_version_pkey",
        "item_version_pkey",
        "time_grant_once",
        "time_grant_standing",
        "time_grant_end_pkey",
        "heartbeat_pkey",
    }
)
_UNUSABLE_CODES = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_UNUSABLE_STATES = frozenset({"25006", "57P01", "57P02", "57P03"})
"""No unit can be stored: PostgreSQL is read-only, or is being shut down or started."""

_NESTED = "a unit of work cannot start another one"


class hot:  # noqa: N801 - read as a verb at its call sites
    """Text SQL with `:name` parameters that goes straight to the driver, for the paths that must be fast.

    It runs in the transaction that `read` or `write` has begun. Rows are plain tuples of what the driver
    gives; listeners and errors are SQLAlchemy's own. Rows go in as one parameter, a JSON array of arrays:
    `json_each(:rows) r` gives them, `r.value ->> 0` a column of one, as text on PostgreSQL.
    """

    def __init__(self, sql: str) -> None:
        self._named = re.sub(r"(\w+\.value) ->> (\d+)", r"json_extract(\1, '$[\2]')", sql)
        arrays = sql.replace("json_each(", "json_array_elements(")
        self._pyformat = re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", arrays)
        # A SELECT always has rows to fetch: to ask PostgreSQL's driver makes an object a column.
        self._selects = sql.lstrip().startswith("SELECT")

    def __call__(self, conn: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of the statement's result."""
        on_sqlite = conn.dialect.name == "sqlite"
        sql = self._named if on_sqlite else self._pyformat
        cursor: Any = conn.connection.cursor()
        try:
            if conn._has_events or conn.engine._has_events:
                for listener in conn.dispatch.before_cursor_execute:
                    sql, values = listener(conn, cursor, sql, values, None, False)
            if on_sqlite:
                cursor.execute(sql, values)
            else:
                cursor.execute(sql, values, prepare=True)
            return list(cursor.fetchall()) if self._selects or cursor.description else []
        except conn.dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                sql, values, error, conn.dialect.loaded_dbapi.Error, dialect=conn.dialect
            ) from error
        finally:
            cursor.close()

    def one(self, conn: Connection, **values: Any) -> tuple[Any, ...] | None:
        """The first row; None where there is none."""
        rows = self(conn, **values)
        return rows[0] if rows else None


class _Waiting:
    """A unit in the writer's queue, and what became of it; its caller sleeps on a lock that it opens."""

    __slots__ = ("_turn", "error", "unit", "value")

    def __init__(self, unit: Callable[[Connection], Any]) -> None:
        self.unit = unit
        self.value: Any = None
        self.error: BaseException | None = None
        self._turn = threading.Lock()
        self._turn.acquire()

    def tell(self) -> None:
        """Wake the caller: what became of the unit is known."""
        self._turn.release()

    def told(self, seconds: float) -> bool:
        """Sleep until the writer tells, at most so long; whether it has told."""
        return self._turn.acquire(timeout=seconds)


class Store:
    """One database: `write` runs a unit of work, `read` gives a connection that cannot write."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = "sqlite" if url.startswith("sqlite:") else "postgresql"
        self._reading = threading.local()
        self._idle: list[Connection] = []
        self._writer: _Writer | None = None
        self._inside = threading.local()
        if self.dialect == "sqlite":
            self._engine = _sqlite_engine(url, read_only=False)
            self._readers = _sqlite_engine(url, read_only=True)
            self._writer = _Writer(self._engine)
        else:
            self._engine = _postgresql_engine(url, read_only=False)
            self._readers = _postgresql_engine(url, read_only=True)
        _forget_after_fork(self)

    def write(self, unit: Unit[T], by_one_statement: bool = False) -> T:
        """Run a unit in a transaction and return its value once it is committed.

        Whatever the unit raises reaches the caller, and nothing of it is stored. On PostgreSQL a unit that
        writes by one statement may say so: that is a transaction by itself, and spares two ways to the server
        and back. Raises StoreFull and StoreError where no unit could be stored at all.
        """
        try:
            return self._writer.run(unit) if self._writer else self._retry(unit, by_one_statement)
        except DBAPIError as error:
            trouble = _of_the_store(error)
            if trouble is None:
                raise
            raise trouble from error

    @property
    def dead(self) -> str | None:
        """Why nothing will be written by this process any more; None while that may be."""
        return self._writer.dead if self._writer else None

    def probe(self) -> None:
        """Write to the disk as a save does, and change nothing by it; raises what a save would."""
        self.write(_probe)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection with one stable view of the data that cannot write; a read inside a read shares it.

        Giving the connection back ends the view.
        """
        outer: Connection | None = getattr(self._reading, "conn", None)
        return self._view() if outer is None else nullcontext(outer)

    def look(self) -> AbstractContextManager[Connection]:
        """A connection for one statement, which needs no view of its own; within a read it is that one's.

        Its statement is a transaction by itself, which spares two ways to PostgreSQL and back.
        """
        outer: Connection | None = getattr(self._reading, "conn", None)
        if outer is None and self.dialect == "postgresql":
            return _each_by_itself(self._readers)
        return self.read()

    @contextmanager
    def _view(self) -> Iterator[Connection]:
        with self._connection() as conn:
            self._reading.conn = conn
            try:
                yield conn
            finally:
                self._reading.conn = None

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self.dialect == "postgresql":
            with self._readers.connect() as conn:
                yield conn
                # By a rollback, as closing would end it, the driver forgets every plan that it has prepared.
                conn.connection.commit()
            return
        try:
            conn = self._idle.pop()
        except IndexError:
            conn = self._readers.connect()
        try:
            conn.connection.cursor().execute("BEGIN")
            yield conn
        finally:
            self._end_view(conn)

    def _end_view(self, conn: Connection) -> None:
        """End a view on SQLite. Its connection is kept: opening one costs more than a page does.

        Here and in no pool, which does much for each loan; and nobody waits for one who can open another.
        """
        try:
            conn.rollback()
            conn.connection.rollback()
        except (DBAPIError, sqlite3.Error):
            conn.invalidate()
            conn.close()
            raise
        if len(self._idle) < MOST_READERS:
            self._idle.append(conn)
        else:
            conn.close()

    def healthy(self) -> str | None:
        """None when the store works, else why it does not."""
        if self.dead:
            return f"the writer stopped: {self.dead}"
        try:
            with self.read() as conn:
                conn.exec_driver_sql("SELECT 1")
        except DBAPIError as error:
            return f"the database does not answer: {error.orig}"
        except (PoolTimeout, StoreError) as error:
            return f"the database cannot be used: {error}"
        return None

    def close(self) -> None:
        """Stop the writer and let go of every connection."""
        if self._writer:
            self._writer.stop()
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()
        self._readers.dispose()

    def forget(self) -> None:
        """After a fork: let go of the parent's connections and of its writer thread."""
        self._engine.dispose(close=False)
        self._readers.dispose(close=False)
        self._idle.clear()
        if self._writer:
            self._writer = _Writer(self._engine)

    def _retry(self, unit: Unit[T], by_one_statement: bool) -> T:
        if getattr(self._inside, "unit", False):
            raise StoreError(_NESTED)
        self._inside.unit = True
        try:
            return self._until_committed(unit, _each_by_itself if by_one_statement else _in_transaction)
        finally:
            self._inside.unit = False

    def _until_committed(
        self, unit: Unit[T], begun: Callable[[Engine], AbstractContextManager[Connection]]
    ) -> T:
        for tried in count(1):
            try:
                with begun(self._engine) as conn:
                    return unit(conn)
            except DBAPIError as error:
                if tried >= _most_tries(error):
                    raise
                time.sleep(random.uniform(0, 0.005 * 2 ** min(tried, 6)))  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")


@contextmanager
def _in_transaction(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as conn, conn.begin():
        yield conn


@contextmanager
def _each_by_itself(engine: Engine) -> Iterator[Connection]:
    """A connection to PostgreSQL on which each statement is a transaction by itself."""
    with engine.connect() as conn:
        driver: Any = conn.connection.dbapi_connection
        driver.autocommit = True
        try:
            yield conn
        finally:
            if not driver.closed:
                driver.autocommit = False


def _probe(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA user_version = 0")
    else:
        conn.exec_driver_sql("DELETE FROM installation WHERE false")
        conn.exec_driver_sql("SELECT pg_logical_emit_message(true, 'quizapp', 'probe')")


def _of_the_store(error: DBAPIError) -> StoreError | None:
    """What an error says of the store as a whole; None where it is about the one statement."""
    code, state = _sqlite_code(error), getattr(error.orig, "sqlstate", None)
    if code == sqlite3.SQLITE_FULL or state == "53100":
        return StoreFull(f"the disk is full: {error.orig}")
    gone = code is None and isinstance(error, OperationalError) and state is None
    if gone or error.connection_invalidated or code in _UNUSABLE_CODES or state in _UNUSABLE_STATES:
        return StoreError(f"the database cannot be written: {error.orig}")
    return None


def _disk_failed(error: BaseException) -> bool:
    """Whether SQLite could not read, write or flush: what the disk holds is not known any more.

    After a flush that failed the next one may succeed without the bytes of the first.
    """
    return isinstance(error, DBAPIError) and _sqlite_code(error) == sqlite3.SQLITE_IOERR


def _sqlite_code(error: DBAPIError) -> int | None:
    """SQLite's primary code of an error; None for one of another database."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _most_tries(error: DBAPIError) -> int:
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    collided = isinstance(error, IntegrityError) and named in RETRIED_CONSTRAINTS
    if getattr(error.orig, "sqlstate", None) in RETRIED_STATES:
        return MOST_TRIES
    return MOST_COLLISIONS if collided else 1


class _Writer:
    """The one thread that writes to a SQLite file, started with the first unit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._conn: Connection | None = None
        self.dead: str | None = None

    def run(self, unit: Unit[T]) -> T:
        if self._thread is threading.current_thread():
            raise StoreError(_NESTED)
        if self.dead:
            raise StoreError(f"the writer stopped: {self.dead}")
        if self._thread is None:
            self._start()
        waiting = _Waiting(unit)
        self._queue.put(waiting)
        while not waiting.told(1.0):
            if self.dead:
                raise StoreError(f"the writer stopped: {self.dead}")
        if waiting.error is not None:
            raise waiting.error
        value: T = waiting.value
        return value

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(BUSY_SECONDS)
            self._thread = None

    def _serve(self) -> None:
        try:
            while (first := self._queue.get()) is not None:
                batch, ending = self._gather(first)
                self._commit(batch)
                if ending:
                    break
        except BaseException as error:
            self.dead = repr(error)
            raise
        finally:
            self._release()

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < MOST_IN_A_BATCH:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            conn = self._connection()
            with conn.begin():
                for waiting in batch:
                    _in_savepoint(conn, waiting)
        except BaseException as error:
            # Whatever went wrong, nothing was committed, and nobody may be told that it was.
            self._release()
            for waiting in batch:
                waiting.error = waiting.error or error
            if _disk_failed(error) or not isinstance(error, DBAPIError | sqlite3.Error | StoreError):
                raise
        finally:
            for waiting in batch:
                waiting.tell()

    def _connection(self) -> Connection:
        if self._conn is None:
            self._conn = self._engine.connect()
        return self._conn

    def _release(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            conn.invalidate()
            conn.close()


_begin = hot("BEGIN IMMEDIATE")
_set_mark, _undo_to_mark, _drop_mark = hot("SAVEPOINT unit"), hot("ROLLBACK TO unit"), hot("RELEASE unit")


def _in_savepoint(conn: Connection, waiting: _Waiting) -> None:
    _set_mark(conn)
    try:
        waiting.value = waiting.unit(conn)
    except BaseException as error:
        # Every error belongs to the unit's caller, who waits for it; the writer itself goes on.
        waiting.error = error
        if isinstance(error, DBAPIError) and _of_the_store(error):
            raise  # the whole transaction is lost, and with it the savepoint
        _undo_to_mark(conn)
    _drop_mark(conn)


def _sqlite_engine(url: str, read_only: bool) -> Engine:
    connect_args = {"isolation_level": None, "timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=connect_args, poolclass=NullPool if read_only else QueuePool)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            _refuse_lax(cursor)
        cursor.close()

    if not read_only:

        @event.listens_for(engine, "begin")
        def begun(conn: Connection) -> None:
            _begin(conn)

    return engine


def _refuse_lax(cursor: Any) -> None:
    (synchronous,) = cursor.execute("PRAGMA synchronous").fetchone()
    if synchronous < 2:
        raise StoreError("SQLite would acknowledge before the disk has the data: synchronous is below FULL")


def _refuse_lax_server(cursor: Any) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        cursor.execute(f"SHOW {name}")
        (value,) = cursor.fetchone()
        if value == "off":
            raise StoreError(f"PostgreSQL would lose acknowledged data: {name} is off")


_PLANNING = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "jit = off")
"""A hot statement is planned once for each connection; by itself the server would plan it five times more.

The plan that is made while a table is nearly empty has to do for a full one: rows are found by an index.
"""
_READING = ("default_transaction_read_only = on",)
_WRITING = ("join_collapse_limit = 1",)
"""A save joins nine tables, each by its key and in the order that they are written in: to plan that takes ten
times as long as to run it, and a plan is forgotten with every refusal.
"""


def _postgresql_engine(url: str, read_only: bool) -> Engine:
    level, own = ("REPEATABLE READ", _READING) if read_only else ("READ COMMITTED", _WRITING)
    engine = create_engine(url, isolation_level=level, pool_size=16, max_overflow=16)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            _refuse_lax_server(cursor)
            cursor.execute("; ".join(f"SET {one}" for one in (*_PLANNING, *own)))
        connection.commit()

    return engine


_stores: "weakref.WeakSet[Store]" = weakref.WeakSet()


def _forget_after_fork(store: Store) -> None:
    _stores.add(store)


def _after_fork() -> None:
    for store in list(_stores):
        store.forget()


os.register_at_fork(after_in_child=_after_fork)
