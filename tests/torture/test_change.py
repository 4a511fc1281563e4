"""N06: the key that signs is changed while people sit tests. R07: so is the server, again and again."""

import json
import secrets
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, update

from bench.client import TOKEN, Connection
from quizapp.config import SECRETS_FILE, Settings
from quizapp.services.clock import system_clock
from quizapp.store.tables import attempt_part
from quizapp.store.transaction import Store
from tests.conftest import Rounds
from tests.torture.servers import ASKED, Cut, Nursery, Saver, Seat, Tally, Unsaved, free_port, lay, look

pytestmark = pytest.mark.nightly

PEOPLE, ALL_PEOPLE = 10, 100
"""N06, R07: people with an open test."""
RESTARTS, ALL_RESTARTS = 2, 100
"""R07: rounds, each a restart."""
FORM = "application/x-www-form-urlencoded"

Record = Callable[[str, object], None]


@dataclass
class Tab:
    """A page that somebody opened before the change, and goes on with after it."""

    seat: Seat
    port: int
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    seq: int = 0

    def open(self) -> int:
        """Open a question; its status."""
        connection = Connection(self.port)
        connection.cookies.update(self.cookies or {"quizapp": self.seat.cookie})
        reply = connection.get(f"{self.seat.path}questions/1")
        connection.close()
        if reply.status == 200:
            self.cookies = dict(connection.cookies)
            found = TOKEN.search(reply.body.decode())
            assert found
            self.token = found[1]
        return reply.status

    def save(self) -> int:
        """Save by the session, with the token of the page as it was drawn; the status."""
        self.seq += 1
        body = {"position": 1, "kind": "flag", "client": "tab", "seq": self.seq, "based_on": self.seq - 1}
        connection = Connection(self.port)
        connection.cookies.update(self.cookies)
        request = connection.post_json(f"{self.seat.path}responses", body | {"value": ["1"]}, self.token)
        status = connection.send(request).status
        connection.close()
        return status

    def send(self) -> int:
        """Send the plain form of the page as it was drawn; the status."""
        connection = Connection(self.port)
        connection.cookies.update(self.cookies)
        body = f"csrf_token={self.token}&client=form&go=stay".encode()
        status = connection.send(connection.head("POST", f"{self.seat.path}questions/1", body, FORM)).status
        connection.close()
        return status


def rotate(data: Path, keep: bool) -> None:
    """A new key, with or without the one before it."""
    file = data / SECRETS_FILE
    held = json.loads(file.read_text())
    older = [held["session_key"]] if keep else []
    file.write_text(json.dumps(held | {"session_key": secrets.token_hex(32), "older_session_keys": older}))


def after_a_new_key(nursery: Nursery, data: Path, people: int, keep: bool = True) -> list[str]:
    """What fails, for whom, when a server starts with a new key under open pages."""
    port, found = free_port(), []
    tabs = [Tab(seat, port) for seat in lay(data, people)]
    with nursery.serving(data, port):
        assert {(one.open(), one.save()) for one in tabs} == {(200, 200)}
    rotate(data, keep)
    with nursery.serving(data, port):
        savers = [Saver(one.seat, range(1, ASKED + 1), Random(number)) for number, one in enumerate(tabs)]
        for number, (tab, saver) in enumerate(zip(tabs, savers, strict=True)):
            connection = Connection(port)
            for name, act, wanted in (
                ("save", tab.save, 200),
                ("form", tab.send, 303),
                ("page", tab.open, 200),
            ):
                if (status := act()) != wanted:
                    found.append(f"{number}: {name} {status}")
            try:
                saver.save(connection)
            except Unsaved as refused:
                found.append(f"{number}: attempt token {refused.status}")
            finally:
                connection.close()
    return found


def test_n06_a_new_key_logs_nobody_out_and_refuses_no_save(
    nursery: Nursery, tmp_path: Path, rounds: Rounds
) -> None:
    assert after_a_new_key(nursery, tmp_path / "data", len(rounds(PEOPLE, ALL_PEOPLE))) == []


def test_n06_control_without_the_old_key_everybody_is_logged_out(nursery: Nursery, tmp_path: Path) -> None:
    found = after_a_new_key(nursery, tmp_path / "data", 1, keep=False)
    assert {one.partition(": ")[2].rpartition(" ")[0] for one in found} >= {"save", "page", "attempt token"}


# R07


HOURS = timedelta(hours=6)


def deadlines(data: Path, end: datetime | None = None) -> list[datetime]:
    """When each attempt ends; before that, every one of them gets an end if one is given."""
    with closing(Store(Settings(data=data).store_url)) as store:
        if end:
            store.write(lambda conn: conn.execute(update(attempt_part).values(deadline_at=end)).close())
        with store.read() as conn:
            asked = select(attempt_part.c.deadline_at).order_by(attempt_part.c.attempt_id)
            return list(conn.execute(asked).scalars())


def restarts(
    nursery: Nursery, folder: Path, people: int, numbers: range, plant: str = ""
) -> tuple[Tally, list[str]]:
    """Restart a server while everybody saves; what was acknowledged, and whose old page fails after it."""
    data, port, tally, found = folder / "data", free_port(), Tally(), list[str]()
    seats = lay(data, people)
    tabs = [Tab(seat, port) for seat in seats]
    savers = [Saver(seat, range(1, ASKED + 1), Random(number)) for number, seat in enumerate(seats)]
    before = deadlines(data, system_clock() + HOURS)
    for number in (*numbers, numbers.stop):
        with nursery.serving(data, port, plant) as life:
            for place, (tab, saver) in enumerate(zip(tabs, savers, strict=True)):
                if number == numbers.start:
                    tab.open()
                if tab.save() != 200:
                    found.append(f"round {number}: the page of {place} is refused")
                connection = Connection(port)
                with suppress(*Cut):
                    saver.save(connection)
                    tally.acked += 1
                connection.close()
            life.stop()
        look(data, [ack for one in savers for ack in one.acks], tally, folder / "copy")
    if any(now < then for now, then in zip(deadlines(data), before, strict=True)):
        found.append("a deadline has moved earlier")
    return tally, found


def test_r07_no_restart_loses_an_answer_moves_a_deadline_or_shuts_out_an_old_page(
    nursery: Nursery, tmp_path: Path, rounds: Rounds, full: bool, record_property: Record
) -> None:
    people = ALL_PEOPLE if full else PEOPLE
    tally, found = restarts(nursery, tmp_path, people, rounds(RESTARTS, ALL_RESTARTS))
    record_property("printed", str(tally))
    assert tally.clean, tally
    assert found == []


def test_r07_control_a_server_that_never_commits_loses_what_it_acknowledged(
    nursery: Nursery, tmp_path: Path
) -> None:
    tally, _ = restarts(nursery, tmp_path, 2, range(0), "never_commit")
    assert tally.lost
