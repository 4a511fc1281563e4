"""Browsers that people sit down at one after the other: emptying one costs a fraction of a new one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize
from playwright.sync_api import Error as BrowserError

PATIENCE_MS = 10_000
WINDOW: ViewportSize = {"width": 1280, "height": 720}
LASTING = (
    *("add_init_script", "expose_binding", "expose_function", "grant_permissions", "new_cdp_session"),
    *("on", "once", "set_extra_http_headers", "set_geolocation", "add_locator_handler"),
)
"""What no emptying undoes: a browser on which one of these was called is thrown away.

Whoever needs `page.clock` takes a browser context of their own.
"""


@dataclass(eq=False)
class Seat:
    """One browser with one page open."""

    context: BrowserContext
    page: Page
    script: bool
    called: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._inside: CDPSession = self.context.new_cdp_session(self.page)
        self._hear, self._run = self.page.on, self.context.add_init_script
        for one in (self.context, self.page):
            for name in (*LASTING, "route"):
                if hasattr(one, name):
                    setattr(one, name, self._noting(name, getattr(one, name)))

    def _noting(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            self.called.add(name)
            return call(*given, **named)

        return noted

    @contextmanager
    def listening(self, listeners: dict[str, Callable[..., None]]) -> Iterator[None]:
        """Has events of the page heard for as long as somebody sits here."""
        for event, heard in listeners.items():
            self._hear(event, heard)  # type: ignore[call-overload]
        try:
            yield
        finally:
            for event, heard in listeners.items():
                self.page.remove_listener(event, heard)

    @contextmanager
    def running(self, script: str) -> Iterator[None]:
        """Has a script run in every page before the page's own, for as long as somebody sits here."""
        with self._run(script):
            yield

    def empty(self, address: str) -> None:
        """Leave the site, and forget what was kept and set; the page ends at an answer without script."""
        # While an answer is waited for that may never come, some calls below would wait with it, without end.
        self._inside.send("Page.stopLoading")
        self.context.set_offline(False)
        for routed in (self.context, self.page):
            routed.unroute_all(behavior="ignoreErrors")
        for other in self.context.pages:
            if other != self.page:
                other.close()
        self.page.goto(f"{address}/healthz")
        self.page.evaluate("() => { sessionStorage.clear(); window.name = ''; }")
        self._inside.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
        if "route" in self.called:
            # An answer that was altered on its way may lie in the caches; sound ones stay there.
            self._inside.send("Network.clearBrowserCache")
            for disabled in (True, False):
                self._inside.send("Network.setCacheDisabled", {"cacheDisabled": disabled})
            self.called.clear()
        self._inside.send("Page.resetNavigationHistory")
        self.context.clear_cookies()
        self.page.emulate_media(
            media="null",
            color_scheme="light",
            contrast="no-preference",
            forced_colors="none",
            reduced_motion="reduce",
        )
        self.page.set_viewport_size(WINDOW)


_free: WeakKeyDictionary[Browser, list[Seat]] = WeakKeyDictionary()


@contextmanager
def seated_at(browser: Browser, address: str, script: bool = True) -> Iterator[Seat]:
    """A browser without a trace of anybody; used again unless something lasting was done at it."""
    free = _free.setdefault(browser, [])
    seat = next((one for one in reversed(free) if one.script is script), None)
    if seat:
        free.remove(seat)
    else:
        seat = _made(browser, script)
    try:
        yield seat
    finally:
        with suppress(BrowserError):
            if seat.called.isdisjoint(LASTING):
                seat.empty(address)
                free.append(seat)
        if seat not in free:
            seat.context.close()


def _made(browser: Browser, script: bool) -> Seat:
    context = browser.new_context(java_script_enabled=script, reduced_motion="reduce", viewport=WINDOW)
    context.set_default_timeout(PATIENCE_MS)
    return Seat(context, context.new_page(), script)
