"""Rooms of people who do their things again and again: what each of them was told, and after how long."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from bench.client import TOKEN, Connection, Reply
from tests.torture.servers import ASKED, Cut, Saver, Seat, Unsaved

FORM = "application/x-www-form-urlencoded"
_LINE = "a-line-between-the-parts"


@dataclass(frozen=True)
class Told:
    """One thing that somebody did: which, the status it got (0 where the line was cut), and its seconds."""

    act: str
    status: int
    seconds: float


Person = Callable[[Connection], tuple[str, int]]
"""Does one thing on a connection: which, and the status it got."""


class Room:
    """Each person on a thread and a connection of their own, for as long as the block lasts.

    Everybody acts once in `pace` seconds on average, whether the server keeps up or not; whoever waits for a
    reply longer than that acts again at once.
    """

    def __init__(self, connect: Callable[[], Connection], people: Sequence[Person], pace: float) -> None:
        self._connect, self._pace = connect, pace
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._sit, args=(one, Random(place))) for place, one in enumerate(people)
        ]
        self._faults: list[BaseException] = []
        self.told: list[Told] = []

    def __enter__(self) -> "Room":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for one in self._threads:
            one.join()
        if self._faults:
            raise self._faults[0]

    def _sit(self, person: Person, chance: Random) -> None:
        connection, due = None, time.monotonic() + chance.uniform(0, self._pace)
        try:
            while not self._end.wait(max(0.0, due - time.monotonic())):
                connection = connection or self._connect()
                begun = time.perf_counter()
                try:
                    act, status = person(connection)
                except Cut:
                    act, status = "cut", 0
                    connection.close()
                    connection = None
                self.told.append(Told(act, status, time.perf_counter() - begun))
                due = max(due + chance.uniform(0.5, 1.5) * self._pace, time.monotonic())
        except BaseException as fault:
            self._faults.append(fault)
        finally:
            if connection:
                connection.close()


def sitting(seat: Seat) -> Person:
    """Somebody who answers the questions of a test again and again."""
    saver = Saver(seat, range(1, ASKED + 1), Random(seat.public_id))

    def save(connection: Connection) -> tuple[str, int]:
        connection.cookies.clear()
        try:
            saver.save(connection)
        except Unsaved as refused:
            return "save", refused.status
        return "save", 200

    return save


@dataclass
class Desk:
    """Somebody signed in by a cookie, who reads pages and sends forms."""

    cookie: str
    token: str = ""

    def get(self, connection: Connection, path: str) -> Reply:
        return self._send(connection, "GET", path)

    def post(self, connection: Connection, path: str, page: str, **fields: str) -> Reply:
        """Send a form with the token of a page, which is asked for once."""
        body = urlencode(fields | {"csrf_token": self._token(connection, page)}).encode()
        return self._send(connection, "POST", path, body, FORM)

    def upload(self, connection: Connection, name: str, content: bytes) -> Reply:
        """Upload a bank file."""
        page = "/items/uploads/new"
        head = f'--{_LINE}\r\nContent-Disposition: form-data; name="{{}}"{{}}\r\n\r\n'
        token = head.format("csrf_token", "") + self._token(connection, page) + "\r\n"
        file = head.format("file", f'; filename="{name}"')
        body = f"{token}{file}".encode() + content + f"\r\n--{_LINE}--\r\n".encode()
        kind = f"multipart/form-data; boundary={_LINE}"
        return self._send(connection, "POST", page, body, kind)

    def _send(
        self, connection: Connection, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> Reply:
        connection.cookies["quizapp"] = self.cookie
        reply = connection.send(connection.head(method, path, body, kind))
        self.cookie = connection.cookies["quizapp"]
        return reply

    def _token(self, connection: Connection, page: str) -> str:
        if not self.token and (found := TOKEN.search(self.get(connection, page).body.decode())):
            self.token = found[1]
        return self.token


def reading(desk: Desk, act: str, paths: Sequence[str]) -> Person:
    """Somebody who opens some pages by turns."""
    walk = itertools.cycle(paths)

    def read(connection: Connection) -> tuple[str, int]:
        return act, desk.get(connection, next(walk)).status

    return read


def beginning(seat: Seat) -> Person:
    """Somebody who hands a test in and begins the next, again and again."""
    desk, page, sat = Desk(seat.cookie), "/exams/treasuries/long/", [seat.path]

    def begin(connection: Connection) -> tuple[str, int]:
        if sat:
            status = desk.post(connection, f"{sat[0]}hand-in", page).status
            if status == 303:
                sat.clear()
            return "hand-in", status
        reply = desk.post(connection, "/attempts/begin", page, bank="treasuries", exam="long", mode="timed")
        sat.extend(reply.headers.get("location", []) if reply.status == 303 else [])
        return "start", reply.status

    return begin


def mixed(people: Sequence[Person]) -> Person:
    """Somebody who does in turn what each of some people would do."""
    turns = itertools.cycle(people)
    return lambda connection: next(turns)(connection)
