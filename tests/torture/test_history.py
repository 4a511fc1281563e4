"""C12: many clients on the same answers, with kills and a bad network, and a checker over all they saw."""

import json
import re
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import pytest

from bench.client import Connection
from quizapp.config import DATABASE_FILE
from tests.conftest import Rounds
from tests.torture.history import Register, Seen, Stored, violations
from tests.torture.servers import Cut, Nursery, Saver, Seat, Sent, Unsaved, ask, copy_of, free_port, lay

pytestmark = pytest.mark.nightly

COMMIT, FULL = 1, 60
"""C12: rounds of ROUND_SECONDS, each with a kill: 10 minutes at full count."""
ROUND_SECONDS = 10.0
PEOPLE, BROWSERS, POSITIONS = 4, 4, (1, 2)
"""16 clients: the browsers of a person meet at the same answers."""
TRUNCATED, UNHEARD, TWICE, SLOW, READS = 0.05, 0.1, 0.1, 0.1, 0.3
"""Shares of requests that are cut short, whose reply is not heard, that are sent twice, that are late, and of
those that read a page."""

Record = Callable[[str, object], None]
_BASE = re.compile(r'name="based_on_answer" value="(\d+)"')
_FIELD = re.compile(r'<input[^>]*name="answer"[^>]*>')
_VALUE = re.compile(r'value="([^"]*)"')


@dataclass
class Browser:
    """One client: what it knows of each answer, what it has seen, and its bad network."""

    seat: Seat
    number: int
    port: int
    history: list[Seen] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)
    pending: Sent | None = None
    begun: float = 0.0
    seq: int = 0

    def __post_init__(self) -> None:
        self._saver = Saver(self.seat, POSITIONS, Random(), client=f"browser-{self.number}")

    def go_on(self, chance: Random, end: threading.Event) -> None:
        """Read and save until told to end, whatever becomes of the server."""
        connection = None
        while not end.is_set():
            try:
                connection = connection or Connection(self.port)
                if self.pending is None and chance.random() < READS:
                    self._read(chance.choice(POSITIONS))
                else:
                    self._save(connection, chance)
            except Cut:
                if connection:
                    connection.close()
                connection = None
                end.wait(0.05)
        if connection:
            connection.close()

    def _read(self, position: int) -> None:
        begun = time.monotonic()
        reply = ask(self.port, f"{self.seat.path}questions/{position}", quizapp=self.seat.cookie)
        ended, page = time.monotonic(), reply.body.decode()
        assert reply.status == 200, page[:300]
        version, shown = _BASE.search(page), _FIELD.search(page)
        assert version
        assert shown
        value = _VALUE.search(shown[0])
        self._saw(position, begun, ended, int(version[1]), value[1] if value else "")

    def _saw(self, position: int, begun: float, ended: float, version: int, value: str) -> None:
        self.known[position] = version
        self.history.append(Seen((self.seat.public_id, position), begun, ended, version, value))

    def _save(self, connection: Connection, chance: Random) -> None:
        if self.pending is None:
            self.seq += 1
            position = chance.choice(POSITIONS)
            based_on = self.known.get(position, 0)
            value = str(self.number * 10**6 + self.seq)
            self.pending = Sent(self.seat.public_id, self._saver.client, self.seq, position, based_on, value)
            self.begun = time.monotonic()
        self._over_a_bad_network(connection, self.pending, chance)

    def _over_a_bad_network(self, connection: Connection, sent: Sent, chance: Random) -> None:
        fate = chance.random()
        if fate < TRUNCATED:
            request = self._saver.request(connection, sent)
            with closing(socket.create_connection(("127.0.0.1", self.port), 5)) as other:
                other.sendall(request[: chance.randrange(len(request))])
        elif fate < TRUNCATED + UNHEARD:
            with closing(Connection(self.port)) as other, suppress(Unsaved):
                self._saver.send(other, sent)  # and the reply is not heard
        elif fate < TRUNCATED + UNHEARD + TWICE:
            second = threading.Thread(target=self._elsewhere, args=(sent,))
            second.start()
            try:
                self._heard(connection, sent)
            finally:
                second.join()
        else:
            if fate > 1 - SLOW:
                time.sleep(chance.uniform(0, 0.1))
            self._heard(connection, sent)

    def _elsewhere(self, sent: Sent) -> None:
        with suppress(Unsaved, *Cut), closing(Connection(self.port)) as other:
            self._saver.send(other, sent)

    def _heard(self, connection: Connection, sent: Sent) -> None:
        begun = time.monotonic()
        try:
            ack = self._saver.send(connection, sent)
        except Unsaved as refused:
            if refused.status != 409:
                raise
            said = json.loads(refused.body)
            value = said["current"][0] if said["current"] else ""
            self._saw(sent.position, begun, time.monotonic(), said["version"], value)
        else:
            self.known[sent.position] = ack.version
            register, who = (sent.attempt, sent.position), (sent.client, sent.seq)
            ended = time.monotonic()
            self.history.append(
                Seen(register, self.begun, ended, ack.version, sent.value, who, sent.based_on)
            )
        self.pending = None


