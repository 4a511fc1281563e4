"""No page of a candidate, nor board, item page or sweeper looks at every row of a table that grows."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

from sqlalchemy import Engine, event

from quizapp.services import attempts, outages
from tests import small_bank
from tests.web.forms import form_to
from tests.web.visitors import PASSWORD, House

GROWING = {
    *("account", "attempt", "attempt_part", "booklet_item", "draw_position", "ended_session", "item"),
    *("item_secret", "item_version", "late_response", "response_log", "response_value", "seen_item"),
}
FEW = {"item_sample", "attempt_open", "attempt_one_open"}
"""Indexes that hold few rows, however many the table has: one may look at them all."""
_SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
_NAMED = re.compile(r"(?:FROM|JOIN|UPDATE)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)


def scans(house: House, work: Callable[[], object]) -> list[str]:
    """The statements of some work that look at a whole growing table, on SQLite."""
    seen: dict[str, object] = {}

    def note(conn: object, cursor: object, statement: str, values: object, *_: object) -> None:
        seen[statement] = values[0] if isinstance(values, list) else values

    event.listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    found = []
    with closing(sqlite3.connect(house.store.url.partition("///")[2])) as held:
        for statement, values in seen.items():
            if not re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)", statement):
                continue
            tables = {alias or table: table for table, alias in _NAMED.findall(statement)}
            for *_, step in held.execute(f"EXPLAIN QUERY PLAN {statement}", values):  # type: ignore[arg-type]
                scan = _SCAN.match(step)
                if scan and tables.get(scan[1], scan[1]) in GROWING and scan[2] not in FEW:
                    found.append(f"{step}: {' '.join(statement.split())}")
    return found


def _sit(house: House) -> None:
    """All that a candidate meets, from the start page to the review and the next attempt."""
    ada = house.visitor()
    ada.register("scanned@example.org", PASSWORD)
    for path in ("/", "/attempts/", "/exams/", "/exams/small/quick/", "/waiting/small/quick", "/practice/"):
        assert ada.get(path).status_code in (200, 303)
    at = ada.post("/attempts/begin", "/exams/small/quick/", bank="small", exam="quick", mode="timed").location
    sent = {"kind": "answer", "client": "script", "based_on": 0, "value": ["near"]}
    token = {"X-CSRFToken": ada.token(f"{at}questions/1")}
    for position in range(1, 5):
        ada.get(f"{at}questions/{position}")
        one = sent | {"position": position, "seq": position}
        ada.client.post(f"{at}responses", json=one, headers=token)
    for path in ("", "check", "clock"):
        ada.get(f"{at}{path}")
    house.clock.move(timedelta(seconds=30))
    outages.beat(house.store, house.clock())
    attempts.sweep(house.store, house.clock())
    house.clock.move(timedelta(minutes=5))
    outages.give_back(house.store, house.clock())
    boss = house.signed_in("boss-of-scans@example.org", "admin")
    for path in ("/board/", "/board/now", "/board/exams/small/quick/time", "/items/1"):
        assert boss.get(path).status_code == 200
    form_to(ada.get(f"{at}hand-in").text, f"{at}hand-in").send(ada)
    for path in (f"{at}result", f"{at}review", f"{at}review/1", "/attempts/", "/"):
        assert ada.get(path).status_code == 200


def test_no_page_of_a_candidate_looks_at_every_row_of_a_table_that_grows(kept_house: House) -> None:
    assert scans(kept_house, lambda: _sit(kept_house)) == []


def test_a_look_at_every_row_is_found(kept_house: House) -> None:
    (found,) = scans(kept_house, lambda: small_bank.item_id(kept_house.store, "one-0"))
    assert found.startswith("SCAN item")
