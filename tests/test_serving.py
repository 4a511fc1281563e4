"""What the server's worker process runs beside the site."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from quizapp.serving import AGAIN_SECONDS, SWEEP_SECONDS, end_with_the_store, sweep_for_ever
from quizapp.store.tables import metadata
from quizapp.store.transaction import Store
from tests import small_bank

PATIENCE = 10.0


def test_the_sweeper_outlives_a_database_that_does_not_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, end = Store(f"sqlite:///{tmp_path / 'later' / 'quizapp.sqlite3'}"), threading.Event()
    sweeper = threading.Thread(target=sweep_for_ever, args=(store, end, 0.01))
    sweeper.start()
    try:
        _wait_for(lambda: caplog.text.count("the store does not answer") > 1)
        (tmp_path / "later").mkdir()
        store.write(metadata.create_all)
        time.sleep(0.1)
        caplog.clear()
        time.sleep(0.1)
        assert caplog.text == ""
        assert sweeper.is_alive()
    finally:
        end.set()
        sweeper.join()
        store.close()


def test_a_sweep_that_closed_something_is_followed_by_another_at_once(store: Store) -> None:
    small_bank.stock(store)
    small_bank.begin(store, small_bank.candidate(store))
    asked: list[float | None] = []

    class Waits(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            asked.append(timeout)
            return len(asked) == 3

    sweep_for_ever(store, Waits(), now=lambda: small_bank.NOW + timedelta(hours=1))
    assert asked == [SWEEP_SECONDS, AGAIN_SECONDS, SWEEP_SECONDS]


def _wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_the_process_ends_once_its_store_writes_no_more(tmp_path: Path) -> None:
    store, end, left = Store(f"sqlite:///{tmp_path / 'quizapp.sqlite3'}"), threading.Event(), list[int]()
    watch = threading.Thread(target=end_with_the_store, args=(store, end, left.append, 0.01))
    watch.start()
    try:
        store.write(metadata.create_all)
        time.sleep(0.05)
        assert left == []

        @event.listens_for(store._engine, "commit")
        def out_of_memory(conn: Connection) -> None:
            raise MemoryError("planted")

        with pytest.raises(MemoryError):
            store.write(lambda conn: None)
        _wait_for(lambda: left == [1])
    finally:
        end.set()
        watch.join()
        store.close()
