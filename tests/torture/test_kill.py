"""D01: the server is killed while people save. D02: so is the power."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bench.client import Connection
from tests.conftest import Rounds
from tests.torture.disks import Disk
from tests.torture.servers import ASKED, Load, Nursery, Saver, Tally, free_port, lay, look

pytestmark = pytest.mark.nightly

KILLS, ALL_KILLS = 2, 1000
"""D01: rounds, each a kill."""
CUTS, ALL_CUTS = 2, 200
"""D02: rounds, each a power cut."""
SAVERS, ACKS = 4, 20
"""Browsers that save at once, and the acknowledgements that a round has at least."""
CONTROL = 20
"""Rounds in which a control has to lose an answer."""

Record = Callable[[str, object], None]


def kills(nursery: Nursery, folder: Path, numbers: range, plant: str = "", power_cut: bool = False) -> Tally:
    """Kill a server under load once a round; the next one goes on with what its disk has."""
    data, port, tally = folder / "data", free_port(), Tally()
    (seat,) = lay(data, 1)
    disk = Disk(data)
    disk.flush()
    savers = [Saver(seat, range(one, ASKED + 1, SAVERS), Random()) for one in range(1, SAVERS + 1)]
    for number in numbers:
        chance = Random(number)
        for place, one in enumerate(savers):
            one.chance = Random(f"{number} {place}")
        with nursery.serving(data, port, plant, **disk.environ) as life:
            _replay(port, savers, chance)
            with Load(port, savers) as load:
                load.reach(ACKS + chance.randrange(ACKS))
                life.kill()
        tally.acked += load.acked
        if power_cut:
            disk.set_back()
        look(data, [ack for one in savers for ack in one.acks], tally, folder / "copy")
        if not tally.clean:
            break
    return tally


def _replay(port: int, savers: list[Saver], chance: Random) -> None:
    """What was acknowledged not long ago is sent again, and gets the same reply."""
    connection = Connection(port)
    try:
        for one in savers:
            if one.acks:
                one.replay(connection, chance.choice(one.acks[-5:]))
    finally:
        connection.close()


def test_d01_no_acknowledged_answer_is_lost_when_the_server_is_killed(
    nursery: Nursery, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    tally = kills(nursery, tmp_path, rounds(KILLS, ALL_KILLS))
    record_property("printed", str(tally))
    assert tally.clean, tally


def test_d01_control_a_server_that_acknowledges_before_it_commits_loses_answers(
    nursery: Nursery, tmp_path: Path
) -> None:
    assert kills(nursery, tmp_path, range(CONTROL), "acknowledge_first").lost


def test_d02_no_acknowledged_answer_is_lost_when_the_power_is_cut(
    disk_nursery: Nursery, tmp_path: Path, rounds: Rounds, record_property: Record
) -> None:
    tally = kills(disk_nursery, tmp_path, rounds(CUTS, ALL_CUTS), power_cut=True)
    record_property("printed", str(tally))
    assert tally.clean, tally


def test_d02_control_without_a_flush_for_each_commit_a_power_cut_loses_answers(
    disk_nursery: Nursery, tmp_path: Path, record_property: Record
) -> None:
    tally = kills(disk_nursery, tmp_path, range(CONTROL), "synchronous_normal", power_cut=True)
    record_property("printed", f"with synchronous = NORMAL: {tally}")
    assert tally.lost
