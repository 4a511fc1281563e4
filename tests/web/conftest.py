"""What page tests share: a site with the small bank for a whole module, and one that nobody has used."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from quizapp.store.transaction import Store
from quizapp.web import lane
from quizapp.web.lane import Lane
from tests import small_bank
from tests.conftest import skip_or_fail
from tests.web import lanes
from tests.web.visitors import House, open_house


@pytest.fixture
def in_browser() -> Callable[[Callable[[Browser], Any]], Any]:
    """Does some work in a real Chromium, in a thread of its own: another browser may be open in this one."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        skip_or_fail("Chromium is not installed")

    def at_browser(work: Callable[[Browser], Any]) -> Any:
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path=chromium)
            try:
                return work(browser)
            finally:
                browser.close()

    def in_thread(work: Callable[[Browser], Any]) -> Any:
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(at_browser, work).result()

    return in_thread


@pytest.fixture(scope="session")
def spare_houses() -> Iterator[list[House]]:
    """The site that the next test may have; empty where one has to be built."""
    spare: list[House] = []
    yield spare
    for one in spare:
        one.close()


@pytest.fixture
def house(
    spare_houses: list[House], empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A site that nobody has used yet, without a bank.

    Building one takes far longer than emptying it, so it is used again unless a test built something into it.
    """
    found = spare_houses.pop() if spare_houses else open_house(tmp_path_factory.mktemp("house"))
    found.renew(empty_sqlite)
    build = found.build()
    yield found
    if found.build() == build:
        spare_houses.append(found)
    else:
        found.close()


@pytest.fixture(scope="session")
def stocked_sqlite(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the small bank and nobody."""
    file = Path(shutil.copy(empty_sqlite, tmp_path_factory.mktemp("stocked")))
    store = Store(f"sqlite:///{file}")
    small_bank.stock(store)
    store.close()
    return file


@pytest.fixture
def stocked_house(house: House, stocked_sqlite: Path) -> House:
    """A site with the small bank that nobody has used yet."""
    house.renew(stocked_sqlite)
    return house


@pytest.fixture(scope="module")
def open_stocked(
    new_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], House]]:
    """Opens a stocked site on a database of a kind, kept for a module and then closed."""
    opened: dict[str, House] = {}

    def open_on(kind: str) -> House:
        if kind not in opened:
            opened[kind] = open_house(tmp_path_factory.mktemp("house"), database_url=new_url(kind))
            small_bank.stock(opened[kind].store)
        return opened[kind]

    yield open_on
    for one in opened.values():
        one.close()


@pytest.fixture(scope="module")
def kept_house(open_stocked: Callable[[str], House]) -> House:
    """A stocked site, kept for a module: each test brings its own people and finds the clock where it is.

    It is on SQLite: what pages say is the same on either database, the services are tested on both, and so is
    every route (tests/web/test_routes.py).
    """
    return open_stocked("sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def either_house(request: pytest.FixtureRequest, open_stocked: Callable[[str], House]) -> House:
    """The same, once on each database, where statements or the accounts library are at stake."""
    return open_stocked(request.param)


@pytest.fixture(autouse=True)
def lane_beside_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request of every page test that the fast lane answers is put to the application too.

    What the lane would log as its own failure fails the test.
    """
    monkeypatch.setattr(Lane, "__call__", lanes.beside)
    monkeypatch.setattr(lane, "log", lanes.Loud())
