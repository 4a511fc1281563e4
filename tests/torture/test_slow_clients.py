"""L02: hundreds of connections that dawdle, in front of the site as docs/running.md deploys it."""

import os
import shutil
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from socket import create_connection

import pytest

from bench.client import Connection
from tests.conftest import Crowd, skip_or_fail
from tests.test_deploy import SHIPPED, Deployed, Front, certify
from tests.torture.rooms import Room, sitting
from tests.torture.servers import Nursery, free_port, lay
from tests.torture.test_crowd import percentile
from tests.torture.test_overload import seconds_of

pytestmark = pytest.mark.nightly

SLOW, ALL_SLOW = 60, 500
"""L02: connections that dawdle."""
LEARNERS, PACE = 20, 1.0
"""L02: people who save meanwhile, and the seconds from one answer to the next."""
SECONDS, ALL_SECONDS = 10, 60
BODY = 400_000
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
HALF_A_BODY = (
    "POST /accounts/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {BODY}\r\n\r\n"
).encode()

Record = Callable[[str, object], None]


class Secured(Connection):
    """A connection to nginx, over TLS."""

    def __init__(self, front: Front) -> None:
        self._trusted = ssl.create_default_context(cafile=str(front.certificate))
        super().__init__(front.https)

    def reopen(self) -> None:
        """Connect anew, and shake hands."""
        super().reopen()
        self._socket = self._trusted.wrap_socket(self._socket, server_hostname="localhost")


class Dawdlers:
    """Connections that send a request a byte at a time, and begin another where they are cut off."""

    def __init__(self, front: Front, many: int) -> None:
        self._front, self._end = front, threading.Event()
        self._trusted = ssl.create_default_context(cafile=str(front.certificate))
        self._held: list[ssl.SSLSocket | None] = [None] * many
        self._thread = threading.Thread(target=self._dawdle)
        self.held = 0

    def __enter__(self) -> "Dawdlers":
        for place in range(len(self._held)):
            self._begin(place)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self.held = sum(one is not None for one in self._held)
        for one in self._held:
            if one:
                one.close()

    def _begin(self, place: int) -> None:
        plain = create_connection(("127.0.0.1", self._front.https), 20)
        self._held[place] = held = self._trusted.wrap_socket(plain, server_hostname="localhost")
        held.sendall(HALF_A_HEAD if place % 2 else HALF_A_BODY)

    def _dawdle(self) -> None:
        while not self._end.wait(1.0):
            for place, held in enumerate(self._held):
                try:
                    assert held
                    held.sendall(b"x")
                except OSError:
                    if held:
                        held.close()
                    self._held[place] = None
                    with suppress(OSError):
                        self._begin(place)


def slow_loris(
    nursery: Nursery, folder: Path, slow: int, seconds: float, shipped: str = SHIPPED
) -> tuple[list[str], list[float]]:
    """What went wrong for those who sit tests while others dawdle, and the seconds of each of their saves."""
    site = free_port()
    certify(folder)
    seats = lay(folder / "data", LEARNERS)
    environ = {"QUIZAPP_PUBLIC_URL": "https://localhost", "QUIZAPP_BEHIND_PROXY": "1"}
    with (
        nursery.serving(folder / "data", site, **environ),
        Deployed(folder, site).front(shipped) as front,
        Dawdlers(front, slow) as dawdlers,
        Room(partial(Secured, front), [sitting(one) for one in seats], PACE) as room,
    ):
        time.sleep(seconds)
    saves = seconds_of(room.told, "save")
    faults = [f"a save got {one.status}" for one in room.told if one.status != 200]
    faults += [] if dawdlers.held >= slow * 0.9 else [f"only {dawdlers.held} connections were held"]
    if not saves or percentile(saves, 0.99) > 1:
        faults.append("saves waited")
    return faults, saves


@pytest.fixture(autouse=True)
def _nginx() -> None:
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") is None:
        skip_or_fail("nginx is not installed")


def test_l02_connections_that_dawdle_keep_nobody_waiting(
    nursery: Nursery, tmp_path: Path, crowd: Crowd, full: bool, record_property: Record
) -> None:
    slow = crowd(SLOW, ALL_SLOW)
    faults, saves = slow_loris(nursery, tmp_path, slow, ALL_SECONDS if full else SECONDS)
    record_property("printed", f"{slow} dawdle, {len(saves)} saves, p99 {percentile(saves, 0.99):.2f} s")
    assert faults == []


def test_l02_control_a_proxy_that_passes_requests_on_before_it_has_them_is_noticed(
    nursery: Nursery, tmp_path: Path
) -> None:
    hasty = SHIPPED.replace("proxy_request_buffering on", "proxy_request_buffering off")
    faults, _ = slow_loris(nursery, tmp_path, SLOW, SECONDS, hasty)
    assert "saves waited" in faults
