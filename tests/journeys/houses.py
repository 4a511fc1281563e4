"""A site in this process under a clock that is moved by hand, behind a network that fails on request."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quizapp.app import create_app
from quizapp.assessment.attempt import Kind, Mode
from quizapp.assessment.item import Response
from quizapp.config import Settings
from quizapp.services import attempts
from quizapp.store import attempts as attempt_rows
from quizapp.store import responses as response_rows
from quizapp.store.tables import attempt_part, metadata
from quizapp.store.transaction import Store
from tests import small_bank
from tests.journeys.faults import Network, threaded
from tests.journeys.seats import PATIENCE_MS, seated_at
from tests.small_bank import Quota, exam, part
from tests.web.visitors import SECRETS, HandClock, House, Visitor

LONG = exam("long", "Long test", part("Long test", 4, [Quota(("T1",), None, 4)], minutes=60))


@dataclass
class RunningClock(HandClock):
    """A clock that goes on by itself, and can be moved as well."""

    since: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.instant + timedelta(seconds=time.monotonic() - self.since)


@contextmanager
def running_house(folder: Path) -> Iterator[House]:
    """A site with the small bank whose clock runs."""
    settings = Settings(data=folder)
    store, clock = Store(settings.store_url), RunningClock()
    store.write(metadata.create_all)
    small_bank.stock(store, (*small_bank.EXAMS, LONG))
    house = House(create_app(settings, store, clock, SECRETS), store, clock, folder / "mail.log")
    yield house
    house.close()


@dataclass
class Sitting:
    """One candidate with an attempt of the small bank, and what the site holds of it."""

    house: House
    address: str
    network: Network
    visitor: Visitor
    account_id: int
    public_id: str

    @property
    def home(self) -> str:
        return f"{self.address}/attempts/{self.public_id}/"

    def question(self, position: int) -> str:
        return f"{self.home}questions/{position}"

    @cached_property
    def choices(self) -> tuple[int, ...]:
        """The questions with one right option among `right`, `near`, `far` and `off`."""
        dealt = small_bank.booklet(self.house.store, self.public_id)
        return tuple(one.position for one in dealt if one.slug != "one-number")

    @cached_property
    def number(self) -> int:
        """The question that takes a number."""
        dealt = small_bank.booklet(self.house.store, self.public_id)
        return next(one.position for one in dealt if one.slug == "one-number")

    def held(self, kind: Kind = Kind.ANSWER) -> dict[int, Response]:
        """What the database holds now, by position."""
        with self.house.store.read() as conn:
            found = attempt_rows.find_attempt(conn, self.public_id)
            assert found
            current = response_rows.current_values(conn, found.id)
        return {position: one.value for (position, of), one in current.items() if of is kind}

    def entries(self) -> int:
        """How many saves the log holds."""
        with self.house.store.read() as conn:
            found = attempt_rows.find_attempt(conn, self.public_id)
            assert found
            return len(response_rows.log_of(conn, found.id))

    def left(self) -> timedelta:
        """What is left of the attempt, by the site's clock."""
        with self.house.store.read() as conn:
            found = attempt_rows.find_attempt(conn, self.public_id)
        assert found
        deadline = found.attempt.parts[0].deadline_at
        assert deadline
        return deadline - self.house.clock()

    def give(self, more: timedelta) -> None:
        """Move the deadline later, as extra time does."""
        with self.house.store.read() as conn:
            found = attempt_rows.find_attempt(conn, self.public_id)
        assert found
        where = (attempt_part.c.attempt_id == found.id) & (attempt_part.c.part == 0)
        later = attempt_part.update().where(where).values(deadline_at=self.house.clock() + self.left() + more)
        self.house.store.write(lambda conn: conn.execute(later).close())

    def again(self) -> "Sitting":
        """The same candidate, logged in anew."""
        return replace(self, visitor=self.house.seated(self.account_id))

    def cookies(self) -> list[SetCookieParam]:
        """What this candidate's browser holds."""
        held = self.visitor.client._cookies.values()
        return [{"name": one.key, "value": one.value, "url": self.address} for one in held]

    def meets(self, chance: random.Random, **faults: float) -> None:
        """Have this candidate's saves go by a network of their own."""
        self.network.own[self.public_id] = Network(self.network.inner, bad=False, chance=chance, **faults)

    @contextmanager
    def seat(self, browser: Browser, script: str = "") -> Iterator[BrowserContext]:
        """An empty browser of the candidate's; `script` runs in every page before the page's own."""
        with seated_at(browser, self.address) as seat, seat.running(script):
            seat.context.add_cookies(self.cookies())
            yield seat.context


@dataclass
class Stage:
    """A running site with the small bank, for candidates one after the other."""

    house: House
    address: str
    network: Network
    people: int = 0

    def sit_down(self, wanted: str = "choices", exam: str = "long") -> Sitting:
        """Somebody new with an attempt begun now; `wanted` is "choices" (two at least) or "number"."""
        self.people += 1
        account_id = small_bank.candidate(self.house.store, f"stage{self.people}@example.org")
        visitor = self.house.seated(account_id)
        for seed in range(60):
            public_id = attempts.begin(
                self.house.store, account_id, "small", exam, Mode.TIMED, self.house.clock(), seed
            )
            sitting = Sitting(self.house, self.address, self.network, visitor, account_id, public_id)
            slugs = [one.slug for one in small_bank.booklet(self.house.store, public_id)]
            if ("one-number" in slugs) if wanted == "number" else ("one-number" not in slugs[:2]):
                return sitting
            attempts.hand_in(self.house.store, account_id, public_id, self.house.clock())
        raise AssertionError(f"nobody was dealt {wanted}")


@contextmanager
def staged(house: House) -> Iterator[Stage]:
    """A house with the small bank, served by threads of this process."""
    network = Network(house.app)
    with threaded(network) as address:
        yield Stage(house, address, network)


def row(page: Page, option: str) -> None:
    """Choose an option as a person does."""
    page.locator(f'[data-option="{option}"] label').click()


def line(page: Page) -> str:
    """What the state line says."""
    return page.locator("[data-save-text]").inner_text()


def expect_line(page: Page, text: str, patience_ms: float = PATIENCE_MS) -> None:
    expect(page.locator("[data-save-text]")).to_contain_text(text, timeout=patience_ms)


def until(page: Page, true: Callable[[], bool], patience: timedelta, what: str) -> None:
    """Wait until something holds; the page goes on meanwhile."""
    end = time.monotonic() + patience.total_seconds()
    while not true():
        assert time.monotonic() < end, what
        page.wait_for_timeout(30)
