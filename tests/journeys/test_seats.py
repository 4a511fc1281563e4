"""A browser that is used again holds nothing of who sat there before; where it might, it is thrown away."""

import socket

import pytest
from playwright.sync_api import Browser, Route
from playwright.sync_api import Error as BrowserError

from tests.journeys.conftest import Sit
from tests.journeys.seats import seated_at
from tests.journeys.sites import Site

pytestmark = pytest.mark.browser

_LEAVE = """async () => {
  localStorage.setItem("left", 1);
  sessionStorage.setItem("left", 1);
  window.name = "left";
  await (await caches.open("left")).put("/left", new Response("left"));
  await new Promise((done) => { indexedDB.open("left").onsuccess = done; });
}"""
_FOUND = """async () => [localStorage.length, sessionStorage.length, window.name, document.cookie,
  await caches.keys(), await indexedDB.databases(), innerWidth, innerHeight, navigator.onLine,
  matchMedia("print").matches, matchMedia("(prefers-color-scheme: dark)").matches, history.length]"""


def test_nothing_that_somebody_left_is_there_for_who_comes_next(sit: Sit) -> None:
    with sit() as first:
        fresh = first.visit("/about").evaluate(_FOUND)
    with sit() as first:
        page, heard = first.visit("/about"), first.complaints
        page.evaluate(_LEAVE)
        page.route("**/about", lambda route: route.abort())
        first.context.add_cookies([{"name": "left", "value": "1", "url": first.site.address}])
        page.set_viewport_size({"width": 320, "height": 320})
        page.emulate_media(media="print", color_scheme="dark")
        first.tab()
        first.context.set_offline(True)
    with sit() as second:
        assert second.page is page, "the browser was thrown away"
        assert second.visit("/about").evaluate(_FOUND) == fresh
        assert second.context.cookies() == []
        assert second.context.pages == [page]
        second.allowed.add("loud")
        page.evaluate("console.error('loud')")
        assert heard == []


def test_an_answer_that_was_altered_on_its_way_is_not_what_the_next_person_gets(sit: Sit) -> None:
    for altered in ("1", ""):
        with sit() as person:
            if altered:
                person.context.route("**/*.css*", _altered)
            page = person.visit("/about")
            assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--altered')") == altered


def _altered(route: Route) -> None:
    reply = route.fetch()
    route.fulfill(response=reply, body=f"{reply.text()} body {{ --altered: 1; }}")


def test_a_browser_that_waits_for_an_answer_in_vain_can_be_left(sit: Sit) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, sit() as person:
        person.page.route("**/*.css*", _altered)
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        person.allowed.add(address)
        with pytest.raises(BrowserError, match="Timeout"):
            person.page.goto(address, timeout=500)


def test_a_browser_that_was_changed_for_good_is_not_used_again(sit: Sit) -> None:
    with sit() as first:
        page = first.page
        first.context.add_init_script("window.left = 1")
    with sit() as second:
        assert second.page != page
        assert second.visit("/about").evaluate("window.left") is None


def test_a_script_lent_for_one_person_does_not_run_for_the_next(browser: Browser, site: Site) -> None:
    for script in ("window.lent = 1", ""):
        with seated_at(browser, site.address) as seat, seat.running(script):
            seat.page.goto(f"{site.address}/about")
            assert seat.page.evaluate("window.lent") == (1 if script else None)
