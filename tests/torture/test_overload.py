"""C09: staff work with banks and lists while a room sits. L06: twice as much is asked as can be done."""

import io
import json
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from bench.client import Connection
from bench.draw import bank_files
from quizapp.config import Settings
from quizapp.store.tables import bank
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Crowd, _new_database
from tests.torture.rooms import Desk, Person, Room, Told, beginning, mixed, reading, sitting
from tests.torture.servers import PATIENCE, Nursery, Seat, admins, free_port, lay, until
from tests.torture.test_crowd import percentile

pytestmark = pytest.mark.nightly

LIVE, ALL_LIVE, ALL_ITEMS = 30, 300, 10_000
"""C09: people who sit tests, and items that are imported meanwhile; fewer where fewer sit."""
IMPORT_SECONDS = 600
PEOPLE, ALL_PEOPLE = 40, 300
"""L06: people who ask for more than can be done."""
RUSH_SECONDS, ALL_RUSH_SECONDS = 8, 60
"""L06: how long twice as much is asked as can be done."""
HANDS, ASKED_BEFORE = 4, 200
"""L06: with whose hands capacity is measured, each of which does what ten people would as fast as it is
answered, and how often they ask; the first ten times of each are not counted, so that all is warm."""
TOO_LATE = 10.0
"""L06: seconds after which the page gives a save up and sends it again."""
PACE = 5.0
"""Seconds from one answer of a candidate to the next; most think longer."""
BOARD = ("/board/", "/board/now")
LISTS = (
    "/items/?q=five",
    "/items/facts?bank=treasuries",
    "/items/banks",
    "/accounts/people?q=person",
    "/comments/",
)
"""What staff look at: each asks for many rows."""

Record = Callable[[str, object], None]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The address of an empty PostgreSQL database; None for SQLite."""
    if request.param == "sqlite":
        return None
    return _new_database(request.getfixturevalue("postgresql"), "template1")


def seconds_of(told: Sequence[Told], *acts: str) -> list[float]:
    return sorted(one.seconds for one in told if one.act in acts)


def archive(files: Mapping[str, str]) -> bytes:
    """Bank files as they are uploaded."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in files.items():
            written.writestr(name, text)
    return packed.getvalue()


SMALL_BANK = archive(bank_files(5))
SERVED = {200, 303}

# C09


def publish(desk: Desk, connection: Connection, content: bytes) -> int:
    """Upload a bank and apply it; the status of whatever went wrong first, or of the end."""
    sent = desk.upload(connection, "bank.zip", content)
    if sent.status != 303:
        return sent.status
    (report,) = sent.headers["location"]
    return desk.post(connection, f"{report}/apply", "/items/uploads/new").status


HEAD = {
    "covers": small_bank.COVERS,
    "topics": [
        {"id": "T1", "title": "Halves", "subtopics": [["1.1", "Halves"]], "objectives": [["T1-O1", "Halve."]]}
    ],
}
"""What the bank that is sat says of itself, so that its files can be uploaded."""


def editable(data: Path, url: str | None) -> None:
    """Let the bank that is sat be edited by its files."""
    with closing(Store(Settings(data=data, database_url=url).store_url)) as store:
        store.write(lambda conn: conn.execute(update(bank).values(document=json.dumps(HEAD))).rowcount)


def edit(desk: Desk, connection: Connection, numbers: Callable[[], int]) -> tuple[str, int]:
    """Export the bank that is being sat, change every question in it, and publish them again."""
    packed = desk.get(connection, "/items/banks/treasuries.zip")
    if packed.status != 200:
        return "edit", packed.status
    with zipfile.ZipFile(io.BytesIO(packed.body)) as held:
        files = {one: held.read(one).decode() for one in held.namelist() if one.startswith("items/")}
    changed = {name: re.sub(r"stem: .*", f"stem: Is {numbers()} near?", text) for name, text in files.items()}
    return "edit", publish(desk, connection, archive(changed))


def staff_at_work(
    nursery: Nursery, data: Path, live: int, items: int, url: str | None, plant: str = ""
) -> tuple[list[str], list[Told]]:
    """What went wrong while so many items were imported, and others were read, exported and edited."""
    seats, port = lay(data, live, url), free_port()
    editable(data, url)
    desks = [Desk(one) for one in admins(data, 3, url)]
    large, revisions = archive(bank_files(items)), iter(range(10**6))
    people: list[Person] = [
        reading(desks[0], "list", BOARD + LISTS),
        partial(edit, desks[1], numbers=partial(next, revisions)),
        *(sitting(one) for one in seats),
    ]
    with (
        nursery.serving(data, port, plant, QUIZAPP_DATABASE_URL=url or ""),
        closing(Connection(port, IMPORT_SECONDS)) as importing,
        Room(partial(Connection, port), people, PACE) as room,
    ):
        at_work = until(lambda: served(room.told) >= {"list", "edit", "save"}, PATIENCE)
        status = publish(desks[2], importing, large)
    faults = [] if status == 303 else [f"the import got {status}"]
    faults += [] if at_work else [f"before the import only {sorted(served(room.told))} were served"]
    faults += [f"a save got {one.status}" for one in room.told if one.act == "save" and one.status != 200]
    return faults, room.told


