"""Real servers that live and are killed, a small bank that they serve, and people who save answers."""

import itertools
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import update

from bench.client import Connection
from quizapp.bank.folder import files_of_folder
from quizapp.config import DATABASE_FILE, Settings, keep_secrets
from quizapp.paths import QUESTION_BANK
from quizapp.services import accounts, attempts, installation
from quizapp.services.attempts import Mode
from quizapp.services.clock import system_clock
from quizapp.services.shipped import digest_of
from quizapp.store import accounts as account_rows
from quizapp.store.tables import bank
from quizapp.store.transaction import Store
from quizapp.web.attempt_tokens import AttemptTokens
from quizapp.web.identity import DEVICE, Credential, session_digest
from quizapp.web.signing import keys
from tests import small_bank

ROOT = Path(__file__).resolve().parents[2]
ASKED = 6
"""Questions of a test: all of them are answered by a number, so that no two answers need be alike."""
LONG = small_bank.exam(
    "long",
    "Long test",
    small_bank.part(
        "Long test",
        ASKED,
        [small_bank.Quota(("T1",), None, ASKED)],
        minutes=None,
        pass_percent=None,
    ),
)
PATIENCE = 120.0
"""Seconds that a server may take to start or to end on a machine that does much else."""


class Unsaved(Exception):
    """A server refused a save; the status says how."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status}: {body[:200]!r}")
        self.status, self.body = status, body


Cut = (OSError, ConnectionError)
"""What a client meets whose server is gone."""


@dataclass(frozen=True)
class Seat:
    """One open attempt: what its saves carry, and the cookie of the person whose it is."""

    public_id: str
    token: str
    cookie: str

    @property
    def path(self) -> str:
        return f"/attempts/{self.public_id}/"


def lay(data: Path, people: int, database_url: str | None = None) -> list[Seat]:
    """A data folder as an earlier start leaves it, and an open test without a limit for each person."""
    settings = Settings(data=data, database_url=database_url)
    secrets = keep_secrets(data)
    store = installation.open_store(settings)
    small_bank.stock(store, [LONG], [small_bank.numeric(f"one-{n}", "T1") for n in range(ASKED)])
    shipped = digest_of(files_of_folder(QUESTION_BANK / "treasuries"))
    store.write(lambda conn: conn.execute(update(bank).values(slug="treasuries", shipped_digest=shipped)))
    signing = Flask("quizapp")
    signing.secret_key = secrets.session_key
    with signing.app_context():
        seats = [_seat(store, signing, f"person-{number}@example.org") for number in range(people)]
    store.close()
    return seats


def _seat(store: Store, signing: Flask, email: str) -> Seat:
    now = system_clock()
    account_id = small_bank.candidate(store, email)
    public_id = attempts.begin(store, account_id, "treasuries", "long", Mode.TIMED, now, 1)
    uniquifier, cookie = _signed_in(store, signing, account_id, email)
    held = Credential(uniquifier, session_digest(email))
    return Seat(public_id, AttemptTokens(keys(signing)).issue(public_id, held, now), cookie)


def _signed_in(store: Store, signing: Flask, account_id: int, device: str) -> tuple[str, str]:
    """What an account's sessions are bound to, and the cookie of one on a device."""
    with store.read() as conn:
        uniquifier = str(account_rows.uniquifier(conn, account_id))
    cookies = SecureCookieSessionInterface().get_signing_serializer(signing)
    assert cookies
    return uniquifier, str(cookies.dumps({"_user_id": uniquifier, DEVICE: device}))


