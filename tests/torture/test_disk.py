"""D04: a flush that fails. D05: a disk that is full. Both under load, on a disk that also forgets."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from bench.client import Connection
from tests.conftest import Rounds
from tests.torture.disks import Disk
from tests.torture.servers import (
    ASKED,
    PATIENCE,
    Cut,
    Life,
    Load,
    Nursery,
    Saver,
    Tally,
    Unsaved,
    free_port,
    health,
    lay,
    look,
    until,
)

pytestmark = pytest.mark.nightly

FLUSHES, ALL_FLUSHES = 2, 100
"""D04: rounds, each a disk that fails to flush for a moment."""
FILLINGS, ALL_FILLINGS = 2, 100
"""D05: rounds, each a disk that fills up, by turns at a write and at a flush, and has room again."""
SAVERS, ACKS = 4, 5
RED_SECONDS, DRAIN_SECONDS = 5.0, 30.0
FULL_SECONDS = 0.5
"""For how long a disk stays full."""

Record = Callable[[str, object], None]


@dataclass
class Trouble:
    """What was seen while the disk failed, in all rounds so far."""

    tally: Tally = field(default_factory=Tally)
    early: int = 0
    refusals: dict[int, int] = field(default_factory=dict)
    late: int = 0
    left_on: int = 0
    slowest: float = 0.0

    def __str__(self) -> str:
        words = {503: "unavailable", 507: "full"}
        told = ", ".join(
            f"{count} refused as {words.get(status, f'of status{status}')}"
            for status, count in sorted(self.refusals.items())
        )
        return (
            f"{self.tally}; {self.early} acknowledged after a failure, {told or '0 refused'}, "
            f"{self.late} too late; slowest {self.slowest:.1f} s"
        )

    @property
    def clean(self) -> bool:
        honest = set(self.refusals) <= {503, 507}
        return self.tally.clean and honest and not (self.early or self.late or self.left_on)


class Unlucky:
    """Savers who go on saving while the disk fails, and what they are told of what they send after that."""

    def __init__(
        self, port: int, savers: list[Saver], disk: Disk, trouble: Trouble, for_good: bool = False
    ) -> None:
        self._port, self._disk, self._trouble, self._for_good = port, disk, trouble, for_good
        self._end, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._work, args=(one,)) for one in savers]

    def __enter__(self) -> "Unlucky":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for one in self._threads:
            one.join()

    def _work(self, saver: Saver) -> None:
        with suppress(*Cut):
            connection = Connection(self._port)
            try:
                while not self._end.is_set():
                    self._save(saver, connection)
            finally:
                connection.close()

    def _save(self, saver: Saver, connection: Connection) -> None:
        failed = self._disk.hit.exists()
        try:
            saver.save(connection)
        except Unsaved as refused:
            with self._lock:
                counts = self._trouble.refusals
                counts[refused.status] = counts.get(refused.status, 0) + 1
            time.sleep(0.02)
        else:
            with self._lock:
                self._trouble.tally.acked += 1
                self._trouble.early += failed and (self._for_good or self._disk.fault.exists())


def _savers(folder: Path) -> tuple[Disk, list[Saver], int]:
    (seat,) = lay(folder / "data", 1)
    disk = Disk(folder / "data")
    disk.flush()
    savers = [Saver(seat, range(one, ASKED + 1, SAVERS), Random(one)) for one in range(1, SAVERS + 1)]
    return disk, savers, free_port()


def _drained(port: int, savers: list[Saver]) -> bool:
    """Whether everything that was not acknowledged can be saved now."""
    connection = Connection(port)
    try:
        for one in savers:
            if one.pending:
                one.save(connection)
    except (Unsaved, *Cut):
        return False
    finally:
        connection.close()
    return True


def failed_flushes(nursery: Nursery, folder: Path, numbers: range, plant: str = "") -> Trouble:
    """In each round a flush fails; then the power is cut, and the next server goes on with what is left."""
    disk, savers, port = _savers(folder)
    trouble = Trouble()
    for number in numbers:
        with nursery.serving(disk.data, port, plant, **disk.environ) as life:
            with Load(port, savers) as load:
                load.reach(ACKS + number % ACKS)
            trouble.tally.acked += load.acked
            disk.hit.unlink(missing_ok=True)
            with Unlucky(port, savers, disk, trouble, for_good=True):
                with disk.failing("fdatasync EIO", "fsync EIO"):
                    assert until(disk.hit.exists, PATIENCE)
                _until_red(life, trouble)  # by now the disk says that all is well again
        disk.set_back()
        look(disk.data, [ack for one in savers for ack in one.acks], trouble.tally, folder / "copy")
        if not trouble.clean:
            break
    return trouble


def _until_red(life: Life, trouble: Trouble) -> None:
    """Wait for the server to say that it is ill, and to end."""
    begun = time.monotonic()
    red = until(lambda: health(life.port) != 200, RED_SECONDS)
    gone = life.gone(RED_SECONDS)
    trouble.slowest = max(trouble.slowest, time.monotonic() - begun)
    trouble.late += not red
    trouble.left_on += not gone


def full_disks(nursery: Nursery, folder: Path, numbers: range, plant: str = "") -> Trouble:
    """In each round the disk fills up for a while; a server that ended meanwhile is started again."""
    disk, savers, port = _savers(folder)
    trouble = Trouble()
    for number in numbers:
        fault = ("write ENOSPC", "fdatasync ENOSPC")[number % 2]
        with nursery.serving(disk.data, port, plant, **disk.environ) as life:
            with Load(port, savers) as load:
                load.reach(ACKS)
            trouble.tally.acked += load.acked
            disk.hit.unlink(missing_ok=True)
            with Unlucky(port, savers, disk, trouble), disk.failing(fault):
                assert until(disk.hit.exists, PATIENCE)
                time.sleep(FULL_SECONDS)
            begun = time.monotonic()
            if trouble.early:
                break
            if number % 2 == 0:
                _drain(port, savers, trouble, begun)
            elif not life.gone(RED_SECONDS):
                trouble.left_on += 1
        if number % 2:
            with nursery.serving(disk.data, port, plant, **disk.environ):
                _drain(port, savers, trouble, begun)
        disk.set_back()
        look(disk.data, [ack for one in savers for ack in one.acks], trouble.tally, folder / "copy")
        if not trouble.clean:
            break
    return trouble


def _drain(port: int, savers: list[Saver], trouble: Trouble, begun: float) -> None:
    trouble.late += not until(lambda: _drained(port, savers), DRAIN_SECONDS)
    trouble.slowest = max(trouble.slowest, time.monotonic() - begun)


def test_d04_after_a_flush_that_failed_nothing_is_acknowledged_and_the_server_ends(
    disk_nursery: Nursery, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    trouble = failed_flushes(disk_nursery, tmp_path, rounds(FLUSHES, ALL_FLUSHES))
    record_property("printed", str(trouble))
    assert trouble.clean, trouble


def test_d04_control_a_server_that_writes_on_after_a_failed_flush_is_found(
    disk_nursery: Nursery, tmp_path: Path
) -> None:
    trouble = failed_flushes(disk_nursery, tmp_path, range(1), "write_on")
    assert trouble.early
    assert trouble.left_on


def test_d05_a_full_disk_loses_nothing_and_says_saved_of_nothing(
    disk_nursery: Nursery, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    trouble = full_disks(disk_nursery, tmp_path, rounds(FILLINGS, ALL_FILLINGS))
    record_property("printed", str(trouble))
    assert trouble.clean, trouble


def test_d05_control_a_server_that_hears_of_no_failure_says_saved_on_a_full_disk(
    disk_nursery: Nursery, tmp_path: Path
) -> None:
    trouble = full_disks(disk_nursery, tmp_path, range(1), "deaf")
    assert trouble.early
