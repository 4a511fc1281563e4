"""Scripts of the site with a guard switched off, for the controls of journeys, or late on their way."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route

from quizapp.paths import STATIC
from quizapp.web.scripts import bundle, modules

Altered = dict[str, tuple[str, str]]
"""By module, what is taken out and what stands there instead."""


def alter(where: BrowserContext | Page, altered: Altered) -> None:
    """Have a browser get these modules altered, in whatever bundle they come."""
    sources = modules(STATIC / "js")
    for file, (old, new) in altered.items():
        name = file.removesuffix(".js")
        sources[name] = _replaced(sources[name], old, new)

    def replace(route: Route) -> None:
        file = route.request.url.rpartition("/")[2]
        route.fulfill(response=route.fetch(), body=bundle(sources, file.removesuffix(".js")))

    if altered:
        where.route("**/js/*.js", replace)


def hold_up(page: Page, file: str, ready: Callable[[], bool]) -> None:
    """Let a bundle come only once it is time."""

    def wait(route: Route) -> None:
        while not ready():
            page.wait_for_timeout(20)
        route.fallback()

    page.route(f"**/js/{file}", wait)


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"the guard to switch off is not there: {old}"
    return text.replace(old, new)
