"""C01: everybody begins at once. L04: everybody logs in at once, with passwords that are far too long."""

import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from itertools import accumulate
from pathlib import Path
from random import Random
from urllib.parse import quote_plus

import pytest
from sqlalchemy import select

from bench.client import TOKEN, Connection
from quizapp.config import Settings
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from quizapp.store import attempts as attempt_rows
from quizapp.store.tables import attempt
from quizapp.store.transaction import Store
from tests import small_bank
from tests.conftest import Crowd, _new_database
from tests.torture.servers import ASKED, Cut, Life, Nursery, Saver, Seat, free_port, lay

pytestmark = pytest.mark.nightly

STARTS, ALL_STARTS = 30, {"sqlite": 300, "postgresql": 1000}
"""C01: people who begin at once."""
LOGINS, ALL_LOGINS = 20, 100
"""L04: log-ins at once."""
LONG_PASSWORD = "a long password " * 65_536
REFUSED_SECONDS = 0.005
FORM = "application/x-www-form-urlencoded"

Record = Callable[[str, object], None]


def together(acts: Sequence[Callable[[], int]]) -> tuple[list[int], list[float]]:
    """What each act said and how many seconds it took, all of them at once; 0 where the line was cut."""
    gate, said, took = threading.Barrier(len(acts)), [0] * len(acts), [0.0] * len(acts)

    def work(place: int) -> None:
        gate.wait()
        begun = time.perf_counter()
        with suppress(*Cut):
            said[place] = acts[place]()
        took[place] = time.perf_counter() - begun

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return said, sorted(took)


def percentile(took: Sequence[float], share: float) -> float:
    return took[min(len(took) - 1, int(share * len(took)))]


def percentile_of_instants(took: Sequence[float], share: float) -> float:
    """What one person's saves, sent one after the other, took at such a share of all instants.

    A save that took ten seconds counts for the hundreds that could not be sent meanwhile.
    """
    sums = list(accumulate(took))
    return took[bisect_left(sums, share * sums[-1])]


def _form(connection: Connection, page: str) -> str:
    """The token of the form on a page."""
    found = TOKEN.search(connection.get(page).body.decode())
    assert found, f"{page} has no form"
    return found[1]


# C01


def mass_start(
    nursery: Nursery, data: Path, people: int, url: str | None, plant: str = ""
) -> tuple[list[str], list[float]]:
    """What went wrong when everybody began a test at once, and the seconds that each start took."""
    seats, port = lay(data, people, url), free_port()
    with closing(Store(Settings(data=data, database_url=url).store_url)) as store:
        for seat in seats:
            with store.read() as conn:
                found = attempt_rows.find_attempt(conn, seat.public_id)
            assert found
            attempts.hand_in(store, found.account_id, seat.public_id, system_clock())
        with nursery.serving(data, port, plant, QUIZAPP_DATABASE_URL=url or ""):
            said, took = together([_beginning(port, one) for one in seats])
        faults = [f"a start got {status}" for status in said if status != 303]
        with store.read() as conn:
            asked = select(attempt.c.account_id, attempt.c.public_id).where(attempt.c.state == "open")
            opened = [tuple(one) for one in conn.execute(asked)]
        dealt = [(account_id, len(small_bank.booklet(store, public_id))) for account_id, public_id in opened]
    if len(dealt) != people or len({one for one, _ in dealt}) != people:
        faults.append(f"{len(dealt)} tests are open, not {people}")
    faults += [f"{one} was asked {number} questions" for one, number in dealt if number != ASKED]
    return faults, took


def _beginning(port: int, seat: Seat) -> Callable[[], int]:
    connection = Connection(port)
    connection.cookies["quizapp"] = seat.cookie
    token = _form(connection, "/exams/treasuries/long/")
    body = f"csrf_token={token}&bank=treasuries&exam=long&mode=timed".encode()
    request = connection.head("POST", "/attempts/begin", body, FORM)

    def begin() -> int:
        try:
            return connection.send(request).status
        finally:
            connection.close()

    return begin


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_c01_everybody_who_begins_at_once_gets_a_whole_test(
    request: pytest.FixtureRequest, nursery: Nursery, tmp_path: Path, crowd: Crowd, full: bool, kind: str
) -> None:
    server = request.getfixturevalue("postgresql") if kind == "postgresql" else None
    url = _new_database(server, "template1") if server else None
    people = crowd(STARTS, ALL_STARTS[kind])
    faults, took = mass_start(nursery, tmp_path / "data", people, url)
    request.node.user_properties.append(("printed", f"{people} starts, p99 {percentile(took, 0.99):.2f} s"))
    assert faults == []
    assert not full or percentile(took, 0.99) <= 2


