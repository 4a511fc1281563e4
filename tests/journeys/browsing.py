"""A person at a real browser: Chromium, what they do in it, and everything that went wrong meanwhile."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from playwright.sync_api import Error as BrowserError

from tests.journeys.faults import ALWAYS
from tests.journeys.seats import PATIENCE_MS, seated_at
from tests.journeys.sites import PASSWORD, Site

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--always-sparkplug",
)
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Person:
    """One person at one browser, and what the browser complained about.

    `allowed` holds parts of complaints that a journey provokes on purpose, such as "status of 409".
    """

    site: Site
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)

    def watch(self, page: Page) -> Page:
        """Note errors on the console, uncaught exceptions and requests to any other origin."""
        for event, heard in self.listeners().items():
            page.on(event, heard)  # type: ignore[call-overload]
        return page

    def listeners(self) -> dict[str, Callable[..., None]]:
        """What hears each kind of event of a page that is watched."""
        return {"console": self._heard, "pageerror": self._broke, "request": self._asked}

    def _broke(self, error: BrowserError) -> None:
        self.complaints.append(f"uncaught: {error}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site.address}/", "data:")):
            self.complaints.append(f"another origin: {request.url}")

    def faults(self) -> list[str]:
        """The complaints that this journey did not provoke."""
        return [one for one in self.complaints if not any(part in one for part in self.allowed)]

    def visit(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page

    def tab(self) -> Page:
        """Another tab of the same browser."""
        return self.watch(self.context.new_page())

    def press(self, name: str) -> None:
        """Press the button of that name, and wait for what it leads to: a whole bank may have to be read."""
        self.page.get_by_role("button", name=name, exact=True).first.click(timeout=60_000)

    def follow(self, name: str) -> None:
        """Follow the first link of that name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def register(self, email: str) -> None:
        self.visit("/accounts/register")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_label("The same password again").fill(PASSWORD)
        self.press("Register")

    def log_in(self, email: str) -> None:
        self.visit("/accounts/login")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Log in")
        expect(self.page.get_by_role("button", name="Log out")).to_be_visible()

    def seat(self, account_id: int) -> None:
        """Be logged in already, without the pages for it."""
        cookie = self.site.cookie(account_id)
        self.context.add_cookies([{"name": "quizapp", "value": cookie, "url": self.site.address}])

    def attempt(self) -> str:
        """The public id of the attempt whose page is open."""
        found = re.search(r"/attempts/([^/]+)/", self.page.url)
        assert found, f"{self.page.url} belongs to no attempt"
        return found[1]


@contextmanager
def at_browser(browser: Browser, site: Site, script: bool = True) -> Iterator[Person]:
    """A person who sits down at an empty browser; at the end it must have had nothing to complain about."""
    with seated_at(browser, site.address, script) as seat:
        allowed = {"net::ERR_"} if os.environ.get(ALWAYS) else set()
        person = Person(site, seat.context, seat.page, allowed=allowed)
        with seat.listening(person.listeners()):
            yield person
            for open_page in seat.context.pages:
                open_page.title()  # what the page has said by now is heard
        assert not person.faults(), "\n".join(person.faults())