def admins(data: Path, people: int, database_url: str | None = None) -> list[str]:
    """The cookies of admins who are new in a data folder that was laid."""
    store = Store(Settings(data=data, database_url=database_url).store_url)
    signing = Flask("quizapp")
    signing.secret_key = keep_secrets(data).session_key
    cookies = []
    for number in range(people):
        email = f"admin-{number}@example.org"
        account_id = small_bank.candidate(store, email)
        accounts.set_role(store, account_id, "admin")
        cookies.append(_signed_in(store, signing, account_id, email)[1])
    store.close()
    return cookies


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@dataclass(frozen=True)
class Life:
    """A server from its start to its end: the leader of its processes, its port and its log."""

    leader: int
    port: int
    log: Path

    def kill(self) -> None:
        """End all its processes at once, and wait until they are gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.leader, signal.SIGKILL)
        self.gone(PATIENCE)

    def stop(self) -> None:
        """Let it end as an operator would."""
        with suppress(ProcessLookupError):
            os.kill(self.leader, signal.SIGTERM)
        if not self.gone(PATIENCE):
            self.kill()

    def gone(self, seconds: float) -> bool:
        """Whether all its processes are gone within some seconds."""
        return until(lambda: not self.running, seconds)

    @property
    def running(self) -> bool:
        """Whether any of its processes is there."""
        try:
            os.killpg(self.leader, 0)
        except ProcessLookupError:
            return False
        return True

    @property
    def worker(self) -> int:
        """The process that serves."""
        children = Path(f"/proc/{self.leader}/task/{self.leader}/children")
        return int(children.read_text().split()[-1])

    def serving(self, seconds: float = PATIENCE) -> bool:
        """Whether it says that it is well within some seconds; not while it is gone."""
        return until(lambda: not self.running or health(self.port) == 200, seconds, 0.05) and self.running


def health(port: int) -> int:
    """The status of /healthz; 0 where nobody answers."""
    with suppress(*Cut):
        return ask(port, "/healthz").status
    return 0


def ask(port: int, path: str, **cookies: str) -> Any:
    """One GET on a connection of its own."""
    connection = Connection(port)
    connection.cookies.update(cookies)
    try:
        return connection.get(path)
    finally:
        connection.close()


def until(true: Callable[[], bool], seconds: float, pause: float = 0.01) -> bool:
    """Wait for something; whether it came."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


