"""Scripts of the site with a guard switched off, for the controls of journeys, or late on their way."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route

Altered = dict[str, tuple[str, str]]
"""By module, what is taken out and what stands there instead."""


def alter(where: BrowserContext | Page, altered: Altered) -> None:
    """Have a browser get these modules altered, in whatever bundle they come."""

    def replace(route: Route) -> None:
        reply = route.fetch()
        text = reply.text()
        for file, (old, new) in altered.items():
            text = _module(file).sub(lambda found, old=old, new=new: _replaced(found[0], old, new), text)
        route.fulfill(response=reply, body=text)

    if altered:
        where.route("**/js/*.js", replace)


def hold_up(page: Page, file: str, ready: Callable[[], bool]) -> None:
    """Let a bundle come only once it is time."""

    def wait(route: Route) -> None:
        while not ready():
            page.wait_for_timeout(20)
        route.fallback()

    page.route(f"**/js/{file}", wait)


def _module(file: str) -> re.Pattern[str]:
    """A module in the text of a bundle, as quizapp.web.scripts puts it there."""
    name = file.removesuffix(".js")
    return re.compile(rf"^const \${name} = \(\(\) => \{{.*?^\}}\)\(\);$", re.MULTILINE | re.DOTALL)


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"the guard to switch off is not there: {old}"
    return text.replace(old, new)
