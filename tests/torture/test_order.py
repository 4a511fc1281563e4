"""D03: the disk has an answer before its candidate hears that it is saved, as the system's calls show."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bench.client import Connection
from tests.conftest import Rounds, skip_or_fail
from tests.torture import plants
from tests.torture.servers import ASKED, Life, Nursery, Saver, free_port, lay, until

pytestmark = pytest.mark.nightly

COMMIT, FULL = 20, 1000
"""D03: saves."""
CONTROL = 50
"""Saves of which a control has to be told too early of some."""

PAUSE = 2 * plants.LATE_SECONDS
"""Seconds between two saves: what a faulty server flushes late does not count for the next one."""

Record = Callable[[str, object], None]

_STARTED = re.compile(r"^(\d+) .*?(?:fdatasync|fsync)\(\d+<[^>]*-wal>(.*)$")
_RESUMED = re.compile(r"^(\d+) .*<\.\.\. (?:fdatasync|fsync) resumed>(.*)$")
_REQUEST = '"POST /attempts/'
_REPLY = re.compile(r'(?:write|writev|send|sendto|sendmsg)\(.*"HTTP/1\.1 200 ')


@dataclass
class Order:
    """Replies that say "saved", and those among them before which nothing was flushed since their request."""

    replies: int = 0
    early: int = 0

    def __str__(self) -> str:
        return f"{self.replies} replies, {self.early} before the flush"


def order_of(lines: Iterable[str]) -> Order:
    """The order of requests, flushes and replies in what strace wrote, where saves come one after another."""
    order, flushed, flushing = Order(), False, set[str]()
    for line in lines:
        if _REQUEST in line:
            flushed = False
            flushing.clear()  # what began before is of no help to this save
        elif started := _STARTED.match(line):
            flushed = flushed or started[2].rstrip().endswith("= 0")
            flushing.add(started[1])
        elif (resumed := _RESUMED.match(line)) and resumed[1] in flushing:
            flushed = flushed or resumed[2].rstrip().endswith("= 0")
        elif _REPLY.search(line):
            order.replies += 1
            order.early += not flushed
    return order


@contextmanager
def traced(life: Life, written: Path) -> Iterator[None]:
    """The calls of a server's worker, written to a file while the block lasts."""
    strace = shutil.which("strace")
    if strace is None:
        skip_or_fail("strace is not installed")
    calls = "trace=fdatasync,fsync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg"
    command = [strace, "-f", "-y", "-s", "32", "-e", calls, "-o", str(written), "-p", str(life.worker)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        said = process.stderr.readline()
        if "attached" not in said:
            skip_or_fail(f"strace cannot attach: {said}")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def order_of_saves(nursery: Nursery, folder: Path, numbers: range, plant: str = "") -> Order:
    """Save one answer after another under strace."""
    (seat,) = lay(folder / "data", 1)
    saver, written, port = (
        Saver(seat, range(1, ASKED + 1), Random(numbers.start)),
        folder / "calls",
        free_port(),
    )
    with nursery.serving(folder / "data", port, plant) as life:
        connection = Connection(port)
        with traced(life, written):
            for _ in numbers:
                saver.save(connection)
                time.sleep(PAUSE)
            connection.close()
            until(lambda: written.read_text().count("HTTP/1.1 200") >= len(numbers), 5)
    return order_of(written.read_text().splitlines())


def test_d03_the_log_is_flushed_before_every_reply_that_says_saved(
    nursery: Nursery, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    numbers = rounds(COMMIT, FULL)
    order = order_of_saves(nursery, tmp_path, numbers)
    record_property("printed", str(order))
    assert (order.replies, order.early) == (len(numbers), 0)


@pytest.mark.parametrize("plant", ["synchronous_normal", "acknowledge_first"])
def test_d03_control_a_server_that_replies_before_it_flushes_is_found(
    nursery: Nursery, tmp_path: Path, plant: str
) -> None:
    assert order_of_saves(nursery, tmp_path, range(CONTROL), plant).early
