"""Faults planted into a server before it starts: for the controls, each switches one guard off."""

import sqlite3
import threading
import time
from typing import Any

from sqlalchemy import Engine, event

from quizapp import serving
from quizapp.store import transaction

LATE_SECONDS = 0.02


def acknowledge_first() -> None:
    """The writer wakes its callers before it commits."""

    def commit(self: transaction._Writer, batch: list[transaction._Waiting]) -> None:
        with (conn := self._connection()).begin():
            for waiting in batch:
                transaction._in_savepoint(conn, waiting)
                waiting.tell()
            time.sleep(LATE_SECONDS)

    transaction._Writer._commit = commit  # type: ignore[method-assign]


class _LaxCursor(sqlite3.Cursor):
    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = NORMAL"), *more)


class _LaxConnection(sqlite3.Connection):
    def cursor(self, factory: type[sqlite3.Cursor] = _LaxCursor) -> sqlite3.Cursor:
        return super().cursor(factory)


def synchronous_normal() -> None:
    """SQLite does not flush with each commit, and the store does not mind."""
    transaction._refuse_lax = lambda cursor: None

    @event.listens_for(Engine, "do_connect")
    def connect(dialect: Any, record: Any, words: Any, options: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            options["factory"] = _LaxConnection


def write_on() -> None:
    """A flush that failed is no reason to stop, nor to say so."""
    transaction._disk_failed = lambda error: False
    serving.end_with_the_store = lambda store, end: None


def deaf() -> None:
    """Nobody is told that a commit failed."""
    honest = transaction._Writer.run

    def run(self: transaction._Writer, unit: Any) -> Any:
        told: list[Any] = []

        def heard(conn: Any) -> Any:
            told.append(unit(conn))
            return told[-1]

        try:
            return honest(self, heard)
        except Exception:
            if told:
                return told[-1]
            raise

    transaction._Writer.run = run  # type: ignore[method-assign]


def lax_server() -> None:
    """PostgreSQL acknowledges before its disk has the data, and the store wants it so."""
    transaction._refuse_lax_server = lambda cursor: cursor.execute("SET synchronous_commit = off")


_kept: dict[Any, tuple[float, Any]] = {}
_lock = threading.Lock()


def remembered_reads() -> None:
    """What a question's answers were is remembered for a second and told again."""
    from quizapp.store import responses  # noqa: PLC0415

    honest = responses.desk

    def desk(conn: Any, attempt_id: int, position: int) -> Any:
        key = (attempt_id, position)
        with _lock:
            at, held = _kept.get(key, (0.0, None))
        if time.monotonic() - at > 1.0:
            held = honest(conn, attempt_id, position)
            with _lock:
                _kept[key] = (time.monotonic(), held)
        return held

    responses.desk = desk


def never_commit() -> None:
    """The writer acknowledges, and takes everything back."""

    def commit(self: transaction._Writer, batch: list[transaction._Waiting]) -> None:
        conn = self._connection()
        begun = conn.begin()
        for waiting in batch:
            transaction._in_savepoint(conn, waiting)
        begun.rollback()
        for waiting in batch:
            waiting.tell()

    transaction._Writer._commit = commit  # type: ignore[method-assign]


def starts_collide() -> None:
    """Whoever begins while somebody else does is refused by the database."""
    from quizapp.services import attempts  # noqa: PLC0415

    honest, busy = attempts.begin, threading.Lock()

    def begin(*words: Any) -> str:
        if not busy.acquire(blocking=False):
            raise RuntimeError("database is locked")
        try:
            time.sleep(LATE_SECONDS)
            return honest(*words)
        finally:
            busy.release()

    attempts.begin = begin


def hash_any_length() -> None:
    """A password is hashed however long it is."""
    from quizapp import app  # noqa: PLC0415
    from quizapp.services import passwords  # noqa: PLC0415

    passwords.LONGEST = app._LARGEST_FORM = 10**9


def hash_all_at_once() -> None:
    """Whoever logs in is served at once, however many there are."""
    from contextlib import nullcontext  # noqa: PLC0415

    from quizapp.web import shedding  # noqa: PLC0415

    shedding.Turns.turn = lambda self: nullcontext()


def turn_nobody_away() -> None:
    """Whatever is asked is done, however much there is to do."""
    from contextlib import nullcontext  # noqa: PLC0415

    from quizapp.web import shedding  # noqa: PLC0415

    shedding.Crowd.place_for = lambda self, rank: nullcontext()


def read_banks_in_the_writer() -> None:
    """A bank file is read, and judged, while nobody else can write."""
    from quizapp.services import uploads  # noqa: PLC0415

    honest, read = uploads.stage_files, uploads.read_bank

    def stage_files(store: transaction.Store, *words: Any) -> str:
        uploads.read_bank = lambda *more: store.write(lambda conn: read(*more))
        return honest(store, *words)

    uploads.stage_files = stage_files
