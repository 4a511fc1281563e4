"""Z03 in the browser: until release nothing that it receives holds a byte of a key's secrets."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, Route, expect
from playwright.sync_api import Error as BrowserError

from quizapp.assessment.attempt import Mode
from quizapp.assessment.item import Item
from quizapp.services import attempts
from quizapp.services.clock import system_clock
from tests import small_bank
from tests.conftest import Rounds
from tests.journeys.booklets import booklet
from tests.journeys.browsing import Person, at_browser
from tests.journeys.sites import Site, running_site
from tests.journeys.test_sitting import choose
from tests.small_bank import (
    CASE,
    exam,
    gapped,
    matched,
    numeric,
    ordered,
    part,
    single,
    statements,
    truth,
    worded,
)

pytestmark = pytest.mark.browser

CANARIES = ("canary-rationale", "canary-slip", "canary-source", "canary-fact", "canary-author", "482.591837")
"""Z03: one in every secret field: rationales, explanations, misconceptions, sources, facts, author, key."""
RELEASED = {"canary-rationale", "canary-source", "482.591837"}
"""What a review shows; tags of misconceptions, facts and authors are for who writes questions."""
LIVE, KEPT = "the live page", "what the browser keeps"
_KEPT = """async () => {
  const named = await caches.keys();
  const kept = await Promise.all(named.map(async (name) => {
    const cache = await caches.open(name);
    return Promise.all((await cache.matchAll()).map((one) => one.text()));
  }));
  const bases = await indexedDB.databases();
  return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, kept, bases]);
}"""


def _options(key: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"id": name, "text": f"Text {name}", "rationale": f"canary-rationale {name}"}
        | ({} if name in key else {"misconception": f"canary-slip-{name}"})
        for name in ("p", "q", "r", "s")
    ]


def _secrets() -> dict[str, object]:
    return {"sources": ["canary-source"], "facts": ["canary-fact"], "author": "canary-author"}


def secret_items() -> list[Item]:
    """One item of each interaction and a case set of two more, with a canary in every secret field."""
    several = {"interaction": "multiple_response", "style": "single", "choose": "stated", "key": ["p", "r"]}
    slips = [{"value": "59.5", "misconception": "canary-slip", "rationale": "canary-rationale number"}]
    key = {"value": "482.591837", "tolerance": "0.05"}
    return [
        single("secret-one", options=_options(("q",)), key=["q"], **_secrets()),
        single("secret-many", options=_options(("p", "r")), **several, **_secrets()),
        numeric("secret-number", key=key, slips=slips, decimals=6, **_secrets()),
        *(
            single(
                f"secret-case-{n}",
                "T2",
                2,
                stimulus=CASE.id,
                options=_options(("q",)),
                key=["q"],
                **_secrets(),
            )
            for n in range(2)
        ),
        *(
            make(f"secret-other-{n}", "T2", 3, **_secrets())
            for n, make in enumerate((truth, statements, matched, ordered, worded, gapped))
        ),
    ]


SECRET = exam(
    "secret",
    "Secret test",
    part("Secret test", 5, [small_bank.Quota(("T1",), None, 3), small_bank.Quota(("T2",), 2, 2)]),
)
OTHERS = exam("others", "Other ways", part("Other ways", 6, [small_bank.Quota(("T2",), 3, 6)]))
BOOKLETS = ((SECRET, RELEASED), (OTHERS, RELEASED - {"482.591837"}))
"""What is sat, the first of them on each commit, and what its review shows."""


@pytest.fixture(scope="module")
def secret_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose bank has canaries in every secret field."""

    with running_site(tmp_path_factory.mktemp("secret"), shipped=False, prepare=_stock) as site:
        yield site


def _stock(site: Site) -> None:
    small_bank.stock(site.store, (SECRET, OTHERS), secret_items())