class Nursery:
    """The process that forks servers; every one that lives when it is closed is killed."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self._folder, self._lives = folder, list[Life]()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.nursery"],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, data: Path, port: int, plant: str = "", **environ: str) -> Life:
        """Start a server over a data folder."""
        assert self._process.stdin
        assert self._process.stdout
        log = self._folder / f"server-{len(self._lives)}.log"
        said = {"QUIZAPP_DATA": str(data), "QUIZAPP_PORT": str(port), **environ}
        start = {"environ": said, "log": str(log), "plant": plant}
        print(json.dumps(start), file=self._process.stdin, flush=True)
        life = Life(int(self._process.stdout.readline()), port, log)
        self._lives.append(life)
        return life

    @contextmanager
    def serving(self, data: Path, port: int, plant: str = "", **environ: str) -> Iterator[Life]:
        """A server that is well, for as long as the block lasts at most; then it is killed."""
        life = self.start(data, port, plant, **environ)
        try:
            assert life.serving(), life.log.read_text()[-2000:]
            yield life
        finally:
            life.kill()

    def close(self) -> None:
        for life in self._lives:
            life.kill()
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


@dataclass(frozen=True)
class Sent:
    """One save as it goes over the wire."""

    attempt: str
    client: str
    seq: int
    position: int
    based_on: int
    value: str


@dataclass(frozen=True)
class Ack:
    """What the server said it had saved."""

    sent: Sent
    version: int
    digest: str


_clients = itertools.count(1)


@dataclass
class Saver:
    """One browser that answers some questions again and again; what was not acknowledged it sends again."""

    seat: Seat
    positions: Sequence[int]
    chance: Random
    client: str = field(default_factory=lambda: f"client-{next(_clients)}")
    acks: list[Ack] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)
    pending: Sent | None = None
    seq: int = 0

    def save(self, connection: Connection) -> Ack:
        """Send what is pending, or a new answer; raises Unsaved where it is refused."""
        if self.pending is None:
            self.seq += 1
            position = self.chance.choice(self.positions)
            value = str(self.chance.randrange(1, 10**9))
            based_on = self.versions.get(position, 0)
            self.pending = Sent(self.seat.public_id, self.client, self.seq, position, based_on, value)
        ack = self.send(connection, self.pending)
        self.pending = None
        self.versions[ack.sent.position] = ack.version
        self.acks.append(ack)
        return ack

    def send(self, connection: Connection, sent: Sent) -> Ack:
        """Send one save as it is, perhaps once more."""
        reply = connection.send(self.request(connection, sent))
        if reply.status != 200:
            raise Unsaved(reply.status, reply.body)
        said = json.loads(reply.body)
        assert said["value"] == [sent.value], (sent, said)
        return Ack(sent, said["version"], said["digest"])

    def request(self, connection: Connection, sent: Sent) -> bytes:
        """A save as bytes."""
        document = {
            "position": sent.position,
            "kind": "answer",
            "client": sent.client,
            "seq": sent.seq,
            "based_on": sent.based_on,
            "value": [sent.value],
        }
        body = json.dumps(document).encode()
        path, token = f"{self.seat.path}responses", self.seat.token
        return connection.head("POST", path, body, "application/json", X_Attempt_Token=token)

    def replay(self, connection: Connection, ack: Ack) -> None:
        """Send again what was acknowledged: the same must be said of it."""
        again = self.send(connection, ack.sent)
        assert again == ack, f"a replay was answered with {again} after {ack}"


class Load:
    """Savers who save as fast as they are answered, each on its own connection, until they are cut off."""

    def __init__(self, port: int, savers: Sequence[Saver]) -> None:
        self._port, self._savers = port, savers
        self._end = threading.Event()
        self._faults: list[BaseException] = []
        self.acked = 0
        self._threads = [threading.Thread(target=self._work, args=(one,)) for one in savers]

    def __enter__(self) -> "Load":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _work(self, saver: Saver) -> None:
        connection = None
        try:
            connection = Connection(self._port)
            while not self._end.is_set():
                saver.save(connection)
                self.acked += 1
        except Cut:
            pass
        except BaseException as fault:
            self._faults.append(fault)
        finally:
            if connection:
                connection.close()

    def reach(self, acks: int) -> None:
        """Wait until so many saves were acknowledged."""
        until(lambda: self.acked >= acks or bool(self._faults), PATIENCE)
        self._raise()
        assert self.acked >= acks, f"only {self.acked} acknowledged in {PATIENCE} s"

    def end(self) -> None:
        self._end.set()
        for one in self._threads:
            one.join()
        self._raise()

    def _raise(self) -> None:
        if self._faults:
            raise self._faults[0]


@dataclass
class Tally:
    """What became of acknowledged saves in all rounds so far."""

    acked: int = 0
    lost: int = 0
    twice: int = 0
    corrupt: int = 0

    def __str__(self) -> str:
        return (
            f"{self.acked} answers acknowledged, {self.lost} lost, {self.twice} stored twice, "
            f"{self.corrupt} databases corrupt"
        )

    @property
    def clean(self) -> bool:
        return not (self.lost or self.twice or self.corrupt)


STORED = """
SELECT a.public_id, l.client, l.client_seq, l.position, l.based_on, v.value, l.version, l.entry_hash
  FROM response_log l JOIN attempt a ON a.id = l.attempt_id
  JOIN response_value v ON v.log_id = l.id
"""


def judge(rows: Sequence[tuple[Any, ...]], acks: Sequence[Ack]) -> tuple[int, int]:
    """How many of the acknowledged saves are not stored as was said, and how many stand twice."""
    stored = {
        Ack(Sent(*row[:5], json.loads(row[5])[0]), row[6], row[7])
        for row in rows  # an answer is a list of one number
    }
    named = [row[:3] for row in rows]
    return sum(1 for one in acks if one not in stored), len(named) - len(set(named))


def copy_of(data: Path, scratch: Path) -> None:
    """A copy of a SQLite database as it lies there."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for one in data.glob(f"{DATABASE_FILE}*"):
        shutil.copy(one, scratch)


def look(data: Path, acks: Sequence[Ack], tally: Tally, scratch: Path) -> None:
    """Compare a SQLite database with what was acknowledged: a copy, since looking mends the original."""
    copy_of(data, scratch)
    with closing(sqlite3.connect(scratch / DATABASE_FILE)) as conn:
        sound = conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        lost, twice = judge(conn.execute(STORED).fetchall(), acks)
    tally.lost += lost
    tally.twice += twice
    tally.corrupt += not sound
