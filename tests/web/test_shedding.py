"""Who is turned away when there is too much to do, and in what order; saves never are."""

import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from quizapp.assessment.attempt import Mode
from quizapp.services import attempts
from quizapp.web import shedding
from quizapp.web.shedding import MOST_APART, Crowd, Overloaded, Rank, Turns
from tests.web.visitors import House, Visitor

ROUTES = {
    "report": "/items/",
    "import": "/items/uploads/new",
    "start": "/attempts/begin",
    "save": "/attempts/{attempt}/responses",
    "page": "/attempts/{attempt}/questions/1",
}


@dataclass
class Seconds:
    """A clock that stands until it is moved."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def _while_all_work(seconds: float, then: Callable[[], Any], place: pytest.MonkeyPatch, house: House) -> None:
    """Do something once the only thread has been at work for so long."""
    clock = Seconds()

    def work(*_: Any) -> Iterable[bytes]:
        clock.at = seconds
        then()
        return []

    crowd = Crowd(work, threads=1, now=clock)
    place.setitem(house.app.extensions, shedding.EXTENSION, crowd)
    crowd({}, lambda *_: lambda _: None)


def _admitted(crowd: Crowd) -> set[Rank]:
    admitted = set()
    for rank in Rank:
        with suppress(Overloaded), crowd.place_for(rank):
            admitted.add(rank)
    return admitted


def _turned_away(house: House, admin: Visitor, attempt: str) -> set[str]:
    """The kinds of request that a site answers with 503."""
    token = admin.token(f"/attempts/{attempt}/questions/1")
    save = {"position": 1, "kind": "answer", "value": ["near"], "client": "tab", "seq": 1, "based_on": 0}
    replies = {
        "report": admin.get(ROUTES["report"]),
        "import": admin.get(ROUTES["import"]),
        "start": admin.client.post(ROUTES["start"], data={"csrf_token": token, "bank": "b", "exam": "e"}),
        "save": admin.client.post(
            ROUTES["save"].format(attempt=attempt), json=save, headers={"X-CSRFToken": token}
        ),
        "page": admin.get(ROUTES["page"].format(attempt=attempt)),
    }
    shed = {kind for kind, reply in replies.items() if reply.status_code == 503}
    assert all(int(replies[kind].headers["Retry-After"]) > 0 for kind in shed)
    assert replies["save"].status_code == 200 or "save" in shed, replies["save"].text
    return shed


@pytest.fixture
def sat(stocked_house: House) -> tuple[House, Visitor, str]:
    """A site, its admin, and a test that the admin is sitting."""
    house = stocked_house
    admin_id = house.person("admin@example.org", "admin")
    attempt = attempts.begin(house.store, admin_id, "small", "quick", Mode.TIMED, house.clock(), seed=1)
    return house, house.seated(admin_id), attempt


def test_reports_then_imports_then_new_starts_are_turned_away_and_saves_never(
    sat: tuple[House, Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shed: list[set[str]] = []
    for seconds in (0.0, 2.0, 3.0, 8.0, 600.0):
        _while_all_work(seconds, lambda: shed.append(_turned_away(*sat)), monkeypatch, sat[0])
    assert shed == [
        set(),
        {"report"},
        {"report", "import"},
        {"report", "import", "start"},
        {"report", "import", "start"},
    ]


def test_control_a_route_without_a_rank_is_served_however_busy_the_site_is(
    sat: tuple[House, Visitor, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for rank in (Rank.REPORT, Rank.IMPORT, Rank.START):
        monkeypatch.setattr(rank, "_value_", Rank.ALWAYS.value)
    shed: list[set[str]] = []
    _while_all_work(600.0, lambda: shed.append(_turned_away(*sat)), monkeypatch, sat[0])
    assert shed == [set()]


def test_a_burst_that_is_soon_over_turns_nobody_away() -> None:
    clock, admitted = Seconds(), set()

    def work(*_: Any) -> Iterable[bytes]:
        clock.at += 0.5
        admitted.update(_admitted(crowd))
        return []

    crowd = Crowd(work, threads=1, now=clock)
    for _ in range(3):
        crowd({}, lambda *_: lambda _: None)
        clock.at += 5
    assert admitted == set(Rank)


def test_all_are_admitted_again_once_the_rush_is_over() -> None:
    clock = Seconds()

    def work(*_: Any) -> Iterable[bytes]:
        clock.at += 60
        assert _admitted(crowd) == {Rank.ALWAYS}
        return []

    crowd = Crowd(work, threads=1, now=clock)
    crowd({}, lambda *_: lambda _: None)
    clock.at += 10
    assert _admitted(crowd) == set(Rank)


def test_few_reports_and_imports_are_at_work_at_once() -> None:
    crowd, turn = Crowd(lambda *_: [], threads=100), sys.getswitchinterval()
    with ExitStack() as at_work:
        for _ in range(MOST_APART):
            at_work.enter_context(crowd.place_for(Rank.REPORT))
        assert _admitted(crowd) == {Rank.START, Rank.ALWAYS}
        assert sys.getswitchinterval() < turn / 5
    assert _admitted(crowd) == set(Rank)
    assert sys.getswitchinterval() == pytest.approx(turn)


def test_passwords_are_hashed_in_turn_and_few_wait_for_theirs() -> None:
    turns, all_refused = Turns(at_once=2, waiting=3), threading.Event()
    at_work, seen, refused = [0], list[int](), list[Overloaded]()

    def work(_: int) -> None:
        try:
            with turns.turn():
                at_work[0] += 1
                seen.append(at_work[0])
                assert all_refused.wait(10)
                at_work[0] -= 1
        except Overloaded as full:
            refused.append(full)
            if len(refused) == 3:
                all_refused.set()

    with ThreadPoolExecutor(8) as people:
        list(people.map(work, range(8)))
    assert (max(seen), len(seen), len(refused)) == (2, 5, 3)


def _tries_while_others_hash(house: House) -> list[int]:
    """What many wrong log-ins get while all places are taken, and a right one afterwards."""
    house.person("late@example.org")
    visitor, turns = house.visitor(), Turns(at_once=1, waiting=0)
    crowd: Crowd = house.app.extensions[shedding.EXTENSION]
    crowd.hashing, kept = turns, crowd.hashing
    try:
        with turns.turn():
            said = [visitor.log_in("late@example.org", "not the password") for _ in range(12)]
        assert all(int(one.headers["Retry-After"]) > 0 for one in said if one.status_code == 503)
        return [*(one.status_code for one in said), visitor.log_in("late@example.org").status_code]
    finally:
        crowd.hashing = kept


def test_a_log_in_that_is_turned_away_counts_as_no_try(house: House) -> None:
    assert _tries_while_others_hash(house) == [503] * 12 + [303]


def test_control_log_ins_without_a_bound_are_all_hashed_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turns, "turn", lambda _: nullcontext())
    assert _tries_while_others_hash(house) == [422] * 10 + [429] * 3