@dataclass
class Wire:
    """Everything that a browser receives, taken down before it does, and what its scripts make of it."""

    person: Person
    received: list[tuple[str, bytes]] = field(default_factory=list)
    followed: list[Response] = field(default_factory=list)
    """Where redirects led since the last look: these pass by the route."""

    def __post_init__(self) -> None:
        self.person.context.route("**/*", self._take_down)
        self.person.context.on("response", self._follow)

    def _follow(self, reply: Response) -> None:
        if reply.request.redirected_from:
            self.followed.append(reply)

    def _take_down(self, route: Route) -> None:
        try:
            reply = route.fetch(max_redirects=0)
        except BrowserError:  # lost on its way, as it would be without this between
            route.abort()
            return
        self._keep(reply.url, reply.headers_array, reply.body())
        route.fulfill(response=reply)

    def _keep(self, url: str, headers: Sequence[Mapping[str, str]], body: bytes) -> None:
        heads = "".join(f"{one['name']}: {one['value']}\n" for one in headers)
        self.received.append((url, f"{url}\n{heads}".encode() + body))

    def look(self) -> None:
        """Take down the page as it stands now, and what the browser keeps besides."""
        page = self.person.page
        while self.followed:
            reply = self.followed.pop()
            self._keep(reply.url, reply.headers_array(), reply.body() if reply.ok else b"")
        kept = page.evaluate(_KEPT) + str(self.person.context.cookies())
        self.received += [(LIVE, page.content().encode()), (KEPT, kept.encode())]

    def leaks(self) -> set[tuple[str, str]]:
        """The canaries that were received so far, plain or in base 64, each with where."""
        self.person.page.wait_for_load_state("networkidle")
        return {
            (canary, where)
            for canary in CANARIES
            for form in (canary.encode(), *(_inside_base64(canary, shift) for shift in range(3)))
            for where, content in self.received
            if form in content
        }


def _inside_base64(text: str, shift: int) -> bytes:
    """What stands in base 64 wherever a text does, at one of its three places within a group."""
    whole = text[(3 - shift) % 3 :]
    return base64.b64encode(whole[: len(whole) // 3 * 3].encode())


def wander(wire: Wire, public_id: str, named: str = SECRET.id, most: int | None = None) -> None:
    """Everywhere that a person with this open attempt can go, answering and flagging on the way."""
    person, page = wire.person, wire.person.page
    for asked in booklet(person.site.store, public_id)[:most]:
        page.goto(f"{person.site.address}/attempts/{public_id}/questions/{asked.position}")
        choose(page, asked, asked.miss)
        expect(page.locator("[data-save-text]")).to_contain_text("Saved")
        person.press("Flag")
        expect(page.get_by_role("button", name="Flagged")).to_be_visible()
        wire.look()
    for path in (
        *(f"/attempts/{public_id}/{end}" for end in ("", "check", "hand-in", "clock", "result", "review")),
        *("/", "/about", "/attempts/", "/exams/", f"/exams/small/{named}/", "/practice/", "/accounts/"),
        f"/comments/new?attempt={public_id}&position=1",
    ):
        person.visit(path)
        wire.look()


def begun(person: Person, mode: Mode, named: str = SECRET.id) -> tuple[int, str]:
    account_id = person.site.person(f"{mode.value}-{named}@example.org")
    person.seat(account_id)
    now = system_clock()
    return account_id, attempts.begin(person.site.store, account_id, "small", named, mode, now, 1)


@pytest.mark.parametrize("mode", [Mode.TIMED, Mode.TUTOR], ids=["timed", "tutor"])
def test_z03_a_browser_receives_no_secret_before_release_and_key_and_reasons_after(
    browser: Browser, secret_site: Site, mode: Mode, rounds: Rounds
) -> None:
    for number in rounds(1, len(BOOKLETS)):
        sat, released = BOOKLETS[number]
        with at_browser(browser, secret_site) as person:
            wire = Wire(person)
            account_id, public_id = begun(person, mode, sat.id)
            wander(wire, public_id, sat.id)
            assert len({where for where, _ in wire.received}) > 20
            assert wire.leaks() == set()
            attempts.hand_in(secret_site.store, account_id, public_id, system_clock())
            person.visit(f"/attempts/{public_id}/review")
            wire.look()
            assert {canary for canary, _ in wire.leaks()} == released


def test_z03_control_a_site_that_gives_every_secret_away_is_found_in_each_place(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        running_site(tmp_path, shipped=False, prepare=_stock, target="tests.journeys.leaky:app") as site,
        at_browser(browser, site) as person,
    ):
        wire = Wire(person)
        _, public_id = begun(person, Mode.TIMED)
        wander(wire, public_id, most=1)
        at = f"{site.address}/attempts/{public_id}"
        assert wire.leaks() == {
            ("canary-rationale", f"{at}/questions/1"),
            ("canary-rationale", LIVE),
            ("canary-slip", f"{at}/responses"),
            ("canary-slip", f"{at}/questions/2"),
            ("canary-source", f"{at}/clock"),
            ("canary-author", f"{at}/check"),
            ("canary-author", LIVE),
            ("canary-fact", LIVE),
            ("482.591837", KEPT),
        }
