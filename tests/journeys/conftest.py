"""What journeys share: one Chromium, and sites that really run, each started once a session."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from quizapp.paths import STATIC
from tests.conftest import skip_or_fail
from tests.journeys.browsing import ARGUMENTS, Person, at_browser
from tests.journeys.sites import Site, running_site
from tests.shipped import RUN_FOLDER

Sit = Callable[..., AbstractContextManager[Person]]
MODULES = "http://modules.invalid"


@pytest.fixture(scope="session", autouse=True)
def _kept(_run_folder: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A run of one process, too, has a folder for what its sites have in common."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RUN_FOLDER, os.environ.get(RUN_FOLDER, str(tmp_path_factory.getbasetemp())))
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, without a window."""
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail("Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the bank that ships, on SQLite."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def sit(browser: Browser, site: Site) -> Sit:
    """Sits somebody down at a fresh browser before the shipped site."""
    return partial(at_browser, browser, site)


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """An empty page beside which the scripts of the site lie; nothing else is there."""
    page = browser.new_page()

    def serve(route: Route) -> None:
        file = Path(STATIC / "js" / route.request.url.rpartition("/")[2])
        if file.suffix == ".js":
            route.fulfill(path=file, content_type="text/javascript")
        else:
            route.fulfill(body="<!DOCTYPE html><title>Modules</title>", content_type="text/html")

    page.route(f"{MODULES}/**", serve)
    page.goto(f"{MODULES}/")
    yield page
    page.close()
