"""Whether a site says in time that it is out of order: R09."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from quizapp.services.health import Health
from quizapp.store.transaction import Store
from tests.conftest import Database
from tests.web.visitors import HandClock

RED_SECONDS = 5.0
PATIENCE, FRESH, SHORT = 1.0, 0.02, 0.15
"""What a look may take and how long it holds here, and what a control waits. What ships waits longer."""
FAULTS = ("read-only", "full", "flush fails", "slow", "clock ahead", "clock behind")
"""R09: complete, at every count."""
STATEMENTS = {
    "full": "RAISE EXCEPTION 'planted' USING ERRCODE = 'disk_full'",
    "flush fails": "RAISE EXCEPTION 'planted' USING ERRCODE = 'io_error'",
    "slow": "PERFORM pg_sleep(1.5)",
}
"""What PostgreSQL does at every write instead of writing."""


@dataclass
class Disk:
    """A SQLite disk: what happens at every commit, and what lets a slow one go on."""

    fault: str = ""
    mended: threading.Event = field(default_factory=threading.Event)

    def commit(self) -> None:
        codes = {"read-only": "READONLY", "full": "FULL", "flush fails": "IOERR_FSYNC"}
        if self.fault == "slow":
            self.mended.wait(RED_SECONDS)
        elif self.fault:
            error = sqlite3.OperationalError("planted")
            error.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{codes[self.fault]}")
            raise error

    def connection(self) -> type[sqlite3.Connection]:
        """Connections to this disk."""
        disk = self

        class Connection(sqlite3.Connection):
            def commit(self) -> None:
                disk.commit()
                super().commit()

        return Connection


@dataclass
class Watched:
    """A site's store and clocks, and what breaks it."""

    store: Store
    plant: Callable[[str], None]
    clock: HandClock = field(default_factory=HandClock)
    seconds: float = 0.0

    def health(self) -> Health:
        return Health(self.store, self.clock, lambda: self.seconds, PATIENCE, FRESH)

    def break_down(self, fault: str) -> None:
        if fault.startswith("clock"):
            self.seconds += 60
            self.clock.move(timedelta(seconds=61.1 if fault == "clock ahead" else 58.9))
        else:
            self.plant(fault)


@pytest.fixture(params=["sqlite", "postgresql"])
def watched(request: pytest.FixtureRequest) -> Iterator[Watched]:
    if request.param == "postgresql":
        database: Database = request.getfixturevalue("postgresql_database")
        yield Watched(database.store(), lambda fault: _plant(database.store(), fault))
        _let_looks_end()
        return
    disk = Disk()
    store = Store(request.getfixturevalue("sqlite_url"))

    @event.listens_for(store._engine, "do_connect")
    def connect(dialect: Any, record: Any, words: Any, options: dict[str, Any]) -> None:
        options["factory"] = disk.connection()

    yield Watched(store, lambda fault: setattr(disk, "fault", fault))
    disk.mended.set()
    _let_looks_end()
    store.close()


def _let_looks_end() -> None:
    for one in threading.enumerate():
        if one.name == "health":
            one.join()


def _plant(store: Store, fault: str) -> None:
    if fault == "read-only":
        said = f"ALTER DATABASE {store._engine.url.database} SET default_transaction_read_only = on"
        store.write(lambda conn: conn.exec_driver_sql(said))
        store._engine.dispose()
        return
    body = f"BEGIN {STATEMENTS[fault]}; RETURN NULL; END"
    function = f"CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
    trigger = "CREATE TRIGGER planted BEFORE DELETE ON installation EXECUTE FUNCTION planted()"
    store.write(lambda conn: (conn.execute(text(function)), conn.execute(text(trigger))))


def seconds_to_red(watched: Watched, ask: Callable[[], str | None], fault: str, most: float) -> float | None:
    """After how long a site that was well calls itself ill; None where it does not in `most` seconds."""
    watched.store.probe()
    assert ask() is None
    time.sleep(2 * FRESH)
    watched.break_down(fault)
    begun = time.monotonic()
    while time.monotonic() - begun < most:
        if ask():
            return time.monotonic() - begun
        time.sleep(FRESH)
    return None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.every_case
@pytest.mark.parametrize("fault", FAULTS)
def test_r09_a_site_out_of_order_says_so_within_seconds(watched: Watched, fault: str) -> None:
    taken = seconds_to_red(watched, watched.health().trouble, fault, RED_SECONDS)
    assert taken is not None
    assert taken < RED_SECONDS


@pytest.mark.parametrize("fault", FAULTS)
def test_r09_control_a_site_that_only_reads_and_trusts_its_clock_calls_itself_well(
    watched: Watched, fault: str
) -> None:
    assert seconds_to_red(watched, watched.store.healthy, fault, SHORT) is None


def test_looks_in_quick_succession_make_the_disk_work_once(sqlite_url: str) -> None:
    store, clock, seen = Store(sqlite_url), HandClock(), list[str]()
    event.listen(store._engine, "before_cursor_execute", lambda conn, cursor, said, *_: seen.append(said))
    health = Health(store, clock)
    threads = [threading.Thread(target=health.trouble) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    store.close()
    assert seen.count("PRAGMA user_version = 0") == 1
    assert health.trouble() is None


def test_a_slow_store_keeps_nobody_waiting_twice(watched: Watched) -> None:
    watched.break_down("slow")
    health = watched.health()
    assert "has not taken a write" in str(health.trouble())
    begun = time.monotonic()
    assert "has not taken a write" in str(health.trouble())
    assert time.monotonic() - begun < PATIENCE
