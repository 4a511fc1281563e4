"""What no page and no request may take: too many rows or reads (L05), or one's own saves (C11)."""

import re
import threading
import time
import unicodedata
from collections.abc import Callable
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, insert, select
from werkzeug.test import TestResponse

from quizapp.assessment.attempt import Mode
from quizapp.services import accounts, attempts, passwords
from quizapp.services.errors import Refused
from quizapp.store.tables import account, attempt, attempt_part, comment
from tests import small_bank
from tests.conftest import Rounds
from tests.web.routes import PEOPLE, Cast, ask, table
from tests.web.visitors import House, counted_statements

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_ROWS, MOST_READS = 100, 15
MOST_SECONDS = 0.010
MIB = 1024 * 1024
MANY = 130
"""L05: as many people, attempts and reports as no list shows on one page."""
SAVES = 20
"""C11: saves while a page takes long."""


# C11: one's own slow page


def _save_beside_a_slow_page(
    house: House, patch: pytest.MonkeyPatch, patience: float = 60, saves: int = SAVES
) -> list[float]:
    """Seconds of each save of a session that waits for a page of its own, which has a read open meanwhile."""
    account_id = small_bank.candidate(house.store, f"{token_urlsafe(8)}@example.org")
    public_id = attempts.begin(house.store, account_id, "small", "quick", Mode.TIMED, house.clock(), 1)
    begun, done = threading.Event(), threading.Event()
    page = house.app.view_functions["attempts.index"]

    def slow() -> object:
        with house.store.read() as conn:
            conn.execute(select(attempt.c.id)).all()
            begun.set()
            done.wait(patience)
        return page()

    patch.setitem(house.app.view_functions, "attempts.index", slow)
    visitor = house.seated(account_id)
    headers = {"X-CSRFToken": visitor.token("/accounts/"), "Accept": "application/json"}
    waiting = threading.Thread(target=visitor.copy().get, args=("/attempts/",))
    waiting.start()
    took = []
    try:
        assert begun.wait(60)
        for number in range(saves):
            sent = {"position": 1, "kind": "flag", "client": "script", "seq": number, "based_on": number}
            value = ["1"] if number % 2 == 0 else []
            asked = time.perf_counter()
            reply = visitor.client.post(
                f"/attempts/{public_id}/responses", json=sent | {"value": value}, headers=headers
            )
            took.append(time.perf_counter() - asked)
            assert reply.status_code == 200, reply.text
        assert waiting.is_alive(), "a save waited for a page"
    finally:
        done.set()
        waiting.join()
    return took


def test_c11_no_save_waits_for_a_slow_page_of_the_same_person(
    kept_house: House, monkeypatch: pytest.MonkeyPatch, rounds: Rounds, full: bool
) -> None:
    took = _save_beside_a_slow_page(kept_house, monkeypatch, saves=len(rounds(SAVES, SAVES)))
    if full:
        assert max(took, default=0) <= 0.3


