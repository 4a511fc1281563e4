"""Which processors threads run on."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bench.servers import served
from quizapp import processors
from quizapp.config import Settings
from quizapp.services import installation
from tests.conftest import skip_or_fail

T = TypeVar("T")


@pytest.fixture(autouse=True)
def two_processors() -> None:
    if len(processors.ALLOWED) < 2:
        skip_or_fail("threads can be bound to one of several processors on Linux with two of them only")


def in_a_thread(work: Callable[[], T]) -> T:
    """What the work returns, done in a thread that is gone afterwards: the tests' own stays where it is."""
    found: list[T] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def here() -> set[int]:
    return os.sched_getaffinity(0)


def test_threads_that_are_started_later_stay_on_the_one_processor() -> None:
    def bound() -> tuple[set[int], set[int]]:
        processors.stay_on_one(0)
        return here(), in_a_thread(here)

    mine, its = in_a_thread(bound)
    assert len(mine) == 1
    assert its == mine
    assert here() == processors.ALLOWED


def test_servers_at_neighbouring_ports_take_different_processors() -> None:
    def taken(port: int) -> set[int]:
        processors.stay_on_one(port)
        return here()

    assert in_a_thread(lambda: taken(8000)) != in_a_thread(lambda: taken(8001))


def test_work_without_the_interpreter_may_run_anywhere_and_its_thread_comes_back() -> None:
    def away() -> tuple[set[int], set[int], set[int]]:
        processors.stay_on_one(0)
        before = here()
        with pytest.raises(ZeroDivisionError), processors.on_any():
            meanwhile = here()
            raise ZeroDivisionError
        return before, meanwhile, here()

    before, meanwhile, after = in_a_thread(away)
    assert meanwhile == processors.ALLOWED
    assert after == before


def test_where_the_system_refuses_to_bind_a_thread_the_work_is_done_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refused)
    processors.stay_on_one(0)
    with processors.on_any():
        assert here() == processors.ALLOWED


def test_every_thread_of_a_running_server_is_on_one_processor(tmp_path: Path) -> None:
    installation.open_store(Settings(data=tmp_path)).close()
    with served("quizapp.serving:app", {"QUIZAPP_DATA": str(tmp_path)}) as server:
        worker = server.processes()[-1]
        places = {
            tuple(sorted(os.sched_getaffinity(int(one.name))))
            for one in Path(f"/proc/{worker}/task").iterdir()
        }
    assert len(places) == 1
    assert len(places.pop()) == 1