def test_c01_control_starts_that_get_into_each_other_s_way_are_noticed(
    nursery: Nursery, tmp_path: Path
) -> None:
    faults, _ = mass_start(nursery, tmp_path / "data", 10, None, "starts_collide")
    assert "a start got 500" in faults


# L04


def _log_in(port: int, token: str, cookies: dict[str, str], number: int, password: str) -> int:
    connection = Connection(port)
    connection.cookies.update(cookies)
    body = f"csrf_token={token}&email=nobody-{number}%40example.org&password={quote_plus(password)}".encode()
    try:
        return connection.send(connection.head("POST", "/accounts/login", body, FORM)).status
    finally:
        connection.close()


def cpu_seconds(life: Life) -> float:
    """Processor time of the process that serves."""
    fields = Path(f"/proc/{life.worker}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _refusing(life: Life, token: str, cookies: dict[str, str], people: int, faults: list[str]) -> float:
    """Seconds of work that each of some passwords takes that are too long; others on the machine only add."""
    before = cpu_seconds(life)
    for number in range(people):
        status = _log_in(life.port, token, cookies, people + number, LONG_PASSWORD)
        if status != 413:
            faults.append(f"a long password got {status}")
    return (cpu_seconds(life) - before) / people


def mass_log_in(
    nursery: Nursery, data: Path, people: int, plant: str = ""
) -> tuple[list[str], list[float], float]:
    """What went wrong, the seconds of each save meanwhile, and the work of refusing one long password."""
    seats, port = lay(data, 1), free_port()
    saver, took, faults, end = Saver(seats[0], range(1, ASKED + 1), Random(1)), [0.0], [], threading.Event()
    with nursery.serving(data, port, plant) as life:
        guest, sitter = Connection(port), Connection(port)
        token = _form(guest, "/accounts/login")

        def save_on() -> None:
            while not end.is_set():
                begun = time.perf_counter()
                try:
                    saver.save(sitter)
                except Exception as fault:
                    faults.append(f"a save failed: {fault}")
                took.append(time.perf_counter() - begun)

        saving = threading.Thread(target=save_on)
        saving.start()
        said, _ = together(
            [
                lambda number=number: _log_in(port, token, guest.cookies, number, "no such password")  # type: ignore[misc]
                for number in range(people)
            ]
        )
        end.set()
        saving.join()
        faults += [f"a log-in got {status}" for status in said if status not in {422, 429, 503}]
        faults += [] if 422 in said else ["no log-in was judged"]
        spent = min(_refusing(life, token, guest.cookies, people, faults) for _ in range(3))
        sitter.close()
        guest.close()
    if spent > REFUSED_SECONDS:
        faults.append(f"a long password costs {spent * 1000:.1f} ms")
    return faults, sorted(took), spent


def test_l04_a_flood_of_log_ins_and_long_passwords_stops_no_save(
    nursery: Nursery, tmp_path: Path, crowd: Crowd, full: bool, record_property: Record
) -> None:
    faults, took, spent = mass_log_in(nursery, tmp_path / "data", crowd(LOGINS, ALL_LOGINS))
    told = (
        f"saves p99 {percentile_of_instants(took, 0.99) * 1000:.0f} ms; a long password {spent * 1000:.1f} ms"
    )
    record_property("printed", told)
    assert faults == []
    assert not full or percentile_of_instants(took, 0.99) <= 1


def test_l04_control_without_a_bound_saves_wait_until_all_passwords_are_hashed(
    nursery: Nursery, tmp_path: Path
) -> None:
    people = ALL_LOGINS * max(1, (os.cpu_count() or 1) // 2)
    _, took, _ = mass_log_in(nursery, tmp_path / "data", people, "hash_all_at_once")
    assert percentile_of_instants(took, 0.99) > 1


def test_l04_control_a_long_password_that_is_hashed_costs_too_much(nursery: Nursery, tmp_path: Path) -> None:
    faults, _, _ = mass_log_in(nursery, tmp_path / "data", 10, "hash_any_length")
    assert any(one.startswith("a long password costs") for one in faults)