def test_c11_control_a_lock_on_the_session_makes_saves_wait(
    kept_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, locked = kept_house.app.wsgi_app, threading.Lock()

    def one_at_a_time(environ: "WSGIEnvironment", start_response: "StartResponse") -> object:
        with locked:
            return inner(environ, start_response)

    monkeypatch.setattr(kept_house.app, "wsgi_app", one_at_a_time)
    with pytest.raises(AssertionError, match="a save waited for a page"):
        _save_beside_a_slow_page(kept_house, monkeypatch, patience=0.3)


# L05: rows and reads of a page


def _fill(house: House, cast: Cast) -> None:
    """Many people, each with an open attempt; of one of them many closed attempts and many reports."""
    names = {"closed": cast.closed, "open": cast.open, "comment": cast.comment}
    with house.store.read() as conn:
        person, closed, opened, said = (
            dict(conn.execute(select(of).where(key)).mappings().one())
            for of, key in (
                (account, account.c.id == cast.ids["owner"]),
                (attempt, attempt.c.public_id == names["closed"]),
                (attempt, attempt.c.public_id == names["open"]),
                (comment, comment.c.id == names["comment"]),
            )
        )
        parts = {
            one["id"]: conn.execute(select(attempt_part).where(attempt_part.c.attempt_id == one["id"]))
            .mappings()
            .all()
            for one in (closed, opened)
        }

    def more(row: dict[str, Any], **other: object) -> dict[str, Any]:
        return {name: held for name, held in row.items() if name != "id"} | other

    def unit(conn: Connection) -> None:
        for number in range(MANY):
            mine = f"many-{number}-{cast.ids['owner']}"
            other = more(person, email=f"{mine}@example.org", fs_uniquifier=mine)
            (whose,) = conn.execute(insert(account).values(other)).inserted_primary_key
            for one, holder in ((closed, cast.ids["owner"]), (opened, whose)):
                named = more(one, public_id=f"{mine}-{one['state']}", account_id=holder)
                (made,) = conn.execute(insert(attempt).values(named)).inserted_primary_key
                for part in parts[one["id"]]:
                    conn.execute(insert(attempt_part).values({**part, "attempt_id": made}))
            conn.execute(insert(comment).values(more(said)))

    house.store.write(unit)


_LISTS = re.compile("<(?:tbody|ul|ol|main)")


def _rows_of(text: str) -> int:
    """Rows in the text of one list, whatever it is made of."""
    return max(text.count(one) for one in ("<tr", "<li", "<article", "<option"))


def _too_much(house: House, cast: Cast, only: str = "") -> list[str]:
    """Pages with more rows or more reads than one may have, each with what it has."""
    found = []
    for route in table():
        for who in ("owner", "author", "admin"):
            if route.changes or only not in route.rule or route.replies[PEOPLE.index(who)] != 200:
                continue
            cast.how(who, route)
            cast.visitors[who]
            with counted_statements() as seen:
                reply = cast.ask(who, route)
            if reply.mimetype != "text/html":
                continue
            reads = sum(one.lstrip().startswith(("SELECT", "WITH")) for one in seen)
            rows = max(map(_rows_of, _LISTS.split(reply.text)))
            if rows > MOST_ROWS or reads > MOST_READS:
                found.append(f"{route.rule} as {who}: {rows} rows, {reads} reads")
    return found


@pytest.mark.every_case
def test_l05_no_page_has_too_many_rows_or_reads(stocked_house: House) -> None:
    cast = Cast(stocked_house)
    _fill(stocked_house, cast)
    assert _too_much(stocked_house, cast) == []


def test_l05_control_a_list_without_pages_and_a_read_for_each_row_are_noticed(
    stocked_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = Cast(stocked_house)
    _fill(stocked_house, cast)
    monkeypatch.setattr(accounts, "PAGE", 1000)
    listed = stocked_house.app.view_functions["comments.index"]

    def one_by_one() -> object:
        with stocked_house.store.read() as conn:
            for number in range(MOST_READS):
                conn.execute(select(account).where(account.c.id == number)).first()
        return listed()

    monkeypatch.setitem(stocked_house.app.view_functions, "comments.index", one_by_one)
    rows, reads = _too_much(stocked_house, cast, "people"), _too_much(stocked_house, cast, "/comments/")
    assert any(one.startswith("/accounts/people as admin: 1") for one in rows)
    assert any(one.startswith("/comments/ as admin") for one in reads)


# L05: what is far too long


def _slow_or_taken(check: Callable[[str], object], texts: tuple[str, ...]) -> list[str]:
    """Texts, by their length and beginning, that a check accepts or takes long over."""
    found = []
    for one in texts:
        spent = []
        for _ in range(3):
            begun = time.thread_time()
            try:
                check(one)
                found.append(f"{len(one)} characters of {one[:5]} are taken")
            except Refused:
                spent.append(time.thread_time() - begun)
        if spent and min(spent) > MOST_SECONDS:
            found.append(f"{len(one)} characters of {one[:5]} cost {min(spent):.3f} s")
    return found


LONG_ADDRESSES = tuple(
    text[:length]
    for text in ("a" * MIB, "a@" + "a." * MIB, "@" * MIB, "\ufdfa" * MIB, "a@b" * MIB)
    for length in (321, 65_536)
)


@pytest.mark.every_case
def test_l05_an_address_that_is_too_long_is_refused_at_once() -> None:
    assert _slow_or_taken(passwords.normalise_email, LONG_ADDRESSES) == []


def test_l05_control_an_address_that_is_read_to_its_end_is_noticed() -> None:
    def greedy(text: str) -> None:
        unicodedata.normalize("NFKC", text)
        raise Refused("email_invalid", "email")

    assert _slow_or_taken(greedy, LONG_ADDRESSES)


def _answer_of(house: House, length: int) -> TestResponse:
    cast = Cast(house)
    body = {
        "position": 1,
        "kind": "answer",
        "client": "long",
        "seq": 1,
        "based_on": 0,
        "value": ["9" * length],
    }
    return ask(house, cast.visitors["owner"], "POST", f"/attempts/{cast.open}/responses", {"json": body})


@pytest.mark.every_case
def test_l05_an_answer_of_a_mebibyte_is_refused_unread(stocked_house: House) -> None:
    assert _answer_of(stocked_house, MIB).status_code == 413


def test_l05_control_without_the_bound_such_an_answer_is_read(
    stocked_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizapp.app._LARGEST_FORM", 10 * MIB)
    assert _answer_of(stocked_house, MIB).status_code == 422
