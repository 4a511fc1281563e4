"""A01: no state of any page has a fault that axe can find, narrow or wide, light or dark."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.journeys.scenes import Scene, set_scene
from tests.journeys.states import NOT_PAGES, STATES, State, Viewer

pytestmark = pytest.mark.browser

WIDTHS = ((320, 640), (1280, 800))
"""A01: every state at these sizes in light; its colours again in dark, at the last of them."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN = """(only) => axe.run({
  runOnly: only, resultTypes: ["violations"], elementRef: false, selectors: true
}).then((found) => found.violations.flatMap(
  (one) => one.nodes.map((node) => `${one.id} at ${node.target}: ${node.failureSummary}`)))"""
_SIDEWAYS = """() => {
  const [width, shown] = [document.scrollingElement.scrollWidth, innerWidth];
  return width > shown ? [`${width} px wide, so it scrolls sideways`] : [];
}"""


@pytest.fixture(scope="module")
def scene(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Both sites with everything that the states show."""
    with set_scene(tmp_path_factory.mktemp("scene")) as ready:
        yield ready


@pytest.fixture(scope="module")
def viewer(browser: Browser, scene: Scene) -> Iterator[Viewer]:
    """Shows the states, one log-in for each person."""
    opened = Viewer(browser, scene)
    yield opened
    opened.close()


_NARROW = """() => [...document.querySelectorAll("dd")]
  .filter((one) => one.checkVisibility() && one.clientWidth < 80)
  .map((one) => `only ${one.clientWidth} px for "${one.textContent.trim()}"`)"""


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page as it stands, whether it scrolls sideways, and facts without room.

    The screen is made as tall as the page: the bar at its foot covers what can be scrolled from under it.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        tall = page.evaluate("document.scrollingElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, tall)})
        said = page.evaluate(RUN, {"type": "tag", "values": RULES}) + page.evaluate(_SIDEWAYS)
        said += page.evaluate(_NARROW)
        found += [f"{width} px: {one}" for one in said]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in page.evaluate(RUN, {"type": "rule", "values": ["color-contrast"]})]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a01_a_page_state_has_no_fault(viewer: Viewer, state: State) -> None:
    found = faults_of(viewer.show(state))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        ("document.querySelector('label').htmlFor = ''", "label at"),
        ("document.querySelector('h1').style.color = 'rgb(200, 200, 200)'", "color-contrast at"),
        ("document.querySelector('h1').style.minWidth = '2000px'", "scrolls sideways"),
        ("document.documentElement.lang = ''", "html-has-lang at"),
        (
            "document.querySelector('main').append(document.createElement('dd'));"
            "document.querySelector('dd').style.width = '60px'",
            "only 60",
        ),
    ],
    ids=["an input without a label", "low contrast", "too wide", "no language", "a fact without room"],
)
def test_a01_control_a_planted_fault_is_found(viewer: Viewer, plant: str, found: str) -> None:
    page = viewer.show(next(one for one in STATES if one.name == "register"))
    page.evaluate(plant)
    assert any(found in one for one in faults_of(page))


def pages_without_state(states: tuple[State, ...], scene: Scene) -> set[str]:
    """The routes that answer GET with a page and that no state shows."""
    routes = {rule.endpoint for rule in scene.full.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return routes - set(NOT_PAGES) - {state.endpoint for state in states}


def test_a01_every_page_has_a_state(scene: Scene) -> None:
    assert not pages_without_state(STATES, scene)


def test_a01_control_a_page_without_a_state_is_found(scene: Scene) -> None:
    fewer = tuple(one for one in STATES if one.endpoint != "pages.about")
    assert pages_without_state(fewer, scene) == {"pages.about"}


@pytest.mark.parametrize("name", sorted(NOT_PAGES))
def test_what_is_listed_as_no_page_is_none(viewer: Viewer, scene: Scene, name: str) -> None:
    site, path = scene.full, scene.path(NOT_PAGES[name])
    who = "admin" if name.startswith(("board", "items")) else "sitter"
    page = viewer.show(next(one for one in STATES if one.who == who))
    reply = page.context.request.get(site.address + path, max_redirects=0)
    assert reply.status == 303 or not reply.headers["content-type"].startswith("text/html")