def served(told: Sequence[Told]) -> set[str]:
    """The acts that have been served at least once."""
    return {one.act for one in list(told) if one.status in SERVED}


def test_c09_no_save_fails_or_waits_while_staff_import_export_edit_and_look(
    nursery: Nursery, tmp_path: Path, crowd: Crowd, full: bool, url: str | None, record_property: Record
) -> None:
    live = crowd(LIVE, ALL_LIVE)
    faults, told = staff_at_work(nursery, tmp_path / "data", live, ALL_ITEMS * live // ALL_LIVE, url)
    saves = seconds_of(told, "save")
    where = "PostgreSQL" if url else "SQLite"
    record_property("printed", f"{where}: {len(saves)} saves, p99 {percentile(saves, 0.99):.2f} s")
    assert faults == []
    assert not full or percentile(saves, 0.99) <= 1


def test_c09_control_files_that_are_read_while_nobody_else_can_write_keep_people_waiting(
    nursery: Nursery, tmp_path: Path
) -> None:
    _, told = staff_at_work(nursery, tmp_path / "data", LIVE, ALL_ITEMS, None, "read_banks_in_the_writer")
    assert percentile(seconds_of(told, "save"), 0.99) > 1


# L06


def rush(
    nursery: Nursery, data: Path, people: int, seconds: float, url: str | None, plant: str = ""
) -> tuple[list[str], str]:
    """What went wrong while twice as much was asked as can be done, and the figures."""
    seats, port = lay(data, people + 10 * HANDS, url), free_port()
    desks = [Desk(one) for one in admins(data, len(seats), url)]
    roles = [_of_ten(place, *pair) for place, pair in enumerate(zip(seats, desks, strict=True))]
    hands = [mixed([roles.pop() for _ in range(10)]) for _ in range(HANDS)]
    with nursery.serving(data, port, plant, QUIZAPP_DATABASE_URL=url or ""):
        with Room(partial(Connection, port), hands, pace=0) as alone:
            until(lambda: len(alone.told) >= 10 * HANDS, PATIENCE)
            begun = time.perf_counter()
            until(lambda: len(alone.told) >= ASKED_BEFORE, PATIENCE)
            counted, taken = alone.told[10 * HANDS :], time.perf_counter() - begun
        capacity = sum(one.status in SERVED for one in counted) / taken
        with Room(partial(Connection, port), roles, people / (2 * capacity)) as room:
            time.sleep(seconds)
    return _judged(room.told, capacity)


def _of_ten(place: int, seat: Seat, desk: Desk) -> Person:
    """Half of all people answer, a fifth begin, a fifth look things up, and the others upload a bank."""
    kind = place % 10
    if kind in {0, 2, 4, 6, 8}:
        return sitting(seat)
    if kind in {1, 5}:
        return beginning(seat)
    if kind in {3, 7}:
        return reading(desk, "report", LISTS)
    return partial(_import, desk)


def _import(desk: Desk, connection: Connection) -> tuple[str, int]:
    return "import", desk.upload(connection, "bank.zip", SMALL_BANK).status


def _judged(told: Sequence[Told], capacity: float) -> tuple[list[str], str]:
    said = Counter((one.act, one.status) for one in told)
    all_of = Counter(one.act for one in told)
    away = {act: said[act, 503] / max(1, all_of[act]) for act in ("report", "import", "start")}
    sat = [one for one in told if one.act in {"save", "hand-in"}]
    failed = [one for one in sat if one.status not in SERVED or one.seconds > TOO_LATE]
    faults = [
        f"{count} times {act} got {status}"
        for (act, status), count in said.items()
        if status not in SERVED and not (act in away and status == 503)
    ]
    if len(failed) > len(sat) / 1000:
        faults.append(f"{len(failed)} of {len(sat)} saves and hand-ins failed")
    if not away["report"]:
        faults.append("no report was turned away")
    if away["start"] > away["report"]:
        faults.append("starts were turned away before reports")
    waited = percentile(seconds_of(told, "save"), 0.99)
    shed = ", ".join(f"{share:.0%} of {act}s" for act, share in away.items())
    return faults, (
        f"capacity {capacity:.1f} requests/s, half of them saves; at twice that {len(failed)} of {len(sat)} "
        f"saves and hand-ins failed, saves p99 {waited:.2f} s, turned away {shed}"
    )


def test_l06_saves_are_served_while_reports_and_starts_are_turned_away(
    nursery: Nursery, tmp_path: Path, crowd: Crowd, full: bool, url: str | None, record_property: Record
) -> None:
    seconds = ALL_RUSH_SECONDS if full else RUSH_SECONDS
    faults, figures = rush(nursery, tmp_path / "data", crowd(PEOPLE, ALL_PEOPLE), seconds, url)
    record_property("printed", f"{'PostgreSQL' if url else 'SQLite'}: {figures}")
    assert faults == []


def test_l06_control_where_nobody_is_turned_away_it_is_noticed(nursery: Nursery, tmp_path: Path) -> None:
    faults, _ = rush(nursery, tmp_path / "data", PEOPLE, RUSH_SECONDS, None, "turn_nobody_away")
    assert "no report was turned away" in faults