@dataclass
class Course:
    """What was seen in all rounds so far, and what of it cannot have been."""

    seen: int = 0
    saved: int = 0
    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.seen} replies, {self.saved} of them to saves, {len(self.found)} violations"


def course_of(nursery: Nursery, folder: Path, numbers: range, plant: str = "", kill: bool = True) -> Course:
    """In each round every browser goes on for a while, and the server is killed and started again."""
    data, port = folder / "data", free_port()
    seats = lay(data, PEOPLE)
    browsers = [Browser(seats[number % PEOPLE], number, port) for number in range(PEOPLE * BROWSERS)]
    for number in numbers:
        _round(nursery, data, port, browsers, number, plant, kill)
        history = [one for browser in browsers for one in browser.history]
        found = list(violations(history, _logs(data, folder / "copy")))
        if found:
            break
    return Course(len(history), sum(1 for one in history if one.saved), found)


def _round(
    nursery: Nursery,
    data: Path,
    port: int,
    browsers: Sequence[Browser],
    number: int,
    plant: str,
    kill: bool,
) -> None:
    chance, end, faults = Random(number), threading.Event(), list[BaseException]()

    def go_on(browser: Browser) -> None:
        try:
            browser.go_on(Random(f"{number} {browser.number}"), end)
        except BaseException as fault:
            faults.append(fault)
            end.set()

    threads = [threading.Thread(target=go_on, args=(one,)) for one in browsers]
    try:
        with nursery.serving(data, port, plant) as life:
            for one in threads:
                one.start()
            first = chance.uniform(0.2, 0.8) * ROUND_SECONDS if kill else ROUND_SECONDS
            end.wait(first)
            life.kill()
        with nursery.serving(data, port, plant):
            end.wait(ROUND_SECONDS - first)
            end.set()
            for one in threads:
                one.join()
    finally:
        end.set()
    if faults:
        raise faults[0]


_LOG = """
SELECT a.public_id, l.position, l.version, v.value, l.client, l.client_seq, l.based_on
  FROM response_log l JOIN attempt a ON a.id = l.attempt_id JOIN response_value v ON v.log_id = l.id
 ORDER BY l.id
"""


def _logs(data: Path, scratch: Path) -> dict[Register, list[Stored]]:
    copy_of(data, scratch)
    found: dict[Register, list[Stored]] = {}
    with closing(sqlite3.connect(scratch / DATABASE_FILE)) as conn:
        for attempt, position, version, value, client, seq, based_on in conn.execute(_LOG):
            entry = Stored(version, json.loads(value)[0], client, seq, based_on)
            found.setdefault((attempt, position), []).append(entry)
    return found


def test_c12_no_reply_is_older_than_one_before_it_and_no_acknowledged_answer_is_gone(
    nursery: Nursery, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    course = course_of(nursery, tmp_path, rounds(COMMIT, FULL))
    record_property("printed", str(course))
    assert course.saved
    assert course.found == []


@pytest.mark.parametrize("plant", ["remembered_reads", "acknowledge_first"])
def test_c12_control_a_server_that_tells_old_answers_or_forgets_new_ones_is_found(
    nursery: Nursery, tmp_path: Path, plant: str
) -> None:
    assert course_of(nursery, tmp_path, range(5), plant, kill=plant == "acknowledge_first").found


A: Register = ("attempt", 1)
LOG = {A: [Stored(1, "5", "one", 1, 0), Stored(2, "6", "two", 1, 1)]}
FIRST = Seen(A, 0.0, 1.0, 1, "5", ("one", 1), 0)
SECOND = Seen(A, 2.0, 3.0, 2, "6", ("two", 1), 1)
READ = Seen(A, 4.0, 5.0, 2, "6")
FLAWS = {
    "an answer that is gone": replace(READ, version=3, value="7"),
    "another value": replace(READ, value="7"),
    "an older one": replace(READ, version=1, value="5"),
    "nothing after something": replace(READ, version=0, value=""),
    "an acknowledgement of another's": replace(SECOND, saved=("three", 1)),
    "one saved unseen": replace(SECOND, based_on=0),
    "one saved before the first": replace(FIRST, begun=4.0, ended=5.0),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_c12_control_each_flaw_of_a_history_is_found(flaw: str) -> None:
    assert list(violations([FIRST, SECOND, READ], LOG)) == []
    assert list(violations([replace(FIRST, ended=2.5), SECOND, replace(READ, begun=2.5)], LOG)) == []
    assert list(violations([FIRST, SECOND, FLAWS[flaw]], LOG))
    assert list(violations([FIRST], {A: LOG[A][1:]}))
